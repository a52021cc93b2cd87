// What all products have in common.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef NNC_DIALECTS_KERNEL_INTERFACES
#define NNC_DIALECTS_KERNEL_INTERFACES

include "mlir/IR/OpBase.td"

def Kernel_ProductInterface : OpInterface<"ProductOpInterface"> {
  let cppNamespace = "::nnc::kernel";
  let description = [{
    A sum of products whose accumulator passes through an epilogue before it is stored.
  }];
  let methods = [
    InterfaceMethod<"Operands of the epilogue, each broadcast to the result.",
                    "::mlir::OperandRange", "getExtra">,
    InterfaceMethod<"The same, for changes.", "::mlir::MutableOperandRange", "getExtraMutable">,
    InterfaceMethod<"Scalar code from the accumulator and the extra elements to the stored element.",
                    "::mlir::Region &", "getEpilogue">,
    InterfaceMethod<"The register tile.", "::nnc::kernel::TileAttr", "getTile">,
    InterfaceMethod<"The dimension of the result that lies along a tile's columns.", "int64_t", "getColumnDim">,
    InterfaceMethod<"Whether the top bit of each element of the first operand is inverted when it is read.",
                    "bool", "getFlip", (ins), "", /*defaultImplementation=*/"return false;">,
    InterfaceMethod<"What elements outside the first operand are; 0 where absent.",
                    "::std::optional<uint64_t>", "getOutside", (ins), "",
                    /*defaultImplementation=*/"return std::nullopt;">,
    InterfaceMethod<"Buffers that the kernel needs while it runs.",
                    "::llvm::SmallVector<::mlir::MemRefType>", "getScratchTypes", (ins), "",
                    /*defaultImplementation=*/"return {};">,
  ];
}

#endif

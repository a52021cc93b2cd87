// The kernel dialect.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef NNC_DIALECTS_KERNEL_DIALECT
#define NNC_DIALECTS_KERNEL_DIALECT

include "mlir/IR/AttrTypeBase.td"
include "mlir/IR/EnumAttr.td"
include "mlir/IR/OpBase.td"

def Kernel_Dialect : Dialect {
  let name = "kernel";
  let summary = "how a hot operator is computed on a machine";
  let description = [{
    Products on packed weights with an epilogue region and a register tile. The tile is chosen by
    the target's facts when `nn` is converted; the emitter reads it and nothing else.
  }];
  let cppNamespace = "::nnc::kernel";
  let useDefaultAttributePrinterParser = 1;
}

def Kernel_TileAttr : AttrDef<Kernel_Dialect, "Tile"> {
  let mnemonic = "tile";
  let summary = "register tile: rows (pixels) × columns (channels), vector width";
  let description = [{
    `rows` accumulator rows (MR), `columns` output channels (NR, a multiple of `vector`), `vector` elements in a
    machine vector (1: scalar code), `lanes`: how many consecutive k are loaded at once and broadcast lane by
    lane (1: scalar loads; 4 on AArch64). `interleave`: how many consecutive k lie side by side for each column of packed weights
    (1 unless stated), so that one instruction adds up their products; K is filled up with zeros to a multiple of it.
  }];
  let parameters = (ins "int64_t":$rows, "int64_t":$columns, "int64_t":$vector, "int64_t":$lanes,
                        DefaultValuedParameter<"int64_t", "1">:$interleave);
  let assemblyFormat = "`<` struct(params) `>`";
  let genVerifyDecl = 1;
  let extraClassDeclaration = [{
    /// Rows of packed weights for `depth` values of k: the next multiple of `interleave`.
    int64_t filledDepth(int64_t depth) const {
      return (depth + getInterleave() - 1) / getInterleave() * getInterleave();
    }
  }];
}

#endif

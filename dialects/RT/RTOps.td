// Buffers, constants and the borders between tensors and buffers.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef NNC_DIALECTS_RT_OPS
#define NNC_DIALECTS_RT_OPS

include "dialects/RT/RTDialect.td"
include "mlir/IR/CommonAttrConstraints.td"
include "mlir/IR/SymbolInterfaces.td"
include "mlir/Interfaces/SideEffectInterfaces.td"

class RT_Op<string mnemonic, list<Trait> traits = []> : Op<RT_Dialect, mnemonic, traits>;

def RT_Buffer : StaticShapeMemRefOf<[AnyFloat, AnySignlessInteger]>;
def RT_Tensor : StaticShapeTensorOf<[AnyFloat, AnyInteger]>;

def RT_TensorOp : RT_Op<"tensor", [Pure]> {
  let summary = "the tensor that lies in a buffer when the layer starts";
  let description = [{
    Element (i0, i1, …) is at Σ i·stride of the result type's layout.

    - (C1) The buffer holds at least `nn::bufferElements` elements of the tensor's storage type.

    ```mlir
    %x = rt.tensor %buffer : memref<105xf32> -> tensor<1x3x5x7xf32>
    ```
  }];
  let arguments = (ins RT_Buffer:$buffer);
  let results = (outs RT_Tensor:$result);
  let assemblyFormat = "$buffer attr-dict `:` type($buffer) `->` type($result)";
  let hasVerifier = 1;
}

def RT_StoreOp : RT_Op<"store", []> {
  let summary = "write a layer's result into its buffer";
  let description = [{
    - (C1) The buffer holds at least `nn::bufferElements` elements of the tensor's storage type.

    ```mlir
    rt.store %y, %buffer : tensor<1x3x5x7xf32>, memref<105xf32>
    ```
  }];
  let arguments = (ins RT_Tensor:$value, Arg<RT_Buffer, "", [MemWrite]>:$buffer);
  let assemblyFormat = "$value `,` $buffer attr-dict `:` type($value) `,` type($buffer)";
  let hasVerifier = 1;
}

def RT_ScratchOp : RT_Op<"scratch", []> {
  let summary = "memory that a layer needs while it runs";
  let description = [{
    The memory plan turns it into an argument of the layer function, in the order of these ops.

    ```mlir
    %s = rt.scratch : memref<64xi64>
    ```
  }];
  let results = (outs Res<RT_Buffer, "", [MemAlloc]>:$buffer);
  let assemblyFormat = "attr-dict `:` type($buffer)";
}

def RT_PartOp : RT_Op<"part", [Pure]> {
  let summary = "a run of elements within a buffer, as a buffer of its own";
  let description = [{
    Element i of the result is element `offset + i` of the buffer: a value that lies inside another one
    which the caller or the constants hold.

    - (C1) The element types are equal.
    - (C2) 0 ≤ `offset`, and `offset` + the result's size is at most the buffer's size.

    ```mlir
    %p = rt.part %buffer[3] : memref<12xf32> -> memref<4xf32>
    ```
  }];
  let arguments = (ins RT_Buffer:$buffer, I64Attr:$offset);
  let results = (outs RT_Buffer:$result);
  let assemblyFormat = "$buffer `[` $offset `]` attr-dict `:` type($buffer) `->` type($result)";
  let hasVerifier = 1;
}

def RT_ConstantsOp : RT_Op<"constants", [Symbol]> {
  let summary = "a group of constants in read-only memory";
  let description = [{
    Part i lies `offsets[i]` bytes after the symbol, row-major, `i1` as one byte each; the symbol is aligned to
    `alignment` bytes; a splat part is stored in full.

    - (C1) There is one offset per part.
    - (C2) Parts are elements attributes.
    - (C3) `alignment` is a power of two.
    - (C4) Parts follow each other without overlap, each at a multiple of its element's size.

    ```mlir
    rt.constants @weights alignment 64 offsets [0, 64] parts [dense<[1.0, 2.0]> : tensor<2xf32>, dense<3> : tensor<4xi8>]
    ```
  }];
  let arguments = (ins SymbolNameAttr:$sym_name, I64Attr:$alignment, DenseI64ArrayAttr:$offsets, ArrayAttr:$parts);
  let assemblyFormat = "$sym_name `alignment` $alignment `offsets` $offsets `parts` $parts attr-dict";
  let hasVerifier = 1;
  let extraClassDeclaration = [{
    /// Bytes from the symbol to the end of the last part.
    int64_t totalBytes();
  }];
}

def RT_ConstantOp : RT_Op<"constant", [Pure, DeclareOpInterfaceMethods<SymbolUserOpInterface>]> {
  let summary = "address of a part of a constant group";
  let description = [{
    - (C1) `group` names an `rt.constants` of the module.
    - (C2) A part with the result's element type begins at byte `offset` and has at least the result's elements.

    ```mlir
    %w = rt.constant @weights[64] : memref<4xi8>
    ```
  }];
  let arguments = (ins FlatSymbolRefAttr:$group, I64Attr:$offset);
  let results = (outs RT_Buffer:$result);
  let assemblyFormat = "$group `[` $offset `]` attr-dict `:` type($result)";
}

def RT_ForkOp : RT_Op<"fork", [DeclareOpInterfaceMethods<SymbolUserOpInterface>]> {
  let summary = "run the parts of a piece of work, at the same time where the executor can";
  let description = [{
    Calls `callee(operands…, p)` once for each p in [0, `parts`) and goes on when all have returned. Which of them run at the same
    time, and in which order, is the executor's business, so no part reads what another one writes.

    - (C1) `callee` names a function of the module whose arguments are the operands and an index, and which has no results.
    - (C2) `parts` is at least 2.
    - (C3) no operand is memory on the stack, which the parts would share: each allocates its own.

    ```mlir
    func.func @conv_parts(%x: memref<12xf32>, %y: memref<4xf32>, %part: index) {
      return
    }
    rt.fork %executor parts 2 @conv_parts(%x, %y) : !rt.executor, memref<12xf32>, memref<4xf32>
    ```
  }];
  let arguments = (ins RT_ExecutorType:$executor, I64Attr:$parts, FlatSymbolRefAttr:$callee, Variadic<AnyType>:$arguments);
  let assemblyFormat = "$executor `parts` $parts $callee `(` $arguments `)` attr-dict `:` type($executor) (`,` type($arguments)^)?";
  let hasVerifier = 1;
}

#endif

// Hot operators on packed weights.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef NNC_DIALECTS_KERNEL_OPS
#define NNC_DIALECTS_KERNEL_OPS

include "dialects/Kernel/KernelDialect.td"
include "mlir/IR/CommonAttrConstraints.td"
include "mlir/Interfaces/ControlFlowInterfaces.td"
include "mlir/Interfaces/SideEffectInterfaces.td"

def Kernel_Tensor : StaticShapeTensorOf<[AnyFloat, AnyInteger]>;

class Kernel_Op<string mnemonic, list<Trait> traits = []>
    : Op<Kernel_Dialect, mnemonic, !listconcat([Pure], traits)>;

def Kernel_YieldOp : Op<Kernel_Dialect, "yield", [Pure, Terminator, ParentOneOf<["ConvOp", "DepthwiseOp", "MatMulOp"]>]> {
  let summary = "the value that an epilogue stores";
  let arguments = (ins AnyType:$value);
  let assemblyFormat = "$value attr-dict `:` type($value)";
}

// The epilogue of every kernel op: a region of scalar arith/math operations on the accumulator and one element of
// each `extra` operand, emitted on whole vectors. An extra operand broadcasts to the result (numpy rules), so a bias
// is 1×M×1×1 (or M for a matmul) and a residual has the result's shape.
def Kernel_ConvOp : Kernel_Op<"conv"> {
  let summary = "direct convolution on packed filters";
  let description = [{
    Input N×C×H×W (logical), result N×M×OH×OW, any layout. `filter` is packed by `nnc-convert-nn-to-kernel` as
    [G][⌈M/G / NR⌉][KH][KW][C/G][NR] with zeros in the last panel's missing columns. One-dimensional convolutions have H = 1.

    ```mlir
    %0 = kernel.conv %x, %w extra(%b) {...} : (tensor<1x3x9x7xf32>, tensor<432xf32>, tensor<1x16x1x1xf32>) -> tensor<1x16x9x7xf32> {
    ^bb0(%acc: f32, %bias: f32):
      %y = arith.addf %acc, %bias : f32
      kernel.yield %y : f32
    }
    ```
  }];
  let arguments = (ins Kernel_Tensor:$input, Kernel_Tensor:$filter, Variadic<Kernel_Tensor>:$extra,
                   DenseI64ArrayAttr:$kernel, DenseI64ArrayAttr:$strides, DenseI64ArrayAttr:$dilations,
                   DenseI64ArrayAttr:$pads_begin, DenseI64ArrayAttr:$pads_end, I64Attr:$group, Kernel_TileAttr:$tile);
  let results = (outs Kernel_Tensor:$result);
  let regions = (region SizedRegion<1>:$epilogue);
  let assemblyFormat = "$input `,` $filter (`extra` `(` $extra^ `)`)? attr-dict `:` functional-type(operands, results) $epilogue";
  let hasVerifier = 1;
}

def Kernel_DepthwiseOp : Kernel_Op<"depthwise"> {
  let summary = "depthwise convolution, one filter per channel";
  let description = [{
    Input N×C×H×W, result N×C×OH×OW; `filter` is packed as [KH][KW][C].
  }];
  let arguments = (ins Kernel_Tensor:$input, Kernel_Tensor:$filter, Variadic<Kernel_Tensor>:$extra,
                   DenseI64ArrayAttr:$kernel, DenseI64ArrayAttr:$strides, DenseI64ArrayAttr:$dilations,
                   DenseI64ArrayAttr:$pads_begin, DenseI64ArrayAttr:$pads_end, Kernel_TileAttr:$tile);
  let results = (outs Kernel_Tensor:$result);
  let regions = (region SizedRegion<1>:$epilogue);
  let assemblyFormat = "$input `,` $filter (`extra` `(` $extra^ `)`)? attr-dict `:` functional-type(operands, results) $epilogue";
  let hasVerifier = 1;
}

def Kernel_MatMulOp : Kernel_Op<"matmul"> {
  let summary = "matrix product, batched";
  let description = [{
    a is …×M×K (or …×K×M with `transpose_lhs`); b is packed as [⌈N/NR⌉][K][NR] where `packed` is set (a constant), else …×K×N (…×N×K with
    `transpose_rhs`). Result …×M×N; leading dimensions broadcast.
  }];
  let arguments = (ins Kernel_Tensor:$lhs, Kernel_Tensor:$rhs, Variadic<Kernel_Tensor>:$extra,
                   UnitAttr:$transpose_lhs, UnitAttr:$transpose_rhs, UnitAttr:$packed, Kernel_TileAttr:$tile);
  let results = (outs Kernel_Tensor:$result);
  let regions = (region SizedRegion<1>:$epilogue);
  let assemblyFormat = "$lhs `,` $rhs (`extra` `(` $extra^ `)`)? attr-dict `:` functional-type(operands, results) $epilogue";
  let hasVerifier = 1;
}

#endif

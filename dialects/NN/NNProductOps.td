// Convolutions and matrix products.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef NNC_DIALECTS_NN_PRODUCT_OPS
#define NNC_DIALECTS_NN_PRODUCT_OPS

include "dialects/NN/NNOpClasses.td"

def NN_ConvOp : NN_InferredOp<"conv"> {
  let summary = "convolve channels-first images with a bank of filters";
  let description = [{
    y[n, m, o] = bias[m] + Σ_c Σ_k x[n, g·C/G + c, o·stride − begin + k·dilation] · w[m, c, k],
    over one to three spatial dimensions; x is N×C×spatial, w is M×C/G×kernel, g = m / (M/G);
    taps outside the image add nothing.

    Integers of 8 or 16 bits give exact sums, modulo 2^32, of (x − `input_zero_point`)·(w − `filter_zero_point`) in `i32`.

    Constraints:
    - (C1) Element types agree; of integers those of `bias` and result are `i32`, and input and filter may differ.
    - (C2) Input and filter have the same rank, from 3 to 5.
    - (C3) `group` ≥ 1.
    - (C4) `strides`, `dilations`, `pads_begin` and `pads_end` have one entry per spatial dimension; kernel, strides
      and dilations are ≥ 1, pads ≥ 0.
    - (C5) C = filter channels · `group`.
    - (C6) M is a multiple of `group`.
    - (C7) `bias` has M elements.
    - (C8) The dilated kernel fits into the padded input.
    - (C9) Zero points are numbers of their operand's integer type, and 0 with floating-point numbers.

    ```mlir
    %0 = nn.conv %x, %w {strides = array<i64: 2, 2>, dilations = array<i64: 1, 1>,
      pads_begin = array<i64: 1, 1>, pads_end = array<i64: 0, 1>, group = 1 : i64}
      : (tensor<1x3x9x7xf32>, tensor<8x3x3x3xf32>) -> tensor<1x8x4x4xf32>
    %1 = nn.conv %q, %f {strides = array<i64: 1>, dilations = array<i64: 1>, pads_begin = array<i64: 1>,
      pads_end = array<i64: 1>, input_zero_point = 128 : i64} : (tensor<1x3x9xui8>, tensor<8x3x3xi8>) -> tensor<1x8x9xi32>
    ```
  }];
  let arguments = (ins NN_FactorTensor:$input, NN_FactorTensor:$filter, Optional<NN_ProductTensor>:$bias,
                   DenseI64ArrayAttr:$strides, DenseI64ArrayAttr:$dilations,
                   DenseI64ArrayAttr:$pads_begin, DenseI64ArrayAttr:$pads_end,
                   DefaultValuedAttr<I64Attr, "1">:$group,
                   DefaultValuedAttr<I64Attr, "0">:$input_zero_point,
                   DefaultValuedAttr<I64Attr, "0">:$filter_zero_point);
  let results = (outs NN_ProductTensor:$result);
  let assemblyFormat = [{
    $input `,` $filter (`,` $bias^)? attr-dict `:` functional-type(operands, results)
  }];
  let hasVerifier = 1;
}

def NN_ConvTransposeOp : NN_InferredOp<"conv_transpose"> {
  let summary = "the gradient of a convolution with respect to its input";
  let description = [{
    Every input pixel i adds w[c, m, k]·x[n, c, i] to y[n, m, i·stride − begin + k·dilation].
    The output size is (I−1)·stride + (K−1)·dilation + 1 + output_padding − begin − end.

    Constraints:
    - (C1) Element types agree.
    - (C2) Input and filter have the same rank, from 3 to 5.
    - (C3) `group` ≥ 1.
    - (C4) Attributes have one entry per spatial dimension; kernel, strides and dilations are ≥ 1, pads and output
      padding ≥ 0.
    - (C5) Input and filter have the same C, a multiple of `group`.
    - (C6) `bias` has one element per output channel.
    - (C7) No result dimension is negative.

    ```mlir
    %0 = nn.conv_transpose %x, %w {strides = array<i64: 2, 2>, dilations = array<i64: 1, 1>,
      pads_begin = array<i64: 0, 0>, pads_end = array<i64: 0, 0>, output_padding = array<i64: 1, 0>,
      group = 1 : i64} : (tensor<1x3x5x7xf32>, tensor<3x4x3x3xf32>) -> tensor<1x4x12x15xf32>
    ```
  }];
  let arguments = (ins NN_FloatTensor:$input, NN_FloatTensor:$filter, Optional<NN_FloatTensor>:$bias,
                   DenseI64ArrayAttr:$strides, DenseI64ArrayAttr:$dilations,
                   DenseI64ArrayAttr:$pads_begin, DenseI64ArrayAttr:$pads_end,
                   DenseI64ArrayAttr:$output_padding, DefaultValuedAttr<I64Attr, "1">:$group);
  let results = (outs NN_FloatTensor:$result);
  let assemblyFormat = [{
    $input `,` $filter (`,` $bias^)? attr-dict `:` functional-type(operands, results)
  }];
}

def NN_MatMulOp : NN_InferredOp<"matmul"> {
  let summary = "multiply matrices, batched";
  let description = [{
    y[…, m, n] = Σ_k a[…, m, k] · b[…, k, n]; leading dimensions broadcast as in numpy; rank ≥ 2.
    `transpose_lhs`/`transpose_rhs` swap the last two dimensions of an operand.

    Integers of 8 or 16 bits give exact sums, modulo 2^32, of (a − `lhs_zero_point`)·(b − `rhs_zero_point`) in `i32`.

    Constraints:
    - (C1) Element types agree; integers of 8 or 16 bits may differ, and give `i32`.
    - (C2) Both ranks are at least 2.
    - (C3) The k dimensions agree.
    - (C4) Leading dimensions broadcast.
    - (C5) Elements are numbers.
    - (C6) Zero points are numbers of their operand's type where that is an integer of 8 or 16 bits, else 0.

    ```mlir
    %0 = nn.matmul %a, %b {transpose_rhs} : (tensor<2x5x3xf32>, tensor<7x3xf32>) -> tensor<2x5x7xf32>
    ```
  }];
  let arguments = (ins NN_NumberTensor:$lhs, NN_NumberTensor:$rhs, UnitAttr:$transpose_lhs, UnitAttr:$transpose_rhs,
                   DefaultValuedAttr<I64Attr, "0">:$lhs_zero_point, DefaultValuedAttr<I64Attr, "0">:$rhs_zero_point);
  let results = (outs NN_NumberTensor:$result);
  let assemblyFormat = "$lhs `,` $rhs attr-dict `:` functional-type(operands, results)";
  let hasCanonicalizer = 1;
  let hasVerifier = 1;
}

#endif

// Operators that combine elements along dimensions: windows, reductions, running sums, order.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef NNC_DIALECTS_NN_REDUCTION_OPS
#define NNC_DIALECTS_NN_REDUCTION_OPS

include "dialects/NN/NNOpClasses.td"

def NN_PoolOp : NN_InferredOp<"pool"> {
  let summary = "reduce a sliding window of the spatial dimensions";
  let description = [{
    `max`: the largest element; `average`: the mean, over the whole window with `count_include_pad`, else over
    the elements inside the image; `lp`: (Σ|x|^p)^(1/p). `ceil_extra` is how far the last window may reach beyond
    the padded image (rounding the output size up); those positions are never counted. A window without an element of
    the image gives the lowest value of the type (`max`: −∞ for floats) or 0.

    Constraints:
    - (C1) The rank is 3 to 5.
    - (C2) Attributes have one entry per spatial dimension; kernel, strides and dilations are ≥ 1, pads ≥ 0.
    - (C3) 0 ≤ `ceil_extra` < stride.
    - (C4) The dilated kernel fits into the padded input.
    - (C5) `average` and `lp` take floating-point numbers, `max` takes numbers.
    - (C6) `p` ≥ 1.

    ```mlir
    %0 = nn.pool max %x {kernel = array<i64: 3, 2>, strides = array<i64: 2, 1>, dilations = array<i64: 1, 1>,
      pads_begin = array<i64: 1, 0>, pads_end = array<i64: 0, 0>, ceil_extra = array<i64: 0, 0>}
      : (tensor<1x3x9x7xf32>) -> tensor<1x3x4x6xf32>
    ```
  }];
  let arguments = (ins NN_PoolKindAttr:$kind, NN_NumberTensor:$input, DenseI64ArrayAttr:$kernel,
                   DenseI64ArrayAttr:$strides, DenseI64ArrayAttr:$dilations,
                   DenseI64ArrayAttr:$pads_begin, DenseI64ArrayAttr:$pads_end,
                   DenseI64ArrayAttr:$ceil_extra, UnitAttr:$count_include_pad,
                   DefaultValuedAttr<I64Attr, "2">:$p);
  let results = (outs NN_NumberTensor:$result);
  let assemblyFormat = "`` $kind $input attr-dict `:` functional-type(operands, results)";
  let hasVerifier = 1;
}

def NN_ReduceOp : NN_InferredOp<"reduce"> {
  let summary = "reduce whole dimensions";
  let description = [{
    `axes` are the reduced dimensions, ascending; with `keep_dims` they stay as size 1. Over no elements: the neutral
    element (`max`: lowest, `min`: highest value; `mean`: NaN or 0). The mean of integers divides the exact sum, toward zero.

    Constraints:
    - (C1) `axes` are dimensions, ascending.
    - (C2) `l2`, `log_sum` and `log_sum_exp` take floating-point numbers, the others numbers.

    ```mlir
    %0 = nn.reduce mean %x {axes = array<i64: 2, 3>, keep_dims} : (tensor<1x5x7x7xf32>) -> tensor<1x5x1x1xf32>
    ```
  }];
  let arguments = (ins NN_ReduceKindAttr:$kind, NN_NumberTensor:$input, DenseI64ArrayAttr:$axes, UnitAttr:$keep_dims);
  let results = (outs NN_NumberTensor:$result);
  let assemblyFormat = "`` $kind $input attr-dict `:` functional-type(operands, results)";
  let hasVerifier = 1;
}

def NN_ArgReduceOp : NN_InferredOp<"arg_reduce"> {
  let summary = "index of the largest or smallest element along an axis";
  let description = [{
    The first such index, or the last with `select_last`. The result is `i64`.

    Constraints:
    - (C1) `axis` is a dimension.
    - (C2) That dimension is not empty.

    ```mlir
    %0 = nn.arg_reduce max %x {axis = 1 : i64, keep_dims} : (tensor<2x5xf32>) -> tensor<2x1xi64>
    ```
  }];
  let arguments = (ins NN_ArgKindAttr:$kind, NN_NumberTensor:$input, I64Attr:$axis, UnitAttr:$keep_dims, UnitAttr:$select_last);
  let results = (outs NN_IndexTensor:$result);
  let assemblyFormat = "`` $kind $input attr-dict `:` functional-type(operands, results)";
}

def NN_CumulateOp : NN_InferredOp<"cumulate"> {
  let summary = "running sum or product along an axis";
  let description = [{
    y[i] = Σ x[0…i]; `exclusive` leaves out x[i], `reverse` runs from the end.

    Constraints:
    - (C1) `axis` is a dimension.

    ```mlir
    %0 = nn.cumulate sum %x {axis = 1 : i64, exclusive} : (tensor<2x5xf32>) -> tensor<2x5xf32>
    ```
  }];
  let arguments = (ins NN_CumulateKindAttr:$kind, NN_NumberTensor:$input, I64Attr:$axis, UnitAttr:$exclusive, UnitAttr:$reverse);
  let results = (outs NN_NumberTensor:$result);
  let assemblyFormat = "`` $kind $input attr-dict `:` functional-type(operands, results)";
}

def NN_TopKOp : NN_InferredOp<"top_k"> {
  let summary = "the k largest or smallest elements along an axis and their indices";
  let description = [{
    Sorted; of equal elements the lower index comes first. Indices are `i64`.

    Constraints:
    - (C1) `axis` is a dimension.
    - (C2) 0 ≤ `k` ≤ its size.

    ```mlir
    %values, %indices = nn.top_k %x {k = 3 : i64, axis = 1 : i64, largest} : (tensor<2x7xf32>) -> (tensor<2x3xf32>, tensor<2x3xi64>)
    ```
  }];
  let arguments = (ins NN_NumberTensor:$input, I64Attr:$k, I64Attr:$axis, UnitAttr:$largest);
  let results = (outs NN_NumberTensor:$values, NN_IndexTensor:$indices);
  let assemblyFormat = "$input attr-dict `:` functional-type(operands, results)";
}

#endif

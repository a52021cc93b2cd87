// Operators that move elements to places known at compile time.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef NNC_DIALECTS_NN_MOVEMENT_OPS
#define NNC_DIALECTS_NN_MOVEMENT_OPS

include "dialects/NN/NNOpClasses.td"

def NN_ReshapeOp : NN_Op<"reshape"> {
  let summary = "the same elements in row-major order under another shape";
  let description = [{
    Constraints:
    - (C1) The number of elements and their type stay.

    ```mlir
    %0 = nn.reshape %x : (tensor<2x6xf32>) -> tensor<3x4xf32>
    ```
  }];
  let arguments = (ins NN_Tensor:$input);
  let results = (outs NN_Tensor:$result);
  let assemblyFormat = "$input attr-dict `:` functional-type(operands, results)";
  let hasFolder = 1;
  let hasVerifier = 1;
  let hasCanonicalizer = 1;
}

def NN_TransposeOp : NN_InferredOp<"transpose"> {
  let summary = "permute dimensions";
  let description = [{
    Dimension d of the result is dimension perm[d] of the input.

    Constraints:
    - (C1) `perm` is a permutation of the dimensions.

    ```mlir
    %0 = nn.transpose %x {perm = array<i64: 0, 2, 3, 1>} : (tensor<1x3x5x7xf32>) -> tensor<1x5x7x3xf32>
    ```
  }];
  let arguments = (ins NN_Tensor:$input, DenseI64ArrayAttr:$perm);
  let results = (outs NN_Tensor:$result);
  let assemblyFormat = "$input attr-dict `:` functional-type(operands, results)";
  let hasFolder = 1;
  let hasCanonicalizer = 1;
}

def NN_BroadcastOp : NN_Op<"broadcast"> {
  let summary = "repeat dimensions of size 1 and prepend dimensions";
  let description = [{
    Constraints:
    - (C1) The element type stays.
    - (C2) Each dimension, aligned at the last one, has size 1 or the result's size.

    ```mlir
    %0 = nn.broadcast %x : (tensor<3x1xf32>) -> tensor<2x3x5xf32>
    ```
  }];
  let arguments = (ins NN_Tensor:$input);
  let results = (outs NN_Tensor:$result);
  let assemblyFormat = "$input attr-dict `:` functional-type(operands, results)";
  let hasFolder = 1;
  let hasVerifier = 1;
  let hasCanonicalizer = 1;
}

def NN_ConcatOp : NN_InferredOp<"concat"> {
  let summary = "join tensors along an axis";
  let description = [{
    Constraints:
    - (C1) There is at least one input.
    - (C2) `axis` is a dimension.
    - (C3) Element types agree.
    - (C4) Shapes agree except in `axis`.

    ```mlir
    %0 = nn.concat %a, %b {axis = 1 : i64} : (tensor<2x3xf32>, tensor<2x4xf32>) -> tensor<2x7xf32>
    ```
  }];
  let arguments = (ins Variadic<NN_Tensor>:$inputs, I64Attr:$axis);
  let results = (outs NN_Tensor:$result);
  let assemblyFormat = "$inputs attr-dict `:` functional-type(operands, results)";
  let hasFolder = 1;
  let hasCanonicalizer = 1;
}

def NN_SliceOp : NN_Op<"slice"> {
  let summary = "every step-th element of a range, per dimension";
  let description = [{
    y[i] = x[start + i·step] per dimension; steps may be negative, sizes are the result's.

    Constraints:
    - (C1) Rank and element type stay.
    - (C2) `starts` and `steps` have one entry per dimension.
    - (C3) No step is 0.
    - (C4) Every element lies in the input.

    ```mlir
    %0 = nn.slice %x {starts = array<i64: 1, 4>, steps = array<i64: 1, -2>} : (tensor<3x5xf32>) -> tensor<2x3xf32>
    ```
  }];
  let arguments = (ins NN_Tensor:$input, DenseI64ArrayAttr:$starts, DenseI64ArrayAttr:$steps);
  let results = (outs NN_Tensor:$result);
  let assemblyFormat = "$input attr-dict `:` functional-type(operands, results)";
  let hasFolder = 1;
  let hasVerifier = 1;
  let hasCanonicalizer = 1;
}

def NN_PadOp : NN_InferredOp<"pad"> {
  let summary = "add elements before and after each dimension";
  let description = [{
    `constant` writes `value` (a one-element tensor, else 0), `edge` repeats the border, `reflect` mirrors without repeating
    the border (with period 2(n − 1); a single element is repeated) and `wrap` repeats the image (with period n), however
    far it is. Negative amounts cut.

    Constraints:
    - (C1) `low` and `high` have one entry per dimension.
    - (C2) No result dimension is negative.
    - (C3) Unless `constant`, there is something to repeat.
    - (C4) `value` has one element, of the input's type.

    ```mlir
    %0 = nn.pad constant %x {low = array<i64: 0, 1>, high = array<i64: 2, 0>} : (tensor<3x5xf32>) -> tensor<5x6xf32>
    ```
  }];
  let arguments = (ins NN_PadModeAttr:$mode, NN_Tensor:$input, Optional<NN_Tensor>:$value,
                   DenseI64ArrayAttr:$low, DenseI64ArrayAttr:$high);
  let results = (outs NN_Tensor:$result);
  let assemblyFormat = [{
    `` $mode $input (`value` $value^)? attr-dict `:` functional-type(operands, results)
  }];
  let hasFolder = 1;
  let hasCanonicalizer = 1;
}

#endif

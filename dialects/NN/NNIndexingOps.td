// Operators that move elements to or from places given by a tensor of indices.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef NNC_DIALECTS_NN_INDEXING_OPS
#define NNC_DIALECTS_NN_INDEXING_OPS

include "dialects/NN/NNOpClasses.td"

def NN_GatherOp : NN_InferredOp<"gather"> {
  let summary = "pick slices along an axis by index";
  let description = [{
    y[a…, i…, b…] = x[a…, indices[i…], b…] with the index at `axis`. Negative indices count from the end;
    an index outside the range is limited to it, so that no element outside the tensor is ever read.

    Constraints:
    - (C1) `axis` is a dimension.
    - (C2) That dimension is not empty unless `indices` is.

    ```mlir
    %0 = nn.gather %x, %i {axis = 1 : i64} : (tensor<2x5x3xf32>, tensor<4xi64>) -> tensor<2x4x3xf32>
    ```
  }];
  let arguments = (ins NN_Tensor:$input, NN_IndexTensor:$indices, I64Attr:$axis);
  let results = (outs NN_Tensor:$result);
  let assemblyFormat = "$input `,` $indices attr-dict `:` functional-type(operands, results)";
  let hasFolder = 1;
  let hasCanonicalizer = 1;
}

def NN_GatherElementsOp : NN_InferredOp<"gather_elements"> {
  let summary = "pick single elements along an axis by index";
  let description = [{
    y[i] = x[i with i_axis := indices[i]]; negative and out-of-range indices as in `nn.gather`.

    Constraints:
    - (C1) Input and indices have the same rank.
    - (C2) `axis` is a dimension.
    - (C3) In other dimensions indices are no larger than the input.
    - (C4) The dimension `axis` of the input is not empty unless `indices` is.

    ```mlir
    %0 = nn.gather_elements %x, %i {axis = 1 : i64} : (tensor<2x5xf32>, tensor<2x3xi64>) -> tensor<2x3xf32>
    ```
  }];
  let arguments = (ins NN_Tensor:$input, NN_IndexTensor:$indices, I64Attr:$axis);
  let results = (outs NN_Tensor:$result);
  let assemblyFormat = "$input `,` $indices attr-dict `:` functional-type(operands, results)";
}

def NN_GatherNDOp : NN_InferredOp<"gather_nd"> {
  let summary = "pick slices by index tuples";
  let description = [{
    The last dimension of `indices` holds coordinates of x after `batch_dims` shared leading dimensions:
    y[b…, i…, r…] = x[b…, indices[b…, i…, 0], …, r…]; negative and out-of-range indices as in `nn.gather`.

    Constraints:
    - (C1) `indices` has rank ≥ 1, and more than `batch_dims` dimensions.
    - (C2) Batch dimensions agree.
    - (C3) An index tuple has from 1 to (rank − `batch_dims`) coordinates.
    - (C4) Indexed dimensions are not empty unless `indices` is.

    ```mlir
    %0 = nn.gather_nd %x, %i {batch_dims = 0 : i64} : (tensor<2x5x3xf32>, tensor<4x2xi64>) -> tensor<4x3xf32>
    ```
  }];
  let arguments = (ins NN_Tensor:$input, NN_IndexTensor:$indices, I64Attr:$batch_dims);
  let results = (outs NN_Tensor:$result);
  let assemblyFormat = "$input `,` $indices attr-dict `:` functional-type(operands, results)";
}

def NN_ScatterElementsOp : NN_InferredOp<"scatter_elements"> {
  let summary = "copy a tensor and write single elements along an axis by index";
  let description = [{
    y = x; y[i with i_axis := indices[i]] is set to, or combined by `reduction` with, updates[i], in row-major order of i.
    Negative indices count from the end; updates with an index outside the range are dropped.

    Constraints:
    - (C1) Element types agree.
    - (C2) Input and indices have the same rank.
    - (C3) `axis` is a dimension.
    - (C4) In other dimensions indices are no larger than the input.
    - (C5) `updates` has the shape of `indices`.
    - (C6) `i1` takes the reduction `none` only.

    ```mlir
    %0 = nn.scatter_elements none %x, %i, %u {axis = 1 : i64} : (tensor<2x5xf32>, tensor<2x3xi64>, tensor<2x3xf32>) -> tensor<2x5xf32>
    ```
  }];
  let arguments = (ins NN_ScatterReductionAttr:$reduction, NN_Tensor:$input, NN_IndexTensor:$indices, NN_Tensor:$updates, I64Attr:$axis);
  let results = (outs NN_Tensor:$result);
  let assemblyFormat = "`` $reduction $input `,` $indices `,` $updates attr-dict `:` functional-type(operands, results)";
  let hasVerifier = 1;
}

def NN_ScatterNDOp : NN_InferredOp<"scatter_nd"> {
  let summary = "copy a tensor and write slices by index tuples";
  let description = [{
    y = x; the slice y[indices[i…, 0], indices[i…, 1], …] is set to, or combined by `reduction` with, updates[i…], in
    row-major order of i. Negative indices count from the end; updates with an index outside the range are dropped.

    Constraints:
    - (C1) Element types agree.
    - (C2) `indices` has rank ≥ 1.
    - (C3) An index tuple has from 1 to rank coordinates.
    - (C4) `updates` has the shape of the indexed slices.
    - (C5) `i1` takes the reduction `none` only.

    ```mlir
    %0 = nn.scatter_nd add %x, %i, %u : (tensor<5x3xf32>, tensor<2x1xi64>, tensor<2x3xf32>) -> tensor<5x3xf32>
    ```
  }];
  let arguments = (ins NN_ScatterReductionAttr:$reduction, NN_Tensor:$input, NN_IndexTensor:$indices, NN_Tensor:$updates);
  let results = (outs NN_Tensor:$result);
  let assemblyFormat = "`` $reduction $input `,` $indices `,` $updates attr-dict `:` functional-type(operands, results)";
  let hasVerifier = 1;
}

#endif

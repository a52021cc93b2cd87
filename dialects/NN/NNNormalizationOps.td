// Operators that scale elements by statistics of their neighbours.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef NNC_DIALECTS_NN_NORMALIZATION_OPS
#define NNC_DIALECTS_NN_NORMALIZATION_OPS

include "dialects/NN/NNOpClasses.td"

def NN_SoftmaxOp : NN_InferredOp<"softmax"> {
  let summary = "normalised exponentials along an axis";
  let description = [{
    y = e^(x − max) / Σ e^(x − max) along `axis`; with `log` its logarithm.

    Constraints:
    - (C1) `axis` is a dimension.

    ```mlir
    %0 = nn.softmax %x {axis = 1 : i64} : (tensor<2x5xf32>) -> tensor<2x5xf32>
    ```
  }];
  let arguments = (ins NN_FloatTensor:$input, I64Attr:$axis, UnitAttr:$log);
  let results = (outs NN_FloatTensor:$result);
  let assemblyFormat = "$input attr-dict `:` functional-type(operands, results)";
}

def NN_NormalizeOp : NN_InferredOp<"normalize"> {
  let summary = "subtract the mean and divide by the deviation over some dimensions";
  let description = [{
    y = (x − mean) / √(var + epsilon), both over `axes` (ascending); `rms` leaves the mean out: y = x / √(mean(x²) + ε).
    Layer, instance and group normalisation are this op followed by a scale and a bias.

    Constraints:
    - (C1) `axes` are dimensions, ascending.

    ```mlir
    %0 = nn.normalize %x {axes = array<i64: 1>, epsilon = 1.0e-5 : f64} : (tensor<2x5xf32>) -> tensor<2x5xf32>
    ```
  }];
  let arguments = (ins NN_FloatTensor:$input, DenseI64ArrayAttr:$axes, F64Attr:$epsilon, UnitAttr:$rms);
  let results = (outs NN_FloatTensor:$result);
  let assemblyFormat = "$input attr-dict `:` functional-type(operands, results)";
}

def NN_BatchNormOp : NN_InferredOp<"batch_norm"> {
  let summary = "scale and shift each channel by trained statistics";
  let description = [{
    y[n, c, …] = (x[n, c, …] − mean[c]) / √(variance[c] + epsilon) · scale[c] + bias[c].

    Constraints:
    - (C1) The rank is at least 2.
    - (C2) Element types agree.
    - (C3) Each parameter has C elements.

    ```mlir
    %0 = nn.batch_norm %x, %s, %b, %m, %v {epsilon = 1.0e-5 : f64}
      : (tensor<1x3x5x5xf32>, tensor<3xf32>, tensor<3xf32>, tensor<3xf32>, tensor<3xf32>) -> tensor<1x3x5x5xf32>
    ```
  }];
  let arguments = (ins NN_FloatTensor:$input, NN_FloatTensor:$scale, NN_FloatTensor:$bias,
                   NN_FloatTensor:$mean, NN_FloatTensor:$variance, F64Attr:$epsilon);
  let results = (outs NN_FloatTensor:$result);
  let assemblyFormat = [{
    $input `,` $scale `,` $bias `,` $mean `,` $variance attr-dict `:` functional-type(operands, results)
  }];
}

def NN_LRNOp : NN_InferredOp<"lrn"> {
  let summary = "local response normalisation across channels";
  let description = [{
    y = x / (bias + alpha/size · Σ x²)^beta, the sum over `size` neighbouring channels,
    from c − ⌊(size−1)/2⌋ to c + ⌈(size−1)/2⌉.

    Constraints:
    - (C1) The rank is at least 2.
    - (C2) `size` ≥ 1.

    ```mlir
    %0 = nn.lrn %x {size = 5 : i64, alpha = 1.0e-4 : f64, beta = 0.75 : f64, bias = 1.0 : f64} : (tensor<1x8x3x3xf32>) -> tensor<1x8x3x3xf32>
    ```
  }];
  let arguments = (ins NN_FloatTensor:$input, I64Attr:$size, F64Attr:$alpha, F64Attr:$beta, F64Attr:$bias);
  let results = (outs NN_FloatTensor:$result);
  let assemblyFormat = "$input attr-dict `:` functional-type(operands, results)";
}

#endif

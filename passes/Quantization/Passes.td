// Passes between real numbers and integers that stand for them.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef NNC_PASSES_QUANTIZATION_PASSES
#define NNC_PASSES_QUANTIZATION_PASSES

include "mlir/Pass/PassBase.td"

def FoldQdqPass : Pass<"nnc-fold-qdq", "::mlir::func::FuncOp"> {
  let summary = "compute with integers between nn.dequantize and nn.quantize";
  let description = [{
    Operators whose operands are dequantized and whose result is quantized are computed with the integers: an exact sum in 32 bits, then one
    `nn.requantize` to the scale of the result. The scales are computed in double precision from those of the types.

    | Between the two | With integers |
    |---|---|
    | convolution, matrix product with constant weights and bias | sums of products; the bias counts steps of S_x·S_w; weights around another zero point move it to 0 |
    | sum, difference, product of two tensors | of 8 bits: M_a·a + M_b·b with M = round(2^22·S / max(S_a, S_b)); (a − z_a)·(b − z_b) |
    | normalisation with constant statistics | of 8 bits: M·x + T, factors and terms of each channel of 29 bits |
    | sum, mean, average pool | sums; the scale is divided by the number of elements |
    | functions of one number, trees of them | of 8 bits: a table of 256 entries, each what the operators give in floating point, quantized |
    | movements, max pool, maximum, minimum, relu, clamp | the same on integers; both operators move through them |
    | nothing | the same integers, or requantized to the other scale |

    Convolutions and matrix products of 8 bits that nothing quantizes are sums of integers, too: `nn.cast` to f32, times S_x·S_w, plus the bias.

    Before:
    ```mlir
    %1 = nn.dequantize %a : (tensor<1x4x!quant.uniform<i8:f32, 5.000000e-01>>) -> tensor<1x4xf32>
    %2 = nn.dequantize %b : (tensor<1x4x!quant.uniform<i8:f32, 2.500000e-01>>) -> tensor<1x4xf32>
    %3 = nn.binary mul %1, %2 : (tensor<1x4xf32>, tensor<1x4xf32>) -> tensor<1x4xf32>
    %4 = nn.quantize %3 : (tensor<1x4xf32>) -> tensor<1x4x!quant.uniform<i8:f32, 1.250000e-01>>
    ```
    After (`%i` and `%j` are the integers of `%a` and `%b` in 32 bits):
    ```mlir
    %3 = nn.binary mul %i, %j : (tensor<1x4xi32>, tensor<1x4xi32>) -> tensor<1x4xi32>
    %q = nn.requantize %3 by %m plus %c right %r left %l : (tensor<1x4xi32>, tensor<i32>, tensor<i32>, tensor<i32>, tensor<i32>) -> tensor<1x4xi8>
    %4 = nn.storage_cast %q : (tensor<1x4xi8>) -> tensor<1x4x!quant.uniform<i8:f32, 1.250000e-01>>
    ```

    A result differs from the quantized result in floating point by at most one step, and only where the exact number lies next to the middle between
    two steps; sums and differences of two tensors where it lies within 2^-13 of it.

    *Requires* nothing.
    *Ensures* that sums cannot leave 32 bits.
    *Leaves alone*, with a remark that says why, operators between the two for which there is no such form; real results that have another reader;
    operators of which only one side is quantized.
  }];
  let dependentDialects = ["::nnc::nn::NNDialect"];
}

def LowerQuantizedPass : Pass<"nnc-lower-quantized", "::mlir::func::FuncOp"> {
  let summary = "write quantized numbers as their integers";
  let description = [{
    `nn.quantize` and `nn.dequantize` become arithmetic on floating-point numbers and integers, and `nn.storage_cast` vanishes, so that no type of the
    `quant` dialect is left: q = saturate(round(x / S) + z), y = float(q − z)·S. Zero points and scales are constants, for an axis tensors of its size.

    Before:
    ```mlir
    %1 = nn.quantize %x : (tensor<2x3xf32>) -> tensor<2x3x!quant.uniform<u8:f32, 5.000000e-01:128>>
    ```
    After:
    ```mlir
    %s = nn.constant dense<5.000000e-01> : tensor<f32>
    %z = nn.constant dense<1.280000e+02> : tensor<f32>
    %1 = nn.binary div %x, %s : (tensor<2x3xf32>, tensor<f32>) -> tensor<2x3xf32>
    %2 = nn.unary round %1 : (tensor<2x3xf32>) -> tensor<2x3xf32>
    %3 = nn.binary add %2, %z : (tensor<2x3xf32>, tensor<f32>) -> tensor<2x3xf32>
    %4 = nn.cast %3 {saturate} : (tensor<2x3xf32>) -> tensor<2x3xui8>
    ```

    What a constant stands for becomes a constant: it takes no time at each run, but its full size. Weights of 8 bits that only matrix products with
    real numbers read stay integers: matmul(a, cast(w − z)), times S for each column.

    *Requires* that no other operator reads or gives quantized numbers; one that does is an error.
    *Ensures* that no quantized type is left.
    *Leaves alone* everything else.
  }];
  let dependentDialects = ["::nnc::nn::NNDialect"];
}

def RetypeInterfacePass : Pass<"nnc-retype-interface", "::mlir::func::FuncOp"> {
  let summary = "pass quantized inputs and results as integers, or as real numbers";
  let description = [{
    Arguments and results get the type that `nn.io_type` states on them, `f32`, `i8`, `ui8`, `i16` or `ui16`. Integers get scale and zero point of the
    `nn.quantize` that reads the argument, or of the `nn.dequantize` that gives the result, by way of movements where there are some. With another sign
    zero point and numbers are moved by half the range: the same real numbers.

    Before:
    ```mlir
    func.func @f(%x: tensor<1x4xf32> {nn.io_type = i8}) -> tensor<1x4x!quant.uniform<i8:f32, 5.000000e-01>> {
      %1 = nn.quantize %x : (tensor<1x4xf32>) -> tensor<1x4x!quant.uniform<i8:f32, 5.000000e-01>>
    ```
    After; `nnc-fold-qdq` removes the pair:
    ```mlir
    func.func @f(%x: tensor<1x4xi8>) -> tensor<1x4x!quant.uniform<i8:f32, 5.000000e-01>> {
      %q = nn.storage_cast %x : (tensor<1x4xi8>) -> tensor<1x4x!quant.uniform<i8:f32, 5.000000e-01>>
      %r = nn.dequantize %q : (tensor<1x4x!quant.uniform<i8:f32, 5.000000e-01>>) -> tensor<1x4xf32>
      %1 = nn.quantize %r : (tensor<1x4xf32>) -> tensor<1x4x!quant.uniform<i8:f32, 5.000000e-01>>
    ```

    *Requires* nothing. *Ensures* the types; that `nn.io_type` is gone.
    An error where an input has readers in floating point or several scales, where a result is computed in floating point, and where the integers have
    more or fewer bits.
    *Leaves alone* arguments and results without the attribute.
  }];
  let dependentDialects = ["::nnc::nn::NNDialect"];
}

def EqualizePass : Pass<"nnc-equalize", "::mlir::func::FuncOp"> {
  let summary = "even out the ranges of channels between convolutions";
  let description = [{
    Channel c between two convolutions, with or without a relu, is divided by s_c in the first one's weights and bias and multiplied by s_c in the
    second one's weights: s_c = √(a_c / b_c) rounded to a power of two, a_c and b_c the largest weights into and out of the channel. Chains of
    convolutions, depthwise ones among them, are swept until nothing changes. One scale then suits all channels of a value, which the
    quantization of values needs. No data is read.

    Before and after: the same operators with other constants,
    ```mlir
    %1 = nn.conv %x, %w, %b {…} : (tensor<1x4x8x8xf32>, tensor<8x4x1x1xf32>, tensor<8xf32>) -> tensor<1x8x8x8xf32>
    %2 = nn.unary relu %1 : (tensor<1x8x8x8xf32>) -> tensor<1x8x8x8xf32>
    %3 = nn.conv %2, %v {…} : (tensor<1x8x8x8xf32>, tensor<4x8x1x1xf32>) -> tensor<1x4x8x8xf32>
    ```

    *Requires* nothing. *Ensures* that results stay the same, to the bit: no constant is rounded.
    *Leaves alone* convolutions whose result has another reader or is limited from above (relu6 is not s·relu6(x/s)), weights that others read,
    channels of zeros.
  }];
  let options = [
    Option<"sweeps", "sweeps", "int64_t", "20", "at most so many turns over all pairs">,
  ];
  let dependentDialects = ["::nnc::nn::NNDialect"];
}

def QuantizePass : Pass<"nnc-quantize", "::mlir::func::FuncOp"> {
  let summary = "put nn.quantize and nn.dequantize where values get integers of 8 bits";
  let description = [{
    Values get int8 numbers with the range that `nn.range` states on their operator (or argument): S = (high − low) / 255 over the range and 0,
    z = round(−128 − low / S). Such values are the results of products with constant weights, of sums and products of two tensors, means,
    concatenations, functions of one number that feed one of these, and what these read. A relu, a clamp and the bias of a matrix product belong to what they
    follow; movements and max pools take the integers of their operand. Weights get a symmetric scale for each output channel, −127 to 127.

    Before:
    ```mlir
    %1 = nn.conv %x, %w, %b {…} : (tensor<1x4x8x8xf32>, tensor<8x4x1x1xf32>, tensor<8xf32>) -> tensor<1x8x8x8xf32>
    %2 = nn.unary relu %1 {nn.range = array<f64: 0.0, 5.1>} : (tensor<1x8x8x8xf32>) -> tensor<1x8x8x8xf32>
    ```
    After (`%d` are the dequantized weights, `%c` the corrected bias):
    ```mlir
    %1 = nn.conv %x, %d, %c {…} : (tensor<1x4x8x8xf32>, tensor<8x4x1x1xf32>, tensor<8xf32>) -> tensor<1x8x8x8xf32>
    %2 = nn.unary relu %1 : (tensor<1x8x8x8xf32>) -> tensor<1x8x8x8xf32>
    %q = nn.quantize %2 : (tensor<1x8x8x8xf32>) -> tensor<1x8x8x8x!quant.uniform<i8:f32, 2.000000e-02:-128>>
    %3 = nn.dequantize %q : (tensor<1x8x8x8x!quant.uniform<i8:f32, 2.000000e-02:-128>>) -> tensor<1x8x8x8xf32>
    ```

    Bias correction takes what the rounding of weights adds to the mean of a channel off the bias: Σ (ŵ − w)·mean, with the means of the input's
    channels that `nn.input_means` states on the product; borders are counted as the rest of the image. It needs a bias.

    *Requires* `nn.range` on what shall be quantized; a value without one stays in floating point, with a remark.
    *Ensures* that `nn.range` and `nn.input_means` are gone.
    *Leaves alone* the operators that `skip` names and all kinds that have no integer form.
  }];
  let options = [
    ListOption<"skip", "skip", "std::string",
               "patterns (*, ?, [...]) of names of nodes or tensors that stay in floating point">,
    Option<"biasCorrection", "bias-correction", "bool", "true", "correct biases by the means of inputs">,
  ];
  let dependentDialects = ["::nnc::nn::NNDialect"];
}

#endif

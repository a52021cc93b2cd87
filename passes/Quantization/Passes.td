// Passes between real numbers and integers that stand for them.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef NNC_PASSES_QUANTIZATION_PASSES
#define NNC_PASSES_QUANTIZATION_PASSES

include "mlir/Pass/PassBase.td"

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

    *Requires* that no other operator reads or gives quantized numbers; one that does is an error.
    *Ensures* that no quantized type is left.
    *Leaves alone* everything else.
  }];
  let dependentDialects = ["::nnc::nn::NNDialect"];
}

#endif

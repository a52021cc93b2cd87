// RUN: not nn-opt %s -pass-pipeline='builtin.module(func.func(nnc-lower-quantized))' 2>&1 | FileCheck %s

// CHECK: error: 'func.return' op computes with 'tensor<3x!quant.uniform<u8:f32, 5.000000e-01>>', expected its integers; nn.storage_cast gives them
func.func @returns_quantized(%x: tensor<3xf32>) -> tensor<3x!quant.uniform<u8:f32, 0.5>> {
  %0 = nn.quantize %x : (tensor<3xf32>) -> tensor<3x!quant.uniform<u8:f32, 0.5>>
  return %0 : tensor<3x!quant.uniform<u8:f32, 0.5>>
}

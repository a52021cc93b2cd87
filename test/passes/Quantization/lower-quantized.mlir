// RUN: nn-opt %s -pass-pipeline='builtin.module(func.func(nnc-lower-quantized))' | FileCheck %s
// COMPARE: --tolerance=0

// CHECK-LABEL: @quantizes
// CHECK: %[[S:.*]] = nn.constant dense<5.000000e-01> : tensor<f32>
// CHECK: %[[Q:.*]] = nn.binary div %arg0, %[[S]]
// CHECK: %[[R:.*]] = nn.unary round %[[Q]]
// CHECK: %[[Z:.*]] = nn.constant dense<1.280000e+02> : tensor<f32>
// CHECK: %[[A:.*]] = nn.binary add %[[R]], %[[Z]]
// CHECK: %[[Y:.*]] = nn.cast %[[A]] {saturate} : (tensor<3x5xf32>) -> tensor<3x5xui8>
// CHECK: return %[[Y]]
func.func @quantizes(%x: tensor<3x5xf32>) -> tensor<3x5xui8> {
  %0 = nn.quantize %x : (tensor<3x5xf32>) -> tensor<3x5x!quant.uniform<u8:f32, 0.5:128>>
  %1 = nn.storage_cast %0 : (tensor<3x5x!quant.uniform<u8:f32, 0.5:128>>) -> tensor<3x5xui8>
  return %1 : tensor<3x5xui8>
}

// CHECK-LABEL: @limits_a_narrow_range
// CHECK: nn.clamp %{{.*}} {high = 1.270000e+02 : f64, low = -1.270000e+02 : f64} : (tensor<3x5xi8>)
func.func @limits_a_narrow_range(%x: tensor<3x5xf32>) -> tensor<3x5xi8> {
  %0 = nn.quantize %x : (tensor<3x5xf32>) -> tensor<3x5x!quant.uniform<i8<-127:127>:f32, 0.01>>
  %1 = nn.storage_cast %0 : (tensor<3x5x!quant.uniform<i8<-127:127>:f32, 0.01>>) -> tensor<3x5xi8>
  return %1 : tensor<3x5xi8>
}

// CHECK-LABEL: @dequantizes_without_zero_point
// CHECK: %[[Y:.*]] = nn.cast %arg0 : (tensor<3x5xi8>) -> tensor<3x5xf32>
// CHECK: %[[P:.*]] = nn.binary mul %[[Y]]
// CHECK: return %[[P]]
func.func @dequantizes_without_zero_point(%x: tensor<3x5xi8>) -> tensor<3x5xf32> {
  %0 = nn.storage_cast %x : (tensor<3x5xi8>) -> tensor<3x5x!quant.uniform<i8:f32, 0.3>>
  %1 = nn.dequantize %0 : (tensor<3x5x!quant.uniform<i8:f32, 0.3>>) -> tensor<3x5xf32>
  return %1 : tensor<3x5xf32>
}

// CHECK-LABEL: @dequantizes_by_axis
// CHECK: nn.cast %arg0 : (tensor<2x3x5xi8>) -> tensor<2x3x5xi32>
// CHECK: nn.constant dense<{{\[}}[1], [-2], [3]]> : tensor<3x1xi32>
// CHECK: nn.binary sub
// CHECK: nn.cast
// CHECK: nn.constant dense<{{\[}}[3.000000e-01], [0.699999988], [1.100000e+00]]> : tensor<3x1xf32>
// CHECK: nn.binary mul
func.func @dequantizes_by_axis(%x: tensor<2x3x5xi8>) -> tensor<2x3x5xf32> {
  %0 = nn.storage_cast %x : (tensor<2x3x5xi8>) -> tensor<2x3x5x!quant.uniform<i8:f32:1, {0.3:1, 0.7:-2, 1.1:3}>>
  %1 = nn.dequantize %0 : (tensor<2x3x5x!quant.uniform<i8:f32:1, {0.3:1, 0.7:-2, 1.1:3}>>) -> tensor<2x3x5xf32>
  return %1 : tensor<2x3x5xf32>
}

// CHECK-LABEL: @evaluates_constants
// CHECK: %[[W:.*]] = nn.constant dense<[-5.000000e-01, 1.250000e+00]> : tensor<2xf32>
// CHECK: return %[[W]]
func.func @evaluates_constants() -> tensor<2xf32> {
  %c = nn.constant dense<[-3, 4]> : tensor<2xi8>
  %0 = nn.storage_cast %c : (tensor<2xi8>) -> tensor<2x!quant.uniform<i8:f32, 0.25:-1>>
  %1 = nn.dequantize %0 : (tensor<2x!quant.uniform<i8:f32, 0.25:-1>>) -> tensor<2xf32>
  return %1 : tensor<2xf32>
}

// CHECK-LABEL: @reads_what_was_quantized
// CHECK: %[[Q:.*]] = nn.cast %{{.*}} {saturate}
// CHECK: %[[W:.*]] = nn.cast %[[Q]] : (tensor<7x3xui8>) -> tensor<7x3xi32>
// CHECK: nn.binary sub %[[W]]
// CHECK-NOT: quant
func.func @reads_what_was_quantized(%x: tensor<7x3xf32>) -> tensor<7x3xf32> {
  %0 = nn.quantize %x : (tensor<7x3xf32>) -> tensor<7x3x!quant.uniform<u8:f32, 0.01:7>>
  %1 = nn.dequantize %0 : (tensor<7x3x!quant.uniform<u8:f32, 0.01:7>>) -> tensor<7x3xf32>
  return %1 : tensor<7x3xf32>
}

// The kernels of matrix products make real numbers of bytes: nothing is expanded.
// CHECK-LABEL: @keeps_weights_of_products
// CHECK: %[[W:.*]] = nn.constant dense<{{\[}}[3, -5], [7, 9], [-1, 2]]> : tensor<3x2xi8>
// CHECK: %[[R:.*]] = nn.cast %[[W]] : (tensor<3x2xi8>) -> tensor<3x2xf32>
// CHECK: %[[S:.*]] = nn.constant dense<[5.000000e-01, 2.500000e-01]> : tensor<2xf32>
// CHECK: %[[P:.*]] = nn.matmul %arg0, %[[R]]
// CHECK: nn.binary mul %[[P]], %[[S]] : (tensor<4x2xf32>, tensor<2xf32>)
func.func @keeps_weights_of_products(%x: tensor<4x3xf32>) -> tensor<4x2xf32> {
  %c = nn.constant dense<[[4, -8], [8, 6], [0, -1]]> : tensor<3x2xi8>
  %0 = nn.storage_cast %c : (tensor<3x2xi8>) -> tensor<3x2x!quant.uniform<i8:f32:1, {0.5:1, 0.25:-3}>>
  %w = nn.dequantize %0 : (tensor<3x2x!quant.uniform<i8:f32:1, {0.5:1, 0.25:-3}>>) -> tensor<3x2xf32>
  %1 = nn.matmul %x, %w : (tensor<4x3xf32>, tensor<3x2xf32>) -> tensor<4x2xf32>
  return %1 : tensor<4x2xf32>
}

// Scales along the depth are no factor of a result.
// CHECK-LABEL: @expands_weights_with_scales_along_the_depth
// CHECK: nn.constant dense<{{.*}}> : tensor<3x2xf32>
// CHECK-NOT: nn.cast
func.func @expands_weights_with_scales_along_the_depth(%x: tensor<4x3xf32>) -> tensor<4x2xf32> {
  %c = nn.constant dense<[[4, -8], [8, 6], [0, -1]]> : tensor<3x2xi8>
  %0 = nn.storage_cast %c : (tensor<3x2xi8>) -> tensor<3x2x!quant.uniform<i8:f32:0, {0.5, 0.25, 0.125}>>
  %w = nn.dequantize %0 : (tensor<3x2x!quant.uniform<i8:f32:0, {0.5, 0.25, 0.125}>>) -> tensor<3x2xf32>
  %1 = nn.matmul %x, %w : (tensor<4x3xf32>, tensor<3x2xf32>) -> tensor<4x2xf32>
  return %1 : tensor<4x2xf32>
}

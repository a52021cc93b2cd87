// RUN: nn-opt %s -pass-pipeline='builtin.module(func.func(nnc-equalize,cse))' | FileCheck %s
// COMPARE: --tolerance=0

// √(8/0.5) = 4 and √(0.25/1) = 0.5: the first channel is divided by 4, the second by a half.
// CHECK-LABEL: @evens_out_two_channels
// CHECK-DAG: nn.constant dense<{{\[\[\[\[}}2.000000e+00]], {{\[\[}}-1.000000e+00]]], {{\[\[\[}}5.000000e-01]], {{\[\[}}2.500000e-01]]]]> : tensor<2x2x1x1xf32>
// CHECK-DAG: nn.constant dense<[2.500000e-01, -4.000000e+00]> : tensor<2xf32>
// CHECK-DAG: nn.constant dense<{{\[\[\[\[}}2.000000e+00]], {{\[\[}}5.000000e-01]]], {{\[\[\[}}-1.000000e+00]], {{\[\[}}1.250000e-01]]]]> : tensor<2x2x1x1xf32>
func.func @evens_out_two_channels(%x: tensor<1x2x3x5xf32>) -> tensor<1x2x3x5xf32> {
  %w = nn.constant dense<[[[[8.0]], [[-4.0]]], [[[0.25]], [[0.125]]]]> : tensor<2x2x1x1xf32>
  %b = nn.constant dense<[1.0, -2.0]> : tensor<2xf32>
  %v = nn.constant dense<[[[[0.5]], [[1.0]]], [[[-0.25]], [[0.25]]]]> : tensor<2x2x1x1xf32>
  %0 = nn.conv %x, %w, %b {strides = array<i64: 1, 1>, dilations = array<i64: 1, 1>, pads_begin = array<i64: 0, 0>, pads_end = array<i64: 0, 0>}
    : (tensor<1x2x3x5xf32>, tensor<2x2x1x1xf32>, tensor<2xf32>) -> tensor<1x2x3x5xf32>
  %1 = nn.unary relu %0 : (tensor<1x2x3x5xf32>) -> tensor<1x2x3x5xf32>
  %2 = nn.conv %1, %v {strides = array<i64: 1, 1>, dilations = array<i64: 1, 1>, pads_begin = array<i64: 0, 0>, pads_end = array<i64: 0, 0>}
    : (tensor<1x2x3x5xf32>, tensor<2x2x1x1xf32>) -> tensor<1x2x3x5xf32>
  return %2 : tensor<1x2x3x5xf32>
}

// Into and out of a depthwise convolution, borders and strides included.
// CHECK-LABEL: @sweeps_through_depthwise
// CHECK-DAG: nn.constant dense<{{\[\[\[\[}}2.000000e+00]]], {{\[\[\[}}7.500000e-01]]]]> : tensor<2x1x1x1xf32>
// CHECK-DAG: nn.constant dense<{{\[\[\[\[}}2.000000e+00, 1.000000e+00], [-2.000000e+00, 5.000000e-01]]], {{\[\[\[}}5.000000e-01, 7.500000e-01], [5.000000e-01, -5.000000e-01]]]]> : tensor<2x1x2x2xf32>
// CHECK-DAG: nn.constant dense<{{\[\[\[\[}}2.000000e+00]], {{\[\[}}1.000000e+00]]]]> : tensor<1x2x1x1xf32>
func.func @sweeps_through_depthwise(%x: tensor<1x1x5x3xf32>) -> tensor<1x1x3x2xf32> {
  %w = nn.constant dense<[[[[64.0]]], [[[0.75]]]]> : tensor<2x1x1x1xf32>
  %v = nn.constant dense<[[[[0.25, 0.125], [-0.25, 0.0625]]], [[[0.5, 0.75], [0.5, -0.5]]]]> : tensor<2x1x2x2xf32>
  %u = nn.constant dense<[[[[0.5]], [[1.0]]]]> : tensor<1x2x1x1xf32>
  %0 = nn.conv %x, %w {strides = array<i64: 1, 1>, dilations = array<i64: 1, 1>, pads_begin = array<i64: 0, 0>, pads_end = array<i64: 0, 0>}
    : (tensor<1x1x5x3xf32>, tensor<2x1x1x1xf32>) -> tensor<1x2x5x3xf32>
  %1 = nn.unary relu %0 : (tensor<1x2x5x3xf32>) -> tensor<1x2x5x3xf32>
  %2 = nn.conv %1, %v {strides = array<i64: 2, 2>, dilations = array<i64: 1, 1>, pads_begin = array<i64: 1, 1>, pads_end = array<i64: 0, 0>, group = 2 : i64}
    : (tensor<1x2x5x3xf32>, tensor<2x1x2x2xf32>) -> tensor<1x2x3x2xf32>
  %3 = nn.conv %2, %u {strides = array<i64: 1, 1>, dilations = array<i64: 1, 1>, pads_begin = array<i64: 0, 0>, pads_end = array<i64: 0, 0>}
    : (tensor<1x2x3x2xf32>, tensor<1x2x1x1xf32>) -> tensor<1x1x3x2xf32>
  return %3 : tensor<1x1x3x2xf32>
}

// relu6 is not s·relu6(x/s).
// CHECK-LABEL: @keeps_what_is_limited_from_above
// CHECK-DAG: nn.constant dense<6.400000e+01>
func.func @keeps_what_is_limited_from_above(%x: tensor<1x1x5xf32>) -> tensor<1x1x5xf32> {
  %w = nn.constant dense<64.0> : tensor<1x1x1xf32>
  %v = nn.constant dense<0.25> : tensor<1x1x1xf32>
  %0 = nn.conv %x, %w {strides = array<i64: 1>, dilations = array<i64: 1>, pads_begin = array<i64: 0>, pads_end = array<i64: 0>}
    : (tensor<1x1x5xf32>, tensor<1x1x1xf32>) -> tensor<1x1x5xf32>
  %1 = nn.clamp %0 {low = 0.0, high = 6.0} : (tensor<1x1x5xf32>) -> tensor<1x1x5xf32>
  %2 = nn.conv %1, %v {strides = array<i64: 1>, dilations = array<i64: 1>, pads_begin = array<i64: 0>, pads_end = array<i64: 0>}
    : (tensor<1x1x5xf32>, tensor<1x1x1xf32>) -> tensor<1x1x5xf32>
  return %2 : tensor<1x1x5xf32>
}

// CHECK-LABEL: @keeps_values_with_two_readers
// CHECK-DAG: nn.constant dense<6.400000e+01>
func.func @keeps_values_with_two_readers(%x: tensor<1x1x5xf32>) -> (tensor<1x1x5xf32>, tensor<1x1x5xf32>) {
  %w = nn.constant dense<64.0> : tensor<1x1x1xf32>
  %v = nn.constant dense<0.25> : tensor<1x1x1xf32>
  %0 = nn.conv %x, %w {strides = array<i64: 1>, dilations = array<i64: 1>, pads_begin = array<i64: 0>, pads_end = array<i64: 0>}
    : (tensor<1x1x5xf32>, tensor<1x1x1xf32>) -> tensor<1x1x5xf32>
  %2 = nn.conv %0, %v {strides = array<i64: 1>, dilations = array<i64: 1>, pads_begin = array<i64: 0>, pads_end = array<i64: 0>}
    : (tensor<1x1x5xf32>, tensor<1x1x1xf32>) -> tensor<1x1x5xf32>
  return %0, %2 : tensor<1x1x5xf32>, tensor<1x1x5xf32>
}

// A channel of zeros has no size to even out.
// CHECK-LABEL: @keeps_channels_of_zeros
// CHECK-DAG: nn.constant dense<0.000000e+00>
// CHECK-DAG: nn.constant dense<2.500000e-01>
func.func @keeps_channels_of_zeros(%x: tensor<1x1x5xf32>) -> tensor<1x1x5xf32> {
  %w = nn.constant dense<0.0> : tensor<1x1x1xf32>
  %v = nn.constant dense<0.25> : tensor<1x1x1xf32>
  %0 = nn.conv %x, %w {strides = array<i64: 1>, dilations = array<i64: 1>, pads_begin = array<i64: 0>, pads_end = array<i64: 0>}
    : (tensor<1x1x5xf32>, tensor<1x1x1xf32>) -> tensor<1x1x5xf32>
  %2 = nn.conv %0, %v {strides = array<i64: 1>, dilations = array<i64: 1>, pads_begin = array<i64: 0>, pads_end = array<i64: 0>}
    : (tensor<1x1x5xf32>, tensor<1x1x1xf32>) -> tensor<1x1x5xf32>
  return %2 : tensor<1x1x5xf32>
}

// RUN: nn-opt %s -pass-pipeline='builtin.module(func.func(nnc-quantize{skip=keep*}))' -verify-diagnostics=only-expected -mlir-print-debuginfo=false | FileCheck %s
// RUN: nn-opt %s -pass-pipeline='builtin.module(func.func(nnc-quantize{bias-correction=false}))' | FileCheck %s --check-prefix=PLAIN

// The relu belongs to the convolution; 6 / 255 steps around −1, 5.5 / 255 from −128. The first bias loses (64/127 − 0.5)·0.5; the channel of zeros
// has a scale that its bias is a number of.
// CHECK-LABEL: @convolves
// CHECK: %[[Q:.*]] = nn.quantize %arg0 : (tensor<1x2x5x3xf32>) -> tensor<1x2x5x3x!quant.uniform<i8:f32, 0.0235294{{[0-9]*}}:-1>>
// CHECK: %[[X:.*]] = nn.dequantize %[[Q]]
// CHECK: %[[B:.*]] = nn.constant dense<[0.998031437, -1.000000e+00, 5.000000e-01]> : tensor<3xf32>
// CHECK: nn.constant dense<{{\[\[\[\[}}64]], {{\[\[}}-127]]], {{\[\[\[}}127]], {{\[\[}}0]]], {{\[\[\[}}0]], {{\[\[}}0]]]]> : tensor<3x2x1x1xi8>
// CHECK: !quant.uniform<i8:f32:0, {0.0078740{{[0-9]*}},0.00196850{{[0-9]*}},2.0265{{[0-9]*}}E-5}>
// CHECK: %[[W:.*]] = nn.dequantize
// CHECK: %[[Y:.*]] = nn.conv %[[X]], %[[W]], %[[B]]
// CHECK-NOT: nn.input_means
// CHECK-NOT: nn.quantize
// CHECK: %[[R:.*]] = nn.unary relu %[[Y]] : 
// CHECK: %[[P:.*]] = nn.quantize %[[R]] : (tensor<1x3x5x3xf32>) -> tensor<1x3x5x3x!quant.uniform<i8:f32, 0.0215686{{[0-9]*}}:-128>>
// CHECK: %[[Z:.*]] = nn.dequantize %[[P]]
// CHECK: return %[[Z]]
// PLAIN-LABEL: @convolves
// PLAIN: %[[B:.*]] = nn.constant dense<[1.000000e+00, -1.000000e+00, 5.000000e-01]>
// PLAIN: nn.conv %{{.*}}, %{{.*}}, %[[B]]
func.func @convolves(%x: tensor<1x2x5x3xf32> {nn.range = array<f64: -3.0, 3.0>}) -> tensor<1x3x5x3xf32> {
  %w = nn.constant dense<[[[[0.5]], [[-1.0]]], [[[0.25]], [[0.0]]], [[[0.0]], [[0.0]]]]> : tensor<3x2x1x1xf32>
  %b = nn.constant dense<[1.0, -1.0, 0.5]> : tensor<3xf32>
  %0 = nn.conv %x, %w, %b {strides = array<i64: 1, 1>, dilations = array<i64: 1, 1>, pads_begin = array<i64: 0, 0>, pads_end = array<i64: 0, 0>,
    nn.input_means = array<f64: 0.5, 10.0>} : (tensor<1x2x5x3xf32>, tensor<3x2x1x1xf32>, tensor<3xf32>) -> tensor<1x3x5x3xf32>
  %1 = nn.unary relu %0 {nn.range = array<f64: 0.0, 5.5>} : (tensor<1x3x5x3xf32>) -> tensor<1x3x5x3xf32>
  return %1 : tensor<1x3x5x3xf32>
}

// The pool and the reshape move integers; the bias belongs to the product.
// CHECK-LABEL: @moves_and_multiplies
// CHECK: nn.quantize %arg0
// CHECK: nn.pool max
// CHECK-NOT: nn.quantize
// CHECK: nn.reshape
// CHECK-NOT: nn.quantize
// CHECK: !quant.uniform<i8:f32:1, {
// CHECK: nn.matmul
// CHECK-NOT: nn.quantize
// CHECK: %[[S:.*]] = nn.binary add
// CHECK: nn.quantize %[[S]]
func.func @moves_and_multiplies(%x: tensor<1x3x2x2xf32> {nn.range = array<f64: -3.0, 3.0>}) -> tensor<1x2xf32> {
  %0 = nn.pool max %x {kernel = array<i64: 2, 2>, strides = array<i64: 1, 1>, dilations = array<i64: 1, 1>, pads_begin = array<i64: 0, 0>,
    pads_end = array<i64: 0, 0>, ceil_extra = array<i64: 0, 0>} : (tensor<1x3x2x2xf32>) -> tensor<1x3x1x1xf32>
  %1 = nn.reshape %0 : (tensor<1x3x1x1xf32>) -> tensor<1x3xf32>
  %w = nn.constant dense<[[0.5, -1.0], [0.25, 0.75], [1.0, 0.1]]> : tensor<3x2xf32>
  %b = nn.constant dense<[0.3, -0.7]> : tensor<2xf32>
  %2 = nn.matmul %1, %w : (tensor<1x3xf32>, tensor<3x2xf32>) -> tensor<1x2xf32>
  %3 = nn.binary add %2, %b {nn.range = array<f64: -6.5, 6.5>} : (tensor<1x2xf32>, tensor<2xf32>) -> tensor<1x2xf32>
  return %3 : tensor<1x2xf32>
}

// What is computed from one number is a table: only its end is quantized. The last function feeds nothing and stays real.
// CHECK-LABEL: @functions_of_one_number
// CHECK: %[[Q:.*]] = nn.quantize %arg0
// CHECK: %[[A:.*]] = nn.dequantize %[[Q]]
// CHECK: %[[S:.*]] = nn.unary sigmoid %[[A]]
// CHECK-NOT: nn.quantize
// CHECK: %[[M:.*]] = nn.binary mul %[[A]], %[[S]]
// CHECK: nn.quantize %[[M]]
// CHECK: nn.binary add
// CHECK: nn.quantize
// CHECK: %[[T:.*]] = nn.unary tanh
// CHECK-NEXT: return %[[T]]
func.func @functions_of_one_number(%x: tensor<3x5xf32> {nn.range = array<f64: -3.0, 3.0>}, %y: tensor<3x5xf32> {nn.range = array<f64: -3.0, 3.0>}) -> tensor<3x5xf32> {
  %0 = nn.unary sigmoid %x : (tensor<3x5xf32>) -> tensor<3x5xf32>
  %1 = nn.binary mul %x, %0 {nn.range = array<f64: -0.3, 2.9>} : (tensor<3x5xf32>, tensor<3x5xf32>) -> tensor<3x5xf32>
  %2 = nn.binary add %1, %y {nn.range = array<f64: -3.3, 5.9>} : (tensor<3x5xf32>, tensor<3x5xf32>) -> tensor<3x5xf32>
  %3 = nn.unary tanh %2 : (tensor<3x5xf32>) -> tensor<3x5xf32>
  return %3 : tensor<3x5xf32>
}

// A constant that a sum reads gets integers of its own.
// CHECK-LABEL: @adds_a_constant
// CHECK: nn.constant dense<[127, -128, 42]> : tensor<3xi8>
// CHECK: nn.binary add
func.func @adds_a_constant(%x: tensor<2x3xf32> {nn.range = array<f64: -3.0, 3.0>}) -> tensor<2x3xf32> {
  %c = nn.constant dense<[2.0, -1.0, 1.0]> : tensor<3xf32>
  %0 = nn.binary add %x, %c {nn.range = array<f64: -4.0, 5.0>} : (tensor<2x3xf32>, tensor<3xf32>) -> tensor<2x3xf32>
  return %0 : tensor<2x3xf32>
}

// CHECK-LABEL: @keeps_what_is_skipped
// CHECK-NOT: nn.quantize
// CHECK-NOT: nn.range
// CHECK: return
// PLAIN-LABEL: @keeps_what_is_skipped
// PLAIN: nn.quantize
func.func @keeps_what_is_skipped(%x: tensor<2x3xf32> {nn.range = array<f64: -3.0, 3.0>}, %y: tensor<2x3xf32> {nn.range = array<f64: -3.0, 3.0>}) -> tensor<2x3xf32> {
  %0 = nn.binary add %x, %y {nn.range = array<f64: -6.0, 6.0>} : (tensor<2x3xf32>, tensor<2x3xf32>) -> tensor<2x3xf32> loc("keep/sum")
  return %0 : tensor<2x3xf32>
}

// CHECK-LABEL: @keeps_softmax
// CHECK-NOT: nn.quantize
// CHECK: return
func.func @keeps_softmax(%x: tensor<2x3xf32> {nn.range = array<f64: -3.0, 3.0>}) -> tensor<2x3xf32> {
  %0 = nn.softmax %x {axis = 1 : i64} : (tensor<2x3xf32>) -> tensor<2x3xf32>
  return %0 : tensor<2x3xf32>
}

// CHECK-LABEL: @keeps_values_without_a_range
// CHECK: nn.quantize %arg0
// CHECK-NOT: nn.quantize
// CHECK: return
func.func @keeps_values_without_a_range(%x: tensor<2x3xf32> {nn.range = array<f64: -3.0, 3.0>}, %y: tensor<2x3xf32> {nn.range = array<f64: 3.0, -3.0>}) -> tensor<2x3xf32> {
  // expected-remark@+1 {{stays in floating point: no range of it is known; nnc-calibrate finds one}}
  %0 = nn.binary add %x, %y : (tensor<2x3xf32>, tensor<2x3xf32>) -> tensor<2x3xf32>
  return %0 : tensor<2x3xf32>
}

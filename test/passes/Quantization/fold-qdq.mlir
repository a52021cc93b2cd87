// RUN: nn-opt %s -pass-pipeline='builtin.module(func.func(nnc-fold-qdq))' -verify-diagnostics=only-expected | FileCheck %s

!x = !quant.uniform<u8:f32, 0.5:3>
!y = !quant.uniform<i8:f32, 0.75:-7>

// The weights lose their zero points, the bias counts steps of 0.5·S_w.
// CHECK-LABEL: @convolves
// CHECK-DAG: %[[W:.*]] = nn.constant dense<{{\[}}{{\[}}[5], [-8]], {{\[}}[7], [0]]]> : tensor<2x2x1xi8>
// CHECK-DAG: %[[B:.*]] = nn.constant dense<[16, -20]> : tensor<2xi32>
// CHECK: %[[S:.*]] = nn.conv %arg0, %[[W]], %[[B]] {dilations = array<i64: 1>, input_zero_point = 3 : i64, pads_begin = array<i64: 1>, pads_end = array<i64: 0>, strides = array<i64: 1>} : (tensor<1x2x3xui8>, tensor<2x2x1xi8>, tensor<2xi32>) -> tensor<1x2x4xi32>
// CHECK: nn.requantize %[[S]] by %{{.*}} plus %{{.*}} right %{{.*}} : (tensor<1x2x4xi32>, tensor<2x1xi32>, tensor<i32>, tensor<i32>) -> tensor<1x2x4xi8>
func.func @convolves(%q: tensor<1x2x3xui8>) -> tensor<1x2x4xi8> {
  %c = nn.constant dense<[[[4], [-9]], [[9], [2]]]> : tensor<2x2x1xi8>
  %0 = nn.storage_cast %q : (tensor<1x2x3xui8>) -> tensor<1x2x3x!x>
  %x = nn.dequantize %0 : (tensor<1x2x3x!x>) -> tensor<1x2x3xf32>
  %1 = nn.storage_cast %c : (tensor<2x2x1xi8>) -> tensor<2x2x1x!quant.uniform<i8:f32:0, {0.125:-1, 0.1:2}>>
  %w = nn.dequantize %1 : (tensor<2x2x1x!quant.uniform<i8:f32:0, {0.125:-1, 0.1:2}>>) -> tensor<2x2x1xf32>
  %b = nn.constant dense<[1.0, -1.0]> : tensor<2xf32>
  %2 = nn.conv %x, %w, %b {strides = array<i64: 1>, dilations = array<i64: 1>, pads_begin = array<i64: 1>, pads_end = array<i64: 0>}
    : (tensor<1x2x3xf32>, tensor<2x2x1xf32>, tensor<2xf32>) -> tensor<1x2x4xf32>
  %3 = nn.quantize %2 : (tensor<1x2x4xf32>) -> tensor<1x2x4x!y>
  %4 = nn.storage_cast %3 : (tensor<1x2x4x!y>) -> tensor<1x2x4xi8>
  return %4 : tensor<1x2x4xi8>
}

// CHECK-LABEL: @adds_and_limits
// CHECK-DAG: nn.binary mul {{.*}} tensor<2x3xi32>
// CHECK: nn.requantize {{.*}} {high = 127 : i64, low = -7 : i64}
// CHECK-NOT: nn.clamp
func.func @adds_and_limits(%a: tensor<2x3xui8>, %b: tensor<3xi8>) -> tensor<2x3xi8> {
  %0 = nn.storage_cast %a : (tensor<2x3xui8>) -> tensor<2x3x!x>
  %x = nn.dequantize %0 : (tensor<2x3x!x>) -> tensor<2x3xf32>
  %1 = nn.storage_cast %b : (tensor<3xi8>) -> tensor<3x!y>
  %y = nn.dequantize %1 : (tensor<3x!y>) -> tensor<3xf32>
  %2 = nn.binary add %x, %y : (tensor<2x3xf32>, tensor<3xf32>) -> tensor<2x3xf32>
  %3 = nn.unary relu %2 : (tensor<2x3xf32>) -> tensor<2x3xf32>
  %4 = nn.quantize %3 : (tensor<2x3xf32>) -> tensor<2x3x!y>
  %5 = nn.storage_cast %4 : (tensor<2x3x!y>) -> tensor<2x3xi8>
  return %5 : tensor<2x3xi8>
}

// CHECK-LABEL: @normalizes
// CHECK: nn.binary mul {{.*}} : (tensor<1x2x3xi32>, tensor<2x1xi32>) -> tensor<1x2x3xi32>
// CHECK: nn.binary add {{.*}} : (tensor<1x2x3xi32>, tensor<2x1xi32>) -> tensor<1x2x3xi32>
// CHECK: nn.requantize
func.func @normalizes(%q: tensor<1x2x3xui8>) -> tensor<1x2x3xi8> {
  %0 = nn.storage_cast %q : (tensor<1x2x3xui8>) -> tensor<1x2x3x!x>
  %x = nn.dequantize %0 : (tensor<1x2x3x!x>) -> tensor<1x2x3xf32>
  %s = nn.constant dense<[1.5, -0.25]> : tensor<2xf32>
  %b = nn.constant dense<[20.0, -3.0]> : tensor<2xf32>
  %v = nn.constant dense<[4.0, 0.5]> : tensor<2xf32>
  %1 = nn.batch_norm %x, %s, %b, %b, %v {epsilon = 1.0e-5 : f64} : (tensor<1x2x3xf32>, tensor<2xf32>, tensor<2xf32>, tensor<2xf32>, tensor<2xf32>) -> tensor<1x2x3xf32>
  %2 = nn.quantize %1 : (tensor<1x2x3xf32>) -> tensor<1x2x3x!y>
  %3 = nn.storage_cast %2 : (tensor<1x2x3x!y>) -> tensor<1x2x3xi8>
  return %3 : tensor<1x2x3xi8>
}

// The model's interface keeps what its integers stand for.
// CHECK-LABEL: func.func @interface(%arg0: tensor<2x3xui8> {nn.quantized = !quant.uniform<u8:f32, 5.000000e-01:3>})
// CHECK-SAME: -> (tensor<3x2xui8> {nn.quantized = !quant.uniform<u8:f32, 5.000000e-01:3>})
// CHECK: nn.transpose %arg0
func.func @interface(%q: tensor<2x3xui8>) -> tensor<3x2xui8> attributes {rt.entry} {
  %0 = nn.storage_cast %q : (tensor<2x3xui8>) -> tensor<2x3x!x>
  %x = nn.dequantize %0 : (tensor<2x3x!x>) -> tensor<2x3xf32>
  %1 = nn.transpose %x {perm = array<i64: 1, 0>} : (tensor<2x3xf32>) -> tensor<3x2xf32>
  %2 = nn.quantize %1 : (tensor<3x2xf32>) -> tensor<3x2x!x>
  %3 = nn.storage_cast %2 : (tensor<3x2x!x>) -> tensor<3x2xui8>
  return %3 : tensor<3x2xui8>
}

// Windows at the border have fewer elements, and so other scales.
// CHECK-LABEL: @averages_windows
// CHECK-DAG: %[[W:.*]] = nn.constant dense<1> : tensor<3x1x2xi8>
// CHECK: nn.conv %arg0, %[[W]] {{{.*}}group = 3 : i64, input_zero_point = 3
// CHECK: nn.binary mul
// CHECK-NEXT: nn.requantize {{.*}} : (tensor<1x3x5xi32>, tensor<i32>, tensor<5xi32>, tensor<5xi32>) -> tensor<1x3x5xi8>
func.func @averages_windows(%q: tensor<1x3x4xui8>) -> tensor<1x3x5xi8> {
  %0 = nn.storage_cast %q : (tensor<1x3x4xui8>) -> tensor<1x3x4x!x>
  %x = nn.dequantize %0 : (tensor<1x3x4x!x>) -> tensor<1x3x4xf32>
  %1 = nn.pool average %x {kernel = array<i64: 2>, strides = array<i64: 1>, dilations = array<i64: 1>, pads_begin = array<i64: 1>, pads_end = array<i64: 1>,
    ceil_extra = array<i64: 0>} : (tensor<1x3x4xf32>) -> tensor<1x3x5xf32>
  %2 = nn.quantize %1 : (tensor<1x3x5xf32>) -> tensor<1x3x5x!y>
  %3 = nn.storage_cast %2 : (tensor<1x3x5x!y>) -> tensor<1x3x5xi8>
  return %3 : tensor<1x3x5xi8>
}

// CHECK-LABEL: @looks_up_a_function
// CHECK: %[[T:.*]] = nn.constant dense<{{.*}}> : tensor<256xi8>
// CHECK: %[[I:.*]] = nn.cast %arg0 : (tensor<7xui8>) -> tensor<7xi32>
// CHECK: nn.gather %[[T]], %[[I]]
func.func @looks_up_a_function(%q: tensor<7xui8>) -> tensor<7xi8> {
  %0 = nn.storage_cast %q : (tensor<7xui8>) -> tensor<7x!x>
  %x = nn.dequantize %0 : (tensor<7x!x>) -> tensor<7xf32>
  %1 = nn.unary sigmoid %x : (tensor<7xf32>) -> tensor<7xf32>
  %2 = nn.binary mul %x, %1 : (tensor<7xf32>, tensor<7xf32>) -> tensor<7xf32>
  %3 = nn.quantize %2 : (tensor<7xf32>) -> tensor<7x!y>
  %4 = nn.storage_cast %3 : (tensor<7x!y>) -> tensor<7xi8>
  return %4 : tensor<7xi8>
}

// A pad adds zero points; a chain of movements has no arithmetic.
// CHECK-LABEL: @moves_integers
// CHECK: %[[Z:.*]] = nn.constant dense<3> : tensor<ui8>
// CHECK: %[[P:.*]] = nn.pad constant %arg0 value %[[Z]]{{ }}
// CHECK-NEXT: %[[T:.*]] = nn.transpose %[[P]]
// CHECK-NEXT: %[[M:.*]] = nn.pool max %[[T]]
// CHECK-NEXT: return %[[M]]
func.func @moves_integers(%q: tensor<1x3x4xui8>) -> tensor<1x5x2xui8> {
  %0 = nn.storage_cast %q : (tensor<1x3x4xui8>) -> tensor<1x3x4x!x>
  %x = nn.dequantize %0 : (tensor<1x3x4x!x>) -> tensor<1x3x4xf32>
  %1 = nn.pad constant %x {low = array<i64: 0, 0, 1>, high = array<i64: 0, 0, 0>} : (tensor<1x3x4xf32>) -> tensor<1x3x5xf32>
  %2 = nn.transpose %1 {perm = array<i64: 0, 2, 1>} : (tensor<1x3x5xf32>) -> tensor<1x5x3xf32>
  %3 = nn.pool max %2 {kernel = array<i64: 2>, strides = array<i64: 1>, dilations = array<i64: 1>, pads_begin = array<i64: 0>, pads_end = array<i64: 0>,
    ceil_extra = array<i64: 0>} : (tensor<1x5x3xf32>) -> tensor<1x5x2xf32>
  %4 = nn.quantize %3 : (tensor<1x5x2xf32>) -> tensor<1x5x2x!x>
  %5 = nn.storage_cast %4 : (tensor<1x5x2x!x>) -> tensor<1x5x2xui8>
  return %5 : tensor<1x5x2xui8>
}

// CHECK-LABEL: @keeps_softmax_in_floating_point
// CHECK: nn.dequantize
// CHECK: nn.softmax
// CHECK: nn.quantize
func.func @keeps_softmax_in_floating_point(%q: tensor<2x7xui8>) -> tensor<2x7xi8> {
  %0 = nn.storage_cast %q : (tensor<2x7xui8>) -> tensor<2x7x!x>
  %x = nn.dequantize %0 : (tensor<2x7x!x>) -> tensor<2x7xf32>
  // expected-remark @+1 {{computed in floating point between quantized values: no integer form of nn.softmax is known}}
  %1 = nn.softmax %x {axis = 1 : i64} : (tensor<2x7xf32>) -> tensor<2x7xf32>
  %2 = nn.quantize %1 : (tensor<2x7xf32>) -> tensor<2x7x!y>
  %3 = nn.storage_cast %2 : (tensor<2x7x!y>) -> tensor<2x7xi8>
  return %3 : tensor<2x7xi8>
}

// CHECK-LABEL: @keeps_a_sum_that_is_read_as_it_is
// CHECK: nn.binary add {{.*}}xf32>
func.func @keeps_a_sum_that_is_read_as_it_is(%a: tensor<3xui8>) -> (tensor<3xi8>, tensor<3xf32>) {
  %0 = nn.storage_cast %a : (tensor<3xui8>) -> tensor<3x!x>
  %x = nn.dequantize %0 : (tensor<3x!x>) -> tensor<3xf32>
  // expected-remark @+1 {{computed in floating point between quantized values: its result has other readers, too}}
  %1 = nn.binary add %x, %x : (tensor<3xf32>, tensor<3xf32>) -> tensor<3xf32>
  %2 = nn.quantize %1 : (tensor<3xf32>) -> tensor<3x!y>
  %3 = nn.storage_cast %2 : (tensor<3x!y>) -> tensor<3xi8>
  return %3, %1 : tensor<3xi8>, tensor<3xf32>
}

// 2^15·2^15·3 is more than 2^31.
// CHECK-LABEL: @keeps_sums_that_may_leave_32_bits
// CHECK: nn.matmul {{.*}}xf32>
func.func @keeps_sums_that_may_leave_32_bits(%q: tensor<1x3xi16>) -> tensor<1x1xi8> {
  %c = nn.constant dense<[[32767], [-32768], [30000]]> : tensor<3x1xi16>
  %0 = nn.storage_cast %q : (tensor<1x3xi16>) -> tensor<1x3x!quant.uniform<i16:f32, 0.01>>
  %x = nn.dequantize %0 : (tensor<1x3x!quant.uniform<i16:f32, 0.01>>) -> tensor<1x3xf32>
  %1 = nn.storage_cast %c : (tensor<3x1xi16>) -> tensor<3x1x!quant.uniform<i16:f32, 0.01>>
  %w = nn.dequantize %1 : (tensor<3x1x!quant.uniform<i16:f32, 0.01>>) -> tensor<3x1xf32>
  // expected-remark @+1 {{computed in floating point between quantized values: sums of channel 0 may leave 32 bits}}
  %2 = nn.matmul %x, %w : (tensor<1x3xf32>, tensor<3x1xf32>) -> tensor<1x1xf32>
  %3 = nn.quantize %2 : (tensor<1x1xf32>) -> tensor<1x1x!y>
  %4 = nn.storage_cast %3 : (tensor<1x1x!y>) -> tensor<1x1xi8>
  return %4 : tensor<1x1xi8>
}

// CHECK-LABEL: @keeps_weights_that_are_computed
// CHECK: nn.conv {{.*}}xf32>
func.func @keeps_weights_that_are_computed(%q: tensor<1x1x3xui8>, %c: tensor<1x1x1xui8>) -> tensor<1x1x3xi8> {
  %0 = nn.storage_cast %q : (tensor<1x1x3xui8>) -> tensor<1x1x3x!x>
  %x = nn.dequantize %0 : (tensor<1x1x3x!x>) -> tensor<1x1x3xf32>
  %1 = nn.storage_cast %c : (tensor<1x1x1xui8>) -> tensor<1x1x1x!x>
  %w = nn.dequantize %1 : (tensor<1x1x1x!x>) -> tensor<1x1x1xf32>
  // expected-remark @+1 {{its weights are no constant}}
  %2 = nn.conv %x, %w {strides = array<i64: 1>, dilations = array<i64: 1>, pads_begin = array<i64: 0>, pads_end = array<i64: 0>}
    : (tensor<1x1x3xf32>, tensor<1x1x1xf32>) -> tensor<1x1x3xf32>
  %3 = nn.quantize %2 : (tensor<1x1x3xf32>) -> tensor<1x1x3x!y>
  %4 = nn.storage_cast %3 : (tensor<1x1x3x!y>) -> tensor<1x1x3xi8>
  return %4 : tensor<1x1x3xi8>
}

// Exact sums, then one factor for each channel, then the bias.
// CHECK-LABEL: @convolves_to_real_numbers
// CHECK-DAG: %[[W:.*]] = nn.constant dense<{{.*}}> : tensor<2x2x1xi8>
// CHECK: %[[S:.*]] = nn.conv %arg0, %[[W]] {dilations = array<i64: 1>, input_zero_point = 3 : i64, {{.*}}-> tensor<1x2x4xi32>
// CHECK: %[[R:.*]] = nn.cast %[[S]] : (tensor<1x2x4xi32>) -> tensor<1x2x4xf32>
// CHECK: %[[P:.*]] = nn.binary mul %[[R]], %{{.*}} : (tensor<1x2x4xf32>, tensor<2x1xf32>)
// CHECK: nn.binary add %[[P]], %{{.*}} : (tensor<1x2x4xf32>, tensor<2x1xf32>)
func.func @convolves_to_real_numbers(%q: tensor<1x2x3xui8>) -> tensor<1x2x4xf32> {
  %c = nn.constant dense<[[[4], [-9]], [[9], [2]]]> : tensor<2x2x1xi8>
  %0 = nn.storage_cast %q : (tensor<1x2x3xui8>) -> tensor<1x2x3x!x>
  %x = nn.dequantize %0 : (tensor<1x2x3x!x>) -> tensor<1x2x3xf32>
  %1 = nn.storage_cast %c : (tensor<2x2x1xi8>) -> tensor<2x2x1x!quant.uniform<i8:f32:0, {0.125:-1, 0.1:2}>>
  %w = nn.dequantize %1 : (tensor<2x2x1x!quant.uniform<i8:f32:0, {0.125:-1, 0.1:2}>>) -> tensor<2x2x1xf32>
  %b = nn.constant dense<[1.0, -1.0]> : tensor<2xf32>
  %2 = nn.conv %x, %w, %b {strides = array<i64: 1>, dilations = array<i64: 1>, pads_begin = array<i64: 1>, pads_end = array<i64: 0>}
    : (tensor<1x2x3xf32>, tensor<2x2x1xf32>, tensor<2xf32>) -> tensor<1x2x4xf32>
  return %2 : tensor<1x2x4xf32>
}

// CHECK-LABEL: @multiplies_two_computed_to_real_numbers
// CHECK: nn.matmul %arg0, %arg1 {lhs_zero_point = 3 : i64, rhs_zero_point = -7 : i64, transpose_rhs} : (tensor<2x3xui8>, tensor<5x3xi8>) -> tensor<2x5xi32>
// CHECK: nn.binary mul %{{.*}}, %{{.*}} : (tensor<2x5xf32>, tensor<f32>)
func.func @multiplies_two_computed_to_real_numbers(%a: tensor<2x3xui8>, %b: tensor<5x3xi8>) -> tensor<2x5xf32> {
  %0 = nn.storage_cast %a : (tensor<2x3xui8>) -> tensor<2x3x!x>
  %x = nn.dequantize %0 : (tensor<2x3x!x>) -> tensor<2x3xf32>
  %1 = nn.storage_cast %b : (tensor<5x3xi8>) -> tensor<5x3x!y>
  %y = nn.dequantize %1 : (tensor<5x3x!y>) -> tensor<5x3xf32>
  %2 = nn.matmul %x, %y {transpose_rhs} : (tensor<2x3xf32>, tensor<5x3xf32>) -> tensor<2x5xf32>
  return %2 : tensor<2x5xf32>
}

// The product is of integers all the same.
// CHECK-LABEL: @product_with_two_readers
// CHECK: nn.matmul %arg0, %{{.*}} -> tensor<1x2xi32>
func.func @product_with_two_readers(%q: tensor<1x3xui8>) -> (tensor<1x2xi8>, tensor<1x2xf32>) {
  %c = nn.constant dense<[[3, 4], [-5, 6], [7, -8]]> : tensor<3x2xi8>
  %0 = nn.storage_cast %q : (tensor<1x3xui8>) -> tensor<1x3x!x>
  %x = nn.dequantize %0 : (tensor<1x3x!x>) -> tensor<1x3xf32>
  %1 = nn.storage_cast %c : (tensor<3x2xi8>) -> tensor<3x2x!y>
  %w = nn.dequantize %1 : (tensor<3x2x!y>) -> tensor<3x2xf32>
  // expected-remark @+1 {{its sums are of integers, its result is rounded to floating point before it is quantized: its result has other readers, too}}
  %2 = nn.matmul %x, %w : (tensor<1x3xf32>, tensor<3x2xf32>) -> tensor<1x2xf32>
  %3 = nn.quantize %2 : (tensor<1x2xf32>) -> tensor<1x2x!y>
  %4 = nn.storage_cast %3 : (tensor<1x2x!y>) -> tensor<1x2xi8>
  return %4, %2 : tensor<1x2xi8>, tensor<1x2xf32>
}

// CHECK-LABEL: @keeps_real_numbers_times_quantized_weights
// CHECK: nn.matmul {{.*}}xf32>
func.func @keeps_real_numbers_times_quantized_weights(%x: tensor<1x3xf32>) -> tensor<1x2xf32> {
  %c = nn.constant dense<[[3, 4], [-5, 6], [7, -8]]> : tensor<3x2xi8>
  %1 = nn.storage_cast %c : (tensor<3x2xi8>) -> tensor<3x2x!y>
  %w = nn.dequantize %1 : (tensor<3x2x!y>) -> tensor<3x2xf32>
  // expected-remark @+1 {{computed in floating point: its weights are quantized, what they are multiplied with is not}}
  %2 = nn.matmul %x, %w : (tensor<1x3xf32>, tensor<3x2xf32>) -> tensor<1x2xf32>
  return %2 : tensor<1x2xf32>
}

// CHECK-LABEL: @says_where_integers_end_and_begin
// CHECK: nn.softmax
func.func @says_where_integers_end_and_begin(%q: tensor<2x7xui8>) -> tensor<2x7xi8> {
  %0 = nn.storage_cast %q : (tensor<2x7xui8>) -> tensor<2x7x!x>
  %x = nn.dequantize %0 : (tensor<2x7x!x>) -> tensor<2x7xf32>
  // expected-remark @+1 {{computed in floating point: it reads quantized values, but its result is not quantized}}
  %1 = nn.softmax %x {axis = 1 : i64} : (tensor<2x7xf32>) -> tensor<2x7xf32>
  // expected-remark @+1 {{computed in floating point, its result is quantized: what it reads is computed in floating point, too}}
  %2 = nn.unary exp %1 : (tensor<2x7xf32>) -> tensor<2x7xf32>
  %3 = nn.quantize %2 : (tensor<2x7xf32>) -> tensor<2x7x!y>
  %4 = nn.storage_cast %3 : (tensor<2x7x!y>) -> tensor<2x7xi8>
  return %4 : tensor<2x7xi8>
}

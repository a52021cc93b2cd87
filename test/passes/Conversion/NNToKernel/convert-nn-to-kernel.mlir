// RUN: nn-opt %s -pass-pipeline='builtin.module(nnc-convert-nn-to-kernel{vector=8 registers=16})' | FileCheck %s
// RUN: nn-opt %s -pass-pipeline='builtin.module(nnc-convert-nn-to-kernel{vector=1 registers=32})' | FileCheck %s --check-prefix=SCALAR
// RUN: not nn-opt %s -pass-pipeline='builtin.module(nnc-convert-nn-to-kernel{vector=6})' 2>&1 | FileCheck %s --check-prefix=MACHINE

// MACHINE: error: nnc-convert-nn-to-kernel: vector 6, registers 16, lanes 1; expected powers of two for vector and lanes

// Two rows of three columns, each padded to four: six weights become eight.
// CHECK-LABEL: @conv_takes_packed_filter
// CHECK: %[[W:.*]] = nn.constant dense_resource<[[FILTER:packed.*]]> : tensor<8xf32>
// CHECK: kernel.conv %arg0, %[[W]] {{.*}}tile = #kernel.tile<rows = 12, columns = 8, vector = 8, lanes = 1>
// CHECK-NEXT: ^bb0(%[[SUM:.*]]: f32):
// CHECK-NEXT: kernel.yield %[[SUM]] : f32
// SCALAR-LABEL: @conv_takes_packed_filter
// SCALAR: nn.constant dense_resource<{{.*}}> : tensor<6xf32>
// SCALAR: tile = #kernel.tile<rows = {{[1-4]}}, columns = 3, vector = 1, lanes = 1>
func.func @conv_takes_packed_filter(%x: tensor<1x2x5x7xf32>) -> tensor<1x3x5x7xf32> {
  %w = nn.constant dense<[[[[1.0]], [[2.0]]], [[[3.0]], [[4.0]]], [[[5.0]], [[6.0]]]]> : tensor<3x2x1x1xf32>
  %0 = nn.conv %x, %w {strides = array<i64: 1, 1>, dilations = array<i64: 1, 1>, pads_begin = array<i64: 0, 0>, pads_end = array<i64: 0, 0>} : (tensor<1x2x5x7xf32>, tensor<3x2x1x1xf32>) -> tensor<1x3x5x7xf32>
  return %0 : tensor<1x3x5x7xf32>
}

// CHECK-LABEL: @bias_is_an_extra_operand
// CHECK: %[[B:.*]] = nn.constant dense<{{.*}}> : tensor<3x1xf32>
// CHECK: kernel.conv %arg0, %{{.*}} extra(%[[B]])
// CHECK-NEXT: ^bb0(%[[SUM:.*]]: f32, %[[BIAS:.*]]: f32):
// CHECK-NEXT: %[[Y:.*]] = arith.addf %[[SUM]], %[[BIAS]] : f32
// CHECK-NEXT: kernel.yield %[[Y]] : f32
func.func @bias_is_an_extra_operand(%x: tensor<1x2x5xf32>) -> tensor<1x3x3xf32> {
  %w = nn.constant dense<0.5> : tensor<3x2x3xf32>
  %b = nn.constant dense<[1.0, 2.0, 3.0]> : tensor<3xf32>
  %0 = nn.conv %x, %w, %b {strides = array<i64: 2>, dilations = array<i64: 1>, pads_begin = array<i64: 1>, pads_end = array<i64: 1>} : (tensor<1x2x5xf32>, tensor<3x2x3xf32>, tensor<3xf32>) -> tensor<1x3x3xf32>
  return %0 : tensor<1x3x3xf32>
}

// CHECK-LABEL: @splat_bias_is_a_scalar
// CHECK-NOT: extra(
// CHECK: ^bb0(%[[SUM:.*]]: f32):
// CHECK-NEXT: %[[BIAS:.*]] = arith.constant 2.500000e-01 : f32
// CHECK-NEXT: arith.addf %[[SUM]], %[[BIAS]]
func.func @splat_bias_is_a_scalar(%x: tensor<1x2x5xf32>) -> tensor<1x3x5xf32> {
  %w = nn.constant dense<0.5> : tensor<3x2x1xf32>
  %b = nn.constant dense<0.25> : tensor<3xf32>
  %0 = nn.conv %x, %w, %b {strides = array<i64: 1>, dilations = array<i64: 1>, pads_begin = array<i64: 0>, pads_end = array<i64: 0>} : (tensor<1x2x5xf32>, tensor<3x2x1xf32>, tensor<3xf32>) -> tensor<1x3x5xf32>
  return %0 : tensor<1x3x5xf32>
}

// CHECK-LABEL: @bias_computed_at_run_time
// CHECK: %[[B:.*]] = nn.reshape %arg1 : (tensor<3xf32>) -> tensor<3x1xf32>
// CHECK: kernel.conv %arg0, %{{.*}} extra(%[[B]])
func.func @bias_computed_at_run_time(%x: tensor<1x2x5xf32>, %b: tensor<3xf32>) -> tensor<1x3x5xf32> {
  %w = nn.constant dense<0.5> : tensor<3x2x1xf32>
  %0 = nn.conv %x, %w, %b {strides = array<i64: 1>, dilations = array<i64: 1>, pads_begin = array<i64: 0>, pads_end = array<i64: 0>} : (tensor<1x2x5xf32>, tensor<3x2x1xf32>, tensor<3xf32>) -> tensor<1x3x5xf32>
  return %0 : tensor<1x3x5xf32>
}

// CHECK-LABEL: @one_filter_per_channel_is_depthwise
// CHECK: kernel.depthwise
// CHECK-NOT: kernel.conv
func.func @one_filter_per_channel_is_depthwise(%x: tensor<1x3x5x7xf32>) -> tensor<1x3x3x5xf32> {
  %w = nn.constant dense<0.5> : tensor<3x1x3x3xf32>
  %0 = nn.conv %x, %w {strides = array<i64: 1, 1>, dilations = array<i64: 1, 1>, pads_begin = array<i64: 0, 0>, pads_end = array<i64: 0, 0>, group = 3 : i64} : (tensor<1x3x5x7xf32>, tensor<3x1x3x3xf32>) -> tensor<1x3x3x5xf32>
  return %0 : tensor<1x3x3x5xf32>
}

// Boundary: two filters per channel are groups.
// CHECK-LABEL: @two_filters_per_channel_are_groups
// CHECK: kernel.conv {{.*}}group = 3 : i64
func.func @two_filters_per_channel_are_groups(%x: tensor<1x3x5x7xf32>) -> tensor<1x6x3x5xf32> {
  %w = nn.constant dense<0.5> : tensor<6x1x3x3xf32>
  %0 = nn.conv %x, %w {strides = array<i64: 1, 1>, dilations = array<i64: 1, 1>, pads_begin = array<i64: 0, 0>, pads_end = array<i64: 0, 0>, group = 3 : i64} : (tensor<1x3x5x7xf32>, tensor<6x1x3x3xf32>) -> tensor<1x6x3x5xf32>
  return %0 : tensor<1x6x3x5xf32>
}

// Boundary: one channel and one filter, one group: nothing to do per channel.
// CHECK-LABEL: @one_channel_is_no_depthwise
// CHECK: kernel.conv {{.*}}group = 1 : i64
func.func @one_channel_is_no_depthwise(%x: tensor<1x1x5x7xf32>) -> tensor<1x1x3x5xf32> {
  %w = nn.constant dense<0.5> : tensor<1x1x3x3xf32>
  %0 = nn.conv %x, %w {strides = array<i64: 1, 1>, dilations = array<i64: 1, 1>, pads_begin = array<i64: 0, 0>, pads_end = array<i64: 0, 0>} : (tensor<1x1x5x7xf32>, tensor<1x1x3x3xf32>) -> tensor<1x1x3x5xf32>
  return %0 : tensor<1x1x3x5xf32>
}

// Stride 2, taps 0 1 2, border 1: even results see tap 1, odd ones taps 2 and 0 of neighbouring pixels.
// CHECK-LABEL: @filter_lies_in_the_order_of_phases
// CHECK: %[[W:.*]] = nn.constant dense_resource<[[PHASES:packed_[0-9]+]]> : tensor<3xf32>
// CHECK: kernel.conv_transpose %arg0, %[[W]] {dilations = array<i64: 1>, group = 1 : i64, kernel = array<i64: 3>, pads_begin = array<i64: 1>, strides = array<i64: 2>
// CHECK-NOT: nn.conv_transpose
func.func @filter_lies_in_the_order_of_phases(%x: tensor<1x1x5xf32>) -> tensor<1x1x10xf32> {
  %w = nn.constant dense<[[[1.0, 2.0, 3.0]]]> : tensor<1x1x3xf32>
  %0 = nn.conv_transpose %x, %w {strides = array<i64: 2>, dilations = array<i64: 1>, pads_begin = array<i64: 1>, pads_end = array<i64: 1>, output_padding = array<i64: 1>} : (tensor<1x1x5xf32>, tensor<1x1x3xf32>) -> tensor<1x1x10xf32>
  return %0 : tensor<1x1x10xf32>
}

// CHECK-LABEL: @keeps_transposed_filter_of_run_time
// CHECK: nn.conv_transpose
func.func @keeps_transposed_filter_of_run_time(%x: tensor<1x1x5xf32>, %w: tensor<1x1x3xf32>) -> tensor<1x1x11xf32> {
  %0 = nn.conv_transpose %x, %w {strides = array<i64: 2>, dilations = array<i64: 1>, pads_begin = array<i64: 0>, pads_end = array<i64: 0>, output_padding = array<i64: 0>} : (tensor<1x1x5xf32>, tensor<1x1x3xf32>) -> tensor<1x1x11xf32>
  return %0 : tensor<1x1x11xf32>
}

// A transposition is done while packing.
// CHECK-LABEL: @constant_right_operand_is_packed
// CHECK: %[[W:.*]] = nn.constant dense_resource<[[MATRIX:packed.*]]> : tensor<8xf32>
// CHECK: kernel.matmul %arg0, %[[W]] {packed, tile
// CHECK-NOT: transpose_rhs
func.func @constant_right_operand_is_packed(%a: tensor<5x2xf32>) -> tensor<5x3xf32> {
  %w = nn.constant dense<[[1.0, 4.0], [2.0, 5.0], [3.0, 6.0]]> : tensor<3x2xf32>
  %0 = nn.matmul %a, %w {transpose_rhs} : (tensor<5x2xf32>, tensor<3x2xf32>) -> tensor<5x3xf32>
  return %0 : tensor<5x3xf32>
}

// CHECK-LABEL: @right_operand_of_run_time_stays
// CHECK: kernel.matmul %arg0, %arg1 {tile = {{.*}}, transpose_rhs}
func.func @right_operand_of_run_time_stays(%a: tensor<5x2xf32>, %b: tensor<3x2xf32>) -> tensor<5x3xf32> {
  %0 = nn.matmul %a, %b {transpose_rhs} : (tensor<5x2xf32>, tensor<3x2xf32>) -> tensor<5x3xf32>
  return %0 : tensor<5x3xf32>
}

// CHECK-LABEL: @right_operand_of_many_rows_is_packed_at_run_time
// CHECK: kernel.matmul %arg0, %arg1 {pack_rhs, tile = {{.*}}, transpose_rhs}
func.func @right_operand_of_many_rows_is_packed_at_run_time(%a: tensor<16x2xf32>, %b: tensor<3x2xf32>) -> tensor<16x3xf32> {
  %0 = nn.matmul %a, %b {transpose_rhs} : (tensor<16x2xf32>, tensor<3x2xf32>) -> tensor<16x3xf32>
  return %0 : tensor<16x3xf32>
}

// Eight columns are one vector: they are read where they lie.
// CHECK-LABEL: @whole_vectors_of_one_panel_are_not_packed
// CHECK: kernel.matmul %arg0, %arg1 {tile
func.func @whole_vectors_of_one_panel_are_not_packed(%a: tensor<16x2xf32>, %b: tensor<2x8xf32>) -> tensor<16x8xf32> {
  %0 = nn.matmul %a, %b : (tensor<16x2xf32>, tensor<2x8xf32>) -> tensor<16x8xf32>
  return %0 : tensor<16x8xf32>
}

// Packed weights have no batch.
// CHECK-LABEL: @constant_batch_is_not_packed
// CHECK: %[[W:.*]] = nn.constant dense<{{.*}}> : tensor<2x2x1xf32>
// CHECK: kernel.matmul %arg0, %[[W]] {tile
func.func @constant_batch_is_not_packed(%a: tensor<2x5x2xf32>) -> tensor<2x5x1xf32> {
  %w = nn.constant dense<[[[1.0], [2.0]], [[3.0], [4.0]]]> : tensor<2x2x1xf32>
  %0 = nn.matmul %a, %w : (tensor<2x5x2xf32>, tensor<2x2x1xf32>) -> tensor<2x5x1xf32>
  return %0 : tensor<2x5x1xf32>
}

// CHECK-LABEL: @equal_weights_are_packed_once
// CHECK: nn.constant dense_resource<[[SHARED:.*]]> : tensor<8xf32>
// CHECK: nn.constant dense_resource<[[SHARED]]> : tensor<8xf32>
func.func @equal_weights_are_packed_once(%a: tensor<5x2xf32>, %b: tensor<5x2xf32>) -> (tensor<5x3xf32>, tensor<5x3xf32>) {
  %w = nn.constant dense<[[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]> : tensor<2x3xf32>
  %0 = nn.matmul %a, %w : (tensor<5x2xf32>, tensor<2x3xf32>) -> tensor<5x3xf32>
  %1 = nn.matmul %b, %w : (tensor<5x2xf32>, tensor<2x3xf32>) -> tensor<5x3xf32>
  return %0, %1 : tensor<5x3xf32>, tensor<5x3xf32>
}

// ---- Left alone ----

// CHECK-LABEL: @keeps_f64
// CHECK-NEXT: nn.matmul
func.func @keeps_f64(%a: tensor<5x2xf64>, %b: tensor<2x3xf64>) -> tensor<5x3xf64> {
  %0 = nn.matmul %a, %b : (tensor<5x2xf64>, tensor<2x3xf64>) -> tensor<5x3xf64>
  return %0 : tensor<5x3xf64>
}

// CHECK-LABEL: @converts_three_spatial_dimensions
// CHECK: kernel.conv
func.func @converts_three_spatial_dimensions(%x: tensor<1x2x3x5x7xf32>) -> tensor<1x3x3x5x7xf32> {
  %w = nn.constant dense<0.5> : tensor<3x2x1x1x1xf32>
  %0 = nn.conv %x, %w {strides = array<i64: 1, 1, 1>, dilations = array<i64: 1, 1, 1>, pads_begin = array<i64: 0, 0, 0>, pads_end = array<i64: 0, 0, 0>} : (tensor<1x2x3x5x7xf32>, tensor<3x2x1x1x1xf32>) -> tensor<1x3x3x5x7xf32>
  return %0 : tensor<1x3x3x5x7xf32>
}

// CHECK-LABEL: @keeps_filter_of_run_time
// CHECK-NEXT: nn.conv
func.func @keeps_filter_of_run_time(%x: tensor<1x2x5xf32>, %w: tensor<3x2x1xf32>) -> tensor<1x3x5xf32> {
  %0 = nn.conv %x, %w {strides = array<i64: 1>, dilations = array<i64: 1>, pads_begin = array<i64: 0>, pads_end = array<i64: 0>} : (tensor<1x2x5xf32>, tensor<3x2x1xf32>) -> tensor<1x3x5xf32>
  return %0 : tensor<1x3x5xf32>
}

// CHECK-LABEL: @keeps_empty_products
// CHECK-NEXT: nn.matmul
func.func @keeps_empty_products(%a: tensor<5x0xf32>, %b: tensor<0x3xf32>) -> tensor<5x3xf32> {
  %0 = nn.matmul %a, %b : (tensor<5x0xf32>, tensor<0x3xf32>) -> tensor<5x3xf32>
  return %0 : tensor<5x3xf32>
}

// CHECK: [[FILTER]]: "0x40000000{{0000803F000040400000A0400000000000000040000080400000C04000000000}}"
// CHECK: [[PHASES]]: "0x40000000{{00000040000040400000803F}}"
// CHECK: [[MATRIX]]: "0x40000000{{0000803F000000400000404000000000000080400000A0400000C04000000000}}"

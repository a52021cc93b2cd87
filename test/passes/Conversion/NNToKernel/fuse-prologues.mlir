// RUN: nn-opt %s -pass-pipeline='builtin.module(func.func(nnc-fuse-prologues{cache-bytes=8192 inner-cache-bytes=2048}))' -split-input-file | FileCheck %s
// RUN: nn-opt %s -pass-pipeline='builtin.module(func.func(nnc-fuse-prologues{cache-bytes=8192 inner-cache-bytes=2048 whole-operands}))' -split-input-file | FileCheck %s --check-prefix=WHOLE
// RUN: nn-opt %s -pass-pipeline='builtin.module(func.func(nnc-fuse-prologues{cache-bytes=8192 inner-cache-bytes=2048}),nnc-form-layers)' -split-input-file | FileCheck %s --check-prefix=LAYERS
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

// Half of 2048 bytes hold 21 rows of 12 elements: five whole tiles.
// CHECK-LABEL: @normalised_before_a_product
// CHECK: kernel.conv {{.*}}prologue_rows = 20 : i64
// WHOLE-LABEL: @normalised_before_a_product
// WHOLE: kernel.conv {{.*}}prologue_rows = 35 : i64
// LAYERS-LABEL: func.func @normalised_before_a_product
// LAYERS: call
// LAYERS-NOT: call
// LAYERS: func.func private
// LAYERS: nn.binary mul
// LAYERS-NEXT: nn.binary add
// LAYERS-NEXT: nn.unary relu
// LAYERS-NEXT: rt.scratch : memref<240xf32>
// LAYERS-NEXT: kernel.conv
func.func @normalised_before_a_product(%x: tensor<1x12x7x5xf32>, %s: tensor<12x1x1xf32>, %t: tensor<12x1x1xf32>, %w: tensor<96xf32>) -> tensor<1x8x7x5xf32> attributes {rt.entry} {
  %0 = nn.binary mul %x, %s : (tensor<1x12x7x5xf32>, tensor<12x1x1xf32>) -> tensor<1x12x7x5xf32>
  %1 = nn.binary add %0, %t : (tensor<1x12x7x5xf32>, tensor<12x1x1xf32>) -> tensor<1x12x7x5xf32>
  %2 = nn.unary relu %1 : (tensor<1x12x7x5xf32>) -> tensor<1x12x7x5xf32>
  %3 = kernel.conv %2, %w {kernel = array<i64: 1, 1>, strides = array<i64: 1, 1>, dilations = array<i64: 1, 1>, pads_begin = array<i64: 0, 0>, pads_end = array<i64: 0, 0>, group = 1 : i64, tile = #kernel.tile<rows = 4, columns = 8, vector = 8, lanes = 1>} : (tensor<1x12x7x5xf32>, tensor<96xf32>) -> tensor<1x8x7x5xf32> {
  ^bb0(%sum: f32):
    kernel.yield %sum : f32
  }
  return %3 : tensor<1x8x7x5xf32>
}

// -----

// 8320 bytes of weights are read once only: all rows are computed before.
// CHECK-LABEL: @many_weights
// CHECK: kernel.matmul {{.*}}prologue_rows = 90 : i64
func.func @many_weights(%x: tensor<90x40xf32>, %w: tensor<2080xf32>) -> tensor<90x52xf32> attributes {rt.entry} {
  %0 = nn.clamp %x {low = -1.0 : f64} : (tensor<90x40xf32>) -> tensor<90x40xf32>
  %1 = kernel.matmul %0, %w {packed, tile = #kernel.tile<rows = 4, columns = 8, vector = 4, lanes = 1>} : (tensor<90x40xf32>, tensor<2080xf32>) -> tensor<90x52xf32> {
  ^bb0(%sum: f32):
    kernel.yield %sum : f32
  }
  return %1 : tensor<90x52xf32>
}

// -----

// LAYERS-LABEL: func.func @activation_before_depthwise
// LAYERS: call
// LAYERS-NOT: call
// LAYERS: func.func private
// LAYERS: nn.unary relu
// LAYERS-NEXT: kernel.depthwise
// CHECK-LABEL: @activation_before_depthwise
// CHECK: kernel.depthwise {{.*}}prologue
func.func @activation_before_depthwise(%x: tensor<1x5x10xf32>, %w: tensor<15xf32>) -> tensor<1x5x10xf32> attributes {rt.entry} {
  %0 = nn.unary relu %x : (tensor<1x5x10xf32>) -> tensor<1x5x10xf32>
  %1 = kernel.depthwise %0, %w {kernel = array<i64: 3>, strides = array<i64: 1>, dilations = array<i64: 1>, pads_begin = array<i64: 1>, pads_end = array<i64: 1>, tile = #kernel.tile<rows = 4, columns = 4, vector = 4, lanes = 1>} : (tensor<1x5x10xf32>, tensor<15xf32>) -> tensor<1x5x10xf32> {
  ^bb0(%sum: f32):
    kernel.yield %sum : f32
  }
  return %1 : tensor<1x5x10xf32>
}

// -----

// The sum of two tensors would be read from both as often as the window meets an element, an exponential computed as often: layers of their own.
// CHECK-LABEL: @keeps_what_costs_much_before_depthwise
// CHECK-NOT: prologue
func.func @keeps_what_costs_much_before_depthwise(%x: tensor<1x5x10xf32>, %y: tensor<1x5x10xf32>, %w: tensor<15xf32>) -> (tensor<1x5x10xf32>, tensor<1x5x10xf32>) attributes {rt.entry} {
  %0 = nn.binary add %x, %y : (tensor<1x5x10xf32>, tensor<1x5x10xf32>) -> tensor<1x5x10xf32>
  %1 = kernel.depthwise %0, %w {kernel = array<i64: 3>, strides = array<i64: 1>, dilations = array<i64: 1>, pads_begin = array<i64: 1>, pads_end = array<i64: 1>, tile = #kernel.tile<rows = 4, columns = 4, vector = 4, lanes = 1>} : (tensor<1x5x10xf32>, tensor<15xf32>) -> tensor<1x5x10xf32> {
  ^bb0(%sum: f32):
    kernel.yield %sum : f32
  }
  %2 = nn.unary exp %x : (tensor<1x5x10xf32>) -> tensor<1x5x10xf32>
  %3 = kernel.depthwise %2, %w {kernel = array<i64: 3>, strides = array<i64: 1>, dilations = array<i64: 1>, pads_begin = array<i64: 1>, pads_end = array<i64: 1>, tile = #kernel.tile<rows = 4, columns = 4, vector = 4, lanes = 1>} : (tensor<1x5x10xf32>, tensor<15xf32>) -> tensor<1x5x10xf32> {
  ^bb0(%sum: f32):
    kernel.yield %sum : f32
  }
  return %1, %3 : tensor<1x5x10xf32>, tensor<1x5x10xf32>
}

// -----

// What another operator reads, too, is computed once, for both.
// CHECK-LABEL: @keeps_an_operand_of_two
// CHECK-NOT: prologue
func.func @keeps_an_operand_of_two(%x: tensor<9x4xf32>, %w: tensor<32xf32>) -> (tensor<9x4xf32>, tensor<9x8xf32>) attributes {rt.entry} {
  %0 = nn.unary relu %x : (tensor<9x4xf32>) -> tensor<9x4xf32>
  %1 = kernel.matmul %0, %w {packed, tile = #kernel.tile<rows = 4, columns = 8, vector = 4, lanes = 1>} : (tensor<9x4xf32>, tensor<32xf32>) -> tensor<9x8xf32> {
  ^bb0(%sum: f32):
    kernel.yield %sum : f32
  }
  return %0, %1 : tensor<9x4xf32>, tensor<9x8xf32>
}

// -----

// Each element of the image is read nine times, each tile of the other operand is no row.
// CHECK-LABEL: @keeps_other_products
// CHECK-NOT: prologue
func.func @keeps_other_products(%x: tensor<1x3x7x5xf32>, %a: tensor<4x9xf32>, %w: tensor<216xf32>, %v: tensor<32xf32>) -> (tensor<1x8x7x5xf32>, tensor<9x8xf32>) attributes {rt.entry} {
  %0 = nn.unary relu %x : (tensor<1x3x7x5xf32>) -> tensor<1x3x7x5xf32>
  %1 = kernel.conv %0, %w {kernel = array<i64: 3, 3>, strides = array<i64: 1, 1>, dilations = array<i64: 1, 1>, pads_begin = array<i64: 1, 1>, pads_end = array<i64: 1, 1>, group = 1 : i64, tile = #kernel.tile<rows = 4, columns = 8, vector = 8, lanes = 1>} : (tensor<1x3x7x5xf32>, tensor<216xf32>) -> tensor<1x8x7x5xf32> {
  ^bb0(%sum: f32):
    kernel.yield %sum : f32
  }
  %2 = nn.unary relu %a : (tensor<4x9xf32>) -> tensor<4x9xf32>
  %3 = kernel.matmul %2, %v {packed, transpose_lhs, tile = #kernel.tile<rows = 4, columns = 8, vector = 4, lanes = 1>} : (tensor<4x9xf32>, tensor<32xf32>) -> tensor<9x8xf32> {
  ^bb0(%sum: f32):
    kernel.yield %sum : f32
  }
  return %1, %3 : tensor<1x8x7x5xf32>, tensor<9x8xf32>
}

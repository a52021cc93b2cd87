// kernel.winograd comes back unchanged; its constraints, violated.
// RUN: nn-opt %s -split-input-file -verify-diagnostics | FileCheck %s

// CHECK-LABEL: @round_trip
// CHECK: kernel.winograd %{{.*}}, %{{.*}} extra(%{{.*}}) {block = 2 : i64, kernel = 3 : i64, pads_begin = array<i64: 1, 1>, pads_end = array<i64: 1, 1>, size = 2 : i64, tile = #kernel.tile<rows = 6, columns = 16, vector = 8, lanes = 1>}
func.func @round_trip(%x: tensor<1x3x9x7xf32>, %w: tensor<768xf32>, %b: tensor<16x1x1xf32>) -> tensor<1x16x9x7xf32> {
  %0 = kernel.winograd %x, %w extra(%b) {size = 2 : i64, kernel = 3 : i64, block = 2 : i64, pads_begin = array<i64: 1, 1>, pads_end = array<i64: 1, 1>, tile = #kernel.tile<rows = 6, columns = 16, vector = 8, lanes = 1>} : (tensor<1x3x9x7xf32>, tensor<768xf32>, tensor<16x1x1xf32>) -> tensor<1x16x9x7xf32> {
  ^bb0(%acc: f32, %bias: f32):
    %y = arith.addf %acc, %bias : f32
    kernel.yield %y : f32
  }
  return %0 : tensor<1x16x9x7xf32>
}

// -----

func.func @block(%x: tensor<1x3x9x7xf32>, %w: tensor<768xf32>) -> tensor<1x16x9x7xf32> {
  // expected-error @+1 {{size, kernel and block must be positive}}
  %0 = kernel.winograd %x, %w {size = 2 : i64, kernel = 3 : i64, block = 0 : i64, pads_begin = array<i64: 1, 1>, pads_end = array<i64: 1, 1>, tile = #kernel.tile<rows = 6, columns = 16, vector = 8, lanes = 1>} : (tensor<1x3x9x7xf32>, tensor<768xf32>) -> tensor<1x16x9x7xf32> {
  ^bb0(%acc: f32):
    kernel.yield %acc : f32
  }
  return %0 : tensor<1x16x9x7xf32>
}

// -----

func.func @spatial(%x: tensor<1x3x9x7xf32>, %w: tensor<768xf32>) -> tensor<1x16x9x9xf32> {
  // expected-error @+1 {{spatial dimension 1 of the result is 9, expected 7}}
  %0 = kernel.winograd %x, %w {size = 2 : i64, kernel = 3 : i64, block = 1 : i64, pads_begin = array<i64: 1, 1>, pads_end = array<i64: 1, 1>, tile = #kernel.tile<rows = 6, columns = 16, vector = 8, lanes = 1>} : (tensor<1x3x9x7xf32>, tensor<768xf32>) -> tensor<1x16x9x9xf32> {
  ^bb0(%acc: f32):
    kernel.yield %acc : f32
  }
  return %0 : tensor<1x16x9x9xf32>
}

// -----

func.func @filter(%x: tensor<1x3x9x7xf32>, %w: tensor<767xf32>) -> tensor<1x16x9x7xf32> {
  // expected-error @+1 {{packed operand is 'tensor<767xf32>', expected one dimension of 768 elements}}
  %0 = kernel.winograd %x, %w {size = 2 : i64, kernel = 3 : i64, block = 1 : i64, pads_begin = array<i64: 1, 1>, pads_end = array<i64: 1, 1>, tile = #kernel.tile<rows = 6, columns = 16, vector = 8, lanes = 1>} : (tensor<1x3x9x7xf32>, tensor<767xf32>) -> tensor<1x16x9x7xf32> {
  ^bb0(%acc: f32):
    kernel.yield %acc : f32
  }
  return %0 : tensor<1x16x9x7xf32>
}

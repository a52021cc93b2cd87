// kernel.fft comes back unchanged; its constraints, violated.
// RUN: nn-opt %s -split-input-file -verify-diagnostics | FileCheck %s

// CHECK-LABEL: @round_trip
// CHECK: kernel.fft %{{.*}}, %{{.*}} extra(%{{.*}}) {block = 2 : i64, kernel = array<i64: 5, 3>, pads_begin = array<i64: 2, 1>, pads_end = array<i64: 2, 1>, size = 8 : i64, tile = #kernel.tile<rows = 6, columns = 16, vector = 8, lanes = 1>}
func.func @round_trip(%x: tensor<1x3x9x7xf32>, %w: tensor<4512xf32>, %b: tensor<16x1x1xf32>) -> tensor<1x16x9x7xf32> {
  %0 = kernel.fft %x, %w extra(%b) {size = 8 : i64, kernel = array<i64: 5, 3>, block = 2 : i64, pads_begin = array<i64: 2, 1>, pads_end = array<i64: 2, 1>, tile = #kernel.tile<rows = 6, columns = 16, vector = 8, lanes = 1>} : (tensor<1x3x9x7xf32>, tensor<4512xf32>, tensor<16x1x1xf32>) -> tensor<1x16x9x7xf32> {
  ^bb0(%acc: f32, %bias: f32):
    %y = arith.addf %acc, %bias : f32
    kernel.yield %y : f32
  }
  return %0 : tensor<1x16x9x7xf32>
}

// -----

func.func @batch(%x: tensor<1x3x9x7xf32>, %w: tensor<4512xf32>) -> tensor<2x16x9x7xf32> {
  // expected-error @+1 {{input and result must have rank 4 and the same batch, and pads two elements}}
  %0 = kernel.fft %x, %w {size = 8 : i64, kernel = array<i64: 5, 3>, block = 1 : i64, pads_begin = array<i64: 2, 1>, pads_end = array<i64: 2, 1>, tile = #kernel.tile<rows = 6, columns = 16, vector = 8, lanes = 1>} : (tensor<1x3x9x7xf32>, tensor<4512xf32>) -> tensor<2x16x9x7xf32> {
  ^bb0(%acc: f32):
    kernel.yield %acc : f32
  }
  return %0 : tensor<2x16x9x7xf32>
}

// -----

func.func @size(%x: tensor<1x3x9x7xf32>, %w: tensor<4512xf32>) -> tensor<1x16x9x7xf32> {
  // expected-error @+1 {{size is 12 and block 1, expected 8, 16 or 32 and at least 1}}
  %0 = kernel.fft %x, %w {size = 12 : i64, kernel = array<i64: 5, 3>, block = 1 : i64, pads_begin = array<i64: 2, 1>, pads_end = array<i64: 2, 1>, tile = #kernel.tile<rows = 6, columns = 16, vector = 8, lanes = 1>} : (tensor<1x3x9x7xf32>, tensor<4512xf32>) -> tensor<1x16x9x7xf32> {
  ^bb0(%acc: f32):
    kernel.yield %acc : f32
  }
  return %0 : tensor<1x16x9x7xf32>
}

// -----

func.func @block(%x: tensor<1x3x9x7xf32>, %w: tensor<4512xf32>) -> tensor<1x16x9x7xf32> {
  // expected-error @+1 {{size is 8 and block 0, expected 8, 16 or 32 and at least 1}}
  %0 = kernel.fft %x, %w {size = 8 : i64, kernel = array<i64: 5, 3>, block = 0 : i64, pads_begin = array<i64: 2, 1>, pads_end = array<i64: 2, 1>, tile = #kernel.tile<rows = 6, columns = 16, vector = 8, lanes = 1>} : (tensor<1x3x9x7xf32>, tensor<4512xf32>) -> tensor<1x16x9x7xf32> {
  ^bb0(%acc: f32):
    kernel.yield %acc : f32
  }
  return %0 : tensor<1x16x9x7xf32>
}

// -----

func.func @kernel(%x: tensor<1x3x9x7xf32>, %w: tensor<4512xf32>) -> tensor<1x16x9x7xf32> {
  // expected-error @+1 {{kernel must have two elements from 1 to 8}}
  %0 = kernel.fft %x, %w {size = 8 : i64, kernel = array<i64: 9, 3>, block = 1 : i64, pads_begin = array<i64: 2, 1>, pads_end = array<i64: 2, 1>, tile = #kernel.tile<rows = 6, columns = 16, vector = 8, lanes = 1>} : (tensor<1x3x9x7xf32>, tensor<4512xf32>) -> tensor<1x16x9x7xf32> {
  ^bb0(%acc: f32):
    kernel.yield %acc : f32
  }
  return %0 : tensor<1x16x9x7xf32>
}

// -----

func.func @spatial(%x: tensor<1x3x9x7xf32>, %w: tensor<4512xf32>) -> tensor<1x16x9x9xf32> {
  // expected-error @+1 {{spatial dimension 1 of the result is 9, expected 7}}
  %0 = kernel.fft %x, %w {size = 8 : i64, kernel = array<i64: 5, 3>, block = 1 : i64, pads_begin = array<i64: 2, 1>, pads_end = array<i64: 2, 1>, tile = #kernel.tile<rows = 6, columns = 16, vector = 8, lanes = 1>} : (tensor<1x3x9x7xf32>, tensor<4512xf32>) -> tensor<1x16x9x9xf32> {
  ^bb0(%acc: f32):
    kernel.yield %acc : f32
  }
  return %0 : tensor<1x16x9x9xf32>
}

// -----

func.func @filter(%x: tensor<1x3x9x7xf32>, %w: tensor<4511xf32>) -> tensor<1x16x9x7xf32> {
  // expected-error @+1 {{packed operand is 'tensor<4511xf32>', expected one dimension of 4512 elements}}
  %0 = kernel.fft %x, %w {size = 8 : i64, kernel = array<i64: 5, 3>, block = 1 : i64, pads_begin = array<i64: 2, 1>, pads_end = array<i64: 2, 1>, tile = #kernel.tile<rows = 6, columns = 16, vector = 8, lanes = 1>} : (tensor<1x3x9x7xf32>, tensor<4511xf32>) -> tensor<1x16x9x7xf32> {
  ^bb0(%acc: f32):
    kernel.yield %acc : f32
  }
  return %0 : tensor<1x16x9x7xf32>
}

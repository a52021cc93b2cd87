// kernel.conv_transpose comes back unchanged; its constraints, violated.
// RUN: nn-opt %s -split-input-file -verify-diagnostics | FileCheck %s

// CHECK-LABEL: @round_trip
// CHECK: kernel.conv_transpose %{{.*}}, %{{.*}} extra(%{{.*}}) {dilations = array<i64: 1>, group = 2 : i64, kernel = array<i64: 3>, pads_begin = array<i64: 1>, strides = array<i64: 2>
func.func @round_trip(%x: tensor<1x4x9xf32>, %w: tensor<96xf32>, %b: tensor<16x1xf32>) -> tensor<1x16x17xf32> {
  %0 = kernel.conv_transpose %x, %w extra(%b) {kernel = array<i64: 3>, strides = array<i64: 2>, dilations = array<i64: 1>, pads_begin = array<i64: 1>, group = 2 : i64, tile = #kernel.tile<rows = 6, columns = 8, vector = 8, lanes = 1>} : (tensor<1x4x9xf32>, tensor<96xf32>, tensor<16x1xf32>) -> tensor<1x16x17xf32> {
  ^bb0(%acc: f32, %bias: f32):
    %y = arith.addf %acc, %bias : f32
    kernel.yield %y : f32
  }
  return %0 : tensor<1x16x17xf32>
}

// -----

func.func @rank_c1(%x: tensor<4x9xf32>, %w: tensor<96xf32>) -> tensor<1x16x17xf32> {
  // expected-error @+1 {{input has rank 2 and result rank 3, expected 3 to 5 for both and the same batch}}
  %0 = kernel.conv_transpose %x, %w {kernel = array<i64: 3>, strides = array<i64: 2>, dilations = array<i64: 1>, pads_begin = array<i64: 1>, group = 2 : i64, tile = #kernel.tile<rows = 6, columns = 8, vector = 8, lanes = 1>} : (tensor<4x9xf32>, tensor<96xf32>) -> tensor<1x16x17xf32> {
  ^bb0(%acc: f32):
    kernel.yield %acc : f32
  }
  return %0 : tensor<1x16x17xf32>
}

// -----

func.func @batch_c1(%x: tensor<2x4x9xf32>, %w: tensor<96xf32>) -> tensor<1x16x17xf32> {
  // expected-error @+1 {{expected 3 to 5 for both and the same batch}}
  %0 = kernel.conv_transpose %x, %w {kernel = array<i64: 3>, strides = array<i64: 2>, dilations = array<i64: 1>, pads_begin = array<i64: 1>, group = 2 : i64, tile = #kernel.tile<rows = 6, columns = 8, vector = 8, lanes = 1>} : (tensor<2x4x9xf32>, tensor<96xf32>) -> tensor<1x16x17xf32> {
  ^bb0(%acc: f32):
    kernel.yield %acc : f32
  }
  return %0 : tensor<1x16x17xf32>
}

// -----

func.func @list_c1(%x: tensor<1x4x9xf32>, %w: tensor<96xf32>) -> tensor<1x16x17xf32> {
  // expected-error @+1 {{strides has 2 elements, expected 1}}
  %0 = kernel.conv_transpose %x, %w {kernel = array<i64: 3>, strides = array<i64: 2, 2>, dilations = array<i64: 1>, pads_begin = array<i64: 1>, group = 2 : i64, tile = #kernel.tile<rows = 6, columns = 8, vector = 8, lanes = 1>} : (tensor<1x4x9xf32>, tensor<96xf32>) -> tensor<1x16x17xf32> {
  ^bb0(%acc: f32):
    kernel.yield %acc : f32
  }
  return %0 : tensor<1x16x17xf32>
}

// -----

func.func @stride_c1(%x: tensor<1x4x9xf32>, %w: tensor<96xf32>) -> tensor<1x16x17xf32> {
  // expected-error @+1 {{strides has an element 0, expected at least 1}}
  %0 = kernel.conv_transpose %x, %w {kernel = array<i64: 3>, strides = array<i64: 0>, dilations = array<i64: 1>, pads_begin = array<i64: 1>, group = 2 : i64, tile = #kernel.tile<rows = 6, columns = 8, vector = 8, lanes = 1>} : (tensor<1x4x9xf32>, tensor<96xf32>) -> tensor<1x16x17xf32> {
  ^bb0(%acc: f32):
    kernel.yield %acc : f32
  }
  return %0 : tensor<1x16x17xf32>
}

// -----

func.func @pad_c1(%x: tensor<1x4x9xf32>, %w: tensor<96xf32>) -> tensor<1x16x17xf32> {
  // expected-error @+1 {{pads_begin has an element -1, expected at least 0}}
  %0 = kernel.conv_transpose %x, %w {kernel = array<i64: 3>, strides = array<i64: 2>, dilations = array<i64: 1>, pads_begin = array<i64: -1>, group = 2 : i64, tile = #kernel.tile<rows = 6, columns = 8, vector = 8, lanes = 1>} : (tensor<1x4x9xf32>, tensor<96xf32>) -> tensor<1x16x17xf32> {
  ^bb0(%acc: f32):
    kernel.yield %acc : f32
  }
  return %0 : tensor<1x16x17xf32>
}

// -----

func.func @group_c2(%x: tensor<1x4x9xf32>, %w: tensor<96xf32>) -> tensor<1x16x17xf32> {
  // expected-error @+1 {{group 3 does not divide 4 input and 16 output channels}}
  %0 = kernel.conv_transpose %x, %w {kernel = array<i64: 3>, strides = array<i64: 2>, dilations = array<i64: 1>, pads_begin = array<i64: 1>, group = 3 : i64, tile = #kernel.tile<rows = 6, columns = 8, vector = 8, lanes = 1>} : (tensor<1x4x9xf32>, tensor<96xf32>) -> tensor<1x16x17xf32> {
  ^bb0(%acc: f32):
    kernel.yield %acc : f32
  }
  return %0 : tensor<1x16x17xf32>
}

// -----

func.func @filter_c4(%x: tensor<1x4x9xf32>, %w: tensor<95xf32>) -> tensor<1x16x17xf32> {
  // expected-error @+1 {{packed operand is 'tensor<95xf32>', expected one dimension of 96 elements}}
  %0 = kernel.conv_transpose %x, %w {kernel = array<i64: 3>, strides = array<i64: 2>, dilations = array<i64: 1>, pads_begin = array<i64: 1>, group = 2 : i64, tile = #kernel.tile<rows = 6, columns = 8, vector = 8, lanes = 1>} : (tensor<1x4x9xf32>, tensor<95xf32>) -> tensor<1x16x17xf32> {
  ^bb0(%acc: f32):
    kernel.yield %acc : f32
  }
  return %0 : tensor<1x16x17xf32>
}

// RUN: nn-opt %s -pass-pipeline='builtin.module(func.func(nnc-fold-shuffles))' | FileCheck %s
// COMPARE: --tolerance=256
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

// Half of the channels go on to the next shuffle, the others are read: in both cases those of one source are neighbours.
// CHECK-LABEL: @two_units_of_a_network
// CHECK-NOT: nn.transpose
// CHECK-NOT: nn.reshape
// CHECK: %[[A:.*]] = nn.conv %arg0
// CHECK: %[[B:.*]] = nn.conv %arg0
// CHECK: %[[A1:.*]] = nn.slice %[[A]] {starts = array<i64: 0, 2, 0, 0>
// CHECK: %[[B1:.*]] = nn.slice %[[B]] {starts = array<i64: 0, 2, 0, 0>
// CHECK: %[[U1:.*]] = nn.concat %[[A1]], %[[B1]] {axis = 1 : i64}
// CHECK: %[[W1:.*]] = nn.constant dense<{{\[}}{{\[}}{{\[}}{{\[}}1.000000e+00{{.*}}3.000000e+00{{.*}}2.000000e+00{{.*}}4.000000e+00
// CHECK: %[[C:.*]] = nn.conv %[[U1]], %[[W1]]
// CHECK: %[[A2:.*]] = nn.slice %[[A]] {starts = array<i64: 0, 1, 0, 0>
// CHECK: %[[B2:.*]] = nn.slice %[[B]] {starts = array<i64: 0, 1, 0, 0>
// CHECK: %[[C2:.*]] = nn.slice %[[C]] {starts = array<i64: 0, 2, 0, 0>
// CHECK: %[[U2:.*]] = nn.concat %[[A2]], %[[B2]], %[[C2]] {axis = 1 : i64}
// CHECK: nn.conv %[[U2]]
func.func @two_units_of_a_network(%x: tensor<1x2x5x3xf32>) -> tensor<1x3x5x3xf32> {
  %w0 = nn.constant dense<[[[[0.5]], [[1.0]]], [[[2.0]], [[-1.0]]], [[[0.25]], [[1.5]]], [[[-0.5]], [[3.0]]]]> : tensor<4x2x1x1xf32>
  %w1 = nn.constant dense<[[[[1.5]], [[0.5]]], [[[-2.0]], [[1.0]]], [[[1.25]], [[0.5]]], [[[0.5]], [[-1.0]]]]> : tensor<4x2x1x1xf32>
  %w2 = nn.constant dense<[[[[1.0]], [[2.0]], [[3.0]], [[4.0]]], [[[0.5]], [[1.5]], [[2.5]], [[3.5]]], [[[-1.0]], [[2.0]], [[-3.0]], [[4.0]]], [[[1.0]], [[-2.0]], [[1.0]], [[0.5]]]]> : tensor<4x4x1x1xf32>
  %w3 = nn.constant dense<[[[[1.0]], [[2.0]], [[3.0]], [[4.0]]], [[[0.5]], [[1.5]], [[2.5]], [[3.5]]], [[[-1.0]], [[2.0]], [[-3.0]], [[4.0]]]]> : tensor<3x4x1x1xf32>
  %a = nn.conv %x, %w0 {strides = array<i64: 1, 1>, dilations = array<i64: 1, 1>, pads_begin = array<i64: 0, 0>, pads_end = array<i64: 0, 0>} : (tensor<1x2x5x3xf32>, tensor<4x2x1x1xf32>) -> tensor<1x4x5x3xf32>
  %b = nn.conv %x, %w1 {strides = array<i64: 1, 1>, dilations = array<i64: 1, 1>, pads_begin = array<i64: 0, 0>, pads_end = array<i64: 0, 0>} : (tensor<1x2x5x3xf32>, tensor<4x2x1x1xf32>) -> tensor<1x4x5x3xf32>
  %0 = nn.concat %a, %b {axis = 1 : i64} : (tensor<1x4x5x3xf32>, tensor<1x4x5x3xf32>) -> tensor<1x8x5x3xf32>
  %1 = nn.reshape %0 : (tensor<1x8x5x3xf32>) -> tensor<1x2x4x5x3xf32>
  %2 = nn.transpose %1 {perm = array<i64: 0, 2, 1, 3, 4>} : (tensor<1x2x4x5x3xf32>) -> tensor<1x4x2x5x3xf32>
  %3 = nn.reshape %2 : (tensor<1x4x2x5x3xf32>) -> tensor<1x8x5x3xf32>
  %4 = nn.slice %3 {starts = array<i64: 0, 0, 0, 0>, steps = array<i64: 1, 1, 1, 1>} : (tensor<1x8x5x3xf32>) -> tensor<1x4x5x3xf32>
  %5 = nn.slice %3 {starts = array<i64: 0, 4, 0, 0>, steps = array<i64: 1, 1, 1, 1>} : (tensor<1x8x5x3xf32>) -> tensor<1x4x5x3xf32>
  %c = nn.conv %5, %w2 {strides = array<i64: 1, 1>, dilations = array<i64: 1, 1>, pads_begin = array<i64: 0, 0>, pads_end = array<i64: 0, 0>} : (tensor<1x4x5x3xf32>, tensor<4x4x1x1xf32>) -> tensor<1x4x5x3xf32>
  %6 = nn.concat %4, %c {axis = 1 : i64} : (tensor<1x4x5x3xf32>, tensor<1x4x5x3xf32>) -> tensor<1x8x5x3xf32>
  %7 = nn.reshape %6 : (tensor<1x8x5x3xf32>) -> tensor<1x2x4x5x3xf32>
  %8 = nn.transpose %7 {perm = array<i64: 0, 2, 1, 3, 4>} : (tensor<1x2x4x5x3xf32>) -> tensor<1x4x2x5x3xf32>
  %9 = nn.reshape %8 : (tensor<1x4x2x5x3xf32>) -> tensor<1x8x5x3xf32>
  %10 = nn.slice %9 {starts = array<i64: 0, 4, 0, 0>, steps = array<i64: 1, 1, 1, 1>} : (tensor<1x8x5x3xf32>) -> tensor<1x4x5x3xf32>
  %11 = nn.conv %10, %w3 {strides = array<i64: 1, 1>, dilations = array<i64: 1, 1>, pads_begin = array<i64: 0, 0>, pads_end = array<i64: 0, 0>} : (tensor<1x4x5x3xf32>, tensor<3x4x1x1xf32>) -> tensor<1x3x5x3xf32>
  return %11 : tensor<1x3x5x3xf32>
}

// A depthwise convolution gets its filters and its biases in the new order; a permutation of all channels of one value leaves nothing to move.
// CHECK-LABEL: @passes_depthwise_and_activation
// CHECK-NOT: nn.transpose
// CHECK: %[[F:.*]] = nn.constant dense<{{\[}}{{\[}}{{\[}}1.000000e+00, 4.000000e+00{{\]}}{{\]}}, {{\[}}{{\[}}3.000000e+00
// CHECK: %[[B:.*]] = nn.constant dense<[1.000000e-01, 3.000000e-01, 2.000000e-01, 4.000000e-01]>
// CHECK: %[[D:.*]] = nn.conv %arg0, %[[F]], %[[B]]
// CHECK: %[[R:.*]] = nn.unary relu %[[D]]
// CHECK: nn.conv %[[R]]
func.func @passes_depthwise_and_activation(%x: tensor<2x4x6xf32>) -> tensor<2x1x5xf32> {
  %f = nn.constant dense<[[[1.0, 4.0]], [[2.0, 5.0]], [[3.0, -1.0]], [[0.5, -2.0]]]> : tensor<4x1x2xf32>
  %b = nn.constant dense<[0.1, 0.2, 0.3, 0.4]> : tensor<4xf32>
  %w = nn.constant dense<[[[1.0], [-2.0], [3.0], [-4.0]]]> : tensor<1x4x1xf32>
  %0 = nn.reshape %x : (tensor<2x4x6xf32>) -> tensor<2x2x2x6xf32>
  %1 = nn.transpose %0 {perm = array<i64: 0, 2, 1, 3>} : (tensor<2x2x2x6xf32>) -> tensor<2x2x2x6xf32>
  %2 = nn.reshape %1 : (tensor<2x2x2x6xf32>) -> tensor<2x4x6xf32>
  %3 = nn.conv %2, %f, %b {strides = array<i64: 1>, dilations = array<i64: 1>, pads_begin = array<i64: 0>, pads_end = array<i64: 0>, group = 4 : i64} : (tensor<2x4x6xf32>, tensor<4x1x2xf32>, tensor<4xf32>) -> tensor<2x4x5xf32>
  %4 = nn.unary relu %3 : (tensor<2x4x5xf32>) -> tensor<2x4x5xf32>
  %5 = nn.conv %4, %w {strides = array<i64: 1>, dilations = array<i64: 1>, pads_begin = array<i64: 0>, pads_end = array<i64: 0>} : (tensor<2x4x5xf32>, tensor<1x4x1xf32>) -> tensor<2x1x5xf32>
  return %5 : tensor<2x1x5xf32>
}

// The order of channels is that of the model's result.
// CHECK-LABEL: @keeps_a_shuffle_that_is_returned
// CHECK: nn.transpose
func.func @keeps_a_shuffle_that_is_returned(%x: tensor<1x4x2x3xf32>) -> (tensor<1x4x2x3xf32>, tensor<1x1x2x3xf32>) {
  %w = nn.constant dense<[[[[1.0]], [[2.0]], [[3.0]], [[4.0]]]]> : tensor<1x4x1x1xf32>
  %0 = nn.reshape %x : (tensor<1x4x2x3xf32>) -> tensor<1x2x2x2x3xf32>
  %1 = nn.transpose %0 {perm = array<i64: 0, 2, 1, 3, 4>} : (tensor<1x2x2x2x3xf32>) -> tensor<1x2x2x2x3xf32>
  %2 = nn.reshape %1 : (tensor<1x2x2x2x3xf32>) -> tensor<1x4x2x3xf32>
  %3 = nn.conv %2, %w {strides = array<i64: 1, 1>, dilations = array<i64: 1, 1>, pads_begin = array<i64: 0, 0>, pads_end = array<i64: 0, 0>} : (tensor<1x4x2x3xf32>, tensor<1x4x1x1xf32>) -> tensor<1x1x2x3xf32>
  return %2, %3 : tensor<1x4x2x3xf32>, tensor<1x1x2x3xf32>
}

// Groups read certain channels.
// CHECK-LABEL: @keeps_a_shuffle_before_groups
// CHECK: nn.transpose
func.func @keeps_a_shuffle_before_groups(%x: tensor<1x4x2x3xf32>) -> tensor<1x2x2x3xf32> {
  %w = nn.constant dense<[[[[1.0]], [[2.0]]], [[[3.0]], [[4.0]]]]> : tensor<2x2x1x1xf32>
  %0 = nn.reshape %x : (tensor<1x4x2x3xf32>) -> tensor<1x2x2x2x3xf32>
  %1 = nn.transpose %0 {perm = array<i64: 0, 2, 1, 3, 4>} : (tensor<1x2x2x2x3xf32>) -> tensor<1x2x2x2x3xf32>
  %2 = nn.reshape %1 : (tensor<1x2x2x2x3xf32>) -> tensor<1x4x2x3xf32>
  %3 = nn.conv %2, %w {strides = array<i64: 1, 1>, dilations = array<i64: 1, 1>, pads_begin = array<i64: 0, 0>, pads_end = array<i64: 0, 0>, group = 2 : i64} : (tensor<1x4x2x3xf32>, tensor<2x2x1x1xf32>) -> tensor<1x2x2x3xf32>
  return %3 : tensor<1x2x2x3xf32>
}

// Lines of pixels are no channels.
// CHECK-LABEL: @keeps_a_permutation_of_lines
// CHECK: nn.transpose
func.func @keeps_a_permutation_of_lines(%x: tensor<1x2x4x3xf32>) -> tensor<1x1x4x3xf32> {
  %w = nn.constant dense<[[[[1.0]], [[2.0]]]]> : tensor<1x2x1x1xf32>
  %0 = nn.reshape %x : (tensor<1x2x4x3xf32>) -> tensor<1x2x2x2x3xf32>
  %1 = nn.transpose %0 {perm = array<i64: 0, 1, 3, 2, 4>} : (tensor<1x2x2x2x3xf32>) -> tensor<1x2x2x2x3xf32>
  %2 = nn.reshape %1 : (tensor<1x2x2x2x3xf32>) -> tensor<1x2x4x3xf32>
  %3 = nn.conv %2, %w {strides = array<i64: 1, 1>, dilations = array<i64: 1, 1>, pads_begin = array<i64: 0, 0>, pads_end = array<i64: 0, 0>} : (tensor<1x2x4x3xf32>, tensor<1x2x1x1xf32>) -> tensor<1x1x4x3xf32>
  return %3 : tensor<1x1x4x3xf32>
}

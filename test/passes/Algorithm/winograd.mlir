// RUN: nn-opt %s -split-input-file -pass-pipeline='builtin.module(func.func(nnc-winograd{tile=4}))' | FileCheck %s
// RUN: nn-opt %s -split-input-file -pass-pipeline='builtin.module(func.func(nnc-winograd))' | FileCheck %s --check-prefix=NONE

// The bias and unequal pads go along. Without a tile nothing is asked for.
// CHECK-LABEL: @fires
// CHECK: %[[W:.*]] = nn.constant
// CHECK: %[[U:.*]] = fastconv.filter_transform %[[W]] {tile = 4 : i64} : (tensor<2x1x3x3xf32>) -> tensor<6x6x1x2xf32>
// CHECK: fastconv.winograd %arg0, %[[U]], %arg1 {pads_begin = array<i64: 0, 1>, pads_end = array<i64: 2, 0>, tile = 4 : i64} : (tensor<1x1x5x7xf32>, tensor<6x6x1x2xf32>, tensor<2xf32>) -> tensor<1x2x5x6xf32>
// NONE-LABEL: @fires
// NONE: nn.conv
func.func @fires(%x: tensor<1x1x5x7xf32>, %b: tensor<2xf32>) -> tensor<1x2x5x6xf32> {
  %w = nn.constant dense<[[[[1.0, 2.0, 3.0], [0.5, -1.0, 4.0], [2.0, 0.25, -3.0]]], [[[0.0, 1.0, 0.0], [1.0, 1.0, 2.0], [3.0, -0.5, 1.5]]]]> : tensor<2x1x3x3xf32>
  %0 = nn.conv %x, %w, %b {strides = array<i64: 1, 1>, dilations = array<i64: 1, 1>, pads_begin = array<i64: 0, 1>, pads_end = array<i64: 2, 0>} : (tensor<1x1x5x7xf32>, tensor<2x1x3x3xf32>, tensor<2xf32>) -> tensor<1x2x5x6xf32>
  return %0 : tensor<1x2x5x6xf32>
}

// -----

// CHECK-LABEL: @stride_two
// CHECK: nn.conv
func.func @stride_two(%x: tensor<1x1x5x7xf32>) -> tensor<1x1x2x3xf32> {
  %w = nn.constant dense<[[[[1.0, 2.0, 3.0], [0.5, -1.0, 4.0], [2.0, 0.25, -3.0]]]]> : tensor<1x1x3x3xf32>
  %0 = nn.conv %x, %w {strides = array<i64: 2, 2>, dilations = array<i64: 1, 1>, pads_begin = array<i64: 0, 0>, pads_end = array<i64: 0, 0>} : (tensor<1x1x5x7xf32>, tensor<1x1x3x3xf32>) -> tensor<1x1x2x3xf32>
  return %0 : tensor<1x1x2x3xf32>
}

// -----

// CHECK-LABEL: @dilated
// CHECK: nn.conv
func.func @dilated(%x: tensor<1x1x5x7xf32>) -> tensor<1x1x1x5xf32> {
  %w = nn.constant dense<[[[[1.0, 2.0, 3.0], [0.5, -1.0, 4.0], [2.0, 0.25, -3.0]]]]> : tensor<1x1x3x3xf32>
  %0 = nn.conv %x, %w {strides = array<i64: 1, 1>, dilations = array<i64: 2, 1>, pads_begin = array<i64: 0, 0>, pads_end = array<i64: 0, 0>} : (tensor<1x1x5x7xf32>, tensor<1x1x3x3xf32>) -> tensor<1x1x1x5xf32>
  return %0 : tensor<1x1x1x5xf32>
}

// -----

// CHECK-LABEL: @grouped
// CHECK: nn.conv
func.func @grouped(%x: tensor<1x2x5x7xf32>) -> tensor<1x2x3x5xf32> {
  %w = nn.constant dense<[[[[1.0, 2.0, 3.0], [0.5, -1.0, 4.0], [2.0, 0.25, -3.0]]], [[[0.0, 1.0, 0.0], [1.0, 1.0, 2.0], [3.0, -0.5, 1.5]]]]> : tensor<2x1x3x3xf32>
  %0 = nn.conv %x, %w {strides = array<i64: 1, 1>, dilations = array<i64: 1, 1>, pads_begin = array<i64: 0, 0>, pads_end = array<i64: 0, 0>, group = 2 : i64} : (tensor<1x2x5x7xf32>, tensor<2x1x3x3xf32>) -> tensor<1x2x3x5xf32>
  return %0 : tensor<1x2x3x5xf32>
}

// -----

// Filters with two unequal sides.
// CHECK-LABEL: @oblong
// CHECK: nn.conv
func.func @oblong(%x: tensor<1x1x5x7xf32>) -> tensor<1x1x5x5xf32> {
  %w = nn.constant dense<[[[[1.0, 2.0, 3.0]]]]> : tensor<1x1x1x3xf32>
  %0 = nn.conv %x, %w {strides = array<i64: 1, 1>, dilations = array<i64: 1, 1>, pads_begin = array<i64: 0, 0>, pads_end = array<i64: 0, 0>} : (tensor<1x1x5x7xf32>, tensor<1x1x1x3xf32>) -> tensor<1x1x5x5xf32>
  return %0 : tensor<1x1x5x5xf32>
}

// -----

// A splat stays one element.
// CHECK-LABEL: @splat
// CHECK: nn.conv
func.func @splat(%x: tensor<1x1x5x7xf32>) -> tensor<1x1x3x5xf32> {
  %w = nn.constant dense<0.5> : tensor<1x1x3x3xf32>
  %0 = nn.conv %x, %w {strides = array<i64: 1, 1>, dilations = array<i64: 1, 1>, pads_begin = array<i64: 0, 0>, pads_end = array<i64: 0, 0>} : (tensor<1x1x5x7xf32>, tensor<1x1x3x3xf32>) -> tensor<1x1x3x5xf32>
  return %0 : tensor<1x1x3x5xf32>
}

// -----

// Filters that are known at run time only.
// CHECK-LABEL: @computed
// CHECK: nn.conv
func.func @computed(%x: tensor<1x1x5x7xf32>, %w: tensor<1x1x3x3xf32>) -> tensor<1x1x3x5xf32> {
  %0 = nn.conv %x, %w {strides = array<i64: 1, 1>, dilations = array<i64: 1, 1>, pads_begin = array<i64: 0, 0>, pads_end = array<i64: 0, 0>} : (tensor<1x1x5x7xf32>, tensor<1x1x3x3xf32>) -> tensor<1x1x3x5xf32>
  return %0 : tensor<1x1x3x5xf32>
}

// -----

// No transforms are known for tiles of 6 with a filter of 5.
// RUN: nn-opt %s -split-input-file -pass-pipeline='builtin.module(func.func(nnc-winograd{tile=6}))' | FileCheck %s --check-prefix=SIX
// SIX-LABEL: @five
// SIX: nn.conv
// CHECK-LABEL: @five
// CHECK: fastconv.winograd
func.func @five(%x: tensor<1x1x5x7xf32>) -> tensor<1x1x1x3xf32> {
  %w = nn.constant dense<[[[[1.0, 2.0, 3.0, 4.0, 5.0], [0.5, -1.0, 4.0, 2.0, 1.0], [2.0, 0.25, -3.0, 1.0, 0.0], [1.0, 2.0, 3.0, 4.0, 5.0], [0.5, -1.0, 4.0, 2.0, 1.0]]]]> : tensor<1x1x5x5xf32>
  %0 = nn.conv %x, %w {strides = array<i64: 1, 1>, dilations = array<i64: 1, 1>, pads_begin = array<i64: 0, 0>, pads_end = array<i64: 0, 0>} : (tensor<1x1x5x7xf32>, tensor<1x1x5x5xf32>) -> tensor<1x1x1x3xf32>
  return %0 : tensor<1x1x1x3xf32>
}

// -----

// The choice counts, and goes along.
// CHECK-LABEL: @chosen
// CHECK: fastconv.winograd {{.*}} {fastconv.choice = #fastconv.choice<plan, [<winograd, tile = 2>]>, {{.*}}tile = 2
// NONE-LABEL: @chosen
// NONE: fastconv.winograd {{.*}}tile = 2
func.func @chosen(%x: tensor<1x1x5x7xf32>) -> tensor<1x1x3x5xf32> {
  %w = nn.constant dense<[[[[1.0, 2.0, 3.0], [0.5, -1.0, 4.0], [2.0, 0.25, -3.0]]]]> : tensor<1x1x3x3xf32>
  %0 = nn.conv %x, %w {strides = array<i64: 1, 1>, dilations = array<i64: 1, 1>, pads_begin = array<i64: 0, 0>, pads_end = array<i64: 0, 0>, fastconv.choice = #fastconv.choice<plan, [<winograd, tile = 2>]>} : (tensor<1x1x5x7xf32>, tensor<1x1x3x3xf32>) -> tensor<1x1x3x5xf32>
  return %0 : tensor<1x1x3x5xf32>
}

// -----

// CHECK-LABEL: @chosen_direct
// CHECK: nn.conv
func.func @chosen_direct(%x: tensor<1x1x5x7xf32>) -> tensor<1x1x3x5xf32> {
  %w = nn.constant dense<[[[[1.0, 2.0, 3.0], [0.5, -1.0, 4.0], [2.0, 0.25, -3.0]]]]> : tensor<1x1x3x3xf32>
  %0 = nn.conv %x, %w {strides = array<i64: 1, 1>, dilations = array<i64: 1, 1>, pads_begin = array<i64: 0, 0>, pads_end = array<i64: 0, 0>, fastconv.choice = #fastconv.choice<model, [<direct>]>} : (tensor<1x1x5x7xf32>, tensor<1x1x3x3xf32>) -> tensor<1x1x3x5xf32>
  return %0 : tensor<1x1x3x5xf32>
}

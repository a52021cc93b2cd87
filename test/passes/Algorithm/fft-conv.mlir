// RUN: nn-opt %s -split-input-file -pass-pipeline='builtin.module(func.func(nnc-fft-conv{tile=16}))' | FileCheck %s
// RUN: nn-opt %s -split-input-file -pass-pipeline='builtin.module(nnc-select-conv-algorithm,func.func(nnc-fft-conv,nnc-winograd))' | FileCheck %s --check-prefix=AUTO
// RUN: nn-opt %s -split-input-file -pass-pipeline='builtin.module(nnc-select-conv-algorithm{algorithm=fft},func.func(nnc-fft-conv,nnc-winograd))' | FileCheck %s --check-prefix=FORCE
// RUN: nn-opt %s -split-input-file -pass-pipeline='builtin.module(nnc-select-conv-algorithm{algorithm=fft max-error=1e-6},func.func(nnc-fft-conv,nnc-winograd))' | FileCheck %s --check-prefix=EXACT
// RUN: not nn-opt %s -split-input-file -pass-pipeline='builtin.module(func.func(nnc-fft-conv{tile=12}))' 2>&1 | FileCheck %s --check-prefix=TWELVE
// TWELVE: nnc-fft-conv: tile is 12, expected 0, 8, 16 or 32

// The bias, unequal pads and both sides of the filter go along. Too small to be worth it by the model; tiles of 16 err by more than 1e-6.
// CHECK-LABEL: @fires
// CHECK: %[[W:.*]] = nn.constant
// CHECK: %[[U:.*]] = fastconv.fft_filter_transform %[[W]] {tile = 16 : i64} : (tensor<2x1x5x3xf32>) -> tensor<2x16x9x1x2xf32>
// CHECK: fastconv.fft %arg0, %[[U]], %arg1 {kernel = array<i64: 5, 3>, pads_begin = array<i64: 0, 1>, pads_end = array<i64: 6, 0>} : (tensor<1x1x5x7xf32>, tensor<2x16x9x1x2xf32>, tensor<2xf32>) -> tensor<1x2x7x6xf32>
// AUTO-LABEL: @fires
// AUTO: nn.conv
// FORCE-LABEL: @fires
// FORCE: fastconv.fft %
// EXACT-LABEL: @fires
// EXACT: nn.conv
func.func @fires(%x: tensor<1x1x5x7xf32>, %b: tensor<2xf32>) -> tensor<1x2x7x6xf32> {
  %w = nn.constant dense<[[[[1.00, -1.75, 2.25], [-3.25, -3.00, -2.50], [1.75, -3.25, 4.00], [-0.75, -3.50, -2.75], [2.75, 2.50, -3.00]]], [[[-0.25, -2.75, 2.75], [-3.25, -2.25, -0.50], [-3.25, 2.25, -3.25], [-0.50, -3.50, -2.00], [0.50, 2.50, -1.75]]]]> : tensor<2x1x5x3xf32>
  %0 = nn.conv %x, %w, %b {strides = array<i64: 1, 1>, dilations = array<i64: 1, 1>, pads_begin = array<i64: 0, 1>, pads_end = array<i64: 6, 0>} : (tensor<1x1x5x7xf32>, tensor<2x1x5x3xf32>, tensor<2xf32>) -> tensor<1x2x7x6xf32>
  return %0 : tensor<1x2x7x6xf32>
}

// -----

// A tile gives all results, not every other one.
// CHECK-LABEL: @stride_two
// CHECK: nn.conv
// FORCE-LABEL: @stride_two
// FORCE: nn.conv
func.func @stride_two(%x: tensor<1x1x9x7xf32>) -> tensor<1x1x3x3xf32> {
  %w = nn.constant dense<[[[[1.00, -1.75, 2.25, -3.25, -3.00], [-2.50, 1.75, -3.25, 4.00, -0.75], [-3.50, -2.75, 2.75, 2.50, -3.00], [-0.25, -2.75, 2.75, -3.25, -2.25], [-0.50, -3.25, 2.25, -3.25, -0.50]]]]> : tensor<1x1x5x5xf32>
  %0 = nn.conv %x, %w {strides = array<i64: 2, 1>, dilations = array<i64: 1, 1>, pads_begin = array<i64: 0, 0>, pads_end = array<i64: 0, 0>} : (tensor<1x1x9x7xf32>, tensor<1x1x5x5xf32>) -> tensor<1x1x3x3xf32>
  return %0 : tensor<1x1x3x3xf32>
}

// -----

// Taps that lie apart.
// CHECK-LABEL: @dilated
// CHECK: nn.conv
// FORCE-LABEL: @dilated
// FORCE: nn.conv
func.func @dilated(%x: tensor<1x1x9x11xf32>) -> tensor<1x1x5x3xf32> {
  %w = nn.constant dense<[[[[1.00, -1.75, 2.25, -3.25, -3.00], [-2.50, 1.75, -3.25, 4.00, -0.75], [-3.50, -2.75, 2.75, 2.50, -3.00], [-0.25, -2.75, 2.75, -3.25, -2.25], [-0.50, -3.25, 2.25, -3.25, -0.50]]]]> : tensor<1x1x5x5xf32>
  %0 = nn.conv %x, %w {strides = array<i64: 1, 1>, dilations = array<i64: 1, 2>, pads_begin = array<i64: 0, 0>, pads_end = array<i64: 0, 0>} : (tensor<1x1x9x11xf32>, tensor<1x1x5x5xf32>) -> tensor<1x1x5x3xf32>
  return %0 : tensor<1x1x5x3xf32>
}

// -----

// Each group would need products of its own.
// CHECK-LABEL: @grouped
// CHECK: nn.conv
// FORCE-LABEL: @grouped
// FORCE: nn.conv
func.func @grouped(%x: tensor<1x2x9x7xf32>) -> tensor<1x2x5x5xf32> {
  %w = nn.constant dense<[[[[1.00, -1.75, 2.25], [-3.25, -3.00, -2.50], [1.75, -3.25, 4.00], [-0.75, -3.50, -2.75], [2.75, 2.50, -3.00]]], [[[-0.25, -2.75, 2.75], [-3.25, -2.25, -0.50], [-3.25, 2.25, -3.25], [-0.50, -3.50, -2.00], [0.50, 2.50, -1.75]]]]> : tensor<2x1x5x3xf32>
  %0 = nn.conv %x, %w {strides = array<i64: 1, 1>, dilations = array<i64: 1, 1>, pads_begin = array<i64: 0, 0>, pads_end = array<i64: 0, 0>, group = 2 : i64} : (tensor<1x2x9x7xf32>, tensor<2x1x5x3xf32>) -> tensor<1x2x5x5xf32>
  return %0 : tensor<1x2x5x5xf32>
}

// -----

// A splat stays one element.
// CHECK-LABEL: @splat
// CHECK: nn.conv
// FORCE-LABEL: @splat
// FORCE: nn.conv
func.func @splat(%x: tensor<1x1x9x7xf32>) -> tensor<1x1x5x3xf32> {
  %w = nn.constant dense<0.5> : tensor<1x1x5x5xf32>
  %0 = nn.conv %x, %w {strides = array<i64: 1, 1>, dilations = array<i64: 1, 1>, pads_begin = array<i64: 0, 0>, pads_end = array<i64: 0, 0>} : (tensor<1x1x9x7xf32>, tensor<1x1x5x5xf32>) -> tensor<1x1x5x3xf32>
  return %0 : tensor<1x1x5x3xf32>
}

// -----

// Filters that are known at run time only.
// CHECK-LABEL: @computed
// CHECK: nn.conv
// FORCE-LABEL: @computed
// FORCE: nn.conv
func.func @computed(%x: tensor<1x1x9x7xf32>, %w: tensor<1x1x5x5xf32>) -> tensor<1x1x5x3xf32> {
  %0 = nn.conv %x, %w {strides = array<i64: 1, 1>, dilations = array<i64: 1, 1>, pads_begin = array<i64: 0, 0>, pads_end = array<i64: 0, 0>} : (tensor<1x1x9x7xf32>, tensor<1x1x5x5xf32>) -> tensor<1x1x5x3xf32>
  return %0 : tensor<1x1x5x3xf32>
}

// -----

// Both sides are short.
// CHECK-LABEL: @small
// CHECK: nn.conv
// FORCE-LABEL: @small
// FORCE: nn.conv
func.func @small(%x: tensor<1x1x9x7xf32>) -> tensor<1x1x7x5xf32> {
  %w = nn.constant dense<[[[[1.00, -1.75, 2.25], [-3.25, -3.00, -2.50], [1.75, -3.25, 4.00]]]]> : tensor<1x1x3x3xf32>
  %0 = nn.conv %x, %w {strides = array<i64: 1, 1>, dilations = array<i64: 1, 1>, pads_begin = array<i64: 0, 0>, pads_end = array<i64: 0, 0>} : (tensor<1x1x9x7xf32>, tensor<1x1x3x3xf32>) -> tensor<1x1x7x5xf32>
  return %0 : tensor<1x1x7x5xf32>
}

// -----

// Seventeen columns fit tiles of 32 only.
// CHECK-LABEL: @larger_than_the_tile
// CHECK: nn.conv
// FORCE-LABEL: @larger_than_the_tile
// FORCE: nn.conv
// RUN: nn-opt %s -split-input-file -pass-pipeline='builtin.module(nnc-select-conv-algorithm{algorithm=fft max-error=1},func.func(nnc-fft-conv,nnc-winograd))' | FileCheck %s --check-prefix=LARGE
// LARGE-LABEL: @larger_than_the_tile
// LARGE: fastconv.fft_filter_transform {{.*}}tile = 32
func.func @larger_than_the_tile(%x: tensor<1x1x9x19xf32>) -> tensor<1x1x9x3xf32> {
  %w = nn.constant dense<[[[[1.00, -1.75, 2.25, -3.25, -3.00, -2.50, 1.75, -3.25, 4.00, -0.75, -3.50, -2.75, 2.75, 2.50, -3.00, -0.25, -2.75]]]]> : tensor<1x1x1x17xf32>
  %0 = nn.conv %x, %w {strides = array<i64: 1, 1>, dilations = array<i64: 1, 1>, pads_begin = array<i64: 0, 0>, pads_end = array<i64: 0, 0>} : (tensor<1x1x9x19xf32>, tensor<1x1x1x17xf32>) -> tensor<1x1x9x3xf32>
  return %0 : tensor<1x1x9x3xf32>
}

// -----

// Enough channels and pixels.
// AUTO-LABEL: @worthwhile
// AUTO: fastconv.fft_filter_transform {{.*}}tile = 16
func.func @worthwhile(%x: tensor<1x64x56x56xf32>) -> tensor<1x64x56x56xf32> {
  %w = nn.constant dense_resource<w> : tensor<64x64x7x7xf32>
  %0 = nn.conv %x, %w {strides = array<i64: 1, 1>, dilations = array<i64: 1, 1>, pads_begin = array<i64: 3, 3>, pads_end = array<i64: 3, 3>} : (tensor<1x64x56x56xf32>, tensor<64x64x7x7xf32>) -> tensor<1x64x56x56xf32>
  return %0 : tensor<1x64x56x56xf32>
}

// -----

// One tile of 4 × 4 results, which Winograd's minimal filtering computes with fewer products.
// AUTO-LABEL: @winograd_is_cheaper
// AUTO: fastconv.winograd
func.func @winograd_is_cheaper(%x: tensor<1x64x8x8xf32>) -> tensor<1x64x4x4xf32> {
  %w = nn.constant dense_resource<v> : tensor<64x64x5x5xf32>
  %0 = nn.conv %x, %w {strides = array<i64: 1, 1>, dilations = array<i64: 1, 1>, pads_begin = array<i64: 0, 0>, pads_end = array<i64: 0, 0>} : (tensor<1x64x8x8xf32>, tensor<64x64x5x5xf32>) -> tensor<1x64x4x4xf32>
  return %0 : tensor<1x64x4x4xf32>
}

// RUN: nn-opt %s -split-input-file -pass-pipeline='builtin.module(nnc-select-conv-algorithm)' | FileCheck %s
// RUN: nn-opt %s -split-input-file -pass-pipeline='builtin.module(nnc-select-conv-algorithm{algorithm=winograd})' | FileCheck %s --check-prefix=FORCED
// RUN: nn-opt %s -split-input-file -pass-pipeline='builtin.module(nnc-select-conv-algorithm{algorithm=direct})' | FileCheck %s --check-prefix=DIRECT
// RUN: nn-opt %s -split-input-file -pass-pipeline='builtin.module(nnc-select-conv-algorithm{max-error=1e-6})' | FileCheck %s --check-prefix=EXACT

// Enough channels and pixels: the model takes the largest tile that the error allows. All allowed ways are listed.
// CHECK-LABEL: @worthwhile
// CHECK: nn.conv {{.*}}fastconv.choice = #fastconv.choice<model, [<winograd, tile = 4, cycles = {{[0-9]+}}, error = {{3.2[0-9]+E-6}} : f64>, <winograd, tile = 2, {{.*}}>, <direct, cycles = {{[0-9]+}}>]>
// FORCED-LABEL: @worthwhile
// FORCED: #fastconv.choice<option, [<winograd, tile = 4, {{.*}}<direct
// DIRECT-LABEL: @worthwhile
// DIRECT: #fastconv.choice<option, [<direct, {{.*}}<winograd, tile = 4
// EXACT-LABEL: @worthwhile
// EXACT: #fastconv.choice<model, [<winograd, tile = 2, {{[^<]*}}>, <direct, {{[^<]*}}>]>
func.func @worthwhile(%x: tensor<1x64x56x56xf32>) -> tensor<1x64x56x56xf32> {
  %w = nn.constant dense_resource<w> : tensor<64x64x3x3xf32>
  %0 = nn.conv %x, %w {strides = array<i64: 1, 1>, dilations = array<i64: 1, 1>, pads_begin = array<i64: 1, 1>, pads_end = array<i64: 1, 1>} : (tensor<1x64x56x56xf32>, tensor<64x64x3x3xf32>) -> tensor<1x64x56x56xf32>
  return %0 : tensor<1x64x56x56xf32>
}

// -----

// One channel: transforms would cost more than they save, but may be asked for.
// CHECK-LABEL: @few_channels
// CHECK: #fastconv.choice<model, [<direct, cycles = {{[0-9]+}}>, <winograd
// FORCED-LABEL: @few_channels
// FORCED: #fastconv.choice<option, [<winograd
func.func @few_channels(%x: tensor<1x1x28x28xf32>) -> tensor<1x8x28x28xf32> {
  %w = nn.constant dense_resource<w> : tensor<8x1x3x3xf32>
  %0 = nn.conv %x, %w {strides = array<i64: 1, 1>, dilations = array<i64: 1, 1>, pads_begin = array<i64: 1, 1>, pads_end = array<i64: 1, 1>} : (tensor<1x1x28x28xf32>, tensor<8x1x3x3xf32>) -> tensor<1x8x28x28xf32>
  return %0 : tensor<1x8x28x28xf32>
}

// -----

// A stride leaves one way: nothing is predicted.
// CHECK-LABEL: @stride_two
// CHECK: #fastconv.choice<only, [<direct>]>
// FORCED-LABEL: @stride_two
// FORCED: #fastconv.choice<only, [<direct>]>
func.func @stride_two(%x: tensor<1x64x56x56xf32>) -> tensor<1x64x28x28xf32> {
  %w = nn.constant dense_resource<w> : tensor<64x64x3x3xf32>
  %0 = nn.conv %x, %w {strides = array<i64: 2, 2>, dilations = array<i64: 1, 1>, pads_begin = array<i64: 1, 1>, pads_end = array<i64: 0, 0>} : (tensor<1x64x56x56xf32>, tensor<64x64x3x3xf32>) -> tensor<1x64x28x28xf32>
  return %0 : tensor<1x64x28x28xf32>
}

// -----

// No transforms are known for tiles of 6 with a filter of 5, and none is exact.
// RUN: nn-opt %s -split-input-file -pass-pipeline='builtin.module(nnc-select-conv-algorithm{max-error=1})' | FileCheck %s --check-prefix=INEXACT
// RUN: nn-opt %s -split-input-file -pass-pipeline='builtin.module(nnc-select-conv-algorithm{algorithm=winograd max-error=0})' | FileCheck %s --check-prefix=ZERO
// INEXACT-LABEL: @worthwhile
// INEXACT: tile = 6
// INEXACT-LABEL: @five
// INEXACT-NOT: tile = 6
// INEXACT: tile = 4
// ZERO-LABEL: @five
// ZERO: #fastconv.choice<only, [<direct, cycles = {{[0-9]+}}>]>
func.func @five(%x: tensor<1x64x28x28xf32>) -> tensor<1x64x28x28xf32> {
  %w = nn.constant dense_resource<w> : tensor<64x64x5x5xf32>
  %0 = nn.conv %x, %w {strides = array<i64: 1, 1>, dilations = array<i64: 1, 1>, pads_begin = array<i64: 2, 2>, pads_end = array<i64: 2, 2>} : (tensor<1x64x28x28xf32>, tensor<64x64x5x5xf32>) -> tensor<1x64x28x28xf32>
  return %0 : tensor<1x64x28x28xf32>
}

// -----

// Few pixels and many channels: the 38 MB of weights of tiles of four come from memory, the 17 MB of tiles of two half from the cache. Where
// the cache holds all, tiles of four win.
// RUN: nn-opt %s -split-input-file -pass-pipeline='builtin.module(nnc-select-conv-algorithm{outer-cache-bytes=67108864})' | FileCheck %s --check-prefix=LARGE
// CHECK-LABEL: @many_weights
// CHECK: #fastconv.choice<model, [<winograd, tile = 2, {{.*}}<winograd, tile = 4, {{.*}}<direct
// LARGE-LABEL: @many_weights
// LARGE: #fastconv.choice<model, [<winograd, tile = 4, {{.*}}<winograd, tile = 2, {{.*}}<direct
func.func @many_weights(%x: tensor<1x512x7x7xf32>) -> tensor<1x512x7x7xf32> {
  %w = nn.constant dense_resource<w> : tensor<512x512x3x3xf32>
  %0 = nn.conv %x, %w {strides = array<i64: 1, 1>, dilations = array<i64: 1, 1>, pads_begin = array<i64: 1, 1>, pads_end = array<i64: 1, 1>} : (tensor<1x512x7x7xf32>, tensor<512x512x3x3xf32>) -> tensor<1x512x7x7xf32>
  return %0 : tensor<1x512x7x7xf32>
}

// -----

// A module of more weights than the cache holds reads all of them from memory in each run: there a way with larger weights must be clearly faster
// than each with smaller ones. The second constant drives those of the convolution out of a cache that holds them by themselves.
// RUN: nn-opt %s -split-input-file -pass-pipeline='builtin.module(nnc-select-conv-algorithm{outer-cache-bytes=41943040})' | FileCheck %s --check-prefix=COLD
// COLD-LABEL: @many_weights
// COLD: #fastconv.choice<model, [<winograd, tile = 4, {{.*}}<winograd, tile = 2, {{.*}}<direct
// COLD-LABEL: @weights_of_others
// COLD: #fastconv.choice<model, [<winograd, tile = 2, {{.*}}<winograd, tile = 4, {{.*}}<direct
func.func @weights_of_others(%x: tensor<1x512x7x7xf32>, %y: tensor<1x4096xf32>) -> (tensor<1x512x7x7xf32>, tensor<1x8192xf32>) {
  %w = nn.constant dense_resource<w> : tensor<512x512x3x3xf32>
  %v = nn.constant dense_resource<w> : tensor<4096x8192xf32>
  %0 = nn.conv %x, %w {strides = array<i64: 1, 1>, dilations = array<i64: 1, 1>, pads_begin = array<i64: 1, 1>, pads_end = array<i64: 1, 1>} : (tensor<1x512x7x7xf32>, tensor<512x512x3x3xf32>) -> tensor<1x512x7x7xf32>
  %1 = nn.matmul %y, %v : (tensor<1x4096xf32>, tensor<4096x8192xf32>) -> tensor<1x8192xf32>
  return %0, %1 : tensor<1x512x7x7xf32>, tensor<1x8192xf32>
}

// RUN: nn-opt %s --nnc-emit-kernels="cache-bytes=4096 inner-cache-bytes=4096" | FileCheck %s
// RUN: nn-opt %s --nnc-emit-kernels="cache-bytes=0" | FileCheck %s --check-prefix=UNCACHED
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

// 2048 bytes of weights stay in the cache: a block of two tiles, which take a quarter of the inner cache, sees one panel after the other.
// CHECK-LABEL: @blocks_of_rows
// CHECK: scf.for %[[FIRST:.*]] = %c0{{.*}} to %c5{{.*}} step %c2
// CHECK: %[[END:.*]] = arith.minsi
// CHECK: scf.for %{{.*}} = %c0{{.*}} to %c2
// CHECK: scf.for %{{.*}} = %[[FIRST]] to %[[END]]
// CHECK: scf.for {{.*}} iter_args
// CHECK-NOT: memref.prefetch
func.func private @blocks_of_rows(%x: memref<640xf32>, %w: memref<512xf32>, %y: memref<320xf32> {rt.result}) attributes {rt.layer = "blocks"} {
  %0 = rt.tensor %x : memref<640xf32> -> tensor<20x32xf32>
  %1 = rt.tensor %w : memref<512xf32> -> tensor<512xf32>
  %2 = kernel.matmul %0, %1 {packed, tile = #kernel.tile<rows = 4, columns = 8, vector = 8, lanes = 1>} : (tensor<20x32xf32>, tensor<512xf32>) -> tensor<20x16xf32> {
  ^bb0(%sum: f32):
    kernel.yield %sum : f32
  }
  rt.store %2, %y : tensor<20x16xf32>, memref<320xf32>
  return
}

// 8192 bytes are read once, panel by panel: each of three tiles fetches its third of the next panel.
// UNCACHED-LABEL: @fetches_next_panel
// UNCACHED-NOT: memref.prefetch
// CHECK-LABEL: @fetches_next_panel
// CHECK: scf.for %{{.*}} = %c0{{.*}} to %c8
// CHECK: scf.for %{{.*}} = %c0{{.*}} to %c3
// CHECK: scf.for {{.*}} iter_args
// CHECK: memref.prefetch %arg1[{{.*}}], read, locality<2>, data
// CHECK-NOT: memref.prefetch
// CHECK: vector.fma
func.func private @fetches_next_panel(%x: memref<384xf32>, %w: memref<2048xf32>, %y: memref<768xf32> {rt.result}) attributes {rt.layer = "fetch"} {
  %0 = rt.tensor %x : memref<384xf32> -> tensor<12x32xf32>
  %1 = rt.tensor %w : memref<2048xf32> -> tensor<2048xf32>
  %2 = kernel.matmul %0, %1 {packed, tile = #kernel.tile<rows = 4, columns = 8, vector = 8, lanes = 1>} : (tensor<12x32xf32>, tensor<2048xf32>) -> tensor<12x64xf32> {
  ^bb0(%sum: f32):
    kernel.yield %sum : f32
  }
  rt.store %2, %y : tensor<12x64xf32>, memref<768xf32>
  return
}

// 65 tiles hide the way of a panel from the memory: nothing is fetched ahead.
// CHECK-LABEL: @many_tiles
// CHECK-NOT: memref.prefetch
func.func private @many_tiles(%x: memref<8320xf32>, %w: memref<2048xf32>, %y: memref<16640xf32> {rt.result}) attributes {rt.layer = "many"} {
  %0 = rt.tensor %x : memref<8320xf32> -> tensor<260x32xf32>
  %1 = rt.tensor %w : memref<2048xf32> -> tensor<2048xf32>
  %2 = kernel.matmul %0, %1 {packed, tile = #kernel.tile<rows = 4, columns = 8, vector = 8, lanes = 1>} : (tensor<260x32xf32>, tensor<2048xf32>) -> tensor<260x64xf32> {
  ^bb0(%sum: f32):
    kernel.yield %sum : f32
  }
  rt.store %2, %y : tensor<260x64xf32>, memref<16640xf32>
  return
}

// 4608 bytes of filters for nine pixels: a tile of three fetches its third of the next panel, tap by tap.
// UNCACHED-LABEL: @fetches_next_filters
// UNCACHED-NOT: memref.prefetch
// CHECK-LABEL: @fetches_next_filters
// CHECK: scf.for %{{.*}} = %c0{{.*}} to %c2
// CHECK: memref.prefetch %arg1[{{.*}}], read, locality<2>, data
// CHECK: vector.fma
func.func private @fetches_next_filters(%x: memref<72xf32>, %w: memref<1152xf32>, %y: memref<144xf32> {rt.result}) attributes {rt.layer = "filters"} {
  %0 = rt.tensor %x : memref<72xf32> -> tensor<1x8x3x3xf32, #nn.layout<[72, 1, 24, 8]>>
  %1 = rt.tensor %w : memref<1152xf32> -> tensor<1152xf32>
  %2 = kernel.conv %0, %1 {kernel = array<i64: 3, 3>, strides = array<i64: 1, 1>, dilations = array<i64: 1, 1>, pads_begin = array<i64: 1, 1>, pads_end = array<i64: 1, 1>, group = 1 : i64, tile = #kernel.tile<rows = 3, columns = 8, vector = 8, lanes = 1>} : (tensor<1x8x3x3xf32, #nn.layout<[72, 1, 24, 8]>>, tensor<1152xf32>) -> tensor<1x16x3x3xf32, #nn.layout<[144, 1, 48, 16]>> {
  ^bb0(%sum: f32):
    kernel.yield %sum : f32
  }
  rt.store %2, %y : tensor<1x16x3x3xf32, #nn.layout<[144, 1, 48, 16]>>, memref<144xf32>
  return
}

// Every second pixel of every second line: lines can not be joined, but each panel of 8192 bytes of filters is read by all of them.
// CHECK-LABEL: @lines_inside_panels
// CHECK: scf.for %{{.*}} = %c0{{.*}} to %c8
// CHECK: scf.for %{{.*}} = %c0{{.*}} to %c3
// CHECK: memref.prefetch
// CHECK: vector.fma
func.func private @lines_inside_panels(%x: memref<800xf32>, %w: memref<2048xf32>, %y: memref<576xf32> {rt.result}) attributes {rt.layer = "lines"} {
  %0 = rt.tensor %x : memref<800xf32> -> tensor<1x32x5x5xf32, #nn.layout<[800, 1, 160, 32]>>
  %1 = rt.tensor %w : memref<2048xf32> -> tensor<2048xf32>
  %2 = kernel.conv %0, %1 {kernel = array<i64: 1, 1>, strides = array<i64: 2, 2>, dilations = array<i64: 1, 1>, pads_begin = array<i64: 0, 0>, pads_end = array<i64: 0, 0>, group = 1 : i64, tile = #kernel.tile<rows = 3, columns = 8, vector = 8, lanes = 1>} : (tensor<1x32x5x5xf32, #nn.layout<[800, 1, 160, 32]>>, tensor<2048xf32>) -> tensor<1x64x3x3xf32, #nn.layout<[576, 1, 192, 64]>> {
  ^bb0(%sum: f32):
    kernel.yield %sum : f32
  }
  rt.store %2, %y : tensor<1x64x3x3xf32, #nn.layout<[576, 1, 192, 64]>>, memref<576xf32>
  return
}

// The products of a place of the transform fetch the weights of the next place: 16 matrices of 512 bytes do not stay in the cache together.
// CHECK-LABEL: @fetches_next_place
// CHECK: memref.prefetch %arg1[{{.*}}], read, locality<2>, data
// CHECK: vector.fma
func.func private @fetches_next_place(%x: memref<512xf32>, %w: memref<2048xf32>, %y: memref<1024xf32> {rt.result}, %v: memref<2048xf32> {rt.scratch}, %p: memref<4352xf32> {rt.scratch}) attributes {rt.layer = "places"} {
  %0 = rt.tensor %x : memref<512xf32> -> tensor<1x8x8x8xf32, #nn.layout<[512, 1, 64, 8]>>
  %1 = rt.tensor %w : memref<2048xf32> -> tensor<2048xf32>
  %2 = kernel.winograd %0, %1 {size = 2 : i64, kernel = 3 : i64, block = 4 : i64, pads_begin = array<i64: 1, 1>, pads_end = array<i64: 1, 1>, tile = #kernel.tile<rows = 4, columns = 8, vector = 8, lanes = 1>} : (tensor<1x8x8x8xf32, #nn.layout<[512, 1, 64, 8]>>, tensor<2048xf32>) -> tensor<1x16x8x8xf32, #nn.layout<[1024, 1, 128, 16]>> {
  ^bb0(%sum: f32):
    kernel.yield %sum : f32
  }
  rt.store %2, %y : tensor<1x16x8x8xf32, #nn.layout<[1024, 1, 128, 16]>>, memref<1024xf32>
  return
}

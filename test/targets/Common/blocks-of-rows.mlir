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

// 17 tiles hide the way of a panel from the memory: nothing is fetched ahead.
// CHECK-LABEL: @many_tiles
// CHECK-NOT: memref.prefetch
func.func private @many_tiles(%x: memref<2176xf32>, %w: memref<2048xf32>, %y: memref<4352xf32> {rt.result}) attributes {rt.layer = "many"} {
  %0 = rt.tensor %x : memref<2176xf32> -> tensor<68x32xf32>
  %1 = rt.tensor %w : memref<2048xf32> -> tensor<2048xf32>
  %2 = kernel.matmul %0, %1 {packed, tile = #kernel.tile<rows = 4, columns = 8, vector = 8, lanes = 1>} : (tensor<68x32xf32>, tensor<2048xf32>) -> tensor<68x64xf32> {
  ^bb0(%sum: f32):
    kernel.yield %sum : f32
  }
  rt.store %2, %y : tensor<68x64xf32>, memref<4352xf32>
  return
}

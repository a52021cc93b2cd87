// RUN: nn-opt %s --nnc-emit-kernels="inner-cache-bytes=2400" --canonicalize | FileCheck %s
// RUN: nn-opt %s --nnc-emit-kernels --canonicalize | FileCheck %s --check-prefix=WHOLE
// RUN: nn-opt %s --nnc-emit-kernels="inner-cache-bytes=1100" --canonicalize | FileCheck %s --check-prefix=WHOLE
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

// A channel of three lines of input and one of output has 72 bytes, and three fifths of the cache hold 20 channels: 16 of them, a line of the cache, go
// through the image, then 16 others, then the last 8. Where all fit, and where less than a line of the cache would, all channels go together.
// CHECK-LABEL: @blocks_of_channels
// CHECK: scf.for %[[FIRST:.*]] = %c0{{.*}} to %c32{{.*}} step %c16
// CHECK: scf.for %{{.*}} = %c0{{.*}} to %c2
// CHECK: scf.for %{{.*}} = %c0{{.*}} to %c16{{.*}} step %c8
// CHECK: vector.store
// CHECK: scf.for %{{.*}} = %c0{{.*}} to %c2
// CHECK-NOT: step %c8
// CHECK: vector.store
// CHECK-NOT: vector.store
// WHOLE-LABEL: @blocks_of_channels
// WHOLE: scf.for %{{.*}} = %c0{{.*}} to %c2
// WHOLE: scf.for %{{.*}} = %c0{{.*}} to %c40{{.*}} step %c8
// WHOLE: vector.store
// WHOLE-NOT: vector.store
func.func @blocks_of_channels(%x: memref<800xf32>, %w: memref<360xf32>, %y: memref<240xf32> {rt.result}) attributes {rt.layer = "depthwise"} {
  %0 = rt.tensor %x : memref<800xf32> -> tensor<1x40x4x5xf32, #nn.layout<[800, 1, 200, 40]>>
  %1 = rt.tensor %w : memref<360xf32> -> tensor<360xf32>
  %2 = kernel.depthwise %0, %1 {kernel = array<i64: 3, 3>, strides = array<i64: 1, 1>, dilations = array<i64: 1, 1>, pads_begin = array<i64: 0, 0>, pads_end = array<i64: 0, 0>, tile = #kernel.tile<rows = 1, columns = 8, vector = 8, lanes = 1>} : (tensor<1x40x4x5xf32, #nn.layout<[800, 1, 200, 40]>>, tensor<360xf32>) -> tensor<1x40x2x3xf32, #nn.layout<[240, 1, 120, 40]>> {
  ^bb0(%s: f32):
    kernel.yield %s : f32
  }
  rt.store %2, %y : tensor<1x40x2x3xf32, #nn.layout<[240, 1, 120, 40]>>, memref<240xf32>
  return
}

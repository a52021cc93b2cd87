// RUN: nn-opt %s -pass-pipeline='builtin.module(func.func(nnc-emit-kernels{registers=6}),canonicalize)' | FileCheck %s
// RUN: nn-opt %s -pass-pipeline='builtin.module(func.func(nnc-emit-kernels{registers=16}),canonicalize)' | FileCheck %s --check-prefix=SPARE
// RUN: nn-opt %s -pass-pipeline='builtin.module(func.func(nnc-emit-kernels{fma=false}),canonicalize)' | FileCheck %s --check-prefix=APART
// RUN: nn-opt %s -pass-pipeline='builtin.module(func.func(nnc-emit-kernels{straight-lines}),canonicalize)' | FileCheck %s --check-prefix=STRAIGHT

// Two rows and two vectors of columns: four sums are carried, each vector of weights is loaded once for both rows.
// CHECK-LABEL: @keeps_sums_in_registers
// CHECK: %[[SUMS:.*]]:4 = scf.for %[[K:.*]] = %c0 to %c7 step %c1 iter_args(%[[S0:.*]] = %cst, %[[S1:.*]] = %cst, %[[S2:.*]] = %cst, %[[S3:.*]] = %cst)
// CHECK: %[[W0:.*]] = vector.load %arg1
// CHECK: %[[W1:.*]] = vector.load %arg1
// CHECK: memref.load %arg0[%[[K]]]
// CHECK: vector.fma %{{.*}}, %[[W0]], %[[S0]]
// CHECK: vector.fma %{{.*}}, %[[W1]], %[[S1]]
// CHECK: memref.load %arg0
// CHECK: vector.fma %{{.*}}, %[[W0]], %[[S2]]
// CHECK: vector.fma %{{.*}}, %[[W1]], %[[S3]]
// CHECK-NOT: {{load|store}}
// CHECK: scf.yield
// CHECK-COUNT-4: vector.store %[[SUMS]]#
// CHECK-NOT: {{kernel|rt}}.
// CHECK: return

// With registers to spare, odd and even k have sums of their own.
// SPARE-LABEL: @keeps_sums_in_registers
// SPARE: %[[SUMS:.*]]:8 = scf.for %{{.*}} = %c0 to %c6 step %c2
// SPARE-COUNT-8: vector.fma
// SPARE: scf.yield
// SPARE-COUNT-4: vector.fma
// SPARE-COUNT-4: arith.addf

// APART-LABEL: @keeps_sums_in_registers
// APART-NOT: fma
// APART: %[[P:.*]] = arith.mulf
// APART-NEXT: arith.addf %{{.*}}, %[[P]]
// APART-NOT: fma
// APART-LABEL: @epilogue
func.func @keeps_sums_in_registers(%a: memref<14xf32>, %w: memref<112xf32>, %y: memref<32xf32> {rt.result}) attributes {rt.layer = "registers"} {
  %0 = rt.tensor %a : memref<14xf32> -> tensor<2x7xf32>
  %1 = rt.tensor %w : memref<112xf32> -> tensor<112xf32>
  %2 = kernel.matmul %0, %1 {packed, tile = #kernel.tile<rows = 2, columns = 16, vector = 8, lanes = 1>} : (tensor<2x7xf32>, tensor<112xf32>) -> tensor<2x16xf32> {
  ^bb0(%s: f32):
    kernel.yield %s : f32
  }
  rt.store %2, %y : tensor<2x16xf32>, memref<32xf32>
  return
}

// CHECK-LABEL: @epilogue_runs_on_vectors_before_the_store
// CHECK: %[[BIAS:.*]] = vector.load %arg2
// CHECK-NEXT: %[[SUM:.*]] = arith.addf %{{.*}}, %[[BIAS]] : vector<8xf32>
// CHECK-NEXT: %[[Y:.*]] = arith.maximumf %[[SUM]], %{{.*}} : vector<8xf32>
// CHECK-NEXT: vector.store %[[Y]], %arg3
// CHECK-NEXT: return
func.func @epilogue_runs_on_vectors_before_the_store(%a: memref<7xf32>, %w: memref<56xf32>, %b: memref<8xf32>, %y: memref<8xf32> {rt.result}) attributes {rt.layer = "epilogue"} {
  %0 = rt.tensor %a : memref<7xf32> -> tensor<1x7xf32>
  %1 = rt.tensor %w : memref<56xf32> -> tensor<56xf32>
  %b0 = rt.tensor %b : memref<8xf32> -> tensor<8xf32>
  %2 = kernel.matmul %0, %1 extra(%b0) {packed, tile = #kernel.tile<rows = 1, columns = 8, vector = 8, lanes = 1>} : (tensor<1x7xf32>, tensor<56xf32>, tensor<8xf32>) -> tensor<1x8xf32> {
  ^bb0(%s: f32, %bias: f32):
    %zero = arith.constant 0.0 : f32
    %3 = arith.addf %s, %bias : f32
    %4 = arith.maximumf %3, %zero : f32
    kernel.yield %4 : f32
  }
  rt.store %2, %y : tensor<1x8xf32>, memref<8xf32>
  return
}

// Packed weights have zeros behind the last column; the result has none to spare.
// CHECK-LABEL: @narrow_panel_is_loaded_whole_and_stored_in_parts
// CHECK: %[[SUMS:.*]]:2 = scf.for {{.*}} -> (vector<8xf32>, vector<4xf32>)
// CHECK: vector.store %[[SUMS]]#0, %arg2[%c0] : memref<11xf32>, vector<8xf32>
// CHECK: %[[TWO:.*]] = vector.extract_strided_slice %[[SUMS]]#1 {offsets = [0], sizes = [2]
// CHECK: vector.store %[[TWO]], %arg2[%c8] : memref<11xf32>, vector<2xf32>
// CHECK: %[[LAST:.*]] = vector.extract %[[SUMS]]#1[2]
// CHECK: memref.store %[[LAST]], %arg2[%c10]
func.func @narrow_panel_is_loaded_whole_and_stored_in_parts(%a: memref<7xf32>, %w: memref<84xf32>, %y: memref<11xf32> {rt.result}) attributes {rt.layer = "narrow"} {
  %0 = rt.tensor %a : memref<7xf32> -> tensor<1x7xf32>
  %1 = rt.tensor %w : memref<84xf32> -> tensor<84xf32>
  %2 = kernel.matmul %0, %1 {packed, tile = #kernel.tile<rows = 1, columns = 16, vector = 8, lanes = 1>} : (tensor<1x7xf32>, tensor<84xf32>) -> tensor<1x11xf32> {
  ^bb0(%s: f32):
    kernel.yield %s : f32
  }
  rt.store %2, %y : tensor<1x11xf32>, memref<11xf32>
  return
}

// CHECK-LABEL: @unpacked_columns_are_loaded_in_parts
// CHECK: %[[SUMS:.*]]:3 = scf.for {{.*}} -> (vector<8xf32>, vector<2xf32>, f32)
// CHECK: vector.load %arg1{{.*}} vector<8xf32>
// CHECK: vector.load %arg1{{.*}} vector<2xf32>
// CHECK: memref.load %arg1
func.func @unpacked_columns_are_loaded_in_parts(%a: memref<7xf32>, %w: memref<77xf32>, %y: memref<11xf32> {rt.result}) attributes {rt.layer = "unpacked"} {
  %0 = rt.tensor %a : memref<7xf32> -> tensor<1x7xf32>
  %1 = rt.tensor %w : memref<77xf32> -> tensor<7x11xf32>
  %2 = kernel.matmul %0, %1 {tile = #kernel.tile<rows = 1, columns = 16, vector = 8, lanes = 1>} : (tensor<1x7xf32>, tensor<7x11xf32>) -> tensor<1x11xf32> {
  ^bb0(%s: f32):
    kernel.yield %s : f32
  }
  rt.store %2, %y : tensor<1x11xf32>, memref<11xf32>
  return
}

// CHECK-LABEL: @left_operand_is_loaded_by_lanes
// CHECK: scf.for %[[K:.*]] = %c0 to %c8 step %c4
// CHECK: %[[A:.*]] = vector.load %arg0[%[[K]]] : memref<8xf32>, vector<4xf32>
// CHECK: vector.extract %[[A]][0]
// CHECK: vector.extract %[[A]][3]
// CHECK-COUNT-4: vector.fma
func.func @left_operand_is_loaded_by_lanes(%a: memref<8xf32>, %w: memref<32xf32>, %y: memref<4xf32> {rt.result}) attributes {rt.layer = "lanes"} {
  %0 = rt.tensor %a : memref<8xf32> -> tensor<1x8xf32>
  %1 = rt.tensor %w : memref<32xf32> -> tensor<32xf32>
  %2 = kernel.matmul %0, %1 {packed, tile = #kernel.tile<rows = 1, columns = 4, vector = 4, lanes = 4>} : (tensor<1x8xf32>, tensor<32xf32>) -> tensor<1x4xf32> {
  ^bb0(%s: f32):
    kernel.yield %s : f32
  }
  rt.store %2, %y : tensor<1x4xf32>, memref<4xf32>
  return
}

// CHECK-LABEL: @scalar_machines_get_scalar_code
// CHECK: scf.for {{.*}} -> (f32, f32, f32, f32)
// CHECK-COUNT-4: math.fma
// CHECK-COUNT-4: memref.store
// CHECK-NOT: vector
// CHECK: return
func.func @scalar_machines_get_scalar_code(%a: memref<14xf32>, %w: memref<14xf32>, %y: memref<4xf32> {rt.result}) attributes {rt.layer = "scalar"} {
  %0 = rt.tensor %a : memref<14xf32> -> tensor<2x7xf32>
  %1 = rt.tensor %w : memref<14xf32> -> tensor<14xf32>
  %2 = kernel.matmul %0, %1 {packed, tile = #kernel.tile<rows = 2, columns = 2, vector = 1, lanes = 1>} : (tensor<2x7xf32>, tensor<14xf32>) -> tensor<2x2xf32> {
  ^bb0(%s: f32):
    kernel.yield %s : f32
  }
  rt.store %2, %y : tensor<2x2xf32>, memref<4xf32>
  return
}

// The first pixel has the taps 1 and 2, the last the taps 0 and 1, those between have all three.
// CHECK-LABEL: @taps_outside_the_image_are_skipped
// CHECK: scf.for %{{.*}} = %c1 to %c3 step %c1 iter_args
// CHECK: vector.store %{{.*}}, %arg2[%c0]
// CHECK: scf.for %{{.*}} = %c0 to %c3 step %c1 {
// CHECK: scf.for %{{.*}} = %c0 to %c3 step %c1 iter_args
// CHECK: scf.for %{{.*}} = %c0 to %c2 step %c1 iter_args
// CHECK: vector.store %{{.*}}, %arg2[%c32]
// CHECK-NOT: {{scf.if|arith.select}}
// CHECK: return
func.func @taps_outside_the_image_are_skipped(%x: memref<5xf32>, %w: memref<24xf32>, %y: memref<40xf32> {rt.result}) attributes {rt.layer = "pad"} {
  %0 = rt.tensor %x : memref<5xf32> -> tensor<1x1x5xf32>
  %1 = rt.tensor %w : memref<24xf32> -> tensor<24xf32>
  %2 = kernel.conv %0, %1 {kernel = array<i64: 3>, strides = array<i64: 1>, dilations = array<i64: 1>, pads_begin = array<i64: 1>, pads_end = array<i64: 1>, group = 1 : i64, tile = #kernel.tile<rows = 1, columns = 8, vector = 8, lanes = 1>} : (tensor<1x1x5xf32>, tensor<24xf32>) -> tensor<1x8x5xf32, #nn.layout<[40, 1, 8]>> {
  ^bb0(%s: f32):
    kernel.yield %s : f32
  }
  rt.store %2, %y : tensor<1x8x5xf32, #nn.layout<[40, 1, 8]>>, memref<40xf32>
  return
}

// CHECK-LABEL: @depthwise_multiplies_channel_by_channel
// CHECK: scf.for %{{.*}} = %c0 to %c3 step %c1
// CHECK-COUNT-3: vector.load %arg1
// CHECK: %[[X:.*]] = vector.load %arg0
// CHECK: vector.fma %[[X]]
// CHECK-NOT: vector.broadcast
// CHECK: return
func.func @depthwise_multiplies_channel_by_channel(%x: memref<40xf32>, %w: memref<24xf32>, %y: memref<24xf32> {rt.result}) attributes {rt.layer = "depthwise"} {
  %0 = rt.tensor %x : memref<40xf32> -> tensor<1x8x5xf32, #nn.layout<[40, 1, 8]>>
  %1 = rt.tensor %w : memref<24xf32> -> tensor<24xf32>
  %2 = kernel.depthwise %0, %1 {kernel = array<i64: 3>, strides = array<i64: 1>, dilations = array<i64: 1>, pads_begin = array<i64: 0>, pads_end = array<i64: 0>, tile = #kernel.tile<rows = 1, columns = 8, vector = 8, lanes = 1>} : (tensor<1x8x5xf32, #nn.layout<[40, 1, 8]>>, tensor<24xf32>) -> tensor<1x8x3xf32, #nn.layout<[24, 1, 8]>> {
  ^bb0(%s: f32):
    kernel.yield %s : f32
  }
  rt.store %2, %y : tensor<1x8x3xf32, #nn.layout<[24, 1, 8]>>, memref<24xf32>
  return
}

// Lines 1 and 2 of four see all three lines of the filter: the products of five pixels without a loop. The others see two of them.
// CHECK-LABEL: @lines_that_see_the_whole_filter_are_straight_code
// CHECK-NOT: scf.if
// CHECK: return
// STRAIGHT-LABEL: @lines_that_see_the_whole_filter_are_straight_code
// STRAIGHT: %[[L:.*]] = arith.addi %{{.*}}, %c-1
// STRAIGHT: %[[ALL:.*]] = arith.cmpi ult, %[[L]], %c2
// STRAIGHT: scf.if %[[ALL]] {
// STRAIGHT: scf.for
// STRAIGHT-NOT: scf.for
// STRAIGHT-COUNT-45: kernel.dot
// STRAIGHT-NOT: kernel.dot
// STRAIGHT: } else {
// STRAIGHT: scf.for
// STRAIGHT: scf.for
// STRAIGHT-COUNT-15: kernel.dot
// STRAIGHT-NOT: kernel.dot
// STRAIGHT: return
func.func @lines_that_see_the_whole_filter_are_straight_code(%x: memref<56xi8>, %w: memref<18xi8>, %y: memref<40xi32> {rt.result}) attributes {rt.layer = "lines"} {
  %0 = rt.tensor %x : memref<56xi8> -> tensor<1x2x4x7xui8, #nn.layout<[56, 1, 14, 2]>>
  %1 = rt.tensor %w : memref<18xi8> -> tensor<18xi8>
  %2 = kernel.depthwise %0, %1 {kernel = array<i64: 3, 3>, strides = array<i64: 1, 1>, dilations = array<i64: 1, 1>, pads_begin = array<i64: 1, 0>, pads_end = array<i64: 1, 0>, tile = #kernel.tile<rows = 5, columns = 1, vector = 1, lanes = 1>} : (tensor<1x2x4x7xui8, #nn.layout<[56, 1, 14, 2]>>, tensor<18xi8>) -> tensor<1x2x4x5xi32, #nn.layout<[40, 1, 10, 2]>> {
  ^bb0(%s: i32):
    kernel.yield %s : i32
  }
  rt.store %2, %y : tensor<1x2x4x5xi32, #nn.layout<[40, 1, 10, 2]>>, memref<40xi32>
  return
}

// A filter as long as the stride: both phases see one pixel each, in one loop over phases that writes every second result.
// CHECK-LABEL: @phases_with_equal_windows_share_code
// CHECK: scf.for %[[PHASE:.*]] = %c0 to %c2 step %c1
// CHECK-COUNT-1: vector.fma
// CHECK-NOT: vector.fma
// CHECK: return
func.func @phases_with_equal_windows_share_code(%x: memref<14xf32>, %w: memref<8xf32>, %y: memref<112xf32> {rt.result}) attributes {rt.layer = "phases"} {
  %0 = rt.tensor %x : memref<14xf32> -> tensor<1x1x14xf32>
  %1 = rt.tensor %w : memref<8xf32> -> tensor<8xf32>
  %2 = kernel.conv_transpose %0, %1 {kernel = array<i64: 2>, strides = array<i64: 2>, dilations = array<i64: 1>, pads_begin = array<i64: 0>, group = 1 : i64, tile = #kernel.tile<rows = 1, columns = 4, vector = 4, lanes = 1>} : (tensor<1x1x14xf32>, tensor<8xf32>) -> tensor<1x4x28xf32, #nn.layout<[112, 1, 4]>> {
  ^bb0(%acc: f32):
    kernel.yield %acc : f32
  }
  rt.store %2, %y : tensor<1x4x28xf32, #nn.layout<[112, 1, 4]>>, memref<112xf32>
  return
}

// CHECK-LABEL: @keeps_other_stores
// CHECK: %[[Y:.*]] = nn.unary relu
// CHECK: rt.store %[[Y]], %arg1
func.func @keeps_other_stores(%x: memref<3xf32>, %y: memref<3xf32> {rt.result}) attributes {rt.layer = "other"} {
  %0 = rt.tensor %x : memref<3xf32> -> tensor<3xf32>
  %1 = nn.unary relu %0 : (tensor<3xf32>) -> tensor<3xf32>
  rt.store %1, %y : tensor<3xf32>, memref<3xf32>
  return
}

// The transposed operand is copied into one panel after the other, zeros behind the last column, before tiles read it there.
// CHECK-LABEL: @right_operand_is_packed_on_the_way
// CHECK: scf.for %[[K:.*]] = %c0 to %c7
// CHECK-COUNT-5: memref.load %arg1
// CHECK-COUNT-3: store {{.*}}, %arg3
// CHECK-NOT: %arg1
// CHECK: scf.for {{.*}} -> (vector<8xf32>, vector<8xf32>)
// CHECK: vector.load %arg3{{.*}} vector<8xf32>
// CHECK: return
func.func @right_operand_is_packed_on_the_way(%a: memref<14xf32>, %w: memref<35xf32>, %y: memref<10xf32> {rt.result}, %s: memref<56xf32> {rt.scratch})
    attributes {rt.layer = "packs"} {
  %0 = rt.tensor %a : memref<14xf32> -> tensor<2x7xf32>
  %1 = rt.tensor %w : memref<35xf32> -> tensor<5x7xf32>
  %2 = kernel.matmul %0, %1 {transpose_rhs, pack_rhs, tile = #kernel.tile<rows = 2, columns = 16, vector = 8, lanes = 1>} : (tensor<2x7xf32>, tensor<5x7xf32>) -> tensor<2x5xf32> {
  ^bb0(%acc: f32):
    kernel.yield %acc : f32
  }
  rt.store %2, %y : tensor<2x5xf32>, memref<10xf32>
  return
}

// The first window reaches beyond the image and has two elements; the two share one, which is read once.
// CHECK-LABEL: @pool_keeps_largest_in_registers
// CHECK: dense<0xFF800000> : vector<8xf32>
// CHECK-COUNT-4: vector.load
// CHECK-NOT: vector.load
// CHECK-COUNT-2: vector.store
// CHECK: return
func.func @pool_keeps_largest_in_registers(%x: memref<40xf32>, %y: memref<16xf32> {rt.result}) attributes {rt.layer = "pool"} {
  %0 = rt.tensor %x : memref<40xf32> -> tensor<1x8x5xf32, #nn.layout<[40, 1, 8]>>
  %1 = kernel.pool %0 {maximum, kernel = array<i64: 3>, strides = array<i64: 2>, dilations = array<i64: 1>, pads_begin = array<i64: 1>,
      pads_end = array<i64: 0>, tile = #kernel.tile<rows = 2, columns = 8, vector = 8, lanes = 1>} : (tensor<1x8x5xf32, #nn.layout<[40, 1, 8]>>) -> tensor<1x8x2xf32, #nn.layout<[16, 1, 8]>> {
  ^bb0(%acc: f32):
    kernel.yield %acc : f32
  }
  rt.store %1, %y : tensor<1x8x2xf32, #nn.layout<[16, 1, 8]>>, memref<16xf32>
  return
}

// RUN: nn-opt %s -nnc-convert-layers-to-loops -canonicalize | FileCheck %s

// CHECK: rt.constants @tables {{.*}}parts [dense<[2.000000e+00, 3.000000e+00, 5.000000e+00]> : tensor<3xf32>]

// CHECK-LABEL: @one_flat_loop_where_layouts_are_equal
// CHECK: scf.for %[[I:.*]] = %c0 to %c15 step %c1 {
// CHECK-NEXT: %[[A:.*]] = memref.load %arg0[%[[I]]]
// CHECK-NEXT: %[[B:.*]] = memref.load %arg1[%[[I]]]
// CHECK-NEXT: %[[S:.*]] = arith.addf %[[A]], %[[B]]
// CHECK-NEXT: %[[P:.*]] = arith.mulf %[[S]], %[[B]]
// CHECK-NEXT: memref.store %[[P]], %arg2[%[[I]]]
// CHECK-NOT: {{scf|nn|rt}}.
// CHECK: return
func.func @one_flat_loop_where_layouts_are_equal(%x: memref<15xf32>, %z: memref<15xf32>, %y: memref<15xf32> {rt.result}) attributes {rt.layer = "flat"} {
  %0 = rt.tensor %x : memref<15xf32> -> tensor<3x5xf32>
  %1 = rt.tensor %z : memref<15xf32> -> tensor<3x5xf32>
  %2 = nn.binary add %0, %1 : (tensor<3x5xf32>, tensor<3x5xf32>) -> tensor<3x5xf32>
  %3 = nn.binary mul %2, %1 : (tensor<3x5xf32>, tensor<3x5xf32>) -> tensor<3x5xf32>
  rt.store %3, %y : tensor<3x5xf32>, memref<15xf32>
  return
}

// The result's columns lie together, so they are the outer loop and stores go through memory in order.
// CHECK-LABEL: @loops_follow_the_memory_of_the_result
// CHECK: scf.for %[[COLUMN:.*]] = %c0 to %c5 step %c1
// CHECK: scf.for %[[ROW:.*]] = %c0 to %c3 step %c1
// CHECK: %[[FROM_ROW:.*]] = arith.muli %[[ROW]], %c5
// CHECK: %[[FROM:.*]] = arith.addi %[[FROM_ROW]], %[[COLUMN]]
// CHECK: memref.load %arg0[%[[FROM]]]
// CHECK: %[[TO_COLUMN:.*]] = arith.muli %[[COLUMN]], %c3
// CHECK: %[[TO:.*]] = arith.addi %[[ROW]], %[[TO_COLUMN]]
// CHECK: memref.store %{{.*}}, %arg1[%[[TO]]]
func.func @loops_follow_the_memory_of_the_result(%x: memref<15xf32>, %y: memref<15xf32> {rt.result}) attributes {rt.layer = "order"} {
  %0 = rt.tensor %x : memref<15xf32> -> tensor<3x5xf32>
  %1 = nn.unary relu %0 : (tensor<3x5xf32>) -> tensor<3x5xf32, #nn.layout<[1, 3]>>
  rt.store %1, %y : tensor<3x5xf32, #nn.layout<[1, 3]>>, memref<15xf32>
  return
}

// CHECK-LABEL: @cuts_where_a_concat_changes_sides
// CHECK: scf.for %{{.*}} = %c0 to %c3
// CHECK-NEXT: scf.for %{{.*}} = %c0 to %c2
// CHECK: memref.load %arg0
// CHECK: scf.for %{{.*}} = %c0 to %c3
// CHECK-NEXT: scf.for %{{.*}} = %c0 to %c3
// CHECK: memref.load %arg1
// CHECK-NOT: {{arith.select|scf.if|arith.cmpi}}
// CHECK: return
func.func @cuts_where_a_concat_changes_sides(%x: memref<6xf32>, %z: memref<9xf32>, %y: memref<15xf32> {rt.result}) attributes {rt.layer = "concat"} {
  %0 = rt.tensor %x : memref<6xf32> -> tensor<3x2xf32>
  %1 = rt.tensor %z : memref<9xf32> -> tensor<3x3xf32>
  %2 = nn.concat %0, %1 {axis = 1 : i64} : (tensor<3x2xf32>, tensor<3x3xf32>) -> tensor<3x5xf32>
  rt.store %2, %y : tensor<3x5xf32>, memref<15xf32>
  return
}

// CHECK-LABEL: @cuts_at_both_borders_of_a_pad
// CHECK: scf.for %[[I:.*]] = %c0 to %c2
// CHECK-NEXT: memref.store %cst, %arg1[%[[I]]]
// CHECK: scf.for %[[I:.*]] = %c0 to %c7
// CHECK-NEXT: %[[V:.*]] = memref.load %arg0[%[[I]]]
// CHECK-NEXT: %[[TO:.*]] = arith.addi %[[I]], %c2
// CHECK-NEXT: memref.store %[[V]], %arg1[%[[TO]]]
// CHECK: scf.for %[[I:.*]] = %c0 to %c3
// CHECK-NEXT: %[[TO:.*]] = arith.addi %[[I]], %c9
// CHECK-NEXT: memref.store %cst, %arg1[%[[TO]]]
// CHECK-NOT: {{arith.select|scf.if|arith.cmpi}}
// CHECK: return
func.func @cuts_at_both_borders_of_a_pad(%x: memref<7xf32>, %y: memref<12xf32> {rt.result}) attributes {rt.layer = "pad"} {
  %0 = rt.tensor %x : memref<7xf32> -> tensor<7xf32>
  %1 = nn.pad constant %0 {low = array<i64: 2>, high = array<i64: 3>} : (tensor<7xf32>) -> tensor<12xf32>
  rt.store %1, %y : tensor<12xf32>, memref<12xf32>
  return
}

// CHECK-LABEL: @sums_of_halves_are_rounded_once
// CHECK: %[[SUM:.*]] = scf.for {{.*}} iter_args(%[[PART:.*]] = %cst) -> (f32)
// CHECK: %[[WIDE:.*]] = arith.extf %{{.*}} : f16 to f32
// CHECK: arith.addf %[[PART]], %[[WIDE]] fastmath<reassoc,contract> : f32
// CHECK: arith.truncf %[[SUM]] : f32 to f16
// CHECK-NOT: arith.truncf
// CHECK: return
func.func @sums_of_halves_are_rounded_once(%x: memref<21xf16>, %y: memref<3xf16> {rt.result}) attributes {rt.layer = "half"} {
  %0 = rt.tensor %x : memref<21xf16> -> tensor<3x7xf16>
  %1 = nn.reduce sum %0 {axes = array<i64: 1>} : (tensor<3x7xf16>) -> tensor<3xf16>
  rt.store %1, %y : tensor<3xf16>, memref<3xf16>
  return
}

// Only sums may be reordered.
// CHECK-LABEL: @computes_element_ops_inside_the_loop_of_a_root
// CHECK: %[[N:.*]] = arith.negf
// CHECK: arith.maximumf %{{.*}}, %[[N]] : f32
// CHECK-NOT: fastmath
// CHECK: return
func.func @computes_element_ops_inside_the_loop_of_a_root(%x: memref<21xf32>, %y: memref<3xf32> {rt.result}) attributes {rt.layer = "before"} {
  %0 = rt.tensor %x : memref<21xf32> -> tensor<3x7xf32>
  %1 = nn.unary neg %0 : (tensor<3x7xf32>) -> tensor<3x7xf32>
  %2 = nn.reduce max %1 {axes = array<i64: 1>} : (tensor<3x7xf32>) -> tensor<3xf32>
  rt.store %2, %y : tensor<3xf32>, memref<3xf32>
  return
}

// CHECK-LABEL: @reads_small_constants_from_a_table
// CHECK: %[[T:.*]] = rt.constant @tables[0] : memref<3xf32>
// CHECK: memref.load %[[T]]
func.func @reads_small_constants_from_a_table(%x: memref<3xf32>, %y: memref<3xf32> {rt.result}) attributes {rt.layer = "table"} {
  %0 = rt.tensor %x : memref<3xf32> -> tensor<3xf32>
  %c = nn.constant dense<[2.0, 3.0, 5.0]> : tensor<3xf32>
  %1 = nn.binary mul %0, %c : (tensor<3xf32>, tensor<3xf32>) -> tensor<3xf32>
  rt.store %1, %y : tensor<3xf32>, memref<3xf32>
  return
}

// Both stores of a root with two results go, and the root is computed once.
// CHECK-LABEL: @writes_both_results_of_a_root
// CHECK: scf.for %{{.*}} = %c0 to %c5
// CHECK-DAG: memref.store %{{.*}}, %arg1[
// CHECK-DAG: memref.store %{{.*}}, %arg2[
// CHECK-NOT: scf.for %{{.*}} = %c0 to %c5
// CHECK-NOT: rt.store
// CHECK: return
func.func @writes_both_results_of_a_root(%x: memref<35xf32>, %y: memref<10xf32> {rt.result}, %i: memref<10xi64> {rt.result}) attributes {rt.layer = "two"} {
  %0 = rt.tensor %x : memref<35xf32> -> tensor<5x7xf32>
  %v, %n = nn.top_k %0 {k = 2 : i64, axis = 1 : i64, largest} : (tensor<5x7xf32>) -> (tensor<5x2xf32>, tensor<5x2xi64>)
  rt.store %v, %y : tensor<5x2xf32>, memref<10xf32>
  rt.store %n, %i : tensor<5x2xi64>, memref<10xi64>
  return
}

// ---- Boundaries ----

// CHECK-LABEL: @one_element_needs_no_loop
// CHECK-NOT: scf.for
// CHECK: memref.store %{{.*}}, %arg1[%c0]
func.func @one_element_needs_no_loop(%x: memref<1xf32>, %y: memref<1xf32> {rt.result}) attributes {rt.layer = "one"} {
  %0 = rt.tensor %x : memref<1xf32> -> tensor<1x1xf32>
  %1 = nn.unary neg %0 : (tensor<1x1xf32>) -> tensor<1x1xf32>
  rt.store %1, %y : tensor<1x1xf32>, memref<1xf32>
  return
}

// CHECK-LABEL: @no_element_needs_no_code
// CHECK-NEXT: return
func.func @no_element_needs_no_code(%x: memref<0xf32>, %y: memref<0xf32> {rt.result}) attributes {rt.layer = "none"} {
  %0 = rt.tensor %x : memref<0xf32> -> tensor<3x0xf32>
  %1 = nn.unary neg %0 : (tensor<3x0xf32>) -> tensor<3x0xf32>
  rt.store %1, %y : tensor<3x0xf32>, memref<0xf32>
  return
}

// CHECK-LABEL: @sum_over_no_elements_is_zero
// CHECK: scf.for %[[I:.*]] = %c0 to %c3
// CHECK-NEXT: memref.store %cst, %arg1[%[[I]]]
func.func @sum_over_no_elements_is_zero(%x: memref<0xf32>, %y: memref<3xf32> {rt.result}) attributes {rt.layer = "empty_sum"} {
  %0 = rt.tensor %x : memref<0xf32> -> tensor<3x0xf32>
  %1 = nn.reduce sum %0 {axes = array<i64: 1>} : (tensor<3x0xf32>) -> tensor<3xf32>
  rt.store %1, %y : tensor<3xf32>, memref<3xf32>
  return
}

// ---- Left alone ----

// CHECK-LABEL: @keeps_stores_of_kernels
// CHECK: %[[P:.*]] = kernel.matmul
// CHECK: rt.store %[[P]], %arg2
func.func @keeps_stores_of_kernels(%a: memref<12xf32>, %w: memref<32xf32>, %y: memref<24xf32> {rt.result}) attributes {rt.layer = "kernel"} {
  %0 = rt.tensor %a : memref<12xf32> -> tensor<3x4xf32>
  %1 = rt.tensor %w : memref<32xf32> -> tensor<32xf32>
  %2 = kernel.matmul %0, %1 {packed, tile = #kernel.tile<rows = 3, columns = 8, vector = 8, lanes = 1>} : (tensor<3x4xf32>, tensor<32xf32>) -> tensor<3x8xf32> {
  ^bb0(%s: f32):
    kernel.yield %s : f32
  }
  rt.store %2, %y : tensor<3x8xf32>, memref<24xf32>
  return
}

// CHECK-LABEL: @keeps_functions_that_are_no_layers
// CHECK-NEXT: nn.unary relu %arg0
func.func @keeps_functions_that_are_no_layers(%x: tensor<3xf32>) -> tensor<3xf32> {
  %0 = nn.unary relu %x : (tensor<3xf32>) -> tensor<3xf32>
  return %0 : tensor<3xf32>
}

// RUN: nn-opt %s -pass-pipeline='builtin.module(nnc-convert-layers-to-loops{divisible=true},canonicalize)' | FileCheck %s
// RUN: nn-opt %s -nnc-convert-layers-to-loops | FileCheck %s --check-prefix=WHOLE

// WHOLE-NOT: rt.independent

// CHECK-LABEL: @marks_all_loops_over_elements
// CHECK: scf.for
// CHECK: scf.for
// CHECK: memref.store
// CHECK-NEXT: } {rt.independent = 0 : i64}
// CHECK-NEXT: } {rt.independent = 0 : i64}
func.func @marks_all_loops_over_elements(%x: memref<15xf32>, %y: memref<15xf32> {rt.result}) attributes {rt.layer = "copy"} {
  %0 = rt.tensor %x : memref<15xf32> -> tensor<3x5xf32>
  %1 = nn.transpose %0 {perm = array<i64: 1, 0>} : (tensor<3x5xf32>) -> tensor<5x3xf32>
  rt.store %1, %y : tensor<5x3xf32>, memref<15xf32>
  return
}

// The loop over kept places is independent, that over a sum is not.
// CHECK-LABEL: @marks_kept_places_of_a_sum
// CHECK: scf.for
// CHECK: scf.for {{.*}} iter_args
// CHECK: }
// CHECK-NEXT: memref.store
// CHECK-NEXT: } {rt.independent = 0 : i64}
// CHECK-NOT: rt.independent
func.func @marks_kept_places_of_a_sum(%x: memref<210xf32>, %y: memref<7xf32> {rt.result}) attributes {rt.layer = "sum"} {
  %0 = rt.tensor %x : memref<210xf32> -> tensor<7x30xf32>
  %1 = nn.reduce sum %0 {axes = array<i64: 1>} : (tensor<7x30xf32>) -> tensor<7xf32>
  rt.store %1, %y : tensor<7xf32>, memref<7xf32>
  return
}

// CHECK-LABEL: @marks_rows_of_softmax
// CHECK: scf.for
// CHECK: scf.for {{.*}} iter_args
// CHECK: scf.for {{.*}} iter_args
// CHECK: scf.for
// CHECK: } {rt.independent = 0 : i64}
// CHECK-NEXT: return
func.func @marks_rows_of_softmax(%x: memref<210xf32>, %y: memref<210xf32> {rt.result}) attributes {rt.layer = "softmax"} {
  %0 = rt.tensor %x : memref<210xf32> -> tensor<7x30xf32>
  %1 = nn.softmax %0 {axis = 1 : i64} : (tensor<7x30xf32>) -> tensor<7x30xf32>
  rt.store %1, %y : tensor<7x30xf32>, memref<210xf32>
  return
}

// Statistics of all images lie in the same scratch: each block of 64 columns goes through all of them. The last block has 22.
// CHECK-LABEL: @cuts_rows_that_share_scratch
// CHECK: scf.for %[[BLOCK:.*]] = %c0 to %c3 step %c1 {
// CHECK: %[[LOW:.*]] = arith.muli %[[BLOCK]], %c64
// CHECK: %[[FULL:.*]] = arith.addi %[[LOW]], %c64
// CHECK: %[[HIGH:.*]] = arith.minsi %[[FULL]], %c150
// CHECK: scf.for %{{.*}} = %c0 to %c40 step %c1 {
// CHECK: scf.for %{{.*}} = %[[LOW]] to %[[HIGH]]
// CHECK-NOT: rt.independent
// CHECK: } {rt.independent = 0 : i64}
// CHECK-NEXT: return
func.func @cuts_rows_that_share_scratch(%x: memref<30000xf32>, %y: memref<30000xf32> {rt.result}, %s: memref<150xf32> {rt.scratch}, %t: memref<150xf32> {rt.scratch}) attributes {rt.layer = "softmax"} {
  %0 = rt.tensor %x : memref<30000xf32> -> tensor<40x5x150xf32>
  %1 = nn.softmax %0 {axis = 1 : i64} : (tensor<40x5x150xf32>) -> tensor<40x5x150xf32>
  rt.store %1, %y : tensor<40x5x150xf32>, memref<30000xf32>
  return
}

// Rows of fewer than two blocks stay whole, and then nothing is independent.
// CHECK-LABEL: @keeps_short_rows_that_share_scratch
// CHECK-NOT: rt.independent
// CHECK: return
func.func @keeps_short_rows_that_share_scratch(%x: memref<25400xf32>, %y: memref<25400xf32> {rt.result}, %s: memref<127xf32> {rt.scratch}, %t: memref<127xf32> {rt.scratch}) attributes {rt.layer = "softmax"} {
  %0 = rt.tensor %x : memref<25400xf32> -> tensor<40x5x127xf32>
  %1 = nn.softmax %0 {axis = 1 : i64} : (tensor<40x5x127xf32>) -> tensor<40x5x127xf32>
  rt.store %1, %y : tensor<40x5x127xf32>, memref<25400xf32>
  return
}

// CHECK-LABEL: @cuts_the_row_of_a_sum_over_rows
// CHECK: scf.for %{{.*}} = %c0 to %c2 step %c1 {
// CHECK: } {rt.independent = 0 : i64}
// CHECK-NEXT: return
func.func @cuts_the_row_of_a_sum_over_rows(%x: memref<896xf32>, %y: memref<128xf32> {rt.result}) attributes {rt.layer = "sum"} {
  %0 = rt.tensor %x : memref<896xf32> -> tensor<7x128xf32>
  %1 = nn.reduce sum %0 {axes = array<i64: 0>} : (tensor<7x128xf32>) -> tensor<128xf32>
  rt.store %1, %y : tensor<128xf32>, memref<128xf32>
  return
}

// 16 rows are divided as wholes: each is computed as it would be alone.
// CHECK-LABEL: @keeps_many_rows_whole
// CHECK: scf.for %{{.*}} = %c0 to %c16 step %c1 {
// CHECK-NOT: arith.minsi
// CHECK: scf.for %{{.*}} = %c0 to %c128 step %c1 {
// CHECK: } {rt.independent = 0 : i64}
// CHECK-NEXT: return
func.func @keeps_many_rows_whole(%x: memref<14336xf32>, %y: memref<2048xf32> {rt.result}) attributes {rt.layer = "sum"} {
  %0 = rt.tensor %x : memref<14336xf32> -> tensor<16x7x128xf32>
  %1 = nn.reduce sum %0 {axes = array<i64: 1>} : (tensor<16x7x128xf32>) -> tensor<16x128xf32>
  rt.store %1, %y : tensor<16x128xf32>, memref<2048xf32>
  return
}

// A heap lies in the results of its own place; one in scratch is there once.
// CHECK-LABEL: @marks_places_of_top_k
// CHECK: } {rt.independent = 0 : i64}
// CHECK-NEXT: return
func.func @marks_places_of_top_k(%x: memref<35xf32>, %y: memref<10xf32> {rt.result}, %i: memref<10xi64> {rt.result}) attributes {rt.layer = "best"} {
  %0 = rt.tensor %x : memref<35xf32> -> tensor<5x7xf32>
  %values, %indices = nn.top_k %0 {k = 2 : i64, axis = 1 : i64, largest} : (tensor<5x7xf32>) -> (tensor<5x2xf32>, tensor<5x2xi64>)
  rt.store %values, %y : tensor<5x2xf32>, memref<10xf32>
  rt.store %indices, %i : tensor<5x2xi64>, memref<10xi64>
  return
}

// CHECK-LABEL: @keeps_order_where_top_k_uses_scratch
// CHECK-NOT: rt.independent
// CHECK: return
func.func @keeps_order_where_top_k_uses_scratch(%x: memref<35xf32>, %y: memref<10xf32> {rt.result}, %s: memref<2xi64> {rt.scratch}) attributes {rt.layer = "best"} {
  %0 = rt.tensor %x : memref<35xf32> -> tensor<5x7xf32>
  %values, %indices = nn.top_k %0 {k = 2 : i64, axis = 1 : i64, largest} : (tensor<5x7xf32>) -> (tensor<5x2xf32>, tensor<5x2xi64>)
  rt.store %values, %y : tensor<5x2xf32>, memref<10xf32>
  return
}

// The copy is independent, updates go in order.
// CHECK-LABEL: @keeps_order_of_updates
// CHECK: scf.for
// CHECK: } {rt.independent = 0 : i64}
// CHECK: scf.for
// CHECK-NOT: rt.independent
// CHECK: return
func.func @keeps_order_of_updates(%x: memref<15xf32>, %p: memref<6xi64>, %u: memref<6xf32>, %y: memref<15xf32> {rt.result}) attributes {rt.layer = "scatter"} {
  %0 = rt.tensor %x : memref<15xf32> -> tensor<5x3xf32>
  %1 = rt.tensor %p : memref<6xi64> -> tensor<2x3xi64>
  %2 = rt.tensor %u : memref<6xf32> -> tensor<2x3xf32>
  %3 = nn.scatter_elements none %0, %1, %2 {axis = 0 : i64} : (tensor<5x3xf32>, tensor<2x3xi64>, tensor<2x3xf32>) -> tensor<5x3xf32>
  rt.store %3, %y : tensor<5x3xf32>, memref<15xf32>
  return
}

// Two stores are two stages: the second waits for the first.
// CHECK-LABEL: @gives_each_store_a_stage
// CHECK: } {rt.independent = 0 : i64}
// CHECK: } {rt.independent = 1 : i64}
func.func @gives_each_store_a_stage(%x: memref<15xf32>, %y: memref<15xf32> {rt.result}, %z: memref<15xf32> {rt.result}) attributes {rt.layer = "two"} {
  %0 = rt.tensor %x : memref<15xf32> -> tensor<15xf32>
  %1 = nn.unary neg %0 : (tensor<15xf32>) -> tensor<15xf32>
  rt.store %1, %y : tensor<15xf32>, memref<15xf32>
  %2 = nn.unary abs %0 : (tensor<15xf32>) -> tensor<15xf32>
  rt.store %2, %z : tensor<15xf32>, memref<15xf32>
  return
}

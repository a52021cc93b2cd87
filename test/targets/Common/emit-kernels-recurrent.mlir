// RUN: nn-opt %s -pass-pipeline='builtin.module(func.func(nnc-emit-kernels{registers=16}),canonicalize)' | FileCheck %s

// One loop over steps; in it the product on the state in scratch, then the cell on vectors. The last state is copied behind the loop.
// CHECK-LABEL: @steps_are_a_loop
// CHECK: vector.store %{{.*}}, %[[STATE:arg4]][%c0]
// CHECK: scf.for %[[T:.*]] = %c0 to %c7 step %c1 {
// CHECK: memref.load %[[STATE]]
// CHECK: vector.fma
// CHECK: vector.store %{{.*}}, %[[PRODUCTS:arg5]]
// CHECK: vector.load %arg0
// CHECK: vector.load %[[PRODUCTS]]
// CHECK: %[[Y:.*]] = math.tanh %{{.*}} : vector<8xf32>
// CHECK-NEXT: vector.store %[[Y]], %[[STATE]]
// CHECK: vector.store %[[Y]], %arg2
// CHECK: }
// CHECK: vector.load %[[STATE]]
// CHECK-NEXT: vector.store %{{.*}}, %arg3
// CHECK-NOT: kernel
// CHECK: return
func.func @steps_are_a_loop(%x: memref<56xf32>, %w: memref<64xf32>, %y: memref<56xf32> {rt.result}, %last: memref<8xf32> {rt.result}, %h: memref<8xf32> {rt.scratch}, %p: memref<8xf32> {rt.scratch}) attributes {rt.layer = "rnn"} {
  %0 = rt.tensor %x : memref<56xf32> -> tensor<7x1x8xf32>
  %1 = rt.tensor %w : memref<64xf32> -> tensor<64xf32>
  %z = nn.constant dense<0.0> : tensor<1x8xf32>
  %2:2 = kernel.recurrent %0, %1 from(%z) {packed, tile = #kernel.tile<rows = 1, columns = 8, vector = 8, lanes = 1>} : (tensor<7x1x8xf32>, tensor<64xf32>, tensor<1x8xf32>) -> (tensor<7x1x8xf32>, tensor<1x8xf32>) {
  ^bb0(%a: f32, %s: f32, %state: f32):
    %3 = arith.addf %a, %s : f32
    %4 = math.tanh %3 : f32
    kernel.next %4 : f32
  }
  rt.store %2#0, %y : tensor<7x1x8xf32>, memref<56xf32>
  rt.store %2#1, %last : tensor<1x8xf32>, memref<8xf32>
  return
}

// A single step reads its state where it is and writes it where it goes.
// CHECK-LABEL: @one_step_needs_no_copies
// CHECK: memref.load %arg2
// CHECK: vector.fma
// CHECK: vector.store %{{.*}}, %arg4
// CHECK: math.tanh
// CHECK-NEXT: vector.store %{{.*}}, %arg3
// CHECK-NEXT: return
func.func @one_step_needs_no_copies(%x: memref<8xf32>, %w: memref<64xf32>, %before: memref<8xf32>, %last: memref<8xf32> {rt.result}, %p: memref<8xf32> {rt.scratch}) attributes {rt.layer = "rnn"} {
  %0 = rt.tensor %x : memref<8xf32> -> tensor<1x1x8xf32>
  %1 = rt.tensor %w : memref<64xf32> -> tensor<64xf32>
  %b = rt.tensor %before : memref<8xf32> -> tensor<1x8xf32>
  %2:2 = kernel.recurrent %0, %1 from(%b) {packed, tile = #kernel.tile<rows = 1, columns = 8, vector = 8, lanes = 1>} : (tensor<1x1x8xf32>, tensor<64xf32>, tensor<1x8xf32>) -> (tensor<1x1x8xf32>, tensor<1x8xf32>) {
  ^bb0(%a: f32, %s: f32, %state: f32):
    %3 = arith.addf %a, %s : f32
    %4 = math.tanh %3 : f32
    kernel.next %4 : f32
  }
  rt.store %2#1, %last : tensor<1x8xf32>, memref<8xf32>
  return
}

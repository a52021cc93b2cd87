// RUN: nn-opt %s -pass-pipeline='builtin.module(nnc-convert-nn-to-kernel{vector=8 registers=16})' | FileCheck %s

// One product for all gates, states that start with zeros, the formula as a region.
// CHECK-LABEL: @lstm_becomes_a_kernel
// CHECK: %[[ZERO:.*]] = nn.constant dense<0.000000e+00> : tensor<3x2xf32>
// CHECK: %[[W:.*]] = nn.constant dense_resource<{{.*}}> : tensor<16xf32>
// CHECK: %{{.*}}, %[[LAST:.*]]:2 = kernel.recurrent %arg0, %[[W]] from(%[[ZERO]], %{{.*}}) {packed, reverse, tile = #kernel.tile<rows = 3, columns = 8, vector = 8, lanes = 1>}
// CHECK-NEXT: ^bb0(%[[I:.*]]: f32, %{{.*}}: f32, %{{.*}}: f32, %{{.*}}: f32, %[[P:.*]]: f32, %{{.*}}: f32, %{{.*}}: f32, %{{.*}}: f32, %{{.*}}: f32, %{{.*}}: f32):
// CHECK-NEXT: arith.addf %[[I]], %[[P]] : f32
// CHECK: math.tanh
// CHECK: kernel.next %{{.*}}, %{{.*}} : f32, f32
// CHECK: return %[[LAST]]#1
func.func @lstm_becomes_a_kernel(%x: tensor<7x3x8xf32>) -> tensor<3x2xf32> {
  %r = nn.constant dense<[[1.0, 2.0], [3.0, 4.0], [5.0, 6.0], [7.0, 8.0], [9.0, 10.0], [11.0, 12.0], [13.0, 14.0], [15.0, 16.0]]> : tensor<8x2xf32>
  %y, %h, %c = nn.recurrent lstm %x, %r {functions = [#nn<cell_function sigmoid>, #nn<cell_function tanh>, #nn<cell_function tanh>], alpha = array<f64: 0.0, 0.0, 0.0>, beta = array<f64: 0.0, 0.0, 0.0>, reverse}
    : (tensor<7x3x8xf32>, tensor<8x2xf32>) -> (tensor<7x3x2xf32>, tensor<3x2xf32>, tensor<3x2xf32>)
  return %c : tensor<3x2xf32>
}

// The hidden gate of a GRU multiplies what its reset leaves: weights and a region of their own.
// CHECK-LABEL: @reset_in_front_is_an_inner_product
// CHECK: kernel.recurrent %arg0, %{{.*}} inner(%{{.*}}) from(%arg1) {inner_tile
// CHECK: } inner {
// CHECK: kernel.next %{{.*}} : f32
func.func @reset_in_front_is_an_inner_product(%x: tensor<7x1x6xf32>, %h: tensor<1x2xf32>) -> tensor<7x1x2xf32> {
  %r = nn.constant dense<[[1.0, 2.0], [3.0, 4.0], [5.0, 6.0], [7.0, 8.0], [9.0, 10.0], [11.0, 12.0]]> : tensor<6x2xf32>
  %y, %last = nn.recurrent gru %x, %r hidden(%h) {functions = [#nn<cell_function sigmoid>, #nn<cell_function tanh>], alpha = array<f64: 0.0, 0.0>, beta = array<f64: 0.0, 0.0>}
    : (tensor<7x1x6xf32>, tensor<6x2xf32>, tensor<1x2xf32>) -> (tensor<7x1x2xf32>, tensor<1x2xf32>)
  return %y : tensor<7x1x2xf32>
}

// Behind the product the reset is part of the cell.
// CHECK-LABEL: @reset_behind_is_one_product
// CHECK: kernel.recurrent %arg0, %{{.*}} lengths(%arg2) from(%{{.*}}) extra(%arg1)
// CHECK-NOT: inner
// CHECK: return
func.func @reset_behind_is_one_product(%x: tensor<7x1x6xf32>, %b: tensor<2xf32>, %n: tensor<1xi32>) -> tensor<7x1x2xf32> {
  %r = nn.constant dense<[[1.0, 2.0], [3.0, 4.0], [5.0, 6.0], [7.0, 8.0], [9.0, 10.0], [11.0, 12.0]]> : tensor<6x2xf32>
  %y, %last = nn.recurrent gru %x, %r bias(%b) lengths(%n) {functions = [#nn<cell_function sigmoid>, #nn<cell_function tanh>], alpha = array<f64: 0.0, 0.0>, beta = array<f64: 0.0, 0.0>, reset_after}
    : (tensor<7x1x6xf32>, tensor<6x2xf32>, tensor<2xf32>, tensor<1xi32>) -> (tensor<7x1x2xf32>, tensor<1x2xf32>)
  return %y : tensor<7x1x2xf32>
}

// Weights of run time are transposed once, in front of all steps.
// CHECK-LABEL: @weights_of_run_time
// CHECK: %[[W:.*]] = nn.transpose %arg1 {perm = array<i64: 1, 0>}
// CHECK: kernel.recurrent %arg0, %[[W]] from
// CHECK-NOT: packed
// CHECK: return
func.func @weights_of_run_time(%x: tensor<7x1x3xf32>, %r: tensor<3x3xf32>) -> tensor<7x1x3xf32> {
  %y, %last = nn.recurrent rnn %x, %r {functions = [#nn<cell_function tanh>], alpha = array<f64: 0.0>, beta = array<f64: 0.0>}
    : (tensor<7x1x3xf32>, tensor<3x3xf32>) -> (tensor<7x1x3xf32>, tensor<1x3xf32>)
  return %y : tensor<7x1x3xf32>
}

// What a single step multiplies with a state of zeros does not matter.
// CHECK-LABEL: @first_step_needs_no_weights
// CHECK: %[[W:.*]] = nn.constant dense<0.000000e+00> : tensor<1xf32>
// CHECK: kernel.recurrent %arg0, %[[W]] from
func.func @first_step_needs_no_weights(%x: tensor<1x1x1xf32>) -> tensor<1x1x1xf32> {
  %r = nn.constant dense<2.0> : tensor<1x1xf32>
  %y, %last = nn.recurrent rnn %x, %r {functions = [#nn<cell_function tanh>], alpha = array<f64: 0.0>, beta = array<f64: 0.0>}
    : (tensor<1x1x1xf32>, tensor<1x1xf32>) -> (tensor<1x1x1xf32>, tensor<1x1xf32>)
  return %y : tensor<1x1x1xf32>
}

// CHECK-LABEL: @keeps_f64
// CHECK: nn.recurrent
func.func @keeps_f64(%x: tensor<7x1x3xf64>, %r: tensor<3x3xf64>) -> tensor<7x1x3xf64> {
  %y, %last = nn.recurrent rnn %x, %r {functions = [#nn<cell_function tanh>], alpha = array<f64: 0.0>, beta = array<f64: 0.0>}
    : (tensor<7x1x3xf64>, tensor<3x3xf64>) -> (tensor<7x1x3xf64>, tensor<1x3xf64>)
  return %y : tensor<7x1x3xf64>
}

// RUN: nn-opt %s -split-input-file -pass-pipeline='builtin.module(canonicalize)' | FileCheck %s
// COMPARE: --tolerance=0

// CHECK-LABEL: @drops_lengths_of_all_steps
// CHECK: nn.recurrent rnn %arg0, %arg1 {alpha
func.func @drops_lengths_of_all_steps(%x: tensor<3x2x5xf32>, %w: tensor<5x5xf32>) -> tensor<3x2x5xf32> {
  %n = nn.constant dense<[3, 4]> : tensor<2xi32>
  %y, %h = nn.recurrent rnn %x, %w lengths(%n) {functions = [#nn<cell_function tanh>], alpha = array<f64: 0.0>, beta = array<f64: 0.0>}
    : (tensor<3x2x5xf32>, tensor<5x5xf32>, tensor<2xi32>) -> (tensor<3x2x5xf32>, tensor<2x5xf32>)
  return %y : tensor<3x2x5xf32>
}

// -----

// CHECK-LABEL: @keeps_lengths_of_a_short_sequence
// CHECK: nn.recurrent rnn %arg0, %arg1 lengths(
func.func @keeps_lengths_of_a_short_sequence(%x: tensor<3x2x5xf32>, %w: tensor<5x5xf32>) -> tensor<3x2x5xf32> {
  %n = nn.constant dense<[3, 2]> : tensor<2xi32>
  %y, %h = nn.recurrent rnn %x, %w lengths(%n) {functions = [#nn<cell_function tanh>], alpha = array<f64: 0.0>, beta = array<f64: 0.0>}
    : (tensor<3x2x5xf32>, tensor<5x5xf32>, tensor<2xi32>) -> (tensor<3x2x5xf32>, tensor<2x5xf32>)
  return %y : tensor<3x2x5xf32>
}

// -----

// CHECK-LABEL: @drops_states_of_zeros
// CHECK: nn.recurrent lstm %arg0, %arg1 {alpha
func.func @drops_states_of_zeros(%x: tensor<3x1x8xf32>, %w: tensor<8x2xf32>) -> tensor<1x2xf32> {
  %z = nn.constant dense<0.0> : tensor<1x2xf32>
  %y, %h, %c = nn.recurrent lstm %x, %w hidden(%z) cell(%z) {functions = [#nn<cell_function sigmoid>, #nn<cell_function tanh>, #nn<cell_function tanh>],
    alpha = array<f64: 0.0, 0.0, 0.0>, beta = array<f64: 0.0, 0.0, 0.0>}
    : (tensor<3x1x8xf32>, tensor<8x2xf32>, tensor<1x2xf32>, tensor<1x2xf32>) -> (tensor<3x1x2xf32>, tensor<1x2xf32>, tensor<1x2xf32>)
  return %c : tensor<1x2xf32>
}

// -----

// −0 could give another sign than +0.
// CHECK-LABEL: @keeps_a_state_of_negative_zeros
// CHECK: nn.recurrent rnn %arg0, %arg1 hidden(
func.func @keeps_a_state_of_negative_zeros(%x: tensor<3x1x2xf32>, %w: tensor<2x2xf32>) -> tensor<1x2xf32> {
  %z = nn.constant dense<-0.0> : tensor<1x2xf32>
  %y, %h = nn.recurrent rnn %x, %w hidden(%z) {functions = [#nn<cell_function tanh>], alpha = array<f64: 0.0>, beta = array<f64: 0.0>}
    : (tensor<3x1x2xf32>, tensor<2x2xf32>, tensor<1x2xf32>) -> (tensor<3x1x2xf32>, tensor<1x2xf32>)
  return %h : tensor<1x2xf32>
}

// Every constraint of recurrent layers, violated. (Cn) are those of the operator's description.
// RUN: nn-opt %s -split-input-file -verify-diagnostics=only-expected

func.func @recurrent_c1_element_types_differ(%x: tensor<7x2x5xf32>, %w: tensor<5x5xf16>) {
  // expected-error @+1 {{weights has element type 'f16', but input has 'f32'}}
  %0:2 = nn.recurrent rnn %x, %w {functions = [#nn<cell_function tanh>], alpha = array<f64: 0.0>, beta = array<f64: 0.0>}
    : (tensor<7x2x5xf32>, tensor<5x5xf16>) -> (tensor<7x2x5xf32>, tensor<2x5xf32>)
  return
}

// -----

func.func @recurrent_c2_rank(%x: tensor<7x5xf32>, %w: tensor<5x5xf32>) {
  // expected-error @+1 {{input has rank 2 and weights rank 2, expected 3 and 2}}
  %0:2 = nn.recurrent rnn %x, %w {functions = [#nn<cell_function tanh>], alpha = array<f64: 0.0>, beta = array<f64: 0.0>}
    : (tensor<7x5xf32>, tensor<5x5xf32>) -> (tensor<7x2x5xf32>, tensor<2x5xf32>)
  return
}

// -----

func.func @recurrent_c2_rows(%x: tensor<7x2x15xf32>, %w: tensor<15x5xf32>) {
  // expected-error @+1 {{input has 15 elements in each step and weights are 15x5, expected 4 rows of weights for each column and as many elements}}
  %0:3 = nn.recurrent lstm %x, %w {functions = [#nn<cell_function sigmoid>, #nn<cell_function tanh>, #nn<cell_function tanh>], alpha = array<f64: 0.0, 0.0, 0.0>, beta = array<f64: 0.0, 0.0, 0.0>}
    : (tensor<7x2x15xf32>, tensor<15x5xf32>) -> (tensor<7x2x5xf32>, tensor<2x5xf32>, tensor<2x5xf32>)
  return
}

// -----

func.func @recurrent_c2_no_steps(%x: tensor<0x2x5xf32>, %w: tensor<5x5xf32>) {
  // expected-error @+1 {{input has no steps, expected at least one}}
  %0:2 = nn.recurrent rnn %x, %w {functions = [#nn<cell_function tanh>], alpha = array<f64: 0.0>, beta = array<f64: 0.0>}
    : (tensor<0x2x5xf32>, tensor<5x5xf32>) -> (tensor<0x2x5xf32>, tensor<2x5xf32>)
  return
}

// -----

func.func @recurrent_c3_functions(%x: tensor<7x2x15xf32>, %w: tensor<15x5xf32>) {
  // expected-error @+1 {{functions, alpha and beta have 1, 1 and 1 elements, expected 2}}
  %0:2 = nn.recurrent gru %x, %w {functions = [#nn<cell_function tanh>], alpha = array<f64: 0.0>, beta = array<f64: 0.0>}
    : (tensor<7x2x15xf32>, tensor<15x5xf32>) -> (tensor<7x2x5xf32>, tensor<2x5xf32>)
  return
}

// -----

func.func @recurrent_c4_state(%x: tensor<7x2x5xf32>, %w: tensor<5x5xf32>, %h: tensor<5x2xf32>) {
  // expected-error @+1 {{hidden has shape 5x2, expected 2x5}}
  %0:2 = nn.recurrent rnn %x, %w hidden(%h) {functions = [#nn<cell_function tanh>], alpha = array<f64: 0.0>, beta = array<f64: 0.0>}
    : (tensor<7x2x5xf32>, tensor<5x5xf32>, tensor<5x2xf32>) -> (tensor<7x2x5xf32>, tensor<2x5xf32>)
  return
}

// -----

func.func @recurrent_c4_cell_of_rnn(%x: tensor<7x2x5xf32>, %w: tensor<5x5xf32>, %c: tensor<2x5xf32>) {
  // expected-error @+1 {{cell and peepholes are operands of kind lstm}}
  %0:2 = nn.recurrent rnn %x, %w cell(%c) {functions = [#nn<cell_function tanh>], alpha = array<f64: 0.0>, beta = array<f64: 0.0>}
    : (tensor<7x2x5xf32>, tensor<5x5xf32>, tensor<2x5xf32>) -> (tensor<7x2x5xf32>, tensor<2x5xf32>)
  return
}

// -----

func.func @recurrent_c5_lengths(%x: tensor<7x2x5xf32>, %w: tensor<5x5xf32>, %n: tensor<3xi32>) {
  // expected-error @+1 {{lengths has shape 3, expected 2}}
  %0:2 = nn.recurrent rnn %x, %w lengths(%n) {functions = [#nn<cell_function tanh>], alpha = array<f64: 0.0>, beta = array<f64: 0.0>}
    : (tensor<7x2x5xf32>, tensor<5x5xf32>, tensor<3xi32>) -> (tensor<7x2x5xf32>, tensor<2x5xf32>)
  return
}

// -----

func.func @recurrent_c6_bias(%x: tensor<7x2x15xf32>, %w: tensor<15x5xf32>, %b: tensor<5xf32>) {
  // expected-error @+1 {{bias needs the attribute reset_after}}
  %0:2 = nn.recurrent gru %x, %w bias(%b) {functions = [#nn<cell_function sigmoid>, #nn<cell_function tanh>], alpha = array<f64: 0.0, 0.0>, beta = array<f64: 0.0, 0.0>}
    : (tensor<7x2x15xf32>, tensor<15x5xf32>, tensor<5xf32>) -> (tensor<7x2x5xf32>, tensor<2x5xf32>)
  return
}

// -----

func.func @recurrent_c6_attribute_of_another_kind(%x: tensor<7x2x5xf32>, %w: tensor<5x5xf32>) {
  // expected-error @+1 {{input_forget is an attribute of kind lstm}}
  %0:2 = nn.recurrent rnn %x, %w {functions = [#nn<cell_function tanh>], alpha = array<f64: 0.0>, beta = array<f64: 0.0>, input_forget}
    : (tensor<7x2x5xf32>, tensor<5x5xf32>) -> (tensor<7x2x5xf32>, tensor<2x5xf32>)
  return
}

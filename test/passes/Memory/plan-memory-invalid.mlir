// RUN: nn-opt %s --pass-pipeline='builtin.module(nnc-plan-memory)' -split-input-file -verify-diagnostics

func.func @not_in_layers(%x: tensor<2xf32>) -> tensor<2xf32> attributes {rt.entry} {
  // expected-error @+1 {{is neither a constant, a view nor a call; run nnc-form-layers before}}
  %0 = nn.unary exp %x : (tensor<2xf32>) -> tensor<2xf32>
  return %0 : tensor<2xf32>
}

// -----

func.func private @other(%x: tensor<2xf32>) -> tensor<2xf32> { return %x : tensor<2xf32> }
func.func @calls_no_layer(%x: tensor<2xf32>) -> tensor<2xf32> attributes {rt.entry} {
  // expected-error @+1 {{calls @other, which is no layer function}}
  %0 = call @other(%x) : (tensor<2xf32>) -> tensor<2xf32>
  return %0 : tensor<2xf32>
}

// -----

func.func @returns_an_input(%x: tensor<2xf32>) -> tensor<2xf32> attributes {rt.entry} {
  // expected-error @+1 {{result 0 has no bytes of its own; run nnc-place-values before}}
  return %x : tensor<2xf32>
}

// -----

func.func private @layer(%x: tensor<2xf32>) -> tensor<2xf32> attributes {rt.layer = "layer"} { return %x : tensor<2xf32> }
func.func @returns_twice(%x: tensor<2xf32>) -> (tensor<2xf32>, tensor<1x2xf32>) attributes {rt.entry} {
  %0 = call @layer(%x) : (tensor<2xf32>) -> tensor<2xf32>
  %1 = nn.reshape %0 : (tensor<2xf32>) -> tensor<1x2xf32>
  // expected-error @+1 {{result 1 has no bytes of its own; run nnc-place-values before}}
  return %0, %1 : tensor<2xf32>, tensor<1x2xf32>
}

// -----

func.func private @layer(%x: tensor<2xf32>) -> tensor<2xf32> attributes {rt.layer = "layer"} { return %x : tensor<2xf32> }
func.func @part_is_taken(%x: tensor<2xf32>) -> tensor<4xf32> attributes {rt.entry} {
  // expected-error @+1 {{'layer' would have to lie in two places; run nnc-place-values before}}
  %0 = call @layer(%x) : (tensor<2xf32>) -> tensor<2xf32>
  %1 = nn.concat %0, %0 {axis = 0 : i64, rt.view} : (tensor<2xf32>, tensor<2xf32>) -> tensor<4xf32>
  return %1 : tensor<4xf32>
}

// -----

func.func private @layer(%x: tensor<2x3xf32>) -> tensor<2x3xf32> attributes {rt.layer = "layer"} { return %x : tensor<2x3xf32> }
func.func @strides_differ(%x: tensor<2x3xf32>) -> tensor<2x6xf32> attributes {rt.entry} {
  %0 = call @layer(%x) : (tensor<2x3xf32>) -> tensor<2x3xf32>
  %1 = call @layer(%x) : (tensor<2x3xf32>) -> tensor<2x3xf32>
  // expected-error @+1 {{is marked as a view, but operand 0 is 'tensor<2x3xf32>', whose strides are not the result's}}
  %2 = nn.concat %0, %1 {axis = 1 : i64, rt.view} : (tensor<2x3xf32>, tensor<2x3xf32>) -> tensor<2x6xf32>
  return %2 : tensor<2x6xf32>
}

// -----

// A part of a concatenation that the caller's input would have to hold.
func.func private @layer(%x: tensor<4xf32>) -> tensor<4xf32> attributes {rt.layer = "layer"} { return %x : tensor<4xf32> }
func.func private @part(%x: tensor<2xf32>) -> tensor<2xf32> attributes {rt.layer = "part"} { return %x : tensor<2xf32> }
func.func @input_in_a_whole(%x: tensor<2xf32>) -> tensor<4xf32> attributes {rt.entry} {
  // expected-error @+1 {{'part' lies partly outside 'input'; run nnc-place-values before}}
  %0 = call @part(%x) : (tensor<2xf32>) -> tensor<2xf32>
  %1 = nn.concat %x, %0 {axis = 0 : i64, rt.view} : (tensor<2xf32>, tensor<2xf32>) -> tensor<4xf32>
  %2 = call @layer(%1) : (tensor<4xf32>) -> tensor<4xf32>
  return %2 : tensor<4xf32>
}

// -----

// Every other element of a tensor of 2^26: 2^25 pieces.
func.func private @layer(%x: tensor<33554432xf32, #nn.layout<[2]>>) -> tensor<4xf32> attributes {rt.layer = "layer"} {
  %0 = nn.slice %x {starts = array<i64: 0>, steps = array<i64: 1>} : (tensor<33554432xf32, #nn.layout<[2]>>) -> tensor<4xf32>
  return %0 : tensor<4xf32>
}
func.func @too_many_pieces(%x: tensor<67108864xf32>) -> tensor<4xf32> attributes {rt.entry} {
  // expected-error @+1 {{lies in 33554432 separate pieces of memory, at most 16777216 can be planned; compile for a smaller shape}}
  %0 = nn.slice %x {starts = array<i64: 0>, steps = array<i64: 2>, rt.view} : (tensor<67108864xf32>) -> tensor<33554432xf32, #nn.layout<[2]>>
  %1 = call @layer(%0) : (tensor<33554432xf32, #nn.layout<[2]>>) -> tensor<4xf32>
  return %1 : tensor<4xf32>
}

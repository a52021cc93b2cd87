// Every constraint of the elementwise operators, violated. (Cn) are those of the operator's description.
// RUN: nn-opt %s -split-input-file -verify-diagnostics=only-expected

func.func @unary_c1_logical_not_of_float(%x: tensor<3xf32>) {
  // expected-error @+1 {{'nn.unary' op logical_not takes i1, found 'f32'}}
  %0 = nn.unary logical_not %x : (tensor<3xf32>) -> tensor<3xi1>
  return
}

// -----

func.func @unary_c2_bitwise_not_of_bool(%x: tensor<3xi1>) {
  // expected-error @+1 {{bitwise_not takes integers, found 'i1'}}
  %0 = nn.unary bitwise_not %x : (tensor<3xi1>) -> tensor<3xi1>
  return
}

// -----

func.func @unary_c3_neg_of_bool(%x: tensor<3xi1>) {
  // expected-error @+1 {{neg takes numbers, found i1}}
  %0 = nn.unary neg %x : (tensor<3xi1>) -> tensor<3xi1>
  return
}

// -----

func.func @unary_c4_exp_of_integer(%x: tensor<3xi32>) {
  // expected-error @+1 {{exp takes floating-point numbers, found 'i32'}}
  %0 = nn.unary exp %x : (tensor<3xi32>) -> tensor<3xi32>
  return
}

// -----

func.func @unary_result_of_predicate_is_bool(%x: tensor<3xf32>) {
  // expected-error @+1 {{inferred type(s) 'tensor<3xi1>' are incompatible with return type(s) of operation 'tensor<3xf32>'}}
  %0 = nn.unary is_nan %x : (tensor<3xf32>) -> tensor<3xf32>
  return
}

// -----

func.func @clamp_c1_bound_is_nan(%x: tensor<3xf32>) {
  // expected-error @+1 {{'nn.clamp' op has a bound that is not a number}}
  %0 = nn.clamp %x {low = 0x7FF8000000000000 : f64} : (tensor<3xf32>) -> tensor<3xf32>
  return
}

// -----

func.func @clamp_of_bool(%x: tensor<3xi1>) {
  // expected-error @+1 {{operand #0 must be}}
  %0 = nn.clamp %x {low = 0.0 : f64} : (tensor<3xi1>) -> tensor<3xi1>
  return
}

// -----

func.func @binary_c1_element_types_differ(%a: tensor<3xf32>, %b: tensor<3xf64>) {
  // expected-error @+1 {{'nn.binary' op rhs has element type 'f64', but lhs has 'f32'}}
  %0 = nn.binary add %a, %b : (tensor<3xf32>, tensor<3xf64>) -> tensor<3xf32>
  return
}

// -----

func.func @binary_c2_shapes_do_not_broadcast(%a: tensor<2x3xf32>, %b: tensor<2xf32>) {
  // expected-error @+1 {{shapes 2x3 and 2 do not broadcast}}
  %0 = nn.binary add %a, %b : (tensor<2x3xf32>, tensor<2xf32>) -> tensor<2x3xf32>
  return
}

// -----

func.func @binary_c3_bits_of_float(%a: tensor<3xf32>) {
  // expected-error @+1 {{bit_xor takes integers or i1, found 'f32'}}
  %0 = nn.binary bit_xor %a, %a : (tensor<3xf32>, tensor<3xf32>) -> tensor<3xf32>
  return
}

// -----

func.func @binary_c4_shift_of_bool(%a: tensor<3xi1>) {
  // expected-error @+1 {{shift_left takes integers, found 'i1'}}
  %0 = nn.binary shift_left %a, %a : (tensor<3xi1>, tensor<3xi1>) -> tensor<3xi1>
  return
}

// -----

func.func @binary_c5_add_of_bool(%a: tensor<3xi1>) {
  // expected-error @+1 {{add takes numbers, found 'i1'}}
  %0 = nn.binary add %a, %a : (tensor<3xi1>, tensor<3xi1>) -> tensor<3xi1>
  return
}

// -----

func.func @binary_result_too_large(%a: tensor<268435456x1xf32>, %b: tensor<1x268435456xf32>) {
  // expected-error @+1 {{'nn.binary' op result would be 'tensor<268435456x268435456xf32>', which is too large}}
  %0 = nn.binary add %a, %b : (tensor<268435456x1xf32>, tensor<1x268435456xf32>) -> tensor<1xf32>
  return
}

// -----

func.func @compare_c1_element_types_differ(%a: tensor<3xi8>, %b: tensor<3xui8>) {
  // expected-error @+1 {{'nn.compare' op rhs has element type 'ui8', but lhs has 'i8'}}
  %0 = nn.compare less %a, %b : (tensor<3xi8>, tensor<3xui8>) -> tensor<3xi1>
  return
}

// -----

func.func @compare_c2_shapes_do_not_broadcast(%a: tensor<2x3x1xi8>, %b: tensor<4x1xi8>) {
  // expected-error @+1 {{shapes 2x3x1 and 4x1 do not broadcast}}
  %0 = nn.compare less %a, %b : (tensor<2x3x1xi8>, tensor<4x1xi8>) -> tensor<2x3x1xi1>
  return
}

// -----

func.func @compare_c3_order_of_bools(%a: tensor<3xi1>) {
  // expected-error @+1 {{less takes numbers, found i1}}
  %0 = nn.compare less %a, %a : (tensor<3xi1>, tensor<3xi1>) -> tensor<3xi1>
  return
}

// -----

func.func @select_c1_element_types_differ(%c: tensor<3xi1>, %a: tensor<3xf32>, %b: tensor<3xf16>) {
  // expected-error @+1 {{on_false has element type 'f16', but on_true has 'f32'}}
  %0 = nn.select %c, %a, %b : (tensor<3xi1>, tensor<3xf32>, tensor<3xf16>) -> tensor<3xf32>
  return
}

// -----

func.func @select_c2_condition_does_not_broadcast(%c: tensor<2xi1>, %a: tensor<3xf32>) {
  // expected-error @+1 {{shapes 3 and 2 do not broadcast}}
  %0 = nn.select %c, %a, %a : (tensor<2xi1>, tensor<3xf32>, tensor<3xf32>) -> tensor<3xf32>
  return
}

// -----

func.func @cast_c1_shape_changes(%x: tensor<3xf32>) {
  // expected-error @+1 {{'nn.cast' op turns 'tensor<3xf32>' into 'tensor<1x3xi32>', expected the same shape}}
  %0 = nn.cast %x : (tensor<3xf32>) -> tensor<1x3xi32>
  return
}

// -----

func.func @iota_c1_axis_outside() {
  // expected-error @+1 {{'nn.iota' op axis is 2, expected a value from 0 to 1}}
  %0 = nn.iota {axis = 2 : i64} : tensor<2x3xi64>
  return
}

// -----

func.func @iota_c2_bools() {
  // expected-error @+1 {{result #0 must be}}
  %0 = nn.iota {axis = 0 : i64} : tensor<2xi1>
  return
}

// -----

func.func @dynamic_shape(%x: tensor<?xf32>) {
  // expected-error @+1 {{operand #0 must be}}
  %0 = nn.unary relu %x : (tensor<?xf32>) -> tensor<?xf32>
  return
}

// -----

func.func @unsupported_element_type(%x: tensor<3xf8E4M3FN>) {
  // expected-error @+1 {{operand #0 must be}}
  %0 = nn.unary relu %x : (tensor<3xf8E4M3FN>) -> tensor<3xf8E4M3FN>
  return
}

// -----

// Refused where it stands, before any arithmetic on the shape could overflow.
func.func @insane_size(%x: tensor<4611686018427387904x8xf32>) {
  // expected-error @+1 {{and less than 2^56 bytes}}
  %0 = nn.unary relu %x : (tensor<4611686018427387904x8xf32>) -> tensor<4611686018427387904x8xf32>
  return
}

// -----

// expected-error @+1 {{layout has 1 strides, but the tensor has 2 dimensions}}
func.func private @layout_of_other_rank(tensor<2x3xf32, #nn.layout<[1]>>)

// -----

// expected-error @+1 {{layout has stride -1, expected none below 0}}
func.func private @layout_with_negative_stride(tensor<2x3xf32, #nn.layout<[1, -1]>>)

// -----

// expected-error @+1 {{layout spans more than 2^56 elements}}
func.func private @layout_too_wide(tensor<3x3xf32, #nn.layout<[4611686018427387904, 1]>>)

// Every constraint of the operators on quantized numbers, and of products of integers, violated. (Cn) are those of the operator's description.
// RUN: nn-opt %s -split-input-file -verify-diagnostics=only-expected

func.func @quantize_c1_shape(%x: tensor<2x3xf32>) {
  // expected-error @+1 {{'nn.quantize' op turns 'tensor<2x3xf32>' into 'tensor<3x2x!quant.uniform<u8:f32, 5.000000e-01>>', expected the same shape}}
  %0 = nn.quantize %x : (tensor<2x3xf32>) -> tensor<3x2x!quant.uniform<u8:f32, 0.5>>
  return
}

// -----

func.func @quantize_c2_scales(%x: tensor<2x3xf32>) {
  // expected-error @+1 {{has 2 scales for axis 1 with 3 elements, expected as many}}
  %0 = nn.quantize %x : (tensor<2x3xf32>) -> tensor<2x3x!quant.uniform<i8:f32:1, {0.5, 0.25}>>
  return
}

// -----

func.func @dequantize_c2_axis(%x: tensor<2x3x!quant.uniform<i8:f32:2, {0.5, 0.25}>>) {
  // expected-error @+1 {{is quantized by axis 2, but the tensor has 2 dimensions}}
  %0 = nn.dequantize %x : (tensor<2x3x!quant.uniform<i8:f32:2, {0.5, 0.25}>>) -> tensor<2x3xf32>
  return
}

// -----

func.func @storage_cast_c1_shape(%x: tensor<2x3xi8>) {
  // expected-error @+1 {{expected the same shape}}
  %0 = nn.storage_cast %x : (tensor<2x3xi8>) -> tensor<6x!quant.uniform<i8:f32, 0.5>>
  return
}

// -----

func.func @storage_cast_c2_other_sign(%x: tensor<2x3xi8>) {
  // expected-error @+1 {{turns 'i8' into '!quant.uniform<u8:f32, 5.000000e-01>', expected a quantized type and the integers it is stored as}}
  %0 = nn.storage_cast %x : (tensor<2x3xi8>) -> tensor<2x3x!quant.uniform<u8:f32, 0.5>>
  return
}

// -----

func.func @storage_cast_c2_both_quantized(%x: tensor<2x3x!quant.uniform<i8:f32, 0.5>>) {
  // expected-error @+1 {{expected a quantized type and the integers it is stored as}}
  %0 = nn.storage_cast %x : (tensor<2x3x!quant.uniform<i8:f32, 0.5>>) -> tensor<2x3x!quant.uniform<i8:f32, 0.25>>
  return
}

// -----

func.func @storage_cast_c3_scales(%x: tensor<2x3xi8>) {
  // expected-error @+1 {{has 3 scales for axis 0 with 2 elements, expected as many}}
  %0 = nn.storage_cast %x : (tensor<2x3xi8>) -> tensor<2x3x!quant.uniform<i8:f32:0, {0.5, 0.25, 0.125}>>
  return
}

// -----

func.func @quantize_of_other_bits(%x: tensor<2x3xf32>) {
  // expected-error @+1 {{must be tensor of quantized numbers}}
  %0 = nn.quantize %x : (tensor<2x3xf32>) -> tensor<2x3x!quant.uniform<i4:f32, 0.5>>
  return
}

// -----

func.func @requantize_c1_shape(%x: tensor<2x3xi32>, %c: tensor<i32>) {
  // expected-error @+1 {{expected the same shape}}
  %0 = nn.requantize %x by %c plus %c right %c : (tensor<2x3xi32>, tensor<i32>, tensor<i32>, tensor<i32>) -> tensor<3x2xi8>
  return
}

// -----

func.func @requantize_c2_broadcast(%x: tensor<2x3xi32>, %c: tensor<i32>, %m: tensor<4x2x3xi32>) {
  // expected-error @+1 {{has a constant of shape 4x2x3, which does not broadcast to 2x3}}
  %0 = nn.requantize %x by %m plus %c right %c : (tensor<2x3xi32>, tensor<4x2x3xi32>, tensor<i32>, tensor<i32>) -> tensor<2x3xi8>
  return
}

// -----

func.func @requantize_c2_mismatch(%x: tensor<2x3xi32>, %c: tensor<i32>, %r: tensor<2xi32>) {
  // expected-error @+1 {{shapes 2x3 and 2 do not broadcast}}
  %0 = nn.requantize %x by %c plus %c right %r : (tensor<2x3xi32>, tensor<i32>, tensor<i32>, tensor<2xi32>) -> tensor<2x3xi8>
  return
}

// -----

func.func @requantize_c3_empty_range(%x: tensor<2x3xi32>, %c: tensor<i32>) {
  // expected-error @+1 {{limits the result to 5 … 4, expected a range within -128 … 127}}
  %0 = nn.requantize %x by %c plus %c right %c {low = 5 : i64, high = 4 : i64} : (tensor<2x3xi32>, tensor<i32>, tensor<i32>, tensor<i32>) -> tensor<2x3xi8>
  return
}

// -----

func.func @requantize_c3_outside(%x: tensor<2x3xi32>, %c: tensor<i32>) {
  // expected-error @+1 {{limits the result to -1 … 255, expected a range within 0 … 255}}
  %0 = nn.requantize %x by %c plus %c right %c {low = -1 : i64} : (tensor<2x3xi32>, tensor<i32>, tensor<i32>, tensor<i32>) -> tensor<2x3xui8>
  return
}

// -----

func.func @conv_c1_bias(%x: tensor<1x3x9xui8>, %w: tensor<8x3x3xi8>, %b: tensor<8xf32>) {
  // expected-error @+1 {{bias has element type 'f32', expected 'i32'}}
  %0 = "nn.conv"(%x, %w, %b) {strides = array<i64: 1>, dilations = array<i64: 1>, pads_begin = array<i64: 0>, pads_end = array<i64: 0>}
    : (tensor<1x3x9xui8>, tensor<8x3x3xi8>, tensor<8xf32>) -> tensor<1x8x7xi32>
  return
}

// -----

func.func @conv_c1_float_filter(%x: tensor<1x3x9xui8>, %w: tensor<8x3x3xf32>) {
  // expected-error @+1 {{filter has element type 'f32', but input has 'ui8'}}
  %0 = nn.conv %x, %w {strides = array<i64: 1>, dilations = array<i64: 1>, pads_begin = array<i64: 0>, pads_end = array<i64: 0>}
    : (tensor<1x3x9xui8>, tensor<8x3x3xf32>) -> tensor<1x8x7xi32>
  return
}

// -----

func.func @conv_c9_input_zero_point(%x: tensor<1x3x9xi8>, %w: tensor<8x3x3xi8>) {
  // expected-error @+1 {{input_zero_point is 128, expected a number from -128 to 127 for 'i8'}}
  %0 = nn.conv %x, %w {strides = array<i64: 1>, dilations = array<i64: 1>, pads_begin = array<i64: 0>, pads_end = array<i64: 0>, input_zero_point = 128 : i64}
    : (tensor<1x3x9xi8>, tensor<8x3x3xi8>) -> tensor<1x8x7xi32>
  return
}

// -----

func.func @conv_c9_float(%x: tensor<1x3x9xf32>, %w: tensor<8x3x3xf32>) {
  // expected-error @+1 {{filter_zero_point is 1, expected a number from 0 to 0 for 'f32'}}
  %0 = nn.conv %x, %w {strides = array<i64: 1>, dilations = array<i64: 1>, pads_begin = array<i64: 0>, pads_end = array<i64: 0>, filter_zero_point = 1 : i64}
    : (tensor<1x3x9xf32>, tensor<8x3x3xf32>) -> tensor<1x8x7xf32>
  return
}

// -----

func.func @matmul_c6(%a: tensor<2x3xui8>, %b: tensor<3x4xi8>) {
  // expected-error @+1 {{lhs_zero_point is -1, expected a number from 0 to 255 for 'ui8'}}
  %0 = nn.matmul %a, %b {lhs_zero_point = -1 : i64} : (tensor<2x3xui8>, tensor<3x4xi8>) -> tensor<2x4xi32>
  return
}

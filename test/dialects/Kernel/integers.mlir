// Kernels of integers and kernel.dot come back unchanged; their constraints, violated.
// RUN: nn-opt %s -split-input-file -verify-diagnostics | FileCheck %s

// CHECK-LABEL: @round_trip
// CHECK: kernel.conv %{{.*}}, %{{.*}} {dilations = array<i64: 1>, flip, group = 1 : i64, kernel = array<i64: 3>, outside = -7 : i64, {{.*}} tile = #kernel.tile<rows = 6, columns = 16, vector = 8, lanes = 1, interleave = 4>} : (tensor<1x3x9xi8>, tensor<192xi8>) -> tensor<1x16x9xui8>
// CHECK: kernel.depthwise {{.*}} tile = #kernel.tile<rows = 6, columns = 8, vector = 8, lanes = 1>} : (tensor<1x16x9xui8>, tensor<48xi8>) -> tensor<1x16x9xi32>
func.func @round_trip(%x: tensor<1x3x9xi8>, %w: tensor<192xi8>, %d: tensor<48xi8>) -> tensor<1x16x9xi32> {
  %0 = kernel.conv %x, %w {kernel = array<i64: 3>, strides = array<i64: 1>, dilations = array<i64: 1>, pads_begin = array<i64: 1>, pads_end = array<i64: 1>, group = 1 : i64, flip, outside = -7 : i64, tile = #kernel.tile<rows = 6, columns = 16, vector = 8, lanes = 1, interleave = 4>} : (tensor<1x3x9xi8>, tensor<192xi8>) -> tensor<1x16x9xui8> {
  ^bb0(%acc: i32):
    %y = arith.trunci %acc : i32 to i8
    kernel.yield %y : i8
  }
  %1 = kernel.depthwise %0, %d {kernel = array<i64: 3>, strides = array<i64: 1>, dilations = array<i64: 1>, pads_begin = array<i64: 1>, pads_end = array<i64: 1>, outside = 3 : i64, tile = #kernel.tile<rows = 6, columns = 8, vector = 8, lanes = 1>} : (tensor<1x16x9xui8>, tensor<48xi8>) -> tensor<1x16x9xi32> {
  ^bb0(%acc: i32):
    kernel.yield %acc : i32
  }
  return %1 : tensor<1x16x9xi32>
}

// CHECK-LABEL: @dots
// CHECK: kernel.dot %{{.*}}, %{{.*}}, %{{.*}} unsigned : i32, vector<64xi8>, vector<16xi32>
// CHECK: kernel.dot %{{.*}}, %{{.*}}, %{{.*}} : i8, i8, i32
func.func @dots(%a: i32, %b: vector<64xi8>, %s: vector<16xi32>, %c: i8, %t: i32) -> (vector<16xi32>, i32) {
  %0 = kernel.dot %a, %b, %s unsigned : i32, vector<64xi8>, vector<16xi32>
  %1 = kernel.dot %c, %c, %t : i8, i8, i32
  return %0, %1 : vector<16xi32>, i32
}

// CHECK-LABEL: @bytes
// CHECK: kernel.pack %{{.*}}, %{{.*}}, %{{.*}}, %{{.*}} unsigned interleaved : vector<8xi32>, vector<8xi32>, vector<8xi32>, vector<8xi32> -> vector<32xi8>
func.func @bytes(%a: vector<8xi32>) -> vector<32xi8> {
  %0 = kernel.pack %a, %a, %a, %a unsigned interleaved : vector<8xi32>, vector<8xi32>, vector<8xi32>, vector<8xi32> -> vector<32xi8>
  return %0 : vector<32xi8>
}

// -----

func.func @packs_c1(%a: vector<2xi32>) -> vector<8xi8> {
  // expected-error @+1 {{has operands of type 'vector<2xi32>', expected 4, 8 or 16 elements}}
  %0 = kernel.pack %a, %a, %a, %a : vector<2xi32>, vector<2xi32>, vector<2xi32>, vector<2xi32> -> vector<8xi8>
  return %0 : vector<8xi8>
}

// -----

func.func @packs_four_vectors_c1(%a: vector<4xi32>) -> vector<8xi8> {
  // expected-error @+1 {{has a result of type 'vector<8xi8>', expected 16 elements}}
  %0 = kernel.pack %a, %a, %a, %a : vector<4xi32>, vector<4xi32>, vector<4xi32>, vector<4xi32> -> vector<8xi8>
  return %0 : vector<8xi8>
}

// -----

func.func @sums_are_i32_c5(%x: tensor<5x3xi8>, %w: tensor<24xi8>) -> tensor<5x8xi8> {
  // expected-error @+1 {{epilogue argument 0 has type 'i8', expected 'i32'}}
  %0 = kernel.matmul %x, %w {packed, tile = #kernel.tile<rows = 5, columns = 8, vector = 8, lanes = 1>} : (tensor<5x3xi8>, tensor<24xi8>) -> tensor<5x8xi8> {
  ^bb0(%acc: i8):
    kernel.yield %acc : i8
  }
  return %0 : tensor<5x8xi8>
}

// -----

func.func @weights_c6(%x: tensor<5x3xui8>, %w: tensor<24xf32>) -> tensor<5x8xi32> {
  // expected-error @+1 {{multiplies 'ui8' by 'f32', expected f32 by f32 or integers by i8}}
  %0 = kernel.matmul %x, %w {packed, tile = #kernel.tile<rows = 5, columns = 8, vector = 8, lanes = 1>} : (tensor<5x3xui8>, tensor<24xf32>) -> tensor<5x8xi32> {
  ^bb0(%acc: i32):
    kernel.yield %acc : i32
  }
  return %0 : tensor<5x8xi32>
}

// -----

func.func @flip_of_floats_c6(%x: tensor<5x3xf32>, %w: tensor<24xf32>) -> tensor<5x8xf32> {
  // expected-error @+1 {{has flip, outside or interleaved weights with f32, expected integers}}
  %0 = kernel.matmul %x, %w {packed, flip, tile = #kernel.tile<rows = 5, columns = 8, vector = 8, lanes = 1>} : (tensor<5x3xf32>, tensor<24xf32>) -> tensor<5x8xf32> {
  ^bb0(%acc: f32):
    kernel.yield %acc : f32
  }
  return %0 : tensor<5x8xf32>
}

// -----

func.func @integers_of_floats_c6(%x: tensor<5x3xf32>, %w: tensor<24xf32>) -> tensor<5x8xi8> {
  // expected-error @+1 {{makes 'i8' of f32, expected f32}}
  %0 = kernel.matmul %x, %w {packed, tile = #kernel.tile<rows = 5, columns = 8, vector = 8, lanes = 1>} : (tensor<5x3xf32>, tensor<24xf32>) -> tensor<5x8xi8> {
  ^bb0(%acc: f32):
    %y = arith.fptosi %acc : f32 to i8
    kernel.yield %y : i8
  }
  return %0 : tensor<5x8xi8>
}

// -----

func.func @outside_c6(%x: tensor<1x16x9xui8>, %w: tensor<48xi8>) -> tensor<1x16x9xi32> {
  // expected-error @+1 {{outside is -1, expected a number from 0 to 255 for 'ui8'}}
  %0 = kernel.depthwise %x, %w {kernel = array<i64: 3>, strides = array<i64: 1>, dilations = array<i64: 1>, pads_begin = array<i64: 1>, pads_end = array<i64: 1>, outside = -1 : i64, tile = #kernel.tile<rows = 6, columns = 8, vector = 8, lanes = 1>} : (tensor<1x16x9xui8>, tensor<48xi8>) -> tensor<1x16x9xi32> {
  ^bb0(%acc: i32):
    kernel.yield %acc : i32
  }
  return %0 : tensor<1x16x9xi32>
}

// -----

func.func @interleaved_depthwise_c4(%x: tensor<1x16x9xui8>, %w: tensor<48xi8>) -> tensor<1x16x9xi32> {
  // expected-error @+1 {{has interleave = 2, vectors of 8 and dilation 1 of the last dimension, expected interleave = 1, or 4 with vectors of 4, 8 or 16 and dilation 1}}
  %0 = kernel.depthwise %x, %w {kernel = array<i64: 3>, strides = array<i64: 1>, dilations = array<i64: 1>, pads_begin = array<i64: 1>, pads_end = array<i64: 1>, tile = #kernel.tile<rows = 6, columns = 8, vector = 8, lanes = 1, interleave = 2>} : (tensor<1x16x9xui8>, tensor<48xi8>) -> tensor<1x16x9xi32> {
  ^bb0(%acc: i32):
    kernel.yield %acc : i32
  }
  return %0 : tensor<1x16x9xi32>
}

// -----

func.func @interleaved_rows_c4(%x: tensor<5x3xui8>, %w: tensor<3x8xi8>) -> tensor<5x8xi32> {
  // expected-error @+1 {{has interleaved weights that are not packed, expected interleave = 1}}
  %0 = kernel.matmul %x, %w {tile = #kernel.tile<rows = 5, columns = 8, vector = 8, lanes = 1, interleave = 4>} : (tensor<5x3xui8>, tensor<3x8xi8>) -> tensor<5x8xi32> {
  ^bb0(%acc: i32):
    kernel.yield %acc : i32
  }
  return %0 : tensor<5x8xi32>
}

// -----

// K is filled up to 4 rows.
func.func @filter_c4(%x: tensor<5x3xui8>, %w: tensor<24xi8>) -> tensor<5x8xi32> {
  // expected-error @+1 {{packed operand is 'tensor<24xi8>', expected one dimension of 32 elements}}
  %0 = kernel.matmul %x, %w {packed, tile = #kernel.tile<rows = 5, columns = 8, vector = 8, lanes = 1, interleave = 4>} : (tensor<5x3xui8>, tensor<24xi8>) -> tensor<5x8xi32> {
  ^bb0(%acc: i32):
    kernel.yield %acc : i32
  }
  return %0 : tensor<5x8xi32>
}

// -----

// expected-error @+1 {{tile interleave is 3, expected a power of two up to 16}}
#tile = #kernel.tile<rows = 5, columns = 8, vector = 8, lanes = 1, interleave = 3>

// -----

func.func @dot_c1(%a: i32, %b: vector<63xi8>, %s: vector<16xi32>) {
  // expected-error @+1 {{has b of type 'vector<63xi8>', expected a power of two up to 16 of elements for each of 16 sums}}
  %0 = kernel.dot %a, %b, %s : i32, vector<63xi8>, vector<16xi32>
  return
}

// -----

func.func @dot_c2(%a: i16, %b: vector<64xi8>, %s: vector<16xi32>) {
  // expected-error @+1 {{has a of type 'i16', expected an integer of 4 bytes}}
  %0 = kernel.dot %a, %b, %s : i16, vector<64xi8>, vector<16xi32>
  return
}

// -----

func.func @widened_weights_are_packed(%x: tensor<5x3xf32>, %w: tensor<3x8xi8>) -> tensor<5x8xf32> {
  // expected-error @+1 {{multiplies 'f32' by 'i8', expected f32 by f32 or integers by i8; f32 by i8 asks for packed weights}}
  %0 = kernel.matmul %x, %w {tile = #kernel.tile<rows = 5, columns = 8, vector = 4, lanes = 1>} : (tensor<5x3xf32>, tensor<3x8xi8>) -> tensor<5x8xf32> {
  ^bb0(%acc: f32):
    kernel.yield %acc : f32
  }
  return %0 : tensor<5x8xf32>
}

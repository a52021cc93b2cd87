// RUN: nn-opt %s -nnc-convert-layers-to-loops -split-input-file -verify-diagnostics

func.func @two_roots(%x: memref<15xf32>, %y: memref<1xf32> {rt.result}) attributes {rt.layer = "l"} {
  %0 = rt.tensor %x : memref<15xf32> -> tensor<3x5xf32>
  // expected-error @below {{is read by another operator of its layer, but computes no single elements; it must be a layer of its own}}
  %1 = nn.softmax %0 {axis = 1 : i64} : (tensor<3x5xf32>) -> tensor<3x5xf32>
  %2 = nn.reduce sum %1 {axes = array<i64: 0, 1>} : (tensor<3x5xf32>) -> tensor<f32>
  rt.store %2, %y : tensor<f32>, memref<1xf32>
  return
}

// -----

// Values alone are wanted, but the search compares indices too: it needs scratch for them.
func.func @scratch_is_missing(%x: memref<35xf32>, %y: memref<10xf32> {rt.result}) attributes {rt.layer = "l"} {
  %0 = rt.tensor %x : memref<35xf32> -> tensor<5x7xf32>
  // expected-error @below {{needs 1 scratch buffers, but the layer has 0}}
  %v, %n = nn.top_k %0 {k = 2 : i64, axis = 1 : i64, largest} : (tensor<5x7xf32>) -> (tensor<5x2xf32>, tensor<5x2xi64>)
  rt.store %v, %y : tensor<5x2xf32>, memref<10xf32>
  return
}

// -----

func.func @scratch_is_too_small(%x: memref<35xf32>, %y: memref<10xf32> {rt.result}, %s: memref<1xi64> {rt.scratch}) attributes {rt.layer = "l"} {
  %0 = rt.tensor %x : memref<35xf32> -> tensor<5x7xf32>
  // expected-error @below {{needs scratch 'memref<2xi64>', but the layer has 'memref<1xi64>'}}
  %v, %n = nn.top_k %0 {k = 2 : i64, axis = 1 : i64, largest} : (tensor<5x7xf32>) -> (tensor<5x2xf32>, tensor<5x2xi64>)
  rt.store %v, %y : tensor<5x2xf32>, memref<10xf32>
  return
}

// -----

func.func @reads_no_buffer(%x: tensor<3xf32>, %y: memref<3xf32> {rt.result}) attributes {rt.layer = "l"} {
  // expected-error @below {{reads a tensor that is no buffer of its layer}}
  %0 = nn.unary relu %x : (tensor<3xf32>) -> tensor<3xf32>
  rt.store %0, %y : tensor<3xf32>, memref<3xf32>
  return
}

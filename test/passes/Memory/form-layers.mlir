// RUN: nn-opt %s --pass-pipeline='builtin.module(nnc-form-layers)' -split-input-file | FileCheck %s

// CHECK-LABEL: func.func @fuses_a_tree
// CHECK-SAME: (%[[X:.*]]: tensor<2x3xf32>, %[[Y:.*]]: tensor<2x3xf32>)
// CHECK-NEXT: %[[R:.*]] = call @Mul_2(%[[X]], %[[Y]]) {rt.layer = "Mul_2", rt.nodes = ["Relu_0", "Add_1", "Mul_2"]}
// CHECK-NEXT: return %[[R]]
// CHECK: func.func private @Mul_2(%[[A:.*]]: tensor<2x3xf32>, %[[B:.*]]: tensor<2x3xf32>) -> tensor<2x3xf32>
// CHECK-SAME: rt.layer = "Mul_2", rt.nodes = ["Mul_2"]
// CHECK-NEXT: %[[T:.*]] = nn.unary relu %[[A]]
// CHECK-NEXT: %[[U:.*]] = nn.binary add %[[T]], %[[B]]
// CHECK-NEXT: %[[V:.*]] = nn.binary mul %[[U]], %[[A]]
// CHECK-NEXT: return %[[V]]
func.func @fuses_a_tree(%x: tensor<2x3xf32>, %y: tensor<2x3xf32>) -> tensor<2x3xf32> attributes {rt.entry} {
  %0 = nn.unary relu %x : (tensor<2x3xf32>) -> tensor<2x3xf32> loc("t0"("Relu_0"("m.onnx":0:0)))
  %1 = nn.binary add %0, %y : (tensor<2x3xf32>, tensor<2x3xf32>) -> tensor<2x3xf32> loc("t1"("Add_1"("m.onnx":0:0)))
  %2 = nn.binary mul %1, %x : (tensor<2x3xf32>, tensor<2x3xf32>) -> tensor<2x3xf32> loc("t2"("Mul_2"("m.onnx":0:0)))
  return %2 : tensor<2x3xf32>
}

// -----

// Weights are arguments, so two layers of one shape are one function; a third differs in an attribute.
// CHECK-LABEL: func.func @shares_equal_layers
// CHECK-DAG: %[[W1:.*]] = nn.constant dense_resource<w1>
// CHECK-DAG: %[[W2:.*]] = nn.constant dense_resource<w2>
// CHECK: %[[A:.*]] = call @conv_a(%arg0, %[[W1]]) {rt.layer = "conv/a", rt.nodes = ["conv/a"]}
// CHECK: %[[B:.*]] = call @conv_a(%[[A]], %[[W2]]) {rt.layer = "conv/b", rt.nodes = ["conv/b"]}
// CHECK: call @conv_c(%[[B]], %[[W1]])
// CHECK: func.func private @conv_a({{.*}}rt.layer = "conv/a", rt.nodes = ["conv/a", "conv/b"]
// CHECK: func.func private @conv_c({{.*}}rt.layer = "conv/c", rt.nodes = ["conv/c"]
// CHECK-NOT: func.func
func.func @shares_equal_layers(%x: tensor<1x3x5x5xf32>) -> tensor<1x3x5x5xf32> attributes {rt.entry} {
  %w1 = nn.constant dense_resource<w1> : tensor<3x3x3x3xf32>
  %w2 = nn.constant dense_resource<w2> : tensor<3x3x3x3xf32>
  %0 = nn.conv %x, %w1 {strides = array<i64: 1, 1>, dilations = array<i64: 1, 1>, pads_begin = array<i64: 1, 1>, pads_end = array<i64: 1, 1>, group = 1 : i64} : (tensor<1x3x5x5xf32>, tensor<3x3x3x3xf32>) -> tensor<1x3x5x5xf32> loc("a"("conv/a"("m.onnx":0:0)))
  %1 = nn.conv %0, %w2 {strides = array<i64: 1, 1>, dilations = array<i64: 1, 1>, pads_begin = array<i64: 1, 1>, pads_end = array<i64: 1, 1>, group = 1 : i64} : (tensor<1x3x5x5xf32>, tensor<3x3x3x3xf32>) -> tensor<1x3x5x5xf32> loc("b"("conv/b"("m.onnx":0:0)))
  %2 = nn.conv %1, %w1 {strides = array<i64: 1, 1>, dilations = array<i64: 2, 2>, pads_begin = array<i64: 2, 2>, pads_end = array<i64: 2, 2>, group = 1 : i64} : (tensor<1x3x5x5xf32>, tensor<3x3x3x3xf32>) -> tensor<1x3x5x5xf32> loc("c"("conv/c"("m.onnx":0:0)))
  return %2 : tensor<1x3x5x5xf32>
}
{-# dialect_resources: { builtin: { w1: "0x08000000010203040506070809", w2: "0x08000000010203040506070809" } } #-}

// -----

// Equal operators on another layout are another layer.
// CHECK-LABEL: func.func @layouts_differ
// CHECK: call @unary(
// CHECK: call @softmax(
// CHECK: call @unary_0(
func.func @layouts_differ(%x: tensor<2x3xf32>) -> tensor<2x3xf32> attributes {rt.entry} {
  %0 = nn.unary exp %x : (tensor<2x3xf32>) -> tensor<2x3xf32, #nn.layout<[1, 2]>>
  %1 = nn.softmax %0 {axis = 1 : i64} : (tensor<2x3xf32, #nn.layout<[1, 2]>>) -> tensor<2x3xf32, #nn.layout<[1, 2]>>
  %2 = nn.unary exp %1 : (tensor<2x3xf32, #nn.layout<[1, 2]>>) -> tensor<2x3xf32>
  return %2 : tensor<2x3xf32>
}

// -----

// A splat, an iota, a few indices, and what is computed from them, are repeated; weights are arguments.
// CHECK-LABEL: func.func @repeats_what_is_free
// CHECK-NEXT: %[[L:.*]] = nn.constant dense_resource<large>
// CHECK-NEXT: %[[W:.*]] = nn.constant dense<[1.0
// CHECK-NEXT: call @softmax(%arg0)
// CHECK-NEXT: call @binary(%{{.*}}, %[[L]], %[[W]])
// CHECK: func.func private @softmax(
// CHECK: func.func private @binary(
// CHECK-DAG: nn.constant dense<2.000000e+00>
// CHECK-DAG: nn.constant dense<[3, 0, 1, 2]>
// CHECK-DAG: nn.iota
// CHECK-DAG: nn.cast
func.func @repeats_what_is_free(%x: tensor<4x5xf32>) -> tensor<4x5xf32> attributes {rt.entry} {
  %two = nn.constant dense<2.0> : tensor<5xf32>
  %large = nn.constant dense_resource<large> : tensor<4x5xf32>
  %w = nn.constant dense<[1.0, 2.0, -3.0, 4.0, 0.5]> : tensor<5xf32>
  %j = nn.constant dense<[3, 0, 1, 2]> : tensor<4xi64>
  %i = nn.iota {axis = 0 : i64} : tensor<5xi32>
  %f = nn.cast %i : (tensor<5xi32>) -> tensor<5xf32>
  %s = nn.softmax %x {axis = 1 : i64} : (tensor<4x5xf32>) -> tensor<4x5xf32>
  %g = nn.gather %s, %j {axis = 0 : i64} : (tensor<4x5xf32>, tensor<4xi64>) -> tensor<4x5xf32>
  %0 = nn.binary mul %g, %two : (tensor<4x5xf32>, tensor<5xf32>) -> tensor<4x5xf32>
  %1 = nn.binary add %0, %f : (tensor<4x5xf32>, tensor<5xf32>) -> tensor<4x5xf32>
  %2 = nn.binary sub %1, %large : (tensor<4x5xf32>, tensor<4x5xf32>) -> tensor<4x5xf32>
  %4 = nn.binary mul %2, %w : (tensor<4x5xf32>, tensor<5xf32>) -> tensor<4x5xf32>
  return %4 : tensor<4x5xf32>
}
{-# dialect_resources: { builtin: { large: "0x08000000010203040506070809" } } #-}

// -----

// The sigmoid would be computed 35 times for each channel.
// CHECK-LABEL: func.func @computes_before_a_broadcast
// CHECK: %[[S:.*]] = call @unary(%arg1)
// CHECK: call @binary(%arg0, %[[S]])
func.func @computes_before_a_broadcast(%x: tensor<1x3x5x7xf32>, %g: tensor<1x3x1x1xf32>) -> tensor<1x3x5x7xf32> attributes {rt.entry} {
  %s = nn.unary sigmoid %g : (tensor<1x3x1x1xf32>) -> tensor<1x3x1x1xf32>
  %0 = nn.binary mul %x, %s : (tensor<1x3x5x7xf32>, tensor<1x3x1x1xf32>) -> tensor<1x3x5x7xf32>
  return %0 : tensor<1x3x5x7xf32>
}

// -----

// Two layers read the exponential, so it is stored.
// CHECK-LABEL: func.func @stores_what_two_layers_read
// CHECK: %[[E:.*]] = call @unary(%arg0)
// CHECK: %[[S:.*]] = call @softmax(%[[E]])
// CHECK: call @binary(%[[E]], %[[S]])
func.func @stores_what_two_layers_read(%x: tensor<4x5xf32>) -> tensor<4x5xf32> attributes {rt.entry} {
  %e = nn.unary exp %x : (tensor<4x5xf32>) -> tensor<4x5xf32>
  %s = nn.softmax %e {axis = 1 : i64} : (tensor<4x5xf32>) -> tensor<4x5xf32>
  %0 = nn.binary add %e, %s : (tensor<4x5xf32>, tensor<4x5xf32>) -> tensor<4x5xf32>
  return %0 : tensor<4x5xf32>
}

// -----

// CHECK-LABEL: func.func @computes_on_the_way_into_a_reduction
// CHECK-NEXT: call @reduce(%arg0)
// CHECK-NEXT: return
// CHECK: func.func private @reduce
// CHECK-NEXT: nn.binary mul
// CHECK-NEXT: nn.reduce sum
func.func @computes_on_the_way_into_a_reduction(%x: tensor<4x5xf32>) -> tensor<4xf32> attributes {rt.entry} {
  %e = nn.binary mul %x, %x : (tensor<4x5xf32>, tensor<4x5xf32>) -> tensor<4x5xf32>
  %s = nn.reduce sum %e {axes = array<i64: 1>} : (tensor<4x5xf32>) -> tensor<4xf32>
  return %s : tensor<4xf32>
}

// -----

// A softmax reads each element more than once.
// CHECK-LABEL: func.func @computes_before_a_softmax
// CHECK: %[[E:.*]] = call @binary(%arg0)
// CHECK: call @softmax(%[[E]])
func.func @computes_before_a_softmax(%x: tensor<4x5xf32>) -> tensor<4x5xf32> attributes {rt.entry} {
  %e = nn.binary mul %x, %x : (tensor<4x5xf32>, tensor<4x5xf32>) -> tensor<4x5xf32>
  %s = nn.softmax %e {axis = 1 : i64} : (tensor<4x5xf32>) -> tensor<4x5xf32>
  return %s : tensor<4x5xf32>
}

// -----

// Views stay outside: a reshape of row-major values, a transposition that the strides undo.
// CHECK-LABEL: func.func @views_stay_outside
// CHECK: %[[E:.*]] = call @unary(%arg0)
// CHECK: %[[T:.*]] = nn.transpose %[[E]]
// CHECK: %[[R:.*]] = nn.reshape %[[T]]
// CHECK: call @softmax(%[[R]])
func.func @views_stay_outside(%x: tensor<1x4x3x2xf32>) -> tensor<6x4xf32> attributes {rt.entry} {
  %e = nn.unary exp %x : (tensor<1x4x3x2xf32>) -> tensor<1x4x3x2xf32, #nn.layout<[24, 1, 8, 4]>>
  %t = nn.transpose %e {perm = array<i64: 0, 2, 3, 1>} : (tensor<1x4x3x2xf32, #nn.layout<[24, 1, 8, 4]>>) -> tensor<1x3x2x4xf32>
  %r = nn.reshape %t : (tensor<1x3x2x4xf32>) -> tensor<6x4xf32>
  %s = nn.softmax %r {axis = 1 : i64} : (tensor<6x4xf32>) -> tensor<6x4xf32>
  return %s : tensor<6x4xf32>
}

// -----

// These move elements: a real transposition, a reshape of channels-last values, a marked copy.
// CHECK-LABEL: func.func @moves_are_layers
// CHECK: %[[T:.*]] = call @transpose(%arg0)
// CHECK: %[[S:.*]] = call @softmax(%[[T]])
// CHECK: %[[R:.*]] = call @reshape(%[[S]])
// CHECK: %[[Q:.*]] = call @softmax_0(%[[R]])
// CHECK: %[[C:.*]] = call @reshape_1(%[[Q]])
// CHECK: return %[[C]]
func.func @moves_are_layers(%x: tensor<3x4x2xf32>) -> tensor<4x6xf32> attributes {rt.entry} {
  %t = nn.transpose %x {perm = array<i64: 1, 0, 2>} : (tensor<3x4x2xf32>) -> tensor<4x3x2xf32, #nn.layout<[6, 1, 3]>>
  %s = nn.softmax %t {axis = 1 : i64} : (tensor<4x3x2xf32, #nn.layout<[6, 1, 3]>>) -> tensor<4x3x2xf32, #nn.layout<[6, 1, 3]>>
  %r = nn.reshape %s : (tensor<4x3x2xf32, #nn.layout<[6, 1, 3]>>) -> tensor<4x6xf32>
  %q = nn.softmax %r {axis = 1 : i64} : (tensor<4x6xf32>) -> tensor<4x6xf32>
  %c = nn.reshape %q {rt.copy} : (tensor<4x6xf32>) -> tensor<4x6xf32>
  return %c : tensor<4x6xf32>
}

// -----

// Only results that are used are returned; a place for the other one is scratch.
// CHECK-LABEL: func.func @returns_what_is_used
// CHECK: %[[I:.*]] = call @top_k(%arg0) {{.*}} : (tensor<2x7xf32>) -> tensor<2x3xi64>
// CHECK: func.func private @top_k
// CHECK-NEXT: rt.scratch : memref<3xf32>
// CHECK-NEXT: %{{.*}}, %[[J:.*]] = nn.top_k
// CHECK-NEXT: return %[[J]]
func.func @returns_what_is_used(%x: tensor<2x7xf32>) -> tensor<2x3xi64> attributes {rt.entry} {
  %v, %i = nn.top_k %x {k = 3 : i64, axis = 1 : i64, largest} : (tensor<2x7xf32>) -> (tensor<2x3xf32>, tensor<2x3xi64>)
  return %i : tensor<2x3xi64>
}

// -----

// A layer is named after its product's node: the first one of a fused location.
// CHECK-LABEL: func.func @named_after_the_product
// CHECK: call @t1_conv(%arg0, %{{.*}}) {rt.layer = "1.conv", rt.nodes = ["1.conv", "1.bn"]}
// CHECK: func.func private @t1_conv
func.func @named_after_the_product(%x: tensor<1x3x5x5xf32>) -> tensor<1x3x3x3xf32> attributes {rt.entry} {
  %w = nn.constant dense_resource<w> : tensor<3x3x3x3xf32>
  %0 = nn.conv %x, %w {strides = array<i64: 1, 1>, dilations = array<i64: 1, 1>, pads_begin = array<i64: 0, 0>, pads_end = array<i64: 0, 0>, group = 1 : i64} : (tensor<1x3x5x5xf32>, tensor<3x3x3x3xf32>) -> tensor<1x3x3x3xf32> loc(fused["a"("1.conv"("m.onnx":0:0)), "b"("1.bn"("m.onnx":0:0))])
  return %0 : tensor<1x3x3x3xf32>
}
{-# dialect_resources: { builtin: { w: "0x08000000010203040506070809" } } #-}

// -----

// The large operand would be alive for the product in between: the slice is taken before it.
// CHECK-LABEL: func.func @does_not_hold_large_operands
// CHECK: %[[B:.*]] = call @slice(%arg0)
// CHECK: %[[C:.*]] = call @softmax(%arg1)
// CHECK: call @binary(%[[B]], %[[C]])
// CHECK: func.func private @slice
// CHECK-NEXT: nn.unary exp
// CHECK-NEXT: nn.slice
func.func @does_not_hold_large_operands(%x: tensor<9x5xf32>, %y: tensor<3x5xf32>) -> tensor<3x5xf32> attributes {rt.entry} {
  %a = nn.unary exp %x : (tensor<9x5xf32>) -> tensor<9x5xf32>
  %b = nn.slice %a {starts = array<i64: 7, 0>, steps = array<i64: -3, 1>} : (tensor<9x5xf32>) -> tensor<3x5xf32>
  %c = nn.softmax %y {axis = 1 : i64} : (tensor<3x5xf32>) -> tensor<3x5xf32>
  %d = nn.binary add %b, %c : (tensor<3x5xf32>, tensor<3x5xf32>) -> tensor<3x5xf32>
  return %d : tensor<3x5xf32>
}

// -----

// Scatters read their indices more than once; an iota for one is stored.
// CHECK-LABEL: func.func @stores_an_iota_for_a_root
// CHECK: %[[I:.*]] = call @iota()
// CHECK: call @softmax(%[[I]])
func.func @stores_an_iota_for_a_root() -> tensor<2x3xf32> attributes {rt.entry} {
  %i = nn.iota {axis = 1 : i64} : tensor<2x3xf32>
  %s = nn.softmax %i {axis = 1 : i64} : (tensor<2x3xf32>) -> tensor<2x3xf32>
  return %s : tensor<2x3xf32>
}

// -----

// What nothing reads is gone.
// CHECK-LABEL: func.func @drops_unused
// CHECK-NEXT: call @unary(%arg0)
// CHECK-NEXT: return
func.func @drops_unused(%x: tensor<2x3xf32>) -> tensor<2x3xf32> attributes {rt.entry} {
  %w = nn.constant dense<[1.0, 2.0, 3.0]> : tensor<3xf32>
  %d = nn.binary add %x, %w : (tensor<2x3xf32>, tensor<3xf32>) -> tensor<2x3xf32>
  %s = nn.softmax %d {axis = 1 : i64} : (tensor<2x3xf32>) -> tensor<2x3xf32>
  %e = nn.unary exp %x : (tensor<2x3xf32>) -> tensor<2x3xf32>
  return %e : tensor<2x3xf32>
}

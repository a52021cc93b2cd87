// RUN: nn-opt %s --pass-pipeline='builtin.module(nnc-place-values,nnc-form-layers,nnc-plan-memory{alignment=4},nnc-verify-memory)' -split-input-file | FileCheck %s

// Inputs, constants and results are not in the arena; two equal constants are one part.
// CHECK: module attributes {rt.plan = {alignment = 4 : i64, alive = ["s"], arena_bytes = 36 : i64
// CHECK: rt.constants @constants alignment 16 offsets [0, 80] parts [dense_resource<w1> : tensor<2x9xf32>, dense_resource<w3> : tensor<3x9xf32>]
// CHECK: func.func @every_home(%[[X:.*]]: memref<18xf32> {nn.name = "x", nn.type = tensor<2x9xf32>{{[^}]*}}},
// CHECK-SAME: %[[R:.*]]: memref<18xf32> {nn.name = "y", nn.type = tensor<2x9xf32>{{[^}]*}}, rt.result}, %[[ARENA:.*]]: memref<36xi8>) attributes {rt.entry} {
// CHECK-DAG: %[[C0:.*]] = arith.constant 0 : index
// CHECK-DAG: %[[S:.*]] = memref.view %[[ARENA]][%[[C0]]][] : memref<36xi8> to memref<9xf32>
// CHECK-DAG: %[[W1:.*]] = rt.constant @constants[0] : memref<18xf32>
// CHECK-DAG: %[[W3:.*]] = rt.constant @constants[80] : memref<27xf32>
// CHECK: call @s_node(%[[X]], %[[W1]], %[[W1]], %[[W3]], %[[S]]) {rt.layer = "s_node", rt.nodes = ["s_node"],
// CHECK: call @y_node(%[[X]], %[[S]], %[[R]])
// CHECK: return
// CHECK: func.func private @s_node(%[[A0:.*]]: memref<18xf32>, %[[A1:.*]]: memref<18xf32>, %[[A2:.*]]: memref<18xf32>, %[[A3:.*]]: memref<27xf32>, %[[A4:.*]]: memref<9xf32> {rt.result})
// CHECK: %[[T0:.*]] = rt.tensor %[[A0]] : memref<18xf32> -> tensor<2x9xf32>
// CHECK: %[[Y:.*]] = nn.reduce
// CHECK: rt.store %[[Y]], %[[A4]] : tensor<9xf32>, memref<9xf32>
func.func @every_home(%x: tensor<2x9xf32> {nn.name = "x"}) -> (tensor<2x9xf32> {nn.name = "y"}) attributes {rt.entry} {
  %w1 = nn.constant dense_resource<w1> : tensor<2x9xf32>
  %w2 = nn.constant dense_resource<w2> : tensor<2x9xf32>
  %w3 = nn.constant dense_resource<w3> : tensor<3x9xf32>
  %t = nn.binary mul %x, %w1 : (tensor<2x9xf32>, tensor<2x9xf32>) -> tensor<2x9xf32>
  %u = nn.binary add %t, %w2 : (tensor<2x9xf32>, tensor<2x9xf32>) -> tensor<2x9xf32>
  %v = nn.slice %w3 {starts = array<i64: 2, 0>, steps = array<i64: -1, 1>} : (tensor<3x9xf32>) -> tensor<2x9xf32>
  %z = nn.binary add %u, %v : (tensor<2x9xf32>, tensor<2x9xf32>) -> tensor<2x9xf32>
  %s = nn.reduce sum %z {axes = array<i64: 0>} : (tensor<2x9xf32>) -> tensor<9xf32> loc("s"("s_node"("m.onnx":0:0)))
  %y = nn.binary add %x, %s : (tensor<2x9xf32>, tensor<9xf32>) -> tensor<2x9xf32> loc("y"("y_node"("m.onnx":0:0)))
  return %y : tensor<2x9xf32>
}
{-# dialect_resources: { builtin: {
  w1: "0x04000000000020C00000003F00006040000000BF000020400000C0BF0000C03F000020C00000003F00006040000000BF000020400000C0BF0000C03F000020C00000003F00006040000000BF",
  w2: "0x04000000000020C00000003F00006040000000BF000020400000C0BF0000C03F000020C00000003F00006040000000BF000020400000C0BF0000C03F000020C00000003F00006040000000BF",
  w3: "0x04000000000020C0000020400000003F0000C0BF000060400000C03F000000BF000020C0000020400000003F0000C0BF000060400000C03F000000BF000020C0000020400000003F0000C0BF000060400000C03F000000BF000020C0000020400000003F0000C0BF000060400000C03F"
} } #-}

// -----

// A softmax writes elsewhere; the tree after it writes onto its own operand: one pointer for both.
// CHECK: rt.plan = {{.*}}arena_bytes = 48 : i64
// CHECK: func.func @writes_in_place
// CHECK: call @binary(%[[A:.*]]) {
// CHECK-NEXT: call @softmax(%[[A]],
// CHECK: func.func private @binary(%[[A:.*]]: memref<6xf32> {rt.result})
// CHECK-NEXT: rt.tensor %[[A]]
// CHECK: rt.store %{{.*}}, %[[A]]
func.func @writes_in_place(%x: tensor<2x3xf32>) -> tensor<2x3xf32> attributes {rt.entry} {
  %s = nn.softmax %x {axis = 1 : i64} : (tensor<2x3xf32>) -> tensor<2x3xf32>
  %two = nn.constant dense<2.0> : tensor<f32>
  %t = nn.binary mul %s, %two : (tensor<2x3xf32>, tensor<f32>) -> tensor<2x3xf32>
  %u = nn.softmax %t {axis = 1 : i64} : (tensor<2x3xf32>) -> tensor<2x3xf32>
  %v = nn.softmax %u {axis = 1 : i64} : (tensor<2x3xf32>) -> tensor<2x3xf32>
  return %v : tensor<2x3xf32>
}

// -----

// The first call may write in place, the second may not, since its operand is read once more.
// CHECK: func.func @writes_in_place_sometimes
// CHECK: call @unary(%[[A:.*]], %[[A]]) {
// CHECK: call @unary(%[[B:.*]], %[[C:.*]]) {
// CHECK: func.func private @unary(%{{.*}}: memref<6xf32> {rt.may_alias}, %{{.*}}: memref<6xf32> {rt.result})
func.func @writes_in_place_sometimes(%x: tensor<2x3xf32>) -> tensor<2x3xf32> attributes {rt.entry} {
  %s = nn.softmax %x {axis = 1 : i64} : (tensor<2x3xf32>) -> tensor<2x3xf32>
  %t = nn.unary exp %s : (tensor<2x3xf32>) -> tensor<2x3xf32>
  %u = nn.softmax %t {axis = 1 : i64} : (tensor<2x3xf32>) -> tensor<2x3xf32>
  %v = nn.unary exp %u : (tensor<2x3xf32>) -> tensor<2x3xf32>
  %w = nn.softmax %v {axis = 1 : i64} : (tensor<2x3xf32>) -> tensor<2x3xf32>
  %y = nn.binary add %u, %w : (tensor<2x3xf32>, tensor<2x3xf32>) -> tensor<2x3xf32>
  return %y : tensor<2x3xf32>
}

// -----

// Never onto an input, a broadcast operand, a moved one, or elements of another size.
// CHECK: func.func @writes_elsewhere
// CHECK-DAG: call @neg(%arg0, %{{.*}}) {
// CHECK-DAG: call @sub(%{{.*}}, %{{.*}}, %{{.*}}) {
// CHECK-DAG: call @transpose(%{{.*}}, %{{.*}}) {
// CHECK-DAG: call @cast(%{{.*}}, %{{.*}}) {
// CHECK-NOT: rt.may_alias
func.func @writes_elsewhere(%x: tensor<3x3xf32>) -> tensor<3x3xf16> attributes {rt.entry} {
  %n = nn.unary neg %x : (tensor<3x3xf32>) -> tensor<3x3xf32> loc("neg")
  %s = nn.softmax %n {axis = 1 : i64} : (tensor<3x3xf32>) -> tensor<3x3xf32>
  %r = nn.reduce max %s {axes = array<i64: 0>} : (tensor<3x3xf32>) -> tensor<3xf32>
  %b = nn.binary sub %x, %r : (tensor<3x3xf32>, tensor<3xf32>) -> tensor<3x3xf32> loc("sub")
  %t = nn.softmax %b {axis = 1 : i64} : (tensor<3x3xf32>) -> tensor<3x3xf32>
  %m = nn.transpose %t {perm = array<i64: 1, 0>} : (tensor<3x3xf32>) -> tensor<3x3xf32> loc("transpose")
  %u = nn.softmax %m {axis = 1 : i64} : (tensor<3x3xf32>) -> tensor<3x3xf32>
  %c = nn.cast %u : (tensor<3x3xf32>) -> tensor<3x3xf16> loc("cast")
  %v = nn.softmax %c {axis = 1 : i64} : (tensor<3x3xf16>) -> tensor<3x3xf16>
  %w = nn.softmax %v {axis = 1 : i64} : (tensor<3x3xf16>) -> tensor<3x3xf16>
  return %w : tensor<3x3xf16>
}

// -----

// The operand dies, but a view of it is read at other places by the same layer.
// CHECK: func.func @a_view_of_it_is_read_too
// CHECK: call @binary(%[[A:.*]], %[[V:.*]], %[[R:.*]]) {
// CHECK: func.func private @binary(%{{.*}}: memref<4xf32>, %{{.*}}: memref<4xf32>, %{{.*}}: memref<4xf32> {rt.result})
func.func @a_view_of_it_is_read_too(%x: tensor<2x2xf32>) -> tensor<2x2xf32> attributes {rt.entry} {
  %s = nn.softmax %x {axis = 1 : i64} : (tensor<2x2xf32>) -> tensor<2x2xf32>
  %f = nn.reshape %s : (tensor<2x2xf32>) -> tensor<4xf32>
  %i = nn.constant dense<[[3, 2], [1, 0]]> : tensor<2x2xi64>
  %g = nn.gather %f, %i {axis = 0 : i64} : (tensor<4xf32>, tensor<2x2xi64>) -> tensor<2x2xf32>
  %y = nn.binary add %s, %g : (tensor<2x2xf32>, tensor<2x2xf32>) -> tensor<2x2xf32>
  %z = nn.softmax %y {axis = 1 : i64} : (tensor<2x2xf32>) -> tensor<2x2xf32>
  return %z : tensor<2x2xf32>
}

// -----

// The residual of a product dies with it: input, residual and result take two buffers.
// CHECK: rt.plan = {{.*}}arena_bytes = 128 : i64
// CHECK: func.func @residual_in_place
// CHECK: func.func private @conv(%{{.*}}: memref<16xf32>, %[[R:.*]]: memref<16xf32> {rt.result})
// CHECK: kernel.conv {{.*}} extra(%{{.*}})
func.func @residual_in_place(%x: tensor<1x4x2x2xf32>) -> tensor<1x4x2x2xf32> attributes {rt.entry} {
  %w = nn.constant dense<0.5> : tensor<16xf32>
  %a = nn.softmax %x {axis = 3 : i64} : (tensor<1x4x2x2xf32>) -> tensor<1x4x2x2xf32>
  %b = nn.softmax %a {axis = 3 : i64} : (tensor<1x4x2x2xf32>) -> tensor<1x4x2x2xf32>
  %c = kernel.conv %b, %w extra(%a) {kernel = array<i64: 1, 1>, strides = array<i64: 1, 1>, dilations = array<i64: 1, 1>, pads_begin = array<i64: 0, 0>, pads_end = array<i64: 0, 0>, group = 1 : i64, tile = #kernel.tile<rows = 1, columns = 4, vector = 4, lanes = 1>} : (tensor<1x4x2x2xf32>, tensor<16xf32>, tensor<1x4x2x2xf32>) -> tensor<1x4x2x2xf32> {
  ^bb0(%acc: f32, %r: f32):
    %s = arith.addf %acc, %r : f32
    kernel.yield %s : f32
  }
  %y = nn.softmax %c {axis = 3 : i64} : (tensor<1x4x2x2xf32>) -> tensor<1x4x2x2xf32>
  return %y : tensor<1x4x2x2xf32>
}

// -----

// Here the residual is the product's input as well, which is read around each element.
// CHECK: func.func @residual_is_the_input
// CHECK: func.func private @conv(%{{.*}}: memref<16xf32>, %{{.*}}: memref<16xf32> {rt.result})
// CHECK-NOT: rt.may_alias
func.func @residual_is_the_input(%x: tensor<1x4x2x2xf32>) -> tensor<1x4x2x2xf32> attributes {rt.entry} {
  %w = nn.constant dense<0.5> : tensor<16xf32>
  %a = nn.softmax %x {axis = 3 : i64} : (tensor<1x4x2x2xf32>) -> tensor<1x4x2x2xf32>
  %c = kernel.conv %a, %w extra(%a) {kernel = array<i64: 1, 1>, strides = array<i64: 1, 1>, dilations = array<i64: 1, 1>, pads_begin = array<i64: 0, 0>, pads_end = array<i64: 0, 0>, group = 1 : i64, tile = #kernel.tile<rows = 1, columns = 4, vector = 4, lanes = 1>} : (tensor<1x4x2x2xf32>, tensor<16xf32>, tensor<1x4x2x2xf32>) -> tensor<1x4x2x2xf32> {
  ^bb0(%acc: f32, %r: f32):
    %s = arith.addf %acc, %r : f32
    kernel.yield %s : f32
  }
  %y = nn.softmax %c {axis = 3 : i64} : (tensor<1x4x2x2xf32>) -> tensor<1x4x2x2xf32>
  return %y : tensor<1x4x2x2xf32>
}

// -----

// Parts that follow each other lie in the whole at fixed distances. Until the second one is computed, its place is free: the source
// of the first one lies there.
// CHECK: rt.plan = {{.*}}arena_bytes = 96 : i64, buffers = [
// CHECK-SAME: {bytes = 28 : i64, first = 0 : i64, holds = #rt.bytes<"source" + 0>, last = 1 : i64, name = "source", offset = 28 : i64}
// CHECK-SAME: {bytes = 28 : i64, first = 1 : i64, holds = #rt.bytes<"c" + 0>, last = 1 : i64, name = "b", offset = [[#AT:]] : i64}
// CHECK-SAME: {bytes = 20 : i64, first = 2 : i64, holds = #rt.bytes<"c" + 28>, last = 2 : i64, name = "a", offset = [[#AT + 28]] : i64}
// CHECK-SAME: {bytes = 48 : i64, first = 2 : i64, holds = #rt.bytes<"c" + 0>, last = 3 : i64, name = "c", offset = [[#AT]] : i64}
func.func @parts_of_a_whole(%x: tensor<7xf32>, %y: tensor<5xf32>) -> tensor<12xf32> attributes {rt.entry} {
  %p = nn.softmax %x {axis = 0 : i64} : (tensor<7xf32>) -> tensor<7xf32> loc("source")
  %b = nn.softmax %p {axis = 0 : i64} : (tensor<7xf32>) -> tensor<7xf32> loc("b")
  %a = nn.softmax %y {axis = 0 : i64} : (tensor<5xf32>) -> tensor<5xf32> loc("a")
  %c = nn.concat %b, %a {axis = 0 : i64} : (tensor<7xf32>, tensor<5xf32>) -> tensor<12xf32> loc("c")
  %d = nn.softmax %c {axis = 0 : i64} : (tensor<12xf32>) -> tensor<12xf32>
  %e = nn.softmax %d {axis = 0 : i64} : (tensor<12xf32>) -> tensor<12xf32>
  return %e : tensor<12xf32>
}

// -----

// Interleaved parts are one buffer from the first write to the last read.
// CHECK: rt.plan = {{.*}}buffers = [{bytes = 56 : i64, first = 0 : i64, holds = #rt.bytes<"c" + 0>, last = 2 : i64, name = "c", offset = {{.*}} : i64}, {bytes = 56
// CHECK: func.func @interleaved_parts
// CHECK: call @softmax(%arg0, %[[A:.*]]) {{.*}} (memref<6xf32>, memref<10xf32>)
// CHECK: call @softmax_0(%arg1, %[[B:.*]]) {{.*}} (memref<8xf32>, memref<11xf32>)
// CHECK: call @softmax_1(%[[C:.*]], %{{.*}}) {{.*}} (memref<14xf32>, memref<14xf32>)
func.func @interleaved_parts(%x: tensor<2x3xf32>, %y: tensor<2x4xf32>) -> tensor<2x7xf32> attributes {rt.entry} {
  %a = nn.softmax %x {axis = 1 : i64} : (tensor<2x3xf32>) -> tensor<2x3xf32>
  %b = nn.softmax %y {axis = 1 : i64} : (tensor<2x4xf32>) -> tensor<2x4xf32>
  %c = nn.concat %a, %b {axis = 1 : i64} : (tensor<2x3xf32>, tensor<2x4xf32>) -> tensor<2x7xf32> loc("c")
  %d = nn.softmax %c {axis = 1 : i64} : (tensor<2x7xf32>) -> tensor<2x7xf32>
  %e = nn.softmax %d {axis = 1 : i64} : (tensor<2x7xf32>) -> tensor<2x7xf32>
  return %e : tensor<2x7xf32>
}

// -----

// A concatenation that the model returns: its parts are written into the caller's buffer.
// CHECK: func.func @parts_of_a_result(%{{.*}}: memref<6xf32> {nn.type = tensor<2x3xf32>{{[^}]*}}}, %{{.*}}: memref<8xf32> {nn.type = tensor<2x4xf32>{{[^}]*}}}, %[[OUT:.*]]: memref<14xf32> {nn.type = tensor<2x7xf32>{{[^}]*}}, rt.result}, %{{.*}}: memref<0xi8>)
// CHECK-DAG: %[[A:.*]] = rt.part %[[OUT]][0] : memref<14xf32> -> memref<10xf32>
// CHECK-DAG: %[[B:.*]] = rt.part %[[OUT]][3] : memref<14xf32> -> memref<11xf32>
// CHECK: call @softmax(%{{.*}}, %[[A]])
// CHECK: call @softmax_0(%{{.*}}, %[[B]])
func.func @parts_of_a_result(%x: tensor<2x3xf32>, %y: tensor<2x4xf32>) -> tensor<2x7xf32> attributes {rt.entry} {
  %a = nn.softmax %x {axis = 1 : i64} : (tensor<2x3xf32>) -> tensor<2x3xf32>
  %b = nn.softmax %y {axis = 1 : i64} : (tensor<2x4xf32>) -> tensor<2x4xf32>
  %c = nn.concat %a, %b {axis = 1 : i64} : (tensor<2x3xf32>, tensor<2x4xf32>) -> tensor<2x7xf32>
  return %c : tensor<2x7xf32>
}

// -----

// Slices of an input and of a constant are parts of them.
// CHECK: func.func @slices(%[[X:.*]]: memref<12xf32>
// CHECK-DAG: rt.part %[[X]][4] : memref<12xf32> -> memref<4xf32>
// CHECK-DAG: %[[K:.*]] = rt.constant @constants[0] : memref<32xf32>
// CHECK-DAG: rt.part %[[K]][12] : memref<32xf32> -> memref<4xf32>
func.func @slices(%x: tensor<3x4xf32>) -> (tensor<1x4xf32>, tensor<1x4xf32>) attributes {rt.entry} {
  %k = nn.constant dense_resource<k> : tensor<8x4xf32>
  %a = nn.slice %x {starts = array<i64: 1, 0>, steps = array<i64: 1, 1>} : (tensor<3x4xf32>) -> tensor<1x4xf32>
  %b = nn.slice %k {starts = array<i64: 3, 0>, steps = array<i64: 1, 1>} : (tensor<8x4xf32>) -> tensor<1x4xf32>
  %c = nn.softmax %a {axis = 1 : i64} : (tensor<1x4xf32>) -> tensor<1x4xf32>
  %d = nn.softmax %b {axis = 1 : i64} : (tensor<1x4xf32>) -> tensor<1x4xf32>
  return %c, %d : tensor<1x4xf32>, tensor<1x4xf32>
}
{-# dialect_resources: { builtin: { k: "0x040000000000803F000000400000404000008040000080400000A0400000803F0000004000004040" } } #-}

// -----

// A slice outlives its source: the rest of the source's bytes is free.
// CHECK: rt.plan = {{.*}}{bytes = 4096 : i64, first = 0 : i64, holds = #rt.bytes<"big" + 0>, last = 1 : i64, name = "big"
// CHECK-SAME: {bytes = 16 : i64, first = 0 : i64, holds = #rt.bytes<"big" + 1600>, last = 3 : i64, name = "slice", offset = 1600 : i64}
func.func @slice_outlives_its_source(%x: tensor<256x4xf32>) -> tensor<1x4xf32> attributes {rt.entry} {
  %i = nn.constant dense<[[3, 1, 0, 2]]> : tensor<1x4xi64>
  %big = nn.softmax %x {axis = 1 : i64} : (tensor<256x4xf32>) -> tensor<256x4xf32> loc("big")
  %a = nn.slice %big {starts = array<i64: 100, 0>, steps = array<i64: 1, 1>} : (tensor<256x4xf32>) -> tensor<1x4xf32> loc("slice")
  %r = nn.reduce max %big {axes = array<i64: 0>, keep_dims} : (tensor<256x4xf32>) -> tensor<1x4xf32>
  %s = nn.softmax %r {axis = 1 : i64} : (tensor<1x4xf32>) -> tensor<1x4xf32>
  %t = nn.scatter_elements add %s, %i, %a {axis = 1 : i64} : (tensor<1x4xf32>, tensor<1x4xi64>, tensor<1x4xf32>) -> tensor<1x4xf32>
  return %t : tensor<1x4xf32>
}

// -----

// Booleans take a byte, unsigned integers keep their width; a result that nobody reads has a place too.
// CHECK: func.func @element_types(%{{.*}}: memref<6xi8> {nn.type = tensor<6xui8>{{[^}]*}}}, %{{.*}}: memref<6xi8> {nn.type = tensor<6xi1>{{[^}]*}}, rt.result}, %{{.*}}: memref<0xi8>)
func.func @element_types(%x: tensor<6xui8>) -> tensor<6xi1> attributes {rt.entry} {
  %k = nn.constant dense<3> : tensor<ui8>
  %b = nn.compare less %x, %k : (tensor<6xui8>, tensor<ui8>) -> tensor<6xi1>
  return %b : tensor<6xi1>
}

// -----

// Scratch comes last and lives for one step.
// CHECK: rt.plan = {{.*}}{bytes = 12 : i64, first = 0 : i64, holds = #rt.bytes<"s:scratch" + 0>, last = 0 : i64, name = "s:scratch"
// CHECK: func.func private @s(%{{.*}}: memref<6xf32>, %{{.*}}: memref<6xf32> {rt.result}, %{{.*}}: memref<3xf32> {rt.scratch}, %{{.*}}: memref<3xf32> {rt.scratch})
// CHECK-NOT: rt.scratch :
func.func @scratch(%x: tensor<2x3xf32>) -> tensor<2x3xf32> attributes {rt.entry} {
  %s = nn.softmax %x {axis = 0 : i64} : (tensor<2x3xf32>) -> tensor<2x3xf32> loc("s")
  return %s : tensor<2x3xf32>
}

// -----

// A model that returns its input.
// CHECK: func.func @copy(%[[X:.*]]: memref<6xf32> {{.*}}, %[[Y:.*]]: memref<6xf32> {{.*}}rt.result}, %{{.*}}: memref<0xi8>)
// CHECK-NEXT: call @transpose(%[[X]], %[[Y]])
func.func @copy(%x: tensor<2x3xf32>) -> tensor<2x3xf32> attributes {rt.entry} {
  return %x : tensor<2x3xf32>
}

// Inputs and results have places in the arena; the pointers stay in the signature.
// RUN: nn-opt %s --pass-pipeline='builtin.module(nnc-place-values,nnc-form-layers,nnc-plan-memory{io-in-arena=true alignment=4},nnc-verify-memory)' -split-input-file | FileCheck %s

// The second input waits for the second step; the first one's bytes are overwritten by the result.
// CHECK: rt.plan = {{.*}}arena_bytes = 72 : i64
// CHECK: func.func @main(%{{.*}}: memref<6xf32> {nn.arena_offset = [[#X:]] : i64, nn.name = "x", nn.type = tensor<2x3xf32>{{[^}]*}}},
// CHECK-SAME: %{{.*}}: memref<6xf32> {nn.arena_offset = [[#Y:]] : i64, nn.name = "y", nn.type = tensor<2x3xf32>{{[^}]*}}},
// CHECK-SAME: %{{.*}}: memref<6xf32> {nn.arena_offset = [[#Z:]] : i64, nn.name = "z", nn.type = tensor<2x3xf32>{{[^}]*}}, rt.result}, %[[ARENA:.*]]: memref<72xi8>)
// CHECK-NOT: %arg0
// CHECK: return
func.func @main(%x: tensor<2x3xf32> {nn.name = "x"}, %y: tensor<2x3xf32> {nn.name = "y"}) -> (tensor<2x3xf32> {nn.name = "z"}) attributes {rt.entry} {
  %s = nn.softmax %x {axis = 1 : i64} : (tensor<2x3xf32>) -> tensor<2x3xf32>
  %z = nn.binary add %s, %y : (tensor<2x3xf32>, tensor<2x3xf32>) -> tensor<2x3xf32>
  return %z : tensor<2x3xf32>
}

// -----

// A chain on one input: everything happens in place.
// CHECK: rt.plan = {{.*}}arena_bytes = 24 : i64
// CHECK: func.func @in_place(%{{.*}}: memref<6xf32> {nn.arena_offset = 0 : i64, nn.type = tensor<2x3xf32>{{[^}]*}}}, %{{.*}}: memref<6xf32> {nn.arena_offset = 0 : i64, nn.type = tensor<2x3xf32>{{[^}]*}}, rt.result}
func.func @in_place(%x: tensor<2x3xf32>) -> tensor<2x3xf32> attributes {rt.entry} {
  %s = nn.unary exp %x : (tensor<2x3xf32>) -> tensor<2x3xf32>
  return %s : tensor<2x3xf32>
}

// -----

// The last call reads a result: it may not write onto it.
// CHECK: rt.plan = {{.*}}arena_bytes = 48 : i64
// CHECK: func.func @reads_a_result(
// CHECK-SAME: nn.arena_offset = [[#A:]] : i64, nn.type = tensor<2x3xf32>{{[^}]*}}, rt.result}
// CHECK-SAME: nn.arena_offset = [[#sub(24, A)]] : i64, nn.type = tensor<2x3xf32>{{[^}]*}}, rt.result}
func.func @reads_a_result(%x: tensor<2x3xf32>) -> (tensor<2x3xf32>, tensor<2x3xf32>) attributes {rt.entry} {
  %s = nn.softmax %x {axis = 1 : i64} : (tensor<2x3xf32>) -> tensor<2x3xf32>
  %t = nn.unary exp %s : (tensor<2x3xf32>) -> tensor<2x3xf32>
  return %s, %t : tensor<2x3xf32>, tensor<2x3xf32>
}

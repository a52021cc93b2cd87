// RUN: not nn-opt %s --pass-pipeline='builtin.module(nnc-plan-memory{alignment=12})' 2>&1 | FileCheck %s --check-prefix=ARENA
// RUN: not nn-opt %s --pass-pipeline='builtin.module(nnc-plan-memory{constant-alignment=0})' 2>&1 | FileCheck %s --check-prefix=CONSTANTS
// RUN: nn-opt %s --pass-pipeline='builtin.module(nnc-place-values,nnc-form-layers,nnc-plan-memory{alignment=64 constant-alignment=128},nnc-verify-memory)' | FileCheck %s

// ARENA: error: option alignment is 12, expected a power of two
// CONSTANTS: error: option constant-alignment is 0, expected a power of two
// CHECK: rt.plan = {alignment = 64 : i64, {{.*}}arena_bytes = 200 : i64
// CHECK: rt.constants @constants alignment 128 offsets [0, 256]
func.func @main(%x: tensor<2x3xf32>) -> tensor<2x3xf32> attributes {rt.entry} {
  %a = nn.constant dense_resource<a> : tensor<17x3xf32>
  %b = nn.constant dense_resource<b> : tensor<17x3xf32>
  %p = nn.softmax %x {axis = 1 : i64} : (tensor<2x3xf32>) -> tensor<2x3xf32>
  %q = nn.softmax %p {axis = 1 : i64} : (tensor<2x3xf32>) -> tensor<2x3xf32>
  %m = nn.matmul %q, %a {transpose_rhs} : (tensor<2x3xf32>, tensor<17x3xf32>) -> tensor<2x17xf32>
  %n = nn.matmul %m, %b : (tensor<2x17xf32>, tensor<17x3xf32>) -> tensor<2x3xf32>
  return %n : tensor<2x3xf32>
}
{-# dialect_resources: { builtin: { a: "0x04000000000020C00000003F00006040000000BF000020400000C0BF0000C03F000020C00000003F00006040000000BF000020400000C0BF0000C03F000020C00000003F00006040000000BF000020400000C0BF0000C03F000020C00000003F00006040000000BF000020400000C0BF0000C03F000020C00000003F00006040000000BF000020400000C0BF0000C03F000020C00000003F00006040000000BF000020400000C0BF0000C03F000020C00000003F00006040000000BF000020400000C0BF0000C03F000020C00000003F", b: "0x04000000000020C0000000BF0000C03F000060400000C0BF0000003F00002040000020C0000000BF0000C03F000060400000C0BF0000003F00002040000020C0000000BF0000C03F000060400000C0BF0000003F00002040000020C0000000BF0000C03F000060400000C0BF0000003F00002040000020C0000000BF0000C03F000060400000C0BF0000003F00002040000020C0000000BF0000C03F000060400000C0BF0000003F00002040000020C0000000BF0000C03F000060400000C0BF0000003F00002040000020C0000000BF" } } #-}

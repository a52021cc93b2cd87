// The graph phase as nn-compile runs it: constants evaluated, equal operators shared, unread ones removed.
// RUN: nn-compile %s --target=x86-64-v3 --compile-to=graph --emit=mlir -o - | FileCheck %s
// RUN: nn-compile %s --target=x86-64-v3 -O0 --compile-to=graph --emit=mlir -o - | FileCheck %s --check-prefix=AS-IS

// AS-IS-COUNT-2: nn.unary tanh
// AS-IS: nn.transpose

// CHECK-LABEL: @main
// CHECK-NEXT: %[[C:.*]] = nn.constant dense<{{\[\[}}1.000000e+00, 3.000000e+00], [2.000000e+00, 4.000000e+00]]>
// CHECK-NEXT: %[[T:.*]] = nn.unary tanh %{{.*}} :
// CHECK-NEXT: %[[M:.*]] = nn.binary mul %[[T]], %[[C]]
// CHECK-NEXT: %[[S:.*]] = nn.binary add %[[M]], %[[T]]
// CHECK-NEXT: return %[[S]]
func.func @main(%x: tensor<2x2xf32> {nn.name = "x"}) -> (tensor<2x2xf32> {nn.name = "y"}) attributes {rt.entry} {
  %w = nn.constant dense<[[1.0, 2.0], [3.0, 4.0]]> : tensor<2x2xf32>
  %a = nn.unary tanh %x : (tensor<2x2xf32>) -> tensor<2x2xf32>
  %b = nn.unary tanh %x : (tensor<2x2xf32>) -> tensor<2x2xf32>
  %unread = nn.unary exp %a : (tensor<2x2xf32>) -> tensor<2x2xf32>
  %t = nn.transpose %w {perm = array<i64: 1, 0>} : (tensor<2x2xf32>) -> tensor<2x2xf32>
  %m = nn.binary mul %a, %t : (tensor<2x2xf32>, tensor<2x2xf32>) -> tensor<2x2xf32>
  %s = nn.binary add %m, %b : (tensor<2x2xf32>, tensor<2x2xf32>) -> tensor<2x2xf32>
  return %s : tensor<2x2xf32>
}

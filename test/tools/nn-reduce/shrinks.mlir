// nn-reduce drops what the interesting property does not need: here everything but the softmax.
// RUN: nn-reduce %s -reduction-tree='traversal-mode=0 test=%S/has-softmax.sh' | FileCheck %s
// CHECK: nn.softmax
// CHECK-NOT: nn.unary exp
func.func @keep(%x: tensor<2x5xf32>) -> tensor<2x5xf32> {
  %0 = nn.softmax %x {axis = 1 : i64} : (tensor<2x5xf32>) -> tensor<2x5xf32>
  return %0 : tensor<2x5xf32>
}
func.func @drop(%x: tensor<3x7xf32>) -> tensor<3x7xf32> {
  %0 = nn.unary exp %x : (tensor<3x7xf32>) -> tensor<3x7xf32>
  return %0 : tensor<3x7xf32>
}

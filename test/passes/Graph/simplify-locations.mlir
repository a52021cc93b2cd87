// RUN: nn-opt %s -nnc-simplify -mlir-print-debuginfo -mlir-print-local-scope | FileCheck %s
// A moved operator keeps the name of its node; the tensor's name belongs to the value that is the tensor.

// CHECK-LABEL: @names_of_moved_operator
// CHECK: nn.unary relu %arg0 {{.*}} loc("relu_node"("model.onnx":1:1))
// CHECK: nn.transpose {{.*}} loc("relu_tensor"("relu_node"("model.onnx":1:1)))
func.func @names_of_moved_operator(%x: tensor<3x5x7xf32>) -> tensor<7x3x5xf32> {
  %0 = nn.transpose %x {perm = array<i64: 2, 0, 1>} : (tensor<3x5x7xf32>) -> tensor<7x3x5xf32> loc("t_tensor"("t_node"("model.onnx":1:1)))
  %1 = nn.unary relu %0 : (tensor<7x3x5xf32>) -> tensor<7x3x5xf32> loc("relu_tensor"("relu_node"("model.onnx":1:1)))
  return %1 : tensor<7x3x5xf32>
}

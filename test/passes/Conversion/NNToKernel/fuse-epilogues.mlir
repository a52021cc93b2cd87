// RUN: nn-opt %s -pass-pipeline='builtin.module(nnc-convert-nn-to-kernel{vector=8 registers=16},func.func(nnc-fuse-epilogues))' | FileCheck %s

// The residual sum and the activation run on the register tile.
// CHECK-LABEL: @fuses_residual_and_activation
// CHECK: kernel.conv %{{.*}}, %{{.*}} extra(%{{.*}})
// CHECK: arith.addf
// CHECK: kernel.yield
// CHECK-NOT: nn.
func.func @fuses_residual_and_activation(%x: tensor<1x3x7x5xf32>, %r: tensor<1x3x7x5xf32>) -> tensor<1x3x7x5xf32> attributes {rt.entry} {
  %w = nn.constant dense<[[[[1.0]], [[2.0]], [[3.0]]], [[[4.0]], [[5.0]], [[6.0]]], [[[7.0]], [[8.0]], [[9.0]]]]> : tensor<3x3x1x1xf32>
  %0 = nn.conv %x, %w {strides = array<i64: 1, 1>, dilations = array<i64: 1, 1>, pads_begin = array<i64: 0, 0>, pads_end = array<i64: 0, 0>} : (tensor<1x3x7x5xf32>, tensor<3x3x1x1xf32>) -> tensor<1x3x7x5xf32>
  %1 = nn.binary add %0, %r : (tensor<1x3x7x5xf32>, tensor<1x3x7x5xf32>) -> tensor<1x3x7x5xf32>
  %2 = nn.unary relu %1 : (tensor<1x3x7x5xf32>) -> tensor<1x3x7x5xf32>
  return %2 : tensor<1x3x7x5xf32>
}

// A product that is also returned stays visible: its value is needed without the activation.
// CHECK-LABEL: @keeps_product_with_other_user
// CHECK: %[[P:.*]] = kernel.matmul
// CHECK: %[[R:.*]] = nn.unary relu %[[P]]
// CHECK: return %[[P]], %[[R]]
func.func @keeps_product_with_other_user(%a: tensor<5x2xf32>) -> (tensor<5x3xf32>, tensor<5x3xf32>) {
  %w = nn.constant dense<[[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]> : tensor<2x3xf32>
  %0 = nn.matmul %a, %w : (tensor<5x2xf32>, tensor<2x3xf32>) -> tensor<5x3xf32>
  %1 = nn.unary relu %0 : (tensor<5x3xf32>) -> tensor<5x3xf32>
  return %0, %1 : tensor<5x3xf32>, tensor<5x3xf32>
}

// The product is read three times, but the last product of the three alone is left.
// CHECK-LABEL: @fuses_an_activation_that_is_written_out
// CHECK: kernel.matmul %arg0, %{{.*}} extra(%arg1) {
// CHECK-NEXT: ^bb0(%[[SUM:.*]]: f32, %[[T:.*]]: f32):
// CHECK: %[[A:.*]] = arith.addf %[[SUM]], %[[T]]
// CHECK: %[[B:.*]] = arith.mulf %[[A]], %[[SUM]]
// CHECK: %[[C:.*]] = arith.mulf %[[B]], %[[T]]
// CHECK: kernel.yield %[[C]]
// CHECK-NOT: nn.
func.func @fuses_an_activation_that_is_written_out(%a: tensor<5x2xf32>, %t: tensor<5x3xf32>) -> tensor<5x3xf32> {
  %w = nn.constant dense<[[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]> : tensor<2x3xf32>
  %0 = nn.matmul %a, %w : (tensor<5x2xf32>, tensor<2x3xf32>) -> tensor<5x3xf32>
  %1 = nn.binary add %0, %t : (tensor<5x3xf32>, tensor<5x3xf32>) -> tensor<5x3xf32>
  %2 = nn.binary mul %1, %0 : (tensor<5x3xf32>, tensor<5x3xf32>) -> tensor<5x3xf32>
  %3 = nn.binary mul %2, %t : (tensor<5x3xf32>, tensor<5x3xf32>) -> tensor<5x3xf32>
  return %3 : tensor<5x3xf32>
}

// The sum is needed by something that is no elementwise operator.
// CHECK-LABEL: @keeps_what_a_reduction_reads
// CHECK: %[[P:.*]] = kernel.matmul
// CHECK: nn.reduce max %[[P]]
// CHECK: nn.binary sub %[[P]]
func.func @keeps_what_a_reduction_reads(%a: tensor<5x2xf32>) -> tensor<5x3xf32> {
  %w = nn.constant dense<[[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]> : tensor<2x3xf32>
  %0 = nn.matmul %a, %w : (tensor<5x2xf32>, tensor<2x3xf32>) -> tensor<5x3xf32>
  %1 = nn.reduce max %0 {axes = array<i64: 1>, keep_dims} : (tensor<5x3xf32>) -> tensor<5x1xf32>
  %2 = nn.binary sub %0, %1 : (tensor<5x3xf32>, tensor<5x1xf32>) -> tensor<5x3xf32>
  return %2 : tensor<5x3xf32>
}

// The residual of 8 bits is widened and scaled in the epilogue; memory holds 8 bits.
// CHECK-LABEL: @reads_a_residual_of_8_bits
// CHECK: kernel.matmul %{{.*}} extra(%arg1) {{.*}}, tensor<5x3xi8>) -> tensor<5x3xi32>
// CHECK-NEXT: ^bb0(%[[SUM:.*]]: i32, %[[R:.*]]: i8):
// CHECK: %[[WIDE:.*]] = arith.extsi %[[R]] : i8 to i32
// CHECK: %[[SCALED:.*]] = arith.muli %[[WIDE]], %{{.*}} : i32
// CHECK: arith.addi %[[SUM]], %[[SCALED]] : i32
func.func @reads_a_residual_of_8_bits(%a: tensor<5x2xi8>, %r: tensor<5x3xi8>) -> tensor<5x3xi32> {
  %w = nn.constant dense<[[1, 2, 3], [4, 5, 6]]> : tensor<2x3xi8>
  %c = nn.constant dense<1000> : tensor<i32>
  %0 = nn.matmul %a, %w : (tensor<5x2xi8>, tensor<2x3xi8>) -> tensor<5x3xi32>
  %1 = nn.cast %r : (tensor<5x3xi8>) -> tensor<5x3xi32>
  %2 = nn.binary mul %1, %c : (tensor<5x3xi32>, tensor<i32>) -> tensor<5x3xi32>
  %3 = nn.binary add %0, %2 : (tensor<5x3xi32>, tensor<5x3xi32>) -> tensor<5x3xi32>
  return %3 : tensor<5x3xi32>
}

// A residual whose sums were computed in 32 bits is as large as what it is computed from.
// CHECK-LABEL: @keeps_a_residual_of_32_bits
// CHECK: %[[SCALED:.*]] = nn.binary mul %arg1
// CHECK: kernel.matmul %{{.*}} extra(%[[SCALED]])
func.func @keeps_a_residual_of_32_bits(%a: tensor<5x2xi8>, %r: tensor<5x3xi32>) -> tensor<5x3xi32> {
  %w = nn.constant dense<[[1, 2, 3], [4, 5, 6]]> : tensor<2x3xi8>
  %c = nn.constant dense<1000> : tensor<i32>
  %0 = nn.matmul %a, %w : (tensor<5x2xi8>, tensor<2x3xi8>) -> tensor<5x3xi32>
  %1 = nn.binary mul %r, %c : (tensor<5x3xi32>, tensor<i32>) -> tensor<5x3xi32>
  %2 = nn.binary add %0, %1 : (tensor<5x3xi32>, tensor<5x3xi32>) -> tensor<5x3xi32>
  return %2 : tensor<5x3xi32>
}

// The sum reads 8 bits and widens them itself.
// CHECK-LABEL: @keeps_8_bits_for_a_sum
// CHECK: %[[P:.*]] = kernel.matmul {{.*}} -> tensor<5x3xi8>
// CHECK: %[[WIDE:.*]] = nn.cast %[[P]]
// CHECK: nn.reduce sum %[[WIDE]]
func.func @keeps_8_bits_for_a_sum(%a: tensor<5x2xi8>) -> tensor<5x1xi32> {
  %w = nn.constant dense<[[1, 2, 3], [4, 5, 6]]> : tensor<2x3xi8>
  %0 = nn.matmul %a, %w : (tensor<5x2xi8>, tensor<2x3xi8>) -> tensor<5x3xi32>
  %1 = nn.cast %0 {saturate} : (tensor<5x3xi32>) -> tensor<5x3xi8>
  %2 = nn.cast %1 : (tensor<5x3xi8>) -> tensor<5x3xi32>
  %3 = nn.reduce sum %2 {axes = array<i64: 1>, keep_dims} : (tensor<5x3xi32>) -> tensor<5x1xi32>
  return %3 : tensor<5x1xi32>
}

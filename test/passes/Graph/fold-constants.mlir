// RUN: nn-opt %s -split-input-file -pass-pipeline='builtin.module(func.func(nnc-fold-constants))' | FileCheck %s
// COMPARE: --tolerance=0 --specials

// CHECK-LABEL: @folds_chain_in_one_walk
// CHECK-NEXT: %[[C:.*]] = nn.constant dense<{{\[\[}}-1.000000e+00, -4.000000e+00], [-2.000000e+00, -5.000000e+00], [-3.000000e+00, -6.000000e+00]]> : tensor<3x2xf32>
// CHECK-NEXT: nn.binary mul %{{.*}}, %[[C]]
// CHECK-NEXT: return
func.func @folds_chain_in_one_walk(%x: tensor<3x2xf32>) -> tensor<3x2xf32> {
  %w = nn.constant dense<[[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]> : tensor<2x3xf32>
  %0 = nn.transpose %w {perm = array<i64: 1, 0>} : (tensor<2x3xf32>) -> tensor<3x2xf32>
  %1 = nn.unary neg %0 : (tensor<3x2xf32>) -> tensor<3x2xf32>
  %2 = nn.binary mul %x, %1 : (tensor<3x2xf32>, tensor<3x2xf32>) -> tensor<3x2xf32>
  return %2 : tensor<3x2xf32>
}

// -----

// One element is computed, however many there are: 10^12 here.
// CHECK-LABEL: @keeps_splat_a_splat
// CHECK: %[[C:.*]] = nn.constant dense<6.000000e+00> : tensor<2x3xf32>
// CHECK-NEXT: nn.binary add %{{.*}}, %[[C]]
func.func @keeps_splat_a_splat(%x: tensor<2x3xf32>) -> tensor<2x3xf32> {
  %a = nn.constant dense<2.0> : tensor<1000000x1000000xf32>
  %b = nn.constant dense<3.0> : tensor<1000000xf32>
  %0 = nn.binary mul %a, %b : (tensor<1000000x1000000xf32>, tensor<1000000xf32>) -> tensor<1000000x1000000xf32>
  %1 = nn.slice %0 {starts = array<i64: 1, 2>, steps = array<i64: 1, 1>} : (tensor<1000000x1000000xf32>) -> tensor<2x3xf32>
  %2 = nn.binary add %x, %1 : (tensor<2x3xf32>, tensor<2x3xf32>) -> tensor<2x3xf32>
  return %2 : tensor<2x3xf32>
}

// -----

// Equal elements are a splat, also where the operands are none.
// CHECK-LABEL: @finds_splat
// CHECK: nn.constant dense<0.000000e+00> : tensor<3xf32>
func.func @finds_splat(%x: tensor<3xf32>) -> tensor<3xf32> {
  %a = nn.constant dense<[1.0, 2.0, 4.0]> : tensor<3xf32>
  %0 = nn.binary sub %a, %a : (tensor<3xf32>, tensor<3xf32>) -> tensor<3xf32>
  %1 = nn.binary max %x, %0 : (tensor<3xf32>, tensor<3xf32>) -> tensor<3xf32>
  return %1 : tensor<3xf32>
}

// -----

// 3·7·1000 numbers of 4 bytes are more than 65536 and than the constants they come from.
// CHECK-LABEL: @keeps_small_constants_small
// CHECK: nn.binary mul
// CHECK: nn.binary add
func.func @keeps_small_constants_small(%x: tensor<3x7x1000xf32>) -> tensor<3x7x1000xf32> {
  %a = nn.constant dense<[[[1.0], [2.0], [3.0], [4.0], [5.0], [6.0], [7.0]], [[8.0], [9.0], [10.0], [11.0], [12.0], [13.0], [14.0]], [[15.0], [16.0], [17.0], [18.0], [19.0], [20.0], [21.0]]]> : tensor<3x7x1xf32>
  %b = nn.constant dense<2.0> : tensor<1000xf32>
  %0 = nn.binary mul %a, %b : (tensor<3x7x1xf32>, tensor<1000xf32>) -> tensor<3x7x1000xf32>
  %1 = nn.binary add %x, %0 : (tensor<3x7x1000xf32>, tensor<3x7x1000xf32>) -> tensor<3x7x1000xf32>
  return %1 : tensor<3x7x1000xf32>
}

// -----

// Index arithmetic takes no space: it stays where it is read as it is.
// CHECK-LABEL: @keeps_iota_and_broadcast
// CHECK: %[[I:.*]] = nn.iota
// CHECK: %[[B:.*]] = nn.broadcast
// CHECK: nn.binary add %{{.*}}, %[[I]]
// CHECK: nn.binary mul %{{.*}}, %[[B]]
func.func @keeps_iota_and_broadcast(%x: tensor<5x3xf32>) -> tensor<5x3xf32> {
  %i = nn.iota {axis = 0 : i64} : tensor<5x3xf32>
  %c = nn.constant dense<[1.0, 2.0, 3.0]> : tensor<3xf32>
  %b = nn.broadcast %c : (tensor<3xf32>) -> tensor<5x3xf32>
  %0 = nn.binary add %x, %i : (tensor<5x3xf32>, tensor<5x3xf32>) -> tensor<5x3xf32>
  %1 = nn.binary mul %0, %b : (tensor<5x3xf32>, tensor<5x3xf32>) -> tensor<5x3xf32>
  return %1 : tensor<5x3xf32>
}

// -----

// But a table that is computed from an iota is a constant: 2·i + c.
// CHECK-LABEL: @folds_reader_of_iota_and_broadcast
// CHECK: nn.constant dense<{{\[\[}}1.000000e+00, 2.000000e+00, 3.000000e+00], [3.000000e+00, 4.000000e+00, 5.000000e+00]]> : tensor<2x3xf32>
// CHECK-NOT: nn.binary mul
// CHECK: nn.binary add
// CHECK-NEXT: return
func.func @folds_reader_of_iota_and_broadcast(%x: tensor<2x3xf32>) -> tensor<2x3xf32> {
  %i = nn.iota {axis = 0 : i64} : tensor<2x3xf32>
  %two = nn.constant dense<2.0> : tensor<f32>
  %0 = nn.binary mul %i, %two : (tensor<2x3xf32>, tensor<f32>) -> tensor<2x3xf32>
  %c = nn.constant dense<[1.0, 2.0, 3.0]> : tensor<3xf32>
  %b = nn.broadcast %c : (tensor<3xf32>) -> tensor<2x3xf32>
  %1 = nn.binary add %0, %b : (tensor<2x3xf32>, tensor<2x3xf32>) -> tensor<2x3xf32>
  %2 = nn.binary add %x, %1 : (tensor<2x3xf32>, tensor<2x3xf32>) -> tensor<2x3xf32>
  return %2 : tensor<2x3xf32>
}

// -----

// Both results of one operator; integers and booleans.
// CHECK-LABEL: @folds_several_results_and_types
// CHECK-DAG: nn.constant dense<[5, 3]> : tensor<2xi32>
// CHECK-DAG: nn.constant dense<[2, 0]> : tensor<2xi64>
// CHECK-DAG: nn.constant dense<[true, false]> : tensor<2xi1>
// CHECK-NOT: nn.top_k
// CHECK-NOT: nn.compare
func.func @folds_several_results_and_types() -> (tensor<2xi32>, tensor<2xi64>, tensor<2xi1>) {
  %a = nn.constant dense<[3, -1, 5]> : tensor<3xi32>
  %four = nn.constant dense<4> : tensor<i32>
  %v, %i = nn.top_k %a {k = 2 : i64, axis = 0 : i64, largest} : (tensor<3xi32>) -> (tensor<2xi32>, tensor<2xi64>)
  %g = nn.compare greater %v, %four : (tensor<2xi32>, tensor<i32>) -> tensor<2xi1>
  return %v, %i, %g : tensor<2xi32>, tensor<2xi64>, tensor<2xi1>
}

// -----

// One operand is not constant.
// CHECK-LABEL: @keeps_computed_operand
// CHECK: nn.concat
func.func @keeps_computed_operand(%x: tensor<2x1xf32>) -> tensor<2x2xf32> {
  %a = nn.constant dense<[[1.0], [2.0]]> : tensor<2x1xf32>
  %0 = nn.concat %a, %x {axis = 1 : i64} : (tensor<2x1xf32>, tensor<2x1xf32>) -> tensor<2x2xf32>
  return %0 : tensor<2x2xf32>
}

// -----

// An operand with another user stays for it.
// CHECK-LABEL: @keeps_constant_with_other_user
// CHECK-DAG: nn.constant dense<[1.000000e+00, 2.000000e+00]>
// CHECK-DAG: nn.constant dense<[2.000000e+00, 1.000000e+00]>
func.func @keeps_constant_with_other_user() -> (tensor<2xf32>, tensor<2xf32>) {
  %a = nn.constant dense<[1.0, 2.0]> : tensor<2xf32>
  %0 = nn.slice %a {starts = array<i64: 1>, steps = array<i64: -1>} : (tensor<2xf32>) -> tensor<2xf32>
  return %a, %0 : tensor<2xf32>, tensor<2xf32>
}

// -----

// Empty tensors have no element to compute.
// CHECK-LABEL: @folds_empty_tensor
// CHECK: nn.constant dense<> : tensor<0x3xf32>
func.func @folds_empty_tensor() -> tensor<0x3xf32> {
  %a = nn.constant dense<[[1.0, 2.0, 3.0]]> : tensor<1x3xf32>
  %e = nn.constant dense<> : tensor<0x3xf32>
  %0 = nn.binary add %a, %e : (tensor<1x3xf32>, tensor<0x3xf32>) -> tensor<0x3xf32>
  return %0 : tensor<0x3xf32>
}

// -----

// The kernel of the product makes real numbers of bytes as it reads them.
// CHECK-LABEL: @keeps_bytes_that_a_product_reads
// CHECK: nn.cast
func.func @keeps_bytes_that_a_product_reads(%x: tensor<2x3xf32>) -> tensor<2x2xf32> {
  %c = nn.constant dense<[[1, -2], [3, 4], [5, 6]]> : tensor<3x2xi8>
  %w = nn.cast %c : (tensor<3x2xi8>) -> tensor<3x2xf32>
  %0 = nn.matmul %x, %w : (tensor<2x3xf32>, tensor<3x2xf32>) -> tensor<2x2xf32>
  return %0 : tensor<2x2xf32>
}

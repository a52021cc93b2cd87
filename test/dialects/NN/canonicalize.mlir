// RUN: nn-opt %s -split-input-file -pass-pipeline='builtin.module(canonicalize)' | FileCheck %s
// COMPARE: --tolerance=0 --specials

// CHECK-LABEL: @cancels_transposes
// CHECK-NEXT: return %arg0
func.func @cancels_transposes(%x: tensor<2x3x5xf32>) -> tensor<2x3x5xf32> {
  %0 = nn.transpose %x {perm = array<i64: 1, 2, 0>} : (tensor<2x3x5xf32>) -> tensor<3x5x2xf32>
  %1 = nn.transpose %0 {perm = array<i64: 2, 0, 1>} : (tensor<3x5x2xf32>) -> tensor<2x3x5xf32>
  return %1 : tensor<2x3x5xf32>
}

// -----

// CHECK-LABEL: @composes_transposes
// CHECK-NEXT: nn.transpose %arg0 {perm = array<i64: 2, 0, 1>} : (tensor<2x3x5xf32>) -> tensor<5x2x3xf32>
// CHECK-NEXT: return
func.func @composes_transposes(%x: tensor<2x3x5xf32>) -> tensor<5x2x3xf32> {
  %0 = nn.transpose %x {perm = array<i64: 1, 2, 0>} : (tensor<2x3x5xf32>) -> tensor<3x5x2xf32>
  %1 = nn.transpose %0 {perm = array<i64: 1, 2, 0>} : (tensor<3x5x2xf32>) -> tensor<5x2x3xf32>
  return %1 : tensor<5x2x3xf32>
}

// -----

// CHECK-LABEL: @reshapes_moved_unit_dimension
// CHECK-NEXT: nn.reshape %arg0 : (tensor<3x1x5xf32>) -> tensor<3x5x1xf32>
func.func @reshapes_moved_unit_dimension(%x: tensor<3x1x5xf32>) -> tensor<3x5x1xf32> {
  %0 = nn.transpose %x {perm = array<i64: 0, 2, 1>} : (tensor<3x1x5xf32>) -> tensor<3x5x1xf32>
  return %0 : tensor<3x5x1xf32>
}

// -----

// CHECK-LABEL: @keeps_transpose_that_moves_elements
// CHECK-NEXT: nn.transpose
func.func @keeps_transpose_that_moves_elements(%x: tensor<3x1x5xf32>) -> tensor<5x1x3xf32> {
  %0 = nn.transpose %x {perm = array<i64: 2, 1, 0>} : (tensor<3x1x5xf32>) -> tensor<5x1x3xf32>
  return %0 : tensor<5x1x3xf32>
}

// -----

// CHECK-LABEL: @composes_reshapes
// CHECK-NEXT: nn.reshape %arg0 : (tensor<2x15xf32>) -> tensor<5x6xf32>
// CHECK-NEXT: return
func.func @composes_reshapes(%x: tensor<2x15xf32>) -> tensor<5x6xf32> {
  %0 = nn.reshape %x : (tensor<2x15xf32>) -> tensor<3x10xf32>
  %1 = nn.reshape %0 : (tensor<3x10xf32>) -> tensor<5x6xf32>
  return %1 : tensor<5x6xf32>
}

// -----

// A flag that is set already is cleared.
// CHECK-LABEL: @transposes_matrices_by_flags
// CHECK-NEXT: nn.matmul %arg0, %arg1 {transpose_lhs} : (tensor<2x3x5xf32>, tensor<3x7xf32>) -> tensor<2x5x7xf32>
// CHECK-NEXT: return
func.func @transposes_matrices_by_flags(%a: tensor<2x3x5xf32>, %b: tensor<3x7xf32>) -> tensor<2x5x7xf32> {
  %0 = nn.transpose %a {perm = array<i64: 0, 2, 1>} : (tensor<2x3x5xf32>) -> tensor<2x5x3xf32>
  %1 = nn.transpose %b {perm = array<i64: 1, 0>} : (tensor<3x7xf32>) -> tensor<7x3xf32>
  %2 = nn.matmul %0, %1 {transpose_rhs} : (tensor<2x5x3xf32>, tensor<7x3xf32>) -> tensor<2x5x7xf32>
  return %2 : tensor<2x5x7xf32>
}

// -----

// CHECK-LABEL: @keeps_transposed_batch
// CHECK-NEXT: nn.transpose
// CHECK-NEXT: nn.matmul
func.func @keeps_transposed_batch(%a: tensor<5x2x3xf32>, %b: tensor<3x7xf32>) -> tensor<2x5x7xf32> {
  %0 = nn.transpose %a {perm = array<i64: 1, 0, 2>} : (tensor<5x2x3xf32>) -> tensor<2x5x3xf32>
  %1 = nn.matmul %0, %b : (tensor<2x5x3xf32>, tensor<3x7xf32>) -> tensor<2x5x7xf32>
  return %1 : tensor<2x5x7xf32>
}

// -----

// CHECK-LABEL: @drops_neutral_operands
// CHECK-NEXT: return %arg0, %arg1
func.func @drops_neutral_operands(%x: tensor<2x3xf32>, %i: tensor<5xi32>) -> (tensor<2x3xf32>, tensor<5xi32>) {
  %one = nn.constant dense<1.0> : tensor<3xf32>
  %minus = nn.constant dense<-0.0> : tensor<1xf32>
  %zero = nn.constant dense<0.0> : tensor<f32>
  %0 = nn.binary mul %one, %x : (tensor<3xf32>, tensor<2x3xf32>) -> tensor<2x3xf32>
  %1 = nn.binary add %0, %minus : (tensor<2x3xf32>, tensor<1xf32>) -> tensor<2x3xf32>
  %2 = nn.binary sub %1, %zero : (tensor<2x3xf32>, tensor<f32>) -> tensor<2x3xf32>
  %3 = nn.binary div %2, %one : (tensor<2x3xf32>, tensor<3xf32>) -> tensor<2x3xf32>
  %izero = nn.constant dense<0> : tensor<i32>
  %4 = nn.binary add %izero, %i : (tensor<i32>, tensor<5xi32>) -> tensor<5xi32>
  return %3, %4 : tensor<2x3xf32>, tensor<5xi32>
}

// -----

// −0 + 0 is +0.
// CHECK-LABEL: @keeps_sum_with_positive_zero
// CHECK: nn.binary add
func.func @keeps_sum_with_positive_zero(%x: tensor<3xf32>) -> tensor<3xf32> {
  %zero = nn.constant dense<0.0> : tensor<f32>
  %0 = nn.binary add %x, %zero : (tensor<3xf32>, tensor<f32>) -> tensor<3xf32>
  return %0 : tensor<3xf32>
}

// -----

// The neutral operand repeats the other one.
// CHECK-LABEL: @keeps_product_that_broadcasts
// CHECK: nn.binary mul
func.func @keeps_product_that_broadcasts(%x: tensor<3xf32>) -> tensor<2x3xf32> {
  %one = nn.constant dense<1.0> : tensor<2x1xf32>
  %0 = nn.binary mul %x, %one : (tensor<3xf32>, tensor<2x1xf32>) -> tensor<2x3xf32>
  return %0 : tensor<2x3xf32>
}

// -----

// CHECK-LABEL: @keeps_quotient_of_one
// CHECK: nn.binary div
func.func @keeps_quotient_of_one(%x: tensor<3xf32>) -> tensor<3xf32> {
  %one = nn.constant dense<1.0> : tensor<3xf32>
  %0 = nn.binary div %one, %x : (tensor<3xf32>, tensor<3xf32>) -> tensor<3xf32>
  return %0 : tensor<3xf32>
}

// -----

// CHECK-LABEL: @drops_double_negation_and_repetition
// CHECK-NEXT: %[[A:.*]] = nn.unary abs %arg0
// CHECK-NEXT: return %arg0, %[[A]]
func.func @drops_double_negation_and_repetition(%x: tensor<3xf32>) -> (tensor<3xf32>, tensor<3xf32>) {
  %0 = nn.unary neg %x : (tensor<3xf32>) -> tensor<3xf32>
  %1 = nn.unary neg %0 : (tensor<3xf32>) -> tensor<3xf32>
  %2 = nn.unary abs %x : (tensor<3xf32>) -> tensor<3xf32>
  %3 = nn.unary abs %2 : (tensor<3xf32>) -> tensor<3xf32>
  return %1, %3 : tensor<3xf32>, tensor<3xf32>
}

// -----

// CHECK-LABEL: @drops_kept_dimensions
// CHECK-NEXT: nn.reduce mean %arg0 {axes = array<i64: 2, 3>} : (tensor<2x3x5x7xf32>) -> tensor<2x3xf32>
// CHECK-NEXT: return
func.func @drops_kept_dimensions(%x: tensor<2x3x5x7xf32>) -> tensor<2x3xf32> {
  %0 = nn.reduce mean %x {axes = array<i64: 2, 3>, keep_dims} : (tensor<2x3x5x7xf32>) -> tensor<2x3x1x1xf32>
  %1 = nn.reshape %0 : (tensor<2x3x1x1xf32>) -> tensor<2x3xf32>
  return %1 : tensor<2x3xf32>
}

// -----

// CHECK-LABEL: @keeps_reduced_dimensions
// CHECK-NEXT: nn.reduce max %arg0 {axes = array<i64: 1>, keep_dims} : (tensor<2x3x5xf32>) -> tensor<2x1x5xf32>
// CHECK-NEXT: return
func.func @keeps_reduced_dimensions(%x: tensor<2x3x5xf32>) -> tensor<2x1x5xf32> {
  %0 = nn.reduce max %x {axes = array<i64: 1>} : (tensor<2x3x5xf32>) -> tensor<2x5xf32>
  %1 = nn.reshape %0 : (tensor<2x5xf32>) -> tensor<2x1x5xf32>
  return %1 : tensor<2x1x5xf32>
}

// -----

// Another shape than that of the reduction with or without its dimensions.
// CHECK-LABEL: @keeps_reshape_of_reduction
// CHECK-NEXT: nn.reduce max
// CHECK-NEXT: nn.reshape
func.func @keeps_reshape_of_reduction(%x: tensor<2x3x5xf32>) -> tensor<1x2x5xf32> {
  %0 = nn.reduce max %x {axes = array<i64: 1>} : (tensor<2x3x5xf32>) -> tensor<2x5xf32>
  %1 = nn.reshape %0 : (tensor<2x5xf32>) -> tensor<1x2x5xf32>
  return %1 : tensor<1x2x5xf32>
}

// -----

// CHECK-LABEL: @composes_and_absorbs_broadcasts
// CHECK-NEXT: %[[A:.*]] = nn.binary add %arg0, %arg1 : (tensor<3x1xf32>, tensor<2x3x5xf32>) -> tensor<2x3x5xf32>
// CHECK-NEXT: %[[B:.*]] = nn.broadcast %arg0 : (tensor<3x1xf32>) -> tensor<7x3x5xf32>
// CHECK-NEXT: return %[[A]], %[[B]]
func.func @composes_and_absorbs_broadcasts(%x: tensor<3x1xf32>, %y: tensor<2x3x5xf32>) -> (tensor<2x3x5xf32>, tensor<7x3x5xf32>) {
  %0 = nn.broadcast %x : (tensor<3x1xf32>) -> tensor<2x3x5xf32>
  %1 = nn.binary add %0, %y : (tensor<2x3x5xf32>, tensor<2x3x5xf32>) -> tensor<2x3x5xf32>
  %2 = nn.broadcast %x : (tensor<3x1xf32>) -> tensor<3x5xf32>
  %3 = nn.broadcast %2 : (tensor<3x5xf32>) -> tensor<7x3x5xf32>
  return %1, %3 : tensor<2x3x5xf32>, tensor<7x3x5xf32>
}

// -----

// One of them makes the shape of the result.
// CHECK-LABEL: @keeps_broadcast_of_both_operands
// CHECK: nn.broadcast
// CHECK-NEXT: nn.binary
func.func @keeps_broadcast_of_both_operands(%x: tensor<3x1xf32>, %y: tensor<1xf32>) -> tensor<2x3x5xf32> {
  %0 = nn.broadcast %x : (tensor<3x1xf32>) -> tensor<2x3x5xf32>
  %1 = nn.broadcast %y : (tensor<1xf32>) -> tensor<2x3x5xf32>
  %2 = nn.binary add %0, %1 : (tensor<2x3x5xf32>, tensor<2x3x5xf32>) -> tensor<2x3x5xf32>
  return %2 : tensor<2x3x5xf32>
}

// -----

// A wider type holds every value of a narrower one.
// CHECK-LABEL: @composes_casts
// CHECK-NEXT: %[[A:.*]] = nn.cast %arg0 : (tensor<5xf16>) -> tensor<5xi8>
// CHECK-NEXT: %[[B:.*]] = nn.cast %arg1 : (tensor<5xi8>) -> tensor<5xui16>
// CHECK-NEXT: %[[C:.*]] = nn.cast %arg2 : (tensor<5xi1>) -> tensor<5xf32>
// CHECK-NEXT: return %[[A]], %[[B]], %[[C]], %arg0
func.func @composes_casts(%x: tensor<5xf16>, %i: tensor<5xi8>, %c: tensor<5xi1>) -> (tensor<5xi8>, tensor<5xui16>, tensor<5xf32>, tensor<5xf16>) {
  %0 = nn.cast %x : (tensor<5xf16>) -> tensor<5xf32>
  %1 = nn.cast %0 : (tensor<5xf32>) -> tensor<5xi8>
  %2 = nn.cast %i : (tensor<5xi8>) -> tensor<5xf32>
  %3 = nn.cast %2 : (tensor<5xf32>) -> tensor<5xui16>
  %4 = nn.cast %c : (tensor<5xi1>) -> tensor<5xi64>
  %5 = nn.cast %4 : (tensor<5xi64>) -> tensor<5xf32>
  %6 = nn.cast %0 : (tensor<5xf32>) -> tensor<5xf16>
  return %1, %3, %5, %6 : tensor<5xi8>, tensor<5xui16>, tensor<5xf32>, tensor<5xf16>
}

// -----

// A narrower type, and an integer of 32 bits by way of a float, which would be limited.
// CHECK-LABEL: @keeps_casts_that_change_values
// CHECK-COUNT-6: nn.cast
func.func @keeps_casts_that_change_values(%x: tensor<5xf32>, %i: tensor<5xi32>, %u: tensor<5xui32>) -> (tensor<5xf32>, tensor<5xi64>, tensor<5xi8>) {
  %0 = nn.cast %x : (tensor<5xf32>) -> tensor<5xbf16>
  %1 = nn.cast %0 : (tensor<5xbf16>) -> tensor<5xf32>
  %2 = nn.cast %i : (tensor<5xi32>) -> tensor<5xf32>
  %3 = nn.cast %2 : (tensor<5xf32>) -> tensor<5xi64>
  %4 = nn.cast %u : (tensor<5xui32>) -> tensor<5xf64>
  %5 = nn.cast %4 : (tensor<5xf64>) -> tensor<5xi8>
  return %1, %3, %5 : tensor<5xf32>, tensor<5xi64>, tensor<5xi8>
}

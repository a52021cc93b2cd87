// RUN: nn-opt %s -split-input-file -nnc-simplify | FileCheck %s
// COMPARE: --tolerance=4

//===-- Pads ----------------------------------------------------------------===//

// The convolution's own border stays.
// CHECK-LABEL: @pads_convolutions
// CHECK-NEXT: nn.conv %arg0, %arg1 {{.*}}pads_begin = array<i64: 1, 2>, pads_end = array<i64: 3, 1>
// CHECK-NEXT: nn.conv %arg0, %arg1 {{.*}}pads_begin = array<i64: 0, 2>, pads_end = array<i64: 3, 0>
// CHECK-NEXT: return
func.func @pads_convolutions(%x: tensor<1x2x5x7xf32>, %w: tensor<3x2x3x3xf32>) -> (tensor<1x3x7x8xf32>, tensor<1x3x6x7xf32>) {
  %0 = nn.pad constant %x {low = array<i64: 0, 0, 0, 2>, high = array<i64: 0, 0, 3, 0>} : (tensor<1x2x5x7xf32>) -> tensor<1x2x8x9xf32>
  %1 = nn.conv %0, %w {strides = array<i64: 1, 1>, dilations = array<i64: 1, 1>, pads_begin = array<i64: 1, 0>, pads_end = array<i64: 0, 1>} : (tensor<1x2x8x9xf32>, tensor<3x2x3x3xf32>) -> tensor<1x3x7x8xf32>
  %2 = nn.conv %0, %w {strides = array<i64: 1, 1>, dilations = array<i64: 1, 1>, pads_begin = array<i64: 0, 0>, pads_end = array<i64: 0, 0>} : (tensor<1x2x8x9xf32>, tensor<3x2x3x3xf32>) -> tensor<1x3x6x7xf32>
  return %1, %2 : tensor<1x3x7x8xf32>, tensor<1x3x6x7xf32>
}

// -----

// Another value, another dimension, another mode, another reader.
// CHECK-LABEL: @keeps_pads_before_convolutions
// CHECK-COUNT-4: nn.pad
func.func @keeps_pads_before_convolutions(%x: tensor<1x2x5x7xf32>, %w: tensor<3x2x1x1xf32>, %u: tensor<3x3x1x1xf32>)
    -> (tensor<1x3x5x8xf32>, tensor<1x3x5x7xf32>, tensor<1x3x5x8xf32>, tensor<1x3x5x9xf32>, tensor<1x2x5x9xf32>) {
  %one = nn.constant dense<1.0> : tensor<f32>
  %0 = nn.pad constant %x value %one {low = array<i64: 0, 0, 0, 1>, high = array<i64: 0, 0, 0, 0>} : (tensor<1x2x5x7xf32>, tensor<f32>) -> tensor<1x2x5x8xf32>
  %1 = nn.conv %0, %w {strides = array<i64: 1, 1>, dilations = array<i64: 1, 1>, pads_begin = array<i64: 0, 0>, pads_end = array<i64: 0, 0>} : (tensor<1x2x5x8xf32>, tensor<3x2x1x1xf32>) -> tensor<1x3x5x8xf32>
  %2 = nn.pad constant %x {low = array<i64: 0, 1, 0, 0>, high = array<i64: 0, 0, 0, 0>} : (tensor<1x2x5x7xf32>) -> tensor<1x3x5x7xf32>
  %3 = nn.conv %2, %u {strides = array<i64: 1, 1>, dilations = array<i64: 1, 1>, pads_begin = array<i64: 0, 0>, pads_end = array<i64: 0, 0>} : (tensor<1x3x5x7xf32>, tensor<3x3x1x1xf32>) -> tensor<1x3x5x7xf32>
  %4 = nn.pad edge %x {low = array<i64: 0, 0, 0, 1>, high = array<i64: 0, 0, 0, 0>} : (tensor<1x2x5x7xf32>) -> tensor<1x2x5x8xf32>
  %5 = nn.conv %4, %w {strides = array<i64: 1, 1>, dilations = array<i64: 1, 1>, pads_begin = array<i64: 0, 0>, pads_end = array<i64: 0, 0>} : (tensor<1x2x5x8xf32>, tensor<3x2x1x1xf32>) -> tensor<1x3x5x8xf32>
  %6 = nn.pad constant %x {low = array<i64: 0, 0, 0, 2>, high = array<i64: 0, 0, 0, 0>} : (tensor<1x2x5x7xf32>) -> tensor<1x2x5x9xf32>
  %7 = nn.conv %6, %w {strides = array<i64: 1, 1>, dilations = array<i64: 1, 1>, pads_begin = array<i64: 0, 0>, pads_end = array<i64: 0, 0>} : (tensor<1x2x5x9xf32>, tensor<3x2x1x1xf32>) -> tensor<1x3x5x9xf32>
  return %1, %3, %5, %7, %6 : tensor<1x3x5x8xf32>, tensor<1x3x5x7xf32>, tensor<1x3x5x8xf32>, tensor<1x3x5x9xf32>, tensor<1x2x5x9xf32>
}

// -----

// −∞ is never the largest; 0 is not above numbers that are not negative.
// CHECK-LABEL: @pads_max_pools
// CHECK-NEXT: nn.pool max %arg0 {{.*}}pads_begin = array<i64: 1, 1>, pads_end = array<i64: 1, 0>
// CHECK-NEXT: %[[R:.*]] = nn.unary relu
// CHECK-NEXT: nn.pool max %[[R]] {{.*}}pads_begin = array<i64: 1, 1>, pads_end = array<i64: 1, 0>
// CHECK-NEXT: return
func.func @pads_max_pools(%x: tensor<1x2x5x7xf32>) -> (tensor<1x2x3x3xf32>, tensor<1x2x3x3xf32>) {
  %least = nn.constant dense<0xFF800000> : tensor<f32>
  %0 = nn.pad constant %x value %least {low = array<i64: 0, 0, 1, 1>, high = array<i64: 0, 0, 1, 0>} : (tensor<1x2x5x7xf32>, tensor<f32>) -> tensor<1x2x7x8xf32>
  %1 = nn.pool max %0 {kernel = array<i64: 3, 3>, strides = array<i64: 2, 2>, dilations = array<i64: 1, 1>, pads_begin = array<i64: 0, 0>,
    pads_end = array<i64: 0, 0>, ceil_extra = array<i64: 0, 0>} : (tensor<1x2x7x8xf32>) -> tensor<1x2x3x3xf32>
  %2 = nn.unary relu %x : (tensor<1x2x5x7xf32>) -> tensor<1x2x5x7xf32>
  %3 = nn.pad constant %2 {low = array<i64: 0, 0, 1, 1>, high = array<i64: 0, 0, 1, 0>} : (tensor<1x2x5x7xf32>) -> tensor<1x2x7x8xf32>
  %4 = nn.pool max %3 {kernel = array<i64: 3, 3>, strides = array<i64: 2, 2>, dilations = array<i64: 1, 1>, pads_begin = array<i64: 0, 0>,
    pads_end = array<i64: 0, 0>, ceil_extra = array<i64: 0, 0>} : (tensor<1x2x7x8xf32>) -> tensor<1x2x3x3xf32>
  return %1, %4 : tensor<1x2x3x3xf32>, tensor<1x2x3x3xf32>
}

// -----

// Numbers may be negative; a window may see nothing but zeros, which −∞ is not.
// CHECK-LABEL: @keeps_zeros_before_max_pools
// CHECK-COUNT-2: nn.pad
func.func @keeps_zeros_before_max_pools(%x: tensor<1x2x5x7xf32>) -> (tensor<1x2x3x3xf32>, tensor<1x2x3x4xf32>) {
  %0 = nn.pad constant %x {low = array<i64: 0, 0, 1, 1>, high = array<i64: 0, 0, 1, 0>} : (tensor<1x2x5x7xf32>) -> tensor<1x2x7x8xf32>
  %1 = nn.pool max %0 {kernel = array<i64: 3, 3>, strides = array<i64: 2, 2>, dilations = array<i64: 1, 1>, pads_begin = array<i64: 0, 0>,
    pads_end = array<i64: 0, 0>, ceil_extra = array<i64: 0, 0>} : (tensor<1x2x7x8xf32>) -> tensor<1x2x3x3xf32>
  %2 = nn.unary relu %x : (tensor<1x2x5x7xf32>) -> tensor<1x2x5x7xf32>
  %3 = nn.pad constant %2 {low = array<i64: 0, 0, 1, 3>, high = array<i64: 0, 0, 1, 0>} : (tensor<1x2x5x7xf32>) -> tensor<1x2x7x10xf32>
  %4 = nn.pool max %3 {kernel = array<i64: 3, 3>, strides = array<i64: 2, 2>, dilations = array<i64: 1, 1>, pads_begin = array<i64: 0, 0>,
    pads_end = array<i64: 0, 0>, ceil_extra = array<i64: 0, 0>} : (tensor<1x2x7x10xf32>) -> tensor<1x2x3x4xf32>
  return %1, %4 : tensor<1x2x3x3xf32>, tensor<1x2x3x4xf32>
}

// -----

// Without a border every element of the padded image counted; now the border counts.
// CHECK-LABEL: @pads_average_pools
// CHECK-NEXT: nn.pool average %arg0 {{.*}}count_include_pad{{.*}}pads_begin = array<i64: 1, 1>, pads_end = array<i64: 1, 0>
// CHECK-NEXT: return
func.func @pads_average_pools(%x: tensor<1x2x5x7xf32>) -> tensor<1x2x3x3xf32> {
  %0 = nn.pad constant %x {low = array<i64: 0, 0, 1, 1>, high = array<i64: 0, 0, 1, 0>} : (tensor<1x2x5x7xf32>) -> tensor<1x2x7x8xf32>
  %1 = nn.pool average %0 {kernel = array<i64: 3, 3>, strides = array<i64: 2, 2>, dilations = array<i64: 1, 1>, pads_begin = array<i64: 0, 0>,
    pads_end = array<i64: 0, 0>, ceil_extra = array<i64: 0, 0>} : (tensor<1x2x7x8xf32>) -> tensor<1x2x3x3xf32>
  return %1 : tensor<1x2x3x3xf32>
}

// -----

// The pool's border does not count, the pad does.
// CHECK-LABEL: @keeps_pad_that_counts
// CHECK: nn.pad
func.func @keeps_pad_that_counts(%x: tensor<1x2x5x7xf32>) -> tensor<1x2x3x4xf32> {
  %0 = nn.pad constant %x {low = array<i64: 0, 0, 1, 1>, high = array<i64: 0, 0, 1, 0>} : (tensor<1x2x5x7xf32>) -> tensor<1x2x7x8xf32>
  %1 = nn.pool average %0 {kernel = array<i64: 3, 3>, strides = array<i64: 2, 2>, dilations = array<i64: 1, 1>, pads_begin = array<i64: 0, 0>,
    pads_end = array<i64: 0, 1>, ceil_extra = array<i64: 0, 0>} : (tensor<1x2x7x8xf32>) -> tensor<1x2x3x4xf32>
  return %1 : tensor<1x2x3x4xf32>
}

// -----

//===-- Constants -----------------------------------------------------------===//

// CHECK-LABEL: @joins_factors_and_integer_sums
// CHECK-DAG: %[[SIX:.*]] = nn.constant dense<6.000000e+00> : tensor<f32>
// CHECK-DAG: %[[FOUR:.*]] = nn.constant dense<[3, 4, 5]> : tensor<3xi32>
// CHECK-DAG: nn.binary mul %arg0, %[[SIX]]
// CHECK-DAG: nn.binary add %arg1, %[[FOUR]]
// CHECK-NEXT: return
func.func @joins_factors_and_integer_sums(%x: tensor<5xf32>, %i: tensor<2x3xi32>) -> (tensor<5xf32>, tensor<2x3xi32>) {
  %half = nn.constant dense<0.5> : tensor<f32>
  %three = nn.constant dense<3.0> : tensor<f32>
  %0 = nn.binary mul %three, %x : (tensor<f32>, tensor<5xf32>) -> tensor<5xf32>
  %1 = nn.binary div %0, %half : (tensor<5xf32>, tensor<f32>) -> tensor<5xf32>
  %five = nn.constant dense<5> : tensor<i32>
  %some = nn.constant dense<[2, 1, 0]> : tensor<3xi32>
  %2 = nn.binary sub %i, %some : (tensor<2x3xi32>, tensor<3xi32>) -> tensor<2x3xi32>
  %3 = nn.binary add %five, %2 : (tensor<i32>, tensor<2x3xi32>) -> tensor<2x3xi32>
  return %1, %3 : tensor<5xf32>, tensor<2x3xi32>
}

// -----

// CHECK-LABEL: @joins_choices
// CHECK-DAG: %[[C:.*]] = nn.constant dense<{{\[\[}}2.000000e+00, 3.000000e+00], [2.000000e+00, 2.000000e+00]]> : tensor<2x2xf32>
// CHECK: nn.binary max %arg0, %[[C]]
// CHECK-NEXT: return
func.func @joins_choices(%x: tensor<2x2xf32>) -> tensor<2x2xf32> {
  %a = nn.constant dense<2.0> : tensor<2x1xf32>
  %b = nn.constant dense<[[1.0, 3.0], [-1.0, 1.0]]> : tensor<2x2xf32>
  %0 = nn.binary max %x, %a : (tensor<2x2xf32>, tensor<2x1xf32>) -> tensor<2x2xf32>
  %1 = nn.binary max %0, %b : (tensor<2x2xf32>, tensor<2x2xf32>) -> tensor<2x2xf32>
  return %1 : tensor<2x2xf32>
}

// -----

// Sums round; so do factors of 3 and 5; a third is no reciprocal of 3.
// CHECK-LABEL: @keeps_chains_that_round
// CHECK-COUNT-2: nn.binary add
// CHECK-COUNT-2: nn.binary mul
// CHECK: nn.binary div
func.func @keeps_chains_that_round(%x: tensor<5xf32>) -> (tensor<5xf32>, tensor<5xf32>, tensor<5xf32>) {
  %three = nn.constant dense<3.0> : tensor<f32>
  %five = nn.constant dense<5.0> : tensor<f32>
  %0 = nn.binary add %x, %three : (tensor<5xf32>, tensor<f32>) -> tensor<5xf32>
  %1 = nn.binary add %0, %five : (tensor<5xf32>, tensor<f32>) -> tensor<5xf32>
  %2 = nn.binary mul %x, %three : (tensor<5xf32>, tensor<f32>) -> tensor<5xf32>
  %3 = nn.binary mul %2, %five : (tensor<5xf32>, tensor<f32>) -> tensor<5xf32>
  %4 = nn.binary div %x, %three : (tensor<5xf32>, tensor<f32>) -> tensor<5xf32>
  return %1, %3, %4 : tensor<5xf32>, tensor<5xf32>, tensor<5xf32>
}

// -----

// The product of the constants is no f16; a table of both would be larger than either; another reader.
// CHECK-LABEL: @keeps_chains_at_the_border
// CHECK-COUNT-2: nn.binary mul
// CHECK-COUNT-2: nn.binary add
// CHECK-COUNT-2: nn.binary add
func.func @keeps_chains_at_the_border(%x: tensor<5xf16>, %i: tensor<2x3xi32>) -> (tensor<5xf16>, tensor<2x3xi32>, tensor<2x3xi32>, tensor<2x3xi32>) {
  %large = nn.constant dense<4096.0> : tensor<f16>
  %other = nn.constant dense<48.0> : tensor<f16>
  %0 = nn.binary mul %x, %large : (tensor<5xf16>, tensor<f16>) -> tensor<5xf16>
  %1 = nn.binary mul %0, %other : (tensor<5xf16>, tensor<f16>) -> tensor<5xf16>
  %row = nn.constant dense<[2, 1, 0]> : tensor<3xi32>
  %column = nn.constant dense<[[2], [1]]> : tensor<2x1xi32>
  %2 = nn.binary add %i, %row : (tensor<2x3xi32>, tensor<3xi32>) -> tensor<2x3xi32>
  %3 = nn.binary add %2, %column : (tensor<2x3xi32>, tensor<2x1xi32>) -> tensor<2x3xi32>
  %seven = nn.constant dense<7> : tensor<i32>
  %4 = nn.binary add %i, %seven : (tensor<2x3xi32>, tensor<i32>) -> tensor<2x3xi32>
  %5 = nn.binary add %4, %seven : (tensor<2x3xi32>, tensor<i32>) -> tensor<2x3xi32>
  return %1, %3, %4, %5 : tensor<5xf16>, tensor<2x3xi32>, tensor<2x3xi32>, tensor<2x3xi32>
}

// -----

//===-- Transpositions ------------------------------------------------------===//

// x·sigmoid(x) + c between channels last and back: nothing of the transpositions is left.
// CHECK-LABEL: @cancels_around_elementwise
// CHECK-NOT: nn.transpose
// CHECK: %[[S:.*]] = nn.unary sigmoid %arg0
// CHECK: %[[M:.*]] = nn.binary mul %arg0, %[[S]]
// CHECK: %[[A:.*]] = nn.binary add %[[M]], %{{.*}} : (tensor<1x3x5x7xf32>, tensor<1x3x1x1xf32>) -> tensor<1x3x5x7xf32>
// CHECK-NEXT: return %[[A]]
func.func @cancels_around_elementwise(%x: tensor<1x3x5x7xf32>) -> tensor<1x3x5x7xf32> {
  %c = nn.constant dense<[1.0, 2.0, 3.0]> : tensor<3xf32>
  %0 = nn.transpose %x {perm = array<i64: 0, 2, 3, 1>} : (tensor<1x3x5x7xf32>) -> tensor<1x5x7x3xf32>
  %1 = nn.unary sigmoid %0 : (tensor<1x5x7x3xf32>) -> tensor<1x5x7x3xf32>
  %2 = nn.binary mul %0, %1 : (tensor<1x5x7x3xf32>, tensor<1x5x7x3xf32>) -> tensor<1x5x7x3xf32>
  %3 = nn.binary add %2, %c : (tensor<1x5x7x3xf32>, tensor<3xf32>) -> tensor<1x5x7x3xf32>
  %4 = nn.transpose %3 {perm = array<i64: 0, 3, 1, 2>} : (tensor<1x5x7x3xf32>) -> tensor<1x3x5x7xf32>
  return %4 : tensor<1x3x5x7xf32>
}

// -----

// CHECK-LABEL: @moves_constant_and_broadcast_operand
// CHECK: %[[T:.*]] = nn.transpose %{{.*}} {perm = array<i64: 1, 2, 0>} : (tensor<2x3x2xf32>) -> tensor<3x2x2xf32>
// CHECK: %[[A:.*]] = nn.binary add %arg0, %[[T]]
// CHECK: %[[B:.*]] = nn.binary sub %[[A]], %arg1 : (tensor<3x2x2xf32>, tensor<3x1x2xf32>) -> tensor<3x2x2xf32>
// CHECK: %[[R:.*]] = nn.transpose %[[B]] {perm = array<i64: 2, 0, 1>} : (tensor<3x2x2xf32>) -> tensor<2x3x2xf32>
// CHECK-NEXT: return %[[R]]
func.func @moves_constant_and_broadcast_operand(%x: tensor<3x2x2xf32>, %y: tensor<3x1x2xf32>) -> tensor<2x3x2xf32> {
  %c = nn.constant dense<[[[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]], [[7.0, 8.0], [9.0, 1.5], [2.5, 3.5]]]> : tensor<2x3x2xf32>
  %0 = nn.transpose %x {perm = array<i64: 2, 0, 1>} : (tensor<3x2x2xf32>) -> tensor<2x3x2xf32>
  %1 = nn.transpose %y {perm = array<i64: 2, 0, 1>} : (tensor<3x1x2xf32>) -> tensor<2x3x1xf32>
  %2 = nn.binary add %0, %c : (tensor<2x3x2xf32>, tensor<2x3x2xf32>) -> tensor<2x3x2xf32>
  %3 = nn.binary sub %2, %1 : (tensor<2x3x2xf32>, tensor<2x3x1xf32>) -> tensor<2x3x2xf32>
  return %3 : tensor<2x3x2xf32>
}

// -----

// Another permutation of the same shape; an operand that is not transposed; another reader.
// CHECK-LABEL: @keeps_transpositions_that_do_not_agree
// CHECK-NEXT: %[[A:.*]] = nn.transpose %arg0
// CHECK-NEXT: %[[B:.*]] = nn.transpose %arg1
// CHECK-NEXT: nn.binary add %[[A]], %[[B]]
// CHECK-NEXT: %[[C:.*]] = nn.transpose %arg2
// CHECK-NEXT: nn.binary add %[[C]], %arg0
// CHECK-NEXT: %[[D:.*]] = nn.transpose %arg2
// CHECK-NEXT: nn.unary exp %[[D]]
// CHECK-NEXT: nn.reshape %[[D]]
// CHECK-NEXT: return
func.func @keeps_transpositions_that_do_not_agree(%x: tensor<2x2x2xf32>, %y: tensor<2x2x2xf32>, %z: tensor<2x2x2xf32>)
    -> (tensor<2x2x2xf32>, tensor<2x2x2xf32>, tensor<2x2x2xf32>, tensor<8xf32>) {
  %0 = nn.transpose %x {perm = array<i64: 2, 0, 1>} : (tensor<2x2x2xf32>) -> tensor<2x2x2xf32>
  %1 = nn.transpose %y {perm = array<i64: 1, 2, 0>} : (tensor<2x2x2xf32>) -> tensor<2x2x2xf32>
  %2 = nn.binary add %0, %1 : (tensor<2x2x2xf32>, tensor<2x2x2xf32>) -> tensor<2x2x2xf32>
  %3 = nn.transpose %z {perm = array<i64: 1, 2, 0>} : (tensor<2x2x2xf32>) -> tensor<2x2x2xf32>
  %4 = nn.binary add %3, %x : (tensor<2x2x2xf32>, tensor<2x2x2xf32>) -> tensor<2x2x2xf32>
  %5 = nn.transpose %z {perm = array<i64: 2, 0, 1>} : (tensor<2x2x2xf32>) -> tensor<2x2x2xf32>
  %6 = nn.unary exp %5 : (tensor<2x2x2xf32>) -> tensor<2x2x2xf32>
  %7 = nn.reshape %5 : (tensor<2x2x2xf32>) -> tensor<8xf32>
  return %2, %4, %6, %7 : tensor<2x2x2xf32>, tensor<2x2x2xf32>, tensor<2x2x2xf32>, tensor<8xf32>
}

// -----

// Parts along the channels, which come last.
// CHECK-LABEL: @moves_through_concat_and_slice
// CHECK-NEXT: %[[C:.*]] = nn.concat %arg0, %arg1 {axis = 1 : i64} : (tensor<1x3x5x7xf32>, tensor<1x2x5x7xf32>) -> tensor<1x5x5x7xf32>
// CHECK-NEXT: %[[S:.*]] = nn.slice %[[C]] {starts = array<i64: 0, 4, 1, 0>, steps = array<i64: 1, -2, 1, 3>} : (tensor<1x5x5x7xf32>) -> tensor<1x3x4x3xf32>
// CHECK-NEXT: return %[[S]]
func.func @moves_through_concat_and_slice(%x: tensor<1x3x5x7xf32>, %y: tensor<1x2x5x7xf32>) -> tensor<1x3x4x3xf32> {
  %0 = nn.transpose %x {perm = array<i64: 0, 2, 3, 1>} : (tensor<1x3x5x7xf32>) -> tensor<1x5x7x3xf32>
  %1 = nn.transpose %y {perm = array<i64: 0, 2, 3, 1>} : (tensor<1x2x5x7xf32>) -> tensor<1x5x7x2xf32>
  %2 = nn.concat %0, %1 {axis = 3 : i64} : (tensor<1x5x7x3xf32>, tensor<1x5x7x2xf32>) -> tensor<1x5x7x5xf32>
  %3 = nn.slice %2 {starts = array<i64: 0, 1, 0, 4>, steps = array<i64: 1, 1, 3, -2>} : (tensor<1x5x7x5xf32>) -> tensor<1x4x3x3xf32>
  %4 = nn.transpose %3 {perm = array<i64: 0, 3, 1, 2>} : (tensor<1x4x3x3xf32>) -> tensor<1x3x4x3xf32>
  return %4 : tensor<1x3x4x3xf32>
}

// -----

// Rows and columns of channels-last images; then dimensions that stay in another order.
// CHECK-LABEL: @moves_through_reductions
// CHECK-NEXT: %[[A:.*]] = nn.reduce mean %arg0 {axes = array<i64: 2, 3>} : (tensor<2x3x5x7xf32>) -> tensor<2x3xf32>
// CHECK-NEXT: %[[B:.*]] = nn.reduce max %arg0 {axes = array<i64: 2>} : (tensor<2x3x5x7xf32>) -> tensor<2x3x7xf32>
// CHECK-NEXT: %[[C:.*]] = nn.transpose %[[B]] {perm = array<i64: 0, 2, 1>} : (tensor<2x3x7xf32>) -> tensor<2x7x3xf32>
// CHECK-NEXT: return %[[A]], %[[C]]
func.func @moves_through_reductions(%x: tensor<2x3x5x7xf32>) -> (tensor<2x3xf32>, tensor<2x7x3xf32>) {
  %0 = nn.transpose %x {perm = array<i64: 0, 2, 3, 1>} : (tensor<2x3x5x7xf32>) -> tensor<2x5x7x3xf32>
  %1 = nn.reduce mean %0 {axes = array<i64: 1, 2>} : (tensor<2x5x7x3xf32>) -> tensor<2x3xf32>
  %2 = nn.reduce max %0 {axes = array<i64: 1>} : (tensor<2x5x7x3xf32>) -> tensor<2x7x3xf32>
  return %1, %2 : tensor<2x3xf32>, tensor<2x7x3xf32>
}

// -----

// CHECK-LABEL: @keeps_reduced_dimensions_where_they_were
// CHECK-NEXT: %[[R:.*]] = nn.reduce sum %arg0 {axes = array<i64: 0, 2>, keep_dims} : (tensor<3x5x7xf32>) -> tensor<1x5x1xf32>
// CHECK-NEXT: %[[T:.*]] = nn.reshape %[[R]] : (tensor<1x5x1xf32>) -> tensor<1x1x5xf32>
// CHECK-NEXT: return %[[T]]
func.func @keeps_reduced_dimensions_where_they_were(%x: tensor<3x5x7xf32>) -> tensor<1x1x5xf32> {
  %0 = nn.transpose %x {perm = array<i64: 2, 0, 1>} : (tensor<3x5x7xf32>) -> tensor<7x3x5xf32>
  %1 = nn.reduce sum %0 {axes = array<i64: 0, 1>, keep_dims} : (tensor<7x3x5xf32>) -> tensor<1x1x5xf32>
  return %1 : tensor<1x1x5xf32>
}

// -----

// As a channels-last model is written: pad, transpose, convolve.
// CHECK-LABEL: @brings_pad_to_convolution
// CHECK-NEXT: %[[T:.*]] = nn.transpose %arg0 {perm = array<i64: 0, 3, 1, 2>} : (tensor<1x5x7x2xf32>) -> tensor<1x2x5x7xf32>
// CHECK-NEXT: nn.conv %[[T]], %arg1 {{.*}}pads_begin = array<i64: 1, 0>, pads_end = array<i64: 0, 2>
// CHECK-NEXT: return
func.func @brings_pad_to_convolution(%x: tensor<1x5x7x2xf32>, %w: tensor<3x2x3x3xf32>) -> tensor<1x3x4x7xf32> {
  %0 = nn.pad constant %x {low = array<i64: 0, 1, 0, 0>, high = array<i64: 0, 0, 2, 0>} : (tensor<1x5x7x2xf32>) -> tensor<1x6x9x2xf32>
  %1 = nn.transpose %0 {perm = array<i64: 0, 3, 1, 2>} : (tensor<1x6x9x2xf32>) -> tensor<1x2x6x9xf32>
  %2 = nn.conv %1, %w {strides = array<i64: 1, 1>, dilations = array<i64: 1, 1>, pads_begin = array<i64: 0, 0>, pads_end = array<i64: 0, 0>} : (tensor<1x2x6x9xf32>, tensor<3x2x3x3xf32>) -> tensor<1x3x4x7xf32>
  return %2 : tensor<1x3x4x7xf32>
}

// -----

//===-- Reshapes ------------------------------------------------------------===//

// CHECK-LABEL: @moves_reshapes
// CHECK-DAG: %[[C:.*]] = nn.constant dense<{{\[\[}}1.000000e+00, 2.000000e+00, 3.000000e+00], [4.000000e+00, 5.000000e+00, 6.000000e+00]]> : tensor<2x3xf32>
// CHECK: %[[A:.*]] = nn.binary add %arg0, %[[C]] : (tensor<2x3xf32>, tensor<2x3xf32>) -> tensor<2x3xf32>
// CHECK-NEXT: %[[M:.*]] = nn.binary mul %[[A]], %arg1
// CHECK-NEXT: nn.clamp %[[M]] {{.*}} : (tensor<2x3xf32>) -> tensor<2x3xf32>
// CHECK-NEXT: return
func.func @moves_reshapes(%x: tensor<2x3xf32>, %y: tensor<2x3xf32>) -> tensor<2x3xf32> {
  %c = nn.constant dense<[1.0, 2.0, 3.0, 4.0, 5.0, 6.0]> : tensor<6xf32>
  %0 = nn.reshape %x : (tensor<2x3xf32>) -> tensor<6xf32>
  %1 = nn.reshape %y : (tensor<2x3xf32>) -> tensor<6xf32>
  %2 = nn.binary add %0, %c : (tensor<6xf32>, tensor<6xf32>) -> tensor<6xf32>
  %3 = nn.binary mul %2, %1 : (tensor<6xf32>, tensor<6xf32>) -> tensor<6xf32>
  %4 = nn.clamp %3 {low = -2.0 : f64, high = 2.0 : f64} : (tensor<6xf32>) -> tensor<6xf32>
  %5 = nn.reshape %4 : (tensor<6xf32>) -> tensor<2x3xf32>
  return %5 : tensor<2x3xf32>
}

// -----

// The other operand repeats columns of the new shape; the other reshape has another shape before.
// CHECK-LABEL: @keeps_reshapes_that_do_not_agree
// CHECK: nn.reshape %arg0
// CHECK-NEXT: nn.binary add
// CHECK-NEXT: nn.reshape %arg1
// CHECK-NEXT: nn.reshape %arg2
// CHECK-NEXT: nn.binary mul
// CHECK-NEXT: return
func.func @keeps_reshapes_that_do_not_agree(%x: tensor<2x6xf32>, %y: tensor<2x6xf32>, %z: tensor<3x4xf32>) -> (tensor<4x3xf32>, tensor<12xf32>) {
  %c = nn.constant dense<[1.0, 2.0, 3.0]> : tensor<3xf32>
  %0 = nn.reshape %x : (tensor<2x6xf32>) -> tensor<4x3xf32>
  %1 = nn.binary add %0, %c : (tensor<4x3xf32>, tensor<3xf32>) -> tensor<4x3xf32>
  %2 = nn.reshape %y : (tensor<2x6xf32>) -> tensor<12xf32>
  %3 = nn.reshape %z : (tensor<3x4xf32>) -> tensor<12xf32>
  %4 = nn.binary mul %2, %3 : (tensor<12xf32>, tensor<12xf32>) -> tensor<12xf32>
  return %1, %4 : tensor<4x3xf32>, tensor<12xf32>
}

// -----

//===-- Averages ------------------------------------------------------------===//

// A sixth of the pixels; the bias is its own mean.
// CHECK-LABEL: @averages_before_convolution
// CHECK-NEXT: %[[P:.*]] = nn.pool average %arg0 {{.*}} : (tensor<2x6x5x7xf32>) -> tensor<2x6x2x2xf32>
// CHECK-NEXT: %[[C:.*]] = nn.conv %[[P]], %arg1, %arg2 {{.*}}group = 2{{.*}} : (tensor<2x6x2x2xf32>, tensor<4x3x1x1xf32>, tensor<4xf32>) -> tensor<2x4x2x2xf32>
// CHECK-NEXT: return %[[C]]
func.func @averages_before_convolution(%x: tensor<2x6x5x7xf32>, %w: tensor<4x3x1x1xf32>, %b: tensor<4xf32>) -> tensor<2x4x2x2xf32> {
  %0 = nn.conv %x, %w, %b {strides = array<i64: 1, 1>, dilations = array<i64: 1, 1>, pads_begin = array<i64: 0, 0>, pads_end = array<i64: 0, 0>, group = 2 : i64} : (tensor<2x6x5x7xf32>, tensor<4x3x1x1xf32>, tensor<4xf32>) -> tensor<2x4x5x7xf32>
  %1 = nn.pool average %0 {kernel = array<i64: 2, 3>, strides = array<i64: 2, 3>, dilations = array<i64: 1, 1>, pads_begin = array<i64: 0, 0>,
    pads_end = array<i64: 0, 0>, ceil_extra = array<i64: 0, 0>} : (tensor<2x4x5x7xf32>) -> tensor<2x4x2x2xf32>
  return %1 : tensor<2x4x2x2xf32>
}

// -----

// The border would get the bias; a kernel of more pixels; another reader.
// CHECK-LABEL: @keeps_pools_behind_convolutions
// CHECK-NEXT: %[[A:.*]] = nn.conv
// CHECK-NEXT: nn.pool average %[[A]]
// CHECK-NEXT: %[[B:.*]] = nn.conv
// CHECK-NEXT: nn.pool average %[[B]]
// CHECK-NEXT: nn.conv
// CHECK-NEXT: nn.pool
// CHECK-NEXT: return
func.func @keeps_pools_behind_convolutions(%x: tensor<1x2x5x6xf32>, %w: tensor<3x2x1x1xf32>, %u: tensor<3x2x1x2xf32>, %b: tensor<3xf32>)
    -> (tensor<1x3x3x2xf32>, tensor<1x3x2x1xf32>, tensor<1x3x5x6xf32>, tensor<1x3x2x2xf32>) {
  %0 = nn.conv %x, %w, %b {strides = array<i64: 1, 1>, dilations = array<i64: 1, 1>, pads_begin = array<i64: 0, 0>, pads_end = array<i64: 0, 0>} : (tensor<1x2x5x6xf32>, tensor<3x2x1x1xf32>, tensor<3xf32>) -> tensor<1x3x5x6xf32>
  %1 = nn.pool average %0 {kernel = array<i64: 2, 3>, strides = array<i64: 2, 3>, dilations = array<i64: 1, 1>, pads_begin = array<i64: 1, 0>,
    pads_end = array<i64: 0, 0>, ceil_extra = array<i64: 0, 0>, count_include_pad} : (tensor<1x3x5x6xf32>) -> tensor<1x3x3x2xf32>
  %2 = nn.conv %x, %u {strides = array<i64: 1, 1>, dilations = array<i64: 1, 1>, pads_begin = array<i64: 0, 0>, pads_end = array<i64: 0, 0>} : (tensor<1x2x5x6xf32>, tensor<3x2x1x2xf32>) -> tensor<1x3x5x5xf32>
  %3 = nn.pool average %2 {kernel = array<i64: 2, 3>, strides = array<i64: 2, 3>, dilations = array<i64: 1, 1>, pads_begin = array<i64: 0, 0>,
    pads_end = array<i64: 0, 0>, ceil_extra = array<i64: 0, 0>} : (tensor<1x3x5x5xf32>) -> tensor<1x3x2x1xf32>
  %4 = nn.conv %x, %w {strides = array<i64: 1, 1>, dilations = array<i64: 1, 1>, pads_begin = array<i64: 0, 0>, pads_end = array<i64: 0, 0>} : (tensor<1x2x5x6xf32>, tensor<3x2x1x1xf32>) -> tensor<1x3x5x6xf32>
  %5 = nn.pool average %4 {kernel = array<i64: 2, 3>, strides = array<i64: 2, 3>, dilations = array<i64: 1, 1>, pads_begin = array<i64: 0, 0>,
    pads_end = array<i64: 0, 0>, ceil_extra = array<i64: 0, 0>} : (tensor<1x3x5x6xf32>) -> tensor<1x3x2x2xf32>
  return %1, %3, %4, %5 : tensor<1x3x3x2xf32>, tensor<1x3x2x1xf32>, tensor<1x3x5x6xf32>, tensor<1x3x2x2xf32>
}

// -----

// One average for each pixel is no gain.
// CHECK-LABEL: @keeps_average_of_every_pixel
// CHECK-NEXT: nn.conv
// CHECK-NEXT: nn.pool
func.func @keeps_average_of_every_pixel(%x: tensor<1x2x5x6xf32>, %w: tensor<3x2x1x1xf32>) -> tensor<1x3x5x6xf32> {
  %0 = nn.conv %x, %w {strides = array<i64: 1, 1>, dilations = array<i64: 1, 1>, pads_begin = array<i64: 0, 0>, pads_end = array<i64: 0, 0>} : (tensor<1x2x5x6xf32>, tensor<3x2x1x1xf32>) -> tensor<1x3x5x6xf32>
  %1 = nn.pool average %0 {kernel = array<i64: 1, 1>, strides = array<i64: 1, 1>, dilations = array<i64: 1, 1>, pads_begin = array<i64: 0, 0>,
    pads_end = array<i64: 0, 0>, ceil_extra = array<i64: 0, 0>} : (tensor<1x3x5x6xf32>) -> tensor<1x3x5x6xf32>
  return %1 : tensor<1x3x5x6xf32>
}

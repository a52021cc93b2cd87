// RUN: nn-opt %s -split-input-file -pass-pipeline='builtin.module(func.func(nnc-fold-norms),canonicalize)' | FileCheck %s

// s = 4/√(3 + 1) = 2, t = 1 − 2·0.5 = 0: the filter doubles, the bias becomes 2·3 + 0.
// CHECK-LABEL: @folds_into_convolution
// CHECK-DAG: %[[W:.*]] = nn.constant dense<{{.*}}2.000000e+00{{.*}}4.000000e+00{{.*}}> : tensor<1x2x1x1xf32>
// CHECK-DAG: %[[B:.*]] = nn.constant dense<6.000000e+00> : tensor<1xf32>
// CHECK: nn.conv %{{.*}}, %[[W]], %[[B]]
// CHECK-NOT: nn.batch_norm
func.func @folds_into_convolution(%x: tensor<1x2x3x5xf32>) -> tensor<1x1x3x5xf32> {
  %w = nn.constant dense<[[[[1.0]], [[2.0]]]]> : tensor<1x2x1x1xf32>
  %b = nn.constant dense<3.0> : tensor<1xf32>
  %s = nn.constant dense<4.0> : tensor<1xf32>
  %o = nn.constant dense<1.0> : tensor<1xf32>
  %m = nn.constant dense<0.5> : tensor<1xf32>
  %v = nn.constant dense<3.0> : tensor<1xf32>
  %0 = nn.conv %x, %w, %b {strides = array<i64: 1, 1>, dilations = array<i64: 1, 1>, pads_begin = array<i64: 0, 0>, pads_end = array<i64: 0, 0>} : (tensor<1x2x3x5xf32>, tensor<1x2x1x1xf32>, tensor<1xf32>) -> tensor<1x1x3x5xf32>
  %1 = nn.batch_norm %0, %s, %o, %m, %v {epsilon = 1.0 : f64} : (tensor<1x1x3x5xf32>, tensor<1xf32>, tensor<1xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<1x1x3x5xf32>
  return %1 : tensor<1x1x3x5xf32>
}

// -----

// Each column of the weights has its own scale; the bias of the sum takes part.
// CHECK-LABEL: @folds_into_product_and_sum
// CHECK-DAG: %[[W:.*]] = nn.constant dense<{{\[\[}}2.000000e+00, 6.000000e+00], [6.000000e+00, 1.200000e+01]]> : tensor<2x2xf32>
// CHECK-DAG: %[[B:.*]] = nn.constant dense<[2.100000e+01, 6.100000e+01]> : tensor<2xf32>
// CHECK: %[[P:.*]] = nn.matmul %{{.*}}, %[[W]]
// CHECK: nn.binary add %[[P]], %[[B]]
// CHECK-NOT: nn.batch_norm
func.func @folds_into_product_and_sum(%x: tensor<5x2xf32>) -> tensor<5x2xf32> {
  %w = nn.constant dense<[[1.0, 2.0], [3.0, 4.0]]> : tensor<2x2xf32>
  %b = nn.constant dense<[10.0, 20.0]> : tensor<2xf32>
  %s = nn.constant dense<[2.0, 3.0]> : tensor<2xf32>
  %o = nn.constant dense<[1.0, 1.0]> : tensor<2xf32>
  %m = nn.constant dense<0.0> : tensor<2xf32>
  %v = nn.constant dense<1.0> : tensor<2xf32>
  %0 = nn.matmul %x, %w : (tensor<5x2xf32>, tensor<2x2xf32>) -> tensor<5x2xf32>
  %1 = nn.binary add %0, %b : (tensor<5x2xf32>, tensor<2xf32>) -> tensor<5x2xf32>
  %2 = nn.batch_norm %1, %s, %o, %m, %v {epsilon = 0.0 : f64} : (tensor<5x2xf32>, tensor<2xf32>, tensor<2xf32>, tensor<2xf32>, tensor<2xf32>) -> tensor<5x2xf32>
  return %2 : tensor<5x2xf32>
}

// -----

// The convolution has another user: it stays, the normalisation becomes a product and a sum.
// CHECK-LABEL: @keeps_convolution_with_other_user
// CHECK: %[[C:.*]] = nn.conv
// CHECK: %[[P:.*]] = nn.binary mul %[[C]]
// CHECK: %[[S:.*]] = nn.binary add %[[P]]
// CHECK: return %[[C]], %[[S]]
func.func @keeps_convolution_with_other_user(%x: tensor<1x1x3x5xf32>) -> (tensor<1x1x3x5xf32>, tensor<1x1x3x5xf32>) {
  %w = nn.constant dense<7.0> : tensor<1x1x1x1xf32>
  %s = nn.constant dense<4.0> : tensor<1xf32>
  %0 = nn.conv %x, %w {strides = array<i64: 1, 1>, dilations = array<i64: 1, 1>, pads_begin = array<i64: 0, 0>, pads_end = array<i64: 0, 0>} : (tensor<1x1x3x5xf32>, tensor<1x1x1x1xf32>) -> tensor<1x1x3x5xf32>
  %1 = nn.batch_norm %0, %s, %s, %s, %s {epsilon = 1.0 : f64} : (tensor<1x1x3x5xf32>, tensor<1xf32>, tensor<1xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<1x1x3x5xf32>
  return %0, %1 : tensor<1x1x3x5xf32>, tensor<1x1x3x5xf32>
}

// -----

// Statistics that are computed at run time stay.
// CHECK-LABEL: @keeps_computed_statistics
// CHECK: nn.batch_norm
func.func @keeps_computed_statistics(%x: tensor<2x3x5xf32>, %s: tensor<3xf32>) -> tensor<2x3x5xf32> {
  %0 = nn.batch_norm %x, %s, %s, %s, %s {epsilon = 1.0 : f64} : (tensor<2x3x5xf32>, tensor<3xf32>, tensor<3xf32>, tensor<3xf32>, tensor<3xf32>) -> tensor<2x3x5xf32>
  return %0 : tensor<2x3x5xf32>
}

// -----

// The order of factor and convolution does not matter; −(x − 3) is x·(−1) + 3.
// CHECK-LABEL: @folds_factor_and_difference_behind_convolution
// CHECK-DAG: %[[W:.*]] = nn.constant dense<{{.*}}-2.000000e+00{{.*}}-1.500000e+01{{.*}}> : tensor<2x1x1x1xf32>
// CHECK-DAG: %[[B:.*]] = nn.constant dense<3.000000e+00> : tensor<2xf32>
// CHECK: nn.conv %{{.*}}, %[[W]], %[[B]]
// CHECK-NEXT: return
func.func @folds_factor_and_difference_behind_convolution(%x: tensor<1x2x3x5xf32>) -> tensor<1x2x3x5xf32> {
  %w = nn.constant dense<[[[[1.0]]], [[[3.0]]]]> : tensor<2x1x1x1xf32>
  %s = nn.constant dense<[[[2.0]], [[5.0]]]> : tensor<2x1x1xf32>
  %t = nn.constant dense<3.0> : tensor<1x2x3x5xf32>
  %0 = nn.conv %x, %w {strides = array<i64: 1, 1>, dilations = array<i64: 1, 1>, pads_begin = array<i64: 0, 0>, pads_end = array<i64: 0, 0>, group = 2 : i64} : (tensor<1x2x3x5xf32>, tensor<2x1x1x1xf32>) -> tensor<1x2x3x5xf32>
  %1 = nn.binary mul %s, %0 : (tensor<2x1x1xf32>, tensor<1x2x3x5xf32>) -> tensor<1x2x3x5xf32>
  %2 = nn.binary sub %t, %1 : (tensor<1x2x3x5xf32>, tensor<1x2x3x5xf32>) -> tensor<1x2x3x5xf32>
  return %2 : tensor<1x2x3x5xf32>
}

// -----

// In group 1 the output channels are 2 and 3: the scale 7 belongs to the second column of the second row.
// CHECK-LABEL: @folds_into_transposed_convolution
// CHECK-DAG: %[[W:.*]] = nn.constant dense<{{\[\[}}{{\[\[}}2.000000e+00]], {{\[\[}}3.000000e+00]]], {{\[\[\[}}5.000000e+00]], {{\[\[}}7.000000e+00{{.*}}> : tensor<2x2x1x1xf32>
// CHECK: nn.conv_transpose %{{.*}}, %[[W]] {
// CHECK-NEXT: return
func.func @folds_into_transposed_convolution(%x: tensor<1x2x3x5xf32>) -> tensor<1x4x3x5xf32> {
  %w = nn.constant dense<1.0> : tensor<2x2x1x1xf32>
  %s = nn.constant dense<[[[2.0]], [[3.0]], [[5.0]], [[7.0]]]> : tensor<4x1x1xf32>
  %0 = nn.conv_transpose %x, %w {strides = array<i64: 1, 1>, dilations = array<i64: 1, 1>, pads_begin = array<i64: 0, 0>, pads_end = array<i64: 0, 0>, output_padding = array<i64: 0, 0>, group = 2 : i64} : (tensor<1x2x3x5xf32>, tensor<2x2x1x1xf32>) -> tensor<1x4x3x5xf32>
  %1 = nn.binary mul %0, %s : (tensor<1x4x3x5xf32>, tensor<4x1x1xf32>) -> tensor<1x4x3x5xf32>
  return %1 : tensor<1x4x3x5xf32>
}

// -----

// Channels of a normalisation are dimension 1: here the rows of the weights on the left.
// CHECK-LABEL: @folds_norm_into_batched_product
// CHECK-DAG: %[[W:.*]] = nn.constant dense<{{\[\[}}4.000000e+00, 8.000000e+00, 1.200000e+01], [8.000000e+00, 1.000000e+01, 1.200000e+01]]> : tensor<2x3xf32>
// CHECK-DAG: %[[B:.*]] = nn.constant dense<{{\[\[}}1.000000e+00], [-1.000000e+00]]> : tensor<2x1xf32>
// CHECK: %[[P:.*]] = nn.matmul %[[W]], %arg0
// CHECK-NEXT: nn.binary add %[[P]], %[[B]]
// CHECK-NEXT: return
func.func @folds_norm_into_batched_product(%x: tensor<5x3x7xf32>) -> tensor<5x2x7xf32> {
  %w = nn.constant dense<[[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]> : tensor<2x3xf32>
  %s = nn.constant dense<[4.0, 2.0]> : tensor<2xf32>
  %o = nn.constant dense<[1.0, 1.0]> : tensor<2xf32>
  %m = nn.constant dense<[0.0, 1.0]> : tensor<2xf32>
  %v = nn.constant dense<1.0> : tensor<2xf32>
  %0 = nn.matmul %w, %x : (tensor<2x3xf32>, tensor<5x3x7xf32>) -> tensor<5x2x7xf32>
  %1 = nn.batch_norm %0, %s, %o, %m, %v {epsilon = 0.0 : f64} : (tensor<5x2x7xf32>, tensor<2xf32>, tensor<2xf32>, tensor<2xf32>, tensor<2xf32>) -> tensor<5x2x7xf32>
  return %1 : tensor<5x2x7xf32>
}

// -----

// Columns of a product of higher rank, through its bias.
// CHECK-LABEL: @folds_quotient_behind_batched_product
// CHECK-DAG: %[[W:.*]] = nn.constant dense<{{\[\[}}5.000000e-01, 5.000000e-01], [1.500000e+00, 1.000000e+00]]> : tensor<2x2xf32>
// CHECK-DAG: %[[B:.*]] = nn.constant dense<[-3.000000e+00, -1.500000e+00]> : tensor<2xf32>
// CHECK: %[[P:.*]] = nn.matmul %arg0, %[[W]]
// CHECK-NEXT: nn.binary add %[[P]], %[[B]]
// CHECK-NEXT: return
func.func @folds_quotient_behind_batched_product(%x: tensor<3x5x2xf32>) -> tensor<3x5x2xf32> {
  %w = nn.constant dense<[[1.0, 2.0], [3.0, 4.0]]> : tensor<2x2xf32>
  %b = nn.constant dense<6.0> : tensor<2xf32>
  %s = nn.constant dense<[2.0, 4.0]> : tensor<2xf32>
  %0 = nn.matmul %x, %w : (tensor<3x5x2xf32>, tensor<2x2xf32>) -> tensor<3x5x2xf32>
  %1 = nn.binary sub %0, %b : (tensor<3x5x2xf32>, tensor<2xf32>) -> tensor<3x5x2xf32>
  %2 = nn.binary div %1, %s : (tensor<3x5x2xf32>, tensor<2xf32>) -> tensor<3x5x2xf32>
  return %2 : tensor<3x5x2xf32>
}

// -----

// (x − 1)·2, then 1·x0 + 3·x1: weights 2 and 6, bias −(2 + 6).
// CHECK-LABEL: @folds_scale_and_shift_before_convolution
// CHECK-DAG: %[[W:.*]] = nn.constant dense<{{.*}}2.000000e+00{{.*}}6.000000e+00{{.*}}> : tensor<1x2x1x1xf32>
// CHECK-DAG: %[[B:.*]] = nn.constant dense<-8.000000e+00> : tensor<1xf32>
// CHECK: nn.conv %arg0, %[[W]], %[[B]]
// CHECK-NEXT: return
func.func @folds_scale_and_shift_before_convolution(%x: tensor<1x2x3x5xf32>) -> tensor<1x1x3x5xf32> {
  %w = nn.constant dense<[[[[1.0]], [[3.0]]]]> : tensor<1x2x1x1xf32>
  %one = nn.constant dense<1.0> : tensor<f32>
  %two = nn.constant dense<2.0> : tensor<f32>
  %0 = nn.binary sub %x, %one : (tensor<1x2x3x5xf32>, tensor<f32>) -> tensor<1x2x3x5xf32>
  %1 = nn.binary mul %0, %two : (tensor<1x2x3x5xf32>, tensor<f32>) -> tensor<1x2x3x5xf32>
  %2 = nn.conv %1, %w {strides = array<i64: 1, 1>, dilations = array<i64: 1, 1>, pads_begin = array<i64: 0, 0>, pads_end = array<i64: 0, 0>} : (tensor<1x2x3x5xf32>, tensor<1x2x1x1xf32>) -> tensor<1x1x3x5xf32>
  return %2 : tensor<1x1x3x5xf32>
}

// -----

// Behind the border lies 0: a factor leaves it so, a shift does not.
// CHECK-LABEL: @keeps_shift_before_border
// CHECK-DAG: %[[W:.*]] = nn.constant dense<{{.*}}2.000000e+00{{.*}}6.000000e+00{{.*}}> : tensor<1x2x1x2xf32>
// CHECK: %[[S:.*]] = nn.binary sub %arg0
// CHECK-NEXT: nn.conv %[[S]], %[[W]] {
// CHECK-NEXT: return
func.func @keeps_shift_before_border(%x: tensor<1x2x3x5xf32>) -> tensor<1x1x3x5xf32> {
  %w = nn.constant dense<[[[[1.0, 1.0]], [[3.0, 3.0]]]]> : tensor<1x2x1x2xf32>
  %one = nn.constant dense<1.0> : tensor<f32>
  %two = nn.constant dense<2.0> : tensor<f32>
  %0 = nn.binary sub %x, %one : (tensor<1x2x3x5xf32>, tensor<f32>) -> tensor<1x2x3x5xf32>
  %1 = nn.binary mul %0, %two : (tensor<1x2x3x5xf32>, tensor<f32>) -> tensor<1x2x3x5xf32>
  %2 = nn.conv %1, %w {strides = array<i64: 1, 1>, dilations = array<i64: 1, 1>, pads_begin = array<i64: 0, 1>, pads_end = array<i64: 0, 0>} : (tensor<1x2x3x5xf32>, tensor<1x2x1x2xf32>) -> tensor<1x1x3x5xf32>
  return %2 : tensor<1x1x3x5xf32>
}

// -----

// The shift differs within a channel.
// CHECK-LABEL: @keeps_sum_with_image
// CHECK: nn.conv
// CHECK-NEXT: nn.binary add
func.func @keeps_sum_with_image(%x: tensor<1x1x2x2xf32>) -> tensor<1x1x2x2xf32> {
  %w = nn.constant dense<7.0> : tensor<1x1x1x1xf32>
  %t = nn.constant dense<[[1.0, 2.0], [1.0, 1.0]]> : tensor<2x2xf32>
  %0 = nn.conv %x, %w {strides = array<i64: 1, 1>, dilations = array<i64: 1, 1>, pads_begin = array<i64: 0, 0>, pads_end = array<i64: 0, 0>} : (tensor<1x1x2x2xf32>, tensor<1x1x1x1xf32>) -> tensor<1x1x2x2xf32>
  %1 = nn.binary add %0, %t : (tensor<1x1x2x2xf32>, tensor<2x2xf32>) -> tensor<1x1x2x2xf32>
  return %1 : tensor<1x1x2x2xf32>
}

// -----

// A factor would need a second copy of the weights; a shift does not.
// CHECK-LABEL: @keeps_shared_weights
// CHECK: nn.conv
// CHECK-NEXT: nn.conv
// CHECK-NEXT: nn.binary mul
// CHECK-NEXT: return
func.func @keeps_shared_weights(%x: tensor<1x2x3x5xf32>, %y: tensor<1x2x3x5xf32>) -> (tensor<1x1x3x5xf32>, tensor<1x1x3x5xf32>) {
  %w = nn.constant dense<[[[[1.0]], [[3.0]]]]> : tensor<1x2x1x1xf32>
  %two = nn.constant dense<2.0> : tensor<f32>
  %0 = nn.conv %x, %w {strides = array<i64: 1, 1>, dilations = array<i64: 1, 1>, pads_begin = array<i64: 0, 0>, pads_end = array<i64: 0, 0>} : (tensor<1x2x3x5xf32>, tensor<1x2x1x1xf32>) -> tensor<1x1x3x5xf32>
  %1 = nn.binary add %0, %two : (tensor<1x1x3x5xf32>, tensor<f32>) -> tensor<1x1x3x5xf32>
  %2 = nn.conv %y, %w {strides = array<i64: 1, 1>, dilations = array<i64: 1, 1>, pads_begin = array<i64: 0, 0>, pads_end = array<i64: 0, 0>} : (tensor<1x2x3x5xf32>, tensor<1x2x1x1xf32>) -> tensor<1x1x3x5xf32>
  %3 = nn.binary mul %2, %two : (tensor<1x1x3x5xf32>, tensor<f32>) -> tensor<1x1x3x5xf32>
  return %1, %3 : tensor<1x1x3x5xf32>, tensor<1x1x3x5xf32>
}

// -----

// 40000·2 is no f16; 0.001·0.001 has a few digits left only.
// CHECK-LABEL: @keeps_factors_beyond_range
// CHECK: nn.conv
// CHECK-NEXT: nn.binary mul
// CHECK-NEXT: nn.conv
// CHECK-NEXT: nn.binary mul
// CHECK-NEXT: return
func.func @keeps_factors_beyond_range(%x: tensor<1x1x3x5xf16>, %y: tensor<1x1x3x5xf16>) -> (tensor<1x1x3x5xf16>, tensor<1x1x3x5xf16>) {
  %w = nn.constant dense<40000.0> : tensor<1x1x1x1xf16>
  %two = nn.constant dense<2.0> : tensor<f16>
  %0 = nn.conv %x, %w {strides = array<i64: 1, 1>, dilations = array<i64: 1, 1>, pads_begin = array<i64: 0, 0>, pads_end = array<i64: 0, 0>} : (tensor<1x1x3x5xf16>, tensor<1x1x1x1xf16>) -> tensor<1x1x3x5xf16>
  %1 = nn.binary mul %0, %two : (tensor<1x1x3x5xf16>, tensor<f16>) -> tensor<1x1x3x5xf16>
  %u = nn.constant dense<0.001> : tensor<1x1x1x1xf16>
  %small = nn.constant dense<0.001> : tensor<f16>
  %2 = nn.conv %y, %u {strides = array<i64: 1, 1>, dilations = array<i64: 1, 1>, pads_begin = array<i64: 0, 0>, pads_end = array<i64: 0, 0>} : (tensor<1x1x3x5xf16>, tensor<1x1x1x1xf16>) -> tensor<1x1x3x5xf16>
  %3 = nn.binary mul %2, %small : (tensor<1x1x3x5xf16>, tensor<f16>) -> tensor<1x1x3x5xf16>
  return %1, %3 : tensor<1x1x3x5xf16>, tensor<1x1x3x5xf16>
}

// -----

// The sum of the shifts may be much larger than the result: too much for 11 digits.
// CHECK-LABEL: @keeps_shift_before_product_of_halves
// CHECK: nn.binary sub
// CHECK-NEXT: nn.matmul
func.func @keeps_shift_before_product_of_halves(%x: tensor<5x2xf16>) -> tensor<5x1xf16> {
  %w = nn.constant dense<[[1.0], [3.0]]> : tensor<2x1xf16>
  %t = nn.constant dense<1000.0> : tensor<f16>
  %0 = nn.binary sub %x, %t : (tensor<5x2xf16>, tensor<f16>) -> tensor<5x2xf16>
  %1 = nn.matmul %0, %w : (tensor<5x2xf16>, tensor<2x1xf16>) -> tensor<5x1xf16>
  return %1 : tensor<5x1xf16>
}

// -----

// Integers divide toward zero.
// CHECK-LABEL: @keeps_integer_product
// CHECK: nn.matmul
// CHECK-NEXT: nn.binary div
func.func @keeps_integer_product(%x: tensor<5x2xi32>) -> tensor<5x1xi32> {
  %w = nn.constant dense<[[1], [3]]> : tensor<2x1xi32>
  %two = nn.constant dense<2> : tensor<i32>
  %0 = nn.matmul %x, %w : (tensor<5x2xi32>, tensor<2x1xi32>) -> tensor<5x1xi32>
  %1 = nn.binary div %0, %two : (tensor<5x1xi32>, tensor<i32>) -> tensor<5x1xi32>
  return %1 : tensor<5x1xi32>
}

// -----

// 1/√0 is no number to multiply with.
// CHECK-LABEL: @keeps_norm_without_deviation
// CHECK: nn.batch_norm
func.func @keeps_norm_without_deviation(%x: tensor<2x3x5xf32>) -> tensor<2x3x5xf32> {
  %s = nn.constant dense<[1.0, 2.0, 3.0]> : tensor<3xf32>
  %z = nn.constant dense<0.0> : tensor<3xf32>
  %0 = nn.batch_norm %x, %s, %s, %s, %z {epsilon = 0.0 : f64} : (tensor<2x3x5xf32>, tensor<3xf32>, tensor<3xf32>, tensor<3xf32>, tensor<3xf32>) -> tensor<2x3x5xf32>
  return %0 : tensor<2x3x5xf32>
}

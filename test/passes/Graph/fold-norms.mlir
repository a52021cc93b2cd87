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

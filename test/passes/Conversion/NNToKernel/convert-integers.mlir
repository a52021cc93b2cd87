// RUN: nn-opt %s -pass-pipeline='builtin.module(nnc-convert-nn-to-kernel{vector=4 interleave=4 activations=unsigned},func.func(nnc-fuse-epilogues))' | FileCheck %s
// RUN: nn-opt %s -pass-pipeline='builtin.module(nnc-convert-nn-to-kernel{vector=4 interleave=4 activations=signed integer-lanes=16})' | FileCheck %s --check-prefix=SIGNED
// RUN: not nn-opt %s -pass-pipeline='builtin.module(nnc-convert-nn-to-kernel{vector=4 interleave=3})' 2>&1 | FileCheck %s --check-prefix=MACHINE
// MACHINE: nnc-convert-nn-to-kernel: interleave 3, integer-lanes 1, integer-registers 16, activations 'any'; expected a power of two up to 16

// Three channels are filled up to four; rows of weights sum up to 6 and -6, so the zero point takes 60 of the first bias and adds 60 to the other.
// CHECK-LABEL: @zero_point_goes_to_the_bias
// CHECK-DAG: %[[B:.*]] = nn.constant dense<{{.}}[-59], [62]]> : tensor<2x1xi32>
// CHECK-DAG: %[[W:.*]] = nn.constant dense_resource<{{.*}}> : tensor<8xi8>
// CHECK: kernel.conv %arg0, %[[W]] extra(%[[B]])
// CHECK-NOT: flip
// CHECK-SAME: outside = 10 : i64
// CHECK-SAME: interleave = 4
// CHECK-NEXT: ^bb0(%[[SUM:.*]]: i32, %[[BIAS:.*]]: i32):
// CHECK-NEXT: arith.addi %[[SUM]], %[[BIAS]] : i32

// Products of signed numbers read x − 128: 118 times the sums more than above.
// SIGNED-LABEL: @zero_point_goes_to_the_bias
// SIGNED: nn.constant dense<{{.}}[709], [-706]]> : tensor<2x1xi32>
// SIGNED: kernel.conv {{.*}} flip, {{.*}} outside = 10 : i64, {{.*}} lanes = 1, interleave = 4>
func.func @zero_point_goes_to_the_bias(%x: tensor<1x3x5xui8>) -> tensor<1x2x5xi32> {
  %w = nn.constant dense<[[[1], [2], [3]], [[-1], [-2], [-3]]]> : tensor<2x3x1xi8>
  %b = nn.constant dense<[1, 2]> : tensor<2xi32>
  %0 = nn.conv %x, %w, %b {strides = array<i64: 1>, dilations = array<i64: 1>, pads_begin = array<i64: 0>, pads_end = array<i64: 0>, input_zero_point = 10 : i64} : (tensor<1x3x5xui8>, tensor<2x3x1xi8>, tensor<2xi32>) -> tensor<1x2x5xi32>
  return %0 : tensor<1x2x5xi32>
}

// Weights without a sign, less 128, fit.
// CHECK-LABEL: @weights_less_their_zero_point
// CHECK: kernel.matmul {{.*}} {flip, packed
func.func @weights_less_their_zero_point(%x: tensor<2x3xi8>) -> tensor<2x2xi32> {
  %w = nn.constant dense<[[0, 255], [128, 1], [129, 2]]> : tensor<3x2xui8>
  %0 = nn.matmul %x, %w {rhs_zero_point = 128 : i64} : (tensor<2x3xi8>, tensor<3x2xui8>) -> tensor<2x2xi32>
  return %0 : tensor<2x2xi32>
}

// 255 − 100 does not.
// CHECK-LABEL: @keeps_weights_that_do_not_fit
// CHECK: nn.matmul
func.func @keeps_weights_that_do_not_fit(%x: tensor<2x3xi8>) -> tensor<2x2xi32> {
  %w = nn.constant dense<[[0, 255], [128, 1], [129, 2]]> : tensor<3x2xui8>
  %0 = nn.matmul %x, %w {rhs_zero_point = 100 : i64} : (tensor<2x3xi8>, tensor<3x2xui8>) -> tensor<2x2xi32>
  return %0 : tensor<2x2xi32>
}

// CHECK-LABEL: @keeps_products_of_two_inputs
// CHECK: nn.matmul
func.func @keeps_products_of_two_inputs(%x: tensor<2x3xi8>, %w: tensor<3x2xi8>) -> tensor<2x2xi32> {
  %0 = nn.matmul %x, %w : (tensor<2x3xi8>, tensor<3x2xi8>) -> tensor<2x2xi32>
  return %0 : tensor<2x2xi32>
}

// Sums of 32 bits stay in registers; the layer stores bytes.
// CHECK-LABEL: @requantization_joins_the_kernel
// CHECK: kernel.depthwise {{.*}} -> tensor<1x2x5xui8>
// CHECK: arith.mulsi_extended {{.*}} : i32
// CHECK: arith.shrsi
// CHECK: %[[Y:.*]] = arith.trunci %{{.*}} : i32 to i8
// CHECK: kernel.yield %[[Y]] : i8
// CHECK-NOT: nn.requantize
func.func @requantization_joins_the_kernel(%x: tensor<1x2x5xui8>) -> tensor<1x2x5xui8> {
  %w = nn.constant dense<[[[1, 2, 3]], [[4, 5, 6]]]> : tensor<2x1x3xi8>
  %m = nn.constant dense<[[1000000], [2000000]]> : tensor<2x1xi32>
  %c = nn.constant dense<64> : tensor<i32>
  %r = nn.constant dense<7> : tensor<i32>
  %0 = nn.conv %x, %w {strides = array<i64: 1>, dilations = array<i64: 1>, pads_begin = array<i64: 1>, pads_end = array<i64: 1>, group = 2 : i64} : (tensor<1x2x5xui8>, tensor<2x1x3xi8>) -> tensor<1x2x5xi32>
  %1 = nn.requantize %0 by %m plus %c right %r : (tensor<1x2x5xi32>, tensor<2x1xi32>, tensor<i32>, tensor<i32>) -> tensor<1x2x5xui8>
  return %1 : tensor<1x2x5xui8>
}

// Real numbers times bytes: packed as f32 would be, not interleaved.
// CHECK-LABEL: @widens_bytes
// CHECK: %[[W:.*]] = nn.constant dense_resource<{{.*}}> : tensor<6xi8>
// CHECK-NOT: nn.cast
// CHECK: kernel.matmul %arg0, %[[W]] {packed, tile = #kernel.tile<{{.*}}vector = 4, lanes = 1>} : (tensor<2x3xf32>, tensor<6xi8>) -> tensor<2x2xf32>
func.func @widens_bytes(%x: tensor<2x3xf32>) -> tensor<2x2xf32> {
  %c = nn.constant dense<[[1, -2], [3, 4], [5, 6]]> : tensor<3x2xi8>
  %w = nn.cast %c : (tensor<3x2xi8>) -> tensor<3x2xf32>
  %0 = nn.matmul %x, %w : (tensor<2x3xf32>, tensor<3x2xf32>) -> tensor<2x2xf32>
  return %0 : tensor<2x2xf32>
}

// Sixteen channels are a block, in which taps lie in a group of four with no or one zero in front; the last channel follows: 16·(1·2·4) + 3.
// CHECK-LABEL: @four_taps_at_once
// CHECK: kernel.depthwise %arg0, {{.*}} interleave = 4>} : (tensor<1x17x9xui8>, tensor<131xi8>
// SIGNED-LABEL: @four_taps_at_once
// SIGNED: kernel.depthwise %arg0, {{.*}} lanes = 1>} : (tensor<1x17x9xui8>, tensor<51xi8>
func.func @four_taps_at_once(%x: tensor<1x17x9xui8>) -> tensor<1x17x7xi32> {
  %w = nn.constant dense<1> : tensor<17x1x3xi8>
  %0 = nn.conv %x, %w {strides = array<i64: 1>, dilations = array<i64: 1>, pads_begin = array<i64: 0>, pads_end = array<i64: 0>, group = 17 : i64} : (tensor<1x17x9xui8>, tensor<17x1x3xi8>) -> tensor<1x17x7xi32>
  return %0 : tensor<1x17x7xi32>
}

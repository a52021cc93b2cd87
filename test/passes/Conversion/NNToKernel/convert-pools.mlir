// RUN: nn-opt %s -pass-pipeline='builtin.module(func.func(nnc-convert-pools{vector=8 registers=16}))' | FileCheck %s
// RUN: nn-opt %s -pass-pipeline='builtin.module(func.func(nnc-convert-pools{vector=1 registers=32}))' | FileCheck %s --check-prefix=SCALAR

// SCALAR-NOT: kernel.pool

// What `ceil_extra` reaches beyond the image is padding.
// CHECK-LABEL: @maximum
// CHECK: kernel.pool %arg0 {{{.*}}maximum, pads_begin = array<i64: 1, 0>, pads_end = array<i64: 1, 1>
// CHECK-NEXT: ^bb0(%[[LARGEST:.*]]: f32):
// CHECK-NEXT: kernel.yield %[[LARGEST]]
func.func @maximum(%x: tensor<1x3x9x7xf32>) -> tensor<1x3x5x4xf32> {
  %0 = nn.pool max %x {kernel = array<i64: 3, 2>, strides = array<i64: 2, 2>, dilations = array<i64: 1, 1>,
    pads_begin = array<i64: 1, 0>, pads_end = array<i64: 1, 0>, ceil_extra = array<i64: 0, 1>} : (tensor<1x3x9x7xf32>) -> tensor<1x3x5x4xf32>
  return %0 : tensor<1x3x5x4xf32>
}

// CHECK-LABEL: @mean_divides_in_the_epilogue
// CHECK: kernel.pool %arg0
// CHECK: %[[COUNT:.*]] = arith.constant 6.0
// CHECK: arith.divf %{{.*}}, %[[COUNT]]
func.func @mean_divides_in_the_epilogue(%x: tensor<1x3x9x8xf32>) -> tensor<1x3x3x4xf32> {
  %0 = nn.pool average %x {kernel = array<i64: 3, 2>, strides = array<i64: 3, 2>, dilations = array<i64: 1, 1>,
    pads_begin = array<i64: 0, 0>, pads_end = array<i64: 0, 0>, ceil_extra = array<i64: 0, 0>} : (tensor<1x3x9x8xf32>) -> tensor<1x3x3x4xf32>
  return %0 : tensor<1x3x3x4xf32>
}

// Its windows at the border have fewer elements.
// CHECK-LABEL: @keeps_mean_without_padding
// CHECK: nn.pool average
func.func @keeps_mean_without_padding(%x: tensor<1x3x9xf32>) -> tensor<1x3x9xf32> {
  %0 = nn.pool average %x {kernel = array<i64: 3>, strides = array<i64: 1>, dilations = array<i64: 1>,
    pads_begin = array<i64: 1>, pads_end = array<i64: 1>, ceil_extra = array<i64: 0>} : (tensor<1x3x9xf32>) -> tensor<1x3x9xf32>
  return %0 : tensor<1x3x9xf32>
}

// The operator before it would need memory of its own.
// CHECK-LABEL: @keeps_what_is_computed_on_the_fly
// CHECK: nn.pool max
func.func @keeps_what_is_computed_on_the_fly(%x: tensor<1x3x9xf32>) -> tensor<1x3x4xf32> {
  %0 = nn.unary tanh %x : (tensor<1x3x9xf32>) -> tensor<1x3x9xf32>
  %1 = nn.pool max %0 {kernel = array<i64: 2>, strides = array<i64: 2>, dilations = array<i64: 1>,
    pads_begin = array<i64: 0>, pads_end = array<i64: 0>, ceil_extra = array<i64: 0>} : (tensor<1x3x9xf32>) -> tensor<1x3x4xf32>
  return %1 : tensor<1x3x4xf32>
}

// CHECK-LABEL: @keeps_other_types
// CHECK: nn.pool max
func.func @keeps_other_types(%x: tensor<1x3x9xi8>) -> tensor<1x3x4xi8> {
  %0 = nn.pool max %x {kernel = array<i64: 2>, strides = array<i64: 2>, dilations = array<i64: 1>,
    pads_begin = array<i64: 0>, pads_end = array<i64: 0>, ceil_extra = array<i64: 0>} : (tensor<1x3x9xi8>) -> tensor<1x3x4xi8>
  return %0 : tensor<1x3x4xi8>
}

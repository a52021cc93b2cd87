// RUN: nn-opt %s -split-input-file -nnc-choose-layouts=order=channels-last | FileCheck %s
// RUN: nn-opt %s -split-input-file -nnc-choose-layouts=order=row-major | FileCheck %s --check-prefix=ROWS
// RUN: nn-opt %s -split-input-file -nnc-choose-layouts | FileCheck %s --check-prefix=ROWS

// ROWS-NOT: #nn.layout

// CHECK-LABEL: func @chain_stays_channels_last
// CHECK: %[[P:.*]] = nn.pool {{.*}} -> tensor<2x3x4x5xf32, #nn.layout<[60, 1, 15, 3]>>
// CHECK: %[[R:.*]] = nn.unary relu %[[P]] {{.*}} -> tensor<2x3x4x5xf32, #nn.layout<[60, 1, 15, 3]>>
// CHECK: %[[S:.*]] = nn.slice %[[R]] {{.*}} -> tensor<2x3x4x2xf32, #nn.layout<[24, 1, 6, 3]>>
// CHECK: %[[C:.*]] = nn.concat %[[S]], %[[S]] {{.*}} -> tensor<2x6x4x2xf32, #nn.layout<[48, 1, 12, 6]>>
// CHECK: nn.reduce max %[[C]] {{.*}} -> tensor<2x6xf32>
func.func @chain_stays_channels_last(%x: tensor<2x3x8x10xf32>) -> tensor<2x6xf32> attributes {rt.entry} {
  %0 = nn.pool max %x {kernel = array<i64: 2, 2>, strides = array<i64: 2, 2>, dilations = array<i64: 1, 1>, pads_begin = array<i64: 0, 0>,
    pads_end = array<i64: 0, 0>, ceil_extra = array<i64: 0, 0>} : (tensor<2x3x8x10xf32>) -> tensor<2x3x4x5xf32>
  %1 = nn.unary relu %0 : (tensor<2x3x4x5xf32>) -> tensor<2x3x4x5xf32>
  %2 = nn.slice %1 {starts = array<i64: 0, 0, 0, 1>, steps = array<i64: 1, 1, 1, 2>} : (tensor<2x3x4x5xf32>) -> tensor<2x3x4x2xf32>
  %3 = nn.concat %2, %2 {axis = 1 : i64} : (tensor<2x3x4x2xf32>, tensor<2x3x4x2xf32>) -> tensor<2x6x4x2xf32>
  %4 = nn.reduce max %3 {axes = array<i64: 2, 3>} : (tensor<2x6x4x2xf32>) -> tensor<2x6xf32>
  return %4 : tensor<2x6xf32>
}

// -----

// CHECK-LABEL: func @product_starts_a_chain
// CHECK: kernel.conv {{.*}} -> tensor<1x4x3x2xf32, #nn.layout<[24, 1, 8, 4]>>
// CHECK: nn.binary add {{.*}} : (tensor<1x4x3x2xf32, #nn.layout<[24, 1, 8, 4]>>, tensor<1x4x3x2xf32>) -> tensor<1x4x3x2xf32, #nn.layout<[24, 1, 8, 4]>>
// CHECK: nn.softmax {{.*}} -> tensor<1x4x3x2xf32>
func.func @product_starts_a_chain(%x: tensor<1x2x3x2xf32>, %w: tensor<8xf32>, %r: tensor<1x4x3x2xf32>) -> tensor<1x4x3x2xf32> attributes {rt.entry} {
  %0 = kernel.conv %x, %w {kernel = array<i64: 1, 1>, strides = array<i64: 1, 1>, dilations = array<i64: 1, 1>, pads_begin = array<i64: 0, 0>,
      pads_end = array<i64: 0, 0>, group = 1 : i64, tile = #kernel.tile<rows = 2, columns = 4, vector = 4, lanes = 1>}
      : (tensor<1x2x3x2xf32>, tensor<8xf32>) -> tensor<1x4x3x2xf32> {
  ^bb0(%acc: f32):
    kernel.yield %acc : f32
  }
  %1 = nn.binary add %0, %r : (tensor<1x4x3x2xf32>, tensor<1x4x3x2xf32>) -> tensor<1x4x3x2xf32>
  %2 = nn.softmax %1 {axis = 1 : i64} : (tensor<1x4x3x2xf32>) -> tensor<1x4x3x2xf32>
  return %2 : tensor<1x4x3x2xf32>
}

// -----

// Nothing between the argument and the product has a reason to leave the caller's order.
// CHECK-LABEL: func @arguments_stay_row_major
// CHECK: nn.unary abs {{.*}} -> tensor<1x2x3x2xf32>
// CHECK: nn.pool {{.*}} -> tensor<1x2x2x1xf32, #nn.layout<[4, 1, 2, 2]>>
// CHECK: nn.reshape {{.*}} -> tensor<4xf32>
func.func @arguments_stay_row_major(%x: tensor<1x2x3x2xf32>) -> tensor<4xf32> attributes {rt.entry} {
  %0 = nn.unary abs %x : (tensor<1x2x3x2xf32>) -> tensor<1x2x3x2xf32>
  %1 = nn.pool max %0 {kernel = array<i64: 2, 2>, strides = array<i64: 1, 1>, dilations = array<i64: 1, 1>, pads_begin = array<i64: 0, 0>,
    pads_end = array<i64: 0, 0>, ceil_extra = array<i64: 0, 0>} : (tensor<1x2x3x2xf32>) -> tensor<1x2x2x1xf32>
  %2 = nn.unary neg %1 : (tensor<1x2x2x1xf32>) -> tensor<1x2x2x1xf32>
  %3 = nn.reshape %2 : (tensor<1x2x2x1xf32>) -> tensor<4xf32>
  return %3 : tensor<4xf32>
}

// -----

// CHECK-LABEL: func @reshaped_and_multiplied_values_stay_row_major
// CHECK-NOT: #nn.layout
func.func @reshaped_and_multiplied_values_stay_row_major(%x: tensor<2x3x4x6xf32>, %w: tensor<3x5xf32>) -> (tensor<2x18xf32>, tensor<2x3x2x5xf32>) attributes {rt.entry} {
  %0 = nn.pool max %x {kernel = array<i64: 2, 2>, strides = array<i64: 2, 2>, dilations = array<i64: 1, 1>, pads_begin = array<i64: 0, 0>,
    pads_end = array<i64: 0, 0>, ceil_extra = array<i64: 0, 0>} : (tensor<2x3x4x6xf32>) -> tensor<2x3x2x3xf32>
  %1 = nn.reshape %0 : (tensor<2x3x2x3xf32>) -> tensor<2x18xf32>
  %2 = nn.matmul %0, %w : (tensor<2x3x2x3xf32>, tensor<3x5xf32>) -> tensor<2x3x2x5xf32>
  return %1, %2 : tensor<2x18xf32>, tensor<2x3x2x5xf32>
}

// -----

// One channel, or one pixel: both orders are the same.
// CHECK-LABEL: func @no_layout_where_orders_agree
// CHECK-NOT: #nn.layout
func.func @no_layout_where_orders_agree(%x: tensor<2x1x4x6xf32>, %y: tensor<2x5x4x6xf32>) -> (tensor<2x12xf32>, tensor<2x5xf32>) attributes {rt.entry} {
  %0 = nn.pool max %x {kernel = array<i64: 1, 2>, strides = array<i64: 2, 1>, dilations = array<i64: 1, 1>, pads_begin = array<i64: 0, 0>,
    pads_end = array<i64: 0, 0>, ceil_extra = array<i64: 0, 0>} : (tensor<2x1x4x6xf32>) -> tensor<2x1x2x5xf32>
  %1 = nn.unary exp %0 : (tensor<2x1x2x5xf32>) -> tensor<2x1x2x5xf32>
  %2 = nn.pad edge %1 {low = array<i64: 0, 0, 0, 1>, high = array<i64: 0, 0, 0, 0>} : (tensor<2x1x2x5xf32>) -> tensor<2x1x2x6xf32>
  %3 = nn.reshape %2 : (tensor<2x1x2x6xf32>) -> tensor<2x12xf32>
  %4 = nn.pool max %y {kernel = array<i64: 4, 6>, strides = array<i64: 1, 1>, dilations = array<i64: 1, 1>, pads_begin = array<i64: 0, 0>,
    pads_end = array<i64: 0, 0>, ceil_extra = array<i64: 0, 0>} : (tensor<2x5x4x6xf32>) -> tensor<2x5x1x1xf32>
  %5 = nn.unary exp %4 : (tensor<2x5x1x1xf32>) -> tensor<2x5x1x1xf32>
  %6 = nn.reduce sum %5 {axes = array<i64: 2, 3>} : (tensor<2x5x1x1xf32>) -> tensor<2x5xf32>
  return %3, %6 : tensor<2x12xf32>, tensor<2x5xf32>
}

// -----

// An image that the caller gives pixel by pixel is channels-last already.
// CHECK-LABEL: func @transposition_of_pixels_moves_nothing
// CHECK: nn.transpose {{.*}} : (tensor<1x4x6x3xf32>) -> tensor<1x3x4x6xf32, #nn.layout<[72, 1, 18, 3]>>
// CHECK: nn.unary relu {{.*}} -> tensor<1x3x4x6xf32, #nn.layout<[72, 1, 18, 3]>>
// CHECK: nn.transpose {{.*}} : (tensor<1x3x4x6xf32, #nn.layout<[72, 1, 18, 3]>>) -> tensor<1x4x6x3xf32>
func.func @transposition_of_pixels_moves_nothing(%x: tensor<1x4x6x3xf32>) -> tensor<1x4x6x3xf32> attributes {rt.entry} {
  %0 = nn.transpose %x {perm = array<i64: 0, 3, 1, 2>} : (tensor<1x4x6x3xf32>) -> tensor<1x3x4x6xf32>
  %1 = nn.unary relu %0 : (tensor<1x3x4x6xf32>) -> tensor<1x3x4x6xf32>
  %2 = nn.transpose %1 {perm = array<i64: 0, 2, 3, 1>} : (tensor<1x3x4x6xf32>) -> tensor<1x4x6x3xf32>
  return %2 : tensor<1x4x6x3xf32>
}

// -----

// CHECK-LABEL: func @other_transpositions_stay_row_major
// CHECK-NOT: #nn.layout
func.func @other_transpositions_stay_row_major(%x: tensor<4x6x3xf32>) -> tensor<6x3xf32> attributes {rt.entry} {
  %0 = nn.transpose %x {perm = array<i64: 1, 0, 2>} : (tensor<4x6x3xf32>) -> tensor<6x4x3xf32>
  %1 = nn.reduce sum %0 {axes = array<i64: 1>} : (tensor<6x4x3xf32>) -> tensor<6x3xf32>
  return %1 : tensor<6x3xf32>
}

// -----

// CHECK-LABEL: func @leaves_other_functions
// CHECK-NOT: #nn.layout
func.func @leaves_other_functions(%x: tensor<2x3x4x6xf32>) -> tensor<2x3xf32> {
  %0 = nn.pool max %x {kernel = array<i64: 2, 2>, strides = array<i64: 2, 2>, dilations = array<i64: 1, 1>, pads_begin = array<i64: 0, 0>,
    pads_end = array<i64: 0, 0>, ceil_extra = array<i64: 0, 0>} : (tensor<2x3x4x6xf32>) -> tensor<2x3x2x3xf32>
  %1 = nn.reduce sum %0 {axes = array<i64: 2, 3>} : (tensor<2x3x2x3xf32>) -> tensor<2x3xf32>
  return %1 : tensor<2x3xf32>
}

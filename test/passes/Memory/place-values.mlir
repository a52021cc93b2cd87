// RUN: nn-opt %s --pass-pipeline='builtin.module(nnc-place-values)' -split-input-file | FileCheck %s

// CHECK-LABEL: func.func @parts_get_the_strides_of_the_whole
// CHECK: %[[A:.*]] = nn.unary exp %{{.*}} -> tensor<2x3xf32, #nn.layout<[7, 1]>>
// CHECK: %[[B:.*]] = nn.softmax %{{.*}} -> tensor<2x4xf32, #nn.layout<[7, 1]>>
// CHECK: %[[C:.*]] = nn.concat %[[A]], %[[B]] {axis = 1 : i64, rt.view}
// CHECK-SAME: -> tensor<2x7xf32>
// CHECK: return %[[C]]
func.func @parts_get_the_strides_of_the_whole(%x: tensor<2x3xf32>, %y: tensor<2x4xf32>) -> tensor<2x7xf32> attributes {rt.entry} {
  %a = nn.unary exp %x : (tensor<2x3xf32>) -> tensor<2x3xf32>
  %b = nn.softmax %y {axis = 1 : i64} : (tensor<2x4xf32>) -> tensor<2x4xf32>
  %c = nn.concat %a, %b {axis = 1 : i64} : (tensor<2x3xf32>, tensor<2x4xf32>) -> tensor<2x7xf32>
  return %c : tensor<2x7xf32>
}

// -----

// Along the outermost dimension the parts follow each other, and their strides stay row-major.
// CHECK-LABEL: func.func @outermost_parts_stay_row_major
// CHECK: nn.unary exp %{{.*}} : (tensor<2x3xf32>) -> tensor<2x3xf32>{{$}}
// CHECK: nn.concat {{.*}}rt.view
func.func @outermost_parts_stay_row_major(%x: tensor<2x3xf32>, %y: tensor<5x3xf32>) -> tensor<7x3xf32> attributes {rt.entry} {
  %a = nn.unary exp %x : (tensor<2x3xf32>) -> tensor<2x3xf32>
  %b = nn.unary neg %y : (tensor<5x3xf32>) -> tensor<5x3xf32>
  %c = nn.concat %a, %b {axis = 0 : i64} : (tensor<2x3xf32>, tensor<5x3xf32>) -> tensor<7x3xf32>
  return %c : tensor<7x3xf32>
}

// -----

// Channels-last: a part's pixels are as far apart as the whole's.
// CHECK-LABEL: func.func @channels_last
// CHECK: nn.unary exp {{.*}} -> tensor<1x3x5x7xf32, #nn.layout<[280, 1, 56, 8]>>
// CHECK: nn.unary neg {{.*}} -> tensor<1x5x5x7xf32, #nn.layout<[280, 1, 56, 8]>>
func.func @channels_last(%x: tensor<1x3x5x7xf32>, %y: tensor<1x5x5x7xf32>) -> tensor<1x8x5x7xf32> attributes {rt.entry} {
  %a = nn.unary exp %x : (tensor<1x3x5x7xf32>) -> tensor<1x3x5x7xf32, #nn.layout<[105, 1, 21, 3]>>
  %b = nn.unary neg %y : (tensor<1x5x5x7xf32>) -> tensor<1x5x5x7xf32, #nn.layout<[175, 1, 35, 5]>>
  %c = nn.concat %a, %b {axis = 1 : i64} : (tensor<1x3x5x7xf32, #nn.layout<[105, 1, 21, 3]>>, tensor<1x5x5x7xf32, #nn.layout<[175, 1, 35, 5]>>) -> tensor<1x8x5x7xf32, #nn.layout<[280, 1, 56, 8]>>
  %d = nn.unary relu %c : (tensor<1x8x5x7xf32, #nn.layout<[280, 1, 56, 8]>>) -> tensor<1x8x5x7xf32>
  return %d : tensor<1x8x5x7xf32>
}

// -----

// An argument, a constant, a value that is returned and one that is taken already are copied.
// CHECK-LABEL: func.func @copies_what_lies_elsewhere
// CHECK-SAME: (%[[X:.*]]: tensor<3xf32>)
// CHECK: %[[K:.*]] = nn.constant
// CHECK: %[[A:.*]] = nn.unary exp %[[X]] : (tensor<3xf32>) -> tensor<3xf32>
// CHECK: %[[R:.*]] = nn.unary neg
// CHECK: %[[X1:.*]] = nn.transpose %[[X]] {perm = array<i64: 0>, rt.copy}
// CHECK: %[[K1:.*]] = nn.transpose %[[K]] {perm = array<i64: 0>, rt.copy}
// CHECK: %[[R1:.*]] = nn.transpose %[[R]] {perm = array<i64: 0>, rt.copy}
// CHECK: %[[A1:.*]] = nn.transpose %[[A]] {perm = array<i64: 0>, rt.copy}
// CHECK: %[[C:.*]] = nn.concat %[[X1]], %[[K1]], %[[R1]], %[[A]], %[[A1]] {axis = 0 : i64, rt.view}
// CHECK: return %[[C]], %[[R]]
func.func @copies_what_lies_elsewhere(%x: tensor<3xf32>) -> (tensor<15xf32>, tensor<3xf32>) attributes {rt.entry} {
  %k = nn.constant dense<[1.0, -2.0, 5.0]> : tensor<3xf32>
  %a = nn.unary exp %x : (tensor<3xf32>) -> tensor<3xf32>
  %r = nn.unary neg %x : (tensor<3xf32>) -> tensor<3xf32>
  %c = nn.concat %x, %k, %r, %a, %a {axis = 0 : i64} : (tensor<3xf32>, tensor<3xf32>, tensor<3xf32>, tensor<3xf32>, tensor<3xf32>) -> tensor<15xf32>
  return %c, %r : tensor<15xf32>, tensor<3xf32>
}

// -----

// Nothing here is computed, so one layer joins all.
// CHECK-LABEL: func.func @leaves_a_join_of_arguments
// CHECK: nn.concat
// CHECK-NOT: rt.view
// CHECK-NOT: rt.copy
func.func @leaves_a_join_of_arguments(%x: tensor<3xf32>, %y: tensor<5xf32>) -> tensor<8xf32> attributes {rt.entry} {
  %c = nn.concat %x, %y {axis = 0 : i64} : (tensor<3xf32>, tensor<5xf32>) -> tensor<8xf32>
  return %c : tensor<8xf32>
}

// -----

// A dense block: each concatenation is the beginning of the last one.
// CHECK-LABEL: func.func @dense_block_is_written_once
// CHECK-NOT: rt.copy
// CHECK: nn.concat {{.*}}rt.view{{.*}} -> tensor<1x5x3x3xf32, #nn.layout<[81, 1, 27, 9]>>
// CHECK-NOT: rt.copy
// CHECK: nn.concat {{.*}}rt.view{{.*}} -> tensor<1x9x3x3xf32, #nn.layout<[81, 1, 27, 9]>>
func.func @dense_block_is_written_once(%x: tensor<1x2x3x3xf32>) -> tensor<1x9x1x1xf32> attributes {rt.entry} {
  %x0 = nn.unary exp %x : (tensor<1x2x3x3xf32>) -> tensor<1x2x3x3xf32>
  %k1 = nn.constant dense<0.5> : tensor<3x2x1x1xf32>
  %x1 = nn.conv %x0, %k1 {strides = array<i64: 1, 1>, dilations = array<i64: 1, 1>, pads_begin = array<i64: 0, 0>, pads_end = array<i64: 0, 0>, group = 1 : i64} : (tensor<1x2x3x3xf32>, tensor<3x2x1x1xf32>) -> tensor<1x3x3x3xf32>
  %c1 = nn.concat %x0, %x1 {axis = 1 : i64} : (tensor<1x2x3x3xf32>, tensor<1x3x3x3xf32>) -> tensor<1x5x3x3xf32, #nn.layout<[45, 1, 15, 5]>>
  %k2 = nn.constant dense<0.25> : tensor<4x5x1x1xf32>
  %x2 = nn.conv %c1, %k2 {strides = array<i64: 1, 1>, dilations = array<i64: 1, 1>, pads_begin = array<i64: 0, 0>, pads_end = array<i64: 0, 0>, group = 1 : i64} : (tensor<1x5x3x3xf32, #nn.layout<[45, 1, 15, 5]>>, tensor<4x5x1x1xf32>) -> tensor<1x4x3x3xf32>
  %c2 = nn.concat %x0, %x1, %x2 {axis = 1 : i64} : (tensor<1x2x3x3xf32>, tensor<1x3x3x3xf32>, tensor<1x4x3x3xf32>) -> tensor<1x9x3x3xf32, #nn.layout<[81, 1, 27, 9]>>
  %r = nn.reduce mean %c2 {axes = array<i64: 2, 3>, keep_dims} : (tensor<1x9x3x3xf32, #nn.layout<[81, 1, 27, 9]>>) -> tensor<1x9x1x1xf32>
  return %r : tensor<1x9x1x1xf32>
}

// -----

// A concatenation of concatenations: all parts lie in the outer one.
// CHECK-LABEL: func.func @nested
// CHECK: nn.unary exp {{.*}} -> tensor<2x1xf32, #nn.layout<[6, 1]>>
// CHECK: nn.unary neg {{.*}} -> tensor<2x2xf32, #nn.layout<[6, 1]>>
// CHECK: nn.concat {{.*}}rt.view{{.*}} -> tensor<2x3xf32, #nn.layout<[6, 1]>>
// CHECK: nn.concat {{.*}}rt.view{{.*}} -> tensor<2x6xf32>
func.func @nested(%x: tensor<2x1xf32>, %y: tensor<2x2xf32>, %z: tensor<2x3xf32>) -> tensor<2x6xf32> attributes {rt.entry} {
  %a = nn.unary exp %x : (tensor<2x1xf32>) -> tensor<2x1xf32>
  %b = nn.unary neg %y : (tensor<2x2xf32>) -> tensor<2x2xf32>
  %i = nn.concat %a, %b {axis = 1 : i64} : (tensor<2x1xf32>, tensor<2x2xf32>) -> tensor<2x3xf32>
  %d = nn.unary abs %z : (tensor<2x3xf32>) -> tensor<2x3xf32>
  %o = nn.concat %i, %d {axis = 1 : i64} : (tensor<2x3xf32>, tensor<2x3xf32>) -> tensor<2x6xf32>
  return %o : tensor<2x6xf32>
}

// -----

// Through a reshape and a transposition that move nothing, the product writes straight into its part.
// CHECK-LABEL: func.func @through_aliases
// CHECK: %[[P:.*]] = nn.softmax {{.*}} -> tensor<1x4x3x2xf32, #nn.layout<[24, 1, 8, 4]>>
// CHECK: %[[T:.*]] = nn.transpose %[[P]] {perm = array<i64: 0, 2, 3, 1>} : {{.*}} -> tensor<1x3x2x4xf32>
// CHECK: %[[R:.*]] = nn.reshape %[[T]]
// CHECK: nn.concat %[[R]], %{{.*}} {axis = 1 : i64, rt.view}
// CHECK-NOT: rt.copy
func.func @through_aliases(%x: tensor<1x4x3x2xf32>, %y: tensor<1x5x2xf32>) -> tensor<1x17x2xf32> attributes {rt.entry} {
  %p = nn.softmax %x {axis = 1 : i64} : (tensor<1x4x3x2xf32>) -> tensor<1x4x3x2xf32, #nn.layout<[24, 1, 8, 4]>>
  %t = nn.transpose %p {perm = array<i64: 0, 2, 3, 1>} : (tensor<1x4x3x2xf32, #nn.layout<[24, 1, 8, 4]>>) -> tensor<1x3x2x4xf32>
  %r = nn.reshape %t : (tensor<1x3x2x4xf32>) -> tensor<1x12x2xf32>
  %q = nn.unary exp %y : (tensor<1x5x2xf32>) -> tensor<1x5x2xf32>
  %c = nn.concat %r, %q {axis = 1 : i64} : (tensor<1x12x2xf32>, tensor<1x5x2xf32>) -> tensor<1x17x2xf32>
  return %c : tensor<1x17x2xf32>
}

// -----

// A reshape whose part is not row-major any more computes it.
// CHECK-LABEL: func.func @reshape_computes_its_part
// CHECK: %[[P:.*]] = nn.softmax {{.*}} -> tensor<6x2xf32>
// CHECK: nn.reshape %[[P]] : (tensor<6x2xf32>) -> tensor<3x4xf32, #nn.layout<[9, 1]>>
func.func @reshape_computes_its_part(%x: tensor<6x2xf32>, %y: tensor<3x5xf32>) -> tensor<3x9xf32> attributes {rt.entry} {
  %p = nn.softmax %x {axis = 1 : i64} : (tensor<6x2xf32>) -> tensor<6x2xf32>
  %r = nn.reshape %p : (tensor<6x2xf32>) -> tensor<3x4xf32>
  %q = nn.unary exp %y : (tensor<3x5xf32>) -> tensor<3x5xf32>
  %c = nn.concat %r, %q {axis = 1 : i64} : (tensor<3x4xf32>, tensor<3x5xf32>) -> tensor<3x9xf32>
  return %c : tensor<3x9xf32>
}

// -----

// The strides of the first part make the second one an alias of it, which it must not be.
// CHECK-LABEL: func.func @aliases_by_accident
// CHECK: %[[P:.*]] = nn.softmax {{.*}} -> tensor<3x4xf32, #nn.layout<[1, 6]>>
// CHECK: %[[R:.*]] = nn.broadcast %[[P]] {rt.copy} : (tensor<3x4xf32, #nn.layout<[1, 6]>>) -> tensor<3x4xf32, #nn.layout<[1, 6]>>
// CHECK: nn.concat %[[P]], %[[R]] {axis = 0 : i64, rt.view}
func.func @aliases_by_accident(%x: tensor<3x4xf32>) -> tensor<6xf32> attributes {rt.entry} {
  %p = nn.softmax %x {axis = 1 : i64} : (tensor<3x4xf32>) -> tensor<3x4xf32>
  %r = nn.broadcast %p : (tensor<3x4xf32>) -> tensor<3x4xf32>
  %c = nn.concat %p, %r {axis = 0 : i64} : (tensor<3x4xf32>, tensor<3x4xf32>) -> tensor<6x4xf32, #nn.layout<[1, 6]>>
  %s = nn.reduce sum %c {axes = array<i64: 1>} : (tensor<6x4xf32, #nn.layout<[1, 6]>>) -> tensor<6xf32>
  return %s : tensor<6xf32>
}

// -----

// An alias of an argument cannot move to its part.
// CHECK-LABEL: func.func @copies_an_alias_of_an_argument
// CHECK: %[[R:.*]] = nn.reshape %arg0 : (tensor<6x2xf32>) -> tensor<3x4xf32>
// CHECK: %[[K:.*]] = nn.transpose %[[R]] {perm = array<i64: 0, 1>, rt.copy} : (tensor<3x4xf32>) -> tensor<3x4xf32>
// CHECK: nn.concat %[[K]], {{.*}}rt.view
func.func @copies_an_alias_of_an_argument(%x: tensor<6x2xf32>, %y: tensor<5x4xf32>) -> tensor<8x4xf32> attributes {rt.entry} {
  %r = nn.reshape %x : (tensor<6x2xf32>) -> tensor<3x4xf32>
  %q = nn.unary exp %y : (tensor<5x4xf32>) -> tensor<5x4xf32>
  %c = nn.concat %r, %q {axis = 0 : i64} : (tensor<3x4xf32>, tensor<5x4xf32>) -> tensor<8x4xf32>
  return %c : tensor<8x4xf32>
}

// -----

// CHECK-LABEL: func.func @slices_are_views
// CHECK: nn.slice {{.*}}rt.view{{.*}} -> tensor<2x3xf32, #nn.layout<[7, 1]>>
// CHECK: nn.slice {{.*}}rt.view{{.*}} -> tensor<1x7xf32>
// CHECK: nn.slice {{.*}}rt.view{{.*}} -> tensor<2x4xf32, #nn.layout<[14, 1]>>
func.func @slices_are_views(%x: tensor<4x7xf32>) -> (tensor<2x3xf32>, tensor<1x7xf32>, tensor<2x4xf32>) attributes {rt.entry} {
  %a = nn.slice %x {starts = array<i64: 1, 2>, steps = array<i64: 1, 1>} : (tensor<4x7xf32>) -> tensor<2x3xf32>
  %b = nn.slice %x {starts = array<i64: 3, 0>, steps = array<i64: 1, 1>} : (tensor<4x7xf32>) -> tensor<1x7xf32>
  %c = nn.slice %x {starts = array<i64: 0, 3>, steps = array<i64: 2, 1>} : (tensor<4x7xf32>) -> tensor<2x4xf32>
  %d = nn.softmax %a {axis = 1 : i64} : (tensor<2x3xf32>) -> tensor<2x3xf32>
  %e = nn.softmax %b {axis = 1 : i64} : (tensor<1x7xf32>) -> tensor<1x7xf32>
  %f = nn.softmax %c {axis = 1 : i64} : (tensor<2x4xf32>) -> tensor<2x4xf32>
  return %d, %e, %f : tensor<2x3xf32>, tensor<1x7xf32>, tensor<2x4xf32>
}

// -----

// Negative steps, steps along the innermost dimension, results of the model, parts of a concatenation.
// CHECK-LABEL: func.func @slices_that_are_computed
// CHECK-NOT: nn.slice {{.*}}rt.view
// CHECK: nn.concat {{.*}}rt.view
func.func @slices_that_are_computed(%x: tensor<4x7xf32>) -> (tensor<4x7xf32>, tensor<4x4xf32>, tensor<2x7xf32>, tensor<6x7xf32>) attributes {rt.entry} {
  %a = nn.slice %x {starts = array<i64: 3, 0>, steps = array<i64: -1, 1>} : (tensor<4x7xf32>) -> tensor<4x7xf32>
  %b = nn.slice %x {starts = array<i64: 0, 0>, steps = array<i64: 1, 2>} : (tensor<4x7xf32>) -> tensor<4x4xf32>
  %c = nn.slice %x {starts = array<i64: 1, 0>, steps = array<i64: 1, 1>} : (tensor<4x7xf32>) -> tensor<2x7xf32>
  %d = nn.slice %x {starts = array<i64: 2, 0>, steps = array<i64: 1, 1>} : (tensor<4x7xf32>) -> tensor<2x7xf32>
  %s = nn.softmax %a {axis = 1 : i64} : (tensor<4x7xf32>) -> tensor<4x7xf32>
  %t = nn.softmax %b {axis = 1 : i64} : (tensor<4x4xf32>) -> tensor<4x4xf32>
  %u = nn.softmax %x {axis = 0 : i64} : (tensor<4x7xf32>) -> tensor<4x7xf32>
  %v = nn.concat %u, %d {axis = 0 : i64} : (tensor<4x7xf32>, tensor<2x7xf32>) -> tensor<6x7xf32>
  return %s, %t, %c, %v : tensor<4x7xf32>, tensor<4x4xf32>, tensor<2x7xf32>, tensor<6x7xf32>
}

// -----

// Steps of a dimension of one element do not matter.
// CHECK-LABEL: func.func @step_of_a_single_element
// CHECK: nn.slice {{.*}}rt.view
func.func @step_of_a_single_element(%x: tensor<4x7xf32>) -> tensor<4x1xf32> attributes {rt.entry} {
  %a = nn.slice %x {starts = array<i64: 0, 5>, steps = array<i64: 1, -3>} : (tensor<4x7xf32>) -> tensor<4x1xf32>
  %s = nn.softmax %a {axis = 0 : i64} : (tensor<4x1xf32>) -> tensor<4x1xf32>
  return %s : tensor<4x1xf32>
}

// -----

// An argument, a constant, an alias of one, and a value that is returned twice.
// CHECK-LABEL: func.func @results_get_their_own_bytes
// CHECK: %[[S:.*]] = nn.softmax
// CHECK: %[[T:.*]] = nn.reshape %[[S]]
// CHECK: %[[X1:.*]] = nn.transpose %arg0 {perm = array<i64: 0, 1>, rt.copy}
// CHECK: %[[K1:.*]] = nn.transpose %{{.*}} {perm = array<i64: 0>, rt.copy}
// CHECK: %[[R1:.*]] = nn.transpose %{{.*}} {perm = array<i64: 0>, rt.copy}
// CHECK: %[[T1:.*]] = nn.transpose %[[T]] {perm = array<i64: 0>, rt.copy}
// CHECK: return %[[X1]], %[[K1]], %[[R1]], %[[S]], %[[T1]]
func.func @results_get_their_own_bytes(%x: tensor<2x3xf32>) -> (tensor<2x3xf32>, tensor<2xi64>, tensor<6xf32>, tensor<2x3xf32>, tensor<6xf32>) attributes {rt.entry} {
  %k = nn.constant dense<[7, -1]> : tensor<2xi64>
  %r = nn.reshape %x : (tensor<2x3xf32>) -> tensor<6xf32>
  %s = nn.softmax %x {axis = 1 : i64} : (tensor<2x3xf32>) -> tensor<2x3xf32>
  %t = nn.reshape %s : (tensor<2x3xf32>) -> tensor<6xf32>
  return %x, %k, %r, %s, %t : tensor<2x3xf32>, tensor<2xi64>, tensor<6xf32>, tensor<2x3xf32>, tensor<6xf32>
}

// -----

// Only the model's function has places.
// CHECK-LABEL: func.func @leaves_other_functions
// CHECK-NOT: rt.
func.func @leaves_other_functions(%x: tensor<3xf32>) -> tensor<6xf32> {
  %a = nn.unary exp %x : (tensor<3xf32>) -> tensor<3xf32>
  %b = nn.unary neg %x : (tensor<3xf32>) -> tensor<3xf32>
  %c = nn.concat %a, %b {axis = 0 : i64} : (tensor<3xf32>, tensor<3xf32>) -> tensor<6xf32>
  return %c : tensor<6xf32>
}

// RUN: nn-opt %s -split-input-file -pass-pipeline='builtin.module(canonicalize)' | FileCheck %s
// COMPARE: --tolerance=0 --specials

// CHECK-LABEL: @composes_slices
// CHECK-NEXT: nn.slice %arg0 {starts = array<i64: 1, 8>, steps = array<i64: 1, -4>} : (tensor<3x11xf32>) -> tensor<2x3xf32>
// CHECK-NEXT: return
func.func @composes_slices(%x: tensor<3x11xf32>) -> tensor<2x3xf32> {
  %0 = nn.slice %x {starts = array<i64: 1, 10>, steps = array<i64: 1, -2>} : (tensor<3x11xf32>) -> tensor<2x6xf32>
  %1 = nn.slice %0 {starts = array<i64: 0, 1>, steps = array<i64: 1, 2>} : (tensor<2x6xf32>) -> tensor<2x3xf32>
  return %1 : tensor<2x3xf32>
}

// -----

// The step of a single element is any number, also one that would overflow.
// CHECK-LABEL: @composes_slices_of_one_element
// CHECK-NEXT: nn.slice %arg0 {starts = array<i64: 2, 5>, steps = array<i64: 1, 1>} : (tensor<3x11xf32>) -> tensor<1x1xf32>
// CHECK-NEXT: return
func.func @composes_slices_of_one_element(%x: tensor<3x11xf32>) -> tensor<1x1xf32> {
  %0 = nn.slice %x {starts = array<i64: 2, 3>, steps = array<i64: 9223372036854775807, 2>} : (tensor<3x11xf32>) -> tensor<1x3xf32>
  %1 = nn.slice %0 {starts = array<i64: 0, 1>, steps = array<i64: -9223372036854775808, 5>} : (tensor<1x3xf32>) -> tensor<1x1xf32>
  return %1 : tensor<1x1xf32>
}

// -----

// The second reads backwards and ends at the border.
// CHECK-LABEL: @slices_one_part
// CHECK-NEXT: %[[A:.*]] = nn.slice %arg1 {starts = array<i64: 0, 1>, steps = array<i64: 1, 2>} : (tensor<2x5xf32>) -> tensor<2x2xf32>
// CHECK-NEXT: %[[B:.*]] = nn.slice %arg1 {starts = array<i64: 0, 4>, steps = array<i64: 1, -2>} : (tensor<2x5xf32>) -> tensor<2x3xf32>
// CHECK-NEXT: return %[[A]], %[[B]], %arg0
func.func @slices_one_part(%x: tensor<2x3xf32>, %y: tensor<2x5xf32>) -> (tensor<2x2xf32>, tensor<2x3xf32>, tensor<2x3xf32>) {
  %0 = nn.concat %x, %y {axis = 1 : i64} : (tensor<2x3xf32>, tensor<2x5xf32>) -> tensor<2x8xf32>
  %1 = nn.slice %0 {starts = array<i64: 0, 4>, steps = array<i64: 1, 2>} : (tensor<2x8xf32>) -> tensor<2x2xf32>
  %2 = nn.slice %0 {starts = array<i64: 0, 7>, steps = array<i64: 1, -2>} : (tensor<2x8xf32>) -> tensor<2x3xf32>
  %3 = nn.slice %0 {starts = array<i64: 0, 0>, steps = array<i64: 1, 1>} : (tensor<2x8xf32>) -> tensor<2x3xf32>
  return %1, %2, %3 : tensor<2x2xf32>, tensor<2x3xf32>, tensor<2x3xf32>
}

// -----

// CHECK-LABEL: @slices_whole_parts
// CHECK-NEXT: %[[C:.*]] = nn.concat %arg1, %arg0 {axis = 1 : i64}
// CHECK-NEXT: return %[[C]]
func.func @slices_whole_parts(%x: tensor<2x3xf32>, %y: tensor<2x5xf32>) -> tensor<2x8xf32> {
  %0 = nn.concat %x, %y, %x {axis = 1 : i64} : (tensor<2x3xf32>, tensor<2x5xf32>, tensor<2x3xf32>) -> tensor<2x11xf32>
  %1 = nn.slice %0 {starts = array<i64: 0, 3>, steps = array<i64: 1, 1>} : (tensor<2x11xf32>) -> tensor<2x8xf32>
  return %1 : tensor<2x8xf32>
}

// -----

// One element of the first part.
// CHECK-LABEL: @keeps_slice_of_several_parts
// CHECK-NEXT: nn.concat
// CHECK-NEXT: nn.slice
func.func @keeps_slice_of_several_parts(%x: tensor<2x3xf32>, %y: tensor<2x5xf32>) -> tensor<2x6xf32> {
  %0 = nn.concat %x, %y, %x {axis = 1 : i64} : (tensor<2x3xf32>, tensor<2x5xf32>, tensor<2x3xf32>) -> tensor<2x11xf32>
  %1 = nn.slice %0 {starts = array<i64: 0, 2>, steps = array<i64: 1, 1>} : (tensor<2x11xf32>) -> tensor<2x6xf32>
  return %1 : tensor<2x6xf32>
}

// -----

// The concatenation stays for the result: the slice is a view of it.
// CHECK-LABEL: @keeps_slice_of_concatenation_that_stays
// CHECK-NEXT: nn.concat
// CHECK-NEXT: nn.slice
func.func @keeps_slice_of_concatenation_that_stays(%x: tensor<2x3xf32>, %y: tensor<2x5xf32>) -> (tensor<2x11xf32>, tensor<2x8xf32>) {
  %0 = nn.concat %x, %y, %x {axis = 1 : i64} : (tensor<2x3xf32>, tensor<2x5xf32>, tensor<2x3xf32>) -> tensor<2x11xf32>
  %1 = nn.slice %0 {starts = array<i64: 0, 3>, steps = array<i64: 1, 1>} : (tensor<2x11xf32>) -> tensor<2x8xf32>
  return %0, %1 : tensor<2x11xf32>, tensor<2x8xf32>
}

// -----

// One zero less on the left, two elements less on the right.
// CHECK-LABEL: @pads_less_and_cuts
// CHECK-NEXT: nn.pad constant %arg0 {high = array<i64: 0, -2>, low = array<i64: 1, 1>} : (tensor<3x7xf32>) -> tensor<4x6xf32>
// CHECK-NEXT: return
func.func @pads_less_and_cuts(%x: tensor<3x7xf32>) -> tensor<4x6xf32> {
  %0 = nn.pad constant %x {low = array<i64: 1, 2>, high = array<i64: 0, 1>} : (tensor<3x7xf32>) -> tensor<4x10xf32>
  %1 = nn.slice %0 {starts = array<i64: 0, 1>, steps = array<i64: 1, 1>} : (tensor<4x10xf32>) -> tensor<4x6xf32>
  return %1 : tensor<4x6xf32>
}

// -----

// CHECK-LABEL: @slices_behind_pad_and_cuts_by_slice
// CHECK-NEXT: nn.slice %arg0 {starts = array<i64: 1, 1>, steps = array<i64: 1, 1>} : (tensor<3x7xf32>) -> tensor<2x5xf32>
// CHECK-NEXT: return
func.func @slices_behind_pad_and_cuts_by_slice(%x: tensor<3x7xf32>) -> tensor<2x5xf32> {
  %0 = nn.pad constant %x {low = array<i64: 1, 2>, high = array<i64: 0, 1>} : (tensor<3x7xf32>) -> tensor<4x10xf32>
  %1 = nn.slice %0 {starts = array<i64: 2, 3>, steps = array<i64: 1, 1>} : (tensor<4x10xf32>) -> tensor<2x5xf32>
  return %1 : tensor<2x5xf32>
}

// -----

// Only zeros, every second element, and another border.
// CHECK-LABEL: @keeps_slices_of_pads
// CHECK-COUNT-3: nn.slice
func.func @keeps_slices_of_pads(%x: tensor<7xf32>) -> (tensor<2xf32>, tensor<4xf32>, tensor<7xf32>) {
  %0 = nn.pad constant %x {low = array<i64: 2>, high = array<i64: 1>} : (tensor<7xf32>) -> tensor<10xf32>
  %1 = nn.slice %0 {starts = array<i64: 0>, steps = array<i64: 1>} : (tensor<10xf32>) -> tensor<2xf32>
  %2 = nn.slice %0 {starts = array<i64: 2>, steps = array<i64: 2>} : (tensor<10xf32>) -> tensor<4xf32>
  %3 = nn.pad edge %x {low = array<i64: 2>, high = array<i64: 1>} : (tensor<7xf32>) -> tensor<10xf32>
  %4 = nn.slice %3 {starts = array<i64: 2>, steps = array<i64: 1>} : (tensor<10xf32>) -> tensor<7xf32>
  return %1, %2, %4 : tensor<2xf32>, tensor<4xf32>, tensor<7xf32>
}

// -----

// CHECK-LABEL: @composes_pads
// CHECK-NEXT: nn.pad constant %arg0 {high = array<i64: 1, 3>, low = array<i64: 1, 4>} : (tensor<3x5xf32>) -> tensor<5x12xf32>
// CHECK-NEXT: return
func.func @composes_pads(%x: tensor<3x5xf32>) -> tensor<5x12xf32> {
  %0 = nn.pad constant %x {low = array<i64: 0, 3>, high = array<i64: 1, 1>} : (tensor<3x5xf32>) -> tensor<4x9xf32>
  %1 = nn.pad constant %0 {low = array<i64: 1, 1>, high = array<i64: 0, 2>} : (tensor<4x9xf32>) -> tensor<5x12xf32>
  return %1 : tensor<5x12xf32>
}

// -----

// Other values; and what one adds the other cuts.
// CHECK-LABEL: @keeps_different_pads
// CHECK-COUNT-4: nn.pad
func.func @keeps_different_pads(%x: tensor<5xf32>) -> (tensor<8xf32>, tensor<5xf32>) {
  %one = nn.constant dense<1.0> : tensor<f32>
  %0 = nn.pad constant %x {low = array<i64: 1>, high = array<i64: 1>} : (tensor<5xf32>) -> tensor<7xf32>
  %1 = nn.pad constant %0 value %one {low = array<i64: 1>, high = array<i64: 0>} : (tensor<7xf32>, tensor<f32>) -> tensor<8xf32>
  %2 = nn.pad constant %x {low = array<i64: -1>, high = array<i64: 1>} : (tensor<5xf32>) -> tensor<5xf32>
  %3 = nn.pad constant %2 {low = array<i64: 1>, high = array<i64: -1>} : (tensor<5xf32>) -> tensor<5xf32>
  return %1, %3 : tensor<8xf32>, tensor<5xf32>
}

// -----

// CHECK-LABEL: @flattens_concatenations
// CHECK-NEXT: nn.concat %arg0, %arg1, %arg0 {axis = 1 : i64} : (tensor<2x3xf32>, tensor<2x5xf32>, tensor<2x3xf32>) -> tensor<2x11xf32>
// CHECK-NEXT: return
func.func @flattens_concatenations(%x: tensor<2x3xf32>, %y: tensor<2x5xf32>, %e: tensor<2x0xf32>) -> tensor<2x11xf32> {
  %0 = nn.concat %x, %y {axis = 1 : i64} : (tensor<2x3xf32>, tensor<2x5xf32>) -> tensor<2x8xf32>
  %1 = nn.concat %0, %e, %x {axis = 1 : i64} : (tensor<2x8xf32>, tensor<2x0xf32>, tensor<2x3xf32>) -> tensor<2x11xf32>
  return %1 : tensor<2x11xf32>
}

// -----

// Another axis; another user, for whom the parts lie together anyway.
// CHECK-LABEL: @keeps_nested_concatenations
// CHECK-COUNT-4: nn.concat
func.func @keeps_nested_concatenations(%x: tensor<2x3xf32>, %y: tensor<2x3xf32>) -> (tensor<4x6xf32>, tensor<2x6xf32>, tensor<2x9xf32>) {
  %0 = nn.concat %x, %y {axis = 0 : i64} : (tensor<2x3xf32>, tensor<2x3xf32>) -> tensor<4x3xf32>
  %1 = nn.concat %0, %0 {axis = 1 : i64} : (tensor<4x3xf32>, tensor<4x3xf32>) -> tensor<4x6xf32>
  %2 = nn.concat %x, %y {axis = 1 : i64} : (tensor<2x3xf32>, tensor<2x3xf32>) -> tensor<2x6xf32>
  %3 = nn.concat %2, %x {axis = 1 : i64} : (tensor<2x6xf32>, tensor<2x3xf32>) -> tensor<2x9xf32>
  return %1, %2, %3 : tensor<4x6xf32>, tensor<2x6xf32>, tensor<2x9xf32>
}

// -----

// Split, then joined in order.
// CHECK-LABEL: @joins_what_was_split
// CHECK-NEXT: return %arg0
func.func @joins_what_was_split(%x: tensor<7x3xf32>) -> tensor<7x3xf32> {
  %0 = nn.slice %x {starts = array<i64: 0, 0>, steps = array<i64: 1, 1>} : (tensor<7x3xf32>) -> tensor<2x3xf32>
  %1 = nn.slice %x {starts = array<i64: 2, 0>, steps = array<i64: 1, 1>} : (tensor<7x3xf32>) -> tensor<1x3xf32>
  %2 = nn.slice %x {starts = array<i64: 3, 0>, steps = array<i64: 1, 1>} : (tensor<7x3xf32>) -> tensor<4x3xf32>
  %3 = nn.concat %0, %1, %2 {axis = 0 : i64} : (tensor<2x3xf32>, tensor<1x3xf32>, tensor<4x3xf32>) -> tensor<7x3xf32>
  return %3 : tensor<7x3xf32>
}

// -----

// Rows 5, 3 and 1 of every second column.
// CHECK-LABEL: @joins_strided_neighbours
// CHECK-NEXT: %[[S:.*]] = nn.slice %arg0 {starts = array<i64: 5, 0>, steps = array<i64: -2, 2>} : (tensor<7x3xf32>) -> tensor<3x2xf32>
// CHECK-NEXT: return %[[S]]
func.func @joins_strided_neighbours(%x: tensor<7x3xf32>) -> tensor<3x2xf32> {
  %0 = nn.slice %x {starts = array<i64: 5, 0>, steps = array<i64: 1, 2>} : (tensor<7x3xf32>) -> tensor<1x2xf32>
  %1 = nn.slice %x {starts = array<i64: 3, 0>, steps = array<i64: -2, 2>} : (tensor<7x3xf32>) -> tensor<2x2xf32>
  %2 = nn.concat %0, %1 {axis = 0 : i64} : (tensor<1x2xf32>, tensor<2x2xf32>) -> tensor<3x2xf32>
  return %2 : tensor<3x2xf32>
}

// -----

// In another order; overlapping; of other columns.
// CHECK-LABEL: @keeps_parts_that_are_no_neighbours
// CHECK-COUNT-3: nn.concat
func.func @keeps_parts_that_are_no_neighbours(%x: tensor<4x3xf32>) -> (tensor<4x3xf32>, tensor<4x3xf32>, tensor<4x2xf32>) {
  %0 = nn.slice %x {starts = array<i64: 0, 0>, steps = array<i64: 1, 1>} : (tensor<4x3xf32>) -> tensor<2x3xf32>
  %1 = nn.slice %x {starts = array<i64: 2, 0>, steps = array<i64: 1, 1>} : (tensor<4x3xf32>) -> tensor<2x3xf32>
  %2 = nn.slice %x {starts = array<i64: 1, 0>, steps = array<i64: 1, 1>} : (tensor<4x3xf32>) -> tensor<2x3xf32>
  %3 = nn.slice %x {starts = array<i64: 0, 0>, steps = array<i64: 1, 1>} : (tensor<4x3xf32>) -> tensor<2x2xf32>
  %4 = nn.slice %x {starts = array<i64: 2, 1>, steps = array<i64: 1, 1>} : (tensor<4x3xf32>) -> tensor<2x2xf32>
  %5 = nn.concat %1, %0 {axis = 0 : i64} : (tensor<2x3xf32>, tensor<2x3xf32>) -> tensor<4x3xf32>
  %6 = nn.concat %0, %2 {axis = 0 : i64} : (tensor<2x3xf32>, tensor<2x3xf32>) -> tensor<4x3xf32>
  %7 = nn.concat %3, %4 {axis = 0 : i64} : (tensor<2x2xf32>, tensor<2x2xf32>) -> tensor<4x2xf32>
  return %5, %6, %7 : tensor<4x3xf32>, tensor<4x3xf32>, tensor<4x2xf32>
}

// -----

// All columns in order, every second one backwards, and one; −1 is the last, 9 is limited to it.
// CHECK-LABEL: @gathers_by_slice
// CHECK: %[[B:.*]] = nn.slice %arg0 {starts = array<i64: 0, 4>, steps = array<i64: 1, -2>} : (tensor<3x5xf32>) -> tensor<3x3xf32>
// CHECK: %[[S:.*]] = nn.slice %arg0 {starts = array<i64: 0, 4>, steps = array<i64: 1, 1>} : (tensor<3x5xf32>) -> tensor<3x1xf32>
// CHECK: %[[C:.*]] = nn.reshape %[[S]] : (tensor<3x1xf32>) -> tensor<3xf32>
// CHECK: return %arg0, %[[B]], %[[C]]
func.func @gathers_by_slice(%x: tensor<3x5xf32>) -> (tensor<3x5xf32>, tensor<3x3xf32>, tensor<3xf32>) {
  %all = nn.constant dense<[0, 1, 2, 3, 4]> : tensor<5xi64>
  %0 = nn.gather %x, %all {axis = 1 : i64} : (tensor<3x5xf32>, tensor<5xi64>) -> tensor<3x5xf32>
  %back = nn.constant dense<[-1, 2, 0]> : tensor<3xi32>
  %1 = nn.gather %x, %back {axis = 1 : i64} : (tensor<3x5xf32>, tensor<3xi32>) -> tensor<3x3xf32>
  %one = nn.constant dense<9> : tensor<i64>
  %2 = nn.gather %x, %one {axis = 1 : i64} : (tensor<3x5xf32>, tensor<i64>) -> tensor<3xf32>
  return %0, %1, %2 : tensor<3x5xf32>, tensor<3x3xf32>, tensor<3xf32>
}

// -----

// Uneven distances; one element twice.
// CHECK-LABEL: @keeps_uneven_gathers
// CHECK-COUNT-2: nn.gather
func.func @keeps_uneven_gathers(%x: tensor<3x5xf32>) -> (tensor<3x3xf32>, tensor<3x2xf32>) {
  %i = nn.constant dense<[0, 1, 3]> : tensor<3xi64>
  %0 = nn.gather %x, %i {axis = 1 : i64} : (tensor<3x5xf32>, tensor<3xi64>) -> tensor<3x3xf32>
  %j = nn.constant dense<2> : tensor<2xi64>
  %1 = nn.gather %x, %j {axis = 1 : i64} : (tensor<3x5xf32>, tensor<2xi64>) -> tensor<3x2xf32>
  return %0, %1 : tensor<3x3xf32>, tensor<3x2xf32>
}

// -----

// Rewrites would lose the layout.
// CHECK-LABEL: @keeps_layouts
// CHECK-NEXT: nn.slice
// CHECK-NEXT: nn.slice
func.func @keeps_layouts(%x: tensor<2x3x4xf32, #nn.layout<[12, 1, 3]>>) -> tensor<2x1x4xf32> {
  %0 = nn.slice %x {starts = array<i64: 0, 1, 0>, steps = array<i64: 1, 1, 1>} : (tensor<2x3x4xf32, #nn.layout<[12, 1, 3]>>) -> tensor<2x2x4xf32, #nn.layout<[8, 1, 2]>>
  %1 = nn.slice %0 {starts = array<i64: 0, 1, 0>, steps = array<i64: 1, 1, 1>} : (tensor<2x2x4xf32, #nn.layout<[8, 1, 2]>>) -> tensor<2x1x4xf32>
  return %1 : tensor<2x1x4xf32>
}

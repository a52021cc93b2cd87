// Every constraint of the operators that move data, violated. (Cn) are those of the operator's description.
// RUN: nn-opt %s -split-input-file -verify-diagnostics=only-expected

func.func @reshape_c1_element_count(%x: tensor<2x6xf32>) {
  // expected-error @+1 {{'nn.reshape' op turns 'tensor<2x6xf32>' into 'tensor<3x5xf32>', expected as many elements of the same type}}
  %0 = nn.reshape %x : (tensor<2x6xf32>) -> tensor<3x5xf32>
  return
}

// -----

func.func @transpose_c1_dimension_twice(%x: tensor<2x3x5xf32>) {
  // expected-error @+1 {{perm must contain each dimension from 0 to 2 once, found 1 twice}}
  %0 = nn.transpose %x {perm = array<i64: 0, 1, 1>} : (tensor<2x3x5xf32>) -> tensor<2x3x3xf32>
  return
}

// -----

func.func @transpose_c1_dimension_outside(%x: tensor<2x3x5xf32>) {
  // expected-error @+1 {{perm must contain each dimension from 0 to 2 once, found 3}}
  %0 = nn.transpose %x {perm = array<i64: 0, 1, 3>} : (tensor<2x3x5xf32>) -> tensor<2x3x5xf32>
  return
}

// -----

func.func @transpose_c1_too_short(%x: tensor<2x3x5xf32>) {
  // expected-error @+1 {{perm has 2 entries, expected 3}}
  %0 = nn.transpose %x {perm = array<i64: 0, 1>} : (tensor<2x3x5xf32>) -> tensor<2x3x5xf32>
  return
}

// -----

func.func @broadcast_c1_element_type(%x: tensor<3xf32>) {
  // expected-error @+1 {{cannot broadcast 'tensor<3xf32>' to 'tensor<2x3xf16>'}}
  %0 = nn.broadcast %x : (tensor<3xf32>) -> tensor<2x3xf16>
  return
}

// -----

func.func @broadcast_c2_size(%x: tensor<2x3xf32>) {
  // expected-error @+1 {{cannot broadcast 'tensor<2x3xf32>' to 'tensor<4x3xf32>'}}
  %0 = nn.broadcast %x : (tensor<2x3xf32>) -> tensor<4x3xf32>
  return
}

// -----

func.func @broadcast_c2_drops_dimension(%x: tensor<1x3xf32>) {
  // expected-error @+1 {{cannot broadcast 'tensor<1x3xf32>' to 'tensor<3xf32>'}}
  %0 = nn.broadcast %x : (tensor<1x3xf32>) -> tensor<3xf32>
  return
}

// -----

func.func @concat_c1_nothing() {
  // expected-error @+1 {{'nn.concat' op has no inputs, expected at least one}}
  %0 = "nn.concat"() {axis = 0 : i64} : () -> tensor<0xf32>
  return
}

// -----

func.func @concat_c2_axis_outside(%x: tensor<2x3xf32>) {
  // expected-error @+1 {{axis is 2, expected a value from 0 to 1}}
  %0 = nn.concat %x, %x {axis = 2 : i64} : (tensor<2x3xf32>, tensor<2x3xf32>) -> tensor<2x6xf32>
  return
}

// -----

func.func @concat_c3_element_types_differ(%x: tensor<2x3xf32>, %y: tensor<2x3xf16>) {
  // expected-error @+1 {{input 1 has element type 'f16', but input 0 has 'f32'}}
  %0 = nn.concat %x, %y {axis = 1 : i64} : (tensor<2x3xf32>, tensor<2x3xf16>) -> tensor<2x6xf32>
  return
}

// -----

func.func @concat_c4_shapes_differ(%x: tensor<2x3xf32>, %y: tensor<3x3xf32>) {
  // expected-error @+1 {{input 2 has shape 3x3, expected 2x3 except in dimension 1}}
  %0 = nn.concat %x, %x, %y {axis = 1 : i64} : (tensor<2x3xf32>, tensor<2x3xf32>, tensor<3x3xf32>) -> tensor<2x9xf32>
  return
}

// -----

func.func @slice_c1_rank(%x: tensor<2x3xf32>) {
  // expected-error @+1 {{slices 'tensor<2x3xf32>' to 'tensor<3xf32>', expected the same rank and element type}}
  %0 = nn.slice %x {starts = array<i64: 0, 0>, steps = array<i64: 1, 1>} : (tensor<2x3xf32>) -> tensor<3xf32>
  return
}

// -----

func.func @slice_c2_entries(%x: tensor<2x3xf32>) {
  // expected-error @+1 {{has 1 starts and 2 steps, expected 2 of each}}
  %0 = nn.slice %x {starts = array<i64: 0>, steps = array<i64: 1, 1>} : (tensor<2x3xf32>) -> tensor<2x3xf32>
  return
}

// -----

func.func @slice_c3_step_zero(%x: tensor<2x3xf32>) {
  // expected-error @+1 {{step of dimension 1 is 0}}
  %0 = nn.slice %x {starts = array<i64: 0, 0>, steps = array<i64: 1, 0>} : (tensor<2x3xf32>) -> tensor<2x3xf32>
  return
}

// -----

func.func @slice_c4_beyond_end(%x: tensor<2x7xf32>) {
  // expected-error @+1 {{dimension 1: 4 elements from 1 with step 2 leave the input's 7}}
  %0 = nn.slice %x {starts = array<i64: 0, 1>, steps = array<i64: 1, 2>} : (tensor<2x7xf32>) -> tensor<2x4xf32>
  return
}

// -----

func.func @slice_c4_before_start(%x: tensor<7xf32>) {
  // expected-error @+1 {{dimension 0: 4 elements from 5 with step -2 leave the input's 7}}
  %0 = nn.slice %x {starts = array<i64: 5>, steps = array<i64: -2>} : (tensor<7xf32>) -> tensor<4xf32>
  return
}

// -----

func.func @slice_c4_huge_step_does_not_wrap(%x: tensor<7xf32>) {
  // expected-error @+1 {{dimension 0: 5 elements from 0 with step 4611686018427387904 leave the input's 7}}
  %0 = nn.slice %x {starts = array<i64: 0>, steps = array<i64: 4611686018427387904>} : (tensor<7xf32>) -> tensor<5xf32>
  return
}

// -----

func.func @pad_c1_entries(%x: tensor<3x5xf32>) {
  // expected-error @+1 {{high has 1 entries, expected 2}}
  %0 = nn.pad constant %x {low = array<i64: 0, 1>, high = array<i64: 2>} : (tensor<3x5xf32>) -> tensor<5x6xf32>
  return
}

// -----

func.func @pad_c2_cuts_too_much(%x: tensor<3x5xf32>) {
  // expected-error @+1 {{dimension 1 of the result would be negative}}
  %0 = nn.pad constant %x {low = array<i64: 0, -3>, high = array<i64: 0, -3>} : (tensor<3x5xf32>) -> tensor<3x1xf32>
  return
}

// -----

func.func @pad_c3_nothing_to_repeat(%x: tensor<0x5xf32>) {
  // expected-error @+1 {{dimension 0 of the input is empty, so there is nothing to repeat}}
  %0 = nn.pad edge %x {low = array<i64: 1, 0>, high = array<i64: 0, 0>} : (tensor<0x5xf32>) -> tensor<1x5xf32>
  return
}

// -----

func.func @pad_c4_value_type(%x: tensor<3x5xf32>, %v: tensor<i32>) {
  // expected-error @+1 {{value has element type 'i32', but input has 'f32'}}
  %0 = nn.pad constant %x value %v {low = array<i64: 0, 1>, high = array<i64: 2, 0>} : (tensor<3x5xf32>, tensor<i32>) -> tensor<5x6xf32>
  return
}

// -----

func.func @pad_c4_value_size(%x: tensor<3x5xf32>, %v: tensor<2xf32>) {
  // expected-error @+1 {{value has 2 elements, expected 1}}
  %0 = nn.pad constant %x value %v {low = array<i64: 0, 1>, high = array<i64: 2, 0>} : (tensor<3x5xf32>, tensor<2xf32>) -> tensor<5x6xf32>
  return
}

// -----

func.func @gather_c1_axis_outside(%x: tensor<2x5xf32>, %i: tensor<4xi64>) {
  // expected-error @+1 {{axis is 2, expected a value from 0 to 1}}
  %0 = nn.gather %x, %i {axis = 2 : i64} : (tensor<2x5xf32>, tensor<4xi64>) -> tensor<2x4xf32>
  return
}

// -----

func.func @gather_c2_nothing_to_read(%x: tensor<2x0xf32>, %i: tensor<4xi64>) {
  // expected-error @+1 {{dimension 1 of the input is empty, but there are indices into it}}
  %0 = nn.gather %x, %i {axis = 1 : i64} : (tensor<2x0xf32>, tensor<4xi64>) -> tensor<2x4xf32>
  return
}

// -----

func.func @gather_indices_are_signed(%x: tensor<2x5xf32>, %i: tensor<4xui8>) {
  // expected-error @+1 {{operand #1 must be}}
  %0 = nn.gather %x, %i {axis = 1 : i64} : (tensor<2x5xf32>, tensor<4xui8>) -> tensor<2x4xf32>
  return
}

// -----

func.func @gather_elements_c1_rank(%x: tensor<2x5xf32>, %i: tensor<3xi64>) {
  // expected-error @+1 {{indices have rank 1, but input has rank 2}}
  %0 = nn.gather_elements %x, %i {axis = 1 : i64} : (tensor<2x5xf32>, tensor<3xi64>) -> tensor<3xf32>
  return
}

// -----

func.func @gather_elements_c2_axis_outside(%x: tensor<2x5xf32>, %i: tensor<2x3xi64>) {
  // expected-error @+1 {{axis is 7, expected a value from 0 to 1}}
  %0 = nn.gather_elements %x, %i {axis = 7 : i64} : (tensor<2x5xf32>, tensor<2x3xi64>) -> tensor<2x3xf32>
  return
}

// -----

func.func @gather_elements_c3_indices_larger(%x: tensor<2x5xf32>, %i: tensor<3x3xi64>) {
  // expected-error @+1 {{dimension 0 of indices is 3, expected at most that of input, 2}}
  %0 = nn.gather_elements %x, %i {axis = 1 : i64} : (tensor<2x5xf32>, tensor<3x3xi64>) -> tensor<3x3xf32>
  return
}

// -----

func.func @gather_elements_c4_nothing_to_read(%x: tensor<2x0xf32>, %i: tensor<2x3xi64>) {
  // expected-error @+1 {{dimension 1 of the input is empty, but there are indices into it}}
  %0 = nn.gather_elements %x, %i {axis = 1 : i64} : (tensor<2x0xf32>, tensor<2x3xi64>) -> tensor<2x3xf32>
  return
}

// -----

func.func @gather_nd_c1_scalar_indices(%x: tensor<2x5xf32>, %i: tensor<i64>) {
  // expected-error @+1 {{indices have rank 0, expected at least 1}}
  %0 = nn.gather_nd %x, %i {batch_dims = 0 : i64} : (tensor<2x5xf32>, tensor<i64>) -> tensor<5xf32>
  return
}

// -----

func.func @gather_nd_c1_batch_dims(%x: tensor<2x5xf32>, %i: tensor<2x1xi64>) {
  // expected-error @+1 {{batch_dims is 2, expected a value from 0 to 1}}
  %0 = nn.gather_nd %x, %i {batch_dims = 2 : i64} : (tensor<2x5xf32>, tensor<2x1xi64>) -> tensor<2xf32>
  return
}

// -----

func.func @gather_nd_c2_batches_differ(%x: tensor<2x5xf32>, %i: tensor<3x1xi64>) {
  // expected-error @+1 {{batch dimension 0 of indices is 3, but that of input is 2}}
  %0 = nn.gather_nd %x, %i {batch_dims = 1 : i64} : (tensor<2x5xf32>, tensor<3x1xi64>) -> tensor<3xf32>
  return
}

// -----

func.func @gather_nd_c3_too_many_coordinates(%x: tensor<2x5xf32>, %i: tensor<4x3xi64>) {
  // expected-error @+1 {{index tuples have 3 coordinates, expected 1 to 2}}
  %0 = nn.gather_nd %x, %i {batch_dims = 0 : i64} : (tensor<2x5xf32>, tensor<4x3xi64>) -> tensor<4xf32>
  return
}

// -----

func.func @gather_nd_c4_nothing_to_read(%x: tensor<2x0xf32>, %i: tensor<4x2xi64>) {
  // expected-error @+1 {{dimension 1 of the input is empty, but there are indices into it}}
  %0 = nn.gather_nd %x, %i {batch_dims = 0 : i64} : (tensor<2x0xf32>, tensor<4x2xi64>) -> tensor<4xf32>
  return
}

// -----

func.func @scatter_elements_c1_element_types_differ(%x: tensor<2x5xf32>, %i: tensor<2x3xi64>, %u: tensor<2x3xf64>) {
  // expected-error @+1 {{updates has element type 'f64', but input has 'f32'}}
  %0 = nn.scatter_elements none %x, %i, %u {axis = 1 : i64} : (tensor<2x5xf32>, tensor<2x3xi64>, tensor<2x3xf64>) -> tensor<2x5xf32>
  return
}

// -----

func.func @scatter_elements_c2_rank(%x: tensor<2x5xf32>, %i: tensor<3xi64>, %u: tensor<3xf32>) {
  // expected-error @+1 {{indices have rank 1, but input has rank 2}}
  %0 = nn.scatter_elements none %x, %i, %u {axis = 1 : i64} : (tensor<2x5xf32>, tensor<3xi64>, tensor<3xf32>) -> tensor<2x5xf32>
  return
}

// -----

func.func @scatter_elements_c3_axis_outside(%x: tensor<2x5xf32>, %i: tensor<2x3xi64>, %u: tensor<2x3xf32>) {
  // expected-error @+1 {{axis is -1, expected a value from 0 to 1}}
  %0 = nn.scatter_elements none %x, %i, %u {axis = -1 : i64} : (tensor<2x5xf32>, tensor<2x3xi64>, tensor<2x3xf32>) -> tensor<2x5xf32>
  return
}

// -----

func.func @scatter_elements_c4_indices_larger(%x: tensor<2x5xf32>, %i: tensor<3x3xi64>, %u: tensor<3x3xf32>) {
  // expected-error @+1 {{dimension 0 of indices is 3, expected at most that of input, 2}}
  %0 = nn.scatter_elements none %x, %i, %u {axis = 1 : i64} : (tensor<2x5xf32>, tensor<3x3xi64>, tensor<3x3xf32>) -> tensor<2x5xf32>
  return
}

// -----

func.func @scatter_elements_c5_updates_shape(%x: tensor<2x5xf32>, %i: tensor<2x3xi64>, %u: tensor<2x4xf32>) {
  // expected-error @+1 {{updates have shape 2x4, expected that of indices, 2x3}}
  %0 = nn.scatter_elements none %x, %i, %u {axis = 1 : i64} : (tensor<2x5xf32>, tensor<2x3xi64>, tensor<2x4xf32>) -> tensor<2x5xf32>
  return
}

// -----

func.func @scatter_elements_c6_sum_of_bools(%x: tensor<2x5xi1>, %i: tensor<2x3xi64>, %u: tensor<2x3xi1>) {
  // expected-error @+1 {{reduction add takes numbers, found i1}}
  %0 = nn.scatter_elements add %x, %i, %u {axis = 1 : i64} : (tensor<2x5xi1>, tensor<2x3xi64>, tensor<2x3xi1>) -> tensor<2x5xi1>
  return
}

// -----

func.func @scatter_nd_c1_element_types_differ(%x: tensor<5x3xf32>, %i: tensor<2x1xi64>, %u: tensor<2x3xi8>) {
  // expected-error @+1 {{updates has element type 'i8', but input has 'f32'}}
  %0 = nn.scatter_nd none %x, %i, %u : (tensor<5x3xf32>, tensor<2x1xi64>, tensor<2x3xi8>) -> tensor<5x3xf32>
  return
}

// -----

func.func @scatter_nd_c2_scalar_indices(%x: tensor<5x3xf32>, %i: tensor<i64>, %u: tensor<3xf32>) {
  // expected-error @+1 {{indices have rank 0, expected at least 1}}
  %0 = nn.scatter_nd none %x, %i, %u : (tensor<5x3xf32>, tensor<i64>, tensor<3xf32>) -> tensor<5x3xf32>
  return
}

// -----

func.func @scatter_nd_c3_no_coordinates(%x: tensor<5x3xf32>, %i: tensor<2x0xi64>, %u: tensor<2x5x3xf32>) {
  // expected-error @+1 {{index tuples have 0 coordinates, expected 1 to 2}}
  %0 = nn.scatter_nd none %x, %i, %u : (tensor<5x3xf32>, tensor<2x0xi64>, tensor<2x5x3xf32>) -> tensor<5x3xf32>
  return
}

// -----

func.func @scatter_nd_c4_updates_shape(%x: tensor<5x3xf32>, %i: tensor<2x1xi64>, %u: tensor<2x4xf32>) {
  // expected-error @+1 {{updates have shape 2x4, expected 2x3}}
  %0 = nn.scatter_nd none %x, %i, %u : (tensor<5x3xf32>, tensor<2x1xi64>, tensor<2x4xf32>) -> tensor<5x3xf32>
  return
}

// -----

func.func @scatter_nd_c5_sum_of_bools(%x: tensor<5x3xi1>, %i: tensor<2x1xi64>, %u: tensor<2x3xi1>) {
  // expected-error @+1 {{reduction max takes numbers, found i1}}
  %0 = nn.scatter_nd max %x, %i, %u : (tensor<5x3xi1>, tensor<2x1xi64>, tensor<2x3xi1>) -> tensor<5x3xi1>
  return
}

// -----

func.func @resize_c1_rank(%x: tensor<3x4xf32>) {
  // expected-error @+1 {{resizes 'tensor<3x4xf32>' to 'tensor<1x3x8xf32>', expected the same rank and element type}}
  %0 = nn.resize nearest %x {coordinates = #nn<coordinates half_pixel>, scales = array<f64: 1.0, 2.0>} : (tensor<3x4xf32>) -> tensor<1x3x8xf32>
  return
}

// -----

func.func @resize_c2_entries(%x: tensor<3x4xf32>) {
  // expected-error @+1 {{has 1 scales, expected 2}}
  %0 = nn.resize nearest %x {coordinates = #nn<coordinates half_pixel>, scales = array<f64: 2.0>} : (tensor<3x4xf32>) -> tensor<3x8xf32>
  return
}

// -----

func.func @resize_c2_scale_zero(%x: tensor<3x4xf32>) {
  // expected-error @+1 {{has a scale that is not a positive number}}
  %0 = nn.resize nearest %x {coordinates = #nn<coordinates half_pixel>, scales = array<f64: 1.0, 0.0>} : (tensor<3x4xf32>) -> tensor<3x8xf32>
  return
}

// -----

func.func @resize_c3_crop_without_roi(%x: tensor<3x4xf32>) {
  // expected-error @+1 {{tf_crop_and_resize needs roi}}
  %0 = nn.resize nearest %x {coordinates = #nn<coordinates tf_crop_and_resize>, scales = array<f64: 1.0, 2.0>} : (tensor<3x4xf32>) -> tensor<3x8xf32>
  return
}

// -----

func.func @resize_c4_roi_entries(%x: tensor<3x4xf32>) {
  // expected-error @+1 {{roi has 2 entries, expected 4}}
  %0 = nn.resize nearest %x {coordinates = #nn<coordinates tf_crop_and_resize>, scales = array<f64: 1.0, 2.0>, roi = array<f64: 0.0, 1.0>} : (tensor<3x4xf32>) -> tensor<3x8xf32>
  return
}

// -----

func.func @resize_c5_nothing_to_resample(%x: tensor<3x0xf32>) {
  // expected-error @+1 {{input is empty, so there is nothing to resample}}
  %0 = nn.resize nearest %x {coordinates = #nn<coordinates half_pixel>, scales = array<f64: 1.0, 2.0>} : (tensor<3x0xf32>) -> tensor<3x8xf32>
  return
}

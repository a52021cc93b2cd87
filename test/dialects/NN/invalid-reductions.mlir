// Every constraint of windows, reductions and normalisations, violated. (Cn) are those of the operator's description.
// RUN: nn-opt %s -split-input-file -verify-diagnostics=only-expected

func.func @pool_c1_rank_2(%x: tensor<3x9xf32>) {
  // expected-error @+1 {{'nn.pool' op input has rank 2, expected batch, channels and one to three spatial dimensions}}
  %0 = nn.pool max %x {kernel = array<i64>, strides = array<i64>, dilations = array<i64>, pads_begin = array<i64>, pads_end = array<i64>, ceil_extra = array<i64>} : (tensor<3x9xf32>) -> tensor<3x9xf32>
  return
}

// -----

func.func @pool_c2_two_kernels(%x: tensor<1x3x9xf32>) {
  // expected-error @+1 {{kernel has 2 entries, expected 1}}
  %0 = nn.pool max %x {kernel = array<i64: 3, 2>, strides = array<i64: 2>, dilations = array<i64: 1>, pads_begin = array<i64: 0>, pads_end = array<i64: 0>, ceil_extra = array<i64: 0>} : (tensor<1x3x9xf32>) -> tensor<1x3x4xf32>
  return
}

// -----

func.func @pool_c3_extra_reaches_stride(%x: tensor<1x3x9xf32>) {
  // expected-error @+1 {{ceil_extra is 2 in spatial dimension 0, expected less than the stride 2}}
  %0 = nn.pool max %x {kernel = array<i64: 3>, strides = array<i64: 2>, dilations = array<i64: 1>, pads_begin = array<i64: 0>, pads_end = array<i64: 0>, ceil_extra = array<i64: 2>} : (tensor<1x3x9xf32>) -> tensor<1x3x5xf32>
  return
}

// -----

func.func @pool_c4_window_does_not_fit(%x: tensor<1x3x2xf32>) {
  // expected-error @+1 {{the window does not fit: kernel 4 with dilation 1 in spatial dimension 0 is larger than the padded input of 2 + 1 + 0}}
  %0 = nn.pool max %x {kernel = array<i64: 4>, strides = array<i64: 1>, dilations = array<i64: 1>, pads_begin = array<i64: 1>, pads_end = array<i64: 0>, ceil_extra = array<i64: 0>} : (tensor<1x3x2xf32>) -> tensor<1x3x1xf32>
  return
}

// -----

func.func @pool_c5_average_of_integers(%x: tensor<1x3x9xi8>) {
  // expected-error @+1 {{average takes floating-point numbers, found 'i8'}}
  %0 = nn.pool average %x {kernel = array<i64: 3>, strides = array<i64: 2>, dilations = array<i64: 1>, pads_begin = array<i64: 0>, pads_end = array<i64: 0>, ceil_extra = array<i64: 0>} : (tensor<1x3x9xi8>) -> tensor<1x3x4xi8>
  return
}

// -----

func.func @pool_c6_p_zero(%x: tensor<1x3x9xf32>) {
  // expected-error @+1 {{p is 0, expected at least 1}}
  %0 = nn.pool lp %x {kernel = array<i64: 3>, strides = array<i64: 2>, dilations = array<i64: 1>, pads_begin = array<i64: 0>, pads_end = array<i64: 0>, ceil_extra = array<i64: 0>, p = 0 : i64} : (tensor<1x3x9xf32>) -> tensor<1x3x4xf32>
  return
}

// -----

func.func @reduce_c1_axis_twice(%x: tensor<2x3x5xf32>) {
  // expected-error @+1 {{axes must ascend, found 1 after 1}}
  %0 = nn.reduce sum %x {axes = array<i64: 1, 1>} : (tensor<2x3x5xf32>) -> tensor<2x5xf32>
  return
}

// -----

func.func @reduce_c1_axis_negative(%x: tensor<2x3x5xf32>) {
  // expected-error @+1 {{axis is -1, expected a value from 0 to 2}}
  %0 = nn.reduce sum %x {axes = array<i64: -1>} : (tensor<2x3x5xf32>) -> tensor<2x3xf32>
  return
}

// -----

func.func @reduce_c2_norm_of_integers(%x: tensor<2x3xi32>) {
  // expected-error @+1 {{l2 takes floating-point numbers, found 'i32'}}
  %0 = nn.reduce l2 %x {axes = array<i64: 1>} : (tensor<2x3xi32>) -> tensor<2xi32>
  return
}

// -----

func.func @arg_reduce_c1_axis_outside(%x: tensor<2x3xf32>) {
  // expected-error @+1 {{axis is 2, expected a value from 0 to 1}}
  %0 = nn.arg_reduce max %x {axis = 2 : i64} : (tensor<2x3xf32>) -> tensor<2xi64>
  return
}

// -----

func.func @arg_reduce_c2_nothing_to_choose(%x: tensor<2x0xf32>) {
  // expected-error @+1 {{dimension 1 of the input is empty, expected at least one element}}
  %0 = nn.arg_reduce max %x {axis = 1 : i64} : (tensor<2x0xf32>) -> tensor<2xi64>
  return
}

// -----

func.func @softmax_c1_axis_of_scalar(%x: tensor<f32>) {
  // expected-error @+1 {{axis is 0, but the input is a scalar}}
  %0 = nn.softmax %x {axis = 0 : i64} : (tensor<f32>) -> tensor<f32>
  return
}

// -----

func.func @normalize_c1_axes_descend(%x: tensor<2x3x5xf32>) {
  // expected-error @+1 {{axes must ascend, found 1 after 2}}
  %0 = nn.normalize %x {axes = array<i64: 2, 1>, epsilon = 1.0e-5 : f64} : (tensor<2x3x5xf32>) -> tensor<2x3x5xf32>
  return
}

// -----

func.func @batch_norm_c1_rank_1(%x: tensor<3xf32>, %s: tensor<1xf32>) {
  // expected-error @+1 {{input has rank 1, expected at least 2}}
  %0 = nn.batch_norm %x, %s, %s, %s, %s {epsilon = 1.0e-5 : f64} : (tensor<3xf32>, tensor<1xf32>, tensor<1xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<3xf32>
  return
}

// -----

func.func @batch_norm_c2_element_types_differ(%x: tensor<2x3xf16>, %s: tensor<3xf16>, %m: tensor<3xf32>) {
  // expected-error @+1 {{mean has element type 'f32', but input has 'f16'}}
  %0 = nn.batch_norm %x, %s, %s, %m, %m {epsilon = 1.0e-5 : f64} : (tensor<2x3xf16>, tensor<3xf16>, tensor<3xf16>, tensor<3xf32>, tensor<3xf32>) -> tensor<2x3xf16>
  return
}

// -----

func.func @batch_norm_c3_parameter_shape(%x: tensor<2x3xf32>, %s: tensor<3xf32>, %v: tensor<2xf32>) {
  // expected-error @+1 {{variance has shape 2, expected one element for each of 3 channels}}
  %0 = nn.batch_norm %x, %s, %s, %s, %v {epsilon = 1.0e-5 : f64} : (tensor<2x3xf32>, tensor<3xf32>, tensor<3xf32>, tensor<3xf32>, tensor<2xf32>) -> tensor<2x3xf32>
  return
}

// -----

func.func @lrn_c1_rank_1(%x: tensor<8xf32>) {
  // expected-error @+1 {{input has rank 1, expected at least 2}}
  %0 = nn.lrn %x {size = 5 : i64, alpha = 1.0e-4 : f64, beta = 0.75 : f64, bias = 1.0 : f64} : (tensor<8xf32>) -> tensor<8xf32>
  return
}

// -----

func.func @lrn_c2_size_zero(%x: tensor<1x8xf32>) {
  // expected-error @+1 {{size is 0, expected at least 1}}
  %0 = nn.lrn %x {size = 0 : i64, alpha = 1.0e-4 : f64, beta = 0.75 : f64, bias = 1.0 : f64} : (tensor<1x8xf32>) -> tensor<1x8xf32>
  return
}

// -----

func.func @cumulate_c1_axis_outside(%x: tensor<2x3xf32>) {
  // expected-error @+1 {{axis is -2, expected a value from 0 to 1}}
  %0 = nn.cumulate sum %x {axis = -2 : i64} : (tensor<2x3xf32>) -> tensor<2x3xf32>
  return
}

// -----

func.func @top_k_c1_axis_outside(%x: tensor<2x3xf32>) {
  // expected-error @+1 {{axis is 2, expected a value from 0 to 1}}
  %0, %1 = nn.top_k %x {k = 1 : i64, axis = 2 : i64} : (tensor<2x3xf32>) -> (tensor<2x1xf32>, tensor<2x1xi64>)
  return
}

// -----

func.func @top_k_c2_more_than_there_are(%x: tensor<2x3xf32>) {
  // expected-error @+1 {{k is 4, expected a value from 0 to 3}}
  %0, %1 = nn.top_k %x {k = 4 : i64, axis = 1 : i64} : (tensor<2x3xf32>) -> (tensor<2x4xf32>, tensor<2x4xi64>)
  return
}

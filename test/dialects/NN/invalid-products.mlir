// Every constraint of the products, violated. (Cn) are those of the operator's description.
// RUN: nn-opt %s -split-input-file -verify-diagnostics=only-expected

func.func @conv_c1_element_types_differ(%x: tensor<1x3x9x7xf32>, %w: tensor<8x3x3x3xf16>) {
  // expected-error @+1 {{'nn.conv' op filter has element type 'f16', but input has 'f32'}}
  %0 = nn.conv %x, %w {strides = array<i64: 1, 1>, dilations = array<i64: 1, 1>, pads_begin = array<i64: 0, 0>, pads_end = array<i64: 0, 0>}
    : (tensor<1x3x9x7xf32>, tensor<8x3x3x3xf16>) -> tensor<1x8x7x5xf32>
  return
}

// -----

func.func @conv_c2_ranks_differ(%x: tensor<1x3x9x7xf32>, %w: tensor<8x3x3xf32>) {
  // expected-error @+1 {{filter has rank 3, but input has rank 4, expected the same rank from 3 to 5}}
  %0 = nn.conv %x, %w {strides = array<i64: 1, 1>, dilations = array<i64: 1, 1>, pads_begin = array<i64: 0, 0>, pads_end = array<i64: 0, 0>}
    : (tensor<1x3x9x7xf32>, tensor<8x3x3xf32>) -> tensor<1x8x7x5xf32>
  return
}

// -----

func.func @conv_c2_four_spatial_dimensions(%x: tensor<1x3x2x2x2x2xf32>, %w: tensor<8x3x1x1x1x1xf32>) {
  // expected-error @+1 {{input has rank 6, expected batch, channels and one to three spatial dimensions}}
  %0 = nn.conv %x, %w {strides = array<i64: 1, 1, 1, 1>, dilations = array<i64: 1, 1, 1, 1>, pads_begin = array<i64: 0, 0, 0, 0>, pads_end = array<i64: 0, 0, 0, 0>}
    : (tensor<1x3x2x2x2x2xf32>, tensor<8x3x1x1x1x1xf32>) -> tensor<1x8x2x2x2x2xf32>
  return
}

// -----

func.func @conv_c3_group_zero(%x: tensor<1x3x9x7xf32>, %w: tensor<8x3x3x3xf32>) {
  // expected-error @+1 {{group is 0, expected at least 1}}
  %0 = nn.conv %x, %w {strides = array<i64: 1, 1>, dilations = array<i64: 1, 1>, pads_begin = array<i64: 0, 0>, pads_end = array<i64: 0, 0>, group = 0 : i64}
    : (tensor<1x3x9x7xf32>, tensor<8x3x3x3xf32>) -> tensor<1x8x7x5xf32>
  return
}

// -----

func.func @conv_c4_one_stride(%x: tensor<1x3x9x7xf32>, %w: tensor<8x3x3x3xf32>) {
  // expected-error @+1 {{strides has 1 entries, expected 2}}
  %0 = nn.conv %x, %w {strides = array<i64: 1>, dilations = array<i64: 1, 1>, pads_begin = array<i64: 0, 0>, pads_end = array<i64: 0, 0>}
    : (tensor<1x3x9x7xf32>, tensor<8x3x3x3xf32>) -> tensor<1x8x7x5xf32>
  return
}

// -----

func.func @conv_c4_stride_zero(%x: tensor<1x3x9x7xf32>, %w: tensor<8x3x3x3xf32>) {
  // expected-error @+1 {{strides has the entry 0, expected at least 1}}
  %0 = nn.conv %x, %w {strides = array<i64: 1, 0>, dilations = array<i64: 1, 1>, pads_begin = array<i64: 0, 0>, pads_end = array<i64: 0, 0>}
    : (tensor<1x3x9x7xf32>, tensor<8x3x3x3xf32>) -> tensor<1x8x7x5xf32>
  return
}

// -----

func.func @conv_c4_dilation_negative(%x: tensor<1x3x9x7xf32>, %w: tensor<8x3x3x3xf32>) {
  // expected-error @+1 {{dilations has the entry -1, expected at least 1}}
  %0 = nn.conv %x, %w {strides = array<i64: 1, 1>, dilations = array<i64: -1, 1>, pads_begin = array<i64: 0, 0>, pads_end = array<i64: 0, 0>}
    : (tensor<1x3x9x7xf32>, tensor<8x3x3x3xf32>) -> tensor<1x8x7x5xf32>
  return
}

// -----

func.func @conv_c4_pad_negative(%x: tensor<1x3x9x7xf32>, %w: tensor<8x3x3x3xf32>) {
  // expected-error @+1 {{pads_end has the entry -2, expected at least 0}}
  %0 = nn.conv %x, %w {strides = array<i64: 1, 1>, dilations = array<i64: 1, 1>, pads_begin = array<i64: 0, 0>, pads_end = array<i64: 0, -2>}
    : (tensor<1x3x9x7xf32>, tensor<8x3x3x3xf32>) -> tensor<1x8x7x5xf32>
  return
}

// -----

func.func @conv_c4_kernel_empty(%x: tensor<1x3x9x7xf32>, %w: tensor<8x3x0x3xf32>) {
  // expected-error @+1 {{kernel has the entry 0, expected at least 1}}
  %0 = nn.conv %x, %w {strides = array<i64: 1, 1>, dilations = array<i64: 1, 1>, pads_begin = array<i64: 0, 0>, pads_end = array<i64: 0, 0>}
    : (tensor<1x3x9x7xf32>, tensor<8x3x0x3xf32>) -> tensor<1x8x7x5xf32>
  return
}

// -----

func.func @conv_c5_channels_differ(%x: tensor<1x6x9x7xf32>, %w: tensor<8x2x3x3xf32>) {
  // expected-error @+1 {{input has 6 channels, but the filter takes 2 in each of 2 groups}}
  %0 = nn.conv %x, %w {strides = array<i64: 1, 1>, dilations = array<i64: 1, 1>, pads_begin = array<i64: 0, 0>, pads_end = array<i64: 0, 0>, group = 2 : i64}
    : (tensor<1x6x9x7xf32>, tensor<8x2x3x3xf32>) -> tensor<1x8x7x5xf32>
  return
}

// -----

func.func @conv_c6_groups_do_not_divide(%x: tensor<1x6x9x7xf32>, %w: tensor<8x2x3x3xf32>) {
  // expected-error @+1 {{filter has 8 output channels, expected a multiple of group 3}}
  %0 = nn.conv %x, %w {strides = array<i64: 1, 1>, dilations = array<i64: 1, 1>, pads_begin = array<i64: 0, 0>, pads_end = array<i64: 0, 0>, group = 3 : i64}
    : (tensor<1x6x9x7xf32>, tensor<8x2x3x3xf32>) -> tensor<1x8x7x5xf32>
  return
}

// -----

func.func @conv_c7_bias_shape(%x: tensor<1x3x9x7xf32>, %w: tensor<8x3x3x3xf32>, %b: tensor<1x8xf32>) {
  // expected-error @+1 {{bias has shape 1x8, expected one element for each of 8 output channels}}
  %0 = nn.conv %x, %w, %b {strides = array<i64: 1, 1>, dilations = array<i64: 1, 1>, pads_begin = array<i64: 0, 0>, pads_end = array<i64: 0, 0>}
    : (tensor<1x3x9x7xf32>, tensor<8x3x3x3xf32>, tensor<1x8xf32>) -> tensor<1x8x7x5xf32>
  return
}

// -----

func.func @conv_c8_window_does_not_fit(%x: tensor<1x3x9x7xf32>, %w: tensor<8x3x3x3xf32>) {
  // expected-error @+1 {{the window does not fit: kernel 3 with dilation 4 in spatial dimension 1 is larger than the padded input of 7 + 0 + 1}}
  %0 = nn.conv %x, %w {strides = array<i64: 1, 1>, dilations = array<i64: 1, 4>, pads_begin = array<i64: 0, 0>, pads_end = array<i64: 0, 1>}
    : (tensor<1x3x9x7xf32>, tensor<8x3x3x3xf32>) -> tensor<1x8x7x1xf32>
  return
}

// -----

func.func @conv_huge_dilation_does_not_wrap(%x: tensor<1x3x9x7xf32>, %w: tensor<8x3x3x3xf32>) {
  // expected-error @+1 {{the window does not fit: kernel 3 with dilation 9223372036854775807}}
  %0 = nn.conv %x, %w {strides = array<i64: 1, 1>, dilations = array<i64: 9223372036854775807, 1>, pads_begin = array<i64: 0, 0>, pads_end = array<i64: 0, 1>}
    : (tensor<1x3x9x7xf32>, tensor<8x3x3x3xf32>) -> tensor<1x8x7x5xf32>
  return
}

// -----

func.func @conv_huge_pads_do_not_wrap(%x: tensor<1x3x9x7xf32>, %w: tensor<8x3x3x3xf32>) {
  // expected-error @+1 {{dimension 2 of the result would be too large}}
  %0 = nn.conv %x, %w {strides = array<i64: 1, 1>, dilations = array<i64: 1, 1>, pads_begin = array<i64: 9223372036854775807, 0>, pads_end = array<i64: 9223372036854775807, 0>}
    : (tensor<1x3x9x7xf32>, tensor<8x3x3x3xf32>) -> tensor<1x8x7x5xf32>
  return
}

// -----

func.func @conv_transpose_c1_element_types_differ(%x: tensor<1x3x5xf32>, %w: tensor<3x4x3xf64>) {
  // expected-error @+1 {{filter has element type 'f64', but input has 'f32'}}
  %0 = nn.conv_transpose %x, %w {strides = array<i64: 2>, dilations = array<i64: 1>, pads_begin = array<i64: 0>, pads_end = array<i64: 0>, output_padding = array<i64: 0>}
    : (tensor<1x3x5xf32>, tensor<3x4x3xf64>) -> tensor<1x4x11xf32>
  return
}

// -----

func.func @conv_transpose_c2_rank_2(%x: tensor<1x3xf32>, %w: tensor<3x4xf32>) {
  // expected-error @+1 {{filter has rank 2, but input has rank 2, expected the same rank from 3 to 5}}
  %0 = nn.conv_transpose %x, %w {strides = array<i64>, dilations = array<i64>, pads_begin = array<i64>, pads_end = array<i64>, output_padding = array<i64>}
    : (tensor<1x3xf32>, tensor<3x4xf32>) -> tensor<1x4xf32>
  return
}

// -----

func.func @conv_transpose_c3_group_negative(%x: tensor<1x3x5xf32>, %w: tensor<3x4x3xf32>) {
  // expected-error @+1 {{group is -1, expected at least 1}}
  %0 = nn.conv_transpose %x, %w {strides = array<i64: 2>, dilations = array<i64: 1>, pads_begin = array<i64: 0>, pads_end = array<i64: 0>, output_padding = array<i64: 0>, group = -1 : i64}
    : (tensor<1x3x5xf32>, tensor<3x4x3xf32>) -> tensor<1x4x11xf32>
  return
}

// -----

func.func @conv_transpose_c4_output_padding_negative(%x: tensor<1x3x5xf32>, %w: tensor<3x4x3xf32>) {
  // expected-error @+1 {{output_padding has the entry -1, expected at least 0}}
  %0 = nn.conv_transpose %x, %w {strides = array<i64: 2>, dilations = array<i64: 1>, pads_begin = array<i64: 0>, pads_end = array<i64: 0>, output_padding = array<i64: -1>}
    : (tensor<1x3x5xf32>, tensor<3x4x3xf32>) -> tensor<1x4x11xf32>
  return
}

// -----

func.func @conv_transpose_c5_channels_differ(%x: tensor<1x3x5xf32>, %w: tensor<4x3x3xf32>) {
  // expected-error @+1 {{input has 3 channels, but the filter takes 4}}
  %0 = nn.conv_transpose %x, %w {strides = array<i64: 2>, dilations = array<i64: 1>, pads_begin = array<i64: 0>, pads_end = array<i64: 0>, output_padding = array<i64: 0>}
    : (tensor<1x3x5xf32>, tensor<4x3x3xf32>) -> tensor<1x3x11xf32>
  return
}

// -----

func.func @conv_transpose_c5_groups_do_not_divide(%x: tensor<1x3x5xf32>, %w: tensor<3x4x3xf32>) {
  // expected-error @+1 {{input has 3 channels, expected a multiple of group 2}}
  %0 = nn.conv_transpose %x, %w {strides = array<i64: 2>, dilations = array<i64: 1>, pads_begin = array<i64: 0>, pads_end = array<i64: 0>, output_padding = array<i64: 0>, group = 2 : i64}
    : (tensor<1x3x5xf32>, tensor<3x4x3xf32>) -> tensor<1x8x11xf32>
  return
}

// -----

func.func @conv_transpose_c6_bias_shape(%x: tensor<1x4x5xf32>, %w: tensor<4x3x3xf32>, %b: tensor<3xf32>) {
  // expected-error @+1 {{bias has shape 3, expected one element for each of 6 output channels}}
  %0 = nn.conv_transpose %x, %w, %b {strides = array<i64: 2>, dilations = array<i64: 1>, pads_begin = array<i64: 0>, pads_end = array<i64: 0>, output_padding = array<i64: 0>, group = 2 : i64}
    : (tensor<1x4x5xf32>, tensor<4x3x3xf32>, tensor<3xf32>) -> tensor<1x6x11xf32>
  return
}

// -----

func.func @conv_transpose_c7_nothing_left(%x: tensor<1x3x5xf32>, %w: tensor<3x4x3xf32>) {
  // expected-error @+1 {{dimension 2 of the result would be negative}}
  %0 = nn.conv_transpose %x, %w {strides = array<i64: 2>, dilations = array<i64: 1>, pads_begin = array<i64: 7>, pads_end = array<i64: 5>, output_padding = array<i64: 0>}
    : (tensor<1x3x5xf32>, tensor<3x4x3xf32>) -> tensor<1x4x11xf32>
  return
}

// -----

func.func @matmul_c1_element_types_differ(%a: tensor<2x3xf32>, %b: tensor<3x5xi32>) {
  // expected-error @+1 {{rhs has element type 'i32', but lhs has 'f32'}}
  %0 = nn.matmul %a, %b : (tensor<2x3xf32>, tensor<3x5xi32>) -> tensor<2x5xf32>
  return
}

// -----

func.func @matmul_c2_vector(%a: tensor<2x3xf32>, %b: tensor<3xf32>) {
  // expected-error @+1 {{operands have ranks 2 and 1, expected at least 2}}
  %0 = nn.matmul %a, %b : (tensor<2x3xf32>, tensor<3xf32>) -> tensor<2xf32>
  return
}

// -----

func.func @matmul_c3_inner_dimensions_differ(%a: tensor<2x3xf32>, %b: tensor<3x5xf32>) {
  // expected-error @+1 {{lhs has 3 columns, but rhs has 5 rows}}
  %0 = nn.matmul %a, %b {transpose_rhs} : (tensor<2x3xf32>, tensor<3x5xf32>) -> tensor<2x5xf32>
  return
}

// -----

func.func @matmul_c4_batches_do_not_broadcast(%a: tensor<4x2x3xf32>, %b: tensor<5x3x5xf32>) {
  // expected-error @+1 {{shapes 4 and 5 do not broadcast}}
  %0 = nn.matmul %a, %b : (tensor<4x2x3xf32>, tensor<5x3x5xf32>) -> tensor<4x2x5xf32>
  return
}

// -----

func.func @matmul_c5_bools(%a: tensor<2x3xi1>, %b: tensor<3x5xi1>) {
  // expected-error @+1 {{operand #0 must be}}
  %0 = nn.matmul %a, %b : (tensor<2x3xi1>, tensor<3x5xi1>) -> tensor<2x5xi1>
  return
}

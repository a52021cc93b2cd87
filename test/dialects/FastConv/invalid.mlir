// Each numbered constraint of the fastconv ops, violated.
// RUN: nn-opt %s -allow-unregistered-dialect -split-input-file -verify-diagnostics

// fastconv.filter_transform (C1)
func.func @filter_not_square(%w: tensor<8x16x3x5xf32>) -> tensor<6x6x16x8xf32> {
  // expected-error @+1 {{filter is 'tensor<8x16x3x5xf32>', expected M×C×r×r}}
  %0 = fastconv.filter_transform %w {tile = 4 : i64} : (tensor<8x16x3x5xf32>) -> tensor<6x6x16x8xf32>
  return %0 : tensor<6x6x16x8xf32>
}

// -----

// fastconv.filter_transform (C2)
func.func @tile_too_large(%w: tensor<8x16x5x5xf32>) -> tensor<10x10x16x8xf32> {
  // expected-error @+1 {{tile 6 and kernel 5 together must be from 2 to 10}}
  %0 = fastconv.filter_transform %w {tile = 6 : i64} : (tensor<8x16x5x5xf32>) -> tensor<10x10x16x8xf32>
  return %0 : tensor<10x10x16x8xf32>
}

// -----

// fastconv.filter_transform (C3)
func.func @transformed_shape(%w: tensor<8x16x3x3xf32>) -> tensor<6x6x8x16xf32> {
  // expected-error @+1 {{result is 'tensor<6x6x8x16xf32>', expected 6×6×16×8}}
  %0 = fastconv.filter_transform %w {tile = 4 : i64} : (tensor<8x16x3x3xf32>) -> tensor<6x6x8x16xf32>
  return %0 : tensor<6x6x8x16xf32>
}

// -----

// fastconv.winograd (C1)
func.func @batch(%x: tensor<2x16x9x7xf32>, %u: tensor<6x6x16x8xf32>) -> tensor<1x8x9x7xf32> {
  // expected-error @+1 {{input and result must have rank 4 and the same batch}}
  %0 = fastconv.winograd %x, %u {tile = 4 : i64, pads_begin = array<i64: 1, 1>, pads_end = array<i64: 1, 1>} : (tensor<2x16x9x7xf32>, tensor<6x6x16x8xf32>) -> tensor<1x8x9x7xf32>
  return %0 : tensor<1x8x9x7xf32>
}

// -----

// fastconv.winograd (C2)
func.func @channels(%x: tensor<1x15x9x7xf32>, %u: tensor<6x6x16x8xf32>) -> tensor<1x8x9x7xf32> {
  // expected-error @+1 {{filter is 'tensor<6x6x16x8xf32>', expected α×α×15×8 with α of at least the tile's 4}}
  %0 = fastconv.winograd %x, %u {tile = 4 : i64, pads_begin = array<i64: 1, 1>, pads_end = array<i64: 1, 1>} : (tensor<1x15x9x7xf32>, tensor<6x6x16x8xf32>) -> tensor<1x8x9x7xf32>
  return %0 : tensor<1x8x9x7xf32>
}

// -----

// fastconv.winograd (C3)
func.func @too_large(%x: tensor<1x1x9x7xf32>, %u: tensor<10x10x1x1xf32>) -> tensor<1x1x5x3xf32> {
  // expected-error @+1 {{tile 6 and kernel 5 are together more than 10}}
  %0 = fastconv.winograd %x, %u {tile = 6 : i64, pads_begin = array<i64: 0, 0>, pads_end = array<i64: 0, 0>} : (tensor<1x1x9x7xf32>, tensor<10x10x1x1xf32>) -> tensor<1x1x5x3xf32>
  return %0 : tensor<1x1x5x3xf32>
}

// -----

// fastconv.winograd (C4)
func.func @pads(%x: tensor<1x1x9x7xf32>, %u: tensor<6x6x1x1xf32>) -> tensor<1x1x11x7xf32> {
  // expected-error @+1 {{pads 3 and 1 must be from 0 to 2}}
  %0 = fastconv.winograd %x, %u {tile = 4 : i64, pads_begin = array<i64: 3, 1>, pads_end = array<i64: 1, 1>} : (tensor<1x1x9x7xf32>, tensor<6x6x1x1xf32>) -> tensor<1x1x11x7xf32>
  return %0 : tensor<1x1x11x7xf32>
}

// -----

// fastconv.winograd (C5)
func.func @spatial(%x: tensor<1x1x9x7xf32>, %u: tensor<6x6x1x1xf32>) -> tensor<1x1x9x8xf32> {
  // expected-error @+1 {{spatial dimension 1 of the result is 8, expected 7}}
  %0 = fastconv.winograd %x, %u {tile = 4 : i64, pads_begin = array<i64: 1, 1>, pads_end = array<i64: 1, 1>} : (tensor<1x1x9x7xf32>, tensor<6x6x1x1xf32>) -> tensor<1x1x9x8xf32>
  return %0 : tensor<1x1x9x8xf32>
}

// -----

// fastconv.winograd (C6)
func.func @bias(%x: tensor<1x1x9x7xf32>, %u: tensor<6x6x1x1xf32>, %b: tensor<2xf32>) -> tensor<1x1x9x7xf32> {
  // expected-error @+1 {{bias is 'tensor<2xf32>', expected 1 elements}}
  %0 = fastconv.winograd %x, %u, %b {tile = 4 : i64, pads_begin = array<i64: 1, 1>, pads_end = array<i64: 1, 1>} : (tensor<1x1x9x7xf32>, tensor<6x6x1x1xf32>, tensor<2xf32>) -> tensor<1x1x9x7xf32>
  return %0 : tensor<1x1x9x7xf32>
}

// -----

// The tile of the choice is that of the operator.
func.func @other_tile(%x: tensor<1x1x9x7xf32>, %u: tensor<6x6x1x1xf32>) -> tensor<1x1x9x7xf32> {
  // expected-error @+1 {{fastconv.choice is #fastconv.candidate<winograd, tile = 2>, but the operator is winograd with tile 4}}
  %0 = fastconv.winograd %x, %u {tile = 4 : i64, pads_begin = array<i64: 1, 1>, pads_end = array<i64: 1, 1>, fastconv.choice = #fastconv.choice<plan, [<winograd, tile = 2>]>} : (tensor<1x1x9x7xf32>, tensor<6x6x1x1xf32>) -> tensor<1x1x9x7xf32>
  return %0 : tensor<1x1x9x7xf32>
}

// -----

func.func @no_choice(%x: tensor<1x1x9x7xf32>, %w: tensor<1x1x3x3xf32>) -> tensor<1x1x7x5xf32> {
  // expected-error @+1 {{fastconv.choice is "direct", expected a #fastconv.choice}}
  %0 = nn.conv %x, %w {strides = array<i64: 1, 1>, dilations = array<i64: 1, 1>, pads_begin = array<i64: 0, 0>, pads_end = array<i64: 0, 0>, fastconv.choice = "direct"} : (tensor<1x1x9x7xf32>, tensor<1x1x3x3xf32>) -> tensor<1x1x7x5xf32>
  return %0 : tensor<1x1x7x5xf32>
}

// -----

func.func @no_convolution(%x: tensor<2xf32>) -> tensor<2xf32> {
  // expected-error @+1 {{fastconv.choice stands on an operator that is no convolution}}
  %0 = nn.unary abs %x {fastconv.choice = #fastconv.choice<only, [<direct>]>} : (tensor<2xf32>) -> tensor<2xf32>
  return %0 : tensor<2xf32>
}

// -----

func.func @misspelt(%x: tensor<2xf32>) -> tensor<2xf32> {
  // expected-error @+1 {{unknown attribute "fastconv.choise"}}
  %0 = nn.unary abs %x {fastconv.choise = #fastconv.choice<only, [<direct>]>} : (tensor<2xf32>) -> tensor<2xf32>
  return %0 : tensor<2xf32>
}

// -----

// expected-error @+1 {{winograd with tile 2 is a candidate twice}}
func.func private @twice() attributes {test.a = #fastconv.choice<model, [<winograd, tile = 2>, <winograd, tile = 2, cycles = 7>]>}

// -----

// expected-error @+1 {{tile of winograd is 0, expected at least 1}}
func.func private @no_tile() attributes {test.a = #fastconv.candidate<winograd>}

// -----

// expected-error @+1 {{tile of direct is 2, expected none}}
func.func private @direct_tile() attributes {test.a = #fastconv.candidate<direct, tile = 2>}

// -----

// expected-error @+1 {{cycles -1, nanoseconds 0, expected none below 0}}
func.func private @cycles() attributes {test.a = #fastconv.candidate<direct, cycles = -1>}

// -----

// expected-error @+1 {{error is 0.000000e+00, expected above 0}}
func.func private @error() attributes {test.a = #fastconv.candidate<winograd, tile = 2, error = 0.0>}

// -----

// fastconv.fft_filter_transform (C1)
func.func @frequency_filter(%w: tensor<8x3x9x5xf32>) -> tensor<2x8x5x3x8xf32> {
  // expected-error @+1 {{filter is 'tensor<8x3x9x5xf32>', expected M×C×r₁×r₂ with at most 8 rows and columns}}
  %0 = fastconv.fft_filter_transform %w {tile = 8 : i64} : (tensor<8x3x9x5xf32>) -> tensor<2x8x5x3x8xf32>
  return %0 : tensor<2x8x5x3x8xf32>
}

// -----

// fastconv.fft_filter_transform (C2)
func.func @frequency_tile(%w: tensor<8x3x5x5xf32>) -> tensor<2x12x7x3x8xf32> {
  // expected-error @+1 {{tile is 12, expected 8, 16 or 32}}
  %0 = fastconv.fft_filter_transform %w {tile = 12 : i64} : (tensor<8x3x5x5xf32>) -> tensor<2x12x7x3x8xf32>
  return %0 : tensor<2x12x7x3x8xf32>
}

// -----

// fastconv.fft_filter_transform (C3)
func.func @frequency_result(%w: tensor<8x3x5x5xf32>) -> tensor<2x8x5x8x3xf32> {
  // expected-error @+1 {{result is 'tensor<2x8x5x8x3xf32>', expected 2×8×5×3×8}}
  %0 = fastconv.fft_filter_transform %w {tile = 8 : i64} : (tensor<8x3x5x5xf32>) -> tensor<2x8x5x8x3xf32>
  return %0 : tensor<2x8x5x8x3xf32>
}

// -----

// fastconv.fft (C1)
func.func @frequency_batch(%x: tensor<2x3x9x7xf32>, %u: tensor<2x8x5x3x4xf32>) -> tensor<1x4x9x7xf32> {
  // expected-error @+1 {{input and result must have rank 4 and the same batch}}
  %0 = fastconv.fft %x, %u {kernel = array<i64: 5, 3>, pads_begin = array<i64: 2, 1>, pads_end = array<i64: 2, 1>} : (tensor<2x3x9x7xf32>, tensor<2x8x5x3x4xf32>) -> tensor<1x4x9x7xf32>
  return %0 : tensor<1x4x9x7xf32>
}

// -----

// fastconv.fft (C2)
func.func @frequency_channels(%x: tensor<1x2x9x7xf32>, %u: tensor<2x8x5x3x4xf32>) -> tensor<1x4x9x7xf32> {
  // expected-error @+1 {{filter is 'tensor<2x8x5x3x4xf32>', expected 2×S×(S/2 + 1)×2×4 with S of 8, 16 or 32}}
  %0 = fastconv.fft %x, %u {kernel = array<i64: 5, 3>, pads_begin = array<i64: 2, 1>, pads_end = array<i64: 2, 1>} : (tensor<1x2x9x7xf32>, tensor<2x8x5x3x4xf32>) -> tensor<1x4x9x7xf32>
  return %0 : tensor<1x4x9x7xf32>
}

// -----

// fastconv.fft (C3)
func.func @frequency_kernel(%x: tensor<1x3x9x7xf32>, %u: tensor<2x8x5x3x4xf32>) -> tensor<1x4x1x5xf32> {
  // expected-error @+1 {{kernel 9 must be from 1 to 8}}
  %0 = fastconv.fft %x, %u {kernel = array<i64: 9, 3>, pads_begin = array<i64: 0, 0>, pads_end = array<i64: 0, 0>} : (tensor<1x3x9x7xf32>, tensor<2x8x5x3x4xf32>) -> tensor<1x4x1x5xf32>
  return %0 : tensor<1x4x1x5xf32>
}

// -----

// fastconv.fft (C3)
func.func @frequency_pads(%x: tensor<1x3x9x7xf32>, %u: tensor<2x8x5x3x4xf32>) -> tensor<1x4x4x5xf32> {
  // expected-error @+1 {{pads -1 and 0 must not be negative}}
  %0 = fastconv.fft %x, %u {kernel = array<i64: 5, 3>, pads_begin = array<i64: -1, 0>, pads_end = array<i64: 0, 0>} : (tensor<1x3x9x7xf32>, tensor<2x8x5x3x4xf32>) -> tensor<1x4x4x5xf32>
  return %0 : tensor<1x4x4x5xf32>
}

// -----

// fastconv.fft (C3)
func.func @frequency_entries(%x: tensor<1x3x9x7xf32>, %u: tensor<2x8x5x3x4xf32>) -> tensor<1x4x9x7xf32> {
  // expected-error @+1 {{kernel and pads must have two entries each}}
  %0 = fastconv.fft %x, %u {kernel = array<i64: 5>, pads_begin = array<i64: 2, 1>, pads_end = array<i64: 2, 1>} : (tensor<1x3x9x7xf32>, tensor<2x8x5x3x4xf32>) -> tensor<1x4x9x7xf32>
  return %0 : tensor<1x4x9x7xf32>
}

// -----

// fastconv.fft (C4)
func.func @frequency_spatial(%x: tensor<1x3x9x7xf32>, %u: tensor<2x8x5x3x4xf32>) -> tensor<1x4x9x8xf32> {
  // expected-error @+1 {{spatial dimension 1 of the result is 8, expected 7}}
  %0 = fastconv.fft %x, %u {kernel = array<i64: 5, 3>, pads_begin = array<i64: 2, 1>, pads_end = array<i64: 2, 1>} : (tensor<1x3x9x7xf32>, tensor<2x8x5x3x4xf32>) -> tensor<1x4x9x8xf32>
  return %0 : tensor<1x4x9x8xf32>
}

// -----

// fastconv.fft (C5)
func.func @frequency_bias(%x: tensor<1x3x9x7xf32>, %u: tensor<2x8x5x3x4xf32>, %b: tensor<3xf32>) -> tensor<1x4x9x7xf32> {
  // expected-error @+1 {{bias is 'tensor<3xf32>', expected 4 elements}}
  %0 = fastconv.fft %x, %u, %b {kernel = array<i64: 5, 3>, pads_begin = array<i64: 2, 1>, pads_end = array<i64: 2, 1>} : (tensor<1x3x9x7xf32>, tensor<2x8x5x3x4xf32>, tensor<3xf32>) -> tensor<1x4x9x7xf32>
  return %0 : tensor<1x4x9x7xf32>
}

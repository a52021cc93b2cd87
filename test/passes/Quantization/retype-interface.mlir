// RUN: nn-opt %s -split-input-file -pass-pipeline='builtin.module(func.func(nnc-retype-interface))' -verify-diagnostics=only-expected | FileCheck %s
// RUN: nn-opt %s -split-input-file -pass-pipeline='builtin.module(func.func(nnc-retype-interface,nnc-fold-qdq))' -verify-diagnostics=only-expected | FileCheck %s --check-prefix=FOLDED

!q = !quant.uniform<i8:f32, 0.5:3>
!u = !quant.uniform<u8:f32, 0.5:131>

// CHECK-LABEL: @passes_integers(%arg0: tensor<2x3xi8> {nn.name = "x"}) -> tensor<2x3xui8>
// CHECK: %[[Q:.*]] = nn.storage_cast %arg0 : (tensor<2x3xi8>) -> tensor<2x3x!quant.uniform<i8:f32, 5.000000e-01:3>>
// CHECK: %[[X:.*]] = nn.dequantize %[[Q]]
// CHECK: nn.quantize %[[X]]
// CHECK: nn.binary add
// CHECK: %[[Y:.*]] = nn.quantize %{{.*}} -> tensor<2x3x!quant.uniform<u8:f32, 5.000000e-01:131>>
// CHECK: %[[Z:.*]] = nn.storage_cast %[[Y]] : {{.*}} -> tensor<2x3xui8>
// CHECK: return %[[Z]]
// FOLDED-LABEL: @passes_integers(%arg0: tensor<2x3xi8> {nn.name = "x", nn.quantized = !quant.uniform<i8:f32, 5.000000e-01:3>}) -> (tensor<2x3xui8> {nn.quantized = !quant.uniform<u8:f32, 5.000000e-01:131>})
// FOLDED-NOT: xf32>
// FOLDED: return
func.func @passes_integers(%x: tensor<2x3xf32> {nn.name = "x", nn.io_type = i8}) -> (tensor<2x3xf32> {nn.io_type = ui8}) attributes {rt.entry} {
  %q = nn.quantize %x : (tensor<2x3xf32>) -> tensor<2x3x!q>
  %r = nn.dequantize %q : (tensor<2x3x!q>) -> tensor<2x3xf32>
  %s = nn.binary add %r, %r : (tensor<2x3xf32>, tensor<2x3xf32>) -> tensor<2x3xf32>
  %t = nn.quantize %s : (tensor<2x3xf32>) -> tensor<2x3x!q>
  %y = nn.dequantize %t : (tensor<2x3x!q>) -> tensor<2x3xf32>
  return %y : tensor<2x3xf32>
}

// Movements stand between the edges and the integers.
// FOLDED-LABEL: @moves(%arg0: tensor<2x3xui8>) -> tensor<6xi8>
// FOLDED-NOT: xf32>
// FOLDED: return
func.func @moves(%x: tensor<2x3xf32> {nn.io_type = ui8}) -> (tensor<6xf32> {nn.io_type = i8}) {
  %a = nn.transpose %x {perm = array<i64: 1, 0>} : (tensor<2x3xf32>) -> tensor<3x2xf32>
  %q = nn.quantize %a : (tensor<3x2xf32>) -> tensor<3x2x!q>
  %r = nn.dequantize %q : (tensor<3x2x!q>) -> tensor<3x2xf32>
  %y = nn.reshape %r : (tensor<3x2xf32>) -> tensor<6xf32>
  return %y : tensor<6xf32>
}

// CHECK-LABEL: @passes_real_numbers(%arg0: tensor<4xf32>) -> tensor<4xf32>
// CHECK: %[[Q:.*]] = nn.quantize %arg0
// CHECK: nn.storage_cast %[[Q]] : {{.*}} -> tensor<4xui8>
// CHECK: nn.unary sigmoid
// CHECK: %[[Y:.*]] = nn.dequantize
// CHECK: return %[[Y]]
func.func @passes_real_numbers(%x: tensor<4xui8> {nn.io_type = f32}) -> (tensor<4xui8> {nn.io_type = f32}) {
  %q = nn.storage_cast %x : (tensor<4xui8>) -> tensor<4x!u>
  %r = nn.dequantize %q : (tensor<4x!u>) -> tensor<4xf32>
  %s = nn.unary sigmoid %r : (tensor<4xf32>) -> tensor<4xf32>
  %t = nn.quantize %s : (tensor<4xf32>) -> tensor<4x!u>
  %y = nn.storage_cast %t : (tensor<4x!u>) -> tensor<4xui8>
  return %y : tensor<4xui8>
}

// FOLDED-LABEL: @changes_sign(%arg0: tensor<4xi8>) -> tensor<4xi8>
// FOLDED-NOT: xf32>
// FOLDED: return
func.func @changes_sign(%x: tensor<4xui8> {nn.io_type = i8}) -> (tensor<4xui8> {nn.io_type = i8}) {
  %q = nn.storage_cast %x : (tensor<4xui8>) -> tensor<4x!u>
  %r = nn.dequantize %q : (tensor<4x!u>) -> tensor<4xf32>
  %s = nn.unary relu %r : (tensor<4xf32>) -> tensor<4xf32>
  %t = nn.quantize %s : (tensor<4xf32>) -> tensor<4x!u>
  %y = nn.storage_cast %t : (tensor<4x!u>) -> tensor<4xui8>
  return %y : tensor<4xui8>
}

// CHECK-LABEL: @has_the_type(%arg0: tensor<4xf32>) -> tensor<4xf32> {
// CHECK-NEXT: nn.unary
func.func @has_the_type(%x: tensor<4xf32> {nn.io_type = f32}) -> tensor<4xf32> {
  %y = nn.unary sigmoid %x : (tensor<4xf32>) -> tensor<4xf32>
  return %y : tensor<4xf32>
}

// -----

!q = !quant.uniform<i8:f32, 0.5:3>
// expected-error @+1 {{input 'x' cannot be passed as 'i8': it is read in floating point by nn.unary; leave it in floating point, or quantize it in the model}}
func.func @read_in_floating_point(%x: tensor<4xf32> {nn.name = "x", nn.io_type = i8}) -> (tensor<4xf32>, tensor<4x!q>) {
  %q = nn.quantize %x : (tensor<4xf32>) -> tensor<4x!q>
  %y = nn.unary sigmoid %x : (tensor<4xf32>) -> tensor<4xf32>
  return %y, %q : tensor<4xf32>, tensor<4x!q>
}

// -----

!q = !quant.uniform<i8:f32, 0.5:3>
!p = !quant.uniform<i8:f32, 0.25:3>
// expected-error @+1 {{input 'x' cannot be passed as 'i8': it is quantized with several scales or zero points}}
func.func @several_scales(%x: tensor<4xf32> {nn.name = "x", nn.io_type = i8}) -> (tensor<4x!q>, tensor<4x!p>) {
  %q = nn.quantize %x : (tensor<4xf32>) -> tensor<4x!q>
  %p = nn.quantize %x : (tensor<4xf32>) -> tensor<4x!p>
  return %q, %p : tensor<4x!q>, tensor<4x!p>
}

// -----

!a = !quant.uniform<i8:f32:0, {0.5, 0.25}>
// expected-error @+1 {{input 'x' cannot be passed as 'i8': it is quantized with a scale for each index of an axis}}
func.func @by_axis(%x: tensor<2xf32> {nn.name = "x", nn.io_type = i8}) -> tensor<2x!a> {
  %q = nn.quantize %x : (tensor<2xf32>) -> tensor<2x!a>
  return %q : tensor<2x!a>
}

// -----

// expected-error @+1 {{output 'y' cannot be passed as 'ui8': it is computed in floating point by nn.unary; leave it in floating point, or quantize it in the model}}
func.func @computed_in_floating_point(%x: tensor<4xf32>) -> (tensor<4xf32> {nn.name = "y", nn.io_type = ui8}) {
  %y = nn.unary sigmoid %x : (tensor<4xf32>) -> tensor<4xf32>
  return %y : tensor<4xf32>
}

// -----

// expected-error @+1 {{output 'y' cannot be passed as 'i8': it is an input as it is}}
func.func @input_as_it_is(%x: tensor<4xf32>) -> (tensor<4xf32> {nn.name = "y", nn.io_type = i8}) {
  return %x : tensor<4xf32>
}

// -----

!q = !quant.uniform<i16:f32, 0.5>
// expected-error @+1 {{input 'x' cannot be passed as 'i8': it is quantized to 16 bits; choose integers of that size}}
func.func @other_size(%x: tensor<4xf32> {nn.name = "x", nn.io_type = i8}) -> tensor<4x!q> {
  %q = nn.quantize %x : (tensor<4xf32>) -> tensor<4x!q>
  return %q : tensor<4x!q>
}

// -----

// expected-error @+1 {{input 'x' cannot be passed as 'f32': it stands for no real numbers; leave it as it is}}
func.func @indices(%x: tensor<4xi8> {nn.name = "x", nn.io_type = f32}) -> tensor<4xi8> {
  %y = nn.binary add %x, %x : (tensor<4xi8>, tensor<4xi8>) -> tensor<4xi8>
  return %y : tensor<4xi8>
}

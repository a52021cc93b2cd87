// RUN: nn-opt %s --pass-pipeline='builtin.module(nnc-form-layers)' -split-input-file -verify-diagnostics

func.func @foreign_operator(%x: tensor<2xf32>) -> tensor<2xf32> attributes {rt.entry} {
  // expected-error @+1 {{cannot be part of a layer; expected operators of nn and kernel only}}
  %0 = arith.negf %x : tensor<2xf32>
  return %0 : tensor<2xf32>
}

// -----

// expected-error @+1 {{the model's function has 2 blocks, expected one}}
func.func @two_blocks(%x: tensor<2xf32>) -> tensor<2xf32> attributes {rt.entry} {
  cf.br ^bb1
^bb1:
  return %x : tensor<2xf32>
}

// A tree of exactly three evaluations fits, of four does not: the first operator is read twice.
// RUN: nn-opt %s --pass-pipeline='builtin.module(nnc-form-layers{max-ops=3})' | FileCheck %s --check-prefix=THREE
// RUN: nn-opt %s --pass-pipeline='builtin.module(nnc-form-layers{max-ops=4})' | FileCheck %s --check-prefix=FOUR
// RUN: not nn-opt %s --pass-pipeline='builtin.module(nnc-form-layers{max-ops=0})' 2>&1 | FileCheck %s --check-prefix=NONE

// THREE-LABEL: func.func @main
// THREE: %[[E:.*]] = call @unary(%arg0)
// THREE: call @binary(%[[E]])
// FOUR-LABEL: func.func @main
// FOUR-NEXT: call @binary(%arg0)
// FOUR-NEXT: return
// NONE: error: option max-ops is 0, expected at least 1
func.func @main(%x: tensor<2x3xf32>) -> tensor<2x3xf32> attributes {rt.entry} {
  %0 = nn.unary exp %x : (tensor<2x3xf32>) -> tensor<2x3xf32>
  %1 = nn.unary neg %0 : (tensor<2x3xf32>) -> tensor<2x3xf32>
  %2 = nn.binary add %0, %1 : (tensor<2x3xf32>, tensor<2x3xf32>) -> tensor<2x3xf32>
  return %2 : tensor<2x3xf32>
}

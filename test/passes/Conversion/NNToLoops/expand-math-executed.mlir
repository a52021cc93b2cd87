// Every function runs on random data and agrees with the reference evaluator, on this machine and on one without rounding and root
// instructions (emulated).
// RUN: nn-run %s --reference --seed 7 --rtol 1e-5 --atol 1e-6 | FileCheck %s
// RUN: nn-run %s --reference --seed 8 --rtol 1e-5 --atol 1e-6 --target=x86-64-v1 | FileCheck %s
// RUN: nn-run %s --reference --seed 9 --rtol 1e-5 --atol 1e-6 --target=cortex-m0 | FileCheck %s
// CHECK: compared {{[0-9]+}} tensors of 1 runs: 0 disagree
func.func @main(%x: tensor<7x13xf32> {nn.name = "x"}) -> (tensor<7x13xf32> {nn.name = "a"}, tensor<7x13xf32> {nn.name = "b"}, tensor<7x13xf32> {nn.name = "c"}, tensor<7x13xf32> {nn.name = "d"}, tensor<7x13xf32> {nn.name = "e"}) attributes {rt.entry} {
  %k = nn.constant dense<5.5> : tensor<f32>
  %big = nn.binary mul %x, %k : (tensor<7x13xf32>, tensor<f32>) -> tensor<7x13xf32>
  %0 = nn.unary exp %big : (tensor<7x13xf32>) -> tensor<7x13xf32>
  %1 = nn.unary sqrt %0 : (tensor<7x13xf32>) -> tensor<7x13xf32>
  %2 = nn.unary floor %big : (tensor<7x13xf32>) -> tensor<7x13xf32>
  %3 = nn.unary tanh %big : (tensor<7x13xf32>) -> tensor<7x13xf32>
  %4 = nn.unary erf %x : (tensor<7x13xf32>) -> tensor<7x13xf32>
  %5 = nn.unary round %big : (tensor<7x13xf32>) -> tensor<7x13xf32>
  return %1, %2, %3, %4, %5 : tensor<7x13xf32>, tensor<7x13xf32>, tensor<7x13xf32>, tensor<7x13xf32>, tensor<7x13xf32>
}

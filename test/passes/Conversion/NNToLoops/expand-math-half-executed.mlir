// Half precision is rounded after each operator, so that integers behind it are those of the reference evaluator, and limits need no
// function for a conversion on machines that have no instruction for it.
// RUN: nn-run %s --reference --seed 3 --rtol 0 --atol 0 | FileCheck %s
// RUN: nn-run %s --reference --seed 4 --rtol 0 --atol 0 --target=x86-64-v1 | FileCheck %s
// RUN: nn-run %s --reference --seed 5 --rtol 0 --atol 0 --target=x86-64-v2 | FileCheck %s
// RUN: nn-run %s --reference --seed 6 --rtol 0 --atol 0 --target=cortex-m0 | FileCheck %s
// RUN: nn-run %s --reference --seed 7 --rtol 0 --atol 0 --target=aarch64 | FileCheck %s
// CHECK: compared {{[0-9]+}} tensors of 1 runs: 0 disagree
!t = tensor<7x59xf16>
!b = tensor<7x59xbf16>
func.func @main(%x: !t {nn.name = "x"}) -> (!t {nn.name = "both"}, !t {nn.name = "low"}, !b {nn.name = "high"}, tensor<7x59xi32> {nn.name = "steps"}) attributes {rt.entry} {
  %scale = nn.constant dense<50.5> : tensor<f16>
  %0 = nn.clamp %x {low = -1.0 : f64, high = 0.3 : f64} : (!t) -> !t
  %1 = nn.clamp %x {low = -0.1 : f64} : (!t) -> !t
  %2 = nn.cast %x : (!t) -> !b
  %3 = nn.clamp %2 {high = 0.7 : f64} : (!b) -> !b
  %4 = nn.unary tanh %x : (!t) -> !t
  %5 = nn.binary mul %4, %scale : (!t, tensor<f16>) -> !t
  %6 = nn.cast %5 : (!t) -> tensor<7x59xi32>
  return %0, %1, %3, %6 : !t, !t, !b, tensor<7x59xi32>
}

// RUN: nn-opt %s -nnc-convert-layers-to-loops -split-input-file | FileCheck %s

// CHECK-LABEL: @three_quarters_are_roots
// CHECK: %[[ROOT:.*]] = math.sqrt %{{.*}} : f32
// CHECK: %[[FOURTH:.*]] = math.sqrt %[[ROOT]] : f32
// CHECK: arith.mulf %[[ROOT]], %[[FOURTH]]
// CHECK-NOT: math.powf
func.func private @three_quarters_are_roots(%x: memref<5xf32>, %y: memref<5xf32> {rt.result}) attributes {rt.layer = "p", rt.nodes = ["p"]} {
  %0 = rt.tensor %x : memref<5xf32> -> tensor<5xf32>
  %k = nn.constant dense<0.75> : tensor<f32>
  %1 = nn.binary pow %0, %k : (tensor<5xf32>, tensor<f32>) -> tensor<5xf32>
  rt.store %1, %y : tensor<5xf32>, memref<5xf32>
  return
}

// -----

// CHECK-LABEL: @other_exponents_are_powers
// CHECK-NOT: math.sqrt
// CHECK: math.powf
func.func private @other_exponents_are_powers(%x: memref<5xf32>, %y: memref<5xf32> {rt.result}) attributes {rt.layer = "p", rt.nodes = ["p"]} {
  %0 = rt.tensor %x : memref<5xf32> -> tensor<5xf32>
  %k = nn.constant dense<0.7> : tensor<f32>
  %1 = nn.binary pow %0, %k : (tensor<5xf32>, tensor<f32>) -> tensor<5xf32>
  rt.store %1, %y : tensor<5xf32>, memref<5xf32>
  return
}

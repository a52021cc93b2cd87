// RUN: nn-opt %s -nnc-convert-layers-to-loops | FileCheck %s

// Not every machine compares halves; what is stored is the half itself, not one that went through f32.
// CHECK-LABEL: @half_limits_are_compared_in_f32
// CHECK: %[[X:.*]] = memref.load {{.*}} : memref<5xf16>
// CHECK: %[[WIDE:.*]] = arith.extf %[[X]] : f16 to f32
// CHECK: %[[BELOW:.*]] = arith.cmpf olt, %[[WIDE]], {{.*}} : f32
// CHECK: %[[RESULT:.*]] = arith.select %[[BELOW]], {{.*}}, %[[X]] : f16
// CHECK-NOT: arith.truncf
// CHECK: memref.store %[[RESULT]]
func.func private @half_limits_are_compared_in_f32(%x: memref<5xf16>, %y: memref<5xf16> {rt.result}) attributes {rt.layer = "clip", rt.nodes = ["clip"]} {
  %0 = rt.tensor %x : memref<5xf16> -> tensor<5xf16>
  %1 = nn.clamp %0 {low = -1.0 : f64} : (tensor<5xf16>) -> tensor<5xf16>
  rt.store %1, %y : tensor<5xf16>, memref<5xf16>
  return
}

// CHECK-LABEL: @single_limits_are_compared_as_they_are
// CHECK-NOT: arith.extf
// CHECK: arith.cmpf ogt, {{.*}} : f32
// CHECK-NOT: arith.truncf
// CHECK: return
func.func private @single_limits_are_compared_as_they_are(%x: memref<5xf32>, %y: memref<5xf32> {rt.result}) attributes {rt.layer = "clip", rt.nodes = ["clip"]} {
  %0 = rt.tensor %x : memref<5xf32> -> tensor<5xf32>
  %1 = nn.clamp %0 {high = 6.0 : f64} : (tensor<5xf32>) -> tensor<5xf32>
  rt.store %1, %y : tensor<5xf32>, memref<5xf32>
  return
}

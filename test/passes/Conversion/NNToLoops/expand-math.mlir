// RUN: nn-opt %s -nnc-expand-math | FileCheck %s
// RUN: nn-opt %s -nnc-expand-math='expand-rounding expand-square-root' | FileCheck %s --check-prefix=PLAIN

// CHECK-LABEL: @exp_is_a_polynomial
// CHECK-NOT: math.exp
// CHECK: math.fma
func.func @exp_is_a_polynomial(%x: f32) -> f32 {
  %0 = math.exp %x : f32
  return %0 : f32
}

// CHECK-LABEL: @vectors_stay_vectors
// CHECK-NOT: math.tanh
// CHECK: arith.divf {{.*}} : vector<8xf32>
func.func @vectors_stay_vectors(%x: vector<8xf32>) -> vector<8xf32> {
  %0 = math.tanh %x : vector<8xf32>
  return %0 : vector<8xf32>
}

// CHECK-LABEL: @half_is_computed_in_f32
// CHECK: arith.extf {{.*}} : f16 to f32
// CHECK-NOT: math.log
// CHECK: arith.truncf {{.*}} : f32 to f16
func.func @half_is_computed_in_f32(%x: f16) -> f16 {
  %0 = math.log %x : f16
  return %0 : f16
}

// CHECK-LABEL: @integer_power_is_repeated_squaring
// CHECK-NOT: math.ipowi
// CHECK: scf.for
func.func @integer_power_is_repeated_squaring(%x: i32, %y: i32) -> i32 {
  %0 = math.ipowi %x, %y : i32
  return %0 : i32
}

// Roundings and square roots are instructions, unless the machine has none.
// CHECK-LABEL: @keeps_instructions
// CHECK: math.floor
// CHECK: math.sqrt
// PLAIN-LABEL: @keeps_instructions
// PLAIN-NOT: math.floor
// PLAIN-NOT: math.sqrt
// PLAIN: return
func.func @keeps_instructions(%x: f32) -> f32 {
  %0 = math.floor %x : f32
  %1 = math.sqrt %0 : f32
  return %1 : f32
}

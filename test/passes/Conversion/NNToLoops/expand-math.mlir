// RUN: nn-opt %s -nnc-expand-math | FileCheck %s
// RUN: nn-opt %s -nnc-expand-math='expand-rounding expand-square-root expand-double expand-half' | FileCheck %s --check-prefix=PLAIN

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

// CHECK-LABEL: @double_stays_double
// CHECK-NOT: math.exp
// CHECK-NOT: f32
// CHECK: return
func.func @double_stays_double(%x: f64) -> f64 {
  %0 = math.exp %x : f64
  return %0 : f64
}

// The f32 between is rounded to odd.
// CHECK-LABEL: @narrows_double_with_one_rounding
// CHECK: arith.truncf {{.*}} : f64 to f32
// CHECK: arith.bitcast {{.*}} : f32 to i32
// CHECK: arith.truncf {{.*}} : f32 to f16
func.func @narrows_double_with_one_rounding(%x: f64) -> f16 {
  %0 = arith.truncf %x : f64 to f16
  return %0 : f16
}

// CHECK-LABEL: @keeps_half_conversions
// CHECK: arith.extf {{.*}} : f16 to f32
// PLAIN-LABEL: @keeps_half_conversions
// PLAIN-NOT: arith.extf
// PLAIN: return
func.func @keeps_half_conversions(%x: f16) -> f32 {
  %0 = arith.extf %x : f16 to f32
  return %0 : f32
}

// CHECK-LABEL: @remainder_is_exact_by_doubling
// CHECK: arith.remui
// CHECK: scf.for
// CHECK-NOT: arith.remf
func.func @remainder_is_exact_by_doubling(%x: f32, %y: f32) -> f32 {
  %0 = arith.remf %x, %y : f32
  return %0 : f32
}

// CHECK-LABEL: @keeps_double_roots
// CHECK: math.sqrt
// PLAIN-LABEL: @keeps_double_roots
// PLAIN-NOT: math.sqrt
// PLAIN-NOT: math.fma
// PLAIN: return
func.func @keeps_double_roots(%x: f64) -> f64 {
  %0 = math.sqrt %x : f64
  %1 = math.fma %0, %x, %x : f64
  return %1 : f64
}

// CHECK-LABEL: @subnormal_powers_are_scaled_twice
// CHECK: arith.shrui
// CHECK-COUNT-2: arith.shli
// CHECK-NOT: arith.select
// CHECK: %[[ONCE:.*]] = arith.mulf
// CHECK: arith.mulf %[[ONCE]]
func.func @subnormal_powers_are_scaled_twice(%x: vector<4xf32>) -> vector<4xf32> {
  %0 = math.exp %x : vector<4xf32>
  return %0 : vector<4xf32>
}

// CHECK-LABEL: @composed_functions_leave_no_call
// CHECK-NOT: math.{{(tan|sinh|cosh|asinh|acosh|atanh|exp|log1p|sin|cos) }}
// CHECK: return
func.func @composed_functions_leave_no_call(%x: f32, %y: vector<3xf64>) -> (f32, vector<3xf64>) {
  %0 = math.tan %x : f32
  %1 = math.sinh %0 : f32
  %2 = math.cosh %1 : f32
  %3 = math.asinh %2 : f32
  %4 = math.acosh %3 : f32
  %5 = math.atanh %4 : f32
  %6 = math.tan %y : vector<3xf64>
  %7 = math.sinh %6 : vector<3xf64>
  %8 = math.cosh %7 : vector<3xf64>
  %9 = math.asinh %8 : vector<3xf64>
  %10 = math.acosh %9 : vector<3xf64>
  %11 = math.atanh %10 : vector<3xf64>
  return %5, %11 : f32, vector<3xf64>
}

// Halves of the operands, whose products need no rounding.
// CHECK-LABEL: @power_is_a_product_in_two_parts
// CHECK-NOT: math.powf
// CHECK-DAG: arith.constant -4096 : i32
// CHECK: return
func.func @power_is_a_product_in_two_parts(%x: f32, %y: f32) -> f32 {
  %0 = math.powf %x, %y : f32
  return %0 : f32
}

// CHECK-LABEL: @keeps_absolute_values
// CHECK: math.absf
func.func @keeps_absolute_values(%x: f32) -> f32 {
  %0 = math.absf %x : f32
  return %0 : f32
}

// No operator needs these, but IR in a file may have them.
// CHECK-LABEL: @operations_from_outside_leave_no_call
// CHECK-NOT: math.{{(log2|exp2|rsqrt|atan2|cbrt) }}
// CHECK: return
func.func @operations_from_outside_leave_no_call(%x: f32, %h: f16) -> (f32, f16) {
  %0 = math.log2 %x : f32
  %1 = math.exp2 %0 : f32
  %2 = math.rsqrt %1 : f32
  %3 = math.atan2 %2, %x : f32
  %4 = math.cbrt %3 : f32
  %5 = math.log2 %h : f16
  %6 = math.exp2 %5 : f16
  return %4, %6 : f32, f16
}

// Few machines have an instruction, the others would call a library.
// CHECK-LABEL: @brain_float_is_rounded_by_its_bits
// CHECK-NOT: arith.truncf
// CHECK: %[[BITS:.*]] = arith.bitcast %arg0 : f32 to i32
// CHECK: arith.bitcast {{.*}} : i16 to bf16
// CHECK-NOT: arith.truncf
// CHECK: return
func.func @brain_float_is_rounded_by_its_bits(%x: f32) -> bf16 {
  %0 = arith.truncf %x : f32 to bf16
  return %0 : bf16
}

// CHECK-LABEL: @wider_brain_float_is_exact
// CHECK-NEXT: arith.extf
func.func @wider_brain_float_is_exact(%x: bf16) -> f32 {
  %0 = arith.extf %x : bf16 to f32
  return %0 : f32
}

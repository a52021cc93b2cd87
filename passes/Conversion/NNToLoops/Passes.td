// Passes from layers to loops.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef NNC_PASSES_CONVERSION_NNTOLOOPS_PASSES
#define NNC_PASSES_CONVERSION_NNTOLOOPS_PASSES

include "mlir/Pass/PassBase.td"

def ConvertLayersToLoopsPass : Pass<"nnc-convert-layers-to-loops", "mlir::ModuleOp"> {
  let summary = "compute what layers store by loops over scalars";
  let description = [{
    *Requires* layer functions (`rt.layer`) in buffer form: `rt.tensor` reads, at most one root op or trees of
    element ops, `rt.store` writes; scratch buffers as arguments marked `rt.scratch`.
    *Ensures* that every `rt.store` of a value that `nn` ops compute is gone and the loops in its place write the
    same elements. Trees of element ops become one loop nest, in memory order of the result; nests are cut where a
    concat or pad changes sides, so no condition is left inside. Sums are kept in f32 for the half types; only sums
    may be reordered (`reassoc` on the accumulating operation), always in the same way.
    With `divisible`, loops whose iterations are independent are marked `rt.independent`, one number for each store. Long rows of
    accumulators are then computed in blocks of 64 where there are too few rows to divide, or where all rows have their sums in the same scratch.
    *Leaves alone* stores of values that `kernel` ops define, and functions without `rt.layer`.

    ```mlir
    func.func private @relu(%x: memref<15xf32>, %y: memref<15xf32> {rt.result}) attributes {rt.layer = "relu"} {
      %0 = rt.tensor %x : memref<15xf32> -> tensor<3x5xf32>
      %1 = nn.unary relu %0 : (tensor<3x5xf32>) -> tensor<3x5xf32>
      rt.store %1, %y : tensor<3x5xf32>, memref<15xf32>
      return
    }
    // becomes
    scf.for %i = %c0 to %c15 step %c1 {
      %0 = memref.load %x[%i] : memref<15xf32>
      %1 = arith.cmpf olt, %0, %zero : f32
      %2 = arith.select %1, %zero, %0 : f32
      memref.store %2, %y[%i] : memref<15xf32>
    }
    ```
  }];
  let dependentDialects = ["mlir::arith::ArithDialect", "mlir::math::MathDialect",
                           "mlir::memref::MemRefDialect", "mlir::scf::SCFDialect"];
  let options = [
    Option<"divisible", "divisible", "bool", "false", "mark the loops that nnc-divide-layers may divide">
  ];
}

def ExpandMathPass : Pass<"nnc-expand-math", "mlir::ModuleOp"> {
  let summary = "replace mathematical functions by polynomials and arithmetic";
  let description = [{
    *Requires* `math` operations on scalars or vectors of one dimension.
    *Ensures* that none is left that would become a call of a mathematical library on a machine with rounding
    instructions; with the options neither on one without. f16 and bf16 are computed in f32 and rounded once, f32 and f64
    with errors of a few units in the last place (docs/numerics.md); remainders are exact.
    f32 becomes bf16 by integer arithmetic.
    *Leaves alone* absolute values and signs, and without the options roundings, square roots and conversions of f16, which are
    instructions.

    ```mlir
    %0 = math.tanh %x : f32
    // becomes a quotient of polynomials with arith.mulf, math.fma, arith.divf
    ```
  }];
  let dependentDialects = ["mlir::arith::ArithDialect", "mlir::math::MathDialect", "mlir::scf::SCFDialect",
                           "mlir::vector::VectorDialect"];
  let options = [
    Option<"expandRounding", "expand-rounding", "bool", "false",
           "the machine has no instruction for floor, ceil and rounding to even">,
    Option<"expandSquareRoot", "expand-square-root", "bool", "false",
           "the machine has no instruction for the square root">,
    Option<"expandDouble", "expand-double", "bool", "false",
           "the machine has no instructions for f64: roundings and square roots of f64 become arithmetic">,
    Option<"expandHalf", "expand-half", "bool", "false",
           "the machine has no instructions between f16 and f32">
  ];
}

#endif

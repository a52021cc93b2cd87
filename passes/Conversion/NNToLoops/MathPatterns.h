// Rewrites of mathematical operations to arithmetic; parts of nnc-expand-math.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef NNC_PASSES_CONVERSION_NNTOLOOPS_MATHPATTERNS_H
#define NNC_PASSES_CONVERSION_NNTOLOOPS_MATHPATTERNS_H

#include "mlir/IR/PatternMatch.h"

namespace nnc {

/// f64 → f16 and bf16 with one rounding, f32 → bf16 without the instruction; with `expandHalf` also
/// f16 ↔ f32 without the instruction.
void addNarrowingPatterns(mlir::RewritePatternSet &patterns, bool expandHalf);

/// arith.remf of f32 and f64, exact.
void addRemainderPatterns(mlir::RewritePatternSet &patterns);

/// floor, ceil and rounding to even of f32, f64 or both without the instruction.
void addRoundingPatterns(mlir::RewritePatternSet &patterns, bool single, bool twice);

/// Square roots of scalars of f32, f64 or both without the instruction.
void addSquareRootPatterns(mlir::RewritePatternSet &patterns, bool single, bool twice);

/// Fused products of f64 as a product and a sum.
void addDoubleArithmeticPatterns(mlir::RewritePatternSet &patterns);

/// Functions of f32 with errors of a few units in the last place: exp, log, expm1, log1p, sin,
/// cos, asin, acos and atan.
void addSingleFunctionPatterns(mlir::RewritePatternSet &patterns);

/// Functions of f32 and f64 made of others: tan, sinh, cosh, asinh, acosh and atanh.
void addComposedFunctionPatterns(mlir::RewritePatternSet &patterns);

/// math.powf of f32 and f64.
void addPowerPatterns(mlir::RewritePatternSet &patterns);

/// Functions of f64 with errors of a few units in the last place: exp, log, expm1, log1p, sin, cos,
/// tanh, atan, asin, acos, erf and erfc.
void addDoubleFunctionPatterns(mlir::RewritePatternSet &patterns);

} // namespace nnc

#endif

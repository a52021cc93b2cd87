// What the kinds of the nn dialect mean in arith and math, on scalars and on vectors alike.
// Signedness is not in the types here: values are signless, `isUnsigned` says how to read them.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef NNC_PASSES_CONVERSION_SCALAR_SCALAR_H
#define NNC_PASSES_CONVERSION_SCALAR_SCALAR_H

#include "dialects/NN/NN.h"

#include "mlir/IR/Builders.h"

#include <optional>

namespace nnc::scalar {

/// Parameters of a unary kind; a missing one has ONNX's default.
struct Parameters {
  std::optional<double> alpha, beta, gamma;
};

/// The parameters that an op carries.
Parameters parametersOf(nn::UnaryOp op);

/// The type that a tensor element of this type has as a value: integers become signless.
mlir::Type valueType(mlir::Type element);

/// Whether values of this tensor element type are read as unsigned (`i1` is).
bool isUnsignedElement(mlir::Type element);

/// f(x). Gives the operand's type, or `i1` for predicates. Kinds of real functions on integers are
/// computed in floating point and truncated. f16 and bf16 are computed in f32 and rounded once.
/// Defaults: leaky_relu α=0.01; elu, celu, swish, thresholded_relu α=1; selu α=1.6732632…,
/// γ=1.0507010…; hard_sigmoid α=0.2 β=0.5; shrink α (λ)=0.5, β (bias)=0.
mlir::Value buildUnary(mlir::OpBuilder &builder, mlir::Location loc, nn::UnaryKind kind,
                       mlir::Value x, const Parameters &parameters = {}, bool isUnsigned = false);

/// f(a, b), both of one type. Integer division and remainders by zero give 0 and never trap; MIN /
/// −1 wraps. Shifts by the width or more give 0 (the sign, for a signed right shift). `min` and
/// `max` hand on NaN.
mlir::Value buildBinary(mlir::OpBuilder &builder, mlir::Location loc, nn::BinaryKind kind,
                        mlir::Value a, mlir::Value b, bool isUnsigned = false);

/// a <predicate> b as `i1`. NaN compares unequal to everything.
mlir::Value buildCompare(mlir::OpBuilder &builder, mlir::Location loc,
                         nn::ComparePredicate predicate, mlir::Value a, mlir::Value b,
                         bool isUnsigned = false);

/// min(max(x, low), high); hands on NaN.
mlir::Value buildClamp(mlir::OpBuilder &builder, mlir::Location loc, mlir::Value x,
                       std::optional<double> low, std::optional<double> high,
                       bool isUnsigned = false);

/// Constants of `nn.requantize`, i32; `left` may be missing.
struct Requantization {
  mlir::Value multiplier, offset, right, left;
};

/// clamp((((sat32(x·2^k)·M) >> 32) + C) >> r, range) as an element of the type `to`.
mlir::Value buildRequantize(mlir::OpBuilder &builder, mlir::Location loc, mlir::Value x,
                            const Requantization &constants, std::pair<int64_t, int64_t> range,
                            mlir::Type to);

/// Converts between tensor element types (which carry signedness). Float to integer truncates; with
/// `saturate` it is limited to the range of the result, else a small type keeps the low bits of the
/// 32-bit (ui32: 64-bit) result, which is limited. NaN gives 0.
mlir::Value buildCast(mlir::OpBuilder &builder, mlir::Location loc, mlir::Value x, mlir::Type from,
                      mlir::Type to, bool saturate = false);

/// A constant of a tensor element type as a value of the type `like` (scalar or vector).
mlir::Value buildConstant(mlir::OpBuilder &builder, mlir::Location loc, mlir::Type like,
                          double value);

} // namespace nnc::scalar

#endif

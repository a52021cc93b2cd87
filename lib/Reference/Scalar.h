// What the kinds of unary and binary operators mean, on single numbers.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef NNC_LIB_REFERENCE_SCALAR_H
#define NNC_LIB_REFERENCE_SCALAR_H

#include "dialects/NN/NN.h"

#include <optional>

namespace nnc::reference {

/// The parameters of a unary function; absent ones take the defaults of the dialect's table.
struct Parameters {
  std::optional<double> alpha, beta, gamma;
};

/// An integer type: bits and meaning.
struct IntegerFormat {
  unsigned width;
  bool isUnsigned;
};

/// Functions of real numbers. Predicates are not among them.
double unaryReal(nn::UnaryKind kind, double x, const Parameters &parameters);
double binaryReal(nn::BinaryKind kind, double a, double b);

/// Predicates of real numbers.
bool predicate(nn::UnaryKind kind, double x);

/// Functions of integers given as 64-bit numbers (sign- or zero-extended); the low bits of the
/// result count.
int64_t unaryInteger(nn::UnaryKind kind, int64_t x, IntegerFormat format);
int64_t binaryInteger(nn::BinaryKind kind, int64_t a, int64_t b, IntegerFormat format);

/// The integer nearest to zero from x, limited to the format; NaN gives 0.
int64_t limitToInteger(double x, IntegerFormat format);

/// The lowest and highest value of a format.
int64_t lowest(IntegerFormat format);
int64_t highest(IntegerFormat format);

/// Whether a < b in a format.
bool lessInteger(int64_t a, int64_t b, IntegerFormat format);

} // namespace nnc::reference

#endif

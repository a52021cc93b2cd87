// Compares what a model computed with what was expected.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef NNC_LIB_RUNNER_COMPARE_H
#define NNC_LIB_RUNNER_COMPARE_H

#include "lib/Runner/HostTensor.h"

namespace nnc {

/// |a − b| ≤ absolute + relative·|b|; or, with `ofLargest`, ≤ absolute + relative·max|b| over the
/// tensor. NaN equals NaN, equal infinities are equal. Integers and booleans must be equal.
struct Tolerance {
  double relative = 1e-3;
  double absolute = 1e-7;
  bool ofLargest = false;
};

/// The outcome for one tensor.
struct Comparison {
  bool agrees = false;
  int64_t differing = 0;   ///< elements outside the tolerance
  double worst = 0;        ///< largest |a − b|
  double largest = 0;      ///< largest |b|
  std::string explanation; ///< one line; names the first differing element
};

Comparison compare(const HostTensor &actual, const HostTensor &expected,
                   const Tolerance &tolerance);

/// Element i as a double; 64-bit integers may round.
double elementAsDouble(const HostTensor &tensor, int64_t i);

} // namespace nnc

#endif

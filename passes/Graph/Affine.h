// Operators that scale and shift each channel by constants.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef NNC_PASSES_GRAPH_AFFINE_H
#define NNC_PASSES_GRAPH_AFFINE_H

#include "mlir/IR/Operation.h"

#include <optional>
#include <vector>

namespace nnc {

/// y = scale·x + shift with one entry of each for every channel, in double precision, all finite.
struct Affine {
  std::vector<double> scale, shift;

  bool scales() const;
  bool shifts() const;
};

/// second(first(x)); both of the same number of channels.
Affine compose(const Affine &first, const Affine &second);

/// An operator as an affine function of one operand.
struct AffineStep {
  mlir::Value input; ///< of the result's type
  Affine map;
};

/// The operator as an affine function whose channels are dimension `dim` of its result: a batch
/// normalisation with constant statistics, or a sum, difference, product or quotient with a
/// constant that is the same along all other dimensions. Nothing for others, null included, and
/// where a number is not finite.
std::optional<AffineStep> affineStep(mlir::Operation *op, int64_t dim);

} // namespace nnc

#endif

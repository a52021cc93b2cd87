// Straight code for products with a small constant matrix and for small Fourier transforms.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef NNC_TARGETS_COMMON_LINEARCODE_H
#define NNC_TARGETS_COMMON_LINEARCODE_H

#include "lib/Numerics/Butterflies.h"
#include "lib/Numerics/Winograd.h"
#include "targets/Common/LinearIndex.h"
#include "targets/Common/RegisterTile.h"

namespace nnc {

/// y = matrix · x for values of one floating-point type (scalars or vectors). Zeros cost nothing,
/// ones an addition. Columns that differ only in signs share their sum and difference, rows that
/// do share the parts on which they agree and differ: the matrices of pairs of points ±p need
/// about half the operations so.
Values buildProduct(const Emission &emission, const numerics::Matrix &matrix, mlir::ValueRange x);

/// The outputs of a transform of values of type `type`. Inputs that it does not read may be null.
Values buildButterflies(const Emission &emission, const numerics::Butterflies &code,
                        mlir::Type type, llvm::ArrayRef<mlir::Value> inputs);

} // namespace nnc

#endif

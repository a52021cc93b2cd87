// Seeded input data, the same on every machine.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef NNC_LIB_RUNNER_RANDOMDATA_H
#define NNC_LIB_RUNNER_RANDOMDATA_H

#include "lib/Runner/HostTensor.h"

namespace nnc {

/// Fills a tensor whose name, type and shape are set: floats uniform in [−1, 1), booleans fair,
/// integers 0 to 7, which are usable as values and mostly as indices. The values depend on seed and
/// name only.
void fillRandom(HostTensor &tensor, uint64_t seed);

} // namespace nnc

#endif

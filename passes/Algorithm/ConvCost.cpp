// Slots of multiply-adds, of transforms and of bytes that come from beyond the cache.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "passes/Algorithm/ConvCost.h"

namespace nnc {

/// A multiply-add in the inner loop takes more than its slot: loads, broadcasts, ends of tiles.
static constexpr double kProductSlots = 1.1;
/// An operation of a transform competes with its loads and stores.
static constexpr double kTransformSlots = 1.5;
/// Slots in which one byte comes from beyond the cache, for vectors of eight elements.
static constexpr double kByteSlots = 0.25;

static double ceilDiv(int64_t a, int64_t b) { return static_cast<double>((a + b - 1) / b); }

static double weightCost(double bytes, const CostMachine &machine) {
  return bytes > static_cast<double>(machine.cacheBytes) ? bytes * kByteSlots : 0;
}

double directCycles(const ConvolutionSize &size, const CostMachine &machine) {
  double taps = static_cast<double>(size.kernel * size.kernel * size.channels);
  double results = static_cast<double>(size.batch * size.height * size.width);
  return results * taps * ceilDiv(size.maps, machine.vector) * kProductSlots +
         weightCost(taps * static_cast<double>(size.maps) * 4, machine);
}

double winogradCycles(const ConvolutionSize &size, int64_t tile, const CostMachine &machine) {
  double alpha = static_cast<double>(tile + size.kernel - 1), m = static_cast<double>(tile);
  double tiles =
      static_cast<double>(size.batch) * ceilDiv(size.height, tile) * ceilDiv(size.width, tile);
  double products = alpha * alpha * static_cast<double>(size.channels) *
                    ceilDiv(size.maps, machine.vector) * kProductSlots;
  // Two one-dimensional transforms of about α²/2 operations for each of α (then m) lines, and the
  // loads and stores of a tile.
  double input = (alpha * alpha * alpha + 2 * alpha * alpha) *
                 ceilDiv(size.channels, machine.vector) * kTransformSlots;
  double output = ((alpha + m) * m * alpha / 2 + alpha * alpha + m * m) *
                  ceilDiv(size.maps, machine.vector) * kTransformSlots;
  return tiles * (products + input + output) +
         weightCost(alpha * alpha * static_cast<double>(size.channels * size.maps) * 4, machine);
}

} // namespace nnc

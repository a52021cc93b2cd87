// Cycles of multiply-adds, of transforms and of bytes that come from beyond the caches.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "passes/Algorithm/ConvCost.h"

#include "lib/Numerics/Butterflies.h"
#include "lib/Numerics/Fft.h"

#include <algorithm>

namespace nnc {

/// A multiply-add of a direct sum, or of products in a transform domain, takes more than its slot:
/// loads, broadcasts, ends of tiles.
static constexpr double kDirectSlots = 1.03, kProductSlots = 1.06;
/// Cycles of one operation of a transform on a vector, with its part of loads and stores; of one of
/// 32 numbers, which do not fit the registers.
static constexpr double kTransformCycles = 0.7, kLongTransformCycles = 0.85;
/// Cycles of a byte of scratch that leaves the core's cache.
static constexpr double kScratchCycles = 0.04;

/// Part of the shorter one of reading weights in order and computing that the other does not hide.
static constexpr double kExposed = 0.28;
/// Cycles of a byte of scratch that lies in hundreds of places, which no prefetcher follows, where
/// a block of it fills the outer cache.
static constexpr double kPlaceCycles = 0.6;

static int64_t ceilDiv(int64_t a, int64_t b) { return (a + b - 1) / b; }

/// Vectors of multiply-adds for `count` maps: half a vector is the narrowest.
static double productVectors(int64_t count, const CostMachine &machine) {
  int64_t half = std::max<int64_t>(machine.vector / 2, 1);
  return static_cast<double>(ceilDiv(count, half) * half) / static_cast<double>(machine.vector);
}

/// Vectors that a transform of `count` channels has: the rest is split into powers of two.
static double transformVectors(int64_t count, const CostMachine &machine) {
  int64_t vectors = count / machine.vector;
  for (int64_t rest = count % machine.vector; rest > 0; rest &= rest - 1)
    ++vectors;
  return static_cast<double>(vectors);
}

/// `compute` cycles, and those of `passes` over weights: each pass reads anew what the outer cache
/// cannot hold. Weights that other layers drove out come from memory in order, mostly while
/// products are computed.
static double withWeights(double compute, double bytes, double passes, const CostMachine &machine) {
  double beyond = std::max(bytes - static_cast<double>(machine.outerCacheBytes), 0.0);
  double warm = compute + beyond * passes * machine.memoryCycles;
  double memory = (bytes + beyond * (passes - 1)) * machine.memoryCycles;
  double cold = std::max(compute, memory) + kExposed * std::min(compute, memory);
  return warm + machine.coldWeights * (std::max(cold, warm) - warm);
}

/// Pairs of a result and a tap inside the image, of `results` in a line, all pads being those of
/// an image that keeps its size: others are not computed.
static double tapsInside(int64_t results, int64_t kernel) {
  int64_t pad = (kernel - 1) / 2, outside = 0;
  for (int64_t i = 0; i < pad; ++i)
    outside += 2 * std::max<int64_t>(pad - i, 0);
  return static_cast<double>(std::max(results * kernel - outside, results));
}

double directCycles(const ConvolutionSize &size, const CostMachine &machine) {
  double taps =
      tapsInside(size.height, size.kernelHeight) * tapsInside(size.width, size.kernelWidth);
  double products =
      static_cast<double>(size.batch * size.channels) * taps * productVectors(size.maps, machine);
  double weights =
      static_cast<double>(size.kernelHeight * size.kernelWidth * size.channels * size.maps) *
      sizeof(float);
  return withWeights(products / machine.products * kDirectSlots, weights, 1, machine);
}

namespace {

/// A convolution in a transform domain: tiles of `rows` × `columns` results with `places` products
/// for each pair of channels; operations of a tile's two transforms for one vector of channels.
struct TransformCost {
  int64_t rows, columns;
  double places, input, output;
  double operationCycles = kTransformCycles;
  bool scattered = false; ///< there are hundreds of places
};

} // namespace

/// Cycles of a byte of scratch in blocks of `block` bytes.
static double scratchCycles(double block, bool scattered, const CostMachine &machine) {
  double beyond = block - static_cast<double>(machine.cacheBytes);
  if (!scattered)
    return beyond > 0 ? kScratchCycles : 0;
  double room = static_cast<double>(machine.outerCacheBytes - machine.cacheBytes);
  return kPlaceCycles * std::clamp(beyond / std::max(room, 1.0), 0.0, 1.0);
}

static double transformedCycles(const ConvolutionSize &size, const TransformCost &transform,
                                const CostMachine &machine) {
  int64_t lines = ceilDiv(size.height, transform.rows),
          perLine = ceilDiv(size.width, transform.columns);
  double places = transform.places, tiles = static_cast<double>(size.batch * lines * perLine);
  auto channels = static_cast<double>(size.channels), maps = static_cast<double>(size.maps);
  double products = places * channels * productVectors(size.maps, machine);
  double operations = transform.input * transformVectors(size.channels, machine) +
                      transform.output * transformVectors(size.maps, machine);
  // Blocks of lines as nnc-convert-nn-to-kernel makes them: scratch is as large as the cache, or as
  // the weights that each block reads anew.
  double weights = places * channels * maps * sizeof(float);
  double lineBytes = places * static_cast<double>(perLine) * (channels + maps) * sizeof(float);
  auto cache = static_cast<double>(machine.cacheBytes);
  auto fitting = static_cast<int64_t>(std::max(cache, weights) / lineBytes);
  int64_t block = std::clamp<int64_t>(fitting, 1, lines), blocks = ceilDiv(lines, block);
  double blockBytes = lineBytes * static_cast<double>(ceilDiv(lines, blocks));
  double scratch = tiles * places * (channels + maps) * sizeof(float);
  double compute = tiles * products / machine.products * kProductSlots +
                   tiles * operations * transform.operationCycles +
                   scratch * scratchCycles(blockBytes, transform.scattered, machine);
  return withWeights(compute, weights, static_cast<double>(size.batch * blocks), machine);
}

double winogradCycles(const ConvolutionSize &size, int64_t tile, const CostMachine &machine) {
  double m = static_cast<double>(tile), alpha = static_cast<double>(tile + size.kernelHeight - 1);
  double places = alpha * alpha;
  // Two one-dimensional transforms of about α²/2 operations for each of α (then m) lines, and the
  // loads and stores of a tile.
  double input = alpha * alpha * alpha + 2 * places;
  double output = (alpha + m) * m * alpha / 2 + places + m * m;
  return transformedCycles(size, {tile, tile, places, input, output}, machine);
}

double fftCycles(const ConvolutionSize &size, int64_t tile, const CostMachine &machine) {
  int64_t rows = tile - size.kernelHeight + 1, columns = tile - size.kernelWidth + 1;
  // Operations, and a load or store for each input and output.
  auto steps = [](const numerics::Butterflies &code) {
    return static_cast<double>(code.steps.size() + code.outputs.size()) + code.inputs;
  };
  auto places = static_cast<double>(numerics::FftPlaces{tile}.count());
  auto s = static_cast<double>(tile), m = static_cast<double>(rows);
  // Lines, then columns: two real and S/2 − 1 complex ones. Three numbers for a complex product.
  double input = (s + 2) * steps(numerics::realDft(tile, 0, tile)) +
                 (s / 2 - 1) * steps(numerics::complexDft(tile)) + places / 2;
  double output = (s / 2 - 1) * steps(numerics::inverseComplexDft(tile, rows)) +
                  2 * steps(numerics::inverseRealDft(tile, rows)) +
                  m * steps(numerics::inverseRealDft(tile, columns)) + places;
  double cycles = tile < 32 ? kTransformCycles : kLongTransformCycles;
  return transformedCycles(size, {rows, columns, places, input, output, cycles, true}, machine);
}

} // namespace nnc

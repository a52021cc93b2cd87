// A model of the time that a convolution takes, by each way to compute it.
//
// A way's cycles are the sum of what its parts would take alone: multiply-adds at the rate of their
// units, other operations on vectors, and bytes that come from beyond the caches. Factors are
// fitted to measurements of about fifty layers each on AVX2 and AVX-512 (Zen 4); those of the
// memory belong to the machine. Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH
// LLVM-exception
#ifndef NNC_PASSES_ALGORITHM_CONVCOST_H
#define NNC_PASSES_ALGORITHM_CONVCOST_H

#include <cstdint>

namespace nnc {

/// A convolution of stride 1 without groups.
struct ConvolutionSize {
  int64_t batch, channels, maps;     ///< N, C, M
  int64_t height, width;             ///< of the result
  int64_t kernelHeight, kernelWidth; ///< of the filters
};

/// What the model knows of a machine.
struct CostMachine {
  int64_t vector;             ///< f32 elements of a machine vector
  double products;            ///< multiply-adds of vectors in a cycle
  int64_t cacheBytes;         ///< scratch up to this size stays in the cache of one core
  int64_t outerCacheBytes;    ///< weights up to this size stay in a cache from one run to the next
  double memoryCycles = 0.11; ///< for a byte from the memory
  double coldWeights = 0;     ///< share of them that other layers drive out meanwhile
};

/// Cycles of a direct sum.
double directCycles(const ConvolutionSize &size, const CostMachine &machine);
/// Cycles by Winograd's minimal filtering in tiles of `tile` rows; filters are square.
double winogradCycles(const ConvolutionSize &size, int64_t tile, const CostMachine &machine);
/// Cycles by products of frequencies in tiles of `tile` × `tile` elements of the image.
double fftCycles(const ConvolutionSize &size, int64_t tile, const CostMachine &machine);

} // namespace nnc

#endif

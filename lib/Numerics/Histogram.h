// How often numbers of each size occur, without knowing their range beforehand.
//
// Bin k counts the numbers in [k·w, (k + 1)·w), w = 2^e. Where the numbers seen span more than
// `kBins` bins, w doubles and neighbours join. As ⌊⌊x/w⌋/2⌋ = ⌊x/2w⌋, the counts are those that the
// final width would have given from the beginning: they do not depend on the order of the numbers.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef NNC_LIB_NUMERICS_HISTOGRAM_H
#define NNC_LIB_NUMERICS_HISTOGRAM_H

#include <cstdint>
#include <span>
#include <vector>

namespace nnc::numerics {

class Histogram {
public:
  /// The most bins; at least half of them are used once numbers differ enough.
  static constexpr int64_t kBins = 4096;

  /// Counts finite numbers; others are only noted.
  void add(std::span<const float> values);

  /// Numbers that were counted, zeros among them.
  uint64_t count() const { return total; }
  /// Numbers that were zero: they are in no bin.
  uint64_t zeros() const { return zeroCount; }
  /// NaN and infinities.
  uint64_t notFinite() const { return notFiniteCount; }
  /// The least and the largest number; 0 where there are none.
  double low() const { return least; }
  double high() const { return most; }

  /// A bin that is not empty: its middle (of the part within [low, high]) and its count.
  struct Bin {
    double middle;
    uint64_t count;
  };
  /// All such bins, from the least; zeros are one of width 0.
  std::vector<Bin> bins() const;

private:
  void include(double low, double high);
  void widen();

  std::vector<uint64_t> counts; ///< of the bins from `first`
  int64_t first = 0;
  int exponent = 0; ///< e
  uint64_t total = 0, zeroCount = 0, notFiniteCount = 0;
  double least = 0, most = 0;
};

} // namespace nnc::numerics

#endif

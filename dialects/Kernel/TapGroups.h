// How the filters of a depthwise convolution lie where products take four taps at once.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef NNC_DIALECTS_KERNEL_TAPGROUPS_H
#define NNC_DIALECTS_KERNEL_TAPGROUPS_H

#include "llvm/Support/MathExtras.h"

#include <algorithm>
#include <cstdint>

namespace nnc::kernel {

/// The taps of a line of the filter, filled up with zeros to whole groups of four. There is one
/// variant for each number of zeros in front, so that neighbouring pixels of the result can read
/// the same pixels of the input. Channels lie in blocks: of four machine vectors, then narrower
/// ones of a power of two, down to 16. A block holds [line][variant][group][part][lane][tap]; the
/// last channels, fewer than 16, follow as [line][tap][channel].
struct TapGroups {
  static constexpr int64_t kTaps = 4, kLeastBlock = 16, kParts = 4;

  int64_t channels, lines, taps; ///< taps of one line
  int64_t vector;                ///< elements of 32 bits in a machine vector

  int64_t groups() const { return static_cast<int64_t>(llvm::divideCeil(taps, kTaps)); }
  /// The largest number of zeros in front.
  int64_t slack() const { return groups() * kTaps - taps; }
  int64_t variants() const { return slack() + 1; }
  /// Elements of one channel of a block, in one line and in all of them.
  int64_t perLine() const { return variants() * groups() * kTaps; }
  int64_t perChannel() const { return lines * perLine(); }
  /// Channels in blocks, the others, and the elements of all.
  int64_t inBlocks() const { return channels - rest(); }
  int64_t rest() const { return channels % kLeastBlock; }
  int64_t elements() const { return inBlocks() * perChannel() + rest() * lines * taps; }
  int64_t largestBlock() const { return kParts * vector; }
  /// Channels of the block that begins at one.
  int64_t blockAt(int64_t channel) const {
    auto left = static_cast<uint64_t>(inBlocks() - channel);
    return std::min(largestBlock(), static_cast<int64_t>(llvm::bit_floor(left)));
  }
  /// The channel of a block that one lane of one of its parts sums up: what unpacking bytes of four
  /// pixels within 128 bits leads to.
  static int64_t channelOf(int64_t part, int64_t lane) {
    return lane / 4 * kLeastBlock + part * 4 + lane % 4;
  }
};

} // namespace nnc::kernel

#endif

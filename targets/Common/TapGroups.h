// Depthwise convolutions of bytes, four taps at once.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef NNC_TARGETS_COMMON_TAPGROUPS_H
#define NNC_TARGETS_COMMON_TAPGROUPS_H

#include "dialects/Kernel/TapGroups.h"
#include "targets/Common/Windows.h"

namespace nnc {

/// The form of the filter of a depthwise convolution with `tile.interleave`.
kernel::TapGroups tapGroupsOf(kernel::DepthwiseOp op);

/// The loops of the channels that lie in blocks.
void emitTapGroups(const Emission &emission, kernel::DepthwiseOp op, Windows windows);

} // namespace nnc

#endif

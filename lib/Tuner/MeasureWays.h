// Times the ways to compute a convolution on this machine.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef NNC_LIB_TUNER_MEASUREWAYS_H
#define NNC_LIB_TUNER_MEASUREWAYS_H

#include "lib/Artifacts/ConvPlan.h"
#include "lib/Driver/Options.h"
#include "lib/Tuner/LayerModel.h"

#include "llvm/ADT/ArrayRef.h"

namespace nnc {

/// Compiles the layer in each way for the target of `options`, loads the objects and runs them in
/// turn. A way's time is the median of its ratios to the first way's time in the same turn, times
/// the median of that one's: what else the machine does changes the ratios least. In the order of
/// `ways`; their `nanoseconds` are not read.
llvm::Expected<std::vector<MeasuredWay>> measureWays(const LayerShape &shape,
                                                     llvm::ArrayRef<MeasuredWay> ways,
                                                     const CompileOptions &options);

} // namespace nnc

#endif

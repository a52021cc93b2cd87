// A plan: how each convolution of a model is computed, as a file that people and programs may
// write. Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef NNC_LIB_ARTIFACTS_CONVPLAN_H
#define NNC_LIB_ARTIFACTS_CONVPLAN_H

#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"

#include <cstdint>
#include <string>
#include <vector>

namespace nnc {

struct ModelInfo;

/// How long one way to compute a convolution took.
struct MeasuredWay {
  std::string algorithm;
  int64_t tile = 0; ///< 0: no tiles
  int64_t nanoseconds = 0;
};

/// One entry.
struct PlannedConvolution {
  std::string layer; ///< the node's name
  std::string algorithm;
  int64_t tile = 0;
  std::vector<MeasuredWay> measured; ///< why: empty where nothing was measured
};

struct ConvPlan {
  std::string target; ///< what it was made for; only for people
  std::vector<PlannedConvolution> convolutions;
};

/// The plan that leads to the same convolutions again.
ConvPlan planOf(const ModelInfo &model);

std::string writeConvPlan(const ConvPlan &plan);

/// Errors name the file, the entry, what is found there and what is expected.
llvm::Expected<ConvPlan> readConvPlan(const std::string &path);

} // namespace nnc

#endif

// Maxima of what a run needs, sums of what the library holds.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "lib/Artifacts/Levels.h"

#include <algorithm>

namespace nnc {

ModelInfo combineLevels(const std::vector<LevelInfo> &levels) {
  auto largest = std::max_element(levels.begin(), levels.end(), [](const auto &a, const auto &b) {
    return a.info.plan.arenaBytes < b.info.plan.arenaBytes;
  });
  ModelInfo library = largest->info;
  library.constantBytes = library.textBytes = library.stackBytes = 0;
  for (const LevelInfo &level : levels) {
    library.constantBytes += level.info.constantBytes;
    library.textBytes += level.info.textBytes;
    library.stackBytes = std::max(library.stackBytes, level.info.stackBytes);
    library.plan.arenaAlignment =
        std::max(library.plan.arenaAlignment, level.info.plan.arenaAlignment);
  }
  return library;
}

} // namespace nnc

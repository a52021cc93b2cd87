// What a library with code for several levels of a machine is, from what each level is.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef NNC_LIB_ARTIFACTS_LEVELS_H
#define NNC_LIB_ARTIFACTS_LEVELS_H

#include "lib/Artifacts/ModelInfo.h"

#include <vector>

namespace nnc {

/// One level of a library.
struct LevelInfo {
  unsigned level = 0;
  ModelInfo info; ///< as if the level stood alone, with a prefix of its own
};

/// What a caller of the library has to provide and what the library holds: the interface is the
/// same at all levels; plan and layers are those of the level with the largest arena; the stack is
/// the largest; constants and code are all. Name, target and guard stay to be set.
ModelInfo combineLevels(const std::vector<LevelInfo> &levels);

} // namespace nnc

#endif

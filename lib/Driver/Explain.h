// What was decided, as text for people.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef NNC_LIB_DRIVER_EXPLAIN_H
#define NNC_LIB_DRIVER_EXPLAIN_H

#include "lib/Artifacts/ModelInfo.h"

#include <string>

namespace nnc {

/// A table of layers and the sums of memory.
std::string explainModel(const ModelInfo &info);

} // namespace nnc

#endif

// Limits of memory that a build states, and what to say when they are exceeded.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef NNC_LIB_DRIVER_BUDGETS_H
#define NNC_LIB_DRIVER_BUDGETS_H

#include "lib/Artifacts/ModelInfo.h"
#include "lib/Driver/Options.h"

#include <string>

namespace nnc {

/// Empty where the model fits; else which budgets are exceeded, by how much, and what takes most of
/// each, largest first.
std::string explainBudgets(const ModelInfo &info, const CompileOptions &options);

} // namespace nnc

#endif

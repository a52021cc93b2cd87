// The report of a compilation as JSON.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef NNC_LIB_ARTIFACTS_REPORT_H
#define NNC_LIB_ARTIFACTS_REPORT_H

#include "lib/Artifacts/Levels.h"

namespace nnc {

/// Indented JSON, members in a fixed order. docs/report.md describes every member.
std::string writeReport(const ModelInfo &model, const std::vector<LevelInfo> &levels = {});

} // namespace nnc

#endif

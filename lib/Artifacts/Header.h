// The C header of a compiled model.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef NNC_LIB_ARTIFACTS_HEADER_H
#define NNC_LIB_ARTIFACTS_HEADER_H

#include "lib/Artifacts/ModelInfo.h"

namespace nnc {

/// C99 that C++ accepts too; identifiers must have been assigned. A library of several levels has
/// functions that name one.
std::string writeHeader(const ModelInfo &model, const std::vector<unsigned> &levels = {});

/// A name from a model as it may stand in a C comment: printable ASCII, no end of comment, no
/// trigraph.
std::string toCommentText(const std::string &name);

} // namespace nnc

#endif

// Which build of the compiler this is.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef NNC_LIB_TUNER_CODEGENERATORID_H
#define NNC_LIB_TUNER_CODEGENERATORID_H

#include <string>

namespace nnc {

/// A text that differs wherever another build of the compiler may generate other code: LLVM's
/// version and a hash of the running program. What was measured of one is not true of another,
/// even where both have the same version number.
const std::string &codeGeneratorId();

} // namespace nnc

#endif

// Names of the levels of x86-64 and of what belongs to one in a library of several.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef NNC_LIB_ARTIFACTS_LEVELNAMES_H
#define NNC_LIB_ARTIFACTS_LEVELNAMES_H

#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"

#include <string>
#include <vector>

namespace nnc {

/// Whether a target's name joins several with '+'.
bool namesSeveralLevels(llvm::StringRef target);

/// The levels of "x86-64-v2+v3" or "x86-64-v2+x86-64-v3", ascending: 2, 3. An error says which part
/// is wrong.
llvm::Expected<std::vector<unsigned>> parseLevels(llvm::StringRef target);

/// The canonical name of levels: "x86-64-v2+v3".
std::string nameOfLevels(const std::vector<unsigned> &levels);

/// The name that `--target` knows a level by.
std::string nameOfLevel(unsigned level);

/// The prefix of a level's own symbols in a library: "kws_v3".
std::string prefixOfLevel(llvm::StringRef model, unsigned level);

} // namespace nnc

#endif

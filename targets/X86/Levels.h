// Libraries with code for several levels of x86-64, and the choice between them at run time.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef NNC_TARGETS_X86_LEVELS_H
#define NNC_TARGETS_X86_LEVELS_H

#include "llvm/ADT/SmallVector.h"
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

/// What the functions that choose are made of.
struct LevelChoice {
  std::string name;  ///< of the model: the prefix of the functions
  std::string guard; ///< second name of `NAME_run`; `_at` behind it that of `NAME_run_at`
  std::vector<unsigned> levels; ///< ascending
  bool takesExecutor = false;   ///< the levels have `NAME_run_with` too
};

/// LLVM IR of `NAME_level`, `NAME_run`, `NAME_run_at` and `NAME_check`, where levels take an
/// executor also of `NAME_run_with` and `NAME_run_at_with`. They call the functions of
/// the levels, have no state and run on any 64-bit x86.
std::string writeLevelChoice(const LevelChoice &choice);

/// The object of `writeLevelChoice`, with its records of frames.
llvm::Expected<llvm::SmallVector<char, 0>> compileLevelChoice(const LevelChoice &choice);

} // namespace nnc

#endif

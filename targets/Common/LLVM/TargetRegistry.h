// The list of machine families that a tool was built with.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef NNC_TARGETS_COMMON_LLVM_TARGETREGISTRY_H
#define NNC_TARGETS_COMMON_LLVM_TARGETREGISTRY_H

#include "include/nncompile/Target.h"

namespace nnc {

/// Finds the family that answers for a request.
class TargetRegistry {
public:
  void add(std::unique_ptr<TargetFamily> family) { families.push_back(std::move(family)); }

  /// Names of all presets with one line of help for each, family by family.
  std::vector<std::pair<std::string, std::string>> presets() const;

  /// The machine, or an error that says what is unknown or contradictory and what is possible.
  llvm::Expected<std::unique_ptr<Target>> create(const TargetRequest &request) const;

  /// The object that chooses between levels of the family of `target`, a preset's name.
  llvm::Expected<llvm::SmallVector<char, 0>> compileLevelChoice(llvm::StringRef target,
                                                                const LevelChoice &choice) const;

private:
  std::vector<std::unique_ptr<TargetFamily>> families;
};

} // namespace nnc

#endif

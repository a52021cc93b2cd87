// Dispatch from a target's name to its family.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "targets/Common/LLVM/TargetRegistry.h"

namespace nnc {

std::vector<std::pair<std::string, std::string>> TargetRegistry::presets() const {
  std::vector<std::pair<std::string, std::string>> all;
  for (const auto &family : families)
    for (auto &preset : family->presets())
      all.push_back(std::move(preset));
  return all;
}

llvm::Expected<std::unique_ptr<Target>> TargetRegistry::create(const TargetRequest &request) const {
  for (const auto &family : families)
    if (family->accepts(request.target))
      return family->create(request);
  std::string message = "unknown target '" + request.target + "'; expected a triple or one of";
  for (const auto &[name, help] : presets())
    message += (message.ends_with("one of") ? " " : ", ") + name;
  return llvm::createStringError(message);
}

llvm::Expected<llvm::SmallVector<char, 0>>
TargetRegistry::compileLevelChoice(llvm::StringRef target, const LevelChoice &choice) const {
  for (const auto &family : families)
    if (family->accepts(target))
      return family->compileLevelChoice(choice);
  return llvm::createStringError("unknown target '" + target + "'");
}

} // namespace nnc

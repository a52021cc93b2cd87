// Names of the levels of x86-64.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "lib/Artifacts/LevelNames.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SmallVector.h"

namespace nnc {

constexpr llvm::StringLiteral kLevelPrefix = "x86-64-v";

bool namesSeveralLevels(llvm::StringRef target) { return target.contains('+'); }

std::string nameOfLevel(unsigned level) { return kLevelPrefix.str() + std::to_string(level); }

std::string nameOfLevels(const std::vector<unsigned> &levels) {
  std::string name;
  for (unsigned level : levels)
    name += name.empty() ? nameOfLevel(level) : "+v" + std::to_string(level);
  return name;
}

std::string prefixOfLevel(llvm::StringRef model, unsigned level) {
  return (model + "_v" + llvm::Twine(level)).str();
}

llvm::Expected<std::vector<unsigned>> parseLevels(llvm::StringRef target) {
  auto refuse = [&](const llvm::Twine &why) {
    return llvm::createStringError("--target=" + target + ": " + why +
                                   "; expected two or more of x86-64-v1 to x86-64-v4 joined by "
                                   "'+', for example x86-64-v2+v3+v4");
  };
  std::vector<unsigned> levels;
  llvm::SmallVector<llvm::StringRef> parts;
  target.split(parts, '+');
  for (llvm::StringRef part : parts) {
    if (part.empty())
      return refuse("a name beside '+' is missing");
    llvm::StringRef digits = part;
    bool isNamed =
        digits.consume_front(kLevelPrefix) || (part != parts[0] && digits.consume_front("v"));
    unsigned level = 0;
    if (!isNamed || digits.size() != 1 || digits.getAsInteger(10, level) || level < 1 || level > 4)
      return refuse("'" + part + "' is no level of x86-64");
    if (llvm::is_contained(levels, level))
      return refuse("'" + part + "' is there twice");
    levels.push_back(level);
  }
  llvm::sort(levels);
  return levels;
}

} // namespace nnc

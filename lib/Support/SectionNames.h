// How the sections of an object are called.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef NNC_LIB_SUPPORT_SECTIONNAMES_H
#define NNC_LIB_SUPPORT_SECTIONNAMES_H

#include <string>
#include <string_view>

namespace nnc {

/// What the names of sections begin with; the model's name and a part of it follow, with dots
/// between: `.rodata.nn.kws.constants`.
struct SectionNames {
  std::string code = ".text.nn";
  std::string weights = ".rodata.nn";
};

/// Whether the names of sections with code or constants may begin so: a dot, then letters, digits,
/// underscores and single dots; none that tools take for writable memory, notes, tables or
/// debugging.
bool isUsableSectionName(std::string_view name);

} // namespace nnc

#endif

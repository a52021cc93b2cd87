// Names of sections. The list is of prefixes that the ELF specifications, LLVM or GNU ld give a
// meaning to. Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "lib/Support/SectionNames.h"

#include <algorithm>
#include <cctype>

namespace nnc {

static constexpr std::string_view kTaken[] = {
    ".data",       ".bss",        ".tdata",         ".tbss", ".sdata",    ".sbss",   ".noinit",
    ".init_array", ".fini_array", ".preinit_array", ".init", ".fini",     ".ctors",  ".dtors",
    ".note",       ".comment",    ".debug",         ".rel",  ".rela",     ".ARM",    ".llvm",
    ".eh_frame",   ".symtab",     ".strtab",        ".got",  ".shstrtab", ".dynamic"};

bool isUsableSectionName(std::string_view name) {
  if (name.size() < 2 || name.front() != '.' || name.back() == '.' ||
      name.find("..") != std::string_view::npos)
    return false;
  bool plain = std::all_of(name.begin(), name.end(),
                           [](unsigned char c) { return std::isalnum(c) || c == '_' || c == '.'; });
  return plain && std::none_of(std::begin(kTaken), std::end(kTaken), [&](std::string_view taken) {
           return name.starts_with(taken) &&
                  (name.size() == taken.size() || name[taken.size()] == '.' ||
                   name[taken.size()] == '_');
         });
}

} // namespace nnc

// Names from models are any UTF-8 text; C and linkers want [A-Za-z_][A-Za-z0-9_]*.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "lib/Support/Identifier.h"

#include <algorithm>
#include <array>

namespace nnc {

// Sorted. Keywords of C23 and C++23, alternative tokens, and object-like macros that headers or
// compilers define.
static constexpr std::array kForbidden = std::to_array<std::string_view>({
    "EOF",
    "FALSE",
    "I",
    "NAN",
    "NULL",
    "TRUE",
    "alignas",
    "alignof",
    "and",
    "and_eq",
    "arm",
    "asm",
    "assert",
    "atomic",
    "auto",
    "bitand",
    "bitor",
    "bool",
    "break",
    "case",
    "catch",
    "char",
    "char16_t",
    "char32_t",
    "char8_t",
    "class",
    "co_await",
    "co_return",
    "co_yield",
    "compl",
    "complex",
    "concept",
    "const",
    "const_cast",
    "consteval",
    "constexpr",
    "constinit",
    "continue",
    "decltype",
    "default",
    "delete",
    "do",
    "double",
    "dynamic_cast",
    "else",
    "enum",
    "errno",
    "explicit",
    "export",
    "extern",
    "false",
    "far",
    "final",
    "float",
    "for",
    "friend",
    "goto",
    "i386",
    "if",
    "imaginary",
    "import",
    "inline",
    "int",
    "linux",
    "long",
    "module",
    "mutable",
    "namespace",
    "near",
    "new",
    "noexcept",
    "noreturn",
    "not",
    "not_eq",
    "nullptr",
    "operator",
    "or",
    "or_eq",
    "override",
    "private",
    "protected",
    "public",
    "register",
    "reinterpret_cast",
    "requires",
    "restrict",
    "return",
    "short",
    "signed",
    "sizeof",
    "small",
    "static",
    "static_assert",
    "static_cast",
    "stderr",
    "stdin",
    "stdout",
    "struct",
    "switch",
    "template",
    "this",
    "thread_local",
    "throw",
    "true",
    "try",
    "typedef",
    "typeid",
    "typename",
    "typeof",
    "typeof_unqual",
    "union",
    "unix",
    "unsigned",
    "using",
    "virtual",
    "void",
    "volatile",
    "wchar_t",
    "while",
    "xor",
    "xor_eq",
});
static_assert(std::is_sorted(kForbidden.begin(), kForbidden.end()));

static bool isDigit(char c) { return c >= '0' && c <= '9'; }
static bool isLetter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

std::string toSymbolPart(std::string_view name, std::string_view fallback) {
  std::string out;
  for (char c : name) {
    if (isLetter(c) || isDigit(c))
      out += c;
    else if (!out.empty() && out.back() != '_')
      out += '_';
  }
  while (!out.empty() && out.back() == '_')
    out.pop_back();
  if (out.empty())
    return std::string(fallback);
  if (isDigit(out.front()))
    out.insert(out.begin(), 't');
  return out;
}

bool isUsableIdentifier(std::string_view name) {
  if (name.empty() || !isLetter(name.front()) || name.find("__") != std::string_view::npos)
    return false;
  bool valid = std::all_of(name.begin(), name.end(),
                           [](char c) { return isLetter(c) || isDigit(c) || c == '_'; });
  return valid && !std::binary_search(kForbidden.begin(), kForbidden.end(), name);
}

static std::string lower(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  });
  return text;
}

void IdentifierSet::reserve(std::string_view name) { taken.insert(lower(std::string(name))); }

std::string IdentifierSet::unique(std::string_view name, std::string_view fallback) {
  std::string base = toSymbolPart(name, fallback);
  if (!isUsableIdentifier(base))
    base += "_v";
  std::string candidate = base;
  for (unsigned i = 2; !taken.insert(lower(candidate)).second; ++i)
    candidate = base + "_" + std::to_string(i);
  return candidate;
}

} // namespace nnc

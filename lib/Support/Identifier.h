// Names from models as identifiers of C and as symbols.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef NNC_LIB_SUPPORT_IDENTIFIER_H
#define NNC_LIB_SUPPORT_IDENTIFIER_H

#include <set>
#include <string>
#include <string_view>

namespace nnc {

/// Letters, digits and underscores of a name; any other run of bytes becomes one underscore; a
/// leading digit gets a `t` before it; an empty result is `fallback`. Not unique, and possibly a
/// keyword: see `IdentifierSet`.
std::string toSymbolPart(std::string_view name, std::string_view fallback = "unnamed");

/// Whether `name` is an identifier that a C99 or C++ program may use for anything: no keyword, no
/// reserved name, no macro that common compilers predefine.
bool isUsableIdentifier(std::string_view name);

/// Identifiers that differ from one another, also when case is ignored (macros are made of them),
/// in the order of asking: a taken one gets `_2`, `_3`, …
class IdentifierSet {
public:
  /// Keeps a name from being given out.
  void reserve(std::string_view name);

  /// A usable identifier for a name from a model.
  std::string unique(std::string_view name, std::string_view fallback = "unnamed");

private:
  std::set<std::string, std::less<>> taken;
};

} // namespace nnc

#endif

// Sizes, names and counts.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "lib/Driver/OptionValues.h"

#include "lib/Support/SectionNames.h"

#include "llvm/ADT/StringExtras.h"

#include <fmt/format.h>

namespace nnc {

std::optional<uint64_t> parseByteSize(llvm::StringRef text) {
  uint64_t number = 0;
  if (text.consumeInteger(10, number))
    return std::nullopt;
  unsigned shift = 0;
  for (auto [unit, bits] : {std::pair{'k', 10u}, {'m', 20u}, {'g', 30u}})
    if (!text.empty() && llvm::toLower(text.front()) == unit)
      shift = bits;
  if (shift)
    text = text.drop_front();
  if (shift && text.starts_with_insensitive("i"))
    text = text.drop_front();
  text.consume_front_insensitive("b");
  if (!text.empty() || (number << shift) >> shift != number)
    return std::nullopt;
  return number << shift;
}

CLI::Validator byteSize() {
  auto check = [](std::string &text) -> std::string {
    std::optional<uint64_t> bytes = parseByteSize(text);
    if (!bytes)
      return "'" + text + "' is not a number of bytes, expected for example 32768, 32K or 1M";
    text = std::to_string(*bytes);
    return "";
  };
  return CLI::Validator(check, "");
}

CLI::Validator oneOf(std::vector<std::string> names) {
  auto check = [names = std::move(names)](std::string &text) -> std::string {
    if (llvm::is_contained(names, text))
      return "";
    return "'" + text + "' is unknown, expected one of " + llvm::join(names, ", ");
  };
  return CLI::Validator(check, "");
}

CLI::Validator countFrom(int64_t least, int64_t most) {
  auto check = [least, most](std::string &text) -> std::string {
    int64_t number = 0;
    if (llvm::StringRef(text).getAsInteger(10, number) || number < least || number > most)
      return fmt::format("'{}' is not usable, expected a whole number from {} to {}", text, least,
                         most);
    return "";
  };
  return CLI::Validator(check, "");
}

CLI::Validator sectionName() {
  auto check = [](std::string &text) -> std::string {
    if (isUsableSectionName(text))
      return "";
    return "'" + text +
           "' is not what sections with code or constants may be called, expected for example "
           ".ext_flash";
  };
  return CLI::Validator(check, "");
}

CLI::Validator notNegative() {
  auto check = [](std::string &text) -> std::string {
    double number = 0;
    if (llvm::StringRef(text).getAsDouble(number) || !(number >= 0))
      return "'" + text + "' is not usable, expected a number from 0";
    return "";
  };
  return CLI::Validator(check, "");
}

} // namespace nnc

// Checks of option values whose messages say what is expected.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef NNC_LIB_DRIVER_OPTIONVALUES_H
#define NNC_LIB_DRIVER_OPTIONVALUES_H

#include "llvm/ADT/StringRef.h"

#include <CLI/CLI.hpp>
#include <optional>

namespace nnc {

/// A number of bytes: digits, then nothing or one of K, M, G (powers of 1024, also as KB, KiB).
/// Nothing for any other text and for numbers beyond 64 bits.
std::optional<uint64_t> parseByteSize(llvm::StringRef text);

/// Accepts what `parseByteSize` does and replaces it by plain digits.
CLI::Validator byteSize();

/// Accepts the names only; the message lists them.
CLI::Validator oneOf(std::vector<std::string> names);

/// Accepts whole numbers from `least` to `most`.
CLI::Validator countFrom(int64_t least, int64_t most = 1'000'000'000);

/// Accepts what names of sections may begin with.
CLI::Validator sectionName();

/// Accepts numbers that are not negative.
CLI::Validator notNegative();

} // namespace nnc

#endif

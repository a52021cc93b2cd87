// Which value's bytes lie where, as the calls of a model are followed one by one.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef NNC_PASSES_MEMORY_LASTWRITERS_H
#define NNC_PASSES_MEMORY_LASTWRITERS_H

#include "passes/Memory/Footprint.h"

#include "llvm/ADT/StringRef.h"

#include <map>
#include <optional>

namespace nnc::memory {

/// The bytes of a value: byte `start + i` of it for byte i of a buffer. Scratch has no value and an
/// empty name: nobody may expect anything there.
struct ValueBytes {
  llvm::StringRef value;
  int64_t start = 0;
};

/// One memory, an argument of the model or its constants, as ranges of bytes with their last
/// writer.
class LastWriters {
public:
  /// A run of bytes that one call wrote, or the caller.
  struct Run {
    int64_t end = 0;
    llvm::StringRef value; ///< empty: scratch
    int64_t shift = 0;     ///< byte a of the memory is byte a + shift of the value
    llvm::StringRef layer; ///< that wrote it; empty: the caller
  };

  /// What lies in bytes [begin, end) instead of what is expected there; `found` is null if nothing.
  struct Mismatch {
    int64_t begin = 0, end = 0;
    const Run *found = nullptr;
  };

  /// Notes that `layer` writes the ranges, moved by `offset`, with the bytes of a value.
  void write(const ByteRanges &ranges, int64_t offset, ValueBytes bytes, llvm::StringRef layer);

  /// The first place where the ranges, moved by `offset`, do not hold these bytes of the value.
  std::optional<Mismatch> findMismatch(const ByteRanges &ranges, int64_t offset,
                                       ValueBytes bytes) const;

private:
  /// Cuts the runs so that `at` is a border, or in none. Returns the first run from there on.
  std::map<int64_t, Run>::iterator cut(int64_t at);

  std::map<int64_t, Run> runs; ///< by first byte, disjoint
};

} // namespace nnc::memory

#endif

// Ranges of bytes with their last writer.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "passes/Memory/LastWriters.h"

namespace nnc::memory {

std::map<int64_t, LastWriters::Run>::iterator LastWriters::cut(int64_t at) {
  auto next = runs.lower_bound(at);
  if (next == runs.begin() || (next != runs.end() && next->first == at))
    return next;
  auto before = std::prev(next);
  if (before->second.end <= at)
    return next;
  Run rest = before->second;
  before->second.end = at;
  return runs.emplace_hint(next, at, rest);
}

void LastWriters::write(const ByteRanges &ranges, int64_t offset, ValueBytes bytes,
                        llvm::StringRef layer) {
  for (ByteRange range : ranges) {
    int64_t begin = range.begin + offset, end = range.end + offset;
    Run run{end, bytes.value, bytes.start - offset, layer};
    auto from = cut(begin), to = cut(end);
    // `cut(end)` may have split the very run that `from` names; its first half stays there.
    runs.erase(from, to);
    runs.emplace_hint(to, begin, run);
  }
}

std::optional<LastWriters::Mismatch>
LastWriters::findMismatch(const ByteRanges &ranges, int64_t offset, ValueBytes bytes) const {
  for (ByteRange range : ranges) {
    int64_t at = range.begin + offset, end = range.end + offset;
    auto run = runs.upper_bound(at);
    if (run != runs.begin() && std::prev(run)->second.end > at)
      --run;
    for (; at < end; at = run->second.end, ++run) {
      if (run == runs.end() || run->first > at)
        return Mismatch{at, run == runs.end() ? end : std::min(end, run->first), nullptr};
      if (run->second.value.empty() || run->second.value != bytes.value ||
          run->second.shift != bytes.start - offset)
        return Mismatch{at, std::min(end, run->second.end), &run->second};
    }
  }
  return std::nullopt;
}

} // namespace nnc::memory

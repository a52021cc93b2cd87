//===- Exhaustive.cpp - the smallest arena by trying everything -----------===//
//
// Part of nn-compile, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "test/unit/Planner/Exhaustive.h"

#include <algorithm>

namespace nnc::planner {
namespace {

class Exhaustive {
public:
  Exhaustive(std::span<const Buffer> buffers, const Relations &relations)
      : buffers(buffers.begin(), buffers.end()), relations(relations), offsets(buffers.size()) {
    for (const Inside &inside : relations.inside) {
      uint32_t &first = this->buffers[inside.inner].firstUse;
      uint32_t &last = this->buffers[inside.inner].lastUse;
      first = std::min(first, buffers[inside.outer].lastUse);
      last = std::max(last, buffers[inside.outer].firstUse);
    }
  }

  bool fits(uint64_t arena, BufferId next = 0) {
    if (next == buffers.size())
      return true;
    const Buffer &buffer = buffers[next];
    for (uint64_t offset = 0; offset + buffer.size <= arena; offset += buffer.alignment) {
      offsets[next] = offset;
      if (agrees(next) && fits(arena, next + 1))
        return true;
    }
    return false;
  }

private:
  bool agrees(BufferId next) const {
    for (const Inside &inside : relations.inside)
      if (std::max(inside.inner, inside.outer) == next &&
          offsets[inside.inner] != offsets[inside.outer] + inside.offset)
        return false;
    for (BufferId other = 0; other < next; ++other)
      if (clash(other, next) && !permitted(other, next) && !permitted(next, other))
        return false;
    return true;
  }

  bool clash(BufferId a, BufferId b) const {
    const Buffer &x = buffers[a], &y = buffers[b];
    for (uint32_t step = x.firstUse; step <= x.lastUse; ++step)
      if (y.firstUse <= step && step <= y.lastUse)
        return offsets[a] < offsets[b] + y.size && offsets[b] < offsets[a] + x.size && x.size > 0 &&
               y.size > 0;
    return false;
  }

  bool permitted(BufferId output, BufferId input) const {
    for (const Inside &inside : relations.inside)
      if (inside.outer == output && inside.inner == input)
        return true;
    if (buffers[input].lastUse != buffers[output].firstUse)
      return false;
    for (const InPlace &relation : relations.inPlace)
      if (relation.output == output && relation.input == input && offsets[output] == offsets[input])
        return true;
    const uint64_t outputEnd = offsets[output] + buffers[output].size;
    const uint64_t inputEnd = offsets[input] + buffers[input].size;
    for (const Overlap &relation : relations.overlaps)
      if (relation.output == output && relation.input == input &&
          (relation.sweep == Sweep::Ascending ? offsets[output] + relation.lead <= offsets[input]
                                              : outputEnd >= inputEnd + relation.lead))
        return true;
    return false;
  }

  std::vector<Buffer> buffers;
  const Relations &relations;
  std::vector<uint64_t> offsets;
};

} // namespace

std::optional<uint64_t> smallestArena(std::span<const Buffer> buffers, const Relations &relations,
                                      uint64_t from, uint64_t limit) {
  Exhaustive search(buffers, relations);
  for (uint64_t arena = from; arena <= limit; ++arena)
    if (search.fits(arena))
      return arena;
  return std::nullopt;
}

} // namespace nnc::planner

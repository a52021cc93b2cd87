// Items on a line whose distances become known pair by pair.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef NNC_PASSES_MEMORY_FIXEDDISTANCES_H
#define NNC_PASSES_MEMORY_FIXEDDISTANCES_H

#include <cstdint>
#include <numeric>
#include <vector>

namespace nnc::memory {

/// Disjoint sets of items with a position each; positions count only relative to the same set.
class FixedDistances {
public:
  explicit FixedDistances(unsigned items) : parent(items), distance(items) {
    std::iota(parent.begin(), parent.end(), 0u);
  }

  /// The item that stands for the set.
  unsigned setOf(unsigned item) {
    flatten(item);
    return parent[item];
  }

  int64_t positionOf(unsigned item) {
    flatten(item);
    return distance[item];
  }

  /// States position(b) - position(a) = `apart`. False if something else is known already.
  bool fix(unsigned a, unsigned b, int64_t apart) {
    unsigned setA = setOf(a), setB = setOf(b);
    int64_t move = positionOf(a) + apart - positionOf(b);
    if (setA == setB)
      return move == 0;
    parent[setB] = setA;
    distance[setB] = move;
    return true;
  }

private:
  /// Makes the item a direct child of its set's representative.
  void flatten(unsigned item) {
    std::vector<unsigned> way;
    while (parent[item] != item) {
      way.push_back(item);
      item = parent[item];
    }
    for (size_t i = way.size(); i-- > 1;) {
      distance[way[i - 1]] += distance[way[i]];
      parent[way[i - 1]] = item;
    }
  }

  std::vector<unsigned> parent;
  std::vector<int64_t> distance; ///< from the parent
};

} // namespace nnc::memory

#endif

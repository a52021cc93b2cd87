//===- Reduce.cpp - bodies that fit wherever the others are ---------------===//
//
// Part of nn-compile, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "lib/Planner/Reduce.h"

#include <algorithm>

namespace nnc::planner {
namespace {

/// Later rounds find next to nothing, but each costs a visit of all pairs.
constexpr int kMaxRounds = 16;

/// The number of legal offsets of `body` in an arena of `height` bytes.
uint64_t countOffsets(const Body &body, uint64_t height) {
  const uint64_t first = body.alignUp(0);
  if (body.height > height || first > height - body.height)
    return 0;
  return (height - body.height - first) / body.modulus + 1;
}

/// Whether the neighbours left in the game can block all legal offsets of `body`.
bool canBeBlocked(const Model &model, uint32_t index, uint64_t height,
                  const std::vector<bool> &isEasy, std::vector<Band> &bands) {
  const Body &body = model.bodies[index];
  uint64_t left = countOffsets(body, height);
  if (left == 0)
    return true;
  for (uint32_t neighbour : model.neighbours[index]) {
    if (isEasy[neighbour])
      continue;
    bands.clear();
    model.appendBands(neighbour, index, bands);
    for (const Band &band : bands) {
      // An open interval of length n has n - 1 whole numbers in it.
      const uint64_t numbers = uint64_t(band.above - band.below) - 1;
      const uint64_t blocked = numbers / body.modulus + (numbers % body.modulus != 0);
      if (blocked >= left)
        return true;
      left -= blocked;
    }
  }
  return false;
}

} // namespace

Core reduceToCore(const Model &model, uint64_t height) {
  Core core;
  std::vector<bool> isEasy(model.bodies.size());
  std::vector<Band> bands;
  bool changed = true;
  for (int round = 0; round < kMaxRounds && changed; ++round) {
    changed = false;
    for (uint32_t i = 0; i < model.bodies.size(); ++i) {
      if (isEasy[i] || canBeBlocked(model, i, height, isEasy, bands))
        continue;
      isEasy[i] = true;
      changed = true;
      core.easy.push_back(i);
    }
  }
  // The first to go relied on the fewest others.
  std::reverse(core.easy.begin(), core.easy.end());

  uint32_t death = 0;
  for (uint32_t i = 0; i < model.bodies.size(); ++i) {
    if (isEasy[i])
      continue;
    if (core.components.empty() || model.bodies[i].first > death)
      core.components.emplace_back();
    core.components.back().push_back(i);
    death = std::max(death, model.bodies[i].last);
  }
  return core;
}

} // namespace nnc::planner

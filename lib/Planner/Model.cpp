//===- Model.cpp - the planner's view of a problem ------------------------===//
//
// Part of nn-compile, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Bands between bodies, the canonical order, and the neighbour lists.
//
//===----------------------------------------------------------------------===//

#include "lib/Planner/Model.h"

#include <algorithm>
#include <numeric>
#include <tuple>

namespace nnc::planner {

void Model::appendPartBands(const Part &a, const Part &b, std::vector<Band> &bands) const {
  // The parts start together where o_b - o_a == together.
  const int64_t together = int64_t(a.offset) - int64_t(b.offset);
  Band band{together - int64_t(b.size), together + int64_t(a.size)};
  bool mayStartTogether = false;
  for (const Permission &permission : permissions[a.buffer]) {
    if (permission.other != b.buffer)
      continue;
    const int64_t lead = int64_t(permission.lead);
    const bool bAboveA = permission.isOutput == (permission.kind == Permission::LowerStart);
    // Where the ends agree the starts differ by the difference of the sizes.
    const int64_t level = permission.kind == Permission::LowerStart
                              ? together
                              : together + int64_t(a.size) - int64_t(b.size);
    if (permission.kind == Permission::EqualStarts)
      mayStartTogether = true;
    else if (bAboveA)
      band.above = std::min(band.above, level + lead);
    else
      band.below = std::max(band.below, level - lead);
  }
  if (mayStartTogether && band.below < together && together < band.above) {
    bands.push_back({band.below, together});
    bands.push_back({together, band.above});
  } else if (band.below < band.above) {
    bands.push_back(band);
  }
}

void Model::appendBands(uint32_t a, uint32_t b, std::vector<Band> &bands) const {
  if (bodies[a].isPlain && bodies[b].isPlain) {
    bands.push_back({-int64_t(bodies[b].height), int64_t(bodies[a].height)});
    return;
  }
  for (const Part &partOfA : bodies[a].parts)
    for (const Part &partOfB : bodies[b].parts)
      if (partOfA.meets(partOfB))
        appendPartBands(partOfA, partOfB, bands);
}

bool Model::areNeighbours(uint32_t a, uint32_t b) const {
  if (!bodies[a].meets(bodies[b]))
    return false;
  for (const Part &partOfA : bodies[a].parts)
    for (const Part &partOfB : bodies[b].parts)
      if (partOfA.meets(partOfB))
        return true;
  return false;
}

void Model::finish() {
  for (Body &body : bodies)
    body.isPlain = body.parts.size() == 1 && body.parts[0].offset == 0 &&
                   body.parts[0].size == body.height && permissions[body.parts[0].buffer].empty();
  sortBodies();
  findNeighbours();
}

void Model::sortBodies() {
  auto key = [this](uint32_t i) {
    const Body &body = bodies[i];
    return std::tuple(body.first, body.last, ~body.height, body.modulus, body.residue,
                      body.parts.size(), i);
  };
  std::vector<uint32_t> order(bodies.size());
  std::iota(order.begin(), order.end(), 0);
  std::sort(order.begin(), order.end(), [&](uint32_t a, uint32_t b) { return key(a) < key(b); });

  std::vector<uint32_t> rank(bodies.size());
  std::vector<Body> sorted;
  sorted.reserve(bodies.size());
  for (uint32_t i : order) {
    rank[i] = uint32_t(sorted.size());
    sorted.push_back(std::move(bodies[i]));
  }
  bodies = std::move(sorted);
  for (Home &home : homes)
    home.body = rank[home.body];
}

void Model::findNeighbours() {
  neighbours.assign(bodies.size(), {});
  // Sweep in the order of birth; `live` holds the bodies that may still meet the next one.
  std::vector<uint32_t> live;
  for (uint32_t i = 0; i < bodies.size(); ++i) {
    if (bodies[i].parts.empty())
      continue;
    std::erase_if(live, [&](uint32_t j) { return bodies[j].last < bodies[i].first; });
    for (uint32_t j : live) {
      if (!areNeighbours(j, i))
        continue;
      neighbours[i].push_back(j);
      neighbours[j].push_back(i);
    }
    live.push_back(i);
  }
  for (std::vector<uint32_t> &list : neighbours)
    std::sort(list.begin(), list.end());
}

} // namespace nnc::planner

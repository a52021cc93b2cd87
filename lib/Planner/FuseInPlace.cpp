//===- FuseInPlace.cpp - outputs that take their inputs' bytes ------------===//
//
// Part of nn-compile, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Makes use of in-place permissions one after the other: the bodies of input and output become one.
// A heuristic, since now and then it is better to leave a permission unused; the exact search on
// the original model decides that.
//
//===----------------------------------------------------------------------===//

#include "lib/Planner/Model.h"

#include <algorithm>
#include <tuple>

namespace nnc::planner {
namespace {

class Fuser {
public:
  explicit Fuser(const Model &base) : fused(base), emptied(base.bodies.size()) {}

  Model run();

private:
  struct Candidate {
    uint64_t saving;
    BufferId output, input;
  };

  std::vector<Candidate> candidates() const;
  bool tryFuse(const Candidate &candidate);
  bool agree(const Body &lower, const Body &upper, uint64_t distance) const;

  Model fused;
  std::vector<bool> emptied;
};

std::vector<Fuser::Candidate> Fuser::candidates() const {
  std::vector<uint64_t> sizes(fused.homes.size());
  for (const Body &body : fused.bodies)
    for (const Part &part : body.parts)
      sizes[part.buffer] = part.size;

  std::vector<Candidate> found;
  for (BufferId i = 0; i < fused.permissions.size(); ++i)
    for (const Permission &permission : fused.permissions[i])
      if (permission.isOutput && permission.kind == Permission::EqualStarts && sizes[i] != 0 &&
          sizes[permission.other] != 0)
        found.push_back({std::min(sizes[i], sizes[permission.other]), i, permission.other});
  // Bodies are numbered in a canonical order, buffers in the caller's.
  auto key = [this](const Candidate &c) {
    return std::tuple(~c.saving, fused.homes[c.output].body, fused.homes[c.input].body, c.output,
                      c.input);
  };
  std::sort(found.begin(), found.end(),
            [&](const Candidate &a, const Candidate &b) { return key(a) < key(b); });
  return found;
}

/// Whether `upper` may lie at a fixed distance above the start of `lower`.
bool Fuser::agree(const Body &lower, const Body &upper, uint64_t distance) const {
  const uint64_t common = std::min(lower.modulus, upper.modulus);
  if (((lower.residue + distance - upper.residue) & (common - 1)) != 0)
    return false;
  std::vector<Band> bands;
  for (const Part &a : lower.parts)
    for (const Part &b : upper.parts)
      if (a.meets(b))
        fused.appendPartBands(a, b, bands);
  return std::none_of(bands.begin(), bands.end(), [&](const Band &band) {
    return band.below < int64_t(distance) && int64_t(distance) < band.above;
  });
}

bool Fuser::tryFuse(const Candidate &candidate) {
  Home lowerHome = fused.homes[candidate.input], upperHome = fused.homes[candidate.output];
  if (lowerHome.body == upperHome.body)
    return false;
  if (lowerHome.offset < upperHome.offset)
    std::swap(lowerHome, upperHome);
  const uint64_t distance = lowerHome.offset - upperHome.offset;
  Body &lower = fused.bodies[lowerHome.body];
  Body &upper = fused.bodies[upperHome.body];
  if (!agree(lower, upper, distance))
    return false;

  if (upper.modulus > lower.modulus) {
    lower.modulus = upper.modulus;
    lower.residue = (upper.residue - distance) & (upper.modulus - 1);
  }
  lower.height = std::max(lower.height, distance + upper.height);
  lower.first = std::min(lower.first, upper.first);
  lower.last = std::max(lower.last, upper.last);
  for (Part &part : upper.parts) {
    part.offset += distance;
    lower.parts.push_back(part);
  }
  for (Home &home : fused.homes)
    if (home.body == upperHome.body)
      home = {lowerHome.body, home.offset + distance};
  upper = Body();
  emptied[upperHome.body] = true;
  return true;
}

Model Fuser::run() {
  for (const Candidate &candidate : candidates())
    tryFuse(candidate);

  std::vector<uint32_t> newIndex(fused.bodies.size());
  std::vector<Body> kept;
  for (uint32_t i = 0; i < fused.bodies.size(); ++i) {
    newIndex[i] = uint32_t(kept.size());
    if (!emptied[i])
      kept.push_back(std::move(fused.bodies[i]));
  }
  fused.bodies = std::move(kept);
  for (Home &home : fused.homes)
    home.body = newIndex[home.body];
  fused.finish();
  return std::move(fused);
}

} // namespace

Model fuseInPlace(const Model &model) { return Fuser(model).run(); }

} // namespace nnc::planner

// Search for the division of a layer's loops among threads: all grids over one or two depths.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "targets/Common/Threads/Division.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace nnc {

double Work::turnCost() const { return own + costOf(inner); }

double costOf(const WorkList &loops) {
  double sum = 0;
  for (const Work &loop : loops)
    sum += loop.cost();
  return sum;
}

int64_t Division::parts() const {
  int64_t product = 1;
  for (int64_t factor : factors)
    product *= factor;
  return product;
}

int64_t Division::stride(size_t depth) const {
  int64_t product = 1;
  for (size_t d = depth + 1; d < factors.size(); ++d)
    product *= factors[d];
  return product;
}

std::vector<std::vector<int64_t>> shares(const WorkList &loops, int64_t parts) {
  double whole = costOf(loops), before = 0;
  std::vector<std::vector<int64_t>> bounds;
  for (const Work &loop : loops) {
    std::vector<int64_t> &own = bounds.emplace_back();
    double turn = loop.turnCost();
    own.push_back(0);
    for (int64_t part = 1; part < parts; ++part) {
      double target = whole * static_cast<double>(part) / static_cast<double>(parts) - before;
      int64_t first = turn > 0 ? std::llround(target / turn) : 0;
      own.push_back(std::clamp<int64_t>(first, 0, loop.turns));
    }
    own.push_back(loop.turns);
    before += loop.cost();
  }
  return bounds;
}

namespace {

/// Cost of one part: its share of the loops at `depth`, and inside them at the depths below.
double costOfPart(const WorkList &loops, const std::vector<int64_t> &factors,
                  const std::vector<int64_t> &coordinates, size_t depth) {
  if (depth == factors.size())
    return costOf(loops);
  auto bounds = shares(loops, factors[depth]);
  double sum = 0;
  for (size_t i = 0; i < loops.size(); ++i) {
    int64_t part = coordinates[depth], turns = bounds[i][part + 1] - bounds[i][part];
    if (turns > 0)
      sum += static_cast<double>(turns) *
             (loops[i].own + costOfPart(loops[i].inner, factors, coordinates, depth + 1));
  }
  return sum;
}

double largestPart(const WorkList &loops, const Division &division) {
  double largest = 0;
  std::vector<int64_t> coordinates(division.factors.size());
  for (int64_t part = 0; part < division.parts(); ++part) {
    for (size_t depth = 0; depth < coordinates.size(); ++depth)
      coordinates[depth] = part / division.stride(depth) % division.factors[depth];
    largest = std::max(largest, costOfPart(loops, division.factors, coordinates, 0));
  }
  return largest;
}

/// Depths at which every loop above has loops inside.
size_t depthOf(const WorkList &loops) {
  if (loops.empty())
    return 0;
  size_t least = SIZE_MAX;
  for (const Work &loop : loops)
    least = std::min(least, depthOf(loop.inner));
  return least + 1;
}

} // namespace

Division divide(const WorkList &loops, int64_t threads, double fork, double gain) {
  double whole = costOf(loops);
  Division best{{}, whole};
  double limit = gain > 0 ? whole / gain : std::numeric_limits<double>::infinity();
  size_t depths = depthOf(loops);
  auto consider = [&](std::vector<int64_t> factors) {
    Division division{std::move(factors)};
    division.largest = largestPart(loops, division);
    if (division.largest + fork < limit)
      limit = division.largest + fork, best = std::move(division);
  };
  for (int64_t parts = threads; parts >= 2; --parts)
    for (size_t outer = 0; outer < depths; ++outer) {
      std::vector<int64_t> factors(outer + 1, 1);
      factors[outer] = parts;
      consider(factors);
      for (size_t inner = outer + 1; inner < depths; ++inner)
        for (int64_t first = 2; first < parts; ++first)
          if (parts % first == 0) {
            factors.assign(inner + 1, 1);
            factors[outer] = first;
            factors[inner] = parts / first;
            consider(factors);
          }
    }
  return best;
}

} // namespace nnc

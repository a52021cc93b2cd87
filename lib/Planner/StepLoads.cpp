//===- StepLoads.cpp - bytes per body and step ----------------------------===//
//
// Part of nn-compile, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "lib/Planner/StepLoads.h"

#include <algorithm>
#include <optional>

namespace nnc::planner {
namespace {

/// The union of a body's live parts at one step; none if nothing is live.
std::optional<Load> unionAt(const Body &body, uint32_t item, uint32_t step) {
  std::vector<std::pair<uint64_t, uint64_t>> ranges;
  uint64_t starts = body.modulus;
  for (const Part &part : body.parts) {
    if (step < part.first || part.last < step)
      continue;
    ranges.push_back({part.offset, part.offset + part.size});
    starts |= body.residue + part.offset;
  }
  if (ranges.empty())
    return std::nullopt;
  std::sort(ranges.begin(), ranges.end());
  Load load{item, ranges.front().first, 0, starts & (0 - starts)};
  uint64_t end = 0;
  for (auto [from, to] : ranges) {
    load.bytes += to > end ? to - std::max(from, end) : 0;
    end = std::max(end, to);
  }
  return load;
}

/// Records how the output `part` of `item` may overlap its inputs at the step of its birth.
void addSharing(const Model &model, const Part &part, uint32_t item,
                std::span<const uint32_t> bodies, LoadedStep &step) {
  for (const Permission &permission : model.permissions[part.buffer]) {
    const uint32_t body = model.homes[permission.other].body;
    auto other = std::lower_bound(bodies.begin(), bodies.end(), body);
    if (!permission.isOutput || other == bodies.end() || *other != body || body == bodies[item])
      continue;
    const uint32_t input = uint32_t(other - bodies.begin());
    uint64_t alignment = 0;
    bool inputIsLive = false;
    for (const Load &load : step.loads) {
      inputIsLive = inputIsLive || load.item == input;
      alignment = load.item == item ? load.alignment : alignment;
    }
    if (!inputIsLive)
      continue;
    uint64_t inputSize = 0;
    for (const Part &inputPart : model.bodies[body].parts)
      if (inputPart.buffer == permission.other)
        inputSize = inputPart.size;
    // Either of the two may be left out of the count. An output with a lead keeps the bytes that
    // lie beyond the input, provided that they start at an address as aligned as its own.
    const bool keepsLead = permission.kind == Permission::LowerStart ||
                           (permission.kind == Permission::HigherEnd && alignment == 1);
    const uint64_t shared = part.size - (keepsLead ? permission.lead : 0);
    if (inputSize < shared)
      step.sharing.push_back({input, item, inputSize});
    else
      step.sharing.push_back({item, input, shared});
  }
}

} // namespace

std::vector<LoadedStep> loadSteps(const Model &model, std::span<const uint32_t> bodies) {
  std::vector<uint32_t> numbers;
  for (uint32_t i : bodies)
    for (const Part &part : model.bodies[i].parts)
      numbers.push_back(part.last);
  std::sort(numbers.begin(), numbers.end());
  numbers.erase(std::unique(numbers.begin(), numbers.end()), numbers.end());

  std::vector<LoadedStep> result;
  // Bodies are ordered by birth: `born` runs ahead, `live` follows.
  std::vector<uint32_t> live;
  uint32_t born = 0;
  for (uint32_t number : numbers) {
    while (born < bodies.size() && model.bodies[bodies[born]].first <= number)
      live.push_back(born++);
    std::erase_if(live, [&](uint32_t i) { return model.bodies[bodies[i]].last < number; });
    LoadedStep step;
    step.number = number;
    for (uint32_t i : live)
      if (std::optional<Load> load = unionAt(model.bodies[bodies[i]], i, number))
        step.loads.push_back(*load);
    for (uint32_t i : live)
      for (const Part &part : model.bodies[bodies[i]].parts)
        if (part.first == number && !model.permissions[part.buffer].empty())
          addSharing(model, part, i, bodies, step);
    if (step.loads.size() > 1)
      result.push_back(std::move(step));
  }
  return result;
}

uint64_t Stack::top() {
  std::sort(releases.begin(), releases.end(),
            [](const Release &a, const Release &b) { return a.earliest < b.earliest; });
  uint64_t top = 0;
  for (const Release &release : releases)
    top = std::max(top, release.earliest) + release.bytes;
  return top;
}

bool Stack::fitsBelow(uint64_t height) {
  if (top() > height)
    return false;
  uint64_t alignments = 0;
  for (const Release &release : releases)
    alignments |= release.alignment;
  for (; alignments > 1; alignments &= alignments - 1) {
    const uint64_t block = alignments & (0 - alignments);
    uint64_t top = 0;
    for (const Release &release : releases)
      if (release.alignment >= block)
        top = (std::max(top, release.earliest) + release.bytes + block - 1) & ~(block - 1);
    if (top > ((height + block - 1) & ~(block - 1)))
      return false;
  }
  return true;
}

} // namespace nnc::planner

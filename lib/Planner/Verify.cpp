//===- Verify.cpp - independent check of a plan ---------------------------===//
//
// Part of nn-compile, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Goes by the documentation of Planner.h alone and includes nothing else of the planner.
//
//===----------------------------------------------------------------------===//

#include "lib/Planner/Planner.h"

#include <algorithm>
#include <map>
#include <set>

namespace nnc::planner {
namespace {

class Verifier {
public:
  Verifier(const Plan &plan, std::span<const Buffer> buffers, const Relations &relations)
      : plan(plan), buffers(buffers), relations(relations) {}

  std::string run();

private:
  std::string checkEach();
  std::string checkInside() const;
  std::string checkPairs();
  void readRelations();
  bool mayOverlap(BufferId a, BufferId b) const;
  bool isPermitted(BufferId output, BufferId input) const;
  bool contains(BufferId outer, BufferId inner) const;

  std::string range(BufferId i) const {
    return "'" + buffers[i].name + "' [" + std::to_string(plan.offsets[i]) + ", " +
           std::to_string(plan.offsets[i] + buffers[i].size) + ")";
  }

  const Plan &plan;
  std::span<const Buffer> buffers;
  const Relations &relations;
  /// Live ranges; a part is kept until the whole is used and from the time it was.
  std::vector<uint32_t> births, deaths;
  std::map<BufferId, std::vector<BufferId>> outersOf;
  std::set<BufferId> readOnly;
  std::map<std::pair<BufferId, BufferId>, std::vector<Overlap>> overlaps;
  std::set<std::pair<BufferId, BufferId>> inPlace;
};

std::string Verifier::run() {
  if (plan.offsets.size() != buffers.size())
    return "the plan has " + std::to_string(plan.offsets.size()) + " offsets for " +
           std::to_string(buffers.size()) + " buffers";
  readRelations();
  if (std::string fault = checkEach(); !fault.empty())
    return fault;
  if (std::string fault = checkInside(); !fault.empty())
    return fault;
  return checkPairs();
}

void Verifier::readRelations() {
  for (const Buffer &buffer : buffers) {
    births.push_back(buffer.firstUse);
    deaths.push_back(buffer.lastUse);
  }
  for (const Inside &inside : relations.inside) {
    const Buffer &outer = buffers[inside.outer];
    births[inside.inner] = std::min(births[inside.inner], outer.lastUse);
    deaths[inside.inner] = std::max(deaths[inside.inner], outer.firstUse);
    outersOf[inside.inner].push_back(inside.outer);
    if (inside.readOnly)
      readOnly.insert(inside.inner);
  }
  for (const InPlace &relation : relations.inPlace)
    inPlace.insert({relation.output, relation.input});
  for (const Overlap &relation : relations.overlaps)
    overlaps[{relation.output, relation.input}].push_back(relation);
}

std::string Verifier::checkEach() {
  uint64_t top = 0;
  for (BufferId i = 0; i < buffers.size(); ++i) {
    if (plan.offsets[i] > UINT64_MAX - buffers[i].size)
      return "buffer '" + buffers[i].name + "' ends beyond 2^64";
    if (plan.offsets[i] % buffers[i].alignment != 0)
      return "buffer " + range(i) + " is not aligned to " + std::to_string(buffers[i].alignment);
    if (plan.alignment % buffers[i].alignment != 0)
      return "the arena's alignment " + std::to_string(plan.alignment) + " does not give buffer '" +
             buffers[i].name + "' its own";
    top = std::max(top, plan.offsets[i] + buffers[i].size);
  }
  if (top != plan.arenaSize)
    return "the arena has " + std::to_string(plan.arenaSize) + " bytes, but the buffers end at " +
           std::to_string(top);
  if (plan.lowerBound > plan.arenaSize)
    return "the lower bound " + std::to_string(plan.lowerBound) + " exceeds the arena's " +
           std::to_string(plan.arenaSize) + " bytes";
  return "";
}

std::string Verifier::checkInside() const {
  for (const Inside &inside : relations.inside)
    if (plan.offsets[inside.inner] != plan.offsets[inside.outer] + inside.offset)
      return "buffer " + range(inside.inner) + " is not at byte " + std::to_string(inside.offset) +
             " of buffer " + range(inside.outer);
  return "";
}

std::string Verifier::checkPairs() {
  // Every pair, although a sweep would be faster: nothing to get wrong.
  for (BufferId a = 0; a < buffers.size(); ++a) {
    for (BufferId b = a + 1; b < buffers.size(); ++b) {
      const bool meet = births[a] <= deaths[b] && births[b] <= deaths[a];
      const bool overlap = plan.offsets[a] < plan.offsets[b] + buffers[b].size &&
                           plan.offsets[b] < plan.offsets[a] + buffers[a].size &&
                           buffers[a].size != 0 && buffers[b].size != 0;
      if (meet && overlap && !mayOverlap(a, b))
        return "buffers " + range(a) + " and " + range(b) + " overlap while both are live";
    }
  }
  return "";
}

bool Verifier::mayOverlap(BufferId a, BufferId b) const {
  return isPermitted(a, b) || isPermitted(b, a) || contains(a, b) || contains(b, a) ||
         (readOnly.contains(a) && readOnly.contains(b));
}

bool Verifier::isPermitted(BufferId output, BufferId input) const {
  if (deaths[input] != births[output])
    return false;
  if (inPlace.contains({output, input}) && plan.offsets[output] == plan.offsets[input])
    return true;
  auto found = overlaps.find({output, input});
  if (found == overlaps.end())
    return false;
  const uint64_t outputStart = plan.offsets[output], inputStart = plan.offsets[input];
  const uint64_t outputEnd = outputStart + buffers[output].size;
  const uint64_t inputEnd = inputStart + buffers[input].size;
  for (const Overlap &overlap : found->second) {
    const bool ascending = overlap.sweep == Sweep::Ascending;
    const uint64_t far = ascending ? inputStart : outputEnd;
    const uint64_t near = ascending ? outputStart : inputEnd;
    if (near <= far && far - near >= overlap.lead)
      return true;
  }
  return false;
}

bool Verifier::contains(BufferId outer, BufferId inner) const {
  std::set<BufferId> seen = {inner};
  std::vector<BufferId> work = {inner};
  while (!work.empty()) {
    auto found = outersOf.find(work.back());
    work.pop_back();
    if (found == outersOf.end())
      continue;
    for (BufferId next : found->second) {
      if (next == outer)
        return true;
      if (seen.insert(next).second)
        work.push_back(next);
    }
  }
  return false;
}

} // namespace

std::string verify(const Plan &plan, std::span<const Buffer> buffers, const Relations &relations) {
  return Verifier(plan, buffers, relations).run();
}

} // namespace nnc::planner

//===- BuildModel.cpp - from buffers and relations to bodies --------------===//
//
// Part of nn-compile, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Checks the caller's input and turns it into a Model. All later arithmetic is safe in 64 bits
// because the sizes and alignments are limited here to 2^62 bytes in total: no greedy order places
// a body higher than that, and differences of such numbers fit a signed integer.
//
//===----------------------------------------------------------------------===//

#include "lib/Planner/Model.h"

#include <algorithm>
#include <bit>
#include <map>
#include <optional>
#include <set>

namespace nnc::planner {
namespace {

constexpr uint64_t kMaxTotalBytes = uint64_t(1) << 62;

class Builder {
public:
  Builder(std::span<const Buffer> buffers, const Relations &relations)
      : buffers(buffers), relations(relations) {}

  std::variant<Model, PlanError> build();

private:
  using Check = std::optional<PlanError>;

  Check checkBuffers() const;
  Check checkRelations() const;
  Check linkBuffers();
  Check addBody(const std::vector<BufferId> &members);
  Check checkParts(const Body &body) const;
  void extendLives();
  void renumberSteps();
  void addPermissions();
  void addPermission(BufferId output, BufferId input, Permission::Kind kind, uint64_t lead);
  /// Whether `inner` lies inside `outer`, directly or through others.
  bool isInside(BufferId inner, BufferId outer) const;

  std::string quoted(BufferId id) const { return "'" + buffers[id].name + "'"; }

  std::span<const Buffer> buffers;
  const Relations &relations;
  Model model;
  /// Live ranges with the gaps towards containing buffers closed.
  std::vector<uint32_t> births, deaths;
  /// Per buffer, the records where it is the inner one.
  std::vector<std::vector<const Inside *>> outers;
  /// Per buffer, offset relative to the first buffer of its group.
  std::vector<int64_t> relative;
};

std::variant<Model, PlanError> Builder::build() {
  if (Check error = checkBuffers())
    return *error;
  if (Check error = checkRelations())
    return *error;
  extendLives();
  renumberSteps();
  addPermissions();
  if (Check error = linkBuffers())
    return *error;
  model.finish();
  return std::move(model);
}

Builder::Check Builder::checkBuffers() const {
  uint64_t total = 0;
  for (BufferId i = 0; i < buffers.size(); ++i) {
    const Buffer &buffer = buffers[i];
    if (!std::has_single_bit(buffer.alignment))
      return PlanError{"buffer " + quoted(i) + " has alignment " +
                       std::to_string(buffer.alignment) + ", expected a power of two"};
    if (buffer.lastUse < buffer.firstUse)
      return PlanError{"buffer " + quoted(i) + " is last used at step " +
                       std::to_string(buffer.lastUse) + ", before its first use at step " +
                       std::to_string(buffer.firstUse)};
    for (uint64_t bytes : {buffer.size, buffer.alignment}) {
      if (bytes > kMaxTotalBytes - total)
        return PlanError{"the sizes and alignments of all buffers up to " + quoted(i) +
                         " add up to more than 2^62 bytes"};
      total += bytes;
    }
  }
  return std::nullopt;
}

Builder::Check Builder::checkRelations() const {
  auto known = [&](BufferId a, BufferId b) { return a < buffers.size() && b < buffers.size(); };
  auto unknown = [&](const char *what, size_t index) {
    return PlanError{std::string(what) + " relation " + std::to_string(index) +
                     " names a buffer that is not in the list of " +
                     std::to_string(buffers.size())};
  };
  for (size_t i = 0; i < relations.inPlace.size(); ++i)
    if (!known(relations.inPlace[i].output, relations.inPlace[i].input))
      return unknown("in-place", i);
  for (size_t i = 0; i < relations.overlaps.size(); ++i)
    if (!known(relations.overlaps[i].output, relations.overlaps[i].input))
      return unknown("overlap", i);
  for (size_t i = 0; i < relations.inside.size(); ++i) {
    const Inside &inside = relations.inside[i];
    if (!known(inside.inner, inside.outer))
      return unknown("inside", i);
    const uint64_t room = buffers[inside.outer].size;
    const uint64_t size = buffers[inside.inner].size;
    if (size > room || inside.offset > room - size)
      return PlanError{"buffer " + quoted(inside.inner) + " of " + std::to_string(size) +
                       " bytes at offset " + std::to_string(inside.offset) +
                       " does not fit inside buffer " + quoted(inside.outer) + " of " +
                       std::to_string(room) + " bytes"};
  }
  return std::nullopt;
}

void Builder::extendLives() {
  outers.resize(buffers.size());
  for (const Buffer &buffer : buffers) {
    births.push_back(buffer.firstUse);
    deaths.push_back(buffer.lastUse);
  }
  for (const Inside &inside : relations.inside) {
    outers[inside.inner].push_back(&inside);
    const Buffer &outer = buffers[inside.outer];
    deaths[inside.inner] = std::max(deaths[inside.inner], outer.firstUse);
    births[inside.inner] = std::min(births[inside.inner], outer.lastUse);
  }
}

void Builder::renumberSteps() {
  std::vector<uint32_t> &steps = model.steps;
  for (BufferId i = 0; i < buffers.size(); ++i)
    if (buffers[i].size != 0)
      steps.push_back(births[i]);
  std::sort(steps.begin(), steps.end());
  steps.erase(std::unique(steps.begin(), steps.end()), steps.end());
}

void Builder::addPermissions() {
  model.permissions.resize(buffers.size());
  for (const InPlace &relation : relations.inPlace)
    addPermission(relation.output, relation.input, Permission::EqualStarts, 0);
  for (const Overlap &relation : relations.overlaps)
    // A lead beyond the output's own size means nothing more than "disjoint".
    addPermission(relation.output, relation.input,
                  relation.sweep == Sweep::Ascending ? Permission::LowerStart
                                                     : Permission::HigherEnd,
                  std::min(relation.lead, buffers[relation.output].size));
}

void Builder::addPermission(BufferId output, BufferId input, Permission::Kind kind, uint64_t lead) {
  if (output == input || deaths[input] != births[output])
    return;
  model.permissions[output].push_back({input, true, kind, lead});
  model.permissions[input].push_back({output, false, kind, lead});
}

/// Walks each group of buffers linked by "inside" and fixes the offsets within it.
Builder::Check Builder::linkBuffers() {
  std::vector<std::vector<std::pair<BufferId, int64_t>>> links(buffers.size());
  for (const Inside &inside : relations.inside) {
    links[inside.outer].push_back({inside.inner, int64_t(inside.offset)});
    links[inside.inner].push_back({inside.outer, -int64_t(inside.offset)});
  }
  relative.assign(buffers.size(), 0);
  model.homes.resize(buffers.size());
  std::vector<bool> seen(buffers.size());
  for (BufferId root = 0; root < buffers.size(); ++root) {
    if (seen[root])
      continue;
    seen[root] = true;
    std::vector<BufferId> members = {root};
    for (size_t next = 0; next < members.size(); ++next) {
      const BufferId from = members[next];
      for (auto [to, distance] : links[from]) {
        if (!seen[to]) {
          seen[to] = true;
          relative[to] = relative[from] + distance;
          members.push_back(to);
        } else if (relative[to] != relative[from] + distance) {
          return PlanError{"the inside relations of buffers " + quoted(from) + " and " +
                           quoted(to) + " ask for two different distances between them"};
        }
      }
    }
    if (Check error = addBody(members))
      return error;
  }
  return std::nullopt;
}

Builder::Check Builder::addBody(const std::vector<BufferId> &members) {
  auto strictest = std::max_element(members.begin(), members.end(), [&](BufferId a, BufferId b) {
    return buffers[a].alignment < buffers[b].alignment;
  });
  int64_t start = relative[members.front()];
  for (BufferId i : members)
    start = std::min(start, relative[i]);

  Body body;
  body.modulus = buffers[*strictest].alignment;
  body.residue = (0 - uint64_t(relative[*strictest] - start)) & (body.modulus - 1);
  auto renumbered = [&](uint32_t step) {
    return uint32_t(std::upper_bound(model.steps.begin(), model.steps.end(), step) -
                    model.steps.begin() - 1);
  };
  for (BufferId i : members) {
    const uint64_t offset = uint64_t(relative[i] - start);
    if (((body.residue + offset) & (buffers[i].alignment - 1)) != 0)
      return PlanError{"buffers " + quoted(i) + " and " + quoted(*strictest) +
                       " lie at a fixed distance that cannot give both their alignments of " +
                       std::to_string(buffers[i].alignment) + " and " +
                       std::to_string(body.modulus) + " bytes"};
    model.homes[i] = {uint32_t(model.bodies.size()), offset};
    body.height = std::max(body.height, offset + buffers[i].size);
    if (buffers[i].size != 0)
      body.parts.push_back(
          {i, offset, buffers[i].size, renumbered(births[i]), renumbered(deaths[i])});
  }
  if (!body.parts.empty())
    body.first = body.parts.front().first;
  for (const Part &part : body.parts) {
    body.first = std::min(body.first, part.first);
    body.last = std::max(body.last, part.last);
  }
  if (Check error = checkParts(body))
    return error;
  model.bodies.push_back(std::move(body));
  return std::nullopt;
}

Builder::Check Builder::checkParts(const Body &body) const {
  auto isReadOnly = [&](BufferId i) {
    return std::any_of(outers[i].begin(), outers[i].end(),
                       [](const Inside *inside) { return inside->readOnly; });
  };
  std::vector<Band> bands;
  for (size_t i = 0; i < body.parts.size(); ++i) {
    for (size_t j = i + 1; j < body.parts.size(); ++j) {
      const Part &a = body.parts[i], &b = body.parts[j];
      if (!a.meets(b))
        continue;
      bands.clear();
      model.appendPartBands(a, b, bands);
      auto hit = [](const Band &band) { return band.below < 0 && 0 < band.above; };
      if (std::none_of(bands.begin(), bands.end(), hit) || isInside(a.buffer, b.buffer) ||
          isInside(b.buffer, a.buffer) || (isReadOnly(a.buffer) && isReadOnly(b.buffer)))
        continue;
      return PlanError{"buffers " + quoted(a.buffer) + " and " + quoted(b.buffer) +
                       " are placed onto the same bytes by their inside relations while both are "
                       "live; mark both read-only if neither is written on its own"};
    }
  }
  return std::nullopt;
}

bool Builder::isInside(BufferId inner, BufferId outer) const {
  std::set<BufferId> seen = {inner};
  std::vector<BufferId> work = {inner};
  while (!work.empty()) {
    const BufferId from = work.back();
    work.pop_back();
    for (const Inside *inside : outers[from]) {
      if (inside->outer == outer)
        return true;
      if (seen.insert(inside->outer).second)
        work.push_back(inside->outer);
    }
  }
  return false;
}

} // namespace

std::variant<Model, PlanError> buildModel(std::span<const Buffer> buffers,
                                          const Relations &relations) {
  return Builder(buffers, relations).build();
}

} // namespace nnc::planner

//===- Model.h - the planner's view of a problem ----------------*- C++ -*-===//
//
// Part of nn-compile, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Buffers whose relative offsets are fixed form one rigid *body*; the unknowns are the offsets o_A
// of the bodies. Every constraint between two bodies then has one form: the difference o_B - o_A
// must avoid some open intervals, here called *bands*. Two plain buffers give the single band
// (-s_B, s_A).
//
//===----------------------------------------------------------------------===//

#ifndef NNC_LIB_PLANNER_MODEL_H
#define NNC_LIB_PLANNER_MODEL_H

#include "lib/Planner/Planner.h"

#include <cstdint>
#include <vector>

namespace nnc::planner {

/// A non-empty buffer as seen from its body. Steps are renumbered: only those where some buffer is
/// born remain, because the live bytes can reach a maximum nowhere else.
struct Part {
  BufferId buffer = 0;
  /// Bytes from the body's start.
  uint64_t offset = 0;
  uint64_t size = 0;
  uint32_t first = 0;
  uint32_t last = 0;

  bool meets(const Part &other) const { return first <= other.last && other.first <= last; }
};

/// Buffers at fixed offsets from each other; one buffer in the plain case.
struct Body {
  std::vector<Part> parts;
  /// One past the body's highest byte.
  uint64_t height = 0;
  /// Legal offsets are congruent to `residue` modulo `modulus`, a power of two.
  uint64_t modulus = 1;
  uint64_t residue = 0;
  /// Hull of the parts' steps.
  uint32_t first = 0;
  uint32_t last = 0;
  /// One buffer without permissions: neighbours have but one band. Set by `Model::finish`.
  bool isPlain = false;

  /// The smallest legal offset >= `offset`.
  uint64_t alignUp(uint64_t offset) const { return offset + ((residue - offset) & (modulus - 1)); }
  bool meets(const Body &other) const { return first <= other.last && other.first <= last; }
};

/// The open interval (below, above) that o_B - o_A must avoid.
struct Band {
  int64_t below = 0;
  int64_t above = 0;
};

/// What a buffer may do to the bytes of another one. Kept on both sides.
struct Permission {
  BufferId other = 0;
  /// The buffer that holds this record is the output, `other` the input.
  bool isOutput = false;
  enum Kind { EqualStarts, LowerStart, HigherEnd } kind = EqualStarts;
  /// By how many bytes the output's start is to be lower, or its end higher.
  uint64_t lead = 0;
};

/// Where a buffer went.
struct Home {
  uint32_t body = 0;
  uint64_t offset = 0;
};

struct Model {
  /// In an order that depends on sizes and steps only, not on the caller's order, as far as
  /// possible.
  std::vector<Body> bodies;
  /// Per body, the bodies that it has bands with, ascending.
  std::vector<std::vector<uint32_t>> neighbours;
  /// Per buffer.
  std::vector<Home> homes;
  /// Per buffer; only permissions that apply.
  std::vector<std::vector<Permission>> permissions;
  /// The caller's number of each renumbered step.
  std::vector<uint32_t> steps;

  /// Appends the bands of o_b - o_a for two neighbours.
  void appendBands(uint32_t a, uint32_t b, std::vector<Band> &bands) const;

  /// Appends the bands between two parts, for the difference of their bodies' offsets.
  void appendPartBands(const Part &a, const Part &b, std::vector<Band> &bands) const;

  /// Whether the two bodies must ever avoid each other.
  bool areNeighbours(uint32_t a, uint32_t b) const;

  /// Sorts the bodies, renumbers the homes and finds the neighbours.
  void finish();

private:
  void sortBodies();
  void findNeighbours();
};

/// Checks the input and builds its model. Permissions stay optional.
std::variant<Model, PlanError> buildModel(std::span<const Buffer> buffers,
                                          const Relations &relations);

/// The same problem with in-place permissions made use of: input and output fused into one body,
/// largest saving first, where nothing contradicts. A solution of the result is one of `model`.
Model fuseInPlace(const Model &model);

} // namespace nnc::planner

#endif // NNC_LIB_PLANNER_MODEL_H

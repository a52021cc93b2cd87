// What a transform asks of a convolution, and the ways that remain.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "passes/Algorithm/ConvCandidates.h"

#include "lib/Numerics/Winograd.h"

#include "llvm/ADT/STLExtras.h"

using namespace mlir;

namespace nnc {

/// Unit roundoff of f32.
static constexpr double kRoundoff = 0x1p-24;
/// Rows of results in a tile, m, that are worth a look.
static constexpr int64_t kWinogradTiles[] = {2, 4, 6};

static RankedTensorType typeOf(Value value) { return cast<RankedTensorType>(value.getType()); }

std::string whyNotWinograd(nn::ConvOp op) {
  auto isOne = [](int64_t value) { return value == 1; };
  RankedTensorType filter = typeOf(op.getFilter());
  if (!filter.getElementType().isF32())
    return "its elements are not f32";
  if (filter.getRank() != 4)
    return "it has " + std::to_string(filter.getRank() - 2) + " spatial dimensions, not 2";
  if (op.getGroup() != 1)
    return "it has " + std::to_string(op.getGroup()) + " groups, not 1";
  if (!llvm::all_of(op.getStrides(), isOne))
    return "its strides are not 1";
  if (!llvm::all_of(op.getDilations(), isOne))
    return "its dilations are not 1";
  int64_t rows = filter.getDimSize(2), columns = filter.getDimSize(3);
  if (rows != columns || (rows != 3 && rows != 5))
    return "its filters are " + std::to_string(rows) + "x" + std::to_string(columns) +
           ", neither 3x3 nor 5x5";
  auto fits = [&](int64_t pad) { return pad < rows; };
  if (!llvm::all_of(op.getPadsBegin(), fits) || !llvm::all_of(op.getPadsEnd(), fits))
    return "its pads reach beyond the filter";
  if (op.getType().getNumElements() == 0 || typeOf(op.getInput()).getNumElements() == 0)
    return "it has no elements";
  auto constant = op.getFilter().getDefiningOp<nn::ConstantOp>();
  if (!constant)
    return "its filters are not known before the model runs";
  if (isa<SplatElementsAttr>(constant.getValue()))
    return "all elements of its filters are equal";
  return "";
}

SmallVector<ConvCandidate> convCandidates(nn::ConvOp op, const CostMachine &machine) {
  SmallVector<ConvCandidate> candidates(1);
  if (!whyNotWinograd(op).empty())
    return candidates;
  ArrayRef<int64_t> x = typeOf(op.getInput()).getShape(), y = op.getType().getShape();
  int64_t r = typeOf(op.getFilter()).getDimSize(2);
  ConvolutionSize size{x[0], x[1], y[1], y[2], y[3], r};
  candidates.front().cycles = directCycles(size, machine);
  for (int64_t tile : kWinogradTiles) {
    if (tile + r > numerics::kMaxWinogradSize)
      continue;
    double factor = numerics::amplification(numerics::bestTransforms(tile, r));
    candidates.push_back({fastconv::Algorithm::winograd, tile, factor * factor * kRoundoff,
                          winogradCycles(size, tile, machine)});
  }
  return candidates;
}

std::string describe(const ConvCandidate &candidate) {
  std::string name = fastconv::stringifyAlgorithm(candidate.algorithm).str();
  return candidate.tile ? name + " with tile " + std::to_string(candidate.tile) : name;
}

} // namespace nnc

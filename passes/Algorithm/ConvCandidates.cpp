// What a transform asks of a convolution, and the ways that remain.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "passes/Algorithm/ConvCandidates.h"

#include "lib/Numerics/Fft.h"
#include "lib/Numerics/Winograd.h"

#include "llvm/ADT/STLExtras.h"

#include <algorithm>
#include <iterator>

using namespace mlir;

namespace nnc {

/// Unit roundoff of f32.
static constexpr double kRoundoff = 0x1p-24;
/// Rows of results in a tile, m, that are worth a look.
static constexpr int64_t kWinogradTiles[] = {2, 4, 6};

/// Filters that are smaller on both sides are left to direct sums and Winograd's filtering.
static constexpr int64_t kLeastFftSide = 5;

static RankedTensorType typeOf(Value value) { return cast<RankedTensorType>(value.getType()); }

/// What keeps a convolution from any transform.
static std::string whyNotTransformed(nn::ConvOp op) {
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
  if (op.getType().getNumElements() == 0 || typeOf(op.getInput()).getNumElements() == 0)
    return "it has no elements";
  auto constant = op.getFilter().getDefiningOp<nn::ConstantOp>();
  if (!constant)
    return "its filters are not known before the model runs";
  if (isa<SplatElementsAttr>(constant.getValue()))
    return "all elements of its filters are equal";
  return "";
}

/// "its filters are 3x5".
static std::string describeFilters(nn::ConvOp op) {
  RankedTensorType filter = typeOf(op.getFilter());
  return "its filters are " + std::to_string(filter.getDimSize(2)) + "x" +
         std::to_string(filter.getDimSize(3));
}

std::string whyNotWinograd(nn::ConvOp op) {
  if (std::string why = whyNotTransformed(op); !why.empty())
    return why;
  ArrayRef<int64_t> w = typeOf(op.getFilter()).getShape();
  if (w[2] != w[3] || (w[2] != 3 && w[2] != 5))
    return describeFilters(op) + ", neither 3x3 nor 5x5";
  auto fits = [&](int64_t pad) { return pad < w[2]; };
  if (!llvm::all_of(op.getPadsBegin(), fits) || !llvm::all_of(op.getPadsEnd(), fits))
    return "its pads reach beyond the filter";
  return "";
}

std::string whyNotFft(nn::ConvOp op) {
  if (std::string why = whyNotTransformed(op); !why.empty())
    return why;
  ArrayRef<int64_t> w = typeOf(op.getFilter()).getShape();
  if (std::max(w[2], w[3]) < kLeastFftSide)
    return describeFilters(op) + ", fewer than 5 rows and columns";
  if (std::max(w[2], w[3]) > *std::prev(std::end(numerics::kFftSizes)))
    return describeFilters(op) + ", more than 32 rows or columns";
  return "";
}

int64_t chosenTile(nn::ConvOp op, fastconv::Algorithm algorithm, int64_t otherwise) {
  fastconv::ChoiceAttr choice = fastconv::choiceOf(op);
  if (!choice)
    return otherwise;
  fastconv::CandidateAttr chosen = choice.getChosen();
  return chosen.getAlgorithm() == algorithm ? chosen.getTile() : 0;
}

SmallVector<ConvCandidate> convCandidates(nn::ConvOp op, const CostMachine &machine) {
  SmallVector<ConvCandidate> candidates(1);
  bool winograd = whyNotWinograd(op).empty(), fft = whyNotFft(op).empty();
  if (!winograd && !fft)
    return candidates;
  ArrayRef<int64_t> x = typeOf(op.getInput()).getShape(), y = op.getType().getShape(),
                    w = typeOf(op.getFilter()).getShape();
  ConvolutionSize size{x[0], x[1], y[1], y[2], y[3], w[2], w[3]};
  candidates.front().cycles = directCycles(size, machine);
  candidates.front().places = w[2] * w[3];
  for (int64_t tile : kWinogradTiles) {
    if (!winograd || tile + w[2] > numerics::kMaxWinogradSize)
      continue;
    double factor = numerics::amplification(numerics::bestTransforms(tile, w[2]));
    candidates.push_back({fastconv::Algorithm::winograd, tile, factor * factor * kRoundoff,
                          winogradCycles(size, tile, machine),
                          (tile + w[2] - 1) * (tile + w[2] - 1)});
  }
  for (int64_t tile : numerics::kFftSizes)
    if (fft && std::max(w[2], w[3]) <= tile)
      candidates.push_back({fastconv::Algorithm::fft, tile,
                            numerics::fftErrorBound(tile, w[2], w[3]),
                            fftCycles(size, tile, machine), numerics::FftPlaces{tile}.count()});
  return candidates;
}

std::string describe(const ConvCandidate &candidate) {
  std::string name = fastconv::stringifyAlgorithm(candidate.algorithm).str();
  return candidate.tile ? name + " with tile " + std::to_string(candidate.tile) : name;
}

} // namespace nnc

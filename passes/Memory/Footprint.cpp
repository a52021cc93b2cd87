// Which bytes a layer touches through an argument.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "passes/Memory/Footprint.h"

#include "dialects/NN/NN.h"
#include "dialects/RT/RT.h"

using namespace mlir;

namespace nnc::memory {

/// Sorts and joins ranges that touch.
static void normalise(ByteRanges &ranges) {
  llvm::sort(ranges, [](ByteRange a, ByteRange b) { return a.begin < b.begin; });
  ByteRanges joined;
  for (ByteRange range : ranges) {
    if (range.begin == range.end)
      continue;
    if (!joined.empty() && range.begin <= joined.back().end)
      joined.back().end = std::max(joined.back().end, range.end);
    else
      joined.push_back(range);
  }
  ranges = std::move(joined);
}

namespace {
/// A tensor's bytes as a run that repeats.
struct RepeatedRun {
  int64_t bytes = 0;
  SmallVector<std::pair<int64_t, int64_t>> outer; ///< stride in bytes, size
};
} // namespace

static RepeatedRun repeatedRun(RankedTensorType type) {
  RepeatedRun result{nn::elementBytes(type.getElementType()), {}};
  for (auto [size, stride] : llvm::zip_equal(type.getShape(), nn::stridesOf(type)))
    if (size > 1)
      result.outer.push_back({stride * result.bytes, size});
  llvm::sort(result.outer);
  // The innermost dimensions that follow each other without gaps are one run.
  auto *end = llvm::find_if(result.outer, [&](auto dimension) {
    if (dimension.first != result.bytes)
      return true;
    result.bytes *= dimension.second;
    return false;
  });
  result.outer.erase(result.outer.begin(), end);
  return result;
}

int64_t countRuns(RankedTensorType type) {
  int64_t count = type.getNumElements() == 0 ? 0 : 1;
  for (auto [stride, size] : repeatedRun(type).outer)
    count *= size;
  return count;
}

ByteRanges bytesOfElements(RankedTensorType type) {
  if (type.getNumElements() == 0)
    return {};
  RepeatedRun run = repeatedRun(type);
  ByteRanges ranges = {{0, run.bytes}};
  for (auto [stride, size] : run.outer) {
    size_t count = ranges.size();
    for (int64_t i = 1; i < size; ++i)
      for (size_t r = 0; r < count; ++r)
        ranges.push_back({ranges[r].begin + i * stride, ranges[r].end + i * stride});
  }
  normalise(ranges);
  return ranges;
}

Footprint footprintOf(func::FuncOp layer, unsigned argument) {
  Footprint footprint;
  Value buffer = layer.getArgument(argument);
  for (Operation *user : buffer.getUsers()) {
    if (auto tensor = dyn_cast<rt::TensorOp>(user)) {
      footprint.readAs.push_back(cast<RankedTensorType>(tensor.getType()));
      llvm::append_range(footprint.read, bytesOfElements(footprint.readAs.back()));
    } else if (auto store = dyn_cast<rt::StoreOp>(user)) {
      footprint.storedAs.push_back(cast<RankedTensorType>(store.getValue().getType()));
      llvm::append_range(footprint.written, bytesOfElements(footprint.storedAs.back()));
    }
  }
  if (layer.getArgAttr(argument, rt::kScratchAttr)) {
    footprint.written = {{0, nn::totalBytes(cast<MemRefType>(buffer.getType()))}};
  }
  normalise(footprint.read);
  normalise(footprint.written);
  return footprint;
}

bool meet(const ByteRanges &a, int64_t moveA, const ByteRanges &b, int64_t moveB) {
  const ByteRange *itA = a.begin(), *itB = b.begin();
  while (itA != a.end() && itB != b.end()) {
    if (itA->end + moveA <= itB->begin + moveB)
      ++itA;
    else if (itB->end + moveB <= itA->begin + moveA)
      ++itB;
    else
      return true;
  }
  return false;
}

} // namespace nnc::memory

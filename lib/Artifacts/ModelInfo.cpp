// Sums and names of a compiled model.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "lib/Artifacts/ModelInfo.h"

#include "lib/Support/Identifier.h"

#include <algorithm>

namespace nnc {

uint64_t TensorInfo::elements() const {
  uint64_t count = 1;
  for (int64_t size : shape)
    count *= static_cast<uint64_t>(size);
  return count;
}

uint64_t ModelInfo::ioBytes() const {
  uint64_t bytes = 0;
  for (const auto *side : {&inputs, &outputs})
    for (const TensorInfo &tensor : *side)
      bytes += tensor.bytes();
  return bytes;
}

void assignIdentifiers(ModelInfo &model) {
  for (auto *side : {&model.inputs, &model.outputs}) {
    IdentifierSet names;
    for (TensorInfo &tensor : *side)
      tensor.identifier = names.unique(tensor.name, side == &model.inputs ? "input" : "output");
  }
}

const RegionInfo *PlanInfo::regionAt(uint64_t offset) const {
  // What takes no bytes may begin at the end of a region.
  const RegionInfo *before = nullptr;
  for (const RegionInfo &region : regions) {
    if (region.holds(offset))
      return &region;
    if (region.start <= offset)
      before = &region;
  }
  return before;
}

/// Of one region, or of all where it is null.
static std::vector<const BufferInfo *> aliveAt(const PlanInfo &plan, int64_t step,
                                               const RegionInfo *region) {
  std::vector<const BufferInfo *> alive;
  for (const BufferInfo &buffer : plan.buffers)
    if (buffer.first <= step && step <= buffer.last && (!region || region->holds(buffer.offset)))
      alive.push_back(&buffer);
  std::sort(alive.begin(), alive.end(), [](const BufferInfo *a, const BufferInfo *b) {
    return a->bytes != b->bytes ? a->bytes > b->bytes : a->offset < b->offset;
  });
  return alive;
}

std::vector<const BufferInfo *> aliveAtPeak(const PlanInfo &plan) {
  return aliveAt(plan, plan.peakStep, nullptr);
}

std::vector<const BufferInfo *> aliveAtPeak(const PlanInfo &plan, const RegionInfo &region) {
  return aliveAt(plan, region.peakStep, &region);
}

} // namespace nnc

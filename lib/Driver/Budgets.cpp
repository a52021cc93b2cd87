// Budgets: RAM is arena, stack, and the inputs and outputs that lie beside the arena; flash is code
// and constants. Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "lib/Driver/Budgets.h"

#include <algorithm>
#include <fmt/format.h>

namespace nnc {
namespace {

/// One contribution to a sum.
struct Cost {
  uint64_t bytes;
  std::string what;
};

std::string rank(std::vector<Cost> costs) {
  std::sort(costs.begin(), costs.end(), [](const Cost &a, const Cost &b) {
    return a.bytes != b.bytes ? a.bytes > b.bytes : a.what < b.what;
  });
  constexpr size_t shown = 8;
  std::string text;
  for (size_t i = 0; i < costs.size() && i < shown && costs[i].bytes > 0; ++i)
    text += fmt::format("  {:>10}  {}\n", costs[i].bytes, costs[i].what);
  if (costs.size() > shown)
    text += fmt::format("              and {} smaller ones\n", costs.size() - shown);
  return text;
}

std::string exceeded(const char *option, const char *what, uint64_t used, uint64_t allowed) {
  return fmt::format(
      "the model needs {} bytes of {}, {} more than --{}={} allows; largest parts:\n", used, what,
      used - allowed, option, allowed);
}

/// Why a region of memory is too small: what is alive at its peak, and what would fit.
std::string explainRegion(const PlanInfo &plan, const RegionInfo &region) {
  std::vector<Cost> costs;
  for (const BufferInfo *buffer : aliveAtPeak(plan, region))
    costs.push_back({buffer->bytes, fmt::format("'{}' in {}, alive at its peak in layer {}",
                                                buffer->name, region.name, region.peakStep)});
  if (region.bytes > region.lowerBound)
    costs.push_back({region.bytes - region.lowerBound, "gaps between buffers in " + region.name});
  std::string text = fmt::format(
      "the model needs {} bytes in the memory '{}', {} more than --memory={}:{} allows; largest "
      "parts:\n",
      region.bytes, region.name, region.bytes - region.limit, region.name, region.limit);
  text += rank(std::move(costs));
  for (const RegionInfo &other : plan.regions)
    if (&other != &region)
      text += fmt::format("'{}' holds {} of {} bytes\n", other.name, other.bytes, other.limit);
  return text;
}

std::vector<Cost> ramCosts(const ModelInfo &info) {
  std::vector<Cost> costs{{info.stackBytes, "stack"}};
  for (const BufferInfo *buffer : aliveAtPeak(info.plan))
    costs.push_back({buffer->bytes, fmt::format("'{}' in the arena, alive at its peak in layer {}",
                                                buffer->name, info.plan.peakStep)});
  if (info.plan.gap() > 0)
    costs.push_back({info.plan.gap(), "gaps between buffers in the arena"});
  if (info.ioInArena)
    return costs;
  for (const TensorInfo &tensor : info.inputs)
    costs.push_back({tensor.bytes(), "input '" + tensor.name + "'"});
  for (const TensorInfo &tensor : info.outputs)
    costs.push_back({tensor.bytes(), "output '" + tensor.name + "'"});
  return costs;
}

std::vector<Cost> flashCosts(const ModelInfo &info) {
  std::vector<Cost> costs;
  std::vector<std::string> counted;
  for (const LayerInfo &layer : info.layers) {
    costs.push_back({layer.constantBytes, "constants of layer '" + layer.name + "'"});
    if (std::find(counted.begin(), counted.end(), layer.function) != counted.end())
      continue;
    counted.push_back(layer.function);
    costs.push_back({layer.textBytes, "code of layer '" + layer.name + "'"});
  }
  return costs;
}

std::vector<Cost> stackCosts(const ModelInfo &info) {
  std::vector<Cost> costs;
  for (const LayerInfo &layer : info.layers)
    costs.push_back({layer.frameBytes, "frame of layer '" + layer.name + "'"});
  return costs;
}

} // namespace

std::string explainBudgets(const ModelInfo &info, const CompileOptions &options) {
  std::string text;
  for (const RegionInfo &region : info.plan.regions)
    if (region.bytes > region.limit)
      text += explainRegion(info.plan, region);
  if (options.ramBudget && info.ramBytes() > *options.ramBudget)
    text += exceeded("ram", "RAM", info.ramBytes(), *options.ramBudget) + rank(ramCosts(info));
  if (options.flashBudget && info.flashBytes() > *options.flashBudget)
    text += exceeded("flash", "flash", info.flashBytes(), *options.flashBudget) +
            rank(flashCosts(info));
  if (options.stackBudget && info.stackBytes > *options.stackBudget)
    text +=
        exceeded("stack", "stack", info.stackBytes, *options.stackBudget) + rank(stackCosts(info));
  return text;
}

} // namespace nnc

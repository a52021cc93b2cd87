// The table that --explain prints.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "lib/Driver/Explain.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace nnc {

/// "winograd 4 (2100000 cycles, 120 µs)": how, and what it takes.
static std::string describeWay(const ConvCandidateInfo &way) {
  std::string text = way.algorithm, times;
  if (way.tile > 0)
    text += fmt::format(" {}", way.tile);
  if (way.cycles > 0)
    times = fmt::format("{} cycles", way.cycles);
  if (way.nanoseconds > 0)
    times += fmt::format("{}{:.3g} µs", times.empty() ? "" : ", ",
                         static_cast<double>(way.nanoseconds) / 1e3);
  return times.empty() ? text : text + " (" + times + ")";
}

/// How convolutions are computed that could be computed otherwise.
static std::string explainConvolutions(const ModelInfo &info) {
  std::string text;
  for (const ConvolutionInfo &convolution : info.convolutions) {
    const ConvCandidateInfo &chosen = convolution.candidates.front();
    if (convolution.candidates.size() == 1)
      continue;
    text +=
        fmt::format("  {:<28} {}, by {}, rather than {}", convolution.layer, describeWay(chosen),
                    convolution.reason, describeWay(convolution.candidates[1]));
    if (chosen.error > 0)
      text += fmt::format("; error bound {:.2g}", chosen.error);
    text += "\n";
  }
  return text.empty() ? text : "\nconvolutions, with predicted cycles:\n" + text;
}

/// Which layers run in several parts.
static std::string explainParts(const ModelInfo &info) {
  std::string divided;
  for (size_t i = 0; i < info.layers.size(); ++i)
    if (info.layers[i].parts > 1)
      divided += fmt::format("{}{} ({})", divided.empty() ? "" : ", ", i, info.layers[i].parts);
  return fmt::format("\nfor {} threads, layers in parts: {}\n", info.threads,
                     divided.empty() ? "none is worth it" : divided);
}

/// How well integers stand for the values of the model.
static std::string explainQuantization(const PostTrainingInfo &quantization) {
  std::string text = fmt::format("\nquantized with ranges by {} of {} samples; signal-to-noise "
                                 "ratio of the integers on them:\n",
                                 quantization.method, quantization.samples);
  for (const QuantizedValueInfo &value : quantization.values)
    text += fmt::format("  {:<28} {:>6.1f} dB  scale {:.6g}, zero point {}\n",
                        value.layer.empty() ? value.tensor : value.layer, value.decibels,
                        value.scale, value.zeroPoint);
  for (const QuantizedValueInfo &value : quantization.outputs)
    text += fmt::format("  {:<28} {:>6.1f} dB  of the whole model\n", value.tensor, value.decibels);
  return text;
}

static std::string explainArena(const PlanInfo &plan) {
  std::string text =
      fmt::format("\narena {} bytes: lower bound {}, gap {}{}; alive at the peak in layer {}:\n",
                  plan.arenaBytes, plan.lowerBound, plan.gap(),
                  plan.optimal ? ", proven smallest" : "", plan.peakStep);
  for (const BufferInfo *buffer : aliveAtPeak(plan))
    text += fmt::format("{:>10}  {} at {}\n", buffer->bytes, buffer->name, buffer->offset);
  return text;
}

/// Every tensor in the region where it lies, in the order of layers.
static std::string explainRegions(const PlanInfo &plan) {
  std::string text;
  for (const RegionInfo &region : plan.regions) {
    text +=
        fmt::format("\narena in {} {} of {} bytes: lower bound {} for what lies there, gap {}{}, "
                    "peak in layer {}:\n",
                    region.name, region.bytes, region.limit, region.lowerBound,
                    region.bytes - region.lowerBound, region.optimal ? ", proven smallest" : "",
                    region.peakStep);
    for (const BufferInfo &buffer : plan.buffers)
      if (region.holds(buffer.offset))
        text += fmt::format("{:>10}  {} at {}, layers {} to {}\n", buffer.bytes, buffer.name,
                            buffer.offset - region.start, buffer.first, buffer.last);
  }
  return text;
}

std::string explainModel(const ModelInfo &info) {
  std::string text = fmt::format("{} for {} ({} {}, {})\n\n", info.name, info.target, info.triple,
                                 info.cpu, info.optLevel);
  text += fmt::format("{:>5}  {:<28} {:>12} {:>7} {:>10} {:>8} {:>6}  {}\n", "layer", "name",
                      "MACs", "tile", "constants", "code", "stack", "operations");
  for (size_t i = 0; i < info.layers.size(); ++i) {
    const LayerInfo &layer = info.layers[i];
    text += fmt::format("{:>5}  {:<28} {:>12} {:>7} {:>10} {:>8} {:>6}  {}\n", i, layer.name,
                        layer.macs, layer.tile.empty() ? "-" : layer.tile, layer.constantBytes,
                        layer.textBytes, layer.frameBytes, fmt::join(layer.ops, ", "));
  }
  text += explainConvolutions(info);
  if (info.quantization)
    text += explainQuantization(*info.quantization);
  if (info.threads > 1)
    text += explainParts(info);
  text += info.plan.regions.empty() ? explainArena(info.plan) : explainRegions(info.plan);
  text += fmt::format(
      "RAM {} bytes (inputs and outputs {}, stack {}), flash {} bytes (constants {}, code {})\n",
      info.ramBytes(), info.ioBytes(), info.stackBytes, info.flashBytes(), info.constantBytes,
      info.textBytes);
  return text;
}

} // namespace nnc

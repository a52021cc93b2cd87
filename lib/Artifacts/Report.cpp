// ModelInfo as JSON. Names of models are any bytes: what is not UTF-8 is replaced, never an error.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "lib/Artifacts/Report.h"

#include <cmath>
#include <nlohmann/json.hpp>

namespace nnc {

using Json = nlohmann::ordered_json;

/// Makes an offset in the arena's numbering one in a region, which is named beside it.
static void placeInRegion(Json &json, const char *key, const PlanInfo &plan) {
  uint64_t offset = json[key].get<uint64_t>();
  if (!plan.isDivided())
    return;
  const RegionInfo *region = plan.regionAt(offset);
  json[key] = offset - region->start;
  json["region"] = region->name;
}

static Json toJson(const RegionInfo &region) {
  return {{"name", region.name},
          {"limit_bytes", region.limit},
          {"arena_bytes", region.bytes},
          {"lower_bound_bytes", region.lowerBound},
          {"gap_bytes", region.bytes - region.lowerBound},
          {"optimal", region.optimal},
          {"peak_step", region.peakStep}};
}

static Json toJson(const TensorInfo &tensor) {
  Json json = {{"name", tensor.name},
               {"identifier", tensor.identifier},
               {"type", factsOf(tensor.type).name},
               {"shape", tensor.shape},
               {"elements", tensor.elements()},
               {"bytes", tensor.bytes()}};
  if (tensor.arenaOffset)
    json["arena_offset"] = *tensor.arenaOffset;
  if (tensor.quantization) {
    json["scale"] = tensor.quantization->scale;
    json["zero_point"] = tensor.quantization->zeroPoint;
  }
  return json;
}

static Json toJson(const ValueInfo &value) {
  return {{"name", value.name},     {"home", value.home},      {"index", value.index},
          {"offset", value.offset}, {"step", value.step},      {"type", factsOf(value.type).name},
          {"shape", value.shape},   {"strides", value.strides}};
}

static Json toJson(const BufferInfo &buffer) {
  return {{"name", buffer.name},
          {"offset", buffer.offset},
          {"bytes", buffer.bytes},
          {"first", buffer.first},
          {"last", buffer.last}};
}

static Json toJson(const ResultInfo &result) {
  return {{"tensor", result.tensor}, {"place", result.place},
          {"offset", result.offset}, {"type", factsOf(result.type).name},
          {"shape", result.shape},   {"strides", result.strides}};
}

static Json toJson(const LayerInfo &layer, size_t index) {
  Json json = {{"index", index},
               {"name", layer.name},
               {"function", layer.function},
               {"nodes", layer.nodes},
               {"ops", layer.ops},
               {"macs", layer.macs},
               {"constant_bytes", layer.constantBytes},
               {"text_bytes", layer.textBytes},
               {"frame_bytes", layer.frameBytes}};
  if (!layer.tile.empty())
    json["tile"] = layer.tile;
  if (layer.parts > 1)
    json["parts"] = layer.parts;
  json["results"] = Json::array();
  for (const ResultInfo &result : layer.results)
    json["results"].push_back(toJson(result));
  return json;
}

static Json toJson(const ConvCandidateInfo &candidate) {
  Json json = {{"algorithm", candidate.algorithm}};
  if (candidate.tile > 0)
    json["tile"] = candidate.tile;
  if (candidate.cycles > 0)
    json["predicted_cycles"] = candidate.cycles;
  if (candidate.nanoseconds > 0)
    json["measured_ns"] = candidate.nanoseconds;
  json["error_bound"] = candidate.error;
  return json;
}

static Json toJson(const ConvolutionInfo &convolution) {
  Json json = {{"layer", convolution.layer}, {"reason", convolution.reason}};
  json["candidates"] = Json::array();
  for (const ConvCandidateInfo &candidate : convolution.candidates)
    json["candidates"].push_back(toJson(candidate));
  return json;
}

template <typename List> static Json listOf(const List &items) {
  Json list = Json::array();
  for (const auto &item : items)
    list.push_back(toJson(item));
  return list;
}

/// Without noise there is no ratio.
static Json decibelsToJson(double decibels) {
  return std::isfinite(decibels) ? Json(decibels) : Json(nullptr);
}

static Json toJson(const PostTrainingInfo &quantization) {
  Json json = {{"method", quantization.method}, {"samples", quantization.samples}};
  json["values"] = json["outputs"] = Json::array();
  for (const QuantizedValueInfo &value : quantization.values)
    json["values"].push_back({{"tensor", value.tensor},
                              {"layer", value.layer},
                              {"scale", value.scale},
                              {"zero_point", value.zeroPoint},
                              {"sqnr_db", decibelsToJson(value.decibels)}});
  for (const QuantizedValueInfo &value : quantization.outputs)
    json["outputs"].push_back(
        {{"tensor", value.tensor}, {"sqnr_db", decibelsToJson(value.decibels)}});
  return json;
}

static Json planToJson(const ModelInfo &model) {
  const PlanInfo &plan = model.plan;
  auto bufferToJson = [&](const BufferInfo &buffer) {
    Json json = toJson(buffer);
    placeInRegion(json, "offset", plan);
    return json;
  };
  Json alive = Json::array(), buffers = Json::array(), values = Json::array();
  for (const BufferInfo *buffer : aliveAtPeak(plan))
    alive.push_back(bufferToJson(*buffer));
  for (const BufferInfo &buffer : plan.buffers)
    buffers.push_back(bufferToJson(buffer));
  for (const ValueInfo &value : plan.values) {
    values.push_back(toJson(value));
    if (value.home == "arena")
      placeInRegion(values.back(), "offset", plan);
  }
  Json regions = Json::array();
  for (const RegionInfo &region : plan.regions) {
    Json json = toJson(region);
    json["alive_at_peak"] = Json::array();
    for (const BufferInfo *buffer : aliveAtPeak(plan, region))
      json["alive_at_peak"].push_back(bufferToJson(*buffer));
    regions.push_back(std::move(json));
  }
  return {{"regions", regions},
          {"arena_bytes", plan.arenaBytes},
          {"arena_alignment", plan.arenaAlignment},
          {"lower_bound_bytes", plan.lowerBound},
          {"gap_bytes", plan.gap()},
          {"optimal", plan.optimal},
          {"peak_step", plan.peakStep},
          {"alive_at_peak", alive},
          {"buffers", buffers},
          {"values", values},
          {"io_bytes", model.ioBytes()},
          {"io_in_arena", model.ioInArena},
          {"stack_bytes", model.stackBytes},
          {"ram_bytes", model.ramBytes()},
          {"constant_bytes", model.constantBytes},
          {"text_bytes", model.textBytes},
          {"flash_bytes", model.flashBytes()}};
}

static Json layersToJson(const ModelInfo &model) {
  Json layers = Json::array();
  for (size_t i = 0; i < model.layers.size(); ++i) {
    layers.push_back(toJson(model.layers[i], i));
    for (Json &result : layers.back()["results"])
      if (result["place"] == "arena")
        placeInRegion(result, "offset", model.plan);
  }
  return layers;
}

static Json targetToJson(const ModelInfo &model) {
  return {{"name", model.target},
          {"triple", model.triple},
          {"cpu", model.cpu},
          {"features", model.features},
          {"optimization", model.optLevel}};
}

static Json toJson(const LevelInfo &level) {
  return {{"level", level.level},
          {"prefix", level.info.name},
          {"target", targetToJson(level.info)},
          {"memory", planToJson(level.info)},
          {"convolutions", listOf(level.info.convolutions)},
          {"layers", layersToJson(level.info)}};
}

static Json tensorsToJson(const std::vector<TensorInfo> &tensors, const PlanInfo &plan) {
  Json list = listOf(tensors);
  for (Json &tensor : list)
    if (tensor.contains("arena_offset"))
      placeInRegion(tensor, "arena_offset", plan);
  return list;
}

std::string writeReport(const ModelInfo &model, const std::vector<LevelInfo> &levels) {
  uint64_t macs = 0;
  for (const LayerInfo &layer : model.layers)
    macs += layer.macs;
  Json json = {
      {"format", 1},
      {"tool", {{"name", "nn-compile"}, {"version", model.toolVersion}}},
      {"model",
       {{"file", model.modelFile}, {"name", model.name}, {"guard", model.guard}, {"macs", macs}}},
      {"target", targetToJson(model)},
      {"inputs", tensorsToJson(model.inputs, model.plan)},
      {"outputs", tensorsToJson(model.outputs, model.plan)},
      {"frozen_inputs", model.frozenInputs},
      {"memory", planToJson(model)},
      {"convolutions", listOf(model.convolutions)},
      {"layers", layersToJson(model)},
  };
  if (model.quantization)
    json["quantization"] = toJson(*model.quantization);
  if (!levels.empty())
    json["levels"] = listOf(levels);
  return json.dump(2, ' ', /*ensure_ascii=*/false, Json::error_handler_t::replace) + "\n";
}

} // namespace nnc

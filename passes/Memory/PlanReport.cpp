// The memory plan's figures as an attribute.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "passes/Memory/PlanReport.h"

#include "dialects/NN/NodeNames.h"
#include "dialects/RT/RT.h"

using namespace mlir;

namespace nnc::memory {
namespace {

class Describer {
public:
  Describer(const BufferModel &model, MLIRContext *context) : model(model), builder(context) {}

  Attribute buffers();
  Attribute regions(ArrayRef<RegionPlan> regions);
  Attribute values(func::FuncOp function);
  NamedAttribute entry(StringRef name, uint64_t value) {
    return builder.getNamedAttr(name, builder.getI64IntegerAttr(static_cast<int64_t>(value)));
  }
  NamedAttribute entry(StringRef name, StringRef value) {
    return builder.getNamedAttr(name, builder.getStringAttr(value));
  }
  NamedAttribute entry(StringRef name, Attribute value) {
    return builder.getNamedAttr(name, value);
  }
  DictionaryAttr dictionary(ArrayRef<NamedAttribute> entries) {
    return builder.getDictionaryAttr(entries);
  }

private:
  StringRef homeOf(const Storage &storage) const;

  const BufferModel &model;
  Builder builder;
};

StringRef Describer::homeOf(const Storage &storage) const {
  switch (storage.home) {
  case Home::arena:
    return "arena";
  case Home::input:
    return "input";
  case Home::result:
    return "result";
  case Home::constant:
    return "constant";
  }
  return "";
}

Attribute Describer::buffers() {
  SmallVector<Attribute> list;
  for (unsigned number : model.arena) {
    const Storage &storage = model.storages[number];
    list.push_back(dictionary({entry("name", storage.name),
                               entry("offset", static_cast<uint64_t>(storage.offset)),
                               entry("bytes", static_cast<uint64_t>(storage.bytes)),
                               entry("first", storage.first), entry("last", storage.last),
                               entry("holds", model.bytesAt({number, 0}, builder.getContext()))}));
  }
  return builder.getArrayAttr(list);
}

Attribute Describer::regions(ArrayRef<RegionPlan> regions) {
  SmallVector<Attribute> list;
  for (const RegionPlan &region : regions)
    list.push_back(dictionary(
        {entry("name", region.region.name), entry("limit", region.region.limit),
         entry("offset", region.start), entry("bytes", region.plan.arenaSize),
         entry("lower_bound", region.plan.lowerBound), entry("peak_step", region.plan.peakStep),
         entry("optimal", builder.getBoolAttr(region.plan.isOptimal()))}));
  return builder.getArrayAttr(list);
}

/// Every named tensor that a layer leaves in memory: for tools that show intermediate values.
Attribute Describer::values(func::FuncOp function) {
  SmallVector<Attribute> list;
  uint64_t step = 0;
  for (Operation &op : function.getBody().front()) {
    if (isa<func::CallOp>(op))
      ++step;
    if (step == 0 || op.getNumResults() == 0 || op.hasTrait<OpTrait::ConstantLike>())
      continue;
    StringRef name = nn::tensorName(op.getLoc());
    Spot spot = model.spots.lookup(op.getResult(0));
    const Storage &storage = model.storages[spot.storage];
    if (name.empty() || storage.home == Home::constant)
      continue;
    list.push_back(dictionary(
        {entry("name", name), entry("home", homeOf(storage)), entry("index", storage.index),
         entry("offset", static_cast<uint64_t>(model.addressOf(spot))), entry("step", step - 1),
         entry("type", TypeAttr::get(op.getResult(0).getType())),
         entry("holds", model.bytesAt(spot, builder.getContext()))}));
  }
  return builder.getArrayAttr(list);
}

} // namespace

DictionaryAttr describePlan(const BufferModel &model, const RegionsPlan &regions,
                            func::FuncOp function) {
  const planner::Plan &plan = regions.whole;
  Builder builder(function.getContext());
  Describer describer(model, function.getContext());
  SmallVector<StringRef> alive(plan.alive.begin(), plan.alive.end());
  StringRef peakLayer;
  if (plan.peakStep < model.calls.size())
    if (auto name = model.calls[plan.peakStep]->getAttrOfType<StringAttr>(rt::kLayerAttr))
      peakLayer = name.getValue();
  SmallVector<NamedAttribute> entries = {
      {describer.entry("arena_bytes", plan.arenaSize), describer.entry("alignment", plan.alignment),
       describer.entry("lower_bound", plan.lowerBound),
       describer.entry("live_bytes", plan.liveBytes), describer.entry("gap", plan.gap()),
       describer.entry("optimal", builder.getBoolAttr(plan.isOptimal())),
       describer.entry("method", plan.method), describer.entry("peak_step", plan.peakStep),
       describer.entry("peak_layer", peakLayer),
       describer.entry("alive", builder.getStrArrayAttr(alive)),
       describer.entry("buffers", describer.buffers()),
       describer.entry("values", describer.values(function))}};
  if (!regions.regions.empty())
    entries.push_back(describer.entry("regions", describer.regions(regions.regions)));
  return describer.dictionary(entries);
}

} // namespace nnc::memory

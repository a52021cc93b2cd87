// Reads the attribute `rt.plan`. Part of nn-compile.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "passes/Memory/PlanRecord.h"

using namespace mlir;

namespace nnc::memory {

FailureOr<PlanRecord> PlanRecord::read(ModuleOp module) {
  PlanRecord record;
  auto plan = module->getAttrOfType<DictionaryAttr>(rt::kPlanAttr);
  auto buffers = plan ? plan.getAs<ArrayAttr>("buffers") : ArrayAttr();
  auto values = plan ? plan.getAs<ArrayAttr>("values") : ArrayAttr();
  if (!buffers || !values)
    return record;
  record.hasPlan = true;
  bool isComplete = true;
  auto number = [&](DictionaryAttr entry, StringRef key) -> int64_t {
    auto value = entry ? entry.getAs<IntegerAttr>(key) : IntegerAttr();
    isComplete &= value != nullptr;
    return value ? value.getInt() : 0;
  };
  for (Attribute attribute : buffers) {
    auto entry = dyn_cast<DictionaryAttr>(attribute);
    auto holds = entry ? entry.getAs<rt::BytesAttr>("holds") : rt::BytesAttr();
    Buffer buffer{0, number(entry, "offset"), number(entry, "bytes"), number(entry, "first"),
                  number(entry, "last")};
    if (!holds || !isComplete)
      return module.emitError("rt.plan has an incomplete buffer: ") << attribute;
    buffer.start = holds.getStart();
    record.buffers[holds.getValue()].push_back(buffer);
  }
  for (Attribute attribute : values) {
    auto entry = dyn_cast<DictionaryAttr>(attribute);
    auto name = entry ? entry.getAs<StringAttr>("name") : StringAttr();
    auto home = entry ? entry.getAs<StringAttr>("home") : StringAttr();
    auto type = entry ? entry.getAs<TypeAttr>("type") : TypeAttr();
    auto bytes = entry ? entry.getAs<rt::BytesAttr>("holds") : rt::BytesAttr();
    auto tensor = type ? dyn_cast<RankedTensorType>(type.getValue()) : RankedTensorType();
    auto index = static_cast<unsigned>(number(entry, "index"));
    int64_t offset = number(entry, "offset"), step = number(entry, "step");
    if (!name || !home || !tensor || !bytes || !isComplete)
      return module.emitError("rt.plan has an incomplete value: ") << attribute;
    record.tensors[step].push_back(
        {name.getValue(), home.getValue(), index, offset, tensor, bytes});
  }
  return record;
}

bool PlanRecord::covers(rt::BytesAttr bytes, int64_t address, int64_t size, int64_t step) const {
  if (!hasPlan)
    return true;
  auto it = buffers.find(bytes.getValue());
  return it != buffers.end() && llvm::any_of(it->second, [&](const Buffer &buffer) {
           return buffer.first <= step && step <= buffer.last && buffer.offset <= address &&
                  address + size <= buffer.offset + buffer.bytes &&
                  bytes.getStart() - address == buffer.start - buffer.offset;
         });
}

ArrayRef<PlanRecord::Tensor> PlanRecord::tensorsAfter(int64_t step) const {
  auto it = tensors.find(step);
  return it == tensors.end() ? ArrayRef<Tensor>() : ArrayRef<Tensor>(it->second);
}

} // namespace nnc::memory

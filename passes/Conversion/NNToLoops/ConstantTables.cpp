// Small tables that loops read.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "passes/Conversion/NNToLoops/ConstantTables.h"

#include "dialects/NN/NN.h"
#include "dialects/RT/RT.h"

#include "llvm/Support/MathExtras.h"

using namespace mlir;

namespace nnc {

static constexpr llvm::StringLiteral kSymbol = "tables";
static constexpr int64_t kAlignment = 16;

/// The table as it lies in memory: booleans as bytes, integers without signs.
static DenseElementsAttr asStored(DenseElementsAttr table) {
  auto integer = dyn_cast<IntegerType>(table.getElementType());
  if (!integer)
    return table;
  auto bytes = static_cast<unsigned>(nn::elementBytes(integer));
  auto stored = IntegerType::get(table.getContext(), bytes * 8);
  if (integer == stored)
    return table;
  SmallVector<APInt> values;
  for (const APInt &value : table.getValues<APInt>())
    values.push_back(integer.isUnsigned() || integer.getWidth() == 1 ? value.zext(bytes * 8)
                                                                     : value.sext(bytes * 8));
  return DenseElementsAttr::get(RankedTensorType::get(table.getType().getShape(), stored), values);
}

Value ConstantTables::get(OpBuilder &builder, Location loc, DenseElementsAttr table) {
  DenseElementsAttr stored = asStored(table);
  auto type = cast<RankedTensorType>(stored.getType());
  auto [entry, isNew] = offsetOf.try_emplace(stored, 0);
  if (isNew) {
    int64_t bytes = nn::elementBytes(type.getElementType());
    entry->second = static_cast<int64_t>(llvm::alignTo(end, bytes));
    end = entry->second + bytes * type.getNumElements();
    parts.push_back(stored);
    offsets.push_back(entry->second);
  }
  auto buffer = MemRefType::get({type.getNumElements()}, type.getElementType());
  return rt::ConstantOp::create(builder, loc, buffer, kSymbol, entry->second);
}

void ConstantTables::addTo(ModuleOp module) const {
  if (parts.empty())
    return;
  OpBuilder builder = OpBuilder::atBlockBegin(module.getBody());
  rt::ConstantsOp::create(builder, module.getLoc(), kSymbol, kAlignment, offsets,
                          builder.getArrayAttr(parts));
}

} // namespace nnc

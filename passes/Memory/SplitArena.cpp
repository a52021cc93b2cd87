// Gives each region of memory an address of its own.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "dialects/NN/NN.h"
#include "dialects/RT/RT.h"
#include "passes/Memory/Passes.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/IR/Matchers.h"

using namespace mlir;

namespace nnc {

#define GEN_PASS_DEF_SPLITARENAPASS
#include "passes/Memory/Passes.h.inc"

namespace {

/// A region as `rt.plan` describes it, and its argument.
struct Region {
  StringAttr name;
  int64_t start = 0, bytes = 0;
  BlockArgument argument;
};

FailureOr<SmallVector<Region>> readRegions(ModuleOp module) {
  SmallVector<Region> regions;
  auto plan = module->getAttrOfType<DictionaryAttr>(rt::kPlanAttr);
  auto list = plan ? plan.getAs<ArrayAttr>("regions") : ArrayAttr();
  for (Attribute attribute : list ? list.getValue() : ArrayRef<Attribute>()) {
    auto entry = dyn_cast<DictionaryAttr>(attribute);
    auto name = entry ? entry.getAs<StringAttr>("name") : StringAttr();
    auto start = entry ? entry.getAs<IntegerAttr>("offset") : IntegerAttr();
    auto bytes = entry ? entry.getAs<IntegerAttr>("bytes") : IntegerAttr();
    if (!name || !start || !bytes)
      return module.emitError("rt.plan has an incomplete region: ") << attribute;
    regions.push_back({name, start.getInt(), bytes.getInt(), {}});
  }
  return regions;
}

class SplitArenaPass : public impl::SplitArenaPassBase<SplitArenaPass> {
public:
  using SplitArenaPassBase::SplitArenaPassBase;

  void runOnOperation() override {
    FailureOr<SmallVector<Region>> regions = readRegions(getOperation());
    if (failed(regions))
      return signalPassFailure();
    if (regions->size() < 2)
      return;
    for (auto function : getOperation().getOps<func::FuncOp>())
      if (function->hasAttr(rt::kEntryAttr) && failed(split(function, *regions)))
        return signalPassFailure();
  }

private:
  static LogicalResult split(func::FuncOp function, MutableArrayRef<Region> regions);
  static LogicalResult move(memref::ViewOp view, ArrayRef<Region> regions);
};

/// %arena[shift] → %region[shift - start]
LogicalResult SplitArenaPass::move(memref::ViewOp view, ArrayRef<Region> regions) {
  APInt shift;
  if (!matchPattern(view.getByteShift(), m_ConstantInt(&shift)))
    return view.emitError("is no address at a constant place");
  int64_t begin = shift.getSExtValue(), size = nn::totalBytes(cast<MemRefType>(view.getType()));
  const Region *home = llvm::find_if(regions, [&](const Region &region) {
    return region.start <= begin && begin + size <= region.start + region.bytes;
  });
  if (home == regions.end())
    return view.emitError("lies at bytes [")
           << begin << ", " << begin + size << ") of the arena, which are in no region of rt.plan";
  OpBuilder builder(view);
  Value local = arith::ConstantIndexOp::create(builder, view.getLoc(), begin - home->start);
  view.getSourceMutable().assign(home->argument);
  view.getByteShiftMutable().assign(local);
  return success();
}

LogicalResult SplitArenaPass::split(func::FuncOp function, MutableArrayRef<Region> regions) {
  BlockArgument arena = rt::arenaOf(function);
  if (!arena)
    return function.emitError("has no arena");
  Builder builder(function.getContext());
  unsigned place = arena.getArgNumber();
  for (Region &region : regions) {
    auto type = MemRefType::get({region.bytes}, builder.getI8Type());
    auto mark = builder.getDictionaryAttr(builder.getNamedAttr(rt::kRegionAttr, region.name));
    if (failed(function.insertArgument(++place, type, mark, function.getLoc())))
      return failure();
    region.argument = function.getArgument(place);
  }
  for (Operation *user : llvm::make_early_inc_range(arena.getUsers())) {
    auto view = dyn_cast<memref::ViewOp>(user);
    if (!view)
      return user->emitError("takes the whole arena, which is divided into regions");
    if (failed(move(view, regions)))
      return failure();
  }
  return function.eraseArgument(arena.getArgNumber());
}

} // namespace
} // namespace nnc

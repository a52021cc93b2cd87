// Constants become one block of bytes per group, which LLVM takes over as one array without looking
// at elements. Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "targets/Common/LLVM/ConstantGroups.h"

#include "dialects/NN/NN.h"
#include "dialects/RT/RT.h"

#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/IR/AttrTypeSubElements.h"
#include "mlir/IR/Builders.h"
#include "mlir/IR/BuiltinDialect.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/DialectResourceBlobManager.h"

#include <cstring>

using namespace mlir;

namespace nnc {

static bool copyBytes(ArrayRef<char> from, MutableArrayRef<char> to) {
  if (from.size() != to.size())
    return false;
  if (!from.empty())
    std::memcpy(to.data(), from.data(), from.size());
  return true;
}

/// Fills `to` with copies of one element, doubling what is there.
static bool repeatBytes(ArrayRef<char> element, MutableArrayRef<char> to) {
  if (to.empty())
    return true;
  if (element.empty() || to.size() % element.size() != 0)
    return false;
  std::memcpy(to.data(), element.data(), element.size());
  for (size_t done = element.size(); done < to.size(); done *= 2)
    std::memcpy(to.data() + done, to.data(), std::min(done, to.size() - done));
  return true;
}

bool writeElementBytes(ElementsAttr elements, MutableArrayRef<char> out) {
  if (auto resource = dyn_cast<DenseResourceElementsAttr>(elements)) {
    const AsmResourceBlob *blob = resource.getRawHandle().getBlob();
    return blob && copyBytes(blob->getData(), out);
  }
  auto dense = dyn_cast<DenseElementsAttr>(elements);
  if (!dense)
    return false;
  if (dense.getElementType().isInteger(1)) {
    if (static_cast<size_t>(dense.getNumElements()) != out.size())
      return false;
    llvm::transform(dense.getValues<bool>(), out.begin(), [](bool value) { return value ? 1 : 0; });
    return true;
  }
  if (dense.isSplat()) {
    size_t bytes = static_cast<size_t>(nn::elementBytes(dense.getElementType()));
    return out.size() == bytes * static_cast<size_t>(dense.getNumElements()) &&
           repeatBytes(dense.getRawData().take_front(bytes), out);
  }
  return copyBytes(dense.getRawData(), out);
}

static size_t byteSize(ElementsAttr elements) {
  return static_cast<size_t>(elements.getNumElements() *
                             nn::elementBytes(elements.getElementType()));
}

/// The bytes of a group, with zeros in the gaps; nothing where a part has no data.
static FailureOr<AsmResourceBlob> concatenate(rt::ConstantsOp group) {
  size_t total = 0;
  for (auto [offset, part] : llvm::zip_equal(group.getOffsets(), group.getParts()))
    total = std::max(total, static_cast<size_t>(offset) + byteSize(cast<ElementsAttr>(part)));
  AsmResourceBlob blob = HeapAsmResourceBlob::allocate(std::max<size_t>(total, 1), 64);
  MutableArrayRef<char> bytes = blob.getMutableData();
  size_t end = 0;
  for (auto [offset, part] : llvm::zip_equal(group.getOffsets(), group.getParts())) {
    size_t begin = static_cast<size_t>(offset), size = byteSize(cast<ElementsAttr>(part));
    if (begin < end)
      return group.emitError("part at byte ")
             << begin << " overlaps the one before it, which ends at " << end;
    std::memset(bytes.data() + end, 0, begin - end);
    if (!writeElementBytes(cast<ElementsAttr>(part), bytes.slice(begin, size)))
      return group.emitError("part at byte ") << begin << " has no data of " << size << " bytes";
    end = begin + size;
  }
  if (total == 0)
    bytes[0] = 0;
  return blob;
}

LogicalResult lowerConstantGroups(ModuleOp module) {
  OpBuilder builder(module.getContext());
  for (auto group : llvm::make_early_inc_range(module.getOps<rt::ConstantsOp>())) {
    FailureOr<AsmResourceBlob> bytes = concatenate(group);
    if (failed(bytes))
      return failure();
    int64_t size = static_cast<int64_t>(bytes->getData().size());
    builder.setInsertionPoint(group);
    auto value = DenseResourceElementsAttr::get(RankedTensorType::get({size}, builder.getI8Type()),
                                                group.getSymName(), std::move(*bytes));
    auto global = LLVM::GlobalOp::create(
        builder, group.getLoc(),
        LLVM::LLVMArrayType::get(builder.getI8Type(), static_cast<uint64_t>(size)),
        /*isConstant=*/true, LLVM::Linkage::Private, group.getSymName(), value,
        group.getAlignment());
    global.setUnnamedAddr(LLVM::UnnamedAddr::Global);
    global.setDsoLocal(true);
    group.erase();
    freeUnusedResources(module);
  }
  return success();
}

void freeUnusedResources(ModuleOp module) {
  DenseSet<const void *> used;
  AttrTypeWalker walker;
  walker.addWalk(
      [&](DenseResourceElementsAttr attr) { used.insert(attr.getRawHandle().getResource()); });
  module.walk([&](Operation *op) { walker.walk(op->getAttrDictionary()); });
  auto &manager =
      DenseResourceElementsHandle::getManagerInterface(module.getContext()).getBlobManager();
  SmallVector<DialectResourceBlobManager::BlobEntry *> unused;
  manager.getBlobMap([&](const llvm::StringMap<DialectResourceBlobManager::BlobEntry> &map) {
    for (const auto &entry : map)
      if (!used.contains(&entry.second))
        unused.push_back(const_cast<DialectResourceBlobManager::BlobEntry *>(&entry.second));
  });
  for (auto *entry : unused)
    entry->setBlob(AsmResourceBlob());
}

} // namespace nnc

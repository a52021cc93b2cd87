// The constants of a model as one group, equal ones once.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "passes/Memory/ConstantPool.h"

#include "dialects/NN/NN.h"

#include "llvm/Support/MathExtras.h"
#include "llvm/Support/xxhash.h"
#include "mlir/IR/DialectResourceBlobManager.h"

using namespace mlir;

namespace nnc::memory {

/// The bytes behind the attribute, unless it keeps them in a form of its own.
static std::optional<ArrayRef<char>> rawBytes(ElementsAttr value) {
  if (auto dense = dyn_cast<DenseElementsAttr>(value))
    if (!dense.isSplat())
      return dense.getRawData();
  if (auto resource = dyn_cast<DenseResourceElementsAttr>(value))
    if (AsmResourceBlob *blob = resource.getRawHandle().getBlob())
      return blob->getData();
  return std::nullopt;
}

/// Whether two constants are the same bytes in memory.
static bool isSame(ElementsAttr a, ElementsAttr b) {
  if (a == b)
    return true;
  // A blob of a boolean tensor has one byte for each element, a dense attribute one bit.
  if (a.getElementType() != b.getElementType() || a.getNumElements() != b.getNumElements() ||
      isa<DenseResourceElementsAttr>(a) != isa<DenseResourceElementsAttr>(b))
    return false;
  auto bytesOfA = rawBytes(a), bytesOfB = rawBytes(b);
  return bytesOfA && bytesOfB && *bytesOfA == *bytesOfB;
}

unsigned ConstantPool::add(ElementsAttr value) {
  uint64_t hash = static_cast<uint64_t>(value.getNumElements());
  if (auto bytes = rawBytes(value))
    hash ^= llvm::xxh3_64bits(
        ArrayRef<uint8_t>(reinterpret_cast<const uint8_t *>(bytes->data()), bytes->size()));
  auto [begin, end] = byHash.equal_range(hash);
  for (auto it = begin; it != end; ++it)
    if (isSame(parts[it->second], value))
      return it->second;
  byHash.insert({hash, static_cast<unsigned>(parts.size())});
  parts.push_back(value);
  return static_cast<unsigned>(parts.size() - 1);
}

rt::ConstantsOp ConstantPool::build(OpBuilder &builder, Location location, StringRef name,
                                    unsigned alignment) const {
  SmallVector<int64_t> offsets;
  SmallVector<Attribute> attributes;
  uint64_t end = 0;
  for (ElementsAttr part : parts) {
    uint64_t size = static_cast<uint64_t>(nn::elementBytes(part.getElementType()));
    end = llvm::alignTo(end, std::max<uint64_t>(alignment, llvm::PowerOf2Ceil(size)));
    offsets.push_back(static_cast<int64_t>(end));
    attributes.push_back(part);
    end += size * static_cast<uint64_t>(part.getNumElements());
  }
  return rt::ConstantsOp::create(builder, location, name, alignment, offsets,
                                 builder.getArrayAttr(attributes));
}

} // namespace nnc::memory

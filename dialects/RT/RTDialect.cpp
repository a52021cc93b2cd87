// Registration and verifiers of the rt dialect.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "dialects/NN/NN.h"
#include "dialects/RT/RT.h"

#include "llvm/ADT/TypeSwitch.h"
#include "mlir/IR/Builders.h"
#include "mlir/IR/DialectImplementation.h"

using namespace mlir;

#include "dialects/RT/RTDialect.cpp.inc"
#include "dialects/RT/RTEnums.cpp.inc"
#define GET_ATTRDEF_CLASSES
#include "dialects/RT/RTAttrs.cpp.inc"
#define GET_TYPEDEF_CLASSES
#include "dialects/RT/RTTypes.cpp.inc"
#define GET_OP_CLASSES
#include "dialects/RT/RTOps.cpp.inc"

namespace nnc::rt {

void RTDialect::initialize() {
  addOperations<
#define GET_OP_LIST
#include "dialects/RT/RTOps.cpp.inc"
      >();
  addAttributes<
#define GET_ATTRDEF_LIST
#include "dialects/RT/RTAttrs.cpp.inc"
      >();
  addTypes<
#define GET_TYPEDEF_LIST
#include "dialects/RT/RTTypes.cpp.inc"
      >();
}

LogicalResult BytesAttr::verify(function_ref<InFlightDiagnostic()> emitError, StringRef value,
                                int64_t start) {
  if (value.empty())
    return emitError() << "bytes of a value without a name";
  if (start < 0)
    return emitError() << "bytes of '" << value << "' from " << start
                       << " on, expected no less than 0";
  return success();
}

LogicalResult SweepAttr::verify(function_ref<InFlightDiagnostic()> emitError, Order, int64_t lead) {
  if (lead < 0)
    return emitError() << "a lead of " << lead << " bytes, expected no less than 0";
  return success();
}

MemRefType bufferTypeFor(RankedTensorType type) {
  Type element = type.getElementType();
  if (auto integer = dyn_cast<IntegerType>(element))
    element =
        IntegerType::get(type.getContext(), static_cast<unsigned>(nn::elementBytes(integer) * 8));
  return MemRefType::get({nn::bufferElements(type)}, element);
}

BlockArgument arenaOf(FunctionOpInterface entry) {
  for (BlockArgument argument : llvm::reverse(entry.getArguments()))
    if (isa<MemRefType>(argument.getType()))
      return argument;
  return {};
}

SmallVector<BlockArgument> arenasOf(FunctionOpInterface entry) {
  SmallVector<BlockArgument> arenas;
  for (BlockArgument argument : entry.getArguments())
    if (entry.getArgAttr(argument.getArgNumber(), kRegionAttr))
      arenas.push_back(argument);
  if (BlockArgument only = arenaOf(entry); only && arenas.empty())
    arenas.push_back(only);
  return arenas;
}

static LogicalResult verifyFits(Operation *op, RankedTensorType tensor, MemRefType buffer) {
  MemRefType expected = bufferTypeFor(tensor);
  if (buffer.getRank() != 1 || buffer.getElementType() != expected.getElementType() ||
      buffer.getDimSize(0) < expected.getDimSize(0))
    return op->emitOpError("buffer is ") << buffer << ", but " << tensor << " needs " << expected;
  return success();
}

LogicalResult TensorOp::verify() {
  return verifyFits(*this, cast<RankedTensorType>(getType()),
                    cast<MemRefType>(getBuffer().getType()));
}

LogicalResult StoreOp::verify() {
  return verifyFits(*this, cast<RankedTensorType>(getValue().getType()),
                    cast<MemRefType>(getBuffer().getType()));
}

LogicalResult PartOp::verify() {
  auto buffer = cast<MemRefType>(getBuffer().getType()), part = cast<MemRefType>(getType());
  if (buffer.getElementType() != part.getElementType() || buffer.getRank() != 1 ||
      part.getRank() != 1)
    return emitOpError("takes ") << part << " out of " << buffer
                                 << ", expected one dimension and the same element type";
  int64_t offset = getOffset(), room = buffer.getDimSize(0);
  if (offset < 0 || offset > room || part.getDimSize(0) > room - offset)
    return emitOpError("of ") << part.getDimSize(0) << " elements at " << offset
                              << " exceeds the buffer's " << room;
  return success();
}

int64_t ConstantsOp::totalBytes() {
  if (getParts().empty())
    return 0;
  return getOffsets().back() +
         nn::totalBytes(cast<ElementsAttr>(getParts().getValue().back()).getShapedType());
}

LogicalResult ConstantsOp::verify() {
  if (getOffsets().size() != getParts().size())
    return emitOpError("has ") << getParts().size() << " parts, but " << getOffsets().size()
                               << " offsets";
  if (getAlignment() == 0 || !llvm::isPowerOf2_64(getAlignment()))
    return emitOpError("has alignment ") << getAlignment() << ", expected a power of two";
  int64_t end = 0;
  for (auto [offset, part] : llvm::zip_equal(getOffsets(), getParts())) {
    auto elements = dyn_cast<ElementsAttr>(part);
    if (!elements)
      return emitOpError("parts must be elements attributes");
    if (!elements.getElementType().isIntOrFloat())
      return emitOpError("part has element type ")
             << elements.getElementType() << ", expected a number";
    int64_t size = nn::elementBytes(elements.getElementType());
    if (offset < end || offset % size != 0)
      return emitOpError("part at byte ")
             << offset << " overlaps the one before it, which ends at byte " << end
             << ", or is no multiple of its element's " << size << " bytes";
    end = offset + nn::totalBytes(elements.getShapedType());
  }
  return success();
}

LogicalResult ConstantOp::verifySymbolUses(SymbolTableCollection &symbols) {
  auto group = symbols.lookupNearestSymbolFrom<ConstantsOp>(*this, getGroupAttr());
  if (!group)
    return emitOpError("refers to ") << getGroupAttr() << ", which is no rt.constants";
  // Offsets ascend; parts without elements may share one.
  ArrayRef<int64_t> offsets = group.getOffsets();
  auto type = cast<MemRefType>(getType());
  for (const int64_t *it = llvm::lower_bound(offsets, static_cast<int64_t>(getOffset()));
       it != offsets.end() && *it == static_cast<int64_t>(getOffset()); ++it) {
    auto part = cast<ElementsAttr>(group.getParts()[it - offsets.begin()]);
    auto tensor = RankedTensorType::get({part.getNumElements()}, part.getElementType());
    if (bufferTypeFor(tensor).getElementType() == type.getElementType() &&
        type.getNumElements() <= part.getNumElements())
      return success();
  }
  return emitOpError("takes ") << type << " at byte " << getOffset() << " of " << getGroupAttr()
                               << ", but no such part begins there";
}

/// Whether a value is memory that is freed when its function returns.
static bool isOnStack(Value value) {
  auto allocation = value.getDefiningOp<MemoryEffectOpInterface>();
  if (!allocation)
    return false;
  SmallVector<MemoryEffects::EffectInstance> effects;
  allocation.getEffectsOnValue(value, effects);
  return llvm::any_of(effects, [](const MemoryEffects::EffectInstance &effect) {
    return isa<MemoryEffects::Allocate>(effect.getEffect()) &&
           isa<SideEffects::AutomaticAllocationScopeResource>(effect.getResource());
  });
}

LogicalResult ForkOp::verify() {
  if (static_cast<int64_t>(getParts()) < 2)
    return emitOpError("has ") << getParts() << " parts, expected at least 2";
  for (auto [i, argument] : llvm::enumerate(getArguments()))
    if (isOnStack(argument))
      return emitOpError("hands over operand ")
             << i << ", which is memory on the stack: its parts would share it";
  return success();
}

LogicalResult ForkOp::verifySymbolUses(SymbolTableCollection &symbols) {
  auto callee = symbols.lookupNearestSymbolFrom<FunctionOpInterface>(*this, getCalleeAttr());
  if (!callee)
    return emitOpError("calls ") << getCalleeAttr() << ", which is no function";
  SmallVector<Type> expected = llvm::to_vector(getArguments().getTypes());
  expected.push_back(IndexType::get(getContext()));
  if (callee.getArgumentTypes() != ArrayRef<Type>(expected) || !callee.getResultTypes().empty())
    return emitOpError("calls ") << getCalleeAttr()
                                 << ", whose arguments must be the operands and an index";
  return success();
}

//===-- Attributes -------------------------------------------------------------------------===//

static bool isListOfStrings(Attribute attribute) {
  auto list = dyn_cast<ArrayAttr>(attribute);
  return list && llvm::all_of(list, llvm::IsaPred<StringAttr>);
}

static bool isListOfBytes(Attribute attribute) {
  auto list = dyn_cast<ArrayAttr>(attribute);
  return list && llvm::all_of(list, llvm::IsaPred<BytesAttr, UnitAttr>);
}

LogicalResult RTDialect::verifyOperationAttribute(Operation *op, NamedAttribute attribute) {
  StringRef name = attribute.getName();
  auto expect = [&](bool good, StringRef what) -> LogicalResult {
    return good ? LogicalResult(success())
                : op->emitError() << "attribute '" << name << "' must be " << what;
  };
  bool isUnit = isa<UnitAttr>(attribute.getValue());
  if (name == kEntryAttr)
    return expect(isUnit && isa<FunctionOpInterface>(op), "a unit on a function");
  if (name == kLayerAttr)
    return expect(isa<StringAttr>(attribute.getValue()), "a string");
  if (name == kNodesAttr)
    return expect(isListOfStrings(attribute.getValue()), "a list of strings");
  if (name == kReadsAttr || name == kWritesAttr)
    return expect(isListOfBytes(attribute.getValue()), "a list of #rt.bytes or unit");
  if (name == kViewAttr || name == kCopyAttr)
    return expect(isUnit && op->getNumResults() == 1, "a unit on an op with one result");
  if (name == kIndependentAttr || name == kPartsAttr)
    return expect(isa<IntegerAttr>(attribute.getValue()), "a number");
  if (name == kPartOfAttr)
    return expect(isa<StringAttr>(attribute.getValue()), "a string");
  if (name == kPlanAttr)
    return expect(isa<DictionaryAttr>(attribute.getValue()), "a dictionary");
  return success();
}

LogicalResult RTDialect::verifyRegionArgAttribute(Operation *op, unsigned, unsigned argument,
                                                  NamedAttribute attribute) {
  StringRef name = attribute.getName();
  bool isMark = name == kResultAttr || name == kScratchAttr || name == kMayAliasAttr;
  if (isMark && !isa<UnitAttr>(attribute.getValue()))
    return op->emitError() << "attribute '" << name << "' on argument " << argument
                           << " must be a unit";
  if (name == kRegionAttr && !isa<StringAttr>(attribute.getValue()))
    return op->emitError() << "attribute '" << name << "' on argument " << argument
                           << " must be a string";
  if (name == kSweepAttr && !isa<SweepAttr>(attribute.getValue()))
    return op->emitError() << "attribute '" << name << "' on argument " << argument
                           << " must be #rt.sweep";
  if (name == kHoldsAttr && !isa<BytesAttr>(attribute.getValue()))
    return op->emitError() << "attribute '" << name << "' on argument " << argument
                           << " must be #rt.bytes";
  return success();
}

} // namespace nnc::rt

// Rewrites a planned model from tensors to buffers.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "passes/Memory/BufferForm.h"

#include "dialects/NN/NN.h"
#include "dialects/RT/RT.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"

#include <map>
#include <tuple>

using namespace mlir;

namespace nnc::memory {

static RankedTensorType tensorType(Value value) { return cast<RankedTensorType>(value.getType()); }

SharingTable findSharing(const BufferModel &model, ArrayRef<Overwrite> overwrites,
                         ArrayRef<Overlap> overlaps, SymbolTable &symbols) {
  // Calls of each layer, and those where an input lies under the result.
  llvm::DenseMap<Operation *, unsigned> calls;
  llvm::DenseMap<std::pair<Operation *, unsigned>, unsigned> shared;
  for (func::CallOp call : model.calls)
    ++calls[symbols.lookup(call.getCallee())];
  for (const Overwrite &overwrite : overwrites) {
    func::CallOp call = overwrite.call;
    int64_t from = model.addressOf(model.spots.lookup(call.getOperand(overwrite.input)));
    if (from == model.addressOf(model.spots.lookup(call.getResult(0))))
      ++shared[{symbols.lookup(call.getCallee()), overwrite.input}];
  }
  SharingTable table;
  for (auto [key, count] : shared) {
    auto layer = cast<func::FuncOp>(key.first);
    // One buffer has one element type.
    bool isAlways =
        count == calls.lookup(layer) &&
        rt::bufferTypeFor(cast<RankedTensorType>(layer.getArgumentTypes()[key.second])) ==
            rt::bufferTypeFor(cast<RankedTensorType>(layer.getResultTypes().front()));
    table[key].inPlace = isAlways ? InPlaceCalls::all : InPlaceCalls::some;
  }
  for (const Overlap &overlap : overlaps)
    if (isUsed(model, overlap))
      table[{overlap.layer, overlap.input}].sweep = overlap.mark();
  return table;
}

void convertLayer(func::FuncOp layer, const SharingTable &sharing) {
  Block &body = layer.getBody().front();
  OpBuilder builder(layer.getContext());
  auto unit = builder.getUnitAttr();
  Operation *end = body.getTerminator();
  unsigned inputs = body.getNumArguments();

  // Inputs, results, scratch; then the tensor arguments in front go away.
  SmallVector<Attribute> attributes;
  auto addArgument = [&](MemRefType type, ArrayRef<NamedAttribute> marks, Location location) {
    attributes.push_back(builder.getDictionaryAttr(marks));
    return body.addArgument(type, location);
  };
  auto marksOf = [&](const Sharing &sharing) {
    SmallVector<NamedAttribute> marks;
    if (sharing.inPlace == InPlaceCalls::some)
      marks.push_back(builder.getNamedAttr(rt::kMayAliasAttr, unit));
    if (sharing.sweep)
      marks.push_back(builder.getNamedAttr(rt::kSweepAttr, sharing.sweep));
    return marks;
  };
  SmallVector<Value> buffers(inputs);
  for (unsigned i = 0; i < inputs; ++i) {
    Sharing shared = sharing.lookup({layer, i});
    BlockArgument old = body.getArgument(i);
    if (shared.inPlace != InPlaceCalls::all)
      buffers[i] = addArgument(rt::bufferTypeFor(tensorType(old)), marksOf(shared), old.getLoc());
  }
  builder.setInsertionPoint(end);
  SmallVector<Value> results;
  for (Value value : end->getOperands()) {
    results.push_back(addArgument(rt::bufferTypeFor(tensorType(value)),
                                  builder.getNamedAttr(rt::kResultAttr, unit), value.getLoc()));
    rt::StoreOp::create(builder, end->getLoc(), value, results.back());
  }
  func::ReturnOp::create(builder, end->getLoc());
  end->erase();
  for (auto scratch : llvm::make_early_inc_range(body.getOps<rt::ScratchOp>())) {
    scratch.replaceAllUsesWith(addArgument(cast<MemRefType>(scratch.getType()),
                                           builder.getNamedAttr(rt::kScratchAttr, unit),
                                           scratch.getLoc()));
    scratch.erase();
  }

  builder.setInsertionPointToStart(&body);
  for (unsigned i = 0; i < inputs; ++i) {
    BlockArgument old = body.getArgument(i);
    Value buffer = buffers[i] ? buffers[i] : results.front();
    old.replaceAllUsesWith(rt::TensorOp::create(builder, old.getLoc(), old.getType(), buffer));
  }
  body.eraseArguments(0, inputs);
  layer.setFunctionType(builder.getFunctionType(body.getArgumentTypes(), {}));
  layer.removeResAttrsAttr();
  layer.setAllArgAttrs(attributes);
}

namespace {

/// Gives addresses to the values of the model's function.
class ModelConverter {
public:
  ModelConverter(func::FuncOp function, const BufferModel &model, bool ioInArena)
      : function(function), model(model), ioInArena(ioInArena), builder(function.getContext()) {}

  void changeSignature(int64_t arenaBytes);
  void convertCalls(const SharingTable &sharing);

private:
  Value address(Spot spot, MemRefType type);
  Value createAddress(const Storage &storage, int64_t offset, MemRefType type);
  /// A run of elements of something held in one piece.
  Value part(Value whole, int64_t offset, MemRefType type);

  func::FuncOp function;
  const BufferModel &model;
  bool ioInArena;
  OpBuilder builder;
  SmallVector<Value> inputs, results;
  Value arena;
  rt::ConstantsOp constants;
  std::map<std::tuple<Home, unsigned, int64_t, const void *>, Value> known;
  std::map<int64_t, Value> shifts;
};

void ModelConverter::changeSignature(int64_t arenaBytes) {
  Block &body = function.getBody().front();
  unsigned inputCount = body.getNumArguments();
  Operation *end = body.getTerminator();
  SmallVector<DictionaryAttr> attributes;
  auto add = [&](RankedTensorType type, DictionaryAttr old, Spot spot, bool isResult) {
    NamedAttrList list(old);
    list.set("nn.type", TypeAttr::get(type));
    if (isResult)
      list.set(rt::kResultAttr, builder.getUnitAttr());
    list.set(rt::kHoldsAttr, model.bytesAt(spot, function.getContext()));
    if (ioInArena)
      list.set("nn.arena_offset", builder.getI64IntegerAttr(model.addressOf(spot)));
    attributes.push_back(list.getDictionary(function.getContext()));
    return body.addArgument(rt::bufferTypeFor(type), function.getLoc());
  };
  for (unsigned i = 0; i < inputCount; ++i)
    inputs.push_back(add(tensorType(body.getArgument(i)), function.getArgAttrDict(i),
                         model.inputs[i],
                         /*isResult=*/false));
  for (auto [i, value] : llvm::enumerate(end->getOperands()))
    results.push_back(add(tensorType(value), function.getResultAttrDict(static_cast<unsigned>(i)),
                          model.results[i], /*isResult=*/true));
  arena = body.addArgument(MemRefType::get({arenaBytes}, builder.getI8Type()), function.getLoc());
  attributes.push_back(builder.getDictionaryAttr({}));

  builder.setInsertionPoint(end);
  func::ReturnOp::create(builder, end->getLoc());
  end->erase();
  function.removeResAttrsAttr();
  SmallVector<Type> types(llvm::drop_begin(body.getArgumentTypes(), inputCount));
  function.setFunctionType(builder.getFunctionType(types, {}));
  function.setAllArgAttrs(attributes);
}

Value ModelConverter::part(Value whole, int64_t offset, MemRefType type) {
  if (whole.getType() == type)
    return whole;
  int64_t element = offset / nn::elementBytes(type.getElementType());
  return rt::PartOp::create(builder, function.getLoc(), type, whole, element);
}

Value ModelConverter::createAddress(const Storage &storage, int64_t offset, MemRefType type) {
  switch (storage.home) {
  case Home::input:
    return part(inputs[storage.index], offset, type);
  case Home::result:
    return part(results[storage.index], offset, type);
  case Home::arena: {
    Value &shift = shifts[offset];
    if (!shift)
      shift = arith::ConstantIndexOp::create(builder, function.getLoc(), offset);
    return memref::ViewOp::create(builder, function.getLoc(), type, arena, shift, ValueRange());
  }
  case Home::constant:
    break;
  }
  auto value = cast<ElementsAttr>(constants.getParts()[storage.index]);
  auto whole =
      rt::bufferTypeFor(RankedTensorType::get({value.getNumElements()}, value.getElementType()));
  int64_t start = constants.getOffsets()[storage.index];
  Value buffer = rt::ConstantOp::create(builder, function.getLoc(), whole, kConstants, start);
  return part(buffer, offset, type);
}

Value ModelConverter::address(Spot spot, MemRefType type) {
  const Storage &storage = model.storages[spot.storage];
  int64_t offset = model.addressOf(spot);
  Value &value = known[{storage.home, storage.index, offset, type.getAsOpaquePointer()}];
  if (!value)
    value = createAddress(storage, offset, type);
  return value;
}

void ModelConverter::convertCalls(const SharingTable &sharing) {
  auto module = function->getParentOfType<ModuleOp>();
  SymbolTable symbols(module);
  constants = symbols.lookup<rt::ConstantsOp>(kConstants);
  builder.setInsertionPointToStart(&function.getBody().front());
  for (func::CallOp call : model.calls) {
    auto layer = symbols.lookup<func::FuncOp>(call.getCallee());
    SmallVector<Value> operands;
    SmallVector<Attribute> reads, writes;
    Attribute nothing = builder.getUnitAttr(), readInPlace = nothing;
    auto pass = [&](Spot spot, Attribute read, Attribute written) {
      auto type = cast<MemRefType>(layer.getArgument(operands.size()).getType());
      operands.push_back(address(spot, type));
      reads.push_back(read);
      writes.push_back(written);
    };
    auto bytesOf = [&](Value value) {
      return model.bytesAt(model.spots.lookup(value), function.getContext());
    };
    for (auto [i, operand] : llvm::enumerate(call.getOperands()))
      if (sharing.lookup({layer, static_cast<unsigned>(i)}).inPlace != InPlaceCalls::all)
        pass(model.spots.lookup(operand), bytesOf(operand), nothing);
      else
        readInPlace = bytesOf(operand);
    for (Value result : call.getResults())
      pass(model.spots.lookup(result), readInPlace, bytesOf(result));
    for (unsigned i = 0; operands.size() < layer.getNumArguments(); ++i) {
      Spot spot{model.scratch.lookup(call) + i, 0};
      pass(spot, nothing, model.bytesAt(spot, function.getContext()));
    }
    OpBuilder calls(function.getBody().front().getTerminator());
    auto converted = func::CallOp::create(calls, call.getLoc(), layer, operands);
    converted->setDiscardableAttrs(call->getDiscardableAttrDictionary());
    converted->setAttr(rt::kReadsAttr, builder.getArrayAttr(reads));
    converted->setAttr(rt::kWritesAttr, builder.getArrayAttr(writes));
  }
}

} // namespace

void convertModel(func::FuncOp function, const BufferModel &model, const SharingTable &sharing,
                  int64_t arenaBytes, bool ioInArena) {
  Block &body = function.getBody().front();
  unsigned inputs = body.getNumArguments();
  SmallVector<Operation *> old;
  for (Operation &op : body.without_terminator())
    old.push_back(&op);

  ModelConverter converter(function, model, ioInArena);
  converter.changeSignature(arenaBytes);
  converter.convertCalls(sharing);
  for (Operation *op : llvm::reverse(old))
    op->erase();
  body.eraseArguments(0, inputs);
}

} // namespace nnc::memory

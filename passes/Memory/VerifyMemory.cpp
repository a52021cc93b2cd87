// Checks from the addresses alone what the memory plan promises to layer functions.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "dialects/NN/NN.h"
#include "dialects/RT/RT.h"
#include "passes/Memory/Footprint.h"
#include "passes/Memory/Passes.h"

#include "llvm/ADT/BitVector.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/IR/Matchers.h"

using namespace mlir;

namespace nnc {

#define GEN_PASS_DEF_VERIFYMEMORYPASS
#include "passes/Memory/Passes.h.inc"

namespace {

/// Where a buffer of the model's function lies: in one of its arguments or in the constants.
struct Address {
  Value argument; ///< null: constants
  int64_t offset = 0;

  bool isNear(const Address &other) const { return argument == other.argument; }
};

FailureOr<Address> resolve(Value buffer) {
  if (isa<BlockArgument>(buffer))
    return Address{buffer, 0};
  Operation *op = buffer.getDefiningOp();
  if (auto constant = dyn_cast<rt::ConstantOp>(op))
    return Address{Value(), static_cast<int64_t>(constant.getOffset())};
  if (auto part = dyn_cast<rt::PartOp>(op)) {
    FailureOr<Address> whole = resolve(part.getBuffer());
    if (succeeded(whole))
      whole->offset += static_cast<int64_t>(part.getOffset()) *
                       nn::elementBytes(cast<MemRefType>(part.getType()).getElementType());
    return whole;
  }
  APInt shift;
  auto view = dyn_cast<memref::ViewOp>(op);
  if (!view || !matchPattern(view.getByteShift(), m_ConstantInt(&shift)))
    return op->emitError("is no address at a constant place of an argument or of the constants");
  FailureOr<Address> whole = resolve(view.getSource());
  if (failed(whole))
    return failure();
  whole->offset += shift.getSExtValue();
  int64_t room = nn::totalBytes(cast<MemRefType>(view.getSource().getType()));
  int64_t size = nn::totalBytes(cast<MemRefType>(view.getType()));
  if (whole->offset < 0 || size > room - whole->offset)
    return op->emitError("lies at bytes [")
           << whole->offset << ", " << whole->offset + size << ") of an arena of " << room;
  return whole;
}

/// One argument of one call.
struct Access {
  Address address;
  const memory::Footprint *footprint = nullptr;
  bool mayAlias = false;
};

class Verifier {
public:
  explicit Verifier(func::FuncOp model)
      : model(model), symbols(model->getParentOfType<ModuleOp>()) {}

  LogicalResult run();

private:
  LogicalResult checkLayer(func::FuncOp layer);
  LogicalResult checkCall(func::CallOp call);
  LogicalResult checkPair(func::CallOp call, ArrayRef<Access> accesses, unsigned writer,
                          unsigned other);
  LogicalResult checkReads(func::CallOp call, const Access &access, unsigned number);
  void noteWrites(const Access &access);
  LogicalResult checkResult(BlockArgument result);
  llvm::BitVector &bytesWritten(Value argument);
  std::string nameOf(Value argument);

  func::FuncOp model;
  SymbolTable symbols;
  llvm::DenseMap<Operation *, std::vector<memory::Footprint>> footprints;
  /// Bytes of the arena and the results that hold something.
  llvm::DenseMap<Value, llvm::BitVector> written;
};

std::string Verifier::nameOf(Value argument) {
  if (!argument)
    return "the constants";
  auto number = cast<BlockArgument>(argument).getArgNumber();
  if (number + 1 == model.getNumArguments())
    return "the arena";
  return "argument " + std::to_string(number) + " of the model";
}

/// Inputs, results, scratch, in this order and marked as what they are used for.
LogicalResult Verifier::checkLayer(func::FuncOp layer) {
  int last = 0;
  for (unsigned i = 0; i < layer.getNumArguments(); ++i) {
    const memory::Footprint &footprint =
        footprints[layer].emplace_back(memory::footprintOf(layer, i));
    bool isResult = layer.getArgAttr(i, rt::kResultAttr) != nullptr;
    bool isScratch = layer.getArgAttr(i, rt::kScratchAttr) != nullptr;
    bool mayAlias = layer.getArgAttr(i, rt::kMayAliasAttr) != nullptr;
    int role = isScratch ? 2 : isResult ? 1 : 0;
    if (role < last || (isResult && isScratch) || (mayAlias && role != 0))
      return layer.emitError("argument ")
             << i << " is out of order or marked twice; expected inputs, results, scratch";
    last = role;
    if (footprint.storedAs.empty() == isResult)
      return layer.emitError("argument ")
             << i
             << (isResult ? " is marked rt.result, but nothing is stored there"
                          : " is stored to, but not marked rt.result");
    if (isScratch && !footprint.readAs.empty())
      return layer.emitError("argument ") << i << " is marked rt.scratch, but holds a tensor";
  }
  return success();
}

LogicalResult Verifier::checkPair(func::CallOp call, ArrayRef<Access> accesses, unsigned writer,
                                  unsigned other) {
  const Access &a = accesses[writer], &b = accesses[other];
  if (!a.address.isNear(b.address))
    return success();
  auto overlaps = [&](const memory::ByteRanges &ranges) {
    return memory::meet(a.footprint->written, a.address.offset, ranges, b.address.offset);
  };
  if (!overlaps(b.footprint->read) && !overlaps(b.footprint->written))
    return success();
  auto hasSamePlaces = [&](RankedTensorType type) {
    return llvm::equal(memory::bytesOfElements(type), a.footprint->written,
                       [](auto x, auto y) { return x.begin == y.begin && x.end == y.end; });
  };
  if (b.mayAlias && a.address.offset == b.address.offset &&
      llvm::all_of(b.footprint->readAs, hasSamePlaces))
    return success();
  return call.emitError("argument ")
         << writer << " is written at byte " << a.address.offset << " of "
         << nameOf(a.address.argument) << ", where argument " << other << " from byte "
         << b.address.offset << " on has elements too";
}

llvm::BitVector &Verifier::bytesWritten(Value argument) {
  llvm::BitVector &bytes = written[argument];
  if (bytes.empty())
    bytes.resize(static_cast<unsigned>(nn::totalBytes(cast<MemRefType>(argument.getType()))));
  return bytes;
}

LogicalResult Verifier::checkReads(func::CallOp call, const Access &access, unsigned number) {
  Value argument = access.address.argument;
  if (!argument)
    return success();
  unsigned index = cast<BlockArgument>(argument).getArgNumber();
  bool isArena = index + 1 == model.getNumArguments();
  if (!isArena && !model.getArgAttr(index, rt::kResultAttr))
    return success();
  llvm::BitVector &bytes = bytesWritten(argument);
  for (memory::ByteRange range : access.footprint->read) {
    auto begin = static_cast<unsigned>(range.begin + access.address.offset);
    auto end = static_cast<unsigned>(range.end + access.address.offset);
    int missing = bytes.find_first_unset_in(begin, end);
    if (missing >= 0)
      return call.emitError("argument ") << number << " is read at byte " << missing << " of "
                                         << nameOf(argument) << ", which nothing has written";
  }
  return success();
}

void Verifier::noteWrites(const Access &access) {
  if (!access.address.argument || access.footprint->written.empty())
    return;
  llvm::BitVector &bytes = bytesWritten(access.address.argument);
  for (memory::ByteRange range : access.footprint->written)
    bytes.set(static_cast<unsigned>(range.begin + access.address.offset),
              static_cast<unsigned>(range.end + access.address.offset));
}

LogicalResult Verifier::checkCall(func::CallOp call) {
  auto layer = symbols.lookup<func::FuncOp>(call.getCallee());
  if (!layer || layer.isExternal())
    return call.emitError("calls @") << call.getCallee() << ", which is no layer function";
  if (!footprints.contains(layer) && failed(checkLayer(layer)))
    return failure();
  SmallVector<Access> accesses;
  for (auto [i, operand] : llvm::enumerate(call.getOperands())) {
    FailureOr<Address> address = resolve(operand);
    if (failed(address))
      return failure();
    bool mayAlias = layer.getArgAttr(static_cast<unsigned>(i), rt::kMayAliasAttr) != nullptr;
    accesses.push_back({*address, &footprints[layer][i], mayAlias});
  }
  for (auto [i, access] : llvm::enumerate(accesses))
    if (failed(checkReads(call, access, static_cast<unsigned>(i))))
      return failure();
  for (unsigned i = 0; i < accesses.size(); ++i)
    for (unsigned j = 0; j < accesses.size(); ++j)
      if (i != j && !accesses[i].footprint->written.empty() &&
          failed(checkPair(call, accesses, i, j)))
        return failure();
  for (const Access &access : accesses)
    noteWrites(access);
  return success();
}

/// At the end all bytes of a result are written, where the caller looks for them.
LogicalResult Verifier::checkResult(BlockArgument result) {
  auto bytes = static_cast<unsigned>(nn::totalBytes(cast<MemRefType>(result.getType())));
  if (bytes == 0)
    return success();
  unsigned begin = 0, number = result.getArgNumber();
  Value holder = result;
  if (auto offset = model.getArgAttrOfType<IntegerAttr>(number, "nn.arena_offset")) {
    begin = static_cast<unsigned>(offset.getInt());
    holder = model.getArguments().back();
  }
  int missing = bytesWritten(holder).find_first_unset_in(begin, begin + bytes);
  if (missing < 0)
    return success();
  return model.emitError("argument ")
         << number << " is a result whose byte " << missing - static_cast<int>(begin)
         << " nothing has written";
}

LogicalResult Verifier::run() {
  Value arena = model.getArguments().empty() ? Value() : model.getArguments().back();
  for (auto [i, argument] : llvm::enumerate(model.getArguments())) {
    auto type = dyn_cast<MemRefType>(argument.getType());
    if (!type || !type.hasStaticShape() || type.getRank() != 1)
      return model.emitError("argument ")
             << i << " is " << argument.getType() << ", expected a buffer";
    // What the caller has written into the arena before the run.
    auto offset = model.getArgAttrOfType<IntegerAttr>(static_cast<unsigned>(i), "nn.arena_offset");
    if (offset && !model.getArgAttr(static_cast<unsigned>(i), rt::kResultAttr) &&
        nn::totalBytes(type) > 0)
      bytesWritten(arena).set(static_cast<unsigned>(offset.getInt()),
                              static_cast<unsigned>(offset.getInt() + nn::totalBytes(type)));
  }
  for (auto call : model.getBody().front().getOps<func::CallOp>())
    if (failed(checkCall(call)))
      return failure();
  for (BlockArgument argument : model.getArguments())
    if (model.getArgAttr(argument.getArgNumber(), rt::kResultAttr) && failed(checkResult(argument)))
      return failure();
  return success();
}

class VerifyMemoryPass : public impl::VerifyMemoryPassBase<VerifyMemoryPass> {
public:
  using VerifyMemoryPassBase::VerifyMemoryPassBase;

  void runOnOperation() override {
    for (auto function : getOperation().getOps<func::FuncOp>())
      if (function->hasAttr(rt::kEntryAttr) && !function.isExternal() &&
          failed(Verifier(function).run()))
        return signalPassFailure();
    markAllAnalysesPreserved();
  }
};

} // namespace
} // namespace nnc

// Follows the calls of a planned model and checks that each one finds the bytes it expects.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "dialects/NN/NN.h"
#include "dialects/RT/RT.h"
#include "passes/Memory/Addresses.h"
#include "passes/Memory/BufferModel.h"
#include "passes/Memory/LastWriters.h"
#include "passes/Memory/LayerContract.h"
#include "passes/Memory/Passes.h"
#include "passes/Memory/PlanRecord.h"

using namespace mlir;

namespace nnc {

#define GEN_PASS_DEF_VERIFYMEMORYPASS
#include "passes/Memory/Passes.h.inc"

namespace {

using memory::Address;
using memory::ByteRanges;
using memory::LastWriters;
using memory::ValueBytes;

/// One argument of one call.
struct Access {
  Address address;
  const memory::LayerArgument *argument = nullptr;
  rt::BytesAttr read, written;
};

ValueBytes bytesOf(rt::BytesAttr attribute) { return {attribute.getValue(), attribute.getStart()}; }

class Verifier {
public:
  explicit Verifier(func::FuncOp model)
      : model(model), symbols(model->getParentOfType<ModuleOp>()) {}

  LogicalResult run();

private:
  /// What is known of an argument of the model.
  bool isArena(Value argument) { return argument == model.getArguments().back(); }
  bool isResult(Value argument) { return argumentAttr(argument, rt::kResultAttr) != nullptr; }
  Attribute argumentAttr(Value argument, StringRef name) {
    return model.getArgAttr(cast<BlockArgument>(argument).getArgNumber(), name);
  }
  /// Where an input or a result lies for the caller: behind its pointer or in the arena.
  FailureOr<Address> placeFor(BlockArgument argument);

  LogicalResult noteCaller();
  void noteConstants();
  FailureOr<SmallVector<Access>> accessesOf(func::CallOp call);
  LogicalResult checkCall(func::CallOp call);
  LogicalResult checkPair(func::CallOp call, ArrayRef<Access> accesses, unsigned writer,
                          unsigned other);
  static bool keepsLead(func::CallOp call, unsigned result, unsigned input,
                        ArrayRef<Access> accesses);
  LogicalResult checkWritable(func::CallOp call, const Access &access);
  LogicalResult checkHolds(Operation *at, const Twine &who, const Address &address,
                           const ByteRanges &ranges, rt::BytesAttr bytes);
  LogicalResult checkResults();
  LogicalResult checkPlanned(func::CallOp call, ArrayRef<Access> accesses);
  LogicalResult checkTensors(func::CallOp call);

  func::FuncOp model;
  SymbolTable symbols;
  llvm::DenseMap<Operation *, std::vector<memory::LayerArgument>> contracts;
  llvm::DenseMap<Value, LastWriters> memories;
  memory::PlanRecord record;
  int64_t step = 0; ///< number of the call
};

//===-- Before and after the calls ---------------------------------------------------------===//

FailureOr<Address> Verifier::placeFor(BlockArgument argument) {
  auto offset = dyn_cast_or_null<IntegerAttr>(argumentAttr(argument, "nn.arena_offset"));
  if (!offset)
    return Address{argument, 0};
  int64_t size = nn::totalBytes(cast<MemRefType>(argument.getType()));
  int64_t room = nn::totalBytes(cast<MemRefType>(model.getArguments().back().getType()));
  if (offset.getInt() < 0 || size > room - offset.getInt())
    return model.emitError("argument ")
           << argument.getArgNumber() << " lies at bytes [" << offset.getInt() << ", "
           << offset.getInt() + size << ") of an arena of " << room;
  return Address{model.getArguments().back(), offset.getInt()};
}

/// What the caller has written before the run.
LogicalResult Verifier::noteCaller() {
  for (BlockArgument argument : model.getArguments()) {
    auto type = dyn_cast<MemRefType>(argument.getType());
    if (!type || !type.hasStaticShape() || type.getRank() != 1)
      return model.emitError("argument ")
             << argument.getArgNumber() << " is " << argument.getType() << ", expected a buffer";
  }
  for (BlockArgument argument : model.getArguments()) {
    if (isArena(argument))
      continue;
    auto holds = dyn_cast_or_null<rt::BytesAttr>(argumentAttr(argument, rt::kHoldsAttr));
    if (!holds)
      return model.emitError("argument ") << argument.getArgNumber() << " has no rt.holds";
    FailureOr<Address> place = placeFor(argument);
    if (failed(place))
      return failure();
    int64_t size = nn::totalBytes(cast<MemRefType>(argument.getType()));
    if (!isResult(argument) && size > 0)
      memories[place->argument].write({{0, size}}, place->offset, bytesOf(holds), "");
  }
  return success();
}

void Verifier::noteConstants() {
  for (auto group : model->getParentOfType<ModuleOp>().getOps<rt::ConstantsOp>()) {
    for (auto [i, part] : llvm::enumerate(group.getParts())) {
      int64_t size = nn::totalBytes(cast<ElementsAttr>(part).getShapedType());
      auto name =
          StringAttr::get(model.getContext(), memory::nameOfConstant(static_cast<unsigned>(i)));
      if (size > 0)
        memories[Value()].write({{0, size}}, group.getOffsets()[i], {name.getValue(), 0}, "");
    }
  }
}

/// At the end all bytes of the results lie where the caller looks for them.
LogicalResult Verifier::checkResults() {
  for (BlockArgument argument : model.getArguments()) {
    int64_t size = nn::totalBytes(cast<MemRefType>(argument.getType()));
    if (!isResult(argument) || size == 0)
      continue;
    if (failed(checkHolds(model, "result in argument " + Twine(argument.getArgNumber()),
                          *placeFor(argument), {{0, size}},
                          cast<rt::BytesAttr>(argumentAttr(argument, rt::kHoldsAttr)))))
      return failure();
  }
  return success();
}

//===-- Calls ------------------------------------------------------------------------------===//

LogicalResult Verifier::checkHolds(Operation *at, const Twine &who, const Address &address,
                                   const ByteRanges &ranges, rt::BytesAttr bytes) {
  auto mismatch = memories[address.argument].findMismatch(ranges, address.offset, bytesOf(bytes));
  if (!mismatch)
    return success();
  int64_t start = bytes.getStart() - address.offset;
  auto error = at->emitError(who.str())
               << ": bytes [" << mismatch->begin << ", " << mismatch->end << ") of "
               << memory::nameOfHolder(model, address.argument) << " should hold bytes ["
               << mismatch->begin + start << ", " << mismatch->end + start << ") of '"
               << bytes.getValue() << "', but ";
  const LastWriters::Run *found = mismatch->found;
  if (!found)
    return error << "nothing has been written there";
  if (found->value.empty())
    return error << "scratch memory lies there, written by @" << found->layer;
  error << "bytes [" << mismatch->begin + found->shift << ", " << mismatch->end + found->shift
        << ") of '" << found->value << "'";
  if (found->layer.empty())
    return error << " lie there";
  return error << " lie there, written by @" << found->layer;
}

LogicalResult Verifier::checkWritable(func::CallOp call, const Access &access) {
  Value argument = access.address.argument;
  if (argument &&
      (isArena(argument) || (isResult(argument) && !argumentAttr(argument, "nn.arena_offset"))))
    return success();
  return call.emitError("@") << call.getCallee() << " writes to "
                             << memory::nameOfHolder(model, argument) << ", which "
                             << (!argument             ? "are read-only"
                                 : !isResult(argument) ? "is an input"
                                                       : "has its place in the arena");
}

/// Whether the result lies as far from an input as `rt.sweep` demands.
bool Verifier::keepsLead(func::CallOp call, unsigned result, unsigned input,
                         ArrayRef<Access> accesses) {
  auto endOf = [&](unsigned i) {
    return accesses[i].address.offset +
           nn::totalBytes(cast<MemRefType>(call.getOperand(i).getType()));
  };
  rt::SweepAttr sweep = accesses[input].argument->sweep;
  if (sweep.getOrder() == rt::Order::ascending)
    return accesses[result].address.offset + sweep.getLead() <= accesses[input].address.offset;
  return endOf(result) >= endOf(input) + sweep.getLead();
}

LogicalResult Verifier::checkPair(func::CallOp call, ArrayRef<Access> accesses, unsigned writer,
                                  unsigned other) {
  const Access &a = accesses[writer], &b = accesses[other];
  const ByteRanges &written = a.argument->footprint.written;
  if (!a.address.isNear(b.address))
    return success();
  auto overlaps = [&](const ByteRanges &ranges) {
    return memory::meet(written, a.address.offset, ranges, b.address.offset);
  };
  if (!overlaps(b.argument->footprint.read) && !overlaps(b.argument->footprint.written))
    return success();
  bool begin = a.address.offset == b.address.offset;
  auto layer = symbols.lookup<func::FuncOp>(call.getCallee());
  if (b.argument->mayAlias && begin && memory::mayShareBytes(layer, writer, other))
    return success();
  if (b.argument->sweep && !a.argument->isScratch && keepsLead(call, writer, other, accesses))
    return success();
  return call.emitError("argument ")
         << writer << " is written at byte " << a.address.offset << " of "
         << memory::nameOfHolder(model, a.address.argument) << ", where argument " << other
         << " from byte " << b.address.offset << " on has elements too";
}

FailureOr<SmallVector<Access>> Verifier::accessesOf(func::CallOp call) {
  auto layer = symbols.lookup<func::FuncOp>(call.getCallee());
  if (!layer || layer.isExternal())
    return call.emitError("calls @") << call.getCallee() << ", which is no layer function";
  if (!contracts.contains(layer)) {
    auto contract = memory::readLayerContract(layer);
    if (failed(contract))
      return failure();
    contracts[layer] = std::move(*contract);
  }
  auto reads = call->getAttrOfType<ArrayAttr>(rt::kReadsAttr);
  auto writes = call->getAttrOfType<ArrayAttr>(rt::kWritesAttr);
  if (!reads || !writes || reads.size() != call.getNumOperands() ||
      writes.size() != call.getNumOperands())
    return call.emitError("has no rt.reads and rt.writes with an entry for each operand");
  SmallVector<Access> accesses;
  for (auto [i, operand] : llvm::enumerate(call.getOperands())) {
    FailureOr<Address> address = memory::resolveAddress(operand);
    if (failed(address))
      return failure();
    const memory::LayerArgument &argument = contracts[layer][i];
    Access access{*address, &argument, dyn_cast<rt::BytesAttr>(reads[i]),
                  dyn_cast<rt::BytesAttr>(writes[i])};
    if ((!argument.footprint.read.empty() && !access.read) ||
        (!argument.footprint.written.empty() && !access.written))
      return call.emitError("does not say what argument ") << i << " holds";
    accesses.push_back(access);
  }
  return accesses;
}

LogicalResult Verifier::checkCall(func::CallOp call) {
  FailureOr<SmallVector<Access>> accesses = accessesOf(call);
  if (failed(accesses))
    return failure();
  for (auto [i, access] : llvm::enumerate(*accesses))
    if (!access.argument->footprint.read.empty() &&
        failed(checkHolds(call, "argument " + Twine(i) + " of @" + call.getCallee(), access.address,
                          access.argument->footprint.read, access.read)))
      return failure();
  for (unsigned i = 0; i < accesses->size(); ++i) {
    if ((*accesses)[i].argument->footprint.written.empty())
      continue;
    if (failed(checkWritable(call, (*accesses)[i])))
      return failure();
    for (unsigned j = 0; j < accesses->size(); ++j)
      if (i != j && failed(checkPair(call, *accesses, i, j)))
        return failure();
  }
  if (failed(checkPlanned(call, *accesses)))
    return failure();
  for (const Access &access : *accesses)
    if (!access.argument->footprint.written.empty())
      memories[access.address.argument].write(
          access.argument->footprint.written, access.address.offset,
          access.argument->isScratch ? ValueBytes() : bytesOf(access.written), call.getCallee());
  return success();
}

//===-- The plan's record ------------------------------------------------------------------===//

LogicalResult Verifier::checkPlanned(func::CallOp call, ArrayRef<Access> accesses) {
  for (auto [i, access] : llvm::enumerate(accesses)) {
    if (!access.address.argument || !isArena(access.address.argument))
      continue;
    int64_t size = nn::totalBytes(cast<MemRefType>(call.getOperand(i).getType()));
    for (rt::BytesAttr bytes : {access.read, access.written})
      if (bytes && !record.covers(bytes, access.address.offset, size, step))
        return call.emitError("argument ")
               << i << " takes bytes [" << access.address.offset << ", "
               << access.address.offset + size << ") of the arena for '" << bytes.getValue()
               << "', but no buffer of rt.plan has these at call " << step;
  }
  return success();
}

/// Tools look for tensors where `rt.plan` says.
LogicalResult Verifier::checkTensors(func::CallOp call) {
  for (const memory::PlanRecord::Tensor &tensor : record.tensorsAfter(step)) {
    unsigned number = tensor.index;
    BlockArgument holder = model.getArguments().back();
    if (tensor.home == "input" && number < model.getNumArguments())
      holder = model.getArgument(number);
    if (tensor.home == "result")
      for (BlockArgument argument : model.getArguments())
        if (isResult(argument) && number-- == 0)
          holder = argument;
    if (failed(checkHolds(call, "'" + tensor.name + "' in rt.plan after this call",
                          {holder, tensor.offset}, memory::bytesOfElements(tensor.type),
                          tensor.bytes)))
      return failure();
  }
  return success();
}

LogicalResult Verifier::run() {
  if (model.getNumArguments() == 0)
    return model.emitError("has no arena");
  if (failed(noteCaller()))
    return failure();
  noteConstants();
  FailureOr<memory::PlanRecord> plan = memory::PlanRecord::read(model->getParentOfType<ModuleOp>());
  if (failed(plan))
    return failure();
  record = std::move(*plan);
  for (auto call : model.getBody().front().getOps<func::CallOp>()) {
    if (failed(checkCall(call)) || failed(checkTensors(call)))
      return failure();
    ++step;
  }
  return checkResults();
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

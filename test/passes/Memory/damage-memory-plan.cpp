// Damages planned models at random and demands that nnc-verify-memory rejects each damage that
// changes what the model computes. A model is executed symbolically: what a call writes is a
// hash of its layer and of all bytes it reads, so that no wrong byte goes unseen. A test program;
// not installed. Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "dialects/NN/NN.h"
#include "dialects/RT/RT.h"
#include "lib/Pipelines/Registration.h"
#include "passes/Memory/Footprint.h"
#include "passes/Memory/Passes.h"

#include "llvm/Support/CommandLine.h"
#include "llvm/Support/Format.h"
#include "llvm/Support/xxhash.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/IR/Matchers.h"
#include "mlir/Parser/Parser.h"
#include "mlir/Pass/PassManager.h"

#include "test/passes/ModuleFile.h"
#include <random>

using namespace mlir;
using namespace nnc;

namespace {

llvm::cl::opt<std::string> inputFile(llvm::cl::Positional, llvm::cl::desc("models"),
                                     llvm::cl::init("-"));
llvm::cl::opt<bool> ioInArena("io-in-arena", llvm::cl::desc("inputs and results in the arena"));
llvm::cl::opt<unsigned> damages("damages", llvm::cl::desc("for each model and kind"),
                                llvm::cl::init(10));
llvm::cl::opt<bool> verbose("show", llvm::cl::desc("print each accepted damage"));

using Bytes = std::vector<uint8_t>;

func::FuncOp entryOf(ModuleOp module) {
  for (auto function : module.getOps<func::FuncOp>())
    if (function->hasAttr(rt::kEntryAttr))
      return function;
  return nullptr;
}

SmallVector<func::CallOp> callsOf(ModuleOp module) {
  return llvm::to_vector(entryOf(module).getBody().front().getOps<func::CallOp>());
}

int64_t shiftOf(memref::ViewOp view) {
  APInt shift;
  return matchPattern(view.getByteShift(), m_ConstantInt(&shift)) ? shift.getSExtValue() : -1;
}

//===-- Symbolic execution -----------------------------------------------------------------===//

class Machine {
public:
  Machine(ModuleOp module, uint8_t poison)
      : model(entryOf(module)), symbols(module), poison(poison) {
    for (BlockArgument argument : model.getArguments())
      memory[argument] =
          Bytes(static_cast<size_t>(nn::totalBytes(cast<MemRefType>(argument.getType()))), poison);
    for (auto group : module.getOps<rt::ConstantsOp>()) {
      memory[Value()].resize(static_cast<size_t>(group.totalBytes()));
      for (auto [i, part] : llvm::enumerate(group.getParts()))
        fill(memory[Value()].data() + group.getOffsets()[i],
             nn::totalBytes(cast<ElementsAttr>(part).getShapedType()), 1000 + i);
    }
  }

  /// All that the caller can see afterwards: results, and inputs and constants if they may not
  /// change. Nothing if an address leaves its memory.
  std::optional<Bytes> run();

private:
  static void fill(uint8_t *bytes, int64_t count, uint64_t seed) {
    for (int64_t i = 0; i < count; ++i)
      bytes[i] = static_cast<uint8_t>(llvm::xxh3_64bits(ArrayRef<uint8_t>(
          reinterpret_cast<const uint8_t *>(std::array{seed, static_cast<uint64_t>(i)}.data()),
          16)));
  }
  std::pair<Value, int64_t> place(Value buffer);
  /// The first of `size` bytes of a buffer; null if they leave what holds it.
  uint8_t *bytes(Value buffer, int64_t size);
  uint8_t *argumentBytes(BlockArgument argument);
  bool call(func::CallOp op);

  func::FuncOp model;
  SymbolTable symbols;
  uint8_t poison;
  DenseMap<Value, Bytes> memory;
};

std::pair<Value, int64_t> Machine::place(Value buffer) {
  if (isa<BlockArgument>(buffer))
    return {buffer, 0};
  Operation *op = buffer.getDefiningOp();
  if (auto constant = dyn_cast<rt::ConstantOp>(op))
    return {Value(), constant.getOffset()};
  if (auto part = dyn_cast<rt::PartOp>(op)) {
    auto [holder, offset] = place(part.getBuffer());
    int64_t width = nn::elementBytes(cast<MemRefType>(part.getType()).getElementType());
    return {holder, offset + static_cast<int64_t>(part.getOffset()) * width};
  }
  auto view = cast<memref::ViewOp>(op);
  auto [holder, offset] = place(view.getSource());
  return {holder, offset + shiftOf(view)};
}

uint8_t *Machine::bytes(Value buffer, int64_t size) {
  auto [holder, offset] = place(buffer);
  Bytes &whole = memory[holder];
  if (offset < 0 || offset + size > static_cast<int64_t>(whole.size()))
    return nullptr;
  return whole.data() + offset;
}

uint8_t *Machine::argumentBytes(BlockArgument argument) {
  unsigned number = argument.getArgNumber();
  if (auto offset = model.getArgAttrOfType<IntegerAttr>(number, "nn.arena_offset"))
    return memory[model.getArguments().back()].data() + offset.getInt();
  return memory[argument].data();
}

bool Machine::call(func::CallOp op) {
  auto layer = symbols.lookup<func::FuncOp>(op.getCallee());
  SmallVector<uint8_t *> starts;
  SmallVector<memory::Footprint> footprints;
  for (auto [i, operand] : llvm::enumerate(op.getOperands())) {
    auto number = static_cast<unsigned>(i);
    int64_t size = nn::totalBytes(cast<MemRefType>(layer.getArgument(number).getType()));
    starts.push_back(bytes(operand, size));
    if (!starts.back() && size > 0)
      return false;
    footprints.push_back(memory::footprintOf(layer, number));
    if (layer.getArgAttr(number, rt::kScratchAttr))
      std::fill_n(starts.back(), size, poison);
  }
  // The layer's own name: a damaged copy computes what the original does.
  StringRef name = layer->getAttrOfType<StringAttr>(rt::kLayerAttr).getValue();
  Bytes seen(name.bytes_begin(), name.bytes_end());
  for (auto [start, footprint] : llvm::zip_equal(starts, footprints))
    for (memory::ByteRange range : footprint.read)
      seen.insert(seen.end(), start + range.begin, start + range.end);
  uint64_t hash = llvm::xxh3_64bits(seen);
  for (auto [start, footprint] : llvm::zip_equal(starts, footprints)) {
    if (footprint.storedAs.empty())
      continue;
    for (memory::ByteRange range : footprint.written)
      fill(start + range.begin, range.end - range.begin, hash ^ static_cast<uint64_t>(range.begin));
    ++hash;
  }
  return true;
}

std::optional<Bytes> Machine::run() {
  auto isResult = [&](BlockArgument argument) {
    return model.getArgAttr(argument.getArgNumber(), rt::kResultAttr) != nullptr;
  };
  for (BlockArgument argument : model.getArguments().drop_back())
    if (!isResult(argument))
      fill(argumentBytes(argument), nn::totalBytes(cast<MemRefType>(argument.getType())),
           argument.getArgNumber());
  for (func::CallOp op : callsOf(model->getParentOfType<ModuleOp>()))
    if (!call(op))
      return std::nullopt;
  Bytes seen = memory[Value()];
  for (BlockArgument argument : model.getArguments().drop_back())
    if (isResult(argument) || !ioInArena) {
      uint8_t *start = argumentBytes(argument);
      seen.insert(seen.end(), start, start + nn::totalBytes(cast<MemRefType>(argument.getType())));
    }
  return seen;
}

/// What a model shows its caller, with two kinds of old contents of all memory.
std::vector<std::optional<Bytes>> observe(ModuleOp module) {
  return {Machine(module, 0x5A).run(), Machine(module, 0xFF).run()};
}

//===-- Damages ----------------------------------------------------------------------------===//

class Vandal {
public:
  explicit Vandal(unsigned seed) : generator(seed) {}

  static constexpr const char *kinds[] = {
      "one use of a buffer moved", "a buffer moved", "two calls swapped", "two operands swapped",
      "a buffer enlarged",         "a call dropped", "a call repeated"};

  /// Whether there was something to damage.
  bool damage(ModuleOp module, unsigned kind);

private:
  int64_t draw(int64_t bound) {
    return std::uniform_int_distribution<int64_t>(0, bound - 1)(generator);
  }
  Value arenaOf(ModuleOp module) { return entryOf(module).getArguments().back(); }
  /// A view of the arena at another place within it, aligned: where another buffer lies or
  /// anywhere.
  Value movedView(memref::ViewOp view);
  memref::ViewOp anyView(ModuleOp module);
  bool enlarge(func::CallOp call);

  std::mt19937 generator;
};

memref::ViewOp Vandal::anyView(ModuleOp module) {
  SmallVector<memref::ViewOp> views(entryOf(module).getBody().front().getOps<memref::ViewOp>());
  return views.empty() ? memref::ViewOp()
                       : views[static_cast<size_t>(draw(static_cast<int64_t>(views.size())))];
}

Value Vandal::movedView(memref::ViewOp view) {
  auto type = cast<MemRefType>(view.getType());
  int64_t width = nn::elementBytes(type.getElementType());
  int64_t room = nn::totalBytes(cast<MemRefType>(view.getSource().getType()));
  int64_t places = (room - nn::totalBytes(type)) / width;
  int64_t offset = shiftOf(view);
  for (unsigned attempt = 0; attempt < 20 && offset == shiftOf(view); ++attempt) {
    offset = draw(places + 1) * width;
    int64_t other = shiftOf(anyView(view->getParentOfType<ModuleOp>()));
    if (draw(2) == 0 && other % width == 0 && other / width <= places)
      offset = other;
  }
  if (offset == shiftOf(view))
    return Value();
  OpBuilder builder(view);
  Value shift = arith::ConstantIndexOp::create(builder, view.getLoc(), offset);
  return memref::ViewOp::create(builder, view.getLoc(), type, view.getSource(), shift,
                                ValueRange());
}

/// As if the layer wrote to some bytes behind one of its buffers, too.
bool Vandal::enlarge(func::CallOp call) {
  auto writes = call->getAttrOfType<ArrayAttr>(rt::kWritesAttr);
  SmallVector<unsigned> written;
  for (auto [i, operand] : llvm::enumerate(call.getOperands()))
    if (operand.getDefiningOp<memref::ViewOp>() && isa<rt::BytesAttr>(writes[i]))
      written.push_back(static_cast<unsigned>(i));
  if (written.empty())
    return false;
  unsigned number = written[static_cast<size_t>(draw(static_cast<int64_t>(written.size())))];
  auto view = call.getOperand(number).getDefiningOp<memref::ViewOp>();
  int64_t end = shiftOf(view) + nn::totalBytes(cast<MemRefType>(view.getType()));
  int64_t room = nn::totalBytes(cast<MemRefType>(view.getSource().getType())) - end;
  if (room == 0)
    return false;
  auto module = call->getParentOfType<ModuleOp>();
  auto layer = SymbolTable(module).lookup<func::FuncOp>(call.getCallee());
  func::FuncOp larger = layer.clone();
  OpBuilder builder(call);
  auto type = MemRefType::get({1 + draw(std::min<int64_t>(room, 64))}, builder.getI8Type());
  auto mark =
      builder.getDictionaryAttr({builder.getNamedAttr(rt::kScratchAttr, builder.getUnitAttr())});
  if (failed(larger.insertArgument(larger.getNumArguments(), type, mark, layer.getLoc())))
    return false;
  SymbolTable(module).insert(larger);
  Value shift = arith::ConstantIndexOp::create(builder, call.getLoc(), end);
  SmallVector<Value> operands(call.getOperands());
  operands.push_back(
      memref::ViewOp::create(builder, call.getLoc(), type, arenaOf(module), shift, ValueRange()));
  auto changed = func::CallOp::create(builder, call.getLoc(), larger, operands);
  changed->setDiscardableAttrs(call->getDiscardableAttrDictionary());
  for (StringRef list : {rt::kReadsAttr, rt::kWritesAttr}) {
    SmallVector<Attribute> entries(call->getAttrOfType<ArrayAttr>(list).getValue());
    // The bytes behind the buffer's own.
    auto last = llvm::dyn_cast<rt::BytesAttr>(entries[number]);
    int64_t size = nn::totalBytes(cast<MemRefType>(call.getOperand(number).getType()));
    entries.push_back(last && list == rt::kWritesAttr
                          ? Attribute(rt::BytesAttr::get(call.getContext(), last.getValue(),
                                                         last.getStart() + size))
                          : builder.getUnitAttr());
    changed->setAttr(list, builder.getArrayAttr(entries));
  }
  call.erase();
  return true;
}

bool Vandal::damage(ModuleOp module, unsigned kind) {
  SmallVector<func::CallOp> calls = callsOf(module);
  if (calls.empty())
    return false;
  auto index = static_cast<size_t>(draw(static_cast<int64_t>(calls.size())));
  size_t other = std::min(calls.size() - 1, index + 1 + static_cast<size_t>(draw(3)));
  func::CallOp call = calls[index];
  switch (kind) {
  case 0: {
    auto number = static_cast<unsigned>(draw(std::max(1u, call.getNumOperands())));
    auto view = call.getNumOperands() == 0
                    ? memref::ViewOp()
                    : call.getOperand(number).getDefiningOp<memref::ViewOp>();
    Value moved = view ? movedView(view) : Value();
    if (moved)
      call->setOperand(number, moved);
    return moved != nullptr;
  }
  case 1: {
    memref::ViewOp view = anyView(module);
    Value moved = view ? movedView(view) : Value();
    if (moved)
      view.getResult().replaceAllUsesWith(moved);
    return moved != nullptr;
  }
  case 2:
    if (other == index)
      return false;
    calls[index]->moveAfter(calls[other]);
    if (other > index + 1)
      calls[other]->moveBefore(calls[index + 1]);
    return true;
  case 3: {
    SmallVector<std::pair<unsigned, unsigned>> pairs;
    for (unsigned i = 0; i < call.getNumOperands(); ++i)
      for (unsigned j = i + 1; j < call.getNumOperands(); ++j)
        if (call.getOperand(i) != call.getOperand(j) &&
            call.getOperand(i).getType() == call.getOperand(j).getType())
          pairs.push_back({i, j});
    if (pairs.empty())
      return false;
    auto [i, j] = pairs[static_cast<size_t>(draw(static_cast<int64_t>(pairs.size())))];
    Value first = call.getOperand(i);
    call->setOperand(i, call.getOperand(j));
    call->setOperand(j, first);
    return true;
  }
  case 4:
    return enlarge(call);
  case 5:
    call.erase();
    return true;
  default:
    OpBuilder(calls[other]->getBlock(), std::next(Block::iterator(calls[other])))
        .clone(*call.getOperation());
    return true;
  }
}

//===-- Judgement --------------------------------------------------------------------------===//

struct Count {
  unsigned made = 0, rejected = 0, different = 0, missed = 0;
};

LogicalResult run(ModuleOp module, bool plan) {
  PassManager manager(module.getContext());
  manager.enableVerifier(plan); // a damage is for our own verifier to see
  if (plan) {
    bool hasLayers = llvm::any_of(module.getOps<func::FuncOp>(), [](func::FuncOp function) {
      return function->hasAttr(rt::kLayerAttr);
    });
    if (!hasLayers) {
      manager.addPass(createPlaceValuesPass());
      manager.addPass(createFormLayersPass());
    }
    PlanMemoryPassOptions options;
    options.ioInArena = ioInArena;
    manager.addPass(createPlanMemoryPass(options));
  }
  manager.addPass(createVerifyMemoryPass());
  return manager.run(module);
}

bool check(ModuleOp module, unsigned number, MutableArrayRef<Count> counts) {
  if (!entryOf(module) || failed(run(module, /*plan=*/true))) {
    llvm::errs() << "model " << number << " has no plan, or a correct plan is rejected\n";
    return false;
  }
  auto expected = observe(module);
  if (expected[0] != expected[1]) {
    llvm::errs() << "model " << number << ": the result depends on what lay in memory\n";
    return false;
  }
  Vandal vandal(number);
  for (auto [kind, count] : llvm::enumerate(counts))
    for (unsigned i = 0; i < damages; ++i) {
      OwningOpRef<ModuleOp> copy = module.clone();
      if (!vandal.damage(*copy, static_cast<unsigned>(kind)))
        continue;
      std::string message;
      ScopedDiagnosticHandler silence(module.getContext(), [&](Diagnostic &diagnostic) {
        message += diagnostic.str();
        return success();
      });
      bool isRejected = failed(run(*copy, /*plan=*/false));
      auto actual = observe(*copy);
      bool isDifferent = actual[0] != expected[0] || actual[1] != expected[0];
      ++count.made;
      count.rejected += isRejected;
      count.different += isDifferent;
      count.missed += isDifferent && !isRejected;
      if (verbose && !isRejected)
        llvm::errs() << "model " << number << ", " << Vandal::kinds[kind] << " (" << i
                     << "): " << (isDifferent ? "MISSED\n" : "accepted, no difference\n");
    }
  return true;
}

void print(StringRef name, const Count &count) {
  llvm::outs() << llvm::format("%-26s %5u made %5u change the result %5u rejected %5u missed\n",
                               name.str().c_str(), count.made, count.different, count.rejected,
                               count.missed);
}

} // namespace

int main(int argc, char **argv) {
  llvm::cl::ParseCommandLineOptions(argc, argv, "damages memory plans\n");
  DialectRegistry registry;
  registerDialects(registry);
  std::vector<Count> counts(std::size(Vandal::kinds));
  bool good = true;
  unsigned models = forEachModule(inputFile, [&](unsigned number, StringRef text) {
    MLIRContext context(registry);
    OwningOpRef<ModuleOp> module = parseSourceString<ModuleOp>(text, &context);
    good &= module && check(*module, number, counts);
  });
  Count sum;
  for (auto [name, count] : llvm::zip_equal(Vandal::kinds, counts)) {
    print(name, count);
    sum.made += count.made;
    sum.rejected += count.rejected;
    sum.different += count.different;
    sum.missed += count.missed;
  }
  print("all", sum);
  good &= sum.made > 0 && sum.missed == 0;
  llvm::outs() << models << " models, " << (sum.made ? 100 * sum.rejected / sum.made : 0)
               << " % of the damages rejected, " << sum.missed << " missed\n";
  return good ? 0 : 1;
}

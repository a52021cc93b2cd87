// Reads values, lifetimes and relations from a model's function.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "passes/Memory/BufferModel.h"

#include "dialects/NN/NN.h"
#include "dialects/NN/NodeNames.h"
#include "dialects/RT/RT.h"
#include "passes/Memory/FixedDistances.h"
#include "passes/Memory/Views.h"

#include "llvm/ADT/StringMap.h"

using namespace mlir;

namespace nnc::memory {

static RankedTensorType tensorType(Value value) { return cast<RankedTensorType>(value.getType()); }

int64_t bufferBytes(RankedTensorType type) {
  return nn::bufferElements(type) * nn::elementBytes(type.getElementType());
}

SmallVector<MemRefType> scratchTypesOf(func::FuncOp layer) {
  return llvm::map_to_vector(layer.getOps<rt::ScratchOp>(),
                             [](rt::ScratchOp op) { return cast<MemRefType>(op.getType()); });
}

std::string nameOfConstant(unsigned index) { return "constant#" + std::to_string(index); }

rt::BytesAttr BufferModel::bytesAt(Spot spot, MLIRContext *context) const {
  const Storage &storage = storages[spot.storage];
  return rt::BytesAttr::get(context, bodyNames.lookup(storage.body), storage.start + spot.offset);
}

namespace {

/// A value's bytes before it is known what they share a storage with. Aliases share a node.
struct Node {
  Home home = Home::arena;
  unsigned index = 0;
  int64_t bytes = 0;
  int64_t width = 1; ///< bytes of an element
  uint32_t first = UINT32_MAX, last = 0;
  std::string name;
  Operation *op = nullptr; ///< for messages

  void touch(uint32_t step) {
    first = std::min(first, step);
    last = std::max(last, step);
  }
};

/// `inner` lies `offset` bytes after the start of `outer`.
struct Link {
  unsigned inner, outer;
  int64_t offset;
  /// Its elements lie between those of others: no bytes of its own.
  bool interleaved;
};

class ModelReader {
public:
  ModelReader(func::FuncOp model, bool ioInArena)
      : model(model), ioInArena(ioInArena), symbols(model->getParentOfType<ModuleOp>()) {}

  FailureOr<BufferModel> read();

private:
  unsigned addNode(Home home, unsigned index, MemRefType buffer, StringRef name, Operation *op);
  LogicalResult readOp(Operation &op);
  LogicalResult readConcat(nn::ConcatOp concat);
  LogicalResult readCall(func::CallOp call);
  LogicalResult readReturn(func::ReturnOp end);
  /// The step of the last call so far.
  uint32_t now() const { return calls.empty() ? 0 : static_cast<uint32_t>(calls.size() - 1); }

  LogicalResult makeStorages();
  LogicalResult settleBodies();
  void nameBodies();
  LogicalResult settleBody(ArrayRef<unsigned> members, ArrayRef<int64_t> starts);
  InFlightDiagnostic contradiction(const Node &node);

  func::FuncOp model;
  bool ioInArena;
  SymbolTable symbols;
  std::vector<Node> nodes;
  DenseMap<Value, unsigned> nodeOf;
  std::vector<Link> links;
  std::vector<func::CallOp> calls;
  DenseMap<Operation *, unsigned> firstScratch;
  std::vector<unsigned> inputNodes, resultNodes;

  BufferModel out;
  std::vector<unsigned> storageOfNode;
  std::vector<unsigned> nodeOfStorage; ///< one of its nodes, for messages
  std::vector<int64_t> startOfStorage; ///< in its body's coordinate
};

InFlightDiagnostic ModelReader::contradiction(const Node &node) {
  return (node.op ? node.op->emitError() : model.emitError()) << "'" << node.name << "' ";
}

unsigned ModelReader::addNode(Home home, unsigned index, MemRefType buffer, StringRef name,
                              Operation *op) {
  nodes.push_back({home, index, nn::totalBytes(buffer), nn::elementBytes(buffer.getElementType()),
                   UINT32_MAX, 0, name.str(), op});
  return static_cast<unsigned>(nodes.size() - 1);
}

LogicalResult ModelReader::readConcat(nn::ConcatOp concat) {
  RankedTensorType type = tensorType(concat.getResult());
  int64_t width = nn::elementBytes(type.getElementType());
  unsigned whole =
      addNode(Home::arena, 0, rt::bufferTypeFor(type), nn::tensorName(concat.getLoc()), concat);
  nodes[whole].touch(now());
  nodeOf[concat.getResult()] = whole;
  int64_t end = 0;
  bool interleaved = false;
  for (auto [index, input] : llvm::enumerate(concat.getInputs())) {
    for (auto [size, a, b] : llvm::zip_equal(tensorType(input).getShape(),
                                             nn::stridesOf(tensorType(input)), nn::stridesOf(type)))
      if (size > 1 && a != b)
        return concat.emitError("is marked as a view, but operand ")
               << index << " is " << input.getType() << ", whose strides are not the result's";
    int64_t offset = offsetOfPart(concat, static_cast<unsigned>(index)) * width;
    links.push_back({nodeOf.lookup(input), whole, offset, false});
    interleaved |= offset < end;
    end = offset + bufferBytes(tensorType(input));
  }
  for (Link &link : llvm::drop_begin(links, links.size() - concat.getInputs().size()))
    link.interleaved = interleaved;
  return success();
}

LogicalResult ModelReader::readCall(func::CallOp call) {
  auto layer = symbols.lookup<func::FuncOp>(call.getCallee());
  if (!layer || layer.isExternal() || !layer->hasAttr(rt::kLayerAttr))
    return call.emitError("calls @") << call.getCallee() << ", which is no layer function";
  auto step = static_cast<uint32_t>(calls.size());
  calls.push_back(call);
  for (Value operand : call.getOperands())
    nodes[nodeOf.lookup(operand)].touch(step);
  StringRef name = nn::tensorName(call.getLoc());
  if (name.empty())
    name = call.getCallee();
  for (auto [index, result] : llvm::enumerate(call.getResults())) {
    std::string own = index == 0 ? name.str() : (name + ":" + Twine(index)).str();
    nodeOf[result] = addNode(Home::arena, 0, rt::bufferTypeFor(tensorType(result)), own, call);
    nodes.back().touch(step);
  }
  firstScratch[call] = static_cast<unsigned>(nodes.size());
  for (MemRefType type : scratchTypesOf(layer)) {
    addNode(Home::arena, 0, type, (name + ":scratch").str(), call);
    nodes.back().touch(step);
  }
  return success();
}

LogicalResult ModelReader::readReturn(func::ReturnOp end) {
  for (auto [index, value] : llvm::enumerate(end.getOperands())) {
    unsigned number = nodeOf.lookup(value);
    Node &node = nodes[number];
    if (node.home != Home::arena || llvm::is_contained(resultNodes, number) ||
        llvm::is_contained(inputNodes, number))
      return end.emitError("result ")
             << index << " has no bytes of its own; run nnc-place-values before";
    resultNodes.push_back(number);
    // The caller reads results after the last call, which must not take their bytes.
    node.touch(static_cast<uint32_t>(calls.size()));
    if (!ioInArena) {
      node.home = Home::result;
      node.index = static_cast<unsigned>(index);
    }
  }
  return success();
}

LogicalResult ModelReader::readOp(Operation &op) {
  if (auto constant = dyn_cast<nn::ConstantOp>(op)) {
    unsigned part = out.constants.add(constant.getValue());
    nodeOf[constant.getResult()] = addNode(
        Home::constant, part, rt::bufferTypeFor(tensorType(constant.getResult())), "constant", &op);
    return success();
  }
  if (auto call = dyn_cast<func::CallOp>(op))
    return readCall(call);
  if (auto end = dyn_cast<func::ReturnOp>(op))
    return readReturn(end);
  if (!isView(&op))
    return op.emitError("is neither a constant, a view nor a call; run nnc-form-layers before");
  if (auto concat = dyn_cast<nn::ConcatOp>(op))
    return readConcat(concat);
  unsigned input = nodeOf.lookup(op.getOperand(0));
  auto slice = dyn_cast<nn::SliceOp>(op);
  if (!slice) {
    nodeOf[op.getResult(0)] = input;
    return success();
  }
  RankedTensorType type = tensorType(slice.getResult());
  int64_t offset = offsetOfSlice(slice) * nn::elementBytes(type.getElementType());
  unsigned part =
      addNode(Home::arena, 0, rt::bufferTypeFor(type), nn::tensorName(op.getLoc()), &op);
  nodes[part].touch(now());
  nodeOf[slice.getResult()] = part;
  links.push_back({part, input, offset, false});
  return success();
}

/// One storage for each node, or for all nodes that interleave.
LogicalResult ModelReader::makeStorages() {
  auto count = static_cast<unsigned>(nodes.size());
  FixedDistances places(count);
  FixedDistances together(count); // used as plain sets
  for (const Link &link : links) {
    if (!places.fix(link.outer, link.inner, link.offset))
      return contradiction(nodes[link.inner])
             << "would have to lie in two places; run nnc-place-values before";
    if (link.interleaved)
      together.fix(link.outer, link.inner, 0);
  }
  storageOfNode.assign(count, UINT32_MAX);
  std::vector<unsigned> storageOfSet(count, UINT32_MAX);
  for (unsigned i = 0; i < count; ++i) {
    const Node &node = nodes[i];
    unsigned &number = storageOfSet[together.setOf(i)];
    int64_t start = places.positionOf(i);
    if (number == UINT32_MAX) {
      number = static_cast<unsigned>(out.storages.size());
      out.storages.push_back({node.home, node.index, 0, node.bytes, node.first, node.last,
                              node.name, places.setOf(i), 0, node.width});
      nodeOfStorage.push_back(i);
      startOfStorage.push_back(start);
    } else {
      Storage &storage = out.storages[number];
      int64_t end = std::max(startOfStorage[number] + storage.bytes, start + node.bytes);
      startOfStorage[number] = std::min(startOfStorage[number], start);
      storage.bytes = end - startOfStorage[number];
      storage.width = std::max(storage.width, node.width);
      storage.first = std::min(storage.first, node.first);
      storage.last = std::max(storage.last, node.last);
      if (node.home != Home::arena && storage.home != Home::arena)
        return contradiction(node) << "shares bytes with another input, result or constant; run "
                                      "nnc-place-values before";
      if (node.home != Home::arena)
        std::tie(storage.home, storage.index) = std::pair(node.home, node.index);
      if (node.bytes == storage.bytes)
        storage.name = node.name;
    }
    storageOfNode[i] = number;
  }
  for (auto [value, node] : nodeOf) {
    unsigned storage = storageOfNode[node];
    out.spots[value] = {storage, places.positionOf(node) - startOfStorage[storage]};
  }
  return success();
}

/// Decides who holds the storages of one body: the caller or the constants if they hold the
/// outermost one, else the arena.
LogicalResult ModelReader::settleBody(ArrayRef<unsigned> members, ArrayRef<int64_t> starts) {
  unsigned outermost = members.front();
  auto isHeld = [&](unsigned member) { return out.storages[member].home != Home::arena; };
  for (unsigned member : members) {
    bool isLarger = out.storages[member].bytes > out.storages[outermost].bytes;
    if (isHeld(member) && isHeld(outermost) && member != outermost)
      return contradiction(nodes[nodeOfStorage[member]])
             << "shares bytes with another input, result or constant; run nnc-place-values before";
    if (isHeld(member) || (isLarger && !isHeld(outermost)))
      outermost = member;
  }
  const Storage &whole = out.storages[outermost];
  for (unsigned member : members) {
    Storage &storage = out.storages[member];
    int64_t offset = starts[member] - starts[outermost];
    if (offset < 0 || offset + storage.bytes > whole.bytes)
      return contradiction(nodes[nodeOfStorage[member]])
             << "lies partly outside '" << whole.name << "'; run nnc-place-values before";
    if (member == outermost)
      continue;
    storage.home = whole.home;
    storage.index = whole.index;
    storage.offset = offset;
  }
  return success();
}

/// A body is called as its largest storage, with a number where that name is taken. Equal constants
/// are one, so they are called by their number in the pool.
void ModelReader::nameBodies() {
  llvm::DenseMap<unsigned, unsigned> largest;
  llvm::DenseMap<unsigned, int64_t> firsts;
  for (auto [i, storage] : llvm::enumerate(out.storages)) {
    auto number = static_cast<unsigned>(i);
    auto [it, isNew] = largest.try_emplace(storage.body, number);
    if (!isNew && storage.bytes > out.storages[it->second].bytes)
      it->second = number;
    auto [first, isFirst] = firsts.try_emplace(storage.body, startOfStorage[number]);
    first->second = std::min(first->second, startOfStorage[number]);
  }
  llvm::StringMap<unsigned> taken;
  for (auto [i, storage] : llvm::enumerate(out.storages)) {
    storage.start = startOfStorage[i] - firsts.lookup(storage.body);
    if (largest.lookup(storage.body) != i)
      continue;
    if (storage.home == Home::constant) {
      out.bodyNames[storage.body] = nameOfConstant(storage.index);
      continue;
    }
    std::string name = storage.name.empty() ? "value" : storage.name;
    if (StringRef(name).starts_with("constant#"))
      name = "value " + name;
    while (unsigned uses = taken[name]++)
      name += "#" + std::to_string(uses + 1);
    out.bodyNames[storage.body] = name;
  }
}

LogicalResult ModelReader::settleBodies() {
  std::map<unsigned, SmallVector<unsigned>> bodies;
  for (auto [number, storage] : llvm::enumerate(out.storages))
    bodies[storage.body].push_back(static_cast<unsigned>(number));
  std::vector<unsigned> numbers(out.storages.size());
  for (auto &[body, members] : bodies)
    if (failed(settleBody(members, startOfStorage)))
      return failure();
  for (auto [number, storage] : llvm::enumerate(out.storages)) {
    if (storage.home != Home::arena)
      continue;
    numbers[number] = static_cast<unsigned>(out.arena.size());
    out.arena.push_back(static_cast<unsigned>(number));
  }
  for (auto &[body, members] : bodies) {
    auto whole = llvm::max_element(members, [&](unsigned a, unsigned b) {
      return out.storages[a].bytes < out.storages[b].bytes;
    });
    for (unsigned member : members)
      if (member != *whole && out.storages[member].home == Home::arena)
        out.inside.push_back({numbers[member], numbers[*whole],
                              static_cast<uint64_t>(out.storages[member].offset),
                              /*readOnly=*/true});
  }
  return success();
}

FailureOr<BufferModel> ModelReader::read() {
  for (BlockArgument argument : model.getArguments()) {
    auto name = model.getArgAttrOfType<StringAttr>(argument.getArgNumber(), "nn.name");
    unsigned node =
        addNode(ioInArena ? Home::arena : Home::input, argument.getArgNumber(),
                rt::bufferTypeFor(tensorType(argument)), name ? name.getValue() : "input", nullptr);
    nodes[node].touch(0);
    nodeOf[argument] = node;
    inputNodes.push_back(node);
  }
  for (Operation &op : model.getBody().front())
    if (failed(readOp(op)))
      return failure();
  if (failed(makeStorages()) || failed(settleBodies()))
    return failure();
  nameBodies();
  out.calls = std::move(calls);
  for (auto [call, node] : firstScratch)
    out.scratch[call] = node < storageOfNode.size() ? storageOfNode[node] : 0;
  for (BlockArgument argument : model.getArguments())
    out.inputs.push_back(out.spots.lookup(argument));
  for (Value value : model.getBody().front().getTerminator()->getOperands())
    out.results.push_back(out.spots.lookup(value));
  return std::move(out);
}

} // namespace

FailureOr<BufferModel> readBufferModel(func::FuncOp model, bool ioInArena) {
  return ModelReader(model, ioInArena).read();
}

} // namespace nnc::memory

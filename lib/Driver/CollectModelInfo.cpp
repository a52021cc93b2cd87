// The interface comes from the model function's types, layers from its calls, places from the
// memory plan, symbols from the last phase. Calls keep their order through all phases, so they are
// matched by it. Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "lib/Driver/CollectModelInfo.h"

#include "dialects/FastConv/FastConv.h"
#include "dialects/Kernel/Kernel.h"
#include "dialects/NN/NN.h"
#include "dialects/NN/NodeNames.h"
#include "dialects/RT/RT.h"
#include "targets/Common/LLVM/Places.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/Quant/IR/QuantTypes.h"

using namespace mlir;

namespace nnc {
namespace {

/// Element type by its name in IR; signless integers are signed.
std::optional<ElementType> toElementType(Type type) {
  std::string name;
  llvm::raw_string_ostream(name) << type;
  return elementTypeFromName(name);
}

func::FuncOp findEntry(ModuleOp module) {
  for (auto function : module.getOps<func::FuncOp>())
    if (function->hasAttr(rt::kEntryAttr))
      return function;
  return {};
}

//===-- Interface ---------------------------------------------------------------------------===//

FailureOr<TensorInfo> describeTensor(func::FuncOp entry, Type type, Attribute name,
                                     StringRef fallback) {
  auto shaped = dyn_cast<ShapedType>(type);
  auto element =
      shaped && shaped.hasStaticShape() ? toElementType(shaped.getElementType()) : std::nullopt;
  TensorInfo info;
  info.name = isa_and_nonnull<StringAttr>(name) ? cast<StringAttr>(name).str() : fallback.str();
  if (!element)
    return entry.emitError("'") << info.name << "' has type " << type
                                << ", which a caller in C cannot pass";
  info.type = *element;
  info.shape.assign(shaped.getShape().begin(), shaped.getShape().end());
  return info;
}

/// Adds one tensor to a side of the interface.
LogicalResult addTensor(func::FuncOp entry, Type type, Attribute name, StringRef kind,
                        std::vector<TensorInfo> &side, Attribute quantized,
                        Attribute arenaOffset = {}) {
  auto tensor = describeTensor(entry, type, name, (kind + Twine(side.size())).str());
  if (failed(tensor))
    return failure();
  if (auto meaning = dyn_cast_or_null<TypeAttr>(quantized))
    if (auto one = dyn_cast<quant::UniformQuantizedType>(meaning.getValue()))
      tensor->quantization = {static_cast<float>(one.getScale()), one.getZeroPoint()};
  if (auto offset = dyn_cast_or_null<IntegerAttr>(arenaOffset))
    tensor->arenaOffset = static_cast<uint64_t>(offset.getInt());
  side.push_back(std::move(*tensor));
  return success();
}

LogicalResult collectInterface(func::FuncOp entry, ModelInfo &info) {
  BlockArgument arena = rt::arenaOf(entry);
  info.inputs.clear();
  info.outputs.clear();
  size_t count = arena ? arena.getArgNumber() : entry.getNumArguments();
  for (size_t i = 0; i < count; ++i) {
    bool isResult = static_cast<bool>(entry.getArgAttr(i, rt::kResultAttr));
    auto type = entry.getArgAttrOfType<TypeAttr>(i, "nn.type");
    if (failed(addTensor(entry, type ? type.getValue() : entry.getArgument(i).getType(),
                         entry.getArgAttr(i, "nn.name"), isResult ? "output" : "input",
                         isResult ? info.outputs : info.inputs, entry.getArgAttr(i, "nn.quantized"),
                         entry.getArgAttr(i, "nn.arena_offset"))))
      return failure();
  }
  for (auto [i, type] : llvm::enumerate(entry.getResultTypes()))
    if (failed(addTensor(entry, type, entry.getResultAttr(i, "nn.name"), "output", info.outputs,
                         entry.getResultAttr(i, "nn.quantized"))))
      return failure();
  return success();
}

//===-- Convolutions
//------------------------------------------------------------------------===//

ConvCandidateInfo describeCandidate(fastconv::CandidateAttr candidate) {
  return {fastconv::stringifyAlgorithm(candidate.getAlgorithm()).str(), candidate.getTile(),
          candidate.getCycles(), candidate.getNanoseconds(),
          candidate.getError() ? candidate.getError().getValueAsDouble() : 0};
}

void collectConvolutions(ModuleOp module, ModelInfo &info) {
  info.convolutions.clear();
  module.walk([&](Operation *op) {
    fastconv::ChoiceAttr choice = fastconv::choiceOf(op);
    if (!choice)
      return;
    ConvolutionInfo &convolution = info.convolutions.emplace_back();
    convolution.layer = nn::nodeName(op->getLoc()).str();
    convolution.reason = fastconv::stringifyReason(choice.getReason()).str();
    llvm::append_range(convolution.candidates,
                       llvm::map_range(choice.getCandidates(), describeCandidate));
  });
}

//===-- Layers ------------------------------------------------------------------------------===//

/// Name of the tensor that an operation computes, from its location; empty where none is known.
std::string tensorName(Location location) {
  if (auto fused = dyn_cast<FusedLoc>(location))
    return fused.getLocations().empty() ? "" : tensorName(fused.getLocations().back());
  if (auto name = dyn_cast<NameLoc>(location))
    return name.getName().str();
  return "";
}

int64_t product(ArrayRef<int64_t> sizes) {
  int64_t result = 1;
  for (int64_t size : sizes)
    result *= size;
  return result;
}

ArrayRef<int64_t> shapeOf(Value value) {
  return cast<RankedTensorType>(value.getType()).getShape();
}

uint64_t macsOf(Operation *op) {
  int64_t perResult = 0;
  if (auto transposed = dyn_cast<kernel::ConvTransposeOp>(op)) // each pixel meets each tap
    return static_cast<uint64_t>(
        product(shapeOf(transposed.getInput())) * product(transposed.getKernel()) *
        shapeOf(transposed.getResult())[1] / static_cast<int64_t>(transposed.getGroup()));
  if (auto recurrent = dyn_cast<kernel::RecurrentOp>(op))
    return static_cast<uint64_t>(product(recurrent.getInput().getType().getShape()) *
                                 recurrent.getUnits());
  if (auto conv = dyn_cast<kernel::ConvOp>(op))
    perResult = product(conv.getKernel()) * shapeOf(conv.getInput())[1] /
                static_cast<int64_t>(conv.getGroup());
  else if (auto winograd = dyn_cast<kernel::WinogradOp>(op)) // of the direct sum
    perResult = static_cast<int64_t>(winograd.getKernel() * winograd.getKernel()) *
                shapeOf(winograd.getInput())[1];
  else if (auto fft = dyn_cast<kernel::FftOp>(op)) // likewise
    perResult = product(fft.getKernel()) * shapeOf(fft.getInput())[1];
  else if (auto depthwise = dyn_cast<kernel::DepthwiseOp>(op))
    perResult = product(depthwise.getKernel());
  else if (auto matmul = dyn_cast<kernel::MatMulOp>(op))
    perResult = shapeOf(matmul.getLhs()).drop_back(matmul.getTransposeLhs() ? 1 : 0).back();
  return perResult ? static_cast<uint64_t>(perResult * product(shapeOf(op->getResult(0)))) : 0;
}

/// Operations of a layer, in order, without constants and what only holds them together.
void collectOps(func::FuncOp function, LayerInfo &layer) {
  for (Operation &op : function.getBody().front()) {
    StringRef dialect = op.getName().getDialectNamespace();
    if ((dialect != "nn" && dialect != "kernel") || isa<nn::ConstantOp>(op))
      continue;
    std::string name = op.getName().getStringRef().str();
    if (Attribute kind = op.getAttr("kind")) {
      std::string text;
      llvm::raw_string_ostream(text) << kind;
      name += " " + StringRef(text).rtrim('>').rsplit(' ').second.str();
    }
    layer.ops.push_back(std::move(name));
    layer.macs += macsOf(&op);
    if (auto tile = op.getAttrOfType<kernel::TileAttr>("tile"))
      layer.tile = std::to_string(tile.getRows()) + "x" + std::to_string(tile.getColumns());
  }
}

std::string stringAttr(Operation *op, StringRef name) {
  auto attribute = op->getAttrOfType<StringAttr>(name);
  return attribute ? attribute.str() : "";
}

LayerInfo describeLayer(func::CallOp call, func::FuncOp callee) {
  LayerInfo layer;
  layer.name = stringAttr(call, rt::kLayerAttr);
  if (layer.name.empty())
    layer.name = stringAttr(callee, rt::kLayerAttr);
  if (auto nodes = call->getAttrOfType<ArrayAttr>(rt::kNodesAttr))
    for (Attribute node : nodes)
      layer.nodes.push_back(cast<StringAttr>(node).str());
  collectOps(callee, layer);
  for (Value value : call.getResults()) {
    auto type = dyn_cast<RankedTensorType>(value.getType());
    auto element = type ? toElementType(type.getElementType()) : std::nullopt;
    if (!element)
      continue;
    ResultInfo result;
    result.tensor = value == call.getResult(0) ? tensorName(call.getLoc()) : "";
    result.type = *element;
    result.shape.assign(type.getShape().begin(), type.getShape().end());
    llvm::append_range(result.strides, nn::stridesOf(type));
    layer.results.push_back(std::move(result));
  }
  return layer;
}

/// The calls of layers in the model's function, with their callees.
SmallVector<std::pair<func::CallOp, func::FuncOp>> layerCalls(ModuleOp module, func::FuncOp entry) {
  SymbolTable symbols(module);
  SmallVector<std::pair<func::CallOp, func::FuncOp>> calls;
  entry.walk([&](func::CallOp call) {
    auto callee = symbols.lookup<func::FuncOp>(call.getCallee());
    if (callee && !callee.isDeclaration() && callee->hasAttr(rt::kLayerAttr))
      calls.push_back({call, callee});
  });
  return calls;
}

//===-- Places ------------------------------------------------------------------------------===//

uint64_t bufferBytes(Value value) {
  return static_cast<uint64_t>(nn::totalBytes(cast<MemRefType>(value.getType())));
}

/// Fills the places of results and counts the constants that a layer reads.
void collectPlaces(func::FuncOp entry, func::CallOp call, func::FuncOp callee, LayerInfo &layer) {
  size_t result = 0;
  for (auto [i, operand] : llvm::enumerate(call.getOperands())) {
    if (!isa<MemRefType>(operand.getType()))
      continue;
    auto [base, offset] = placeOf(operand);
    if (base.getDefiningOp<rt::ConstantOp>())
      layer.constantBytes += bufferBytes(operand);
    if (!callee.getArgAttr(i, rt::kResultAttr))
      continue;
    if (result >= layer.results.size())
      layer.results.emplace_back(); // the file began at this phase
    ResultInfo &info = layer.results[result++];
    if (base == rt::arenaOf(entry)) {
      info.place = "arena";
      info.offset = offset;
    } else if (auto argument = dyn_cast<BlockArgument>(base)) {
      info.place = "output";
      for (unsigned before = 0; before < argument.getArgNumber(); ++before)
        info.offset += entry.getArgAttr(before, rt::kResultAttr) ? 1 : 0;
    }
    if (info.shape.empty() && info.strides.empty()) {
      auto type = cast<MemRefType>(operand.getType());
      info.type = toElementType(type.getElementType()).value_or(ElementType::U8);
      info.shape.assign(type.getShape().begin(), type.getShape().end());
      info.strides = {1};
    }
  }
}

uint64_t integer(DictionaryAttr dictionary, StringRef name) {
  auto attribute = dictionary.getAs<IntegerAttr>(name);
  return attribute ? static_cast<uint64_t>(attribute.getInt()) : 0;
}

ValueInfo describeValue(DictionaryAttr value) {
  ValueInfo info;
  if (auto name = value.getAs<StringAttr>("name"))
    info.name = name.str();
  if (auto home = value.getAs<StringAttr>("home"))
    info.home = home.str();
  info.index = integer(value, "index");
  info.offset = integer(value, "offset");
  info.step = static_cast<int64_t>(integer(value, "step"));
  if (auto attribute = value.getAs<TypeAttr>("type"))
    if (auto type = dyn_cast<RankedTensorType>(attribute.getValue())) {
      info.type = toElementType(type.getElementType()).value_or(ElementType::U8);
      info.shape.assign(type.getShape().begin(), type.getShape().end());
      llvm::append_range(info.strides, nn::stridesOf(type));
    }
  return info;
}

void collectRegions(DictionaryAttr plan, PlanInfo &info) {
  info.regions.clear();
  auto regions = plan.getAs<ArrayAttr>("regions");
  if (!regions)
    return;
  for (auto entry : regions.getAsRange<DictionaryAttr>()) {
    auto name = entry.getAs<StringAttr>("name");
    auto optimal = entry.getAs<BoolAttr>("optimal");
    info.regions.push_back(
        {name ? name.str() : "", integer(entry, "limit"), integer(entry, "offset"),
         integer(entry, "bytes"), integer(entry, "lower_bound"),
         static_cast<int64_t>(integer(entry, "peak_step")), optimal && optimal.getValue()});
  }
  if (!info.isDivided())
    return;
  // Bytes between two regions are nobody's.
  info.arenaBytes = info.lowerBound = 0;
  for (const RegionInfo &region : info.regions) {
    info.arenaBytes += region.bytes;
    info.lowerBound += region.lowerBound;
  }
}

void collectPlan(ModuleOp module, func::FuncOp entry, ModelInfo &info) {
  if (Value arena = rt::arenaOf(entry))
    info.plan.arenaBytes = info.plan.lowerBound = bufferBytes(arena);
  auto plan = module->getAttrOfType<DictionaryAttr>(rt::kPlanAttr);
  if (!plan)
    return;
  info.plan.lowerBound = integer(plan, "lower_bound");
  info.plan.peakStep = static_cast<int64_t>(integer(plan, "peak_step"));
  auto optimal = plan.getAs<BoolAttr>("optimal");
  info.plan.optimal = optimal && optimal.getValue();
  collectRegions(plan, info.plan);
  info.plan.buffers.clear();
  info.plan.values.clear();
  if (auto values = plan.getAs<ArrayAttr>("values"))
    for (auto value : values.getAsRange<DictionaryAttr>())
      info.plan.values.push_back(describeValue(value));
  if (auto buffers = plan.getAs<ArrayAttr>("buffers"))
    for (auto buffer : buffers.getAsRange<DictionaryAttr>()) {
      auto name = buffer.getAs<StringAttr>("name");
      info.plan.buffers.push_back({name ? name.str() : "", integer(buffer, "offset"),
                                   integer(buffer, "bytes"),
                                   static_cast<int64_t>(integer(buffer, "first")),
                                   static_cast<int64_t>(integer(buffer, "last"))});
    }
}

//===-- Symbols -----------------------------------------------------------------------------===//

/// Tasks whose address a layer takes, and what they call.
std::vector<std::string> partFunctions(LLVM::LLVMFuncOp layer, SymbolTable &symbols) {
  std::vector<std::string> names;
  layer.walk([&](LLVM::AddressOfOp address) {
    auto task = symbols.lookup<LLVM::LLVMFuncOp>(address.getGlobalName());
    if (!task)
      return;
    names.push_back(task.getSymName().str());
    task.walk([&](LLVM::CallOp call) { names.push_back(call.getCallee().value_or("").str()); });
  });
  return names;
}

void collectSymbols(ModuleOp module, ModelInfo &info) {
  if (auto guard = module->getAttrOfType<StringAttr>("rt.guard"))
    info.guard = guard.str();
  for (auto global : module.getOps<LLVM::GlobalOp>())
    if (auto array = dyn_cast<LLVM::LLVMArrayType>(global.getType()))
      info.constantBytes += array.getNumElements();
  SymbolTable symbols(module);
  for (auto function : module.getOps<LLVM::LLVMFuncOp>()) {
    if (!function->hasAttr(rt::kEntryAttr))
      continue;
    size_t layer = 0;
    function.walk([&](LLVM::CallOp call) {
      auto callee = symbols.lookup<LLVM::LLVMFuncOp>(call.getCallee().value_or(""));
      if (callee && callee->hasAttr(rt::kLayerAttr) && layer < info.layers.size()) {
        info.layers[layer].function = callee.getSymName().str();
        info.layers[layer++].partFunctions = partFunctions(callee, symbols);
      }
    });
  }
}

} // namespace

LogicalResult collectModelInfo(ModuleOp module, Phase after, ModelInfo &info) {
  if (after == Phase::LLVM) {
    collectSymbols(module, info);
    return success();
  }
  func::FuncOp entry = findEntry(module);
  if (!entry)
    return module.emitError("the module has no model function (attribute rt.entry)");
  if (failed(collectInterface(entry, info)))
    return failure();
  if (after == Phase::Algorithm)
    collectConvolutions(module, info);
  if (after < Phase::Layers)
    return success();
  auto calls = layerCalls(module, entry);
  if (after == Phase::Layers || info.layers.size() != calls.size()) {
    info.layers.clear();
    for (auto [call, callee] : calls)
      info.layers.push_back(describeLayer(call, callee));
  }
  if (after == Phase::Loops)
    for (auto [pair, layer] : llvm::zip_equal(calls, info.layers))
      if (auto parts = pair.first->getAttrOfType<IntegerAttr>(rt::kPartsAttr))
        layer.parts = parts.getInt();
  if (after == Phase::Memory || (after == Phase::Loops && info.plan.arenaBytes == 0)) {
    for (auto [pair, layer] : llvm::zip_equal(calls, info.layers)) {
      layer.constantBytes = 0;
      collectPlaces(entry, pair.first, pair.second, layer);
    }
    collectPlan(module, entry, info);
  }
  return success();
}

void collectObjectFacts(const ObjectFacts &facts, ModelInfo &info) {
  info.textBytes = facts.textBytes;
  info.constantBytes = facts.constantBytes;
  for (LayerInfo &layer : info.layers)
    if (const ObjectFunction *function = facts.find(layer.function)) {
      layer.textBytes = function->textBytes;
      layer.frameBytes = function->frameBytes;
      for (const std::string &name : layer.partFunctions)
        if (const ObjectFunction *part = facts.find(name))
          layer.textBytes += part->textBytes;
    }
}

} // namespace nnc

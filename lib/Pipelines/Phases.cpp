// The table of phases and optimisation levels.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "lib/Pipelines/Phases.h"

#include "lib/Pipelines/Passes.h"
#include "passes/Algorithm/Passes.h"
#include "passes/Conversion/NNToKernel/Passes.h"
#include "passes/Conversion/NNToLoops/Passes.h"
#include "passes/Graph/Passes.h"
#include "passes/Memory/Passes.h"
#include "passes/Quantization/Passes.h"
#include "targets/Common/LLVM/Passes.h"
#include "targets/Common/Passes.h"

#include "mlir/Conversion/Passes.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Pass/PassManager.h"
#include "mlir/Transforms/Passes.h"

using namespace mlir;

namespace nnc {

static constexpr OptLevel kOptLevels[] = {
    // name, help, codegen {speed, size}, graph, algorithms, steps of the planner
    {"0", "translate only, for finding errors", {0, 0}, false, false, 100'000},
    {"1", "quick compilation", {1, 0}, true, false, 1'000'000},
    {"2", "good code", {2, 0}, true, false, 30'000'000},
    {"3", "fastest code (default)", {3, 0}, true, true, 30'000'000},
    {"s", "small code", {2, 1}, true, false, 30'000'000},
    {"z", "smallest code", {2, 2}, true, false, 30'000'000},
};

ArrayRef<OptLevel> optLevels() { return kOptLevels; }

const OptLevel *findOptLevel(StringRef name) {
  const auto *it =
      llvm::find_if(kOptLevels, [&](const OptLevel &level) { return level.name == name; });
  return it == std::end(kOptLevels) ? nullptr : it;
}

std::optional<ConvAlgorithm> findConvAlgorithm(StringRef name) {
  const auto *it = llvm::find(kConvAlgorithms, name);
  if (it == std::end(kConvAlgorithms))
    return std::nullopt;
  return static_cast<ConvAlgorithm>(it - std::begin(kConvAlgorithms));
}

//===-- Passes of each phase ----------------------------------------------------------------===//

static void addNothing(OpPassManager &, const PipelineOptions &) {}

/// How far constants may grow by evaluation, in general and where code shall be small.
static constexpr int64_t kFoldBytes = 65536, kSmallFoldBytes = 4096;

static void addGraph(OpPassManager &manager, const PipelineOptions &options) {
  // At every level: what integers a model computes does not depend on it. Before constants are
  // folded, which would make real numbers of quantized weights.
  manager.addNestedPass<func::FuncOp>(createFoldQdqPass());
  manager.addNestedPass<func::FuncOp>(createLowerQuantizedPass());
  if (!options.level->graph)
    return;
  FoldConstantsPassOptions fold;
  fold.maxBytes = options.level->codegen.size > 0 ? kSmallFoldBytes : kFoldBytes;
  manager.addPass(createCanonicalizerPass());
  // Equal operators first, so that none is evaluated twice.
  manager.addPass(createCSEPass());
  manager.addNestedPass<func::FuncOp>(createFoldConstantsPass(fold));
  // Norms first: as a product and a sum they let transpositions through, and a factor before a
  // product must not be parted from it by one.
  manager.addNestedPass<func::FuncOp>(createFoldNormsPass());
  manager.addNestedPass<func::FuncOp>(createSimplifyPass());
  // Constants that were moved, and what a transposition parted from its product.
  manager.addNestedPass<func::FuncOp>(createFoldConstantsPass(fold));
  manager.addNestedPass<func::FuncOp>(createFoldNormsPass());
  // Runs of channels live longer than what they are taken from: small memories keep shuffles.
  if (options.target->facts().vectorElements > 1)
    manager.addNestedPass<func::FuncOp>(createFoldShufflesPass());
  // What folding left equal or unread.
  manager.addPass(createCSEPass());
}

static void addAlgorithm(OpPassManager &manager, const PipelineOptions &options) {
  const TargetFacts &facts = options.target->facts();
  // Machines without vectors or caches have small memories, too, and transformed filters are large.
  bool suits = options.level->algorithms && facts.vectorElements > 1 && facts.l2Bytes > 0;
  ConvAlgorithm algorithm = options.convAlgorithm == ConvAlgorithm::Auto && !suits
                                ? ConvAlgorithm::Direct
                                : options.convAlgorithm;
  SelectConvAlgorithmPassOptions select;
  select.algorithm = kConvAlgorithms[static_cast<size_t>(algorithm)].str();
  select.plan = options.convPlan;
  select.vector = facts.vectorElements;
  select.products = facts.productsPerCycle;
  select.cacheBytes = static_cast<int64_t>(facts.l2Bytes / 2);
  select.outerCacheBytes = static_cast<int64_t>(facts.l3Bytes);
  select.memoryCycles = facts.memoryCycles;
  select.maxError = options.maxConvError;
  manager.addPass(createSelectConvAlgorithmPass(select));
  if (algorithm == ConvAlgorithm::Direct && options.convPlan.empty())
    return;
  manager.addNestedPass<func::FuncOp>(createWinogradPass());
  manager.addNestedPass<func::FuncOp>(createFftConvPass());
  // Filters that were transformed are not needed any more.
  manager.addPass(createCSEPass());
}

/// What conversion and tile choice must know of the products of integers.
static void describeIntegers(ConvertNNToKernelPassOptions &convert, const TargetFacts &facts) {
  // Scalar sums take general registers, some of which hold addresses.
  constexpr int64_t kGeneralRegisters = 10;
  convert.integerRegisters = facts.vectorElements > 1 ? facts.vectorRegisters : kGeneralRegisters;
  switch (facts.dot) {
  case DotProduct::None:
    break;
  case DotProduct::Pmaddwd:
    convert.interleave = 2;
    convert.scratchRegisters = 1;
    break;
  case DotProduct::Vpdpbusd:
    convert.interleave = 4;
    convert.activations = "unsigned";
    break;
  case DotProduct::Sdot:
    convert.interleave = 4;
    convert.activations = "signed";
    convert.integerLanes = 4 * facts.vectorElements;
    break;
  case DotProduct::Smlad:
    convert.interleave = 4;
    break;
  case DotProduct::Vmladav:
    convert.interleave = 16;
    convert.activations = "signed";
    convert.integerVector = 1;
    convert.integerRegisters = kGeneralRegisters;
    break;
  }
}

static void addKernel(OpPassManager &manager, const PipelineOptions &options) {
  const TargetFacts &facts = options.target->facts();
  ConvertNNToKernelPassOptions convert;
  convert.vector = facts.vectorElements;
  convert.registers = facts.vectorRegisters;
  convert.lanes = facts.lanes;
  convert.cacheBytes = static_cast<int64_t>(facts.l2Bytes / 2);
  describeIntegers(convert, facts);
  manager.addPass(createConvertNNToKernelPass(convert));
  if (options.level->graph) {
    manager.addNestedPass<func::FuncOp>(createFuseEpiloguesPass());
    ConvertPoolsPassOptions pools{facts.vectorElements, facts.vectorRegisters};
    manager.addNestedPass<func::FuncOp>(createConvertPoolsPass(pools));
    // Once more, for the pools.
    manager.addNestedPass<func::FuncOp>(createFuseEpiloguesPass());
  }
  manager.addPass(createCSEPass());
  // Scalar machines compute in place, which takes less memory than rows beside the operand.
  if (options.level->graph && facts.vectorElements > 1) {
    FuseProloguesPassOptions prologues;
    prologues.cacheBytes = static_cast<int64_t>(facts.l2Bytes / 2);
    prologues.innerCacheBytes = static_cast<int64_t>(facts.l1Bytes);
    prologues.wholeOperands = options.threads > 1;
    manager.addNestedPass<func::FuncOp>(createFuseProloguesPass(prologues));
  }
}

static void addLayout(OpPassManager &manager, const PipelineOptions &options) {
  ChooseLayoutsPassOptions layout;
  layout.order =
      options.target->facts().channelsLast ? PlaceOrder::ChannelsLast : PlaceOrder::RowMajor;
  manager.addNestedPass<func::FuncOp>(createChooseLayoutsPass(layout));
}

static void addLayers(OpPassManager &manager, const PipelineOptions &) {
  // Places first: what lies inside another value is no copy, so it forms no layer.
  manager.addPass(createPlaceValuesPass());
  manager.addPass(createFormLayersPass());
}

static void addMemory(OpPassManager &manager, const PipelineOptions &options) {
  const TargetFacts &facts = options.target->facts();
  PlanMemoryPassOptions plan;
  plan.ioInArena = options.ioInArena;
  for (const MemoryRegion &region : options.regions)
    plan.regions.push_back(region.name + ":" + std::to_string(region.limit));
  // Machines without caches have small memories, and read weights as fast in any order.
  plan.sweep = facts.l2Bytes == 0 && options.threads < 2;
  plan.alignment = facts.arenaAlignment;
  plan.constantAlignment = facts.arenaAlignment;
  plan.workLimit = options.level->planWork;
  manager.addPass(createPlanMemoryPass(plan));
  manager.addPass(createVerifyMemoryPass());
}

/// Cycles that handing parts of a layer and their values to other cores costs, measured on Zen 4
/// and on Emerald Rapids: cores that are far from the memory are far from each other's caches.
static constexpr int64_t kForkCycles = 8000, kFarForkCycles = 40000;
static constexpr double kFarMemoryCycles = 0.2;

static void addLoops(OpPassManager &manager, const PipelineOptions &options) {
  const TargetFacts &facts = options.target->facts();
  ConvertLayersToLoopsPassOptions loops;
  loops.divisible = options.threads > 1;
  manager.addPass(createConvertLayersToLoopsPass(loops));
  EmitKernelsPassOptions emit;
  emit.fma = facts.fma;
  emit.registers = facts.vectorRegisters;
  // Larger weights pass once, each panel fetched while the one before it is used.
  emit.cacheBytes = static_cast<int64_t>(facts.l2Bytes / 8);
  emit.innerCacheBytes = static_cast<int64_t>(facts.l1Bytes);
  emit.divisible = options.threads > 1;
  emit.pack = facts.dot == DotProduct::Vpdpbusd || facts.dot == DotProduct::Pmaddwd;
  // Small cores do one thing at a time: counting lines and moving pointers takes as long as
  // products.
  emit.straightLines =
      facts.indexBits == 32 && options.level->codegen.speed > 1 && options.level->codegen.size == 0;
  manager.addNestedPass<func::FuncOp>(createEmitKernelsPass(emit));
  ExpandMathPassOptions math;
  math.expandRounding = !facts.rounding;
  math.expandSquareRoot = !facts.squareRoot;
  math.expandDouble = !facts.doubles;
  math.expandHalf = !facts.halfConversions;
  manager.addPass(createExpandMathPass(math));
  if (options.threads < 2)
    return;
  // Last: what a function costs is seen when it stands there as arithmetic.
  DivideLayersPassOptions divide;
  divide.threads = options.threads;
  divide.forkCycles = facts.memoryCycles > kFarMemoryCycles ? kFarForkCycles : kForkCycles;
  divide.lanes = std::max<int64_t>(1, facts.vectorElements);
  manager.addPass(createDivideLayersPass(divide));
}

static void addLLVM(OpPassManager &manager, const PipelineOptions &options) {
  const TargetFacts &facts = options.target->facts();
  if (options.regions.size() > 1)
    manager.addPass(createSplitArenaPass());
  LowerDotsPassOptions dots;
  dots.instruction = nameOf(facts.dot).str();
  manager.addNestedPass<func::FuncOp>(createLowerDotsPass(dots));
  options.target->addLoweringPasses(manager);
  manager.addPass(createCanonicalizerPass());
  manager.addPass(createCSEPass());
  // scf must be gone before the one conversion, which would otherwise need a second type converter.
  manager.addPass(createSCFToControlFlowPass());
  LowerToLLVMPassOptions lower;
  lower.indexBits = facts.indexBits;
  lower.fma = facts.fma;
  lower.minMax = facts.minMax;
  lower.arenaAlignment = facts.arenaAlignment;
  manager.addPass(createLowerToLLVMPass(lower));
  AddEntryPointsPassOptions entry;
  entry.prefix = options.prefix;
  entry.trace = options.trace;
  entry.codeSection = options.sections.code;
  entry.weightsSection = options.sections.weights;
  manager.addPass(createAddEntryPointsPass(entry));
}

//===-- The table ---------------------------------------------------------------------------===//

static constexpr StringLiteral kGraph[] = {"func", "nn"};
static constexpr StringLiteral kAlgorithm[] = {"func", "nn", "fastconv"};
static constexpr StringLiteral kKernel[] = {"func", "nn", "kernel", "arith", "math"};
static constexpr StringLiteral kLayers[] = {"func", "nn", "kernel", "arith", "math", "rt"};
static constexpr StringLiteral kMemory[] = {"func", "nn", "kernel", "arith",
                                            "math", "rt", "memref"};
static constexpr StringLiteral kLoops[] = {"func", "rt",     "arith",  "math",
                                           "scf",  "memref", "vector", "kernel"};
static constexpr StringLiteral kLLVM[] = {"llvm"};

static constexpr PhaseInfo kPhases[] = {
    {Phase::Import, "import", "ONNX becomes canonical operators, every shape static", kGraph,
     addNothing},
    {Phase::Graph, "graph",
     "constants folded, norms folded into products, transpositions and reshapes composed", kGraph,
     addGraph},
    {Phase::Algorithm, "algorithm", "convolutions in a transform domain where that is faster",
     kAlgorithm, addAlgorithm},
    {Phase::Kernel, "kernel", "hot operators get packed weights, an epilogue and a register tile",
     kKernel, addKernel},
    {Phase::Layout, "layout", "every value gets its place order in memory", kKernel, addLayout},
    {Phase::Layers, "layers", "one function per fused layer, equal ones shared", kLayers,
     addLayers},
    {Phase::Memory, "memory", "every value becomes an argument, a constant or a place in the arena",
     kMemory, addMemory},
    {Phase::Loops, "loops", "layers become loops over scalars and vectors", kLoops, addLoops},
    {Phase::LLVM, "llvm", "the LLVM dialect with the public entry points", kLLVM, addLLVM},
};

ArrayRef<PhaseInfo> phases() { return kPhases; }

const PhaseInfo &infoOf(Phase phase) { return kPhases[static_cast<size_t>(phase)]; }

std::optional<Phase> findPhase(StringRef name) {
  for (const PhaseInfo &info : kPhases)
    if (info.name == name)
      return info.phase;
  return std::nullopt;
}

void addPhase(OpPassManager &manager, Phase phase, const PipelineOptions &options) {
  const PhaseInfo &info = infoOf(phase);
  info.addPasses(manager, options);
  VerifyPhasePassOptions verify;
  verify.phase = info.name.str();
  manager.addPass(createVerifyPhasePass(verify));
}

std::string printPipeline(Phase from, Phase to, const PipelineOptions &options) {
  OpPassManager manager(ModuleOp::getOperationName());
  for (const PhaseInfo &info : kPhases)
    if (info.phase > from && info.phase <= to)
      addPhase(manager, info.phase, options);
  std::string text;
  llvm::raw_string_ostream out(text);
  manager.printAsTextualPipeline(out);
  return text;
}

} // namespace nnc

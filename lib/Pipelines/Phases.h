// The way of a model as a table: named phases, what each does, which dialects may remain after it.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef NNC_LIB_PIPELINES_PHASES_H
#define NNC_LIB_PIPELINES_PHASES_H

#include "include/nncompile/Target.h"
#include "lib/Support/MemoryRegion.h"
#include "lib/Support/SectionNames.h"
#include "targets/Common/LLVM/Emission.h"

#include "llvm/ADT/ArrayRef.h"
#include "mlir/Support/LLVM.h"

#include <optional>
#include <string>
#include <vector>

namespace mlir {
class ModuleOp;
class OpPassManager;
} // namespace mlir

namespace nnc {

/// The phases in their order. docs/pipeline.md says what the IR looks like after each.
enum class Phase : uint8_t {
  Import,
  Graph,
  Algorithm,
  Kernel,
  Layout,
  Layers,
  Memory,
  Loops,
  LLVM
};

/// How convolutions are computed where more than one way is known.
enum class ConvAlgorithm : uint8_t { Auto, Direct, Winograd, Fft };

/// The names that `--conv-algorithm` takes, in the order of the enumeration.
inline constexpr llvm::StringLiteral kConvAlgorithms[] = {"auto", "direct", "winograd", "fft"};
std::optional<ConvAlgorithm> findConvAlgorithm(llvm::StringRef name);

/// One line of the table of optimisation levels.
struct OptLevel {
  llvm::StringLiteral name; ///< what follows -O
  llvm::StringLiteral help;
  CodegenLevel codegen;
  bool graph;        ///< simplify and fuse before lowering
  bool algorithms;   ///< may compute convolutions in a transform domain
  uint64_t planWork; ///< steps that the memory planner may search
};

llvm::ArrayRef<OptLevel> optLevels();
/// The level that `name` stands for, as in "2" or "s".
const OptLevel *findOptLevel(llvm::StringRef name);

/// Bound of the relative rounding error of convolutions, unless another is asked for.
inline constexpr double kMaxConvError = 2e-5;

/// Bound of the number of parts of a layer: where each is told from the others by comparisons.
inline constexpr int64_t kMaxThreads = 256;

/// Everything that passes are told from outside.
struct PipelineOptions {
  const OptLevel *level = nullptr;   ///< must be set
  const Target *target = nullptr;    ///< must be set
  std::string prefix = "model";      ///< C identifier that starts every symbol
  bool trace = false;                ///< add the entry point that calls back after each layer
  bool ioInArena = false;            ///< inputs and outputs lie in the arena
  std::vector<MemoryRegion> regions; ///< memories for the arena, the fastest first; none: one
  int64_t threads = 1;               ///< parts of a layer that may run at the same time
  SectionNames sections;             ///< how sections are called
  ConvAlgorithm convAlgorithm = ConvAlgorithm::Auto;
  double maxConvError = kMaxConvError; ///< see nnc-select-conv-algorithm
  std::string convPlan;                ///< file; empty: none
};

/// One phase.
struct PhaseInfo {
  Phase phase;
  llvm::StringLiteral name;
  llvm::StringLiteral help;
  llvm::ArrayRef<llvm::StringLiteral> dialects; ///< allowed afterwards, besides `builtin`
  void (*addPasses)(mlir::OpPassManager &, const PipelineOptions &);
};

/// All phases, first to last.
llvm::ArrayRef<PhaseInfo> phases();
const PhaseInfo &infoOf(Phase phase);
std::optional<Phase> findPhase(llvm::StringRef name);

/// Adds the passes of one phase, the check of its dialects last.
void addPhase(mlir::OpPassManager &manager, Phase phase, const PipelineOptions &options);

/// The passes after `from` up to and with `to`, as text that `nn-opt --pass-pipeline` accepts.
std::string printPipeline(Phase from, Phase to, const PipelineOptions &options);

/// The last phase whose result a module looks like: where to go on with IR that was read from a
/// file.
Phase detectPhase(mlir::ModuleOp module);

} // namespace nnc

#endif

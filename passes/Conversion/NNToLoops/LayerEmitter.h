// LayerEmitter: writes the loops of one layer. Its core is `element`, which computes one element of
// a tensor from elements of its operands, down to reads of buffers. Part of nn-compile.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef NNC_PASSES_CONVERSION_NNTOLOOPS_LAYEREMITTER_H
#define NNC_PASSES_CONVERSION_NNTOLOOPS_LAYEREMITTER_H

#include "dialects/NN/NN.h"
#include "passes/Conversion/NNToLoops/IndexExpr.h"

#include "llvm/ADT/SetVector.h"
#include "mlir/Dialect/SCF/IR/SCF.h"

#include <deque>

namespace nnc {

class ConstantTables;

/// A tensor in memory.
struct Place {
  mlir::Value buffer;
  mlir::RankedTensorType type;
};

/// What a trial emission learns before loops exist.
struct Trial {
  /// Cut the loop of `variable` before each of `points`, so that each part lies within one operand
  /// of a concat or one side of a pad.
  struct Cut {
    IndexVariable *variable;
    llvm::SmallVector<int64_t> points;
  };
  /// Make two loops of `variable`, the inner one over `inner` values, so that a reshape needs no
  /// division.
  struct Split {
    IndexVariable *variable;
    int64_t inner;
  };

  llvm::SmallVector<IndexExpr> offsets;            ///< of all reads and writes
  llvm::SmallSetVector<IndexVariable *, 8> pinned; ///< whose value is needed on its own
  std::optional<Cut> cut;
  std::optional<Split> split;
};

class LayerEmitter {
public:
  LayerEmitter(mlir::OpBuilder &builder, ConstantTables &tables)
      : builder(builder), tables(tables) {}

  using Index = llvm::SmallVector<IndexExpr>;
  using IndexRef = llvm::ArrayRef<IndexExpr>;

  /// One element of a tensor, as a signless scalar of its element type.
  mlir::Value element(mlir::Value tensor, IndexRef index);

  /// Reads and writes memory. A boolean is one byte in memory and `i1` as a value.
  mlir::Value load(const Place &place, IndexRef index);
  void store(mlir::Value value, const Place &place, IndexRef index);

  /// A new loop variable without a loop.
  IndexVariable *newVariable(int64_t count);
  /// One variable per dimension of more than one element; 0 for the others.
  Index newVariables(llvm::ArrayRef<int64_t> shape);
  /// A computed place in [0, count) as an expression.
  IndexExpr computed(mlir::Value value, int64_t count);
  /// The value of an expression that is used other than in an address.
  mlir::Value valueOf(const IndexExpr &expr, mlir::Location loc);

  /// Quotient and remainder, linear where possible.
  std::pair<IndexExpr, IndexExpr> divide(const IndexExpr &expr, int64_t divisor,
                                         mlir::Location loc);

  using Body = llvm::function_ref<void(mlir::Value)>;
  using CarryBody =
      llvm::function_ref<mlir::SmallVector<mlir::Value>(mlir::Value, mlir::ValueRange)>;
  /// for (i = low; i < high; ++i) body(i)
  void loop(mlir::Location loc, mlir::Value low, mlir::Value high, Body body);
  /// The same with values handed from one iteration to the next.
  llvm::SmallVector<mlir::Value> loop(mlir::Location loc, mlir::Value low, mlir::Value high,
                                      mlir::ValueRange carried, CarryBody body);
  /// A loop whose iterations depend neither on each other nor on those of neighbours that are built
  /// in the same stage: marked as `rt.independent` if there are stages.
  void independentLoop(mlir::Location loc, mlir::Value low, mlir::Value high, Body body);
  /// if (condition) body()
  void when(mlir::Location loc, mlir::Value condition, llvm::function_ref<void()> body);

  /// Runs `body` into a block that is thrown away and tells what it asked for. Variables without a
  /// value get one for this time.
  Trial tryOut(llvm::ArrayRef<IndexVariable *> variables, llvm::function_ref<void()> body);
  bool isTrial() const { return trial != nullptr; }

  mlir::Value index(int64_t value, mlir::Location loc);

  mlir::OpBuilder &builder;
  ConstantTables &tables;
  std::optional<int64_t> stage; ///< of independent loops; none: they are not marked

private:
  class Scope;

  mlir::scf::ForOp buildLoop(mlir::Location loc, mlir::Value low, mlir::Value high,
                             mlir::ValueRange carried, CarryBody body);
  mlir::Value compute(mlir::Value tensor, IndexRef index);
  mlir::Value unary(nn::UnaryOp op, IndexRef index);
  mlir::Value binary(nn::BinaryOp op, IndexRef index);
  mlir::Value compare(nn::CompareOp op, IndexRef index);
  mlir::Value select(nn::SelectOp op, IndexRef index);
  mlir::Value cast(nn::CastOp op, IndexRef index);
  mlir::Value clamp(nn::ClampOp op, IndexRef index);
  mlir::Value requantize(nn::RequantizeOp op, IndexRef index);
  mlir::Value batchNorm(nn::BatchNormOp op, IndexRef index);
  mlir::Value iota(nn::IotaOp op, IndexRef index);
  mlir::Value constant(nn::ConstantOp op, IndexRef index);
  mlir::Value broadcast(nn::BroadcastOp op, IndexRef index);
  mlir::Value transpose(nn::TransposeOp op, IndexRef index);
  mlir::Value reshape(nn::ReshapeOp op, IndexRef index);
  mlir::Value slice(nn::SliceOp op, IndexRef index);
  mlir::Value pad(nn::PadOp op, IndexRef index);
  mlir::Value concat(nn::ConcatOp op, IndexRef index);
  mlir::Value gather(nn::GatherOp op, IndexRef index);
  mlir::Value gatherElements(nn::GatherElementsOp op, IndexRef index);
  mlir::Value gatherND(nn::GatherNDOp op, IndexRef index);
  mlir::Value resize(nn::ResizeOp op, IndexRef index);

  /// The operand's element of a broadcasting elementwise op.
  mlir::Value broadcastElement(mlir::Value operand, IndexRef index);
  /// Element of an index tensor as a place in [0, size): negative ones count from the end, others
  /// are limited.
  IndexExpr gatheredPlace(mlir::Value indices, IndexRef index, int64_t size, mlir::Location loc);
  /// Asks for cuts of the loop behind `expr` where it reaches one of `bounds`; false when it is no
  /// simple loop.
  bool askForCuts(const IndexExpr &expr, llvm::ArrayRef<int64_t> bounds);
  struct Source {
    IndexExpr place;
    mlir::Value outside; ///< of type i1; empty: never
    bool alwaysOutside = false;
  };
  /// Where a padded dimension takes its element from.
  Source paddedPlace(nn::PadMode mode, const IndexExpr &place, int64_t size, mlir::Location loc);

  struct Known {
    Index index;
    mlir::Value value;
  };
  Trial *trial = nullptr;
  std::deque<IndexVariable> variables;
  llvm::DenseMap<mlir::Value, llvm::SmallVector<Known, 1>>
      known; ///< elements computed in this or an outer scope
};

} // namespace nnc

#endif

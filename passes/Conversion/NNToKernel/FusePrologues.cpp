// nnc-fuse-prologues: pointwise operators in front of a kernel are computed where it reads them.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "dialects/Kernel/Kernel.h"
#include "dialects/NN/NN.h"
#include "passes/Conversion/NNToKernel/KernelBuilding.h"
#include "passes/Conversion/NNToKernel/Passes.h"
#include "passes/Conversion/NNToLoops/KernelPrologues.h"

#include "llvm/ADT/TypeSwitch.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"

#include <algorithm>

namespace nnc {
#define GEN_PASS_DEF_FUSEPROLOGUESPASS
#include "passes/Conversion/NNToKernel/Passes.h.inc"
} // namespace nnc

using namespace mlir;

namespace nnc {

namespace {

/// A product whose left operand has rows of `depth` elements.
struct LeftOperand {
  int64_t rows, columns, depth, tileRows;
};

struct FuseProloguesPass : impl::FuseProloguesPassBase<FuseProloguesPass> {
  using FuseProloguesPassBase::FuseProloguesPassBase;

  void runOnOperation() override {
    getOperation().walk([&](kernel::ProductOpInterface kernel) {
      if (!isComputedForItAlone(kernel))
        return;
      llvm::TypeSwitch<Operation *>(kernel)
          .Case([&](kernel::DepthwiseOp depthwise) { depthwise.setPrologue(true); })
          .Case([&](kernel::ConvOp conv) {
            RankedTensorType result = typeOf(conv.getResult());
            int64_t maps = result.getDimSize(1);
            if (conv.isPointwise())
              conv.setPrologueRows(
                  rowsAtOnce({result.getNumElements() / maps, maps,
                              typeOf(conv.getInput()).getDimSize(1), conv.getTile().getRows()}));
          })
          .Case([&](kernel::MatMulOp matmul) {
            RankedTensorType result = typeOf(matmul.getResult());
            int64_t columns = result.getShape().back();
            if (matmul.getPacked() && !matmul.getTransposeLhs())
              matmul.setPrologueRows(rowsAtOnce({result.getNumElements() / columns, columns,
                                                 typeOf(matmul.getLhs()).getShape().back(),
                                                 matmul.getTile().getRows()}));
          });
    });
  }

private:
  static bool isComputedForItAlone(kernel::ProductOpInterface kernel) {
    if (kernel->getNumOperands() == 0)
      return false;
    Value input = kernel->getOperand(0);
    Operation *source = input.getDefiningOp();
    return source && typeOf(input).getElementType().isF32() && input.hasOneUse() &&
           source->getBlock() == kernel->getBlock() && canPrecede(source, kernel);
  }

  /// Rows that stay in the cache next to the registers while all columns read them; all rows where
  /// columns are too many to be read again for each block.
  int64_t rowsAtOnce(const LeftOperand &left) const {
    int64_t all = std::max(left.rows, left.tileRows);
    if (wholeOperands || left.columns * left.depth * 4 > cacheBytes)
      return all;
    int64_t fitting = innerCacheBytes / 2 / (left.depth * 4);
    return std::min(all, std::max(fitting - fitting % left.tileRows, left.tileRows));
  }
};

} // namespace

} // namespace nnc

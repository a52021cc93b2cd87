// Evaluates nn operators on the host, slowly and obviously. Constants are folded with it, tests
// compare with it. Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef NNC_LIB_REFERENCE_EVALUATE_H
#define NNC_LIB_REFERENCE_EVALUATE_H

#include "lib/Reference/Tensor.h"

#include "llvm/Support/Error.h"
#include "mlir/IR/Operation.h"

namespace mlir::func {
class FuncOp;
}

namespace nnc::reference {

using Tensors = llvm::SmallVector<Tensor, 2>;

/// The results of a verified nn operator on inputs of its operands' shapes and types. Sums of f16,
/// bf16 and f32 are formed in double precision and rounded once; integers are exact. An error says
/// what has no evaluation.
llvm::Expected<Tensors> evaluate(mlir::Operation *op, llvm::ArrayRef<Tensor> inputs);

/// The results of a function of nn operators and calls of such functions. An error names the
/// operator, or the input that does not fit.
llvm::Expected<Tensors> evaluate(mlir::func::FuncOp function, llvm::ArrayRef<Tensor> inputs);

} // namespace nnc::reference

#endif

// Expected results from the reference evaluator, which computes the imported model operator by
// operator, a quantized one with its integers. Part of nn-compile. SPDX-License-Identifier:
// Apache-2.0 WITH LLVM-exception
#ifndef NNC_LIB_RUNNER_REFERENCERUN_H
#define NNC_LIB_RUNNER_REFERENCERUN_H

#include "lib/Runner/RunCommand.h"

#include "mlir/IR/BuiltinOps.h"

namespace nnc {

/// Evaluates the imported module, after `nnc-fold-qdq`, on every run of `data` and makes the
/// results its expectations, as many as the interface has outputs.
llvm::Error addReference(mlir::ModuleOp module, const ProgramInterface &interface, RunData &data);

} // namespace nnc

#endif

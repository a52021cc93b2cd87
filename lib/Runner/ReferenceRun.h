// Expected results from the reference evaluator, which computes the imported model operator by
// operator. Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef NNC_LIB_RUNNER_REFERENCERUN_H
#define NNC_LIB_RUNNER_REFERENCERUN_H

#include "lib/Runner/RunCommand.h"

#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/OwningOpRef.h"

namespace nnc {

/// A copy of a module as it was imported, before any pass.
using ReferenceModule = mlir::OwningOpRef<mlir::ModuleOp>;

ReferenceModule captureReference(mlir::ModuleOp module);

/// Evaluates every run of `data` and makes the results its expectations.
llvm::Error addReference(const ReferenceModule &module, const ProgramInterface &interface,
                         RunData &data);

} // namespace nnc

#endif

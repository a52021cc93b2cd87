// Passes that belong to the pipeline itself.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef NNC_LIB_PIPELINES_PASSES
#define NNC_LIB_PIPELINES_PASSES

include "mlir/Pass/PassBase.td"

def VerifyPhasePass : Pass<"nnc-verify-phase", "mlir::ModuleOp"> {
  let summary = "check that only the dialects of a phase remain";
  let description = [{
    Requires: nothing. Ensures: every operation belongs to a dialect that docs/pipeline.md allows after the phase; the first that does
    not is named in an error, which is always a defect of the compiler. Also frees the data of constants that no operation refers to
    any more: weights that a phase has replaced by packed ones would otherwise stay in memory.
  }];
  let options = [Option<"phase", "phase", "std::string", "\"\"", "name of the phase that has just ended">];
}

#endif

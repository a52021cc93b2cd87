// Passes that improve the model as a graph of nn operators, and choose layouts.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef NNC_PASSES_GRAPH_PASSES_H
#define NNC_PASSES_GRAPH_PASSES_H

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Pass/Pass.h"

namespace nnc {

/// Which dimension of an image lies innermost.
enum class PlaceOrder { RowMajor, ChannelsLast };

/// Options are in Passes.td.
#define GEN_PASS_DECL
#include "passes/Graph/Passes.h.inc"

#define GEN_PASS_REGISTRATION
#include "passes/Graph/Passes.h.inc"

} // namespace nnc

#endif

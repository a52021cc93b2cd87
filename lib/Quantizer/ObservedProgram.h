// A model compiled for this machine so that chosen values can be seen.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef NNC_LIB_QUANTIZER_OBSERVEDPROGRAM_H
#define NNC_LIB_QUANTIZER_OBSERVEDPROGRAM_H

#include "lib/Runner/Program.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/BuiltinOps.h"

#include <memory>

namespace nnc {

/// The function with `rt.entry`; null where there is none.
mlir::func::FuncOp entryOf(mlir::ModuleOp module);

/// Inputs of the function with `rt.entry`: names, types and shapes.
std::vector<HostTensor> inputsOf(mlir::ModuleOp module);

class ObservedProgram {
public:
  /// Compiles a copy of `module`, of the forms `import` and `graph`, whose entry function also
  /// returns `values` as 32-bit floating-point numbers: quantized ones as what they stand for.
  static llvm::Expected<std::unique_ptr<ObservedProgram>>
  compile(mlir::ModuleOp module, llvm::ArrayRef<mlir::Value> values);

  /// Runs one sample: the model's results, then the observed values.
  llvm::Expected<TensorSet> run(const TensorSet &sample) { return program.run(sample); }
  /// How many results the model has of its own.
  size_t ownResults() const { return own; }

private:
  ObservedProgram(Program program, size_t own) : program(std::move(program)), own(own) {}
  Program program;
  size_t own;
};

/// The numbers of an f32 tensor.
llvm::ArrayRef<float> realsOf(const HostTensor &tensor);

} // namespace nnc

#endif

// Learns the ranges of a model's values from samples of its inputs.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef NNC_LIB_QUANTIZER_CALIBRATION_H
#define NNC_LIB_QUANTIZER_CALIBRATION_H

#include "lib/Numerics/QuantizedRange.h"
#include "lib/Runner/Program.h"
#include "passes/Quantization/QuantizationPoints.h"

#include "mlir/IR/BuiltinOps.h"

#include <functional>

namespace nnc {

struct CalibrationOptions {
  numerics::RangeMethod method = numerics::RangeMethod::Mse;
  double percentile = numerics::kPercentile;
  std::function<void(size_t)> progress; ///< called with the number of each sample; may be empty
};

/// Runs the module's entry function, compiled for this machine, on the samples; notes `nn.range` on
/// the points and `nn.input_means` on products.
llvm::Error calibrate(mlir::ModuleOp module, const QuantizationPoints &points,
                      llvm::ArrayRef<TensorSet> samples, const CalibrationOptions &options);

} // namespace nnc

#endif

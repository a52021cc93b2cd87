// nnc-calibrate: learn the ranges of values from samples of inputs.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "lib/Quantizer/Calibration.h"
#include "lib/Quantizer/CalibrationData.h"
#include "lib/Quantizer/ObservedProgram.h"
#include "lib/Quantizer/Passes.h"

using namespace mlir;

namespace nnc {
#define GEN_PASS_DEF_CALIBRATEPASS
#include "lib/Quantizer/Passes.h.inc"

namespace {

struct CalibratePass : impl::CalibratePassBase<CalibratePass> {
  using CalibratePassBase::CalibratePassBase;

  void runOnOperation() override {
    if (failed(calibrate()))
      signalPassFailure();
  }

private:
  LogicalResult fail(llvm::Error error) {
    return emitError(UnknownLoc::get(&getContext())) << llvm::toString(std::move(error));
  }
  LogicalResult fail(const llvm::Twine &message) {
    return emitError(UnknownLoc::get(&getContext())) << message;
  }

  LogicalResult calibrate() {
    func::FuncOp function = entryOf(getOperation());
    if (!function)
      return fail("no function has rt.entry: there is nothing to run");
    std::optional<numerics::RangeMethod> chosen = numerics::findRangeMethod(method.getValue());
    if (!chosen)
      return fail("unknown method '" + method.getValue() +
                  "'; there are mse, minmax, percentile and kl");
    if (!(percentile >= 0.5 && percentile <= 1))
      return fail("percentile=" + std::to_string(percentile) + " is not from 0.5 to 1");
    if (data.empty())
      return fail("calibration needs samples of the inputs: data=FILE");
    auto skipped = SkippedLayers::parse(skip);
    if (!skipped)
      return fail(skipped.takeError());
    auto sampleSets = readCalibrationData(data, inputsOf(getOperation()), samples);
    if (!sampleSets)
      return fail(sampleSets.takeError());
    if (llvm::Error error =
            nnc::calibrate(getOperation(), findQuantizationPoints(function, *skipped), *sampleSets,
                           {*chosen, percentile, {}}))
      return fail(std::move(error));
    return success();
  }
};

} // namespace

} // namespace nnc

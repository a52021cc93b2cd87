// Loops of a transposed convolution: for each phase of its results those of an ordinary convolution
// that writes every stride-th pixel. Phases that see equal windows share code.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "dialects/Kernel/Panels.h"
#include "lib/Numerics/SubPixel.h"
#include "targets/Common/Windows.h"

using namespace mlir;

namespace nnc {

namespace {

/// Phases along one axis.
struct AxisPhases {
  int64_t input, stride, kernel;
  std::vector<numerics::PhaseRun> runs;

  static AxisPhases of(kernel::ConvTransposeOp op, size_t d) {
    auto input = cast<RankedTensorType>(op.getInput().getType());
    int64_t kernel = op.getKernel()[d], stride = op.getStrides()[d];
    return {input.getDimSize(d + 2), stride, kernel,
            numerics::phaseRunsOf({op.getType().getDimSize(d + 2), kernel, stride,
                                   op.getDilations()[d], op.getPadsBegin()[d]})};
  }
  /// The axis over which a single line extends.
  static AxisPhases none() { return {1, 1, 1, {{0, 1, 1, 1, 0, 1, 0}}}; }
  /// The window of a phase; where no tap takes part it is anywhere.
  WindowAxis window(const numerics::PhaseRun &run) const {
    return {input, run.outputs, run.kernel, 1, run.dilation, run.begin};
  }
};

struct TransposedLoops {
  const Emission &emission;
  kernel::ConvTransposeOp op;
  Windows whole; ///< with the strides of all results
  AxisPhases lines, pixels;
  int64_t groups;
  bool depthwise;
  int64_t tapElements; ///< of the packed filter

  TransposedLoops(const Emission &emission, kernel::ConvTransposeOp op, ProductOperands operands)
      : emission(emission), op(op), lines(AxisPhases::none()), pixels(lines),
        groups(static_cast<int64_t>(op.getGroup())), depthwise(op.isDepthwise()) {
    auto input = cast<RankedTensorType>(op.getInput().getType());
    bool plane = input.getRank() == 4;
    if (plane)
      lines = AxisPhases::of(op, 0);
    pixels = AxisPhases::of(op, plane ? 1 : 0);
    whole.batch = input.getDimSize(0);
    whole.channels = input.getDimSize(1);
    whole.maps = op.getType().getDimSize(1);
    whole.operands = std::move(operands);
    whole.addDimensions(plane ? 2 : 1);
    kernel::Panels panels{whole.maps / groups, op.getTile().getColumns(), op.getTile().getVector()};
    tapElements = depthwise ? whole.channels : groups * panels.elements(whole.channels / groups);
  }

  void emit() const {
    for (const numerics::PhaseRun &lineRun : lines.runs)
      for (const numerics::PhaseRun &pixelRun : pixels.runs)
        overPhases(lineRun, [&](const LinearIndex &line) {
          overPhases(pixelRun,
                     [&](const LinearIndex &pixel) { emitPhase(lineRun, line, pixelRun, pixel); });
        });
  }

private:
  void overPhases(const numerics::PhaseRun &run,
                  function_ref<void(const LinearIndex &)> body) const {
    buildIndependentLoop(emission, 0, run.count, 1, body);
  }

  /// The phases number `line` and `pixel` of their runs.
  void emitPhase(const numerics::PhaseRun &lineRun, const LinearIndex &line,
                 const numerics::PhaseRun &pixelRun, const LinearIndex &pixel) const {
    Windows windows = whole;
    windows.lines = lines.window(lineRun);
    windows.pixels = pixels.window(pixelRun);
    windows.lineTapStride = pixelRun.kernel;
    windows.pixelTapStride = 1;
    ProductOperands &operands = windows.operands;
    toPhase(operands.result, line + lineRun.first, pixel + pixelRun.first);
    for (Operand &extra : operands.extra)
      toPhase(extra, line + lineRun.first, pixel + pixelRun.first);
    // Filters of phases lie in the order of their lines, then of their pixels.
    LinearIndex taps = (line * lineRun.kernel + lineRun.tapsBefore) * pixels.kernel +
                       (pixel * pixelRun.kernel + pixelRun.tapsBefore) * lineRun.kernel;
    operands.b.base = emission.build(taps * tapElements);
    windows.chooseLines();
    if (depthwise)
      emitDepthwiseWindows(emission, op, std::move(windows));
    else
      emitWindows(emission, op, std::move(windows), groups);
  }

  /// Moves to the first element of a phase, with the others a stride apart.
  void toPhase(Operand &operand, const LinearIndex &line, const LinearIndex &pixel) const {
    operand.base = emission.build(line * operand.strides[3] + pixel * operand.strides[4]);
    operand.strides[3] *= lines.stride;
    operand.strides[4] *= pixels.stride;
  }
};

} // namespace

void emitConvTranspose(const Emission &emission, kernel::ConvTransposeOp op,
                       ProductOperands operands) {
  TransposedLoops(emission, op, std::move(operands)).emit();
}

} // namespace nnc

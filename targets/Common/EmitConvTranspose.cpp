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
  /// The axis of a dimension that is not there.
  static AxisPhases none() { return {1, 1, 1, {{0, 1, 1, 1, 0, 1, 0}}}; }
  /// The window of a phase; where no tap takes part it is anywhere.
  WindowAxis window(const numerics::PhaseRun &run) const {
    return {input, run.outputs, run.kernel, 1, run.dilation, run.begin};
  }
};

struct TransposedLoops {
  const Emission &emission;
  kernel::ConvTransposeOp op;
  Windows whole;                  ///< with the strides of all results
  std::array<AxisPhases, 3> axes; ///< planes, lines, pixels
  int64_t groups;
  bool depthwise;
  int64_t tapElements; ///< of the packed filter

  TransposedLoops(const Emission &emission, kernel::ConvTransposeOp op, ProductOperands operands)
      : emission(emission), op(op),
        axes{AxisPhases::none(), AxisPhases::none(), AxisPhases::none()},
        groups(static_cast<int64_t>(op.getGroup())), depthwise(op.isDepthwise()) {
    auto input = cast<RankedTensorType>(op.getInput().getType());
    size_t spatial = op.getKernel().size();
    for (size_t d = 0; d < spatial; ++d)
      axes[d + axes.size() - spatial] = AxisPhases::of(op, d);
    whole.batch = input.getDimSize(0);
    whole.channels = input.getDimSize(1);
    whole.maps = op.getType().getDimSize(1);
    whole.operands = std::move(operands);
    whole.addDimensions(spatial);
    kernel::Panels panels{whole.maps / groups, op.getTile().getColumns(), op.getTile().getVector()};
    tapElements = depthwise ? whole.channels : groups * panels.elements(whole.channels / groups);
  }

  void emit() const { overPhases({}); }

private:
  /// A phase along one axis: the one number `index` of a run.
  struct AxisPhase {
    const numerics::PhaseRun *run;
    LinearIndex index;
    LinearIndex remainder() const { return index + run->first; }
    LinearIndex tapsBefore() const { return index * run->kernel + run->tapsBefore; }
  };

  /// All phases that begin with those of the outer axes.
  void overPhases(ArrayRef<AxisPhase> outer) const {
    if (outer.size() == axes.size())
      return emitPhase(outer);
    for (const numerics::PhaseRun &run : axes[outer.size()].runs)
      buildIndependentLoop(emission, 0, run.count, 1, [&](const LinearIndex &index) {
        SmallVector<AxisPhase, 3> phases(outer);
        phases.push_back({&run, index});
        overPhases(phases);
      });
  }

  void emitPhase(ArrayRef<AxisPhase> phase) const {
    Windows windows = whole;
    windows.planes = axes[0].window(*phase[0].run);
    windows.lines = axes[1].window(*phase[1].run);
    windows.pixels = axes[2].window(*phase[2].run);
    windows.planeTapStride = windows.lines.kernel * windows.pixels.kernel;
    windows.lineTapStride = windows.pixels.kernel;
    windows.pixelTapStride = 1;
    ProductOperands &operands = windows.operands;
    toPhase(operands.result, phase);
    for (Operand &extra : operands.extra)
      toPhase(extra, phase);
    operands.b.base = emission.build(tapsBefore(phase) * tapElements);
    windows.chooseLines();
    if (depthwise)
      emitDepthwiseWindows(emission, op, std::move(windows));
    else
      emitWindows(emission, op, std::move(windows), groups);
  }

  /// Filters of phases lie in the order of their planes, then of their lines, then of their pixels.
  LinearIndex tapsBefore(ArrayRef<AxisPhase> phase) const {
    LinearIndex taps = 0;
    for (size_t d = 0; d < axes.size(); ++d) {
      int64_t others = 1;
      for (size_t outer = 0; outer < d; ++outer)
        others *= phase[outer].run->kernel;
      for (size_t inner = d + 1; inner < axes.size(); ++inner)
        others *= axes[inner].kernel;
      taps = taps + phase[d].tapsBefore() * others;
    }
    return taps;
  }

  /// Moves to the first element of a phase, with the others a stride apart.
  void toPhase(Operand &operand, ArrayRef<AxisPhase> phase) const {
    LinearIndex first = 0;
    for (size_t d = 0; d < axes.size(); ++d) {
      first = first + phase[d].remainder() * operand.strides[d + 2];
      operand.strides[d + 2] *= axes[d].stride;
    }
    operand.base = emission.build(first);
  }
};

} // namespace

void emitConvTranspose(const Emission &emission, kernel::ConvTransposeOp op,
                       ProductOperands operands) {
  TransposedLoops(emission, op, std::move(operands)).emit();
}

} // namespace nnc

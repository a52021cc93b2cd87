// How far a product's result may reach into its input: all pixels, one by one.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "passes/Memory/Sweep.h"

#include "dialects/NN/NN.h"

#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;

namespace nnc::memory {

namespace {

/// More pixels are not followed: no machine that has to save memory computes so many.
constexpr int64_t kMaxPixels = int64_t{1} << 22;

/// A dimension of the result along which the kernel goes, and the input's dimension under it: the
/// taps of position i lie within [i·stride − begin, i·stride − begin + reach) of `input`.
struct Axis {
  int64_t size, input;
  int64_t resultStep, inputStep; ///< bytes from one position to the next
  int64_t stride = 1, begin = 0, reach = 1;

  int64_t firstInput(int64_t i) const {
    return std::clamp(i * stride - begin, int64_t{0}, input - 1);
  }
  int64_t lastInput(int64_t i) const {
    return std::clamp(i * stride - begin + reach - 1, int64_t{0}, input - 1);
  }
};

/// Bytes of one pixel of the result, and those of the input that it reads.
struct Pixel {
  int64_t resultBegin, resultEnd, inputBegin, inputEnd;
};

/// A kernel as the order of its pixels sees it.
struct Sweep {
  SmallVector<Axis, 5> axes;             ///< outermost first; tiles run along the last
  int64_t resultSpan = 0, inputSpan = 0; ///< bytes of one pixel from the first to the last, and one
  int64_t rows = 1;                      ///< pixels of a tile at most
  bool crossesLines = false;             ///< whether a tile may go on in the next line

  std::optional<Leads> leads() const;

private:
  std::vector<Pixel> pixels() const;
  void visit(size_t axis, Pixel start, std::vector<Pixel> &pixels) const;
};

void Sweep::visit(size_t axis, Pixel start, std::vector<Pixel> &pixels) const {
  if (axis == axes.size()) {
    pixels.push_back(start);
    return;
  }
  const Axis &here = axes[axis];
  for (int64_t i = 0; i < here.size; ++i)
    visit(axis + 1,
          {start.resultBegin + i * here.resultStep, start.resultEnd + i * here.resultStep,
           start.inputBegin + here.firstInput(i) * here.inputStep,
           start.inputEnd + here.lastInput(i) * here.inputStep},
          pixels);
}

/// In the order of an ascending sweep.
std::vector<Pixel> Sweep::pixels() const {
  std::vector<Pixel> pixels;
  visit(0, {0, resultSpan, 0, inputSpan}, pixels);
  return pixels;
}

/// The lead over pixels in the order in which they are computed. A tile is at most `rows` of them
/// and may begin at any, but ends where `line` pixels do.
int64_t leadOf(std::vector<Pixel> pixels, int64_t rows, int64_t line) {
  for (size_t i = 1; i < pixels.size(); ++i)
    pixels[i].resultEnd = std::max(pixels[i - 1].resultEnd, pixels[i].resultEnd);
  for (size_t i = pixels.size(); i-- > 1;)
    pixels[i - 1].inputBegin = std::min(pixels[i - 1].inputBegin, pixels[i].inputBegin);
  int64_t lead = 0, count = static_cast<int64_t>(pixels.size());
  for (int64_t first = 0; first < count; ++first) {
    int64_t end = std::min(first + rows, (first / line + 1) * line);
    lead = std::max(lead, pixels[static_cast<size_t>(end) - 1].resultEnd -
                              pixels[static_cast<size_t>(first)].inputBegin);
  }
  return lead;
}

/// The same pixels seen from the other end of both buffers.
std::vector<Pixel> backwards(const std::vector<Pixel> &pixels) {
  int64_t result = 0, input = 0;
  for (const Pixel &pixel : pixels) {
    result = std::max(result, pixel.resultEnd);
    input = std::max(input, pixel.inputEnd);
  }
  std::vector<Pixel> mirrored;
  for (const Pixel &pixel : llvm::reverse(pixels))
    mirrored.push_back({result - pixel.resultEnd, result - pixel.resultBegin,
                        input - pixel.inputEnd, input - pixel.inputBegin});
  return mirrored;
}

std::optional<Leads> Sweep::leads() const {
  int64_t count = 1;
  for (const Axis &axis : axes)
    if (count *= axis.size; count > kMaxPixels)
      return std::nullopt;
  std::vector<Pixel> all = pixels();
  int64_t line = crossesLines ? count : axes.back().size;
  return Leads{leadOf(all, rows, line), leadOf(backwards(all), rows, line)};
}

/// The distance of neighbours along each dimension, in bytes.
SmallVector<int64_t> stepsOf(RankedTensorType type) {
  SmallVector<int64_t> steps = nn::stridesOf(type);
  for (int64_t &step : steps)
    step *= nn::elementBytes(type.getElementType());
  return steps;
}

/// From the first byte of a run along a dimension to the last, and one more.
int64_t spanOf(RankedTensorType type, int64_t dimension) {
  return (type.getDimSize(dimension) - 1) * stepsOf(type)[static_cast<size_t>(dimension)] +
         nn::elementBytes(type.getElementType());
}

template <typename Op> Sweep sweepOfWindows(Op op) {
  auto input = cast<RankedTensorType>(op.getInput().getType());
  auto result = cast<RankedTensorType>(op.getType());
  SmallVector<int64_t> from = stepsOf(input), to = stepsOf(result);
  Sweep sweep;
  sweep.axes.push_back({result.getDimSize(0), input.getDimSize(0), to[0], from[0]});
  for (size_t i = 0; i < op.getKernel().size(); ++i)
    sweep.axes.push_back({result.getShape()[i + 2], input.getShape()[i + 2], to[i + 2], from[i + 2],
                          op.getStrides()[i], op.getPadsBegin()[i],
                          (op.getKernel()[i] - 1) * op.getDilations()[i] + 1});
  sweep.resultSpan = spanOf(result, 1);
  sweep.inputSpan = spanOf(input, 1);
  sweep.rows = op.getTile().getRows();
  // A product without a window has its lines joined.
  sweep.crossesLines = llvm::all_of(op.getKernel(), [](int64_t size) { return size == 1; });
  return sweep;
}

std::optional<Sweep> sweepOfMatMul(kernel::MatMulOp op) {
  auto lhs = cast<RankedTensorType>(op.getLhs().getType());
  auto result = cast<RankedTensorType>(op.getType());
  if (!op.getPacked() || op.getTransposeLhs() ||
      lhs.getShape().drop_back() != result.getShape().drop_back())
    return std::nullopt;
  SmallVector<int64_t> from = stepsOf(lhs), to = stepsOf(result);
  Sweep sweep;
  for (size_t i = 0; i + 1 < from.size(); ++i)
    sweep.axes.push_back({result.getShape()[i], lhs.getShape()[i], to[i], from[i]});
  sweep.resultSpan = spanOf(result, result.getRank() - 1);
  sweep.inputSpan = spanOf(lhs, lhs.getRank() - 1);
  sweep.rows = op.getTile().getRows();
  sweep.crossesLines = true;
  return sweep;
}

} // namespace

std::optional<Leads> leadsOfSweep(kernel::ProductOpInterface op) {
  std::optional<Sweep> sweep =
      llvm::TypeSwitch<Operation *, std::optional<Sweep>>(op)
          .Case([](kernel::ConvOp conv) -> std::optional<Sweep> {
            if (conv.getGroup() != 1)
              return std::nullopt;
            return sweepOfWindows(conv);
          })
          .Case([](kernel::DepthwiseOp depthwise) { return sweepOfWindows(depthwise); })
          .Case([](kernel::PoolOp pool) { return sweepOfWindows(pool); })
          .Case([](kernel::MatMulOp matmul) { return sweepOfMatMul(matmul); })
          .Default([](Operation *) { return std::nullopt; });
  return sweep ? sweep->leads() : std::nullopt;
}

} // namespace nnc::memory

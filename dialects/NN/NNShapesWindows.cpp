// Shape inference of convolutions and pooling: everything with a sliding window.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "dialects/NN/NNInference.h"

using namespace mlir;

namespace nnc::nn {

using Types = SmallVectorImpl<Type>;

namespace {

/// The geometry of a window over the spatial dimensions of an N×C×spatial tensor.
struct Window {
  ArrayRef<int64_t> kernel, strides, dilations, padsBegin, padsEnd;

  LogicalResult check(const Inference &infer, RankedTensorType input) const {
    if (input.getRank() < 3 || input.getRank() > 5)
      return infer.error("input has rank ", input.getRank(),
                         ", expected batch, channels and one to three spatial dimensions");
    int64_t spatial = input.getRank() - 2;
    return success(succeeded(infer.checkList("kernel", kernel, spatial, 1)) &&
                   succeeded(infer.checkList("strides", strides, spatial, 1)) &&
                   succeeded(infer.checkList("dilations", dilations, spatial, 1)) &&
                   succeeded(infer.checkList("pads_begin", padsBegin, spatial, 0)) &&
                   succeeded(infer.checkList("pads_end", padsEnd, spatial, 0)));
  }

  /// How many positions the dilated kernel spans in spatial dimension `d`.
  Wide extent(size_t d) const { return Wide(kernel[d] - 1) * dilations[d] + 1; }

  /// ⌊(I + begin + end + extra − extent) / stride⌋ + 1
  FailureOr<int64_t> slide(const Inference &infer, size_t d, int64_t input, int64_t extra) const {
    Wide padded = Wide(input) + padsBegin[d] + padsEnd[d] + extra;
    if (extent(d) > padded)
      return infer.error("the window does not fit: kernel ", kernel[d], " with dilation ",
                         dilations[d], " in spatial dimension ", d,
                         " is larger than the padded input of ", input, " + ", padsBegin[d], " + ",
                         padsEnd[d]);
    return infer.dimension((padded - extent(d)) / strides[d] + 1, d + 2);
  }
};

/// Operands and group of a convolution or transposed convolution.
template <typename Adaptor> struct Convolution {
  RankedTensorType input, filter, bias;
  int64_t group;

  LogicalResult read(const Inference &infer, Adaptor adaptor) {
    FailureOr<RankedTensorType> x = infer.tensor(adaptor.getInput(), "input"),
                                w = infer.tensor(adaptor.getFilter(), "filter");
    if (failed(x) || failed(w) || failed(infer.checkFactors("input", *x, "filter", *w)))
      return failure();
    input = *x, filter = *w, group = adaptor.getGroup();
    if (filter.getRank() != input.getRank() || input.getRank() < 3)
      return infer.error("filter has rank ", filter.getRank(), ", but input has rank ",
                         input.getRank(), ", expected the same rank from 3 to 5");
    if (group < 1)
      return infer.error("group is ", group, ", expected at least 1");
    if (!adaptor.getBias())
      return success();
    FailureOr<RankedTensorType> b = infer.tensor(adaptor.getBias(), "bias");
    if (failed(b))
      return failure();
    if (Type sum = sumType(x->getElementType()); b->getElementType() != sum)
      return infer.error("bias has element type ", b->getElementType(), ", expected ", sum);
    bias = *b;
    return success();
  }

  LogicalResult checkBias(const Inference &infer, int64_t channels) const {
    if (bias && bias.getShape() != ArrayRef<int64_t>(channels))
      return infer.error("bias has shape ", formatShape(bias.getShape()),
                         ", expected one element for each of ", channels, " output channels");
    return success();
  }

  Window window(Adaptor adaptor) const {
    return {filter.getShape().drop_front(2), adaptor.getStrides(), adaptor.getDilations(),
            adaptor.getPadsBegin(), adaptor.getPadsEnd()};
  }
};

} // namespace

LogicalResult ConvOp::inferReturnTypes(MLIRContext *, std::optional<Location> loc, Adaptor adaptor,
                                       Types &types) {
  Inference infer(loc, getOperationName());
  Convolution<Adaptor> conv;
  if (failed(conv.read(infer, adaptor)))
    return failure();
  Window window = conv.window(adaptor);
  if (failed(window.check(infer, conv.input)))
    return failure();
  int64_t outputs = conv.filter.getDimSize(0), inputs = conv.input.getDimSize(1);
  if (Wide(conv.filter.getDimSize(1)) * conv.group != inputs)
    return infer.error("input has ", inputs, " channels, but the filter takes ",
                       conv.filter.getDimSize(1), " in each of ", conv.group, " groups");
  if (outputs % conv.group != 0)
    return infer.error("filter has ", outputs, " output channels, expected a multiple of group ",
                       conv.group);
  if (failed(conv.checkBias(infer, outputs)))
    return failure();
  SmallVector<int64_t> shape = {conv.input.getDimSize(0), outputs};
  for (size_t d = 0; d < window.kernel.size(); ++d) {
    FailureOr<int64_t> size = window.slide(infer, d, conv.input.getDimSize(d + 2), 0);
    if (failed(size))
      return failure();
    shape.push_back(*size);
  }
  return infer.result(shape, sumType(conv.input.getElementType()), types);
}

LogicalResult ConvTransposeOp::inferReturnTypes(MLIRContext *, std::optional<Location> loc,
                                                Adaptor adaptor, Types &types) {
  Inference infer(loc, getOperationName());
  Convolution<Adaptor> conv;
  if (failed(conv.read(infer, adaptor)))
    return failure();
  Window window = conv.window(adaptor);
  if (failed(window.check(infer, conv.input)) ||
      failed(
          infer.checkList("output_padding", adaptor.getOutputPadding(), window.kernel.size(), 0)))
    return failure();
  int64_t inputs = conv.input.getDimSize(1);
  if (conv.filter.getDimSize(0) != inputs)
    return infer.error("input has ", inputs, " channels, but the filter takes ",
                       conv.filter.getDimSize(0));
  if (inputs % conv.group != 0)
    return infer.error("input has ", inputs, " channels, expected a multiple of group ",
                       conv.group);
  FailureOr<int64_t> outputs = infer.dimension(Wide(conv.filter.getDimSize(1)) * conv.group, 1);
  if (failed(outputs) || failed(conv.checkBias(infer, *outputs)))
    return failure();
  SmallVector<int64_t> shape = {conv.input.getDimSize(0), *outputs};
  for (size_t d = 0; d < window.kernel.size(); ++d) {
    Wide size = Wide(conv.input.getDimSize(d + 2) - 1) * window.strides[d] + window.extent(d) +
                adaptor.getOutputPadding()[d] - window.padsBegin[d] - window.padsEnd[d];
    FailureOr<int64_t> checked = infer.dimension(size, d + 2);
    if (failed(checked))
      return failure();
    shape.push_back(*checked);
  }
  return infer.result(shape, conv.input.getElementType(), types);
}

LogicalResult PoolOp::inferReturnTypes(MLIRContext *, std::optional<Location> loc, Adaptor adaptor,
                                       Types &types) {
  Inference infer(loc, getOperationName());
  FailureOr<RankedTensorType> input = infer.tensor(adaptor.getInput(), "input");
  if (failed(input))
    return failure();
  Window window{adaptor.getKernel(), adaptor.getStrides(), adaptor.getDilations(),
                adaptor.getPadsBegin(), adaptor.getPadsEnd()};
  ArrayRef<int64_t> extra = adaptor.getCeilExtra();
  if (failed(window.check(infer, *input)) ||
      failed(infer.checkList("ceil_extra", extra, window.kernel.size(), 0)))
    return failure();
  SmallVector<int64_t> shape(input->getShape().take_front(2));
  for (size_t d = 0; d < window.kernel.size(); ++d) {
    if (extra[d] >= window.strides[d])
      return infer.error("ceil_extra is ", extra[d], " in spatial dimension ", d,
                         ", expected less than the stride ", window.strides[d]);
    FailureOr<int64_t> size = window.slide(infer, d, input->getDimSize(d + 2), extra[d]);
    if (failed(size))
      return failure();
    shape.push_back(*size);
  }
  return infer.result(shape, input->getElementType(), types);
}

} // namespace nnc::nn

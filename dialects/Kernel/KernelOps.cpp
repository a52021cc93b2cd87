// Verifiers of the kernel operators; (C1) … are the constraints of their descriptions.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "dialects/Kernel/Kernel.h"
#include "dialects/Kernel/Panels.h"
#include "dialects/Kernel/TapGroups.h"
#include "lib/Numerics/Fft.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/MathExtras.h"
#include "mlir/IR/Builders.h"
#include "mlir/IR/OpImplementation.h"

using namespace mlir;

#include "dialects/Kernel/KernelInterfaces.cpp.inc"
#define GET_OP_CLASSES
#include "dialects/Kernel/KernelOps.cpp.inc"

namespace nnc::kernel {

static ArrayRef<int64_t> shapeOf(Value value) {
  return cast<RankedTensorType>(value.getType()).getShape();
}

/// Whether numpy broadcasting repeats `shape` to exactly `target`.
static bool broadcastsTo(ArrayRef<int64_t> shape, ArrayRef<int64_t> target) {
  if (shape.size() > target.size())
    return false;
  return llvm::all_of(llvm::zip_equal(shape, target.take_back(shape.size())), [](auto pair) {
    return std::get<0>(pair) == 1 || std::get<0>(pair) == std::get<1>(pair);
  });
}

static Type elementOf(Value value) {
  return cast<RankedTensorType>(value.getType()).getElementType();
}

/// The type of an element in a region: integers are signless there.
static Type scalarOf(Type element) {
  auto integer = dyn_cast<IntegerType>(element);
  return integer ? IntegerType::get(element.getContext(), integer.getWidth()) : element;
}

Type sumTypeOf(Type factor) {
  return isa<FloatType>(factor) ? factor : IntegerType::get(factor.getContext(), 32);
}

/// (C7) Types of factors and what only integers have; `widens`: also f32 times integers.
static LogicalResult verifyFactors(ProductOpInterface op, Type weight, bool widens = false) {
  Type factor = elementOf(op->getOperand(0));
  bool isFloat = isa<FloatType>(factor);
  if (weight && isa<FloatType>(weight) != isFloat && !(isFloat && widens))
    return op->emitOpError("multiplies ")
           << factor << " by " << weight << ", expected f32 by f32 or integers by i8"
           << (isFloat && isa<MatMulOp>(op) ? "; f32 by i8 asks for packed weights" : "");
  if (isFloat && !isa<FloatType>(elementOf(op->getResult(0))))
    return op->emitOpError("makes ") << elementOf(op->getResult(0)) << " of f32, expected f32";
  if (isFloat && (op.getFlip() || op.getOutside() || op.getTile().getInterleave() > 1))
    return op->emitOpError("has flip, outside or interleaved weights with f32, expected integers");
  if (!op.getOutside())
    return success();
  auto outside = static_cast<int64_t>(*op.getOutside());
  auto [low, high] = factor.isUnsignedInteger() ? std::pair(0, 255) : std::pair(-128, 127);
  if (outside < low || outside > high)
    return op->emitOpError("outside is ")
           << outside << ", expected a number from " << low << " to " << high << " for " << factor;
  return success();
}

/// (C5) The epilogue fits the extra operands and the result.
static LogicalResult verifyEpilogue(ProductOpInterface op) {
  auto result = cast<RankedTensorType>(op->getResult(0).getType());
  Type sum = sumTypeOf(elementOf(op->getOperand(0)));
  OperandRange extra = op.getExtra();
  Block &block = op.getEpilogue().front();
  if (block.getNumArguments() != extra.size() + 1)
    return op->emitOpError("epilogue has ")
           << block.getNumArguments() << " arguments, expected " << extra.size() + 1;
  if (block.getArgument(0).getType() != sum)
    return op->emitOpError("epilogue argument 0 has type ")
           << block.getArgument(0).getType() << ", expected " << sum;
  for (auto [argument, operand] : llvm::zip_equal(block.getArguments().drop_front(), extra)) {
    auto type = cast<RankedTensorType>(operand.getType());
    if (argument.getType() != scalarOf(type.getElementType()))
      return op->emitOpError("epilogue argument ")
             << argument.getArgNumber() << " has type " << argument.getType()
             << ", but its operand is " << type;
    if (!broadcastsTo(type.getShape(), result.getShape()))
      return op->emitOpError("extra operand ") << type << " does not broadcast to " << result;
  }
  auto yield = dyn_cast<YieldOp>(block.getTerminator());
  if (!yield || yield.getValue().getType() != scalarOf(result.getElementType()))
    return op->emitOpError("epilogue must yield ") << scalarOf(result.getElementType());
  return success();
}

/// (C1) and (C3), which the two convolutions share.
template <typename Op> static LogicalResult verifyWindow(Op op) {
  ArrayRef<int64_t> input = shapeOf(op.getInput()), result = shapeOf(op.getResult());
  if (input.size() < 3 || input.size() > 5 || input.size() != result.size())
    return op.emitOpError("input has rank ")
           << input.size() << " and result rank " << result.size() << ", expected 3 to 5 for both";
  size_t spatial = input.size() - 2;
  for (auto [name, values] :
       {std::pair("kernel", op.getKernel()), std::pair("strides", op.getStrides()),
        std::pair("dilations", op.getDilations()), std::pair("pads_begin", op.getPadsBegin()),
        std::pair("pads_end", op.getPadsEnd())})
    if (values.size() != spatial)
      return op.emitOpError() << name << " has " << values.size() << " elements, expected "
                              << spatial;
  if (input[0] != result[0])
    return op.emitOpError("batch is ")
           << input[0] << " in the input and " << result[0] << " in the result";
  for (size_t i = 0; i < spatial; ++i) {
    int64_t kernel = op.getKernel()[i], stride = op.getStrides()[i],
            dilation = op.getDilations()[i];
    if (kernel < 1 || stride < 1 || dilation < 1)
      return op.emitOpError("kernel, strides and dilations must be positive");
    int64_t reach =
        input[i + 2] + op.getPadsBegin()[i] + op.getPadsEnd()[i] - (kernel - 1) * dilation - 1;
    int64_t expected = reach < 0 ? 0 : reach / stride + 1;
    if (result[i + 2] != expected)
      return op.emitOpError("spatial dimension ")
             << i << " of the result is " << result[i + 2] << ", expected " << expected;
  }
  return success();
}

static LogicalResult verifyFilterSize(Operation *op, Value filter, int64_t expected) {
  auto type = cast<RankedTensorType>(filter.getType());
  if (type.getRank() != 1 || type.getNumElements() != expected)
    return op->emitOpError("packed operand is ")
           << type << ", expected one dimension of " << expected << " elements";
  return success();
}

/// (C2)
static LogicalResult verifyGroups(Operation *op, int64_t group, int64_t channels, int64_t maps) {
  if (group < 1 || channels % group != 0 || maps % group != 0)
    return op->emitOpError("group ") << group << " does not divide " << channels << " input and "
                                     << maps << " output channels";
  return success();
}

/// (C6) of `kernel.conv` and (C4) of `kernel.matmul`, but for the form of the product.
template <typename Op> static LogicalResult verifyPrologue(Op op, bool fits, const char *expected) {
  if (!op.getPrologueRows())
    return success();
  if (!fits)
    return op.emitOpError("prologue_rows is given, expected ") << expected;
  auto rows = static_cast<int64_t>(*op.getPrologueRows());
  if (rows < op.getTile().getRows())
    return op.emitOpError("prologue_rows is ")
           << rows << ", expected at least the tile's " << op.getTile().getRows() << " rows";
  return success();
}

/// Rows of a left operand on their way from a prologue to the tiles, where there is one.
template <typename Op> static SmallVector<MemRefType> prologueScratch(Op op, int64_t depth) {
  Operation *source = op->getOperand(0).getDefiningOp();
  if (!op.getPrologueRows() || !source || source->getName().getDialectNamespace() != "nn" ||
      source->hasTrait<OpTrait::ConstantLike>())
    return {};
  return {MemRefType::get({static_cast<int64_t>(*op.getPrologueRows()) * depth},
                          Float32Type::get(op.getContext()))};
}

bool ConvOp::isPointwise() {
  auto isOne = [](int64_t value) { return value == 1; };
  auto isZero = [](int64_t value) { return value == 0; };
  return getGroup() == 1 && llvm::all_of(getKernel(), isOne) &&
         llvm::all_of(getPadsBegin(), isZero) && llvm::all_of(getPadsEnd(), isZero);
}

SmallVector<MemRefType> ConvOp::getScratchTypes() {
  return prologueScratch(*this, shapeOf(getInput())[1]);
}

LogicalResult ConvOp::verify() {
  if (failed(verifyWindow(*this)))
    return failure();
  int64_t group = getGroup(), channels = shapeOf(getInput())[1], maps = shapeOf(getResult())[1];
  if (failed(verifyGroups(*this, group, channels, maps)))
    return failure();
  Panels panels{maps / group, getTile().getColumns(), getTile().getVector()};
  int64_t depth = getTile().filledDepth(channels / group);
  for (int64_t k : getKernel())
    depth *= k;
  if (failed(verifyFactors(*this, elementOf(getFilter()))) ||
      failed(verifyFilterSize(*this, getFilter(), group * panels.elements(depth))) ||
      failed(verifyPrologue(*this, isPointwise(), "one group and filters of one tap without pads")))
    return failure();
  return verifyEpilogue(*this);
}

/// (C1) of `kernel.conv_transpose`.
static LogicalResult verifyTransposedWindow(ConvTransposeOp op) {
  ArrayRef<int64_t> input = shapeOf(op.getInput()), result = shapeOf(op.getResult());
  if (input.size() < 3 || input.size() > 5 || input.size() != result.size() ||
      input[0] != result[0])
    return op.emitOpError("input has rank ") << input.size() << " and result rank " << result.size()
                                             << ", expected 3 to 5 for both and the same batch";
  for (auto [name, values, least] :
       {std::tuple("kernel", op.getKernel(), 1), std::tuple("strides", op.getStrides(), 1),
        std::tuple("dilations", op.getDilations(), 1),
        std::tuple("pads_begin", op.getPadsBegin(), 0)}) {
    if (values.size() != input.size() - 2)
      return op.emitOpError() << name << " has " << values.size() << " elements, expected "
                              << input.size() - 2;
    for (int64_t value : values)
      if (value < least)
        return op.emitOpError() << name << " has an element " << value << ", expected at least "
                                << least;
  }
  return success();
}

bool ConvTransposeOp::isDepthwise() {
  int64_t group = getGroup();
  return group > 1 && shapeOf(getInput())[1] == group && shapeOf(getResult())[1] == group;
}

LogicalResult ConvTransposeOp::verify() {
  if (failed(verifyTransposedWindow(*this)))
    return failure();
  int64_t group = getGroup(), channels = shapeOf(getInput())[1], maps = shapeOf(getResult())[1];
  if (failed(verifyGroups(*this, group, channels, maps)))
    return failure();
  Panels panels{maps / group, getTile().getColumns(), getTile().getVector()};
  int64_t taps = 1;
  for (int64_t k : getKernel())
    taps *= k;
  int64_t perTap = isDepthwise() ? channels : group * panels.elements(channels / group);
  if (failed(verifyFilterSize(*this, getFilter(), taps * perTap)))
    return failure();
  return verifyEpilogue(*this);
}

LogicalResult DepthwiseOp::verify() {
  if (failed(verifyWindow(*this)))
    return failure();
  int64_t channels = shapeOf(getInput())[1], lines = 1;
  if (shapeOf(getResult())[1] != channels)
    return emitOpError("result has ")
           << shapeOf(getResult())[1] << " channels, expected " << channels;
  for (int64_t k : getKernel().drop_back())
    lines *= k;
  int64_t elements = channels * lines * getKernel().back();
  int64_t interleave = getTile().getInterleave(), vector = getTile().getVector();
  if (interleave != 1) {
    if (interleave != TapGroups::kTaps || vector < 4 || vector > 16 || getDilations().back() != 1)
      return emitOpError("has interleave = ")
             << interleave << ", vectors of " << vector << " and dilation " << getDilations().back()
             << " of the last dimension, expected interleave = 1, or 4 with vectors of 4, 8 or 16 "
                "and dilation 1";
    elements = TapGroups{channels, lines, getKernel().back(), vector}.elements();
  }
  if (failed(verifyFactors(*this, elementOf(getFilter()))) ||
      failed(verifyFilterSize(*this, getFilter(), elements)))
    return failure();
  return verifyEpilogue(*this);
}

LogicalResult PoolOp::verify() {
  if (failed(verifyWindow(*this)))
    return failure();
  int64_t channels = shapeOf(getInput())[1];
  if (shapeOf(getResult())[1] != channels)
    return emitOpError("result has ")
           << shapeOf(getResult())[1] << " channels, expected " << channels;
  return verifyEpilogue(*this);
}

LogicalResult MatMulOp::verify() {
  ArrayRef<int64_t> a = shapeOf(getLhs()), b = shapeOf(getRhs()), y = shapeOf(getResult());
  if (a.size() < 2 || y.size() < 2 || (!getPacked() && b.size() < 2))
    return emitOpError("operands must have at least 2 dimensions");
  int64_t m = a[a.size() - 2], k = a[a.size() - 1];
  if (getTransposeLhs())
    std::swap(m, k);
  int64_t n = y[y.size() - 1];
  if (failed(verifyFactors(*this, elementOf(getRhs()), getPacked())))
    return failure();
  if (!getPacked() && getTile().getInterleave() != 1)
    return emitOpError("has interleaved weights that are not packed, expected interleave = 1");
  if (y[y.size() - 2] != m)
    return emitOpError("result has ") << y[y.size() - 2] << " rows, expected " << m;
  if (!broadcastsTo(a.drop_back(2), y.drop_back(2)))
    return emitOpError("leading dimensions of the first operand do not broadcast to the result's");
  if (failed(verifyPrologue(*this, getPacked(), "packed")))
    return failure();
  if (getPacked()) {
    if (getTransposeRhs())
      return emitOpError("a packed operand cannot be transposed");
    if (getPackRhs())
      return emitOpError("a packed operand cannot be packed again");
    Panels panels{n, getTile().getColumns(), getTile().getVector()};
    if (failed(verifyFilterSize(*this, getRhs(), panels.elements(getTile().filledDepth(k)))))
      return failure();
    return verifyEpilogue(*this);
  }
  int64_t bk = b[b.size() - 2], bn = b[b.size() - 1];
  if (getTransposeRhs())
    std::swap(bk, bn);
  if (bk != k || bn != n)
    return emitOpError("second operand is ")
           << bk << " × " << bn << ", expected " << k << " × " << n;
  if (!broadcastsTo(b.drop_back(2), y.drop_back(2)))
    return emitOpError("leading dimensions of the second operand do not broadcast to the result's");
  return verifyEpilogue(*this);
}

SmallVector<MemRefType> MatMulOp::getScratchTypes() {
  if (!getPackRhs())
    return prologueScratch(*this, shapeOf(getLhs()).end()[getTransposeLhs() ? -2 : -1]);
  ArrayRef<int64_t> b = shapeOf(getRhs());
  int64_t depth = b[b.size() - (getTransposeRhs() ? 1 : 2)];
  Panels panels{shapeOf(getResult()).back(), getTile().getColumns(), getTile().getVector()};
  return {MemRefType::get({panels.largestWidth() * depth}, elementOf(getRhs()))};
}

/// (C1), (C3) and (C4) of convolutions in a transform domain with `places` products for each pair
/// of channels.
template <typename Op>
static LogicalResult verifyTransformed(Op op, ArrayRef<int64_t> kernel, int64_t places) {
  ArrayRef<int64_t> x = shapeOf(op.getInput()), y = shapeOf(op.getResult());
  for (size_t d = 0; d < 2; ++d) {
    int64_t expected = x[d + 2] + op.getPadsBegin()[d] + op.getPadsEnd()[d] - kernel[d] + 1;
    if (y[d + 2] != expected)
      return op.emitOpError("spatial dimension ")
             << d << " of the result is " << y[d + 2] << ", expected " << expected;
  }
  Panels panels{y[1], op.getTile().getColumns(), op.getTile().getVector()};
  if (failed(verifyFilterSize(op, op.getFilter(), places * panels.elements(x[1]))))
    return failure();
  return verifyEpilogue(op);
}

template <typename Op> static LogicalResult verifyImages(Op op) {
  ArrayRef<int64_t> x = shapeOf(op.getInput()), y = shapeOf(op.getResult());
  if (x.size() != 4 || y.size() != 4 || x[0] != y[0] || op.getPadsBegin().size() != 2 ||
      op.getPadsEnd().size() != 2)
    return op.emitOpError(
        "input and result must have rank 4 and the same batch, and pads two elements");
  return success();
}

LogicalResult WinogradOp::verify() {
  if (failed(verifyImages(*this)))
    return failure();
  auto size = static_cast<int64_t>(getSize()), kernel = static_cast<int64_t>(getKernel());
  if (size < 1 || kernel < 1 || static_cast<int64_t>(getBlock()) < 1)
    return emitOpError("size, kernel and block must be positive");
  return verifyTransformed(*this, {kernel, kernel}, getAlpha() * getAlpha());
}

LogicalResult FftOp::verify() {
  if (failed(verifyImages(*this)))
    return failure();
  auto size = static_cast<int64_t>(getSize());
  auto fits = [&](int64_t kernel) { return kernel >= 1 && kernel <= size; };
  if (!numerics::isFftSize(size) || static_cast<int64_t>(getBlock()) < 1)
    return emitOpError("size is ")
           << size << " and block " << getBlock() << ", expected 8, 16 or 32 and at least 1";
  if (getKernel().size() != 2 || !llvm::all_of(getKernel(), fits))
    return emitOpError("kernel must have two elements from 1 to ") << size;
  return verifyTransformed(*this, getKernel(), numerics::FftPlaces{size}.count());
}

int64_t FftOp::getTilesPerLine() {
  return llvm::divideCeil(shapeOf(getResult())[3], getResultsPerTile(1));
}
int64_t FftOp::getTileLines() {
  return llvm::divideCeil(shapeOf(getResult())[2], getResultsPerTile(0));
}

SmallVector<MemRefType> FftOp::getScratchTypes() {
  auto size = static_cast<int64_t>(getSize());
  int64_t tiles = static_cast<int64_t>(getBlock()) * getTilesPerLine();
  auto buffer = [&](int64_t elements) {
    return MemRefType::get({elements}, Float32Type::get(getContext()));
  };
  int64_t places = numerics::FftPlaces{size}.count();
  return {buffer(places * placeStride(tiles * shapeOf(getInput())[1])),
          buffer(places * placeStride(tiles * shapeOf(getResult())[1])),
          buffer(size * size * getTile().getVector())};
}

int64_t WinogradOp::getTilesPerLine() {
  return llvm::divideCeil(shapeOf(getResult())[3], getSize());
}
int64_t WinogradOp::getTileLines() { return llvm::divideCeil(shapeOf(getResult())[2], getSize()); }

SmallVector<MemRefType> WinogradOp::getScratchTypes() {
  int64_t tiles = static_cast<int64_t>(getBlock()) * getTilesPerLine();
  auto places = [&](int64_t channels) {
    return MemRefType::get({getAlpha() * getAlpha() * placeStride(tiles * channels)},
                           Float32Type::get(getContext()));
  };
  return {places(shapeOf(getInput())[1]), places(shapeOf(getResult())[1])};
}

static int64_t elementsOf(Type type) {
  auto vector = dyn_cast<VectorType>(type);
  return vector ? vector.getNumElements() : 1;
}

int64_t DotOp::getLanes() { return elementsOf(getSum().getType()); }
int64_t DotOp::getProducts() { return elementsOf(getB().getType()) / getLanes(); }

LogicalResult DotOp::verify() {
  int64_t lanes = getLanes(), products = getProducts();
  if (elementsOf(getB().getType()) != lanes * products || products > 16 ||
      !llvm::isPowerOf2_64(products))
    return emitOpError("has b of type ")
           << getB().getType() << ", expected a power of two up to 16 of elements for each of "
           << lanes << " sums";
  if (!getA().getType().isInteger(static_cast<unsigned>(8 * products)) &&
      getA().getType() != getB().getType())
    return emitOpError("has a of type ") << getA().getType() << ", expected an integer of "
                                         << products << " bytes or " << getB().getType();
  return success();
}

LogicalResult PackOp::verify() {
  int64_t lanes = elementsOf(getA().getType());
  if (lanes < 4 || lanes > 16 || !llvm::isPowerOf2_64(lanes))
    return emitOpError("has operands of type ")
           << getA().getType() << ", expected 4, 8 or 16 elements";
  if (elementsOf(getType()) != 4 * lanes)
    return emitOpError("has a result of type ")
           << getType() << ", expected " << 4 * lanes << " elements";
  return success();
}

int64_t ConvOp::getColumnDim() { return 1; }
int64_t ConvTransposeOp::getColumnDim() { return 1; }
int64_t DepthwiseOp::getColumnDim() { return 1; }
int64_t PoolOp::getColumnDim() { return 1; }
int64_t WinogradOp::getColumnDim() { return 1; }
int64_t FftOp::getColumnDim() { return 1; }
int64_t MatMulOp::getColumnDim() { return cast<RankedTensorType>(getType()).getRank() - 1; }

} // namespace nnc::kernel

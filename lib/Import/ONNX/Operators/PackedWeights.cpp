// Matrix products of real numbers and packed weights of few bits.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "lib/Import/ONNX/Operators/Groups.h"
#include "lib/Import/ONNX/Operators/Products.h"
#include "lib/Import/ONNX/Operators/Quantized.h"
#include "lib/Reference/Tensor.h"

using namespace mlir;

namespace nnc::onnx {

namespace {

/// N columns of K weights, in blocks of K that share a scale and a zero point.
struct Packing {
  int64_t depth, columns, bits, block;
  int64_t blocks() const { return (depth + block - 1) / block; }
  int64_t blockBytes() const { return block * bits / 8; }
  /// Bytes of the zero points of a column.
  int64_t zeroBytes() const { return (blocks() * bits + 7) / 8; }
};

} // namespace

static std::optional<Packing> readPacking(Node &node) {
  Packing packing{node.requiredInteger("K"), node.requiredInteger("N"), node.integer("bits", 4),
                  node.requiredInteger("block_size")};
  node.ignore("accuracy_level"); // products are those of f32
  if (node.hasFailed())
    return std::nullopt;
  constexpr int64_t kMost = int64_t(1) << 30;
  if (packing.bits != 4 && packing.bits != 8) {
    node.error() << "attribute 'bits' is " << packing.bits << ", expected 4 or 8";
    return std::nullopt;
  }
  if (packing.depth < 1 || packing.columns < 1 || packing.depth > kMost ||
      packing.columns > kMost || packing.block < 16 || packing.block > kMost ||
      (packing.block & (packing.block - 1)) != 0) {
    node.error() << "attributes 'K', 'N' and 'block_size' are " << packing.depth << ", "
                 << packing.columns << " and " << packing.block
                 << ", expected positive sizes and a power of two from 16";
    return std::nullopt;
  }
  return packing;
}

/// The elements of a constant input of `count` elements.
static std::optional<reference::Tensor> readConstant(Node &node, unsigned i, int64_t count) {
  ElementsAttr elements = Node::constantOf(node.input(i));
  auto tensor = elements ? reference::Tensor::fromAttr(elements) : std::nullopt;
  if (!tensor) {
    node.error() << node.describeInput(i) << " must be known at compile time";
    return std::nullopt;
  }
  if (i == 1 && tensor->type() != ElementType::U8) {
    node.error() << node.describeInput(i) << " has element type "
                 << nameOfElementType(elements.getElementType()) << ", expected uint8";
    return std::nullopt;
  }
  if (tensor->size() != count) {
    node.error() << node.describeInput(i) << " has " << tensor->size() << " elements, expected "
                 << count;
    return std::nullopt;
  }
  return tensor;
}

/// Number i of a run of packed ones, the first in the low bits.
static int64_t unpack(const reference::Tensor &bytes, int64_t start, int64_t i, int64_t bits) {
  int64_t byte = bytes.integer(start + i * bits / 8);
  return bits == 8 ? byte : (byte >> (i % 2 * 4)) & 15;
}

/// The weights as real numbers, N × K.
static Value unpackWeights(Node &node, const Packing &p) {
  auto packed = readConstant(node, 1, p.columns * p.blocks() * p.blockBytes());
  auto scales = packed ? readConstant(node, 2, p.columns * p.blocks()) : std::nullopt;
  if (!scales)
    return {};
  std::optional<reference::Tensor> zeros;
  bool realZeros = false;
  if (node.hasInput(3)) {
    Type zero = Node::elementOf(node.input(3));
    realZeros = isa<FloatType>(zero);
    if (!realZeros && !zero.isUnsignedInteger(8)) {
      node.error() << node.describeInput(3) << " has element type " << nameOfElementType(zero)
                   << ", expected uint8 or floating-point numbers";
      return {};
    }
    zeros = readConstant(node, 3, p.columns * (realZeros ? p.blocks() : p.zeroBytes()));
    if (!zeros)
      return {};
  }
  auto zeroPoint = [&](int64_t n, int64_t b) -> double {
    if (!zeros)
      return static_cast<double>(int64_t(1) << (p.bits - 1));
    return realZeros ? zeros->real(n * p.blocks() + b)
                     : static_cast<double>(unpack(*zeros, n * p.zeroBytes(), b, p.bits));
  };
  constexpr int64_t kMostElements = int64_t(1) << 32;
  if (p.columns * p.depth > kMostElements) {
    node.error() << "has " << p.columns << " times " << p.depth << " weights, which are too many";
    return {};
  }
  reference::Tensor weights = reference::Tensor::zeros({p.columns, p.depth}, ElementType::F32);
  for (int64_t n = 0; n < p.columns; ++n)
    for (int64_t k = 0; k < p.depth; ++k) {
      int64_t b = k / p.block, run = n * p.blocks() + b;
      auto q = static_cast<double>(unpack(*packed, run * p.blockBytes(), k % p.block, p.bits));
      weights.setReal(n * p.depth + k, (q - zeroPoint(n, b)) * scales->real(run));
    }
  constexpr int64_t kResourceBytes = 4096;
  return node.constant(weights.toAttr(node.context(), kResourceBytes));
}

/// A · Bᵀ + bias
static LogicalResult buildMatMulNBits(Node &node) {
  std::optional<Packing> packing = readPacking(node);
  if (!packing)
    return failure();
  if (node.hasInput(4))
    return node.error() << node.describeInput(4) << " reorders the weights, which is not supported";
  Value a = node.input(0), w = unpackWeights(node, *packing);
  if (node.hasFailed())
    return failure();
  if (Node::rankOf(a) < 2)
    return node.error() << "input 0 has " << Node::rankOf(a) << " dimensions, expected 2 or more";
  Type element = Node::elementOf(a);
  Value y = node.make<nn::MatMulOp>(a, node.cast(w, element), false, true);
  return node.finish(node.hasInput(5) && !node.hasFailed() ? node.add(y, node.input(5)) : y);
}

llvm::ArrayRef<OperatorRow> packedWeightOperators() {
  static const OperatorRow rows[] = {
      {"MatMulNBits", {1}, 3, 6, buildMatMulNBits, 1, "com.microsoft"},
  };
  return rows;
}

} // namespace nnc::onnx

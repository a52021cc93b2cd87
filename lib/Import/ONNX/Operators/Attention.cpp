// What attention layers are made of.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "lib/Import/ONNX/Node.h"
#include "lib/Import/ONNX/Operators/Groups.h"

using namespace mlir;

namespace nnc::onnx {

//===-- RotaryEmbedding --------------------------------------------------------------------===//

/// Every `step`-th of the last dimension's elements, `count` of them from `first` on.
static Value lastDimension(Node &node, Value x, int64_t first, int64_t count, int64_t step = 1) {
  Node::Shape shape(Node::shapeOf(x)), starts(shape.size(), 0), steps(shape.size(), 1);
  shape.back() = count, starts.back() = first, steps.back() = step;
  auto type = RankedTensorType::get(shape, Node::elementOf(x));
  return node.makeTyped<nn::SliceOp>(type, x, starts, steps);
}

namespace {
/// The sizes of a tensor of heads. Its shape is [batch, heads, positions, head] or, with `flat`,
/// [batch, positions, heads·head].
struct Heads {
  bool flat;
  int64_t batch, positions, heads, head;
  int64_t rotated; ///< the first elements of a head, which are rotated in pairs
};
} // namespace

static std::optional<Heads> headsOf(Node &node, Value x) {
  int64_t rank = Node::rankOf(x), heads = node.integer("num_heads", 0);
  int64_t rotated = node.integer("rotary_embedding_dim", 0);
  if (rank != 3 && rank != 4)
    node.error() << "input has " << rank << " dimensions, expected 3 or 4";
  if (node.hasFailed())
    return std::nullopt;
  ArrayRef<int64_t> shape = Node::shapeOf(x);
  Heads sizes{rank == 3, shape[0], shape[rank - 2], heads, shape.back(), rotated};
  if (sizes.flat && (heads <= 0 || sizes.head % heads != 0)) {
    node.error() << "attribute 'num_heads' is " << heads
                 << ", expected a divisor of the input's last dimension, " << sizes.head;
    return std::nullopt;
  }
  if (sizes.flat)
    sizes.head /= heads;
  else
    sizes.heads = shape[1];
  if (rotated == 0)
    sizes.rotated = sizes.head;
  if (sizes.rotated < 0 || sizes.rotated > sizes.head || sizes.rotated % 2 != 0) {
    node.error() << "there are " << sizes.rotated
                 << " elements to rotate, expected an even number up to " << sizes.head
                 << ", the size of a head";
    return std::nullopt;
  }
  return sizes;
}

/// Cosines or sines with one row per position: the rows that `positions` picks, or the cache itself
/// without them. The result broadcasts against the pairs of a head.
static Value angles(Node &node, Value cache, Value positions, const Heads &sizes, StringRef what) {
  if (positions) {
    if (!node.hasFailed() && Node::rankOf(cache) != 2) {
      node.error() << what << " has " << Node::rankOf(cache)
                   << " dimensions, expected 2 where positions are given";
      return {};
    }
    cache = node.make<nn::GatherOp>(cache, positions, int64_t{0});
  }
  if (node.hasFailed())
    return {};
  Node::Shape expected{sizes.batch, sizes.positions, sizes.rotated / 2};
  if (Node::shapeOf(cache) != ArrayRef(expected)) {
    node.error() << what << (positions ? " with positions has shape [" : " has shape [")
                 << Node::shapeOf(cache) << "], expected [" << ArrayRef(expected) << "]";
    return {};
  }
  expected.insert(expected.begin() + (sizes.flat ? 2 : 1), 1);
  return node.reshape(cache, expected);
}

/// Rotates the pairs (a, b) of each head by the angle of their position: (a·cos − b·sin, a·sin +
/// b·cos). A pair are neighbours where `interleaved`, else elements of the two halves.
static LogicalResult buildRotaryEmbedding(Node &node) {
  Value x = node.input(0), positions = node.input(3);
  bool interleaved = node.flag("interleaved", false);
  std::optional<Heads> sizes = headsOf(node, x);
  if (!sizes)
    return failure();
  Value cosine = angles(node, node.input(1), positions, *sizes, "cos_cache");
  Value sine = angles(node, node.input(2), positions, *sizes, "sin_cache");
  if (sizes->flat)
    x = node.reshape(x, {sizes->batch, sizes->positions, sizes->heads, sizes->head});
  if (node.hasFailed())
    return failure();

  int64_t half = sizes->rotated / 2;
  Value a = lastDimension(node, x, 0, half, interleaved ? 2 : 1);
  Value b = lastDimension(node, x, interleaved ? 1 : half, half, interleaved ? 2 : 1);
  SmallVector<Value> parts = {node.sub(node.mul(a, cosine), node.mul(b, sine)),
                              node.add(node.mul(a, sine), node.mul(b, cosine))};
  if (node.hasFailed())
    return failure();
  if (interleaved) {
    Node::Shape pairs(Node::shapeOf(x));
    pairs.back() = half, pairs.push_back(1);
    for (Value &part : parts)
      part = node.reshape(part, pairs);
    Value joined = node.make<nn::ConcatOp>(ValueRange(parts), int64_t{4});
    pairs.pop_back(), pairs.back() = sizes->rotated;
    parts = {node.reshape(joined, pairs)};
  }
  if (sizes->rotated < sizes->head)
    parts.push_back(lastDimension(node, x, sizes->rotated, sizes->head - sizes->rotated));
  Value y = node.make<nn::ConcatOp>(ValueRange(parts), int64_t{3});
  return node.finish(node.reshape(y, Node::shapeOf(node.input(0))));
}

llvm::ArrayRef<OperatorRow> attentionOperators() {
  static const OperatorRow rows[] = {
      {"RotaryEmbedding", {23}, 3, 4, buildRotaryEmbedding},
  };
  return rows;
}

} // namespace nnc::onnx

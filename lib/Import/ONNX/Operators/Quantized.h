// Scales and zero points of nodes, and building between real numbers and integers that stand for
// them. Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef NNC_LIB_IMPORT_ONNX_OPERATORS_QUANTIZED_H
#define NNC_LIB_IMPORT_ONNX_OPERATORS_QUANTIZED_H

#include "lib/Import/ONNX/Node.h"

#include "mlir/Dialect/Quant/IR/QuantTypes.h"

namespace nnc::onnx {

/// What the integers of one tensor of a node stand for.
struct QuantizationInputs {
  unsigned scale;               ///< number of an input
  std::optional<unsigned> zero; ///< likewise; may be absent in the node, too
  int64_t axis = 0;             ///< where the scale has several elements
  int64_t block = 0;            ///< elements along the axis that share a scale; 0: one or all
  unsigned bits = 0;            ///< of the integers, where fewer than their type's
};

/// The quantized type of tensors of `shape` stored as `storage`, where scale and zero point are
/// known; null where they are not, or after an error.
mlir::quant::QuantizedType quantizedType(Node &node, mlir::Type storage, Node::Shape shape,
                                         const QuantizationInputs &inputs);

/// The real numbers (f32) that integers stand for.
mlir::Value dequantize(Node &node, mlir::Value x, const QuantizationInputs &inputs);

/// A constant where a value is computed from constants only; else the value.
mlir::Value evaluateConstants(Node &node, mlir::Value value);

/// The bias of a product of integers, whose scale is that of both factors: S_a·S_b·`factor`.
mlir::Value dequantizeBias(Node &node, mlir::Value bias, unsigned scaleA, unsigned scaleB,
                           double factor = 1);

/// The integers of type `storage` that stand for real numbers (f32).
mlir::Value quantize(Node &node, mlir::Value x, mlir::Type storage,
                     const QuantizationInputs &inputs);

} // namespace nnc::onnx

#endif

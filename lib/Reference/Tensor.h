// A tensor on the host: what the reference evaluator computes with.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef NNC_LIB_REFERENCE_TENSOR_H
#define NNC_LIB_REFERENCE_TENSOR_H

#include "lib/Support/ElementType.h"

#include "mlir/IR/BuiltinAttributes.h"
#include "mlir/IR/BuiltinTypes.h"

#include <memory>
#include <optional>
#include <vector>

namespace nnc::reference {

/// The element type of an nn tensor; of quantized numbers that of their integers.
std::optional<ElementType> elementTypeOf(mlir::Type type);

/// The MLIR type of an element type, as the nn dialect writes it.
mlir::Type toMLIR(ElementType type, mlir::MLIRContext *context);

/// Elements in row-major order, or one element for all of them (a splat). Bytes are shared between
/// copies, and may belong to an attribute: only the maker of a tensor writes to it. A boolean is
/// one byte.
class Tensor {
public:
  Tensor() = default;

  /// A tensor of zeros with bytes of its own.
  static Tensor zeros(llvm::ArrayRef<int64_t> shape, ElementType type);
  /// A zero for all elements; set element 0 to change the value.
  static Tensor splat(llvm::ArrayRef<int64_t> shape, ElementType type);
  /// Bytes that outlive the tensor.
  static Tensor borrow(llvm::ArrayRef<int64_t> shape, ElementType type, llvm::ArrayRef<char> bytes);
  /// A copy of numbers, converted to the element type.
  static Tensor of(llvm::ArrayRef<int64_t> shape, ElementType type, llvm::ArrayRef<double> values);

  /// A dense or resource attribute, without a copy unless it packs booleans. Nothing for other
  /// attributes and for blobs that are missing or too short.
  static std::optional<Tensor> fromAttr(mlir::ElementsAttr attr);

  /// The attribute that keeps these elements: a splat where all have the same bits, a resource from
  /// `resourceBytes` bytes on, else dense.
  mlir::ElementsAttr toAttr(mlir::MLIRContext *context, int64_t resourceBytes) const;

  llvm::ArrayRef<int64_t> shape() const { return dims; }
  int64_t rank() const { return static_cast<int64_t>(dims.size()); }
  int64_t dim(int64_t d) const { return dims[static_cast<size_t>(d)]; }
  ElementType type() const { return element; }
  unsigned elementBytes() const { return factsOf(element).bytes; }
  int64_t size() const { return count; }
  bool isSplat() const { return one; }
  bool isFloat() const;
  bool isUnsigned() const;
  /// Bits of an integer.
  unsigned width() const { return element == ElementType::Bool ? 1 : elementBytes() * 8; }

  /// All bytes; of a splat those of its one element.
  llvm::ArrayRef<char> bytes() const { return view; }
  /// To be written by the maker. Only for tensors with bytes of their own.
  llvm::MutableArrayRef<char> mutableBytes() { return llvm::MutableArrayRef(*owner); }

  /// Bytes of element i.
  llvm::ArrayRef<char> at(int64_t i) const {
    return view.slice(static_cast<size_t>(one ? 0 : i) * elementBytes(), elementBytes());
  }
  /// Element i as a real number (64-bit integers round).
  double real(int64_t i) const;
  /// Element i as an integer: sign- or zero-extended, a ui64 by its bits.
  int64_t integer(int64_t i) const;
  void setReal(int64_t i, double value);
  /// Keeps the low bits.
  void setInteger(int64_t i, int64_t value);
  void setBytes(int64_t i, llvm::ArrayRef<char> value);

  /// The same elements under another shape; of equal size unless this is a splat.
  Tensor reshaped(llvm::ArrayRef<int64_t> shape) const;
  /// The same elements, not as a splat.
  Tensor dense() const;
  /// All elements as real numbers.
  std::vector<double> reals() const;

private:
  Tensor(llvm::ArrayRef<int64_t> shape, ElementType type);
  char *slot(int64_t i) {
    return owner->data() + static_cast<size_t>(one ? 0 : i) * elementBytes();
  }

  llvm::SmallVector<int64_t, 4> dims;
  int64_t count = 0;
  ElementType element = ElementType::F32;
  bool one = false;
  llvm::ArrayRef<char> view;
  std::shared_ptr<std::vector<char>> owner;
};

/// A real number in the nearest f16 or bf16 (ties to even), and back.
uint16_t encodeHalf(double value, ElementType type);
double decodeHalf(uint16_t bits, ElementType type);

} // namespace nnc::reference

#endif

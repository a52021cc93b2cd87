// The constants of a model as one group, equal ones once.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef NNC_PASSES_MEMORY_CONSTANTPOOL_H
#define NNC_PASSES_MEMORY_CONSTANTPOOL_H

#include "dialects/RT/RT.h"

#include "mlir/IR/Builders.h"
#include "mlir/IR/BuiltinAttributes.h"

#include <map>
#include <vector>

namespace nnc::memory {

/// Collects constants by content; blobs are referred to, never copied.
class ConstantPool {
public:
  /// Number of the part that holds the bytes of `value`, whatever its shape.
  unsigned add(mlir::ElementsAttr value);

  bool empty() const { return parts.empty(); }

  /// Creates the group, each part at a multiple of `alignment` bytes.
  rt::ConstantsOp build(mlir::OpBuilder &builder, mlir::Location location, llvm::StringRef name,
                        unsigned alignment) const;

private:
  std::vector<mlir::ElementsAttr> parts;
  std::multimap<uint64_t, unsigned> byHash;
};

} // namespace nnc::memory

#endif

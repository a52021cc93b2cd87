// Registration of the kernel dialect and its tile attribute.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "dialects/Kernel/Kernel.h"

#include "llvm/ADT/TypeSwitch.h"
#include "llvm/Support/MathExtras.h"
#include "mlir/IR/Builders.h"
#include "mlir/IR/DialectImplementation.h"

using namespace mlir;

#include "dialects/Kernel/KernelDialect.cpp.inc"
#define GET_ATTRDEF_CLASSES
#include "dialects/Kernel/KernelAttrs.cpp.inc"

namespace nnc::kernel {

void KernelDialect::initialize() {
  addOperations<
#define GET_OP_LIST
#include "dialects/Kernel/KernelOps.cpp.inc"
      >();
  addAttributes<
#define GET_ATTRDEF_LIST
#include "dialects/Kernel/KernelAttrs.cpp.inc"
      >();
}

LogicalResult TileAttr::verify(function_ref<InFlightDiagnostic()> emitError, int64_t rows,
                               int64_t columns, int64_t vector, int64_t lanes, int64_t interleave) {
  if (rows < 1 || columns < 1)
    return emitError() << "tile is " << rows << " × " << columns << ", expected at least 1 × 1";
  if (vector < 1 || !llvm::isPowerOf2_64(vector) || columns % vector != 0)
    return emitError() << "tile vector is " << vector
                       << ", expected a power of two that divides its " << columns << " columns";
  if (interleave < 1 || interleave > 16 || !llvm::isPowerOf2_64(interleave))
    return emitError() << "tile interleave is " << interleave
                       << ", expected a power of two up to 16";
  if (lanes < 1 || !llvm::isPowerOf2_64(lanes) || lanes > vector * interleave ||
      (lanes > 1 && lanes < interleave))
    return emitError() << "tile lanes is " << lanes
                       << ", expected 1 or a power of two from its interleave " << interleave
                       << " to a vector's " << vector * interleave << " elements";
  return success();
}

} // namespace nnc::kernel

// Small tables that loops read: constants of a layer that are no splats, and places and weights of
// resampling. Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef NNC_PASSES_CONVERSION_NNTOLOOPS_CONSTANTTABLES_H
#define NNC_PASSES_CONVERSION_NNTOLOOPS_CONSTANTTABLES_H

#include "mlir/IR/Builders.h"
#include "mlir/IR/BuiltinAttributes.h"
#include "mlir/IR/BuiltinOps.h"

namespace nnc {

/// Collects the tables of a module. Equal tables are one.
class ConstantTables {
public:
  /// The buffer of a table, for use at the builder's place.
  mlir::Value get(mlir::OpBuilder &builder, mlir::Location loc, mlir::DenseElementsAttr table);

  /// Adds the group that holds all tables to the module, if there are any.
  void addTo(mlir::ModuleOp module) const;

private:
  llvm::DenseMap<mlir::Attribute, int64_t> offsetOf;
  llvm::SmallVector<mlir::Attribute> parts;
  llvm::SmallVector<int64_t> offsets;
  int64_t end = 0;
};

} // namespace nnc

#endif

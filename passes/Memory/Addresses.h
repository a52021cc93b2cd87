// Addresses in the model's function, resolved to a place in one of its arguments or the constants.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef NNC_PASSES_MEMORY_ADDRESSES_H
#define NNC_PASSES_MEMORY_ADDRESSES_H

#include "mlir/Dialect/Func/IR/FuncOps.h"

namespace nnc::memory {

/// A byte of an argument of the model's function (the arena is one) or of its constants.
struct Address {
  mlir::Value argument; ///< null: constants
  int64_t offset = 0;   ///< bytes

  bool isNear(const Address &other) const { return argument == other.argument; }
};

/// Follows `memref.view` at constants, `rt.part` and `rt.constant`. An error where a buffer leaves
/// what holds it or is not aligned to its elements.
mlir::FailureOr<Address> resolveAddress(mlir::Value buffer);

/// How messages call what holds an address: "the arena", "the constants", "argument 1 of the
/// model".
std::string nameOfHolder(mlir::func::FuncOp model, mlir::Value argument);

} // namespace nnc::memory

#endif

// Large constants that go around LLVM, which would copy their bytes several times: the code is
// generated with one byte in their place, and the bytes join the finished object.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef NNC_TARGETS_COMMON_LLVM_DETACHEDCONSTANTS_H
#define NNC_TARGETS_COMMON_LLVM_DETACHEDCONSTANTS_H

#include "llvm/ADT/SmallVector.h"
#include "llvm/Support/Error.h"
#include "mlir/IR/AsmState.h"

#include <string>
#include <vector>

namespace llvm {
class Module;
}
namespace mlir {
class ModuleOp;
}

namespace nnc {

/// The bytes of one global, which has a section of its own.
struct DetachedConstant {
  std::string symbol, section;
  mlir::AsmResourceBlob bytes;
};

/// Groups of constants from this size on are detached; below, LLVM may as well see the values.
inline constexpr size_t kDetachedBytes = size_t{1} << 20;

/// Takes the bytes of large globals out of a module of the LLVM dialect, which then only declares
/// them: no later optimisation can know their values.
std::vector<DetachedConstant> detachConstants(mlir::ModuleOp module);

/// Defines each declared global as one byte in its section, for the code generator. Forgets
/// constants that the optimised module has no use for.
void addPlaceholders(llvm::Module &module, std::vector<DetachedConstant> &constants);

/// Puts the bytes where the placeholders are in an ELF object: they are appended to the file, and
/// the section's header points to them.
llvm::Error attachConstants(llvm::SmallVectorImpl<char> &object,
                            const std::vector<DetachedConstant> &constants);

} // namespace nnc

#endif

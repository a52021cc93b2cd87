// Registers every dialect and pass, for tools that read IR or pipelines as text.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef NNC_LIB_PIPELINES_REGISTRATION_H
#define NNC_LIB_PIPELINES_REGISTRATION_H

namespace mlir {
class DialectRegistry;
}

namespace nnc {

/// Adds the project's dialects and the upstream ones that its pipeline uses.
void registerDialects(mlir::DialectRegistry &registry);

/// Makes the project's passes, and the upstream ones its pipeline uses, known by name.
void registerPasses();

} // namespace nnc

#endif

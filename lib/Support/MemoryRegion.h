// A memory of the machine that intermediate values may lie in.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef NNC_LIB_SUPPORT_MEMORYREGION_H
#define NNC_LIB_SUPPORT_MEMORYREGION_H

#include <cstdint>
#include <string>

namespace nnc {

/// Its name, a C identifier that the user chooses, and how much of it a model may take.
struct MemoryRegion {
  std::string name;
  uint64_t limit = 0; ///< bytes
};

} // namespace nnc

#endif

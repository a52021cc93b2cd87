// How far a product's result may reach into its input.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef NNC_PASSES_MEMORY_SWEEP_H
#define NNC_PASSES_MEMORY_SWEEP_H

#include "dialects/Kernel/Kernel.h"
#include "dialects/RT/RT.h"

#include <optional>

namespace nnc::memory {

/// Bytes of distance that a kernel needs where its result overlaps its input (`rt.sweep`).
struct Leads {
  int64_t ascending = 0, descending = 0;
  int64_t of(rt::Order order) const {
    return order == rt::Order::ascending ? ascending : descending;
  }
};

/// The leads of a kernel that can go through its first operand tile by tile, in row-major order of
/// the result's batch and pixels or backwards, all channels of a tile before the next one:
///
///   ascending   max over tiles t: end of the result's bytes in tiles ≤ t
///                                 − begin of the input's bytes that tiles ≥ t read
///   descending  the same, all addresses counted downwards from the ends of the two buffers
///
/// None where a kernel cannot: groups, transforms, transposed or broadcast operands, operands that
/// are not packed.
std::optional<Leads> leadsOfSweep(kernel::ProductOpInterface op);

} // namespace nnc::memory

#endif

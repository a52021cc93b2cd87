// Locations of operators that compute a part of a node of the model.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "passes/Graph/NodeLocation.h"

#include "llvm/ADT/SmallVector.h"

using namespace mlir;

namespace nnc {

Location nodeLocation(Location location) {
  if (auto named = dyn_cast<NameLoc>(location))
    return isa<NameLoc>(named.getChildLoc()) ? named.getChildLoc() : location;
  auto fused = dyn_cast<FusedLoc>(location);
  if (!fused)
    return location;
  SmallVector<Location> parts;
  for (Location part : fused.getLocations())
    parts.push_back(nodeLocation(part));
  return FusedLoc::get(parts, fused.getMetadata(), location.getContext());
}

} // namespace nnc

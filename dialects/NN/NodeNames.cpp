// Names of nodes and tensors of the model, read from locations: NameLoc(tensor, NameLoc(node,
// file)). Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "dialects/NN/NodeNames.h"

#include "llvm/ADT/STLExtras.h"

using namespace mlir;

namespace nnc::nn {

/// The outermost named locations behind a location, in order.
static void appendNamed(Location location, SmallVectorImpl<NameLoc> &found) {
  if (auto named = dyn_cast<NameLoc>(location))
    found.push_back(named);
  else if (auto fused = dyn_cast<FusedLoc>(location))
    for (Location part : fused.getLocations())
      appendNamed(part, found);
  else if (auto call = dyn_cast<CallSiteLoc>(location))
    appendNamed(call.getCallee(), found);
}

/// The node's name: the inner one of two, or the only one.
static StringRef nodeOf(NameLoc named) {
  if (auto inner = dyn_cast<NameLoc>(named.getChildLoc()))
    return inner.getName();
  return named.getName();
}

StringRef tensorName(Location location) {
  SmallVector<NameLoc> found;
  appendNamed(location, found);
  return found.empty() ? StringRef() : found.back().getName().getValue();
}

StringRef nodeName(Location location) {
  SmallVector<NameLoc> found;
  appendNamed(location, found);
  return found.empty() ? StringRef() : nodeOf(found.front());
}

void appendNodeNames(Location location, SmallVectorImpl<StringRef> &names) {
  SmallVector<NameLoc> found;
  appendNamed(location, found);
  for (NameLoc named : found)
    if (!llvm::is_contained(names, nodeOf(named)))
      names.push_back(nodeOf(named));
}

} // namespace nnc::nn

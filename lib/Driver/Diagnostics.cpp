// Diagnostics of MLIR as lines of text.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "lib/Driver/Diagnostics.h"

#include "mlir/IR/Location.h"

using namespace mlir;

namespace nnc {
namespace {

/// The parts of a location that mean something to a reader.
struct Place {
  std::string file, node;
};

void collect(Location location, Place &place) {
  if (auto file = dyn_cast<FileLineColLoc>(location)) {
    place.file = file.getFilename().str();
    if (file.getLine() > 0)
      place.file += ":" + std::to_string(file.getLine()) + ":" + std::to_string(file.getColumn());
  } else if (auto name = dyn_cast<NameLoc>(location)) {
    // The tensor's name encloses the node's: the inner one is kept.
    place.node = name.getName().str();
    collect(name.getChildLoc(), place);
  } else if (auto fused = dyn_cast<FusedLoc>(location)) {
    for (Location part : fused.getLocations())
      collect(part, place);
  } else if (auto call = dyn_cast<CallSiteLoc>(location)) {
    collect(call.getCallee(), place);
  }
}

StringRef severityName(DiagnosticSeverity severity) {
  switch (severity) {
  case DiagnosticSeverity::Note:
    return "note";
  case DiagnosticSeverity::Warning:
    return "warning";
  case DiagnosticSeverity::Error:
    return "error";
  case DiagnosticSeverity::Remark:
    return "remark";
  }
  return "error";
}

} // namespace

std::string describeLocation(Location location) {
  Place place;
  collect(location, place);
  if (place.node.empty())
    return place.file;
  return place.file + (place.file.empty() ? "" : ": ") + "node '" + place.node + "'";
}

DiagnosticPrinter::DiagnosticPrinter(MLIRContext *context, llvm::raw_ostream &out, StringRef tool,
                                     bool remarks)
    : ScopedDiagnosticHandler(context), out(out), tool(tool.str()), remarks(remarks) {
  setHandler([this](Diagnostic &diagnostic) {
    print(diagnostic);
    return success();
  });
}

void DiagnosticPrinter::print(Diagnostic &diagnostic) {
  if (diagnostic.getSeverity() == DiagnosticSeverity::Remark && !remarks)
    return;
  std::string place = describeLocation(diagnostic.getLocation());
  out << tool << ": " << severityName(diagnostic.getSeverity()) << ": " << place
      << (place.empty() ? "" : ": ") << diagnostic << '\n';
  for (Diagnostic &note : diagnostic.getNotes())
    print(note);
}

} // namespace nnc

// The table of operators as documentation.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "lib/Import/ONNX/OperatorTable.h"

#include "lib/Import/ONNX/Operators.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"

#include <map>
#include <set>

namespace nnc::onnx {

std::string formatOperatorTable() {
  std::set<std::string> names, foreign;
  std::string tables;
  for (const OperatorGroup &group : operatorGroups()) {
    std::map<std::string, std::set<int>> rows;
    for (const OperatorRow &row : group.rows)
      if (row.build)
        rows[(row.domain.empty() ? "" : row.domain.str() + ".") + row.name.str()].insert(
            row.versions.begin(), row.versions.end());
    tables += "\n## " + group.theme.str() + "\n\n| Operator | Versions |\n|---|---|\n";
    for (const auto &[name, versions] : rows) {
      (llvm::StringRef(name).contains('.') ? foreign : names).insert(name);
      tables +=
          "| " + name + " | " +
          llvm::join(llvm::map_range(versions, [](int v) { return std::to_string(v); }), ", ") +
          " |\n";
    }
  }
  return "# Operators\n\n"
         "The ONNX operators that nn-compile imports: " +
         std::to_string(names.size()) + " of the domain `ai.onnx`, operator sets 1 to " +
         std::to_string(newestKnownOpset) + ", and " + std::to_string(foreign.size()) +
         " of ONNX Runtime's `com.microsoft`.\nA version is the operator set in which a form of "
         "the operator appeared; a model's "
         "operator set selects the newest\nform that is not newer. Axes, sizes, counts and other "
         "inputs that decide shapes must be known at compile time.\n"
         "`import-models --operators` writes this page.\n" +
         tables;
}

} // namespace nnc::onnx

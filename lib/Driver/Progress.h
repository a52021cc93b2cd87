// A line on the terminal that says what a long compilation is doing.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef NNC_LIB_DRIVER_PROGRESS_H
#define NNC_LIB_DRIVER_PROGRESS_H

#include "llvm/ADT/StringRef.h"

#include <chrono>

namespace nnc {

/// Shows nothing during the first half second, nor when it is disabled. The line is removed at the
/// end.
class ProgressLine {
public:
  explicit ProgressLine(bool enabled) : enabled(enabled), start(std::chrono::steady_clock::now()) {}
  ~ProgressLine() { clear(); }

  void show(llvm::StringRef step);
  /// Removes the line, so that a message can be printed in its place.
  void clear();

private:
  bool enabled, shown = false;
  std::chrono::steady_clock::time_point start;
};

} // namespace nnc

#endif

// How the work of a layer is divided into parts that run at the same time. Plain numbers, without
// IR. Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef NNC_TARGETS_COMMON_THREADS_DIVISION_H
#define NNC_TARGETS_COMMON_THREADS_DIVISION_H

#include <cstddef>
#include <cstdint>
#include <vector>

namespace nnc {

/// One loop whose turns may run in any order: each costs `own` and what the loops inside cost.
struct Work {
  int64_t turns = 1;
  double own = 0;
  std::vector<Work> inner; ///< empty where nothing inside can be divided

  double turnCost() const;
  double cost() const { return static_cast<double>(turns) * turnCost(); }
};

/// Loops that follow each other and do not depend on each other.
using WorkList = std::vector<Work>;

double costOf(const WorkList &loops);

/// For each loop of a list the first turn of each of `parts` equal shares of the whole list, and
/// the number of turns behind them: shares begin and end where the sum of costs is nearest to its
/// fraction.
std::vector<std::vector<int64_t>> shares(const WorkList &loops, int64_t parts);

/// Parts as a grid: loops at depth d are divided into `factors[d]` shares; a part is one share at
/// each depth. The coordinate of the first depth changes slowest.
struct Division {
  std::vector<int64_t> factors;
  double largest = 0; ///< cost of the largest part

  int64_t parts() const;
  /// How many parts lie between two that differ by one at a depth.
  int64_t stride(size_t depth) const;
};

/// The division into at most `threads` parts whose largest part, with `fork` for starting and
/// waiting, is cheapest; one part where no division is `gain` times as fast. With a gain of 0 all
/// that can be divided is.
Division divide(const WorkList &loops, int64_t threads, double fork, double gain);

} // namespace nnc

#endif

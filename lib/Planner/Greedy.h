//===- Greedy.h - placing bodies in a good order ----------------*- C++ -*-===//
//
// Part of nn-compile, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// List heuristics: take the bodies in some order, give each the first or the best fitting gap. The
// orders by size and by breadth are those of Pisarchyk and Lee, "Efficient Memory Management for
// Deep Neural Net Inference" (2020); TensorFlow Lite Micro's planner is greedy by size with first
// fit.
//
//===----------------------------------------------------------------------===//

#ifndef NNC_LIB_PLANNER_GREEDY_H
#define NNC_LIB_PLANNER_GREEDY_H

#include "lib/Planner/Placement.h"

#include <span>

namespace nnc::planner {

enum class Order {
  /// Largest first.
  Size,
  /// Largest product of size and live range first.
  Area,
  /// Longest live range first.
  Lifetime,
  /// Steps by falling load; at each step its bodies by size.
  Breadth,
  /// Largest sum of the neighbours' sizes first.
  Conflict,
  /// By birth.
  Birth,
  /// By death, last first.
  Death,
};

/// All orders, in the sequence in which they are tried.
inline constexpr Order kOrders[] = {Order::Size,     Order::Area,  Order::Breadth, Order::Lifetime,
                                    Order::Conflict, Order::Birth, Order::Death};

std::string_view orderName(Order order);

/// The given bodies in an order; ties are broken by size, live range and index.
std::vector<uint32_t> orderBodies(const Model &model, std::span<const uint32_t> bodies,
                                  Order order);

/// Places the bodies one after the other.
Candidate placeInOrder(const Model &model, std::span<const uint32_t> order, Fit fit,
                       Budget &budget);

/// The best of all orders and fits and of the bottom-up placements; stops at the first that is not
/// higher than `target`, and where the budget ends.
Candidate placeGreedily(const Model &model, std::span<const uint32_t> bodies, uint64_t target,
                        Budget &budget);

/// Sizes go up to 2^62, so products are cut off at the largest number instead of wrapping.
uint64_t saturatingMultiply(uint64_t a, uint64_t b);

} // namespace nnc::planner

#endif // NNC_LIB_PLANNER_GREEDY_H

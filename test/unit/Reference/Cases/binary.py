"""Functions of two elements, comparisons and selection, against numpy.

Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""

import math

import numpy as np
from case import case, randomness

rng, f32 = randomness("binary")


def cases():
    a, b = f32(2, 1, 3), f32(5, 1)
    for kind, function in [("add", np.add), ("sub", np.subtract), ("mul", np.multiply), ("div", np.divide), ("min", np.minimum), ("max", np.maximum),
                           ("mod", np.mod), ("fmod", np.fmod)]:
        case(f"binary_{kind}", f"binary {kind}", [a, b], function(a.astype(np.float64), b.astype(np.float64)).astype(np.float32))
    case("binary_pow", "binary pow", [np.abs(a), b], np.power(np.abs(a).astype(np.float64), b).astype(np.float32))
    case("binary_prelu", "binary prelu", [a, np.abs(b)], np.where(a < 0, a * np.abs(b), a))
    case("binary_max_nan", "binary max", [np.float32([1, math.nan, 2]), np.float32([math.nan, 1, 3])], np.float32([math.nan, math.nan, 3]))
    i, j = np.int32([7, -7, 7, -7, 0, 5]), np.int32([3, 3, -3, -3, 4, 5])
    case("binary_div_i32", "binary div", [i, j], np.int32([2, -2, -2, 2, 0, 1]))
    case("binary_mod_i32", "binary mod", [i, j], np.mod(i, j))
    case("binary_fmod_i32", "binary fmod", [i, j], np.fmod(i, j))
    case("binary_pow_i32", "binary pow", [i, np.int32([3, 3, 0, 1, 2, 4])], np.int32([343, -343, 1, -7, 0, 625]))
    u = rng.integers(0, 256, (2, 7)).astype(np.uint8)
    v = rng.integers(0, 256, (7,)).astype(np.uint8)
    for kind, function in [("add", np.add), ("sub", np.subtract), ("mul", np.multiply), ("min", np.minimum), ("max", np.maximum),
                           ("bit_and", np.bitwise_and), ("bit_or", np.bitwise_or), ("bit_xor", np.bitwise_xor)]:
        case(f"binary_{kind}_ui8", f"binary {kind}", [u, v], function(u, v))
    s = np.uint8([0, 1, 2, 3, 5, 7, 4])
    case("binary_shift_left_ui8", "binary shift_left", [u, s], np.left_shift(u, s))
    case("binary_shift_right_ui8", "binary shift_right", [u, s], np.right_shift(u, s))
    case("binary_add_splats", "binary add", [np.full((2, 3), 1.5, np.float32), np.full((3,), -0.25, np.float32)], np.full((2, 3), 1.25, np.float32))
    for predicate, function in [("equal", np.equal), ("not_equal", np.not_equal), ("less", np.less), ("less_equal", np.less_equal),
                                ("greater", np.greater), ("greater_equal", np.greater_equal)]:
        p, q = np.float32([[1, 2, math.nan]]), np.float32([[1], [2], [math.nan]])
        case(f"compare_{predicate}", f"compare {predicate}", [p, q], function(p, q))
        case(f"compare_{predicate}_ui8", f"compare {predicate}", [u, v], function(u, v))
    c = rng.integers(0, 2, (4, 1)).astype(bool)
    p, q = f32(3), f32(2, 1, 3)
    case("select", "select", [c, p, q], np.where(c, p, q))

"""Gathers and scatters, against numpy.

Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""

import numpy as np
from case import case, randomness

rng, f32 = randomness("indexing")


def cases():
    x = f32(2, 3, 4)
    i = np.int64([[2, 0], [-1, 1]])
    case("gather", "gather", [x, i], np.take(x, i, axis=1), "axis = 1 : i64")
    case("gather_limited", "gather", [x, np.int32([9, -9])], np.take(x, [2, 0], axis=1), "axis = 1 : i64")
    i = rng.integers(-3, 3, (2, 5, 4)).astype(np.int64)
    case("gather_elements", "gather_elements", [x, i], np.take_along_axis(x, i % 3, 1), "axis = 1 : i64")
    i = np.int64([[0, 2], [1, -1], [1, 1]])
    case("gather_nd", "gather_nd", [x, i], x[i[:, 0], i[:, 1]], "batch_dims = 0 : i64")
    i = np.int64([[[2], [0]], [[1], [-1]]])
    case("gather_nd_batch", "gather_nd", [x, i], np.stack([x[b, i[b, :, 0]] for b in range(2)]), "batch_dims = 1 : i64")
    y, u = f32(3, 5), f32(2, 5)
    i = np.int64([[0, 2, 1, -1, 0], [2, 0, 0, 1, 0]])
    for reduction in ("none", "add", "mul", "min", "max"):
        function = {"none": lambda a, b: b, "add": np.add, "mul": np.multiply, "min": np.minimum, "max": np.maximum}[reduction]
        out = y.copy()
        for r in range(2):
            for c in range(5):
                out[i[r, c], c] = function(out[i[r, c], c], u[r, c])
        case(f"scatter_elements_{reduction}", f"scatter_elements {reduction}", [y, i, u], out, "axis = 0 : i64")
    case("scatter_elements_dropped", "scatter_elements none", [np.float32([1, 2, 3]), np.int64([3, -4, 1]), np.float32([7, 8, 9])], np.float32([1, 9, 3]), "axis = 0 : i64")
    i, u = np.int64([[1], [0], [1], [5]]), f32(4, 5)
    out = y.copy()
    for r in range(3):
        out[i[r, 0]] += u[r]
    case("scatter_nd_add", "scatter_nd add", [y, i, u], out)
    case("scatter_nd_none", "scatter_nd none", [y, np.int64([[2, 1], [0, -1]]), np.float32([7, 9])],
         np.float32([[*y[0, :4], 9], y[1], [y[2, 0], 7, *y[2, 2:]]]))

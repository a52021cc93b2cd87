"""Elements that move to places known at compile time, against numpy.

Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""

import numpy as np
from case import array, case, randomness

_, f32 = randomness("movement")


def cases():
    x = f32(2, 3, 4)
    case("reshape", "reshape", [x], x.reshape(4, 6))
    case("transpose", "transpose", [x], x.transpose(2, 0, 1).copy(), array("perm", [2, 0, 1]))
    case("broadcast", "broadcast", [y := f32(3, 1)], np.broadcast_to(y, (2, 3, 5)).copy())
    case("concat", "concat", [x, y := f32(2, 1, 4), z := f32(2, 2, 4)], np.concatenate([x, y, z], 1), "axis = 1 : i64")
    case("slice", "slice", [x], x[1:, ::-2, 1:4:2].copy(), array("starts", [1, 2, 1]) + ", " + array("steps", [1, -2, 2]))
    y = f32(3, 4)
    case("pad_constant", "pad constant", [y, np.float32(7.5)], np.pad(y, [(1, 2), (0, 3)], constant_values=7.5), array("low", [1, 0]) + ", " + array("high", [2, 3]))
    case("pad_zero_and_cut", "pad constant", [y], np.pad(y, [(0, 2), (3, 0)])[1:, :-2].copy(), array("low", [-1, 3]) + ", " + array("high", [2, -2]))
    for mode, numpy in [("edge", "edge"), ("reflect", "reflect"), ("wrap", "wrap")]:
        case(f"pad_{mode}", f"pad {mode}", [y], np.pad(y, [(2, 5), (1, 9)], mode=numpy), array("low", [2, 1]) + ", " + array("high", [5, 9]))

"""Pooling, against torch.

Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""

import numpy as np
import torch.nn.functional as F
from case import array, case, n, randomness, t

rng, f32 = randomness("windows")


def cases():
    def attributes(kernel, stride, dilation, begin, end, extra, more=""):
        return ", ".join([array("kernel", kernel), array("strides", stride), array("dilations", dilation), array("pads_begin", begin),
                          array("pads_end", end), array("ceil_extra", extra)]) + more

    x = f32(1, 2, 7, 6)
    case("pool_max", "pool max", [x], n(F.max_pool2d(t(x), (3, 2), (2, 1), (1, 0), (2, 1))), attributes([3, 2], [2, 1], [2, 1], [1, 0], [1, 0], [0, 0]))
    y = F.max_pool2d(t(x), 3, 2, 0, ceil_mode=True)
    case("pool_max_ceil", "pool max", [x], n(y), attributes([3, 3], [2, 2], [1, 1], [0, 0], [0, 0], [0, 1]))
    for include in (True, False):
        y = F.avg_pool2d(t(x), 3, 2, 1, ceil_mode=True, count_include_pad=include)
        case(f"pool_average_{'with' if include else 'without'}_pad", "pool average", [x], n(y),
             attributes([3, 3], [2, 2], [1, 1], [1, 1], [1, 1], [0, 1], ", count_include_pad" if include else ""))
    y = F.lp_pool2d(t(np.abs(x)), 3, 2, 2)  # torch leaves out the absolute value
    case("pool_lp", "pool lp", [x], n(y), attributes([2, 2], [2, 2], [1, 1], [0, 0], [0, 0], [0, 0], ", p = 3 : i64"))
    u = rng.integers(0, 256, (1, 1, 5)).astype(np.uint8)
    case("pool_max_ui8", "pool max", [u], n(F.max_pool1d(t(u), 2, 2, 1), np.uint8), attributes([2], [2], [1], [1], [0], [0]))

"""Convolutions, transposed convolutions and matrix products, against torch and numpy.

Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""

import numpy as np
import torch.nn.functional as F
from case import array, case, n, randomness, t

rng, f32 = randomness("products")


def cases():
    def conv(name, x, w, b, stride, dilation, begin, end, group):
        spatial = x.ndim - 2
        padded = np.pad(x, [(0, 0), (0, 0)] + [(begin[d], end[d]) for d in range(spatial)])
        f = [F.conv1d, F.conv2d, F.conv3d][spatial - 1]
        y = f(t(padded), t(w), None if b is None else t(b), stride, 0, dilation, group)
        attributes = ", ".join([array("strides", stride), array("dilations", dilation), array("pads_begin", begin), array("pads_end", end), f"group = {group} : i64"])
        case(name, "conv", [x, w] + ([] if b is None else [b]), n(y), attributes)

    conv("conv_1d", f32(2, 3, 11), f32(5, 3, 3), f32(5), [2], [1], [1], [0], 1)
    conv("conv_2d", f32(1, 3, 7, 5), f32(4, 3, 3, 2), None, [2, 1], [1, 2], [1, 0], [2, 1], 1)
    conv("conv_2d_group", f32(1, 6, 5, 6), f32(4, 3, 3, 3), f32(4), [1, 2], [1, 1], [1, 1], [1, 1], 2)
    conv("conv_2d_depthwise", f32(1, 3, 5, 7), f32(6, 1, 3, 3), f32(6), [1, 1], [2, 1], [2, 1], [2, 1], 3)
    conv("conv_3d", f32(1, 2, 4, 5, 3), f32(3, 2, 2, 3, 2), f32(3), [1, 2, 1], [1, 1, 2], [0, 1, 1], [1, 0, 1], 1)

    def conv_transpose(name, x, w, b, stride, dilation, pad, output_padding, group):
        spatial = x.ndim - 2
        f = [F.conv_transpose1d, F.conv_transpose2d, F.conv_transpose3d][spatial - 1]
        y = f(t(x), t(w), None if b is None else t(b), stride, pad, output_padding, group, dilation)
        attributes = ", ".join([array("strides", stride), array("dilations", dilation), array("pads_begin", pad), array("pads_end", pad),
                                array("output_padding", output_padding), f"group = {group} : i64"])
        case(name, "conv_transpose", [x, w] + ([] if b is None else [b]), n(y), attributes)

    conv_transpose("conv_transpose_1d", f32(2, 3, 5), f32(3, 2, 3), f32(2), [2], [1], [1], [1], 1)
    conv_transpose("conv_transpose_2d", f32(1, 4, 3, 5), f32(4, 3, 3, 2), f32(6), [2, 3], [1, 2], [1, 0], [0, 2], 2)
    conv_transpose("conv_transpose_3d", f32(1, 2, 2, 3, 2), f32(2, 3, 2, 1, 3), None, [1, 2, 2], [1, 1, 1], [0, 0, 1], [0, 0, 0], 1)

    a, b = f32(2, 1, 3, 5), f32(4, 5, 7)
    case("matmul_batched", "matmul", [a, b], (a.astype(np.float64) @ b).astype(np.float32))
    case("matmul_transposed", "matmul", [a.swapaxes(-1, -2).copy(), b.swapaxes(-1, -2).copy()], (a.astype(np.float64) @ b).astype(np.float32),
         "transpose_lhs, transpose_rhs")
    i, j = rng.integers(-128, 128, (3, 5)).astype(np.int32), rng.integers(-128, 128, (5, 2)).astype(np.int32)
    case("matmul_i32", "matmul", [i, j], i @ j)

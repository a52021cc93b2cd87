"""Softmax and normalisations, against torch.

Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""

import math

import numpy as np
import torch
import torch.nn.functional as F
from case import array, case, n, randomness, t

_, f32 = randomness("normalizations")


def onnx_lrn(x, size, alpha, beta, bias):
    squares = np.zeros(x.shape)
    for c in range(x.shape[1]):
        low, high = max(0, c - (size - 1) // 2), min(x.shape[1] - 1, c + math.ceil((size - 1) / 2))
        squares[:, c] = (x[:, low:high + 1].astype(np.float64) ** 2).sum(1)
    return torch.from_numpy(x / (bias + alpha / size * squares) ** beta)


def cases():
    x = f32(2, 5, 3)
    case("softmax", "softmax", [x], n(torch.softmax(t(x), 1)), "axis = 1 : i64")
    case("softmax_log", "softmax", [x * 50], n(torch.log_softmax(t(x * 50), 2)), "axis = 2 : i64, log")
    infinite = f32(4, 3)
    infinite[0, 1], infinite[1, 2], infinite[2] = math.inf, -math.inf, -math.inf
    case("softmax_infinite", "softmax", [infinite], n(torch.softmax(t(infinite), 1)), "axis = 1 : i64")
    case("softmax_log_infinite", "softmax", [infinite], n(torch.log_softmax(t(infinite), 1)), "axis = 1 : i64, log")
    case("normalize", "normalize", [x], n(F.layer_norm(t(x), (5, 3), eps=1e-3)), array("axes", [1, 2]) + ", epsilon = 1.0e-3 : f64")
    case("normalize_rms", "normalize", [x], n(F.rms_norm(t(x), (3,), eps=1e-3)), array("axes", [2]) + ", epsilon = 1.0e-3 : f64, rms")
    scale, bias, mean, variance = f32(5), f32(5), f32(5), f32(5, low=0.1)
    case("batch_norm", "batch_norm", [x, scale, bias, mean, variance], n(F.batch_norm(t(x), t(mean), t(variance), t(scale), t(bias), eps=1e-2)),
         "epsilon = 1.0e-2 : f64")
    case("lrn", "lrn", [f := f32(1, 7, 2, 2)], n(F.local_response_norm(t(f), 3, 0.3, 0.75, 1.5)),
         "size = 3 : i64, alpha = 0.3 : f64, beta = 0.75 : f64, bias = 1.5 : f64")
    case("lrn_even", "lrn", [f], n(onnx_lrn(f, 4, 0.3, 0.75, 1.5)), "size = 4 : i64, alpha = 0.3 : f64, beta = 0.75 : f64, bias = 1.5 : f64")

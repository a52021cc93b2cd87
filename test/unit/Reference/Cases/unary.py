"""Functions of one element, against torch and numpy.

Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""

import math

import numpy as np
import torch
import torch.nn.functional as F
from case import case, n, randomness, t

rng, f32 = randomness("unary")


def cases():
    x = np.concatenate([f32(11), np.float32([0.0, -0.0, 1e-3, -1e-3, 15.0, -15.0])])
    unary = {
        "abs": torch.abs, "neg": torch.neg, "exp": torch.exp, "sign": torch.sign, "floor": torch.floor, "ceil": torch.ceil, "round": torch.round,
        "sin": torch.sin, "cos": torch.cos, "tan": torch.tan, "atan": torch.atan, "sinh": torch.sinh, "cosh": torch.cosh, "tanh": torch.tanh,
        "asinh": torch.asinh, "erf": torch.erf, "relu": torch.relu, "sigmoid": torch.sigmoid, "softplus": F.softplus, "softsign": F.softsign,
        "hard_swish": F.hardswish, "silu": F.silu, "mish": F.mish, "gelu": F.gelu, "gelu_tanh": lambda v: F.gelu(v, approximate="tanh"),
        "square": torch.square, "elu": F.elu, "celu": F.celu, "selu": F.selu, "leaky_relu": F.leaky_relu,
    }
    for kind, function in unary.items():
        case(f"unary_{kind}", f"unary {kind}", [x], n(function(t(x))))
    positive, unit, large = f32(7, low=0.1), f32(7, low=-0.95, high=0.95), f32(7, low=1.05)
    for kind, function, v in [("log", torch.log, positive), ("sqrt", torch.sqrt, positive), ("rsqrt", torch.rsqrt, positive),
                              ("reciprocal", torch.reciprocal, x[:11]), ("asin", torch.asin, unit), ("acos", torch.acos, unit),
                              ("atanh", torch.atanh, unit), ("acosh", torch.acosh, large)]:
        case(f"unary_{kind}", f"unary {kind}", [v], n(function(t(v))))
    case("unary_leaky_relu_alpha", "unary leaky_relu", [x], n(F.leaky_relu(t(x), 0.3)), "alpha = 0.3 : f64")
    case("unary_elu_alpha", "unary elu", [x], n(F.elu(t(x), 1.7)), "alpha = 1.7 : f64")
    case("unary_celu_alpha", "unary celu", [x], n(F.celu(t(x), 1.7)), "alpha = 1.7 : f64")
    case("unary_hard_sigmoid", "unary hard_sigmoid", [x], n(torch.clamp(t(x) * 0.2 + 0.5, 0, 1)))
    case("unary_hard_sigmoid_parameters", "unary hard_sigmoid", [x], n(F.hardsigmoid(t(x))), f"alpha = {1 / 6} : f64, beta = 0.5 : f64")
    case("unary_thresholded_relu", "unary thresholded_relu", [x], n(F.threshold(t(x), 0.7, 0)), "alpha = 0.7 : f64")
    case("unary_swish", "unary swish", [x], n(t(x) * torch.sigmoid(1.3 * t(x))), "alpha = 1.3 : f64")
    case("unary_shrink", "unary shrink", [x], n(F.softshrink(t(x), 0.9)), "alpha = 0.9 : f64, beta = 0.9 : f64")
    odd = np.float32([1.5, math.inf, -math.inf, math.nan])
    case("unary_is_nan", "unary is_nan", [odd], np.isnan(odd))
    case("unary_is_inf", "unary is_inf", [odd], np.isinf(odd))
    case("unary_is_pos_inf", "unary is_pos_inf", [odd], np.isposinf(odd))
    case("unary_is_neg_inf", "unary is_neg_inf", [odd], np.isneginf(odd))
    case("unary_relu_nan", "unary relu", [odd], np.maximum(odd, np.float32(0)))
    case("unary_round_ties", "unary round", [np.float32([0.5, 1.5, 2.5, -0.5, -1.5])], np.float32([0, 2, 2, -0.0, -2]))
    flags = rng.integers(0, 2, 5).astype(bool)
    case("unary_logical_not", "unary logical_not", [flags], ~flags)
    bytes_ = np.int8([-128, -5, 0, 7, 127])
    for kind, function in [("abs", np.abs), ("neg", np.negative), ("square", np.square), ("sign", np.sign), ("bitwise_not", np.bitwise_not)]:
        case(f"unary_{kind}_i8", f"unary {kind}", [bytes_], function(bytes_))
    case("clamp", "clamp", [x], np.clip(x, np.float32(-1.25), np.float32(2.0)), "low = -1.25 : f64, high = 2.0 : f64")
    case("clamp_i8", "clamp", [bytes_], np.clip(bytes_, np.int8(-4), np.int8(6)), "low = -4.5 : f64, high = 6.5 : f64")
    case("clamp_u8_beyond", "clamp", [np.uint8([0, 5, 255])], np.uint8([0, 5, 255]), "low = -3.0 : f64, high = 1.0e9 : f64")

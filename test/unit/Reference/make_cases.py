"""Writes cases.mlir: small functions that return a computed and an expected value, side by side.

usage: make_cases.py > cases.mlir      (needs numpy, torch, onnx)
Expected values come from torch, numpy or ONNX's own reference, in double precision where they can; inputs are random with a fixed
seed. Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""

import math

import numpy as np
import onnx
import onnx.reference
import torch
import torch.nn.functional as F

rng = np.random.default_rng(20240607)
NAMES = {np.dtype("float32"): "f32", np.dtype("float64"): "f64", np.dtype("float16"): "f16", np.dtype("int64"): "i64", np.dtype("int32"): "i32",
         np.dtype("int8"): "i8", np.dtype("uint8"): "ui8", np.dtype("bool"): "i1", np.dtype("int16"): "i16", np.dtype("uint32"): "ui32",
         np.dtype("uint64"): "ui64"}


def f32(*shape, low=-3.0, high=3.0):
    return rng.uniform(low, high, shape).astype(np.float32)


def tensor_type(a):
    return f"tensor<{''.join(f'{d}x' for d in a.shape)}{NAMES[a.dtype]}>"


def element(v):
    if isinstance(v, (bool, np.bool_)):
        return "true" if v else "false"
    if isinstance(v, (float, np.floating)):
        if not math.isfinite(v):  # as bits
            bits = {2: np.uint16, 4: np.uint32, 8: np.uint64}[np.asarray(v).itemsize]
            return hex(int(np.asarray(v).view(bits)))
        text = repr(float(v))
        return text if "." in text else text.replace("e", ".0e")
    return str(int(v))


def literal(a):
    if a.ndim == 0:
        return element(a[()])
    return "[" + ", ".join(literal(x) for x in a) + "]"


def case(name, op, inputs, expected, attributes="", tolerance=None):
    """`op` may name a kind: 'binary add'."""
    inputs = [np.asarray(x) for x in inputs]
    expected = [np.asarray(e) for e in (expected if isinstance(expected, tuple) else (expected,))]
    print(f"func.func @{name}() -> ({', '.join(f'{tensor_type(e)}, {tensor_type(e)}' for e in expected)}) {{")
    for i, x in enumerate(inputs):
        print(f"  %x{i} = nn.constant dense<{literal(x)}> : {tensor_type(x)}")
    for i, e in enumerate(expected):
        print(f"  %e{i} = nn.constant dense<{literal(e)}> : {tensor_type(e)}")
    names = ", ".join(f"%x{i}" for i in range(len(inputs)))
    if op == "pad constant" and len(inputs) == 2:
        names = "%x0 value %x1"
    types = ", ".join(tensor_type(x) for x in inputs)
    results = ", ".join(tensor_type(e) for e in expected)
    signature = results if op == "iota" else f"({types}) -> " + (f"({results})" if len(expected) > 1 else results)
    y = "%y" if len(expected) == 1 else f"%y:{len(expected)}"
    print(f"  {y} = nn.{op} {names}{' {' + attributes + '}' if attributes else ''} : {signature}")
    pairs = [("%y" if len(expected) == 1 else f"%y#{i}", f"%e{i}") for i in range(len(expected))]
    print(f"  return {', '.join(f'{a}, {b}' for a, b in pairs)} : {', '.join(f'{tensor_type(e)}, {tensor_type(e)}' for e in expected)}")
    print("}\n")


def t(a):
    return torch.from_numpy(np.asarray(a)).double()


def n(a, dtype=np.float32):
    return a.numpy().astype(dtype)


def array(name, values, kind="i64"):
    return f"{name} = array<{kind}: {', '.join(str(v) for v in values)}>"


def elementwise():
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
    x = np.float32([1.9, -1.9, 0.0, 200.5, -200.5, 3e10])
    case("cast_f32_i64", "cast", [x], x.astype(np.int64))
    case("cast_f32_i1", "cast", [x], x.astype(bool))
    case("cast_f32_f16", "cast", [x], np.clip(x, -70000, 70000).astype(np.float16))
    case("cast_f32_i8_saturate", "cast", [x], np.int8([1, -1, 0, 127, -128, 127]), "saturate")
    case("cast_f32_ui8_saturate", "cast", [x], np.uint8([1, 0, 0, 200, 0, 255]), "saturate")
    big = np.int64([2**24 + 1, -(2**24 + 1), 2**53 + 1, 2**40 + 2**16 + 1, 2**62 + 2**38 + 1])
    case("cast_i64_f32", "cast", [big], big.astype(np.float32))
    case("cast_i64_i8", "cast", [big], big.astype(np.int8))
    case("cast_i64_i32_saturate", "cast", [big], np.clip(big, -2**31, 2**31 - 1).astype(np.int32), "saturate")
    case("cast_i64_ui64_saturate", "cast", [big], np.clip(big, 0, None).astype(np.uint64), "saturate")
    h = np.float16([1.5, -0.1, 65504, 6e-8, -3e-5])
    case("cast_f16_f32", "cast", [h], h.astype(np.float32))
    case("iota", "iota", [], np.broadcast_to(2 + 3 * np.arange(3), (2, 3)).astype(np.int32), "axis = 1 : i64, start = 2.0 : f64, step = 3.0 : f64")


def products():
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


def windows():
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


def reductions():
    x = f32(2, 3, 4, low=0.2)
    d = x.astype(np.float64)
    kinds = {"sum": d.sum, "mean": d.mean, "max": d.max, "min": d.min, "prod": d.prod}
    for kind, function in kinds.items():
        case(f"reduce_{kind}", f"reduce {kind}", [x], function(axis=(0, 2)).astype(np.float32), array("axes", [0, 2]))
        case(f"reduce_{kind}_keep", f"reduce {kind}", [x], function(axis=(1,), keepdims=True).astype(np.float32), array("axes", [1]) + ", keep_dims")
    case("reduce_l1", "reduce l1", [-x], d.sum(axis=1).astype(np.float32), array("axes", [1]))
    case("reduce_l2", "reduce l2", [x], np.sqrt((d * d).sum(axis=1)).astype(np.float32), array("axes", [1]))
    case("reduce_sum_square", "reduce sum_square", [x], (d * d).sum(axis=2).astype(np.float32), array("axes", [2]))
    case("reduce_log_sum", "reduce log_sum", [x], np.log(d.sum(axis=2)).astype(np.float32), array("axes", [2]))
    big = x * 100
    case("reduce_log_sum_exp", "reduce log_sum_exp", [big], n(torch.logsumexp(t(big), 1)), array("axes", [1]))
    i = rng.integers(-100, 100, (3, 5)).astype(np.int32)
    case("reduce_sum_i32", "reduce sum", [i], i.sum(axis=1).astype(np.int32), array("axes", [1]))
    case("reduce_mean_i32", "reduce mean", [i], np.trunc(i.mean(axis=1)).astype(np.int32), array("axes", [1]))
    case("reduce_max_empty", "reduce max", [np.zeros((2, 0), np.float32)], np.full((2,), -np.inf, np.float32), array("axes", [1]))

    y = np.float32([[3, 1, 3, 0], [0, 2, -1, 2]])
    case("arg_reduce_max", "arg_reduce max", [y], np.int64([[0], [1]]), "axis = 1 : i64, keep_dims")
    case("arg_reduce_max_last", "arg_reduce max", [y], np.int64([2, 3]), "axis = 1 : i64, select_last")
    case("arg_reduce_min", "arg_reduce min", [y], np.int64([1, 0, 1, 0]), "axis = 0 : i64")
    x = f32(2, 5, 3)
    case("softmax", "softmax", [x], n(torch.softmax(t(x), 1)), "axis = 1 : i64")
    case("softmax_log", "softmax", [x * 50], n(torch.log_softmax(t(x * 50), 2)), "axis = 2 : i64, log")
    case("normalize", "normalize", [x], n(F.layer_norm(t(x), (5, 3), eps=1e-3)), array("axes", [1, 2]) + ", epsilon = 1.0e-3 : f64")
    case("normalize_rms", "normalize", [x], n(F.rms_norm(t(x), (3,), eps=1e-3)), array("axes", [2]) + ", epsilon = 1.0e-3 : f64, rms")
    scale, bias, mean, variance = f32(5), f32(5), f32(5), f32(5, low=0.1)
    case("batch_norm", "batch_norm", [x, scale, bias, mean, variance], n(F.batch_norm(t(x), t(mean), t(variance), t(scale), t(bias), eps=1e-2)),
         "epsilon = 1.0e-2 : f64")
    case("lrn", "lrn", [f := f32(1, 7, 2, 2)], n(F.local_response_norm(t(f), 3, 0.3, 0.75, 1.5)),
         "size = 3 : i64, alpha = 0.3 : f64, beta = 0.75 : f64, bias = 1.5 : f64")
    case("lrn_even", "lrn", [f], n(onnx_lrn(f, 4, 0.3, 0.75, 1.5)), "size = 4 : i64, alpha = 0.3 : f64, beta = 0.75 : f64, bias = 1.5 : f64")
    x = f32(2, 5)
    case("cumulate_sum", "cumulate sum", [x], np.cumsum(x.astype(np.float64), 1).astype(np.float32), "axis = 1 : i64")
    exclusive = np.cumprod(np.concatenate([np.ones((2, 1)), x[:, ::-1][:, :-1]], 1), 1)[:, ::-1]
    case("cumulate_prod_reverse_exclusive", "cumulate prod", [x], exclusive.astype(np.float32), "axis = 1 : i64, exclusive, reverse")
    x = f32(3, 7, 2)
    for largest in (True, False):
        values, indices = torch.topk(torch.from_numpy(x), 4, dim=1, largest=largest, sorted=True)
        case(f"top_k_{'largest' if largest else 'smallest'}", "top_k", [x], (values.numpy(), indices.numpy()),
             "k = 4 : i64, axis = 1 : i64" + (", largest" if largest else ""))
    case("top_k_ties", "top_k", [np.int32([2, 5, 5, 2, 7, 5])], (np.int32([7, 5, 5]), np.int64([4, 1, 2])), "k = 3 : i64, axis = 0 : i64, largest")


def onnx_lrn(x, size, alpha, beta, bias):
    squares = np.zeros(x.shape)
    for c in range(x.shape[1]):
        low, high = max(0, c - (size - 1) // 2), min(x.shape[1] - 1, c + math.ceil((size - 1) / 2))
        squares[:, c] = (x[:, low:high + 1].astype(np.float64) ** 2).sum(1)
    return torch.from_numpy(x / (bias + alpha / size * squares) ** beta)


def movement():
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


def resizes():
    def resize(name, x, scales=None, sizes=None, mode="nearest", coordinates="half_pixel", roi=None, **more):
        inputs = [onnx.helper.make_tensor_value_info("x", onnx.TensorProto.DOUBLE, x.shape)]
        node_inputs, feeds = ["x", "", "", ""], {"x": x.astype(np.float64)}
        for k, key, value, kind in [(1, "roi", roi, onnx.TensorProto.DOUBLE), (2, "scales", scales, onnx.TensorProto.FLOAT), (3, "sizes", sizes, onnx.TensorProto.INT64)]:
            if value is not None:
                node_inputs[k] = key
                feeds[key] = np.array(value, dtype={onnx.TensorProto.DOUBLE: np.float64, onnx.TensorProto.FLOAT: np.float32, onnx.TensorProto.INT64: np.int64}[kind])
                inputs.append(onnx.helper.make_tensor_value_info(key, kind, feeds[key].shape))
        node = onnx.helper.make_node("Resize", node_inputs, ["y"], mode=mode, coordinate_transformation_mode=coordinates, **more)
        graph = onnx.helper.make_graph([node], "g", inputs, [onnx.helper.make_tensor_value_info("y", onnx.TensorProto.DOUBLE, None)])
        model = onnx.helper.make_model(graph, opset_imports=[onnx.helper.make_opsetid("", 19)])
        y = onnx.reference.ReferenceEvaluator(model).run(None, feeds)[0].astype(np.float32)
        factors = [float(np.float32(s)) for s in scales] if scales else [s / d for s, d in zip(sizes, x.shape)]
        attributes = [f"coordinates = #nn<coordinates {coordinates}>", array("scales", factors, "f64")]
        if roi is not None:
            attributes.append(array("roi", [float(r) for r in roi], "f64"))
        names = {"nearest_mode": lambda v: f"nearest = #nn<nearest_mode {v}>", "cubic_coeff_a": lambda v: f"cubic_coeff = {v} : f64",
                 "exclude_outside": lambda v: "exclude_outside", "antialias": lambda v: "antialias", "extrapolation_value": lambda v: f"extrapolation = {v} : f64"}
        attributes += [names[k](v) for k, v in more.items() if v]
        case(f"resize_{name}", f"resize {'linear' if mode == 'linear' else mode}", [x], y, ", ".join(attributes))

    x = f32(1, 1, 5, 4)
    up, down = [1.0, 1.0, 2.0, 3.0], [1.0, 1.0, 0.6, 0.75]
    for nearest_mode in ("round_prefer_floor", "round_prefer_ceil", "floor", "ceil"):
        resize(f"nearest_{nearest_mode}", x, up, nearest_mode=nearest_mode)
        resize(f"nearest_{nearest_mode}_asymmetric_down", x, down, coordinates="asymmetric", nearest_mode=nearest_mode)
    for coordinates in ("half_pixel", "half_pixel_symmetric", "pytorch_half_pixel", "align_corners", "asymmetric"):
        resize(f"linear_{coordinates}_up", x, up, mode="linear", coordinates=coordinates)
        resize(f"linear_{coordinates}_down", x, down, mode="linear", coordinates=coordinates)
        resize(f"cubic_{coordinates}_sizes", x, sizes=[1, 1, 7, 3], mode="cubic", coordinates=coordinates)
    resize("cubic_coefficient", x, up, mode="cubic", cubic_coeff_a=-0.5)
    resize("cubic_exclude_outside", x, up, mode="cubic", exclude_outside=1)
    resize("linear_antialias", x, down, mode="linear", antialias=1)
    resize("cubic_antialias", x, down, mode="cubic", antialias=1)
    resize("cubic_antialias_exclude_outside", x, down, mode="cubic", antialias=1, exclude_outside=1)
    resize("crop", x, sizes=[1, 1, 3, 5], mode="linear", coordinates="tf_crop_and_resize", roi=[0, 0, 0.2, -0.1, 1, 1, 0.7, 1.3], extrapolation_value=10.0)


print("// Generated by make_cases.py; each function returns pairs of a computed and an expected value.")
print("// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception\n")
elementwise()
products()
windows()
reductions()
movement()
resizes()

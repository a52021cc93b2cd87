"""Quantized numbers, requantization and exact sums, against numpy and exact integers.

Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""

import numpy as np
import torch.nn.functional as F
from case import array, case, element, literal, n, randomness, t, tensor_type

rng, f32 = randomness("quantization")


def function(name, lines, value, expected):
    """A case that needs more than one operator."""
    print(f"func.func @{name}() -> ({tensor_type(expected)}, {tensor_type(expected)}) {{")
    for line in lines:
        print("  " + line)
    print(f"  %e = nn.constant dense<{literal(expected)}> : {tensor_type(expected)}")
    print(f"  return {value}, %e : {tensor_type(expected)}, {tensor_type(expected)}\n}}\n")


def constant(name, a):
    return f"%{name} = nn.constant dense<{literal(a)}> : {tensor_type(a)}"


def numbers(shape, type_):
    """The same of another element type."""
    return f"tensor<{''.join(f'{d}x' for d in shape)}{type_}>"


def by_axis(storage, axis, scales, zeros):
    return f"!quant.uniform<{storage}:f32:{axis}, {{{', '.join(f'{element(s)}:{z}' for s, z in zip(scales, zeros))}}}>"


def quantize(name, x, quantized, stored, scale, zero, low, high):
    q = np.clip(np.rint(x / scale.astype(np.float32)) + zero, low, high).astype(stored)
    function(name, [constant("x", x), f"%q = nn.quantize %x : ({tensor_type(x)}) -> {numbers(x.shape, quantized)}",
                    f"%y = nn.storage_cast %q : ({numbers(x.shape, quantized)}) -> {tensor_type(q)}"], "%y", q)


def dequantize(name, q, quantized, scale, zero):
    y = ((q.astype(np.int64) - zero).astype(np.float32) * scale.astype(np.float32)).astype(np.float32)
    function(name, [constant("x", q), f"%q = nn.storage_cast %x : ({tensor_type(q)}) -> {numbers(q.shape, quantized)}",
                    f"%y = nn.dequantize %q : ({numbers(q.shape, quantized)}) -> {tensor_type(y)}"], "%y", y)


def requantize(name, x, stored, multiplier, zero, right, left=None, low=None, high=None):
    """With exact integers; the constants have one element for each column."""
    info = np.iinfo(stored)
    low, high = info.min if low is None else low, info.max if high is None else high
    expected = np.zeros(x.shape, stored)
    for i, row in enumerate(x):
        for j, value in enumerate(row):
            k = 0 if left is None else int(left[j])
            shifted = min(max(int(value) << k, -2**31), 2**31 - 1)
            expected[i, j] = min(max((((shifted * int(multiplier[j])) >> 32) + (1 << (int(right[j]) - 1)) + (int(zero) << int(right[j]))) >> int(right[j]), low), high)
    offset = np.int32([(1 << (int(r) - 1)) + (int(zero) << int(r)) for r in right])
    constants = [("m", multiplier), ("c", offset), ("r", right)] + ([] if left is None else [("k", left)])
    words = " ".join(f"{word} %{c}" for word, (c, _) in zip(("by", "plus", "right", "left"), constants))
    types = ", ".join(tensor_type(a) for a in [x, *(a for _, a in constants)])
    function(name, [constant("x", x), *(constant(c, a) for c, a in constants),
                    f"%y = nn.requantize %x {words} {{low = {low} : i64, high = {high} : i64}} : ({types}) -> {tensor_type(expected)}"], "%y", expected)


def cases():
    x = np.float32([[0.25, -0.25, 0.75, 1e9, -1e9, 0.0], [1.25, 1.75, -7.3, 63.6, 63.9, -64.4]])
    quantize("quantize_u8", x, "!quant.uniform<u8:f32, 0.5:128>", np.uint8, np.float64(0.5), 128, 0, 255)
    quantize("quantize_narrow_i8", x, "!quant.uniform<i8<-127:127>:f32, 0.3>", np.int8, np.float64(0.3), 0, -127, 127)
    scales, zeros = np.array([0.5, 0.013]), np.array([3, -7])
    quantize("quantize_i16_by_axis", x, by_axis("i16", 0, scales, zeros), np.int16, scales[:, None], zeros[:, None], -32768, 32767)
    q = rng.integers(-128, 128, (2, 3, 4)).astype(np.int8)
    dequantize("dequantize_i8", q, "!quant.uniform<i8:f32, 0.037:-11>", np.float64(0.037), -11)
    scales, zeros = rng.uniform(0.001, 0.1, 3), rng.integers(-128, 128, 3)
    dequantize("dequantize_i8_by_axis", q, by_axis("i8", 1, scales, zeros), scales[:, None], zeros[:, None])
    big = rng.integers(-2**31, 2**31, (3, 2)).astype(np.int32)
    dequantize("dequantize_i32", big, "!quant.uniform<i32:f32, 0.002>", np.float64(0.002), 0)

    sums = rng.integers(-2**20, 2**20, (7, 5)).astype(np.int32)
    multiplier = (2 * rng.integers(2**29, 2**30, 5)).astype(np.int32)
    requantize("requantize_i8", sums, np.int8, multiplier, -5, np.int32([12, 13, 14, 10, 9]))
    requantize("requantize_ui8_limited", sums, np.uint8, multiplier, 131, np.int32([12, 13, 14, 10, 9]), low=131, high=240)
    requantize("requantize_i16_negative", sums, np.int16, -multiplier, 7, np.int32([4, 5, 6, 7, 3]))
    requantize("requantize_left", rng.integers(-300, 300, (7, 5)).astype(np.int32), np.int8, multiplier, 3, np.int32([1] * 5), np.int32([1, 2, 0, 9, 30]))

    def conv(name, x, w, b, zero_x, zero_w, stride, begin, end, group):
        padded = np.pad(x.astype(np.int64) - zero_x, [(0, 0), (0, 0)] + list(zip(begin, end)))
        f = [F.conv1d, F.conv2d][x.ndim - 3]
        y = f(t(padded), t(w.astype(np.int64) - zero_w), None if b is None else t(b), stride, 0, 1, group)
        attributes = ", ".join([array("strides", stride), array("dilations", [1] * len(stride)), array("pads_begin", begin), array("pads_end", end),
                                f"group = {group} : i64, input_zero_point = {zero_x} : i64, filter_zero_point = {zero_w} : i64"])
        case(name, "conv", [x, w] + ([] if b is None else [b]), n(y, np.int32), attributes)

    u8, s8 = lambda *shape: rng.integers(0, 256, shape).astype(np.uint8), lambda *shape: rng.integers(-128, 128, shape).astype(np.int8)
    conv("conv_u8_s8", u8(1, 4, 5, 7), s8(6, 2, 3, 2), rng.integers(-9999, 9999, 6).astype(np.int32), 131, 0, [2, 1], [1, 1], [0, 1], 2)
    conv("conv_s8_u8", s8(2, 3, 9), u8(4, 3, 4), None, -17, 120, [1], [2], [1], 1)
    a, b = s8(2, 3, 5), u8(5, 4)
    case("matmul_s8_u8", "matmul", [a, b], ((a.astype(np.int64) + 3) @ (b.astype(np.int64) - 100)).astype(np.int32),
         "lhs_zero_point = -3 : i64, rhs_zero_point = 100 : i64")

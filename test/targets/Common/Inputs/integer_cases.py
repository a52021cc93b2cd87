"""Random kernels of integers, their packed weights and what they compute, exactly.

Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""

import argparse

import numpy as np

from kernel_cases import Kernel, Tensor, layouts, random_layout, random_window, window_attributes, window_sum
import kernel_cases


def filled(depth, interleave):
    return -(-depth // interleave) * interleave


def panels(weights, tile):
    """Packs [taps, C, N] weights into panels [taps][C/i][width][i] of the tile's columns, one after the other."""
    interleave = tile["interleave"]
    taps, depth, count = weights.shape
    parts = []
    for first in range(0, count, tile["columns"]):
        panel = weights[:, :, first:first + tile["columns"]]
        width = panel.shape[2]
        if width < tile["columns"]:
            rest = width % tile["vector"]
            width += (1 << (rest - 1).bit_length()) - rest if rest else 0
        whole = np.zeros((taps, filled(depth, interleave), width), np.int8)
        whole[:, :depth, :panel.shape[2]] = panel
        parts.append(whole.reshape(taps, -1, interleave, width).swapaxes(2, 3).ravel())
    return np.concatenate(parts)


def wrapped(sums):
    """Sums modulo 2^32, as signed numbers."""
    return np.asarray(sums).astype(np.int64).astype(np.uint32).view(np.int32).astype(np.int64)


class Input:
    """Integers with or without sign, what is read of them with and without `flip`, and what lies outside."""

    def __init__(self, rng, shape, instruction):
        self.type = np.dtype(np.uint8 if rng.random() < 0.5 else np.int8)
        self.limits = np.iinfo(self.type)
        self.values = rng.integers(self.limits.min, self.limits.max + 1, shape).astype(self.type)
        wants = {"vpdpbusd": np.uint8, "sdot": np.int8}.get(instruction)
        other = self.type != wants if wants else rng.random() < 0.3
        self.flip = bool(other if rng.random() < 0.9 else not other)  # what the instruction does not do stays exact
        self.shift = (128 if self.type == np.int8 else -128) if self.flip else 0
        self.outside = int(rng.choice([0, self.limits.min, self.limits.max, int(self.values.flat[0])]))
        self.read = self.values.astype(np.int64) + self.shift
        self.read_outside = self.outside + self.shift

    def attributes(self, window):
        text = "flip, " if self.flip else ""
        return text + (f"outside = {self.outside} : i64, " if window and (self.outside or self.shift) else "")


class Requantization:
    """A random epilogue on exact sums: a bias, a residual, and the way to 8 bits, or not."""

    def __init__(self, rng, shape, column, layout):
        self.extra, self.lines, self.steps, self.arguments = [], [], [], ["%acc: i32"]
        self.value, self.shape, self.column = "%acc", shape, column
        if rng.random() < 0.7:
            bias = rng.integers(-2**20, 2**20, self.by_column()).astype(np.int32)
            self.step("addi", self.operand(bias), lambda y: y + bias)
        if rng.random() < 0.3:
            residual = rng.integers(-128, 128, shape).astype(np.int8)
            wide = f"%w{len(self.lines)}"
            self.lines.append(f"{wide} = arith.extsi {self.operand(residual, layout(shape))} : i8 to i32")
            self.step("addi", wide, lambda y: y + residual)
        self.type = np.dtype(rng.choice([np.int32, np.int8, np.uint8, np.int8, np.uint8]))
        if self.type != np.int32:
            self.requantize(rng)
        self.text = "{\n  ^bb0(" + ", ".join(self.arguments) + "):\n" + "".join(f"    {line}\n" for line in self.lines) + \
            f"    kernel.yield {self.value} : i{8 * self.type.itemsize}\n  }}"

    def by_column(self):
        return tuple(n if d == self.column else 1 for d, n in enumerate(self.shape))

    def operand(self, values, strides=None):
        self.extra.append(Tensor(values, strides))
        self.arguments.append(f"%e{len(self.extra)}: i{8 * values.dtype.itemsize}")
        return f"%e{len(self.extra)}"

    def step(self, op, other, function, bits=32):
        name = f"%v{len(self.lines)}"
        self.lines.append(f"{name} = arith.{op} {self.value}, {other} : i{bits}")
        self.value = name
        if function:
            self.steps.append(lambda y: wrapped(function(y)))

    def requantize(self, rng):
        multiplier = (rng.integers(-2**30, 2**30, self.by_column()) * 2).astype(np.int32)
        right = rng.integers(1, 23, self.by_column()).astype(np.int32)
        offset = (2**(right.astype(np.int64) - 1) + 7 * 2**right.astype(np.int64)).astype(np.int32)
        m, c, r = self.operand(multiplier), self.operand(offset), self.operand(right)
        self.lines.append(f"%lower, %high = arith.mulsi_extended {self.value}, {m} : i32")
        self.value = "%high"
        self.steps.append(lambda y: (y * multiplier.astype(np.int64)) >> 32)
        self.step("addi", c, lambda y: y + offset)
        self.step("shrsi", r, lambda y: y >> right)
        limits = np.iinfo(self.type)
        if rng.random() < 0.3:  # as behind a clip
            limits = argparse.Namespace(min=limits.min + 9, max=limits.max - 20)
        self.lines += [f"%low = arith.constant {limits.min} : i32", f"%top = arith.constant {limits.max} : i32"]
        self.step("maxsi", "%low", lambda y: np.maximum(y, limits.min))
        self.step("minsi", "%top", lambda y: np.minimum(y, limits.max))
        self.lines.append(f"%narrow = arith.trunci {self.value} : i32 to i8")
        self.value = "%narrow"

    def apply(self, sums):
        y = wrapped(sums)
        for step in self.steps:
            y = step(y)
        return y.astype(self.type)


def random_tile(rng, options):
    return {**kernel_cases.random_tile(rng, options.vector, options.lanes), "interleave": options.interleave}


def tile_text(tile):
    return kernel_cases.tile_text(tile)[:-1] + f", interleave = {tile['interleave']}>"


def finished(name, op, attributes, operands, epilogue, total, layout):
    expected = epilogue.apply(total)
    return Kernel(name, op, attributes, operands, epilogue, Tensor(expected, layout(expected.shape)), expected, None)


def random_weights(rng, shape):
    return rng.integers(-128, 128, shape).astype(np.int8)


def window_kernel(rng, name, op, attributes, tile, case, x, w, packed, equal=True):
    layout = random_layout(rng)
    if equal and rng.random() < 0.1:  # all weights equal
        w[...] = packed[...] = -77
    total, _ = window_sum(x.read, w, case, x.read_outside)
    epilogue = Requantization(rng, total.shape, 1, layout)
    return finished(name, op, f"{window_attributes(case)}, {attributes}{x.attributes(True)}tile = {tile_text(tile)}",
                    [Tensor(x.values, layout(x.values.shape)), Tensor(packed)], epilogue, total, layout)


def random_conv(rng, name, options):
    tile, spatial = random_tile(rng, options), int(rng.choice([1, 2, 2, 2, 3]))
    case = random_window(rng, spatial)
    group = case["group"] = int(rng.choice([1, 1, 1, 2, 3]))
    n, c, per = int(rng.choice([1, 1, 2])), int(rng.integers(1, 40)), int(rng.integers(1, 38))
    x = Input(rng, (n, group * c, *case["input"]), options.instruction)
    w = random_weights(rng, (group * per, c, *case["kernel"]))
    taps = np.moveaxis(w.reshape(group, per, c, -1), (1, 2), (3, 2))  # group, taps, c, per
    packed = np.concatenate([panels(part, tile) for part in taps])
    return window_kernel(rng, name, "conv", f"group = {group} : i64, ", tile, case, x, w, packed)


def tap_groups(weights, vector):
    """Packs [C, lines, taps] weights in groups of four taps: blocks of channels, each [line][zeros in front][group][part][lane][tap]; then the channels that fill no block."""
    channels, lines, taps = weights.shape
    filled_taps = filled(taps, 4)
    parts, first = [], 0
    while channels - first >= 16:
        width = 4 * vector
        while width > channels - first:
            width //= 2
        for line in range(lines):
            for zeros in range(filled_taps - taps + 1):
                block = np.zeros((width, filled_taps), np.int8)
                block[:, zeros:zeros + taps] = weights[first:first + width, line]
                # Channel 16q + 4s + j is summed up in lane 4q + j of part s.
                by_part = block.reshape(width // 16, 4, 4, filled_taps // 4, 4).transpose(3, 1, 0, 2, 4)
                parts.append(by_part.ravel())
        first += width
    return np.concatenate([*parts, np.moveaxis(weights[first:], 0, -1).ravel()])


def random_depthwise(rng, name, options):
    tile, spatial = {**random_tile(rng, options), "interleave": 1, "lanes": 1}, int(rng.choice([1, 2, 2, 2, 3]))
    case = random_window(rng, spatial)
    n, c = int(rng.choice([1, 1, 2])), int(rng.integers(1, 38))
    if rng.random() < 0.1:  # long filters are not unrolled
        case = {"kernel": [40], "stride": [1], "dilation": [1], "begin": [19], "end": [20], "input": [67], "out": [67]}
    in_groups = options.interleave == 4 and options.vector >= 4 and case["dilation"][-1] == 1 and rng.random() < 0.8
    if in_groups:
        tile["interleave"], c = 4, int(rng.choice([16, 32, 61, 64, rng.integers(17, 150)]))
    case["group"] = c
    x = Input(rng, (n, c, *case["input"]), options.instruction if in_groups else None)
    w = random_weights(rng, (c, 1, *case["kernel"]))
    if in_groups:
        packed = tap_groups(w.reshape(c, -1, case["kernel"][-1]), options.vector)
    else:
        packed = np.moveaxis(w[:, 0], 0, -1).ravel()
    return window_kernel(rng, name, "depthwise", "", tile, case, x, w, packed, equal=not in_groups)


def random_matmul(rng, name, options):
    tile = random_tile(rng, options)
    m, k, n = (int(rng.integers(1, high)) for high in (30, 120, 70))
    batch = [int(rng.integers(1, 4)) for _ in range(int(rng.choice([0, 1, 2])))]
    packed = rng.random() < 0.7
    a = Input(rng, (*batch, m, k), options.instruction)
    b = random_weights(rng, (*([] if packed else batch), k, n))
    total = np.matmul(a.read, b.astype(np.int64))
    epilogue = Requantization(rng, total.shape, total.ndim - 1, lambda shape: None)
    attributes, values = a.attributes(False), a.values
    if rng.random() < 0.3:
        values, attributes = np.swapaxes(values, -1, -2), attributes + "transpose_lhs, "
    if packed:
        b, attributes = panels(b[None], tile), attributes + "packed, "
    else:
        tile.update(interleave=1, lanes=1)
        if rng.random() < 0.3:
            b, attributes = np.swapaxes(b, -1, -2), attributes + "transpose_rhs, "
    any_layout = (lambda s: None) if rng.random() < 0.6 else lambda s: layouts(rng, s, "any")
    return finished(name, "matmul", f"{attributes}tile = {tile_text(tile)}",
                    [Tensor(values, any_layout(values.shape)), Tensor(b, None if packed else any_layout(b.shape))],
                    epilogue, total, any_layout)


def problem(case, buffers):
    """What is wrong with results over two kinds of bytes, or nothing."""
    for fill, buffer in buffers:
        actual = case.result.view(buffer)
        if not np.array_equal(actual, case.expected):
            worst = tuple(int(i) for i in np.argwhere(actual != case.expected)[0])
            return f"at {worst}: {actual[worst]} instead of {case.expected[worst]}, {np.sum(actual != case.expected)} of {actual.size} differ"
        touched = np.zeros(buffer.shape, bool)
        case.result.view(touched)[...] = True
        if not (buffer[~touched] == fill).all():
            return "wrote between the elements of its result"
    return None

"""Random kernels in the form of the memory phase, their packed weights and what they compute.

Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""

import itertools

import numpy as np


def panels(weights, tile):
    """Packs [K, N] weights into panels [K][width] of the tile's columns, one after the other."""
    depth, count = weights.shape
    parts = []
    for first in range(0, count, tile["columns"]):
        panel = weights[:, first:first + tile["columns"]]
        width = panel.shape[1]
        if width < tile["columns"]:
            rest = width % tile["vector"]
            width += (1 << (rest - 1).bit_length()) - rest if rest else 0
        padded = np.zeros((depth, width), np.float32)
        padded[:, :panel.shape[1]] = panel
        parts.append(padded.ravel())
    return np.concatenate(parts)


def layouts(rng, shape, kind):
    """Strides of a tensor: 'last' has channels (dimension 1) innermost, 'wide' the same inside a wider buffer."""
    rank = len(shape)
    order = {"row": list(range(rank)), "last": [0, *range(2, rank), 1], "wide": [0, *range(2, rank), 1],
             "any": list(rng.permutation(rank))}[kind]
    strides, step = [0] * rank, 1
    for position, d in enumerate(reversed(order)):
        strides[d] = step
        step *= shape[d]
        if position == 0 and kind == "wide":
            step += int(rng.integers(1, 9))
    return strides


class Tensor:
    """A tensor in a buffer: values, type text, buffer content."""

    def __init__(self, values, strides=None):
        self.values = values
        self.shape = values.shape
        row = [int(np.prod(self.shape[d + 1:])) for d in range(len(self.shape))]
        self.strides = strides or row
        element = {"float32": "f32", "bool": "i1", "int8": "i8", "uint8": "ui8", "int32": "i32", "int64": "i64"}[str(values.dtype)]
        stored = {"i1": "i8", "ui8": "i8"}.get(element, element)
        layout = "" if self.strides == row else f", #nn.layout<[{', '.join(map(str, self.strides))}]>"
        self.type = f"tensor<{'x'.join([*map(str, self.shape), element])}{layout}>"
        self.elements = 1 + sum((n - 1) * s for n, s in zip(self.shape, self.strides))
        self.buffer_type = f"memref<{self.elements}x{stored}>"

    def view(self, buffer):
        return np.lib.stride_tricks.as_strided(buffer, self.shape, [s * buffer.itemsize for s in self.strides])

    def buffer(self, fill):
        data = np.full(self.elements, fill, np.int8 if self.values.dtype == bool else self.values.dtype)
        if fill == 0:
            self.view(data)[...] = self.values
        return data


def window_sum(x, w, case, outside=0):
    """Σ over taps and channels in double precision; x: N×C×spatial, w: M×C/G×kernel. Also the sum of magnitudes."""
    group, spatial = case["group"], range(x.ndim - 2)
    pad = [(0, 0), (0, 0)] + [(case["begin"][i], case["end"][i]) for i in spatial]
    x = np.pad(x.astype(np.float64), pad, constant_values=outside)
    w = w.astype(np.float64)
    out = case["out"]
    n, maps, per = x.shape[0], w.shape[0], w.shape[1]
    total, magnitude = np.zeros((n, maps, *out)), np.zeros((n, maps, *out))
    for tap in itertools.product(*(range(k) for k in case["kernel"])):
        window = x[(slice(None), slice(None)) + tuple(
            slice(t * d, t * d + (o - 1) * s + 1, s)
            for t, d, s, o in zip(tap, case["dilation"], case["stride"], out))]
        for g in range(group):
            rows = slice(g * maps // group, (g + 1) * maps // group)
            part = window[:, g * per:(g + 1) * per]
            weights = w[(rows, slice(None)) + tap]
            total[:, rows] += np.einsum("nc...,mc->nm...", part, weights)
            magnitude[:, rows] += np.einsum("nc...,mc->nm...", abs(part), abs(weights))
    return total, magnitude


def pool(x, case, maximum):
    """Largest element or sum of each window, without what lies outside the image, and the sum of magnitudes."""
    if not maximum:
        ones = np.ones((x.shape[1], 1, *case["kernel"]))
        return window_sum(x, ones, {**case, "group": x.shape[1]})
    spatial = range(x.ndim - 2)
    pad = [(0, 0), (0, 0)] + [(case["begin"][i], case["end"][i]) for i in spatial]
    x = np.pad(x.astype(np.float64), pad, constant_values=-np.inf)
    largest = np.full((*x.shape[:2], *case["out"]), -np.inf)
    for tap in itertools.product(*(range(k) for k in case["kernel"])):
        window = x[(slice(None), slice(None)) + tuple(
            slice(t * d, t * d + (o - 1) * s + 1, s)
            for t, d, s, o in zip(tap, case["dilation"], case["stride"], case["out"]))]
        largest = np.maximum(largest, window)
    return largest, np.abs(largest)


def transposed_sum(x, w, case):
    """Every pixel adds to the results that the filter reaches, in double precision; w: C×M/G×kernel. Also the sum of magnitudes."""
    group, begin, out = case["group"], case["begin"], case["out"]
    per, maps = x.shape[1] // group, w.shape[1]
    # All that the filter reaches from somewhere, then the part that is the result.
    full = [(i - 1) * s + (k - 1) * d + 1 for i, s, k, d in zip(case["input"], case["stride"], case["kernel"], case["dilation"])]
    room = [max(f, b + o) for f, b, o in zip(full, begin, out)]
    totals = []
    for values, weights in ((x.astype(np.float64), w), (abs(x).astype(np.float64), abs(w))):
        total = np.zeros((x.shape[0], group * maps, *room))
        for tap in itertools.product(*(range(k) for k in case["kernel"])):
            place = tuple(slice(t * d, t * d + (i - 1) * s + 1, s)
                          for t, d, i, s in zip(tap, case["dilation"], case["input"], case["stride"]))
            for g in range(group):
                channels = slice(g * per, (g + 1) * per)
                total[(slice(None), slice(g * maps, (g + 1) * maps)) + place] += np.einsum(
                    "nc...,cm->nm...", values[:, channels], weights[(channels, slice(None)) + tap])
        totals.append(total[(slice(None), slice(None)) + tuple(slice(b, b + o) for b, o in zip(begin, out))])
    return totals


class Epilogue:
    """A random epilogue: text of its region, extra operands, and its effect."""

    def __init__(self, rng, shape, column, layout):
        self.extra, self.steps, lines = [], [], []
        value = "%acc"

        def channel_shape():
            return tuple(n if d == column else 1 for d, n in enumerate(shape))

        def operand(values, strides=None):
            self.extra.append(Tensor(values, strides))
            return f"%e{len(self.extra)}"

        def binary(op, other, function):
            nonlocal value
            name = f"%v{len(lines)}"
            lines.append(f"{name} = arith.{op} {value}, {other} : f32")
            value = name
            self.steps.append(function)

        def normal(shape):
            return rng.standard_normal(shape, dtype=np.float32)

        if rng.random() < 0.7:
            bias = normal(channel_shape()[int(rng.integers(0, column + 1)):])
            binary("addf", operand(bias), lambda y: y + bias)
        if rng.random() < 0.4:
            residual = normal(shape)
            binary("addf", operand(residual, layout(shape)), lambda y: y + residual)
        if rng.random() < 0.2:
            factor = normal(shape[-1:])
            binary("mulf", operand(factor), lambda y: y * factor)
        if rng.random() < 0.5:
            lines.append("%zero = arith.constant 0.25 : f32")
            binary("maximumf", "%zero", lambda y: np.maximum(y, 0.25))
        if rng.random() < 0.2:
            mask, other = rng.random(shape) < 0.5, normal(channel_shape())
            names = operand(mask, layout(shape)), operand(other)
            name = f"%v{len(lines)}"
            lines.append(f"{name} = arith.select {names[0]}, {value}, {names[1]} : f32")
            value = name
            self.steps.append(lambda y: np.where(mask, y, other))
        types = ["i1" if e.values.dtype == bool else "f32" for e in self.extra]
        arguments = ["%acc: f32"] + [f"%e{i + 1}: {t}" for i, t in enumerate(types)]
        self.text = "{\n  ^bb0(" + ", ".join(arguments) + "):\n" + "".join(f"    {line}\n" for line in lines) + \
            f"    kernel.yield {value} : f32\n  }}"

    def apply(self, y):
        for step in self.steps:
            y = step(y)
        return y


class Kernel:
    """One function @name: inputs, packed weights, extras, `scratch` elements and the expected result."""

    def __init__(self, name, op, attributes, operands, epilogue, result, expected, magnitude, scratch=0):
        self.name, self.expected, self.magnitude = name, expected, magnitude
        self.operands, self.result = [*operands, *epilogue.extra], result
        self.note = f"{op} {attributes}"
        arguments = [f"%a{i}: {t.buffer_type}" for i, t in enumerate(self.operands)] + \
            [f"%s: memref<{scratch}xf32> {{rt.scratch}}"] * (scratch > 0) + [f"%out: {result.buffer_type} {{rt.result}}"]
        self.scratch = [np.full(scratch, np.nan, np.float32)] * (scratch > 0)
        lines = [f"%t{i} = rt.tensor %a{i} : {t.buffer_type} -> {t.type}" for i, t in enumerate(self.operands)]
        extra = ", ".join(f"%t{i}" for i in range(2, len(self.operands)))
        types = ", ".join(t.type for t in self.operands)
        lines.append(f"%y = kernel.{op} %t0, %t1 {f'extra({extra}) ' if extra else ''}{{{attributes}}} : "
                     f"({types}) -> {result.type} {epilogue.text}")
        lines.append(f"rt.store %y, %out : {result.type}, {result.buffer_type}")
        self.text = f"func.func @{name}({', '.join(arguments)}) attributes {{rt.layer = \"{name}\"}} {{\n  " + \
            "\n  ".join(lines) + "\n  return\n}\n"

    def arrays(self):
        return [t.buffer(0) for t in self.operands] + self.scratch + [self.result.buffer(np.nan)]


def problem(case, buffer):
    """What is wrong with a computed result, or nothing."""
    actual = case.result.view(buffer)
    error = np.abs(actual - case.expected)
    bound = 2e-6 * (case.magnitude + np.abs(case.expected) + 4)
    if not (error <= bound).all():
        worst = np.unravel_index(np.nanargmax(np.where(np.isnan(error), np.inf, error - bound)), error.shape)
        return f"at {worst}: {actual[worst]} instead of {case.expected[worst]}"
    touched = np.zeros(buffer.shape, bool)
    case.result.view(touched)[...] = True
    if not np.isnan(buffer[~touched]).all():
        return "wrote between the elements of its result"
    return None


def tile_text(tile):
    return f"#kernel.tile<rows = {tile['rows']}, columns = {tile['columns']}, vector = {tile['vector']}, " \
           f"lanes = {tile['lanes']}>"


def array(values):
    return f"array<i64: {', '.join(map(str, values))}>"


def random_tile(rng, vector, lanes):
    return {"rows": int(rng.integers(1, 9)), "columns": vector * int(rng.integers(1, 4)), "vector": vector,
            "lanes": lanes}


def random_window(rng, spatial):
    longest = 24 if spatial < 3 else 9
    case = {k: [int(rng.integers(1, high)) for _ in range(spatial)]
            for k, high in (("kernel", 5), ("stride", 4), ("dilation", 3))}
    case["begin"] = [int(rng.integers(0, k * d + 1)) for k, d in zip(case["kernel"], case["dilation"])]
    case["end"] = [int(rng.integers(0, k * d + 1)) for k, d in zip(case["kernel"], case["dilation"])]
    if rng.random() < 0.2:
        case["kernel"], case["begin"], case["end"] = [1] * spatial, [0] * spatial, [0] * spatial
    case["input"], case["out"] = [], []
    for i in range(spatial):
        reach = (case["kernel"][i] - 1) * case["dilation"][i] + 1 - case["begin"][i] - case["end"][i]
        size = max(1, reach) + int(rng.integers(0, longest))
        case["input"].append(size)
        case["out"].append((size - reach) // case["stride"][i] + 1)
    return case


def random_transposed_window(rng, spatial):
    """Strides above the filter, pads that crop whole phases and results beyond the last pixel among them."""
    case = {k: [int(rng.integers(1, high)) for _ in range(spatial)]
            for k, high in (("kernel", 6), ("stride", 5), ("dilation", 4), ("input", 17 if spatial < 3 else 6))}
    if rng.random() < 0.3:
        case["kernel"], case["dilation"] = list(case["stride"]), [1] * spatial
    case["begin"], case["end"], case["extra"], case["out"] = [], [], [], []
    for i in range(spatial):
        full = (case["input"][i] - 1) * case["stride"][i] + (case["kernel"][i] - 1) * case["dilation"][i] + 1
        begin = 0 if rng.random() < 0.3 else int(rng.integers(0, min(full, 8)))
        end = 0 if rng.random() < 0.3 else int(rng.integers(0, min(full - begin, 8)))
        extra = int(rng.choice([0, 0, 1, 5]))
        for key, value in (("begin", begin), ("end", end), ("extra", extra), ("out", full - begin - end + extra)):
            case[key].append(value)
    return case


def window_attributes(case):
    return ", ".join(f"{name} = {array(case[key])}" for name, key in
                     (("kernel", "kernel"), ("strides", "stride"), ("dilations", "dilation"),
                      ("pads_begin", "begin"), ("pads_end", "end")))


def random_layout(rng):
    return lambda shape: layouts(rng, shape, rng.choice(["row", "last", "last", "last", "wide", "any"]))


def random_conv(rng, name, vector, lanes):
    tile, spatial = random_tile(rng, vector, lanes), int(rng.choice([1, 2, 2, 2, 3]))
    case = random_window(rng, spatial)
    group = int(rng.choice([1, 1, 1, 2, 3]))
    case["group"] = group
    n, c, m = int(rng.choice([1, 1, 2])), group * int(rng.integers(1, 20)), group * int(rng.integers(1, 38))
    x = rng.standard_normal((n, c, *case["input"]), dtype=np.float32)
    w = rng.standard_normal((m, c // group, *case["kernel"]), dtype=np.float32)
    per = m // group
    packed = np.concatenate([
        panels(np.moveaxis(w[g * per:(g + 1) * per], (0, 1), (-1, -2)).reshape(-1, per), tile) for g in range(group)])
    return window_kernel(rng, name, "conv", f"group = {group} : i64, ", tile, case, x, w, packed)


def random_depthwise(rng, name, vector, lanes):
    tile, spatial = random_tile(rng, vector, lanes), int(rng.choice([1, 2, 2, 2, 3]))
    case = random_window(rng, spatial)
    n, c = int(rng.choice([1, 1, 2])), int(rng.integers(1, 38))
    case["group"] = c
    if rng.random() < 0.1:  # long filters are not unrolled
        case = {"kernel": [40], "stride": [1], "dilation": [1], "begin": [19], "end": [20], "input": [67], "out": [67],
                "group": c}
    x = rng.standard_normal((n, c, *case["input"]), dtype=np.float32)
    w = rng.standard_normal((c, 1, *case["kernel"]), dtype=np.float32)
    return window_kernel(rng, name, "depthwise", "", tile, case, x, w, np.moveaxis(w[:, 0], 0, -1).ravel())


def window_kernel(rng, name, op, attributes, tile, case, x, w, packed):
    layout = random_layout(rng)
    total, magnitude = window_sum(x, w, case)
    epilogue = Epilogue(rng, total.shape, 1, layout)
    if rng.random() < 0.1:  # all weights equal
        w[...] = 0.75
        total, magnitude = window_sum(x, w, case)
        packed[...] = 0.75
    result = Tensor(total.astype(np.float32), layout(total.shape))
    return Kernel(name, op, f"{window_attributes(case)}, {attributes}tile = {tile_text(tile)}",
                  [Tensor(x, layout(x.shape)), Tensor(packed)], epilogue, result, epilogue.apply(total), magnitude)


def random_matmul(rng, name, vector, lanes):
    tile = random_tile(rng, vector, lanes)
    m, k, n = (int(rng.integers(1, high)) for high in (30, 120, 70))
    batch = [int(rng.integers(1, 4)) for _ in range(int(rng.choice([0, 1, 2])))]
    transposed = rng.random() < 0.3, rng.random() < 0.3
    packed, packing = rng.random() < 0.5, rng.random() < 0.5
    a_batch = [b if rng.random() < 0.8 else 1 for b in batch]
    b_batch = [] if packed else [b if rng.random() < 0.8 else 1 for b in batch][int(rng.integers(0, len(batch) + 1)):]
    batch = list(np.broadcast_shapes(tuple(a_batch), tuple(b_batch)))
    a_batch = [1] * (len(batch) - len(a_batch)) + a_batch
    a = rng.standard_normal((*a_batch, m, k), dtype=np.float32)
    b = rng.standard_normal((*b_batch, k, n), dtype=np.float32)
    total, magnitude = np.matmul(a.astype(np.float64), b), np.matmul(abs(a).astype(np.float64), abs(b))
    epilogue = Epilogue(rng, total.shape, total.ndim - 1, lambda shape: None)
    attributes = ""
    if transposed[0]:
        a, attributes = np.swapaxes(a, -1, -2), attributes + "transpose_lhs, "
    if packed:
        b, attributes = panels(b, tile), attributes + "packed, "
    elif transposed[1]:
        b, attributes = np.swapaxes(b, -1, -2), attributes + "transpose_rhs, "
    packing = packing and not packed
    if packing:
        attributes += "pack_rhs, "
    scratch = panels(np.zeros((k, min(n, tile["columns"]))), tile).size if packing else 0
    any_layout = (lambda s: None) if rng.random() < 0.6 else lambda s: layouts(rng, s, "any")
    return Kernel(name, "matmul", f"{attributes}tile = {tile_text(tile)}",
                  [Tensor(a, any_layout(a.shape)), Tensor(b, None if packed else any_layout(b.shape))],
                  epilogue, Tensor(total.astype(np.float32), any_layout(total.shape)), epilogue.apply(total), magnitude, scratch)

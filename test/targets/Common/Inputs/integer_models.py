"""Prints a module of random layers of 8-bit integers, each with an input and a result of its own: convolutions, depthwise ones and products, with and
without requantization, pads, zero points and biases, of odd shapes. Their values are exact, so every machine gives the same bytes.

usage: integer_models.py SEED COUNT
Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""

import sys

import numpy as np

from kernel_cases import random_window, window_attributes


def type_of(shape, element):
    return f"tensor<{'x'.join(map(str, shape))}{'x' if len(shape) else ''}{element}>"


class Module:
    def __init__(self):
        self.lines, self.arguments, self.results, self.count = [], [], [], 0

    def fresh(self, text):
        self.count += 1
        self.lines.append(f"  %{self.count} = {text}")
        return f"%{self.count}"

    def input(self, shape, element):
        name = f"%x{len(self.arguments)}"
        self.arguments.append(f'{name}: {type_of(shape, element)} {{nn.name = "x{len(self.arguments)}"}}')
        return name

    def result(self, value, type_):
        self.results.append((value, type_))

    def constant(self, values):
        element = {"int8": "i8", "uint8": "ui8", "int32": "i32"}[str(values.dtype)]
        type_ = type_of(values.shape, element)
        return self.fresh(f'nn.constant dense<"0x{values.tobytes().hex().upper()}"> : {type_}'), type_

    def text(self):
        results = ", ".join(f'{t} {{nn.name = "y{i}"}}' for i, (_, t) in enumerate(self.results))
        return (f"func.func @main({', '.join(self.arguments)}) -> ({results}) attributes {{rt.entry}} {{\n" + "\n".join(self.lines) +
                f"\n  return {', '.join(v for v, _ in self.results)} : {', '.join(t for _, t in self.results)}\n}}")


def zero_point(rng, element):
    low, high = (0, 255) if element == "ui8" else (-128, 127)
    return int(rng.choice([0, low, high, rng.integers(low, high + 1)]))


def weights(rng, shape):
    """Integers of either kind with a zero point less which they fit 8 bits with sign."""
    values = rng.integers(-128, 128, shape)
    if rng.random() < 0.3:
        return (values + 128).astype(np.uint8), 128
    return values.astype(np.int8), 0


def finish(rng, module, value, shape, column, depth):
    """To 8 bits, in most layers."""
    if rng.random() < 0.2:
        return module.result(value, type_of(shape, "i32"))
    by_column = tuple(n if d == column else 1 for d, n in enumerate(shape))
    bits = np.log2(depth * 128 * 128) - 9  # of a sum that are too many
    right = np.full(by_column, int(np.clip(bits + rng.integers(-2, 3), 1, 22)), np.int32)
    multiplier = (rng.integers(2**29, 2**30, by_column) * 2).astype(np.int32)
    if rng.random() < 0.3:
        right, multiplier = right.flat[:1].reshape(()), multiplier.flat[:1].reshape(())
    element = str(rng.choice(["i8", "ui8"]))
    zero = zero_point(rng, element)
    offset = ((1 << (right.astype(np.int64) - 1)) + zero * (1 << right.astype(np.int64))).astype(np.int32)
    operands = [module.constant(np.asarray(v, np.int32)) for v in (multiplier, offset, right)]
    low = f" {{low = {zero} : i64}}" if rng.random() < 0.3 else ""  # an activation that stops at zero
    type_ = type_of(shape, element)
    value = module.fresh(f"nn.requantize {value} by {operands[0][0]} plus {operands[1][0]} right {operands[2][0]}{low} : "
                         f"({type_of(shape, 'i32')}, {', '.join(o[1] for o in operands)}) -> {type_}")
    module.result(value, type_)


def add_convolution(rng, module):
    case = random_window(rng, int(rng.choice([1, 2, 2, 2])))
    group, per, maps = int(rng.choice([1, 1, 2])), int(rng.integers(1, 40)), int(rng.integers(1, 40))
    if rng.random() < 0.3:
        group, per, maps = int(rng.integers(2, 40)), 1, 1
    element = str(rng.choice(["i8", "ui8"]))
    shape, out = (1, group * per, *case["input"]), (1, group * maps, *case["out"])
    x, (w, w_zero) = module.input(shape, element), weights(rng, (group * maps, per, *case["kernel"]))
    operands = [(x, type_of(shape, element)), module.constant(w)]
    if rng.random() < 0.7:
        operands.append(module.constant(rng.integers(-2**16, 2**16, group * maps).astype(np.int32)))
    attributes = window_attributes(case).split("strides", 1)[1]
    value = module.fresh(f"nn.conv {', '.join(o[0] for o in operands)} {{strides{attributes}, group = {group} : i64, "
                         f"input_zero_point = {zero_point(rng, element)} : i64, filter_zero_point = {w_zero} : i64}} : "
                         f"({', '.join(o[1] for o in operands)}) -> {type_of(out, 'i32')}")
    finish(rng, module, value, out, 1, per * int(np.prod(case["kernel"])))


def add_product(rng, module):
    m, k, n = (int(rng.choice([1, rng.integers(1, high)])) for high in (20, 120, 70))
    element, transposed = str(rng.choice(["i8", "ui8"])), rng.random() < 0.5
    a, (b, b_zero) = module.input((m, k), element), weights(rng, (n, k) if transposed else (k, n))
    b, b_type = module.constant(b)
    value = module.fresh(f"nn.matmul {a}, {b} {{{'transpose_rhs, ' if transposed else ''}lhs_zero_point = {zero_point(rng, element)} : i64, "
                         f"rhs_zero_point = {b_zero} : i64}} : ({type_of((m, k), element)}, {b_type}) -> {type_of((m, n), 'i32')}")
    finish(rng, module, value, (m, n), 1, k)


def main():
    seed, count = int(sys.argv[1]), int(sys.argv[2])
    module = Module()
    for i in range(count):
        rng = np.random.default_rng([seed, i])
        (add_product if i % 4 == 3 else add_convolution)(rng, module)
    print(module.text())


main()

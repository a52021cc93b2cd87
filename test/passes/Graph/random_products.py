"""Prints random products (convolutions with groups, transposed ones, matrix products of any rank) with constant weights, with scales,
shifts and normalisations before and behind them. For comparisons of nnc-fold-norms with the reference.

usage: random_products.py SEED [--count=N]
Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""

import argparse
import random

STEPS = ["add", "sub", "mul", "div", "norm", "rsub"]


def type_of(shape, element="f32"):
    return "tensor<" + "".join(f"{d}x" for d in shape) + element + ">"


class Function:
    """One function of one product, built line by line."""

    def __init__(self, seed):
        self.random = random.Random(seed)
        self.lines, self.count = [], 0

    def emit(self, text):
        self.count += 1
        self.lines.append(f"  %{self.count} = {text}")
        return f"%{self.count}"

    def constant(self, shape, low=-2.0, high=2.0):
        def nested(dims):
            if not dims:
                return f"{self.random.uniform(low, high):.6e}"
            return "[" + ", ".join(nested(dims[1:]) for _ in range(dims[0])) + "]"

        return self.emit(f"nn.constant dense<{nested(list(shape))}> : {type_of(shape)}")

    def step(self, value, shape, dim):
        """A scale, shift or normalisation of dimension `dim`, sometimes of all channels alike."""
        kind = self.random.choice(STEPS)
        if kind == "norm":
            kind = "batch_norm" if dim == 1 else "mul"
        if kind == "batch_norm":
            size = [shape[1]]
            operands = [self.constant(size), self.constant(size), self.constant(size), self.constant(size, 0.1, 2.0)]
            types = ", ".join([type_of(shape)] + [type_of(size)] * 4)
            return self.emit(f"nn.batch_norm {value}, {', '.join(operands)} {{epsilon = 1.0e-3 : f64}} : ({types}) -> {type_of(shape)}")
        other = self.random.choice([[], [shape[dim]] + [1] * (len(shape) - dim - 1)])
        number = self.constant(other, 0.5, 3.0)
        operands = [(value, shape), (number, other)]
        if kind == "rsub" or (kind in ("add", "mul") and self.random.random() < 0.3):
            operands.reverse()
        names, types = ", ".join(o[0] for o in operands), ", ".join(type_of(o[1]) for o in operands)
        return self.emit(f"nn.binary {kind.removeprefix('r')} {names} : ({types}) -> {type_of(shape)}")

    def steps(self, value, shape, dim):
        for _ in range(self.random.randint(0, 2)):
            value = self.step(value, shape, dim)
        return value

    def convolution(self):
        r, dims = self.random, self.random.randint(1, 2)
        group, per_in, per_out = r.choice([1, 1, 2, 3]), r.choice([1, 2, 3]), r.choice([1, 2, 3])
        kernel, stride = [r.choice([1, 2, 3]) for _ in range(dims)], [r.choice([1, 2]) for _ in range(dims)]
        pads = [r.choice([0, 0, 1]) for _ in range(2 * dims)]
        transposed = r.random() < 0.3
        x = [r.choice([1, 2]), group * per_in] + [r.choice([3, 5, 7]) for _ in range(dims)]
        w = ([group * per_in, per_out] if transposed else [group * per_out, per_in]) + kernel
        size = [(n - 1) * s + k - a - b if transposed else (n + a + b - k) // s + 1 for n, k, s, a, b in zip(x[2:], kernel, stride, pads[:dims], pads[dims:])]
        y = [x[0], group * per_out] + size
        value = self.steps("%x", x, 1)
        operands = [(value, x), (self.constant(w), w)]
        if r.random() < 0.5:
            operands.append((self.constant([y[1]]), [y[1]]))
        lists = {"strides": stride, "dilations": [1] * dims, "pads_begin": pads[:dims], "pads_end": pads[dims:]}
        if transposed:
            lists["output_padding"] = [0] * dims
        attributes = ", ".join(f"{name} = array<i64: {', '.join(map(str, values))}>" for name, values in lists.items())
        value = self.emit(f"nn.conv{'_transpose' if transposed else ''} {', '.join(o[0] for o in operands)} {{{attributes}, group = {group} : i64}} : "
                          f"({', '.join(type_of(o[1]) for o in operands)}) -> {type_of(y)}")
        return x, self.steps(value, y, 1), y

    def matrix_product(self):
        r = self.random
        m, k, n = (r.choice([1, 2, 3, 5]) for _ in range(3))
        batch, left = r.choice([[], [2], [3, 2]]), r.random() < 0.3
        swap_a, swap_b = r.random() < 0.4, r.random() < 0.4
        batch_of_weights = batch if r.random() < 0.3 else []
        a = (batch_of_weights if left else batch) + ([k, m] if swap_a else [m, k])
        b = (batch if left else batch_of_weights) + ([n, k] if swap_b else [k, n])
        x, y = (b if left else a), batch + [m, n]
        depth = len(x) - (1 if (swap_b if left else not swap_a) else 2)
        value = self.steps("%x", x, depth)
        weights = self.constant(a if left else b)
        names = f"{weights}, {value}" if left else f"{value}, {weights}"
        flags = [name for name, on in (("transpose_lhs", swap_a), ("transpose_rhs", swap_b)) if on]
        value = self.emit(f"nn.matmul {names} {{{', '.join(flags)}}} : ({type_of(a)}, {type_of(b)}) -> {type_of(y)}")
        return x, self.steps(value, y, len(y) - (2 if left else 1)), y

    def text(self, name):
        x, value, y = self.convolution() if self.random.random() < 0.6 else self.matrix_product()
        body = "\n".join(self.lines)
        return f"func.func @{name}(%x: {type_of(x)}) -> {type_of(y)} {{\n{body}\n  return {value} : {type_of(y)}\n}}"


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("seed", type=int)
    parser.add_argument("--count", type=int, default=1)
    arguments = parser.parse_args()
    for seed in range(arguments.seed, arguments.seed + arguments.count):
        print(Function(seed).text(f"product_{seed}"))


main()

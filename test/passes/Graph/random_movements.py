"""Prints random functions of operators that the graph passes rewrite: transpositions and their inverses, reshapes, slices, concatenations of
neighbours, pads before windows, constants in chains, casts, gathers, reductions, with values that several operators read.

usage: random_movements.py SEED [--count=N] [--ops=N]
Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""

import argparse
import math
import random

SIZES = [1, 2, 3, 5, 7]
MOST_ELEMENTS = 2000
UNARY = ["relu", "abs", "neg", "sigmoid", "tanh", "floor", "square"]


def array(numbers):
    return f"array<i64: {', '.join(map(str, numbers))}>" if numbers else "array<i64>"


class Value:
    def __init__(self, name, shape, element="f32"):
        self.name, self.shape, self.element = name, list(shape), element

    @property
    def type(self):
        return "tensor<" + "".join(f"{d}x" for d in self.shape) + self.element + ">"


class Function:
    """Values are added by operators chosen at random; an operator that fits no value is drawn again."""

    def __init__(self, seed, ops):
        self.random = random.Random(seed)
        self.lines, self.count = [], 0
        self.inputs = [Value(f"%arg{i}", [self.random.choice(SIZES) for _ in range(self.random.choice([2, 3, 4, 4]))]) for i in range(self.random.choice([1, 2]))]
        self.values = list(self.inputs)
        steps = [self.transpose, self.undo, self.reshape, self.slice, self.split, self.concat, self.pad, self.window, self.elementwise, self.with_constant,
                 self.with_constant, self.pair, self.reduce, self.gather, self.cast, self.broadcast]
        while self.count < ops:
            self.random.choice(steps)(self.pick())

    def pick(self):
        """Late values are likelier, so that chains grow."""
        late = self.values[-4:]
        return self.random.choice(late if self.random.random() < 0.8 else self.values)

    def emit(self, text, operands, shape, element="f32", keep=True):
        result = Value(f"%v{self.count}", shape, element)
        self.count += 1
        self.lines.append(f"  {result.name} = nn.{text} : ({', '.join(o.type for o in operands)}) -> {result.type}")
        if keep and math.prod(shape) <= MOST_ELEMENTS and 0 < len(shape) <= 5:
            self.values.append(result)
        return result

    def constant(self, shape, choices=(0.5, 2.0, 3.0, -1.25, 0.25, 4.0)):
        def nested(dims):
            return repr(self.random.choice(choices)) if not dims else "[" + ", ".join(nested(dims[1:]) for _ in range(dims[0])) + "]"

        result = Value(f"%c{self.count}", shape)
        self.count += 1
        self.lines.append(f"  {result.name} = nn.constant dense<{nested(list(shape))}> : {result.type}")
        return result

    def moved(self, x, perm):
        self.emit(f"transpose {x.name} {{perm = {array(perm)}}}", [x], [x.shape[d] for d in perm])
        self.values[-1].perm = perm

    def transpose(self, x):
        perm = list(range(len(x.shape)))
        self.random.shuffle(perm)
        self.moved(x, perm)

    def undo(self, x):
        """The inverse of some transposition in the function, of whatever value has its rank."""
        perms = [v.perm for v in self.values if hasattr(v, "perm") and len(v.perm) == len(x.shape)]
        if perms:
            perm = self.random.choice(perms)
            self.moved(x, [perm.index(d) for d in range(len(perm))])

    def reshape(self, x):
        shape = [d for d in x.shape if d != 1]
        self.random.shuffle(shape)
        if len(shape) > 1 and self.random.random() < 0.5:
            shape[:2] = [shape[0] * shape[1]]
        for _ in range(self.random.randint(0 if shape else 1, 2)):
            if len(shape) < 4:
                shape.insert(self.random.randint(0, len(shape)), 1)
        self.emit(f"reshape {x.name}", [x], shape)

    def sliced(self, x, starts, sizes, steps):
        return self.emit(f"slice {x.name} {{starts = {array(starts)}, steps = {array(steps)}}}", [x], sizes)

    def slice(self, x):
        starts, sizes, steps = [], [], []
        for n in x.shape:
            step = self.random.choice([1, 1, 1, 2, -1, -2])
            size = self.random.randint(1, (n - 1) // abs(step) + 1)
            span = (size - 1) * abs(step)
            low = self.random.randint(0, n - 1 - span)
            starts.append(low + span if step < 0 else low), sizes.append(size), steps.append(step)
        self.sliced(x, starts, sizes, steps)

    def split(self, x):
        """Two neighbours, often joined again."""
        axis = self.random.randrange(len(x.shape))
        if x.shape[axis] > 1:
            cut = self.random.randint(1, x.shape[axis] - 1)
            starts, sizes, ones = [0] * len(x.shape), list(x.shape), [1] * len(x.shape)
            a = self.sliced(x, starts, sizes[:axis] + [cut] + sizes[axis + 1:], ones)
            b = self.sliced(x, starts[:axis] + [cut] + starts[axis + 1:], sizes[:axis] + [x.shape[axis] - cut] + sizes[axis + 1:], ones)
            if self.random.random() < 0.6:
                self.joined([a, b] if self.random.random() < 0.7 else [b, a], axis)

    def joined(self, parts, axis):
        shape = list(parts[0].shape)
        shape[axis] = sum(p.shape[axis] for p in parts)
        self.emit(f"concat {', '.join(p.name for p in parts)} {{axis = {axis} : i64}}", parts, shape)

    def concat(self, x):
        axis = self.random.randrange(len(x.shape))
        fit = [v for v in self.values if len(v.shape) == len(x.shape) and all(a == b for d, (a, b) in enumerate(zip(v.shape, x.shape)) if d != axis)]
        self.joined([x] + [self.random.choice(fit) for _ in range(self.random.randint(1, 2))], axis)

    def pad(self, x, spatial=False):
        first = 2 if spatial else 0
        low = [0 if d < first else self.random.choice([0, 0, 1, 2]) for d in range(len(x.shape))]
        high = [0 if d < first else self.random.choice([0, 0, 1]) for d in range(len(x.shape))]
        if not spatial and self.random.random() < 0.3:
            low = [-1 if n > 1 and self.random.random() < 0.5 else 0 for n in x.shape]
        shape = [n + a + b for n, a, b in zip(x.shape, low, high)]
        return self.emit(f"pad constant {x.name} {{low = {array(low)}, high = {array(high)}}}", [x], shape)

    def window(self, x):
        """A pool or a convolution, often of a padded image."""
        if not 3 <= len(x.shape) <= 4:
            return
        if self.random.random() < 0.7:
            x = self.pad(x, spatial=True)
        dims = len(x.shape) - 2
        kernel = [self.random.randint(1, min(3, n)) for n in x.shape[2:]]
        strides, begin = [self.random.choice([1, 2]) for _ in range(dims)], [self.random.choice([0, 0, min(1, k - 1)]) for k in kernel]
        size = [(n + b - k) // s + 1 for n, b, k, s in zip(x.shape[2:], begin, kernel, strides)]
        common = f"strides = {array(strides)}, dilations = {array([1] * dims)}, pads_begin = {array(begin)}, pads_end = {array([0] * dims)}"
        if self.random.random() < 0.5:
            filters = self.constant([self.random.choice([1, 2, 3]), x.shape[1]] + kernel)
            self.emit(f"conv {x.name}, {filters.name} {{{common}}}", [x, filters], [x.shape[0], filters.shape[0]] + size)
            return
        kind = self.random.choice(["max", "average", "lp"])
        counts = ", count_include_pad" if kind == "average" and self.random.random() < 0.5 else ""
        self.emit(f"pool {kind} {x.name} {{kernel = {array(kernel)}, {common}, ceil_extra = {array([0] * dims)}{counts}}}", [x], x.shape[:2] + size)

    def elementwise(self, x):
        if self.random.random() < 0.3:
            self.emit(f"clamp {x.name} {{low = -1.5 : f64, high = 2.5 : f64}}", [x], x.shape)
        else:
            self.emit(f"unary {self.random.choice(UNARY)} {x.name}", [x], x.shape)

    def with_constant(self, x):
        shape = self.random.choice([[], list(x.shape), [x.shape[-1]], [n if d == 1 else 1 for d, n in enumerate(x.shape)][1:]])
        if math.prod(shape) > 100:
            shape = []
        operands = [x, self.constant(shape)]
        kind = self.random.choice(["add", "sub", "mul", "div", "max", "min"])
        if kind != "div" and self.random.random() < 0.3:
            operands.reverse()
        self.emit(f"binary {kind} {operands[0].name}, {operands[1].name}", operands, x.shape)

    def pair(self, x):
        y = self.random.choice([v for v in self.values if v.shape == x.shape])
        self.emit(f"binary {self.random.choice(['add', 'sub', 'max'])} {x.name}, {y.name}", [x, y], x.shape)

    def reduce(self, x):
        axes = sorted(self.random.sample(range(len(x.shape)), self.random.randint(1, len(x.shape))))
        keep = self.random.random() < 0.5
        shape = [1 if d in axes else n for d, n in enumerate(x.shape) if keep or d not in axes]
        self.emit(f"reduce {self.random.choice(['sum', 'mean', 'max', 'min'])} {x.name} {{axes = {array(axes)}{', keep_dims' if keep else ''}}}", [x], shape)

    def gather(self, x):
        axis = self.random.randrange(len(x.shape))
        n = x.shape[axis]
        some = self.random.choice([list(range(n)), list(range(n - 1, -1, -1)), [self.random.randrange(-n, n) for _ in range(3)], [self.random.randrange(-n, n)]])
        indices = Value(f"%c{self.count}", [len(some)] if len(some) > 1 or self.random.random() < 0.5 else [], "i64")
        self.count += 1
        self.lines.append(f"  {indices.name} = nn.constant dense<{some if indices.shape else some[0]}> : {indices.type}")
        self.emit(f"gather {x.name}, {indices.name} {{axis = {axis} : i64}}", [x, indices], x.shape[:axis] + indices.shape + x.shape[axis + 1:])

    def cast(self, x):
        for element in [self.random.choice(["f16", "f64", "i32", "i8"]), self.random.choice(["f64", "i64", "i32"]), "f32"]:
            x = self.emit(f"cast {x.name}", [x], x.shape, element, keep=element == "f32")

    def broadcast(self, x):
        shape = [self.random.choice(SIZES) if n == 1 else n for n in x.shape]
        if len(shape) < 4 and self.random.random() < 0.4:
            shape.insert(0, self.random.choice([1, 2]))
        self.emit(f"broadcast {x.name}", [x], shape)

    def text(self, name):
        read = {word.rstrip(",") for line in self.lines for word in line.split(" = ", 1)[1].split()}
        results = [v for v in self.values[len(self.inputs):] if v.name not in read][-4:] or self.values[-1:]
        arguments = ", ".join(f"{v.name}: {v.type}" for v in self.inputs)
        names, types = ", ".join(v.name for v in results), ", ".join(v.type for v in results)
        body = "\n".join(self.lines)
        return f"func.func @{name}({arguments}) -> ({types}) {{\n{body}\n  return {names} : {types}\n}}"


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("seed", type=int)
    parser.add_argument("--count", type=int, default=1)
    parser.add_argument("--ops", type=int, default=12)
    arguments = parser.parse_args()
    for seed in range(arguments.seed, arguments.seed + arguments.count):
        print(Function(seed, arguments.ops).text(f"movements_{seed}"))


main()

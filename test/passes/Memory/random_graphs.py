"""Prints a random model of nn operators as the layout phase would leave it: shared values, concatenations of
everything, slices of slices, results that are inputs, constants or each other, several element types, any layout.

usage: random_graphs.py SEED [--ops=N] [--constants=N] [--count=N]    (count: that many models, with the seeds after SEED)
Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""

import argparse
import math
import random
import re
import struct

FLOATS = ["f32", "f32", "f32", "f16"]
SIZES = [1, 2, 3, 5, 7]
MOST_ELEMENTS = 3000


class NoFit(Exception):
    """No value is fit for the chosen operator."""


class Value:
    def __init__(self, name, shape, element, strides=None):
        self.name, self.shape, self.element, self.strides = name, tuple(shape), element, strides

    @property
    def type(self):
        dims = "".join(f"{d}x" for d in self.shape)
        layout = f", #nn.layout<[{', '.join(map(str, self.strides))}]>" if self.strides else ""
        return f"tensor<{dims}{self.element}{layout}>"


class Model:
    """Values are added by operators chosen at random among those that fit."""

    def __init__(self, seed, ops, constants=0):
        self.random = random.Random(seed)
        self.lines, self.values, self.inputs = [], [], []
        self.number = 0
        for _ in range(self.random.randint(1, 3)):
            value = Value(f"%arg{len(self.inputs)}", self.shape(), self.random.choice(FLOATS))
            self.inputs.append(value)
            self.values.append(value)
        for _ in range(constants):
            self.values.append(self.constant(self.shape(), self.random.choice(FLOATS)))
        while self.number < ops:
            self.add()
        self.choose_results()

    def shape(self, rank=None):
        rank = self.random.randint(1, 4) if rank is None else rank
        return [self.random.choice(SIZES) for _ in range(rank)]

    def layout(self, shape):
        """Row-major, or dense in another order of the dimensions."""
        if len(shape) < 2 or self.random.random() < 0.6:
            return None
        order = list(range(len(shape)))
        self.random.shuffle(order)
        strides, step = [0] * len(shape), 1
        for d in order:
            strides[d] = step
            step *= max(shape[d], 1)
        return strides

    def emit(self, text, operands, shape, element, plain=False):
        """`text` has {} for the operands' names."""
        if shape is None or math.prod(shape) > MOST_ELEMENTS:
            raise NoFit
        result = Value(f"%v{self.number}", shape, element, None if plain else self.layout(shape))
        self.number += 1
        types = ", ".join(o.type for o in operands)
        body = text.format(*[o.name for o in operands])
        name = f't{self.number}"("n{self.number}'
        self.lines.append(f'  {result.name} = {body} : ({types}) -> {result.type} loc("{name}"("m.onnx":0:0)))')
        self.values.append(result)
        return result

    def constant(self, shape, element, low=-3, high=3):
        kind = self.random.random()
        result = Value(f"%c{self.number}", shape, element)
        self.number += 1
        count = math.prod(shape)
        draw = (lambda: self.random.randint(low, high)) if element[0] == "i" else (lambda: round(self.random.uniform(low, high), 2))
        if kind < 0.3 or count == 0:
            literal = f"dense<{draw()}>" if count else "dense<>"
        elif element in ("f32", "i64"):
            code = "<f" if element == "f32" else "<q"
            literal = f'dense<"0x{b"".join(struct.pack(code, draw()) for _ in range(count)).hex()}">'
        else:
            literal = f"dense<{draw()}>"
        if literal.startswith("dense<") and count == 1:
            literal = f"dense<{draw()}>"
        self.lines.append(f"  {result.name} = nn.constant {literal} : {result.type}")
        return result

    def pick(self, test=lambda v: True):
        """Mostly young values, so that chains get long, sometimes old ones, so that lives do."""
        fitting = [v for v in self.values if test(v)]
        if not fitting:
            raise NoFit
        if self.random.random() < 0.6:
            fitting = fitting[-4:]
        return self.random.choice(fitting)

    def is_float(self, value):
        return value.element[0] == "f"

    #===-- Operators --------------------------------------------------------------------------===#

    def unary(self):
        x = self.pick(self.is_float)
        kind = self.random.choice(["relu", "tanh", "neg", "abs", "sigmoid", "square"])
        self.emit(f"nn.unary {kind} {{}}", [x], x.shape, x.element)

    def clamp(self):
        x = self.pick(self.is_float)
        self.emit("nn.clamp {} {{low = -1.5 : f64, high = 2.0 : f64}}", [x], x.shape, x.element)

    def binary(self):
        x = self.pick(self.is_float)
        kind = self.random.choice(["add", "sub", "mul", "max", "min"])
        choice = self.random.random()
        y = None
        if choice < 0.6:  # at least the value itself fits
            y = self.pick(lambda v: v.shape == x.shape and v.element == x.element)
        if choice > 0.85:
            y = self.pick(lambda v: v.element == x.element and self.broadcast(x.shape, v.shape) is not None)
        if y is None:
            shape = [1 if self.random.random() < 0.4 else d for d in x.shape][self.random.randint(0, len(x.shape) - 1):]
            y = self.constant(shape, x.element)
        operands = [x, y] if self.random.random() < 0.5 else [y, x]
        self.emit(f"nn.binary {kind} {{}}, {{}}", operands, self.broadcast(x.shape, y.shape), x.element)

    @staticmethod
    def broadcast(a, b):
        rank = max(len(a), len(b))
        a, b = (1,) * (rank - len(a)) + tuple(a), (1,) * (rank - len(b)) + tuple(b)
        if any(x != y and 1 not in (x, y) for x, y in zip(a, b)):
            return None
        return [max(x, y) for x, y in zip(a, b)]

    def compare_select(self):
        x = self.pick(self.is_float)
        y = self.pick(lambda v: v.shape == x.shape and v.element == x.element)
        c = self.emit("nn.compare less {}, {}", [x, y], x.shape, "i1")
        self.emit("nn.select {}, {}, {}", [c, x, y], x.shape, x.element)

    def cast(self):
        x = self.pick()
        element = self.random.choice([e for e in ["f32", "f16", "i64", "i32", "i1"] if e != x.element])
        if element == "i64" or element == "i32":
            x = self.emit("nn.clamp {} {{low = -100.0 : f64, high = 100.0 : f64}}", [x], x.shape, x.element) if self.is_float(x) else x
        if x.element != element:
            self.emit("nn.cast {}", [x], x.shape, element)

    def softmax(self):
        x = self.pick(self.is_float)
        self.emit(f"nn.softmax {{}} {{{{axis = {self.random.randrange(len(x.shape))} : i64}}}}", [x], x.shape, x.element)

    def reduce(self):
        x = self.pick(lambda v: self.is_float(v) and len(v.shape) > 1)
        axes = sorted(self.random.sample(range(len(x.shape)), self.random.randint(1, len(x.shape) - 1)))
        keep = self.random.random() < 0.5
        shape = [1 if d in axes else s for d, s in enumerate(x.shape) if keep or d not in axes]
        kind = self.random.choice(["sum", "max", "mean"])
        self.emit(f"nn.reduce {kind} {{}} {{{{axes = array<i64: {', '.join(map(str, axes))}>{', keep_dims' if keep else ''}}}}}",
                  [x], shape, x.element)

    def transpose(self):
        x = self.pick(lambda v: len(v.shape) > 1)
        perm = list(range(len(x.shape)))
        self.random.shuffle(perm)
        self.emit(f"nn.transpose {{}} {{{{perm = array<i64: {', '.join(map(str, perm))}>}}}}", [x],
                  [x.shape[p] for p in perm], x.element)

    def reshape(self):
        x = self.pick()
        shape = [d for d in x.shape if d != 1] or [1]
        choice = self.random.random()
        if choice < 0.4:
            shape = [math.prod(x.shape)]
        elif choice < 0.7:
            at = self.random.randrange(len(shape) + 1)
            shape.insert(at, 1)
        elif len(shape) > 1:
            shape[:2] = [shape[0] * shape[1]]
        self.emit("nn.reshape {}", [x], shape, x.element, plain=self.random.random() < 0.7)

    def broadcast_to(self):
        x = self.pick(lambda v: math.prod(v.shape) < 200)
        shape = [self.random.choice([2, 3]) if d == 1 else d for d in x.shape]
        if self.random.random() < 0.5 and len(shape) < 4:
            shape.insert(0, self.random.choice([1, 2]))
        self.emit("nn.broadcast {}", [x], shape, x.element)

    def concat(self):
        x = self.pick()
        axis = self.random.randrange(len(x.shape))
        fits = lambda v: (v.element == x.element and len(v.shape) == len(x.shape) and
                          all(a == b for d, (a, b) in enumerate(zip(v.shape, x.shape)) if d != axis))
        parts = [x] + [self.pick(fits) for _ in range(self.random.randint(1, 3))]
        if x.element == "f32" and self.random.random() < 0.2:
            parts.append(self.constant(x.shape, "f32"))
        self.random.shuffle(parts)
        shape = list(x.shape)
        shape[axis] = sum(p.shape[axis] for p in parts)
        self.emit(f"nn.concat {', '.join(['{}'] * len(parts))} {{{{axis = {axis} : i64}}}}", parts, shape, x.element)

    def grow(self):
        """A dense block: each step reads all parts so far and adds one."""
        x = self.pick(lambda v: v.element == "f32" and len(v.shape) > 1 and math.prod(v.shape) < 150)
        axis, parts, whole = self.random.randrange(len(x.shape)), [x], x
        for _ in range(self.random.randint(2, 4)):
            other = (axis + 1) % len(x.shape)
            new = self.emit(f"nn.softmax {{}} {{{{axis = {other} : i64}}}}", [whole], whole.shape, "f32")
            starts = [0] * len(x.shape)
            new = self.emit(f"nn.slice {{}} {{{{starts = array<i64: {', '.join(map(str, starts))}>, steps = array<i64: {', '.join(['1'] * len(x.shape))}>}}}}",
                            [new], x.shape, "f32")
            parts.append(self.emit("nn.unary tanh {}", [new], x.shape, "f32"))
            shape = list(x.shape)
            shape[axis] = sum(p.shape[axis] for p in parts)
            whole = self.emit(f"nn.concat {', '.join(['{}'] * len(parts))} {{{{axis = {axis} : i64}}}}", parts, shape, "f32")

    def slice(self):
        x = self.pick(lambda v: math.prod(v.shape) > 1)
        starts, steps, shape = [], [], []
        for size in x.shape:
            if self.random.random() < 0.5:
                start, step, count = 0, 1, size
            else:
                start, step = self.random.randrange(size), self.random.choice([1, 1, 2, -1])
                room = (size - 1 - start) // step + 1 if step > 0 else start // -step + 1
                count = self.random.randint(1, room)
            starts.append(start), steps.append(step), shape.append(count)
        self.emit(f"nn.slice {{}} {{{{starts = array<i64: {', '.join(map(str, starts))}>, steps = array<i64: {', '.join(map(str, steps))}>}}}}",
                  [x], shape, x.element)

    def split(self):
        """All pieces of a value."""
        x = self.pick(lambda v: any(d > 1 for d in v.shape))
        axis = self.random.choice([d for d, s in enumerate(x.shape) if s > 1])
        at = self.random.randrange(1, x.shape[axis])
        for start, size in [(0, at), (at, x.shape[axis] - at)]:
            starts, shape = [0] * len(x.shape), list(x.shape)
            starts[axis], shape[axis] = start, size
            self.emit(f"nn.slice {{}} {{{{starts = array<i64: {', '.join(map(str, starts))}>, steps = array<i64: {', '.join(['1'] * len(shape))}>}}}}",
                      [x], shape, x.element)

    def pad(self):
        x = self.pick(lambda v: self.is_float(v) and math.prod(v.shape) < 500)
        low, high = [self.random.randint(0, 2) for _ in x.shape], [self.random.randint(0, 1) for _ in x.shape]
        mode = self.random.choice(["constant", "constant", "edge"])
        self.emit(f"nn.pad {mode} {{}} {{{{low = array<i64: {', '.join(map(str, low))}>, high = array<i64: {', '.join(map(str, high))}>}}}}",
                  [x], [a + b + c for a, b, c in zip(low, x.shape, high)], x.element)

    def gather(self):
        x = self.pick()
        axis = self.random.randrange(len(x.shape))
        indices = self.constant([self.random.choice([2, 3, 19])], "i64", -x.shape[axis], x.shape[axis] - 1)
        shape = [*x.shape[:axis], indices.shape[0], *x.shape[axis + 1:]]
        self.emit(f"nn.gather {{}}, {{}} {{{{axis = {axis} : i64}}}}", [x, indices], shape, x.element)

    def matmul(self):
        x = self.pick(lambda v: v.element == "f32" and len(v.shape) >= 2)
        w = self.constant([x.shape[-1], self.random.choice(SIZES)], "f32")
        self.emit("nn.matmul {}, {}", [x, w], [*x.shape[:-1], w.shape[1]], "f32")

    def conv(self):
        x = self.pick(lambda v: v.element == "f32" and len(v.shape) == 4)
        k = [self.random.choice([1, 3]) for _ in range(2)]
        w = self.constant([self.random.choice(SIZES), x.shape[1], *k], "f32")
        halo = ", ".join(str(d // 2) for d in k)
        self.emit(f"nn.conv {{}}, {{}} {{{{strides = array<i64: 1, 1>, dilations = array<i64: 1, 1>, pads_begin = array<i64: {halo}>, "
                  f"pads_end = array<i64: {halo}>, group = 1 : i64}}}}", [x, w], [x.shape[0], w.shape[0], *x.shape[2:]], "f32")

    def top_k(self):
        x = self.pick(self.is_float)
        axis = self.random.randrange(len(x.shape))
        shape = list(x.shape)
        shape[axis] = self.random.randint(1, shape[axis])
        pair = [Value(f"%v{self.number}_{i}", shape, e, self.layout(shape)) for i, e in enumerate([x.element, "i64"])]
        self.number += 1
        self.lines.append(f"  {pair[0].name}, {pair[1].name} = nn.top_k {x.name} {{k = {shape[axis]} : i64, axis = {axis} : i64, largest}} : "
                          f"({x.type}) -> ({pair[0].type}, {pair[1].type})")
        self.values += pair

    def iota(self):
        result = Value(f"%v{self.number}", self.shape(), self.random.choice(["f32", "i64"]))
        self.number += 1
        self.lines.append(f"  {result.name} = nn.iota {{axis = {self.random.randrange(len(result.shape))} : i64}} : {result.type}")
        self.values.append(result)

    def add(self):
        common = [self.unary, self.binary, self.softmax, self.concat, self.slice, self.reshape, self.transpose]
        rare = [self.clamp, self.compare_select, self.cast, self.reduce, self.broadcast_to, self.grow, self.split, self.pad,
                self.gather, self.matmul, self.conv, self.top_k, self.iota]
        try:
            self.random.choice(common if self.random.random() < 0.6 else rare)()
        except NoFit:
            pass

    def choose_results(self):
        """Results are row-major: values that are, and copies of others."""
        plain = [v for v in self.values if not v.strides]
        self.results = self.random.choices(plain, k=self.random.randint(0, 2))
        text = "\n".join(self.lines)
        unread = [v for v in self.values if v not in self.inputs and not re.search(rf"[ (]{v.name}\b(?! =)", text)]
        for value in self.random.sample(unread, min(len(unread), 4)):
            if value.strides:
                value = self.emit("nn.reshape {}", [value], [math.prod(value.shape)], value.element, plain=True)
            self.results.append(value)
        if self.random.random() < 0.2:
            self.results.append(self.constant([3], "f32"))
        if not self.results:
            self.results.append(self.inputs[0])

    def text(self):
        arguments = ", ".join(f'{v.name}: {v.type} {{nn.name = "in{i}"}}' for i, v in enumerate(self.inputs))
        types = ", ".join(v.type for v in self.results)
        named = ", ".join(f'{v.type} {{nn.name = "out{i}"}}' for i, v in enumerate(self.results))
        return "\n".join([f"func.func @main({arguments}) -> ({named}) attributes {{rt.entry}} {{", *self.lines,
                          f"  return {', '.join(v.name for v in self.results)} : {types}", "}"])


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("seed", type=int)
    parser.add_argument("--ops", type=int, default=25, help="operators in a model")
    parser.add_argument("--constants", type=int, default=0, help="values known before the first operator")
    parser.add_argument("--count", type=int, default=1, help="models, separated as -split-input-file wants them")
    arguments = parser.parse_args()
    models = [Model(arguments.seed + i, arguments.ops, arguments.constants).text() for i in range(arguments.count)]
    print("\n\n// -----\n\n".join(models))


if __name__ == "__main__":
    main()

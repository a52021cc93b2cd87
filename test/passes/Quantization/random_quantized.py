"""Prints random functions between nn.dequantize and nn.quantize: products, sums, averages, tables, movements, alone and one behind the other.

usage: random_quantized.py SEED [--count=N] [--layers=N] [--entry] [--real] [--weights] [--many=N]
--entry: the function is a model, for nn-run; --real: behind the layers a product whose result stays real;
--weights: a matrix product of real numbers and quantized weights alone; --many: so many of these side by side in each function
Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""

import argparse
import math
import random

LIMITS = {"i8": (-128, 127), "u8": (0, 255), "i16": (-32768, 32767), "u16": (0, 65535)}
STORED = {"i8": "i8", "u8": "ui8", "i16": "i16", "u16": "ui16", "i32": "i32"}


def tensor(shape, element="f32"):
    return "tensor<" + "".join(f"{d}x" for d in shape) + element + ">"


def nested(dims, number):
    return "[" + ", ".join(nested(dims[1:], number) for _ in range(dims[0])) + "]" if dims else str(number())


def array(name, values):
    return f"{name} = array<i64: {', '.join(map(str, values))}>"


class Value:
    """A real value and about how large it is."""

    def __init__(self, name, shape, size):
        self.name, self.shape, self.size = name, list(shape), size


class Function:
    def __init__(self, seed):
        self.random = random.Random(seed)
        self.lines, self.arguments, self.count = [], [], 0

    def emit(self, text):
        self.count += 1
        self.lines.append(f"  %{self.count} = {text}")
        return f"%{self.count}"

    def of(self, op, values, shape, size, attributes="", result="f32"):
        names, types = ", ".join(v.name for v in values), ", ".join(tensor(v.shape) for v in values)
        text = f"nn.{op} {names}{' {' + attributes + '}' if attributes else ''} : ({types}) -> {tensor(shape, result)}"
        return Value(self.emit(text), shape, size)

    def quantized_type(self, scale, storage=None, zero=None):
        storage = storage or self.storage
        low, high = LIMITS[storage]
        if zero is None:
            zero = self.random.choice([0, 0, low, high, self.random.randint(low, high), (low + high + 1) // 2])
            zero = min(max(zero, low), high) if "16" not in storage else min(max(zero, 0 if low == 0 else -300), 300)
        return f"!quant.uniform<{storage}:f32, {scale:.9e}:{zero}>"

    def dequantize(self, stored, shape, storage, type_, size):
        q = self.emit(f"nn.storage_cast {stored} : ({tensor(shape, STORED[storage])}) -> {tensor(shape, type_)}")
        return Value(self.emit(f"nn.dequantize {q} : ({tensor(shape, type_)}) -> {tensor(shape)}"), shape, size)

    def input(self, shape):
        storage = self.storage
        name, scale = f"%x{len(self.arguments)}", math.exp(self.random.uniform(-7, 1))
        self.arguments.append((name, tensor(shape, STORED[storage])))
        return self.dequantize(name, shape, storage, self.quantized_type(scale), scale * LIMITS[storage][1] / 2)

    def weights(self, shape, axis):
        storage = self.random.choice(["i8", "i8", "u8"])
        low, high = LIMITS[storage]
        q = self.emit(f"nn.constant dense<{nested(shape, lambda: self.random.randint(low, high))}> : {tensor(shape, STORED[storage])}")
        size = math.exp(self.random.uniform(-7, 0))
        if self.random.random() < 0.5:
            return self.dequantize(q, shape, storage, self.quantized_type(size, storage), size * 70)
        zero = lambda: self.random.choice([0, 128 if storage == "u8" else 0, self.random.randint(low, high)])
        scales = ", ".join(f"{size * math.exp(self.random.uniform(-2, 0)):.9e}:{zero()}" for _ in range(shape[axis]))
        return self.dequantize(q, shape, storage, f"!quant.uniform<{storage}:f32:{axis}, {{{scales}}}>", size * 70)

    def bias(self, count, size):
        if self.random.random() < 0.5:
            numbers = nested([count], lambda: f"{self.random.uniform(-size, size):.6e}")
            return Value(self.emit(f"nn.constant dense<{numbers}> : {tensor([count])}"), [count], size)
        q = self.emit(f"nn.constant dense<{nested([count], lambda: self.random.randint(-10000, 10000))}> : {tensor([count], 'i32')}")
        return self.dequantize(q, [count], "i32", f"!quant.uniform<i32:f32, {size / 10000:.9e}>", size)

    def requantize(self, value):
        """Real numbers to integers whose range they about fill."""
        scale = value.size * self.random.uniform(0.5, 2) / LIMITS[self.storage][1] * (2 if self.storage[0] == "u" else 1)
        type_ = self.quantized_type(scale)
        q = self.emit(f"nn.quantize {value.name} : ({tensor(value.shape)}) -> {tensor(value.shape, type_)}")
        stored = self.emit(f"nn.storage_cast {q} : ({tensor(value.shape, type_)}) -> {tensor(value.shape, STORED[self.storage])}")
        return stored, type_

    # ---- one operator each, on a value of N x C x spatial ------------------------------------------------------------

    def conv(self, x):
        r, dims = self.random, len(x.shape) - 2
        channels = x.shape[1]
        group = r.choice([g for g in (1, 1, 2, 3, channels) if channels % g == 0])
        maps, kernel = group * r.choice([1, 2, 5]), [r.choice([1, 2, 3]) for _ in range(dims)]
        stride, dilation, begin, end = ([r.choice(c) for _ in range(dims)] for c in ([1, 1, 2], [1, 1, 2], [0, 1], [0, 1, 2]))
        size = [(n + a + b - (k - 1) * d - 1) // s + 1 for n, a, b, k, d, s in zip(x.shape[2:], begin, end, kernel, dilation, stride)]
        if min(size) < 1:
            return x
        w = self.weights([maps, channels // group, *kernel], 0)
        depth = channels // group * math.prod(kernel)
        large = x.size * w.size * math.sqrt(depth)
        operands = [x, w] + ([self.bias(maps, large)] if r.random() < 0.7 else [])
        attributes = ", ".join([array("strides", stride), array("dilations", dilation), array("pads_begin", begin), array("pads_end", end), f"group = {group} : i64"])
        return self.of("conv", operands, [x.shape[0], maps, *size], large, attributes)

    def matmul(self, x):
        depth, columns, flip = x.shape[-1], self.random.choice([1, 3, 8, 21]), self.random.random() < 0.5
        w = self.weights([columns, depth] if flip else [depth, columns], 0 if flip else 1)
        y = self.of("matmul", [x, w], [*x.shape[:-1], columns], x.size * w.size * math.sqrt(depth), "transpose_rhs" if flip else "")
        return self.of("binary add", [y, self.bias(columns, y.size)], y.shape, y.size) if self.random.random() < 0.6 else y

    def attend(self, x):
        """A product of two computed matrices."""
        columns, flip = self.random.choice([1, 4]), self.random.random() < 0.5
        other = self.input([x.shape[1], *([columns, x.shape[-1]] if flip else [x.shape[-1], columns])])
        lead = x.shape[:-2] if len(x.shape) > 3 else x.shape[:1]
        if len(x.shape) == 3:
            other = self.input([columns, x.shape[-1]] if flip else [x.shape[-1], columns])
            lead = x.shape[:1]
        size = x.size * other.size * math.sqrt(x.shape[-1])
        return self.of("matmul", [x, other], [*lead, x.shape[-2], columns], size, "transpose_rhs" if flip else "")

    def pair(self, x):
        other = self.input(self.random.choice([x.shape, [x.shape[1]] + [1] * (len(x.shape) - 2)]))
        kind = self.random.choice(["add", "add", "sub", "mul"])
        operands = [x, other] if self.random.random() < 0.7 else [other, x]
        return self.of(f"binary {kind}", operands, x.shape, x.size * other.size * 1.5 if kind == "mul" else x.size + other.size)

    def norm(self, x):
        channels = x.shape[1]
        numbers = [Value(self.emit(f"nn.constant dense<{nested([channels], lambda: f'{self.random.uniform(low, high):.6e}')}> : {tensor([channels])}"), [channels], 1)
                   for low, high in ((-2, 2), (-x.size, x.size), (-x.size / 2, x.size / 2), (0.5, 2))]
        return self.of("batch_norm", [x, *numbers], x.shape, 4 * x.size, "epsilon = 1.0e-3 : f64")

    def mean(self, x):
        axes = list(range(2, len(x.shape)))
        kind = self.random.choice(["mean", "mean", "sum", "max", "min"])
        size = x.size * (math.prod(x.shape[2:]) / 2 if kind == "sum" else 1)
        return self.of(f"reduce {kind}", [x], x.shape[:2] + [1] * len(axes), size, array("axes", axes) + ", keep_dims")

    def pool(self, x):
        r, dims = self.random, len(x.shape) - 2
        kernel, stride = [r.choice([2, 3]) for _ in range(dims)], [r.choice([1, 2, 3]) for _ in range(dims)]
        begin, end = ([r.choice([0, 1]) for _ in range(dims)] for _ in range(2))
        extra = [r.randrange(s) if r.random() < 0.3 else 0 for s in stride]
        size = [(n + a + b + e - k) // s + 1 for n, a, b, e, k, s in zip(x.shape[2:], begin, end, extra, kernel, stride)]
        if min(size) < 1:
            return x
        kind = r.choice(["max", "average", "average"])
        attributes = ", ".join([array("kernel", kernel), array("strides", stride), array("dilations", [1] * dims), array("pads_begin", begin),
                                array("pads_end", end), array("ceil_extra", extra)] + (["count_include_pad"] if kind == "average" and r.random() < 0.3 else []))
        return self.of(f"pool {kind}", [x], x.shape[:2] + size, x.size, attributes)

    def limit(self, x):
        if self.random.random() < 0.5:
            return self.of("unary relu", [x], x.shape, x.size)
        return self.of("clamp", [x], x.shape, x.size, f"low = {-x.size * self.random.random():.6e} : f64, high = {x.size * self.random.random():.6e} : f64")

    def table(self, x):
        kind = self.random.choice(["sigmoid", "tanh", "hard_swish", "leaky_relu", "silu tree", "scaled"])
        if kind == "silu tree":
            gate = self.of("unary sigmoid", [x], x.shape, 1)
            return self.of("binary mul", [x, gate], x.shape, x.size)
        if kind == "scaled":
            number = Value(self.emit(f"nn.constant dense<{self.random.uniform(-2, 2):.6e}> : {tensor([])}"), [], 1)
            return self.of("binary add", [self.of("binary mul", [x, number], x.shape, 2 * x.size), number], x.shape, 2 * x.size + 2)
        return self.of(f"unary {kind}", [x], x.shape, x.size if kind in ("hard_swish", "leaky_relu") else 1)

    def move(self, x):
        kind = self.random.choice(["transpose", "reshape", "slice", "pad", "concat"])
        if kind == "transpose":
            perm = [0, 1] + list(range(len(x.shape) - 1, 1, -1))
            return self.of("transpose", [x], [x.shape[p] for p in perm], x.size, array("perm", perm))
        if kind == "reshape":
            return self.of("reshape", [x], x.shape[:1] + [x.shape[1], math.prod(x.shape[2:])] , x.size)
        if kind == "slice":
            steps = [1] * (len(x.shape) - 1) + [-1]
            starts = [0] * (len(x.shape) - 1) + [x.shape[-1] - 1]
            return self.of("slice", [x], x.shape, x.size, array("starts", starts) + ", " + array("steps", steps))
        if kind == "pad":
            low, high = [0] * len(x.shape), [0] * len(x.shape)
            low[-1], high[2] = 2, 1
            return self.of("pad constant", [x], [n + a + b for n, a, b in zip(x.shape, low, high)], x.size, array("low", low) + ", " + array("high", high))
        other = self.input(x.shape)
        return self.of("concat", [x, other], [x.shape[0], 2 * x.shape[1], *x.shape[2:]], max(x.size, other.size), "axis = 1 : i64")

    def weights_only(self):
        shape = self.random.choice([[1], [3], [17], [2, 5]]) + [self.random.choice([1, 7, 16, 33])]
        name = f"%x{len(self.arguments)}"
        self.arguments.append((name, tensor(shape)))
        value = self.matmul(Value(name, shape, 1))
        return value.name, tensor(value.shape)

    def body(self, layers, real):
        self.storage = self.random.choice(["i8", "i8", "u8", "u8", "i16"])
        shape = [self.random.choice([1, 2]), self.random.choice([1, 2, 3, 4, 6])] + [self.random.choice([3, 4, 5, 7]) for _ in range(self.random.choice([1, 2, 2]))]
        value = self.input(shape)
        kinds = [self.conv, self.conv, self.matmul, self.mean, self.pool, self.limit, self.move] + ([self.pair, self.pair, self.table, self.attend, self.norm] if self.storage != "i16" else [])
        for _ in range(self.random.randint(min(1, layers), layers)):
            value = self.random.choice(kinds)(value)
            if self.random.random() < 0.3:
                value = self.limit(value)
            if self.random.random() < 0.2:
                value = self.move(value)
            stored, type_ = self.requantize(value)
            value = self.dequantize(stored, value.shape, self.storage, type_, value.size)
        if real:
            value = self.random.choice([self.conv, self.conv, self.matmul, self.attend])(value)
            return value.name, tensor(value.shape)
        return stored, tensor(value.shape, STORED[self.storage])


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("seed", type=int)
    parser.add_argument("--count", type=int, default=1)
    parser.add_argument("--layers", type=int, default=3, help="at most, one behind the other; 0 with --real")
    parser.add_argument("--entry", action="store_true")
    parser.add_argument("--real", action="store_true")
    parser.add_argument("--weights", action="store_true")
    parser.add_argument("--many", type=int, default=1)
    options = parser.parse_args()
    for i in range(options.count):
        f = Function(options.seed * 100003 + i)
        results, types = zip(*(f.weights_only() if options.weights else f.body(options.layers, options.real) for _ in range(options.many)))
        name, entry = lambda n: f' {{nn.name = "{n}"}}' if options.entry else "", " attributes {rt.entry}" if options.entry else ""
        arguments = ", ".join(f"{n}: {t}{name(n[1:])}" for n, t in f.arguments)
        declared = ", ".join(f"{t}{name(f'y{n}')}" for n, t in enumerate(types))
        print(f"func.func @{'main' if options.entry else f'f{i}'}({arguments}) -> ({declared}){entry} {{")
        print("\n".join(f.lines))
        print(f"  return {', '.join(results)} : {', '.join(types)}\n}}\n")


main()

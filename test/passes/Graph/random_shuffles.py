"""Prints random networks of units that split channels, compute some of them anew, join and shuffle them.

usage: random_shuffles.py SEED [--count=N] [--main]
N functions @shuffles_SEED and so on; with --main one function @main that is a model. Some shuffles are read by something that needs their order.
Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""

import argparse
import random


def type_of(shape):
    return "tensor<" + "".join(f"{d}x" for d in shape) + "f32>"


class Function:
    def __init__(self, seed):
        self.random = random.Random(seed)
        self.lines, self.count, self.results = [], 0, []

    def emit(self, text):
        self.count += 1
        self.lines.append(f"  %{self.count} = {text}")
        return f"%{self.count}"

    def constant(self, shape):
        def nested(dims):
            if not dims:
                return f"{self.random.uniform(-0.5, 0.5):.5e}"
            return "[" + ", ".join(nested(dims[1:]) for _ in range(dims[0])) + "]"

        return self.emit(f"nn.constant dense<{nested(list(shape))}> : {type_of(shape)}")

    def conv(self, x, shape, maps, kernel=1, stride=1, group=1):
        pad, dims = kernel // 2, len(shape) - 2
        w = [maps, shape[1] // group] + [kernel] * dims
        y = [shape[0], maps] + [(n + 2 * pad - kernel) // stride + 1 for n in shape[2:]]
        operands = [(x, shape), (self.constant(w), w)]
        if self.random.random() < 0.7:
            operands.append((self.constant([maps]), [maps]))
        lists = {"strides": stride, "dilations": 1, "pads_begin": pad, "pads_end": pad}
        attributes = ", ".join(f"{name} = array<i64: {', '.join([str(value)] * dims)}>" for name, value in lists.items())
        return self.emit(f"nn.conv {', '.join(o[0] for o in operands)} {{{attributes}, group = {group} : i64}} : "
                         f"({', '.join(type_of(o[1]) for o in operands)}) -> {type_of(y)}"), y

    def channelwise(self, x, shape):
        """Nothing, or something that treats each channel alone."""
        kind = self.random.choice(["none", "relu", "clamp", "depthwise", "pool", "square"])
        if kind == "relu":
            x = self.emit(f"nn.unary relu {x} : ({type_of(shape)}) -> {type_of(shape)}")
        elif kind == "clamp":
            x = self.emit(f"nn.clamp {x} {{low = -0.5 : f64, high = 2.0 : f64}} : ({type_of(shape)}) -> {type_of(shape)}")
        elif kind == "depthwise":
            x, shape = self.conv(x, shape, shape[1], 3, group=shape[1])
        elif kind == "square" and self.random.random() < 0.2:  # needs both operands in one order: stops the shuffle
            x = self.emit(f"nn.binary mul {x}, {x} : ({type_of(shape)}, {type_of(shape)}) -> {type_of(shape)}")
        elif kind == "pool":
            lists = {"kernel": 3, "strides": 1, "dilations": 1, "pads_begin": 1, "pads_end": 1, "ceil_extra": 0}
            attributes = ", ".join(f"{name} = array<i64: {', '.join([str(value)] * (len(shape) - 2))}>" for name, value in lists.items())
            x = self.emit(f"nn.pool max {x} {{{attributes}}} : ({type_of(shape)}) -> {type_of(shape)}")
        return x, shape

    def concat(self, parts):
        shape = list(parts[0][1])
        shape[1] = sum(s[1] for _, s in parts)
        return self.emit(f"nn.concat {', '.join(p for p, _ in parts)} {{axis = 1 : i64}} : ({', '.join(type_of(s) for _, s in parts)}) -> {type_of(shape)}"), shape

    def shuffle(self, x, shape):
        groups = self.random.choice([d for d in range(2, 7) if shape[1] % d == 0] or [1])
        inner = [groups, shape[1] // groups]
        rank = len(shape) + 1
        perm = [0, 2, 1, *range(3, rank)]
        a, b = [shape[0], *inner, *shape[2:]], [shape[0], inner[1], inner[0], *shape[2:]]
        x = self.emit(f"nn.reshape {x} : ({type_of(shape)}) -> {type_of(a)}")
        x = self.emit(f"nn.transpose {x} {{perm = array<i64: {', '.join(map(str, perm))}>}} : ({type_of(a)}) -> {type_of(b)}")
        return self.emit(f"nn.reshape {x} : ({type_of(b)}) -> {type_of(shape)}")

    def slice(self, x, shape, start, count):
        to = [shape[0], count, *shape[2:]]
        starts, steps = [0] * len(shape), [1] * len(shape)
        starts[1] = start
        return self.emit(f"nn.slice {x} {{starts = array<i64: {', '.join(map(str, starts))}>, steps = array<i64: {', '.join(map(str, steps))}>}} : "
                         f"({type_of(shape)}) -> {type_of(to)}"), to

    def unit(self, x, shape):
        """Keeps some channels, computes others anew, joins and shuffles."""
        x = self.shuffle(x, shape)
        x, shape = self.channelwise(x, shape)
        if shape[1] < 2:
            return x, shape
        cut = self.random.choice([shape[1] // 2, self.random.randint(1, shape[1] - 1)])
        kept, computed = self.slice(x, shape, 0, cut), self.slice(x, shape, cut, shape[1] - cut)
        computed = self.conv(*computed, self.random.choice([shape[1] - cut, self.random.randint(1, 20)]), self.random.choice([1, 1, 3]))
        computed = self.channelwise(*computed)
        if self.random.random() < 0.5:
            computed = self.conv(*computed, self.random.choice([computed[1][1], 7]))
        parts = [kept, computed]
        self.random.shuffle(parts)
        return self.concat(parts)

    def text(self, name, entry):
        r = self.random
        shape = [r.choice([1, 1, 2]), r.randint(1, 5)] + [r.randint(3, 11) for _ in range(r.choice([1, 2, 2, 2]))]
        arguments = f"%x: {type_of(shape)}" + (' {nn.name = "x"}' if entry else "")
        parts = [self.conv("%x", shape, r.randint(2, 24)) for _ in range(r.choice([1, 2, 2]))]
        x, shape = self.concat(parts) if len(parts) > 1 else parts[0]
        for _ in range(r.randint(1, 4)):
            x, shape = self.unit(x, shape)
            if r.random() < 0.1:
                self.results.append((x, shape))
        x = self.shuffle(x, shape)
        if r.random() < 0.3:
            self.results.append(self.conv(*self.channelwise(x, shape), 3, 3))
        self.results.append(self.conv(*self.channelwise(x, shape), 5))
        types = [type_of(s) for _, s in self.results]
        results = ", ".join(f'{t} {{nn.name = "y{i}"}}' for i, t in enumerate(types)) if entry else ", ".join(types)
        body = "\n".join(self.lines)
        return (f"func.func @{name}({arguments}) -> ({results}){' attributes {rt.entry}' if entry else ''} {{\n{body}\n"
                f"  return {', '.join(v for v, _ in self.results)} : {', '.join(types)}\n}}")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("seed", type=int)
    parser.add_argument("--count", type=int, default=1)
    parser.add_argument("--main", action="store_true")
    arguments = parser.parse_args()
    for seed in range(arguments.seed, arguments.seed + arguments.count):
        print(Function(seed).text("main" if arguments.main else f"shuffles_{seed}", arguments.main))


main()

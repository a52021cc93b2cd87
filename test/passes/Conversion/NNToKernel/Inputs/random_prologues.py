"""Prints a network of random products and depthwise convolutions of odd sizes with random pointwise operators in front of them.

usage: random_prologues.py SEED [--count=N]
Each branch has an input of its own. In most a product of single pixels comes first, whose result another product reads too, so that what follows cannot
move into an epilogue and lies in the target's order. Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""

import argparse
import random
import struct


def type_of(shape):
    return "tensor<" + "".join(f"{size}x" for size in shape) + "f32>"


class Network:
    def __init__(self, seed):
        self.random = random.Random(seed)
        self.lines, self.inputs, self.results, self.count = [], [], [], 0

    def emit(self, text):
        self.count += 1
        self.lines.append(f"  %{self.count} = {text}")
        return f"%{self.count}"

    def constant(self, shape, low=-1.0, high=1.0):
        count = 1
        for size in shape:
            count *= size
        values = [self.random.uniform(low, high) for _ in range(count)]
        data = f'"0x{b"".join(struct.pack("<f", v) for v in values).hex()}"' if count > 1 else f"{values[0]:e}"
        return self.emit(f"nn.constant dense<{data}> : {type_of(shape)}")

    def input(self, shape):
        self.inputs.append(shape)
        return f"%in{len(self.inputs) - 1}"

    def conv(self, x, shape, maps, kernel=1, stride=1, pad=0, group=1):
        w = [maps, shape[1] // group, kernel, kernel]
        y = [shape[0], maps, *((n + 2 * pad - kernel) // stride + 1 for n in shape[2:])]
        operands = [(x, shape), (self.constant(w), w), (self.constant([maps]), [maps])]
        lists = {"strides": stride, "dilations": 1, "pads_begin": pad, "pads_end": pad}
        attributes = ", ".join(f"{name} = array<i64: {value}, {value}>" for name, value in lists.items())
        return self.emit(f"nn.conv {', '.join(o[0] for o in operands)} {{{attributes}, group = {group} : i64}} : "
                         f"({', '.join(type_of(o[1]) for o in operands)}) -> {type_of(y)}"), y

    def pointwise(self, x, shape, channel):
        """One operator; `channel` is the dimension of what is different for each channel."""
        kind = self.random.choice(["relu", "clamp", "silu", "number", "vector", "vector", "vector", "tensor", "square"])
        if kind in ("relu", "silu"):
            return self.emit(f"nn.unary {kind} {x} : ({type_of(shape)}) -> {type_of(shape)}")
        if kind == "clamp":
            return self.emit(f"nn.clamp {x} {{low = -0.75 : f64, high = 0.5 : f64}} : ({type_of(shape)}) -> {type_of(shape)}")
        other = {"number": [], "vector": [shape[channel]] + [1] * (len(shape) - channel - 1)}.get(kind, shape)
        name = x if kind == "square" else self.input(shape) if kind == "tensor" else self.constant(other)
        operands = [(x, shape), (name, other)]
        self.random.shuffle(operands)
        op = "mul" if kind == "square" else self.random.choice(["add", "sub", "mul", "max"])
        return self.emit(f"nn.binary {op} {operands[0][0]}, {operands[1][0]} : ({type_of(operands[0][1])}, {type_of(operands[1][1])}) -> {type_of(shape)}")

    def steps(self, x, shape, channel):
        for _ in range(self.random.randint(1, 4)):
            x = self.pointwise(x, shape, channel)
        return x

    def images(self):
        r = self.random
        depthwise = r.random() < 0.4
        shape = [r.choice([1, 1, 2]), r.choice([1, 3, 5, r.randint(6, 70)]), r.randint(1, 19), r.randint(1, 19)]
        x = self.input(shape)
        if r.random() < 0.7:
            channels = r.choice([7, r.randint(2, 90)])
            x, shape = self.conv(x, shape, channels)
            self.results.append(self.conv(x, shape, 3))
        x = self.steps(x, shape, 1)
        if depthwise:
            kernel = r.choice([3, 5])
            self.results.append(self.conv(x, shape, shape[1], kernel, r.choice([1, 2]), r.choice([kernel // 2, kernel - 1]), group=shape[1]))
        else:
            self.results.append(self.conv(x, shape, r.choice([1, 5, r.randint(2, 140)]), stride=r.choice([1, 1, 2])))

    def matrices(self):
        r = self.random
        rows, depth, columns = r.choice([1, r.randint(2, 60)]), r.randint(1, 80), r.randint(1, 90)
        shape = r.choice([[rows], [2, rows], [3, 1, rows]]) + [depth]
        x = self.steps(self.input(shape), shape, len(shape) - 1)
        weights = self.constant([depth, columns])
        y = shape[:-1] + [columns]
        self.results.append((self.emit(f"nn.matmul {x}, {weights} : ({type_of(shape)}, {type_of([depth, columns])}) -> {type_of(y)}"), y))

    def text(self, count):
        for _ in range(count):
            self.matrices() if self.random.random() < 0.25 and not any(len(s) == 1 for s in self.inputs) else self.images()
        arguments = ", ".join(f'%in{i}: {type_of(s)} {{nn.name = "in{i}"}}' for i, s in enumerate(self.inputs))
        types = [type_of(shape) for _, shape in self.results]
        results = ", ".join(f'{t} {{nn.name = "out{i}"}}' for i, t in enumerate(types))
        return (f"func.func @main({arguments}) -> ({results}) attributes {{rt.entry}} {{\n" + "\n".join(self.lines) +
                f"\n  return {', '.join(v for v, _ in self.results)} : {', '.join(types)}\n}}")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("seed", type=int)
    parser.add_argument("--count", type=int, default=12)
    arguments = parser.parse_args()
    print(Network(arguments.seed).text(arguments.count))


main()

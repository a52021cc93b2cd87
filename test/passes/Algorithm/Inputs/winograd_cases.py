"""Writes functions with one convolution each, of random, unequal and odd sizes, for nnc-winograd.

usage: winograd_cases.py COUNT SEED KERNEL [--named] > cases.mlir
With --named, each convolution has the name of its function.
Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""

import random
import struct
import sys


def function(name, r, rng, named):
    batch, channels, maps = rng.choice([1, 1, 2, 3]), rng.choice([1, 3, 7, 16]), rng.choice([1, 2, 5, 13])
    begin, end = ([rng.randrange(r) for _ in range(2)] for _ in range(2))
    size = [rng.randrange(max(1, r - b - e), 16) for b, e in zip(begin, end)]
    result = [i + b + e - r + 1 for i, b, e in zip(size, begin, end)]
    x = f"tensor<{batch}x{channels}x{size[0]}x{size[1]}xf32>"
    w = f"tensor<{maps}x{channels}x{r}x{r}xf32>"
    y = f"tensor<{batch}x{maps}x{result[0]}x{result[1]}xf32>"
    filters = "".join(hexadecimal(rng) for _ in range(maps * channels * r * r))
    bias = rng.random() < 0.5
    lines = [f"func.func @{name}(%x: {x}{f', %b: tensor<{maps}xf32>' if bias else ''}) -> {y} {{",
             f'  %w = nn.constant dense<"0x{filters}"> : {w}',
             f"  %0 = nn.conv %x, %w{', %b' if bias else ''} {{strides = array<i64: 1, 1>, dilations = array<i64: 1, 1>, "
             f"pads_begin = array<i64: {begin[0]}, {begin[1]}>, pads_end = array<i64: {end[0]}, {end[1]}>}} : "
             f"({x}, {w}{f', tensor<{maps}xf32>' if bias else ''}) -> {y}" + (f' loc("{name}")' if named else ""),
             f"  return %0 : {y}", "}"]
    return "\n".join(lines)


def hexadecimal(rng):
    """A number from -1 to 1 as the hexadecimal bytes of an f32."""
    return struct.pack("<f", rng.uniform(-1, 1)).hex().upper()


def main():
    count, seed, kernel = map(int, sys.argv[1:4])
    rng = random.Random(seed)
    for i in range(count):
        print(function(f"conv{i}", kernel, rng, named="--named" in sys.argv))


main()

"""Writes functions with one convolution each, of random, unequal and odd sizes, for passes that choose an algorithm.

usage: convolution_cases.py COUNT SEED HEIGHT [WIDTH] [--named] > cases.mlir
HEIGHT × WIDTH: of the filters; square without WIDTH. With --named, each convolution has the name of its function.
Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""

import random
import struct
import sys


def function(name, kernel, rng, named):
    batch, channels, maps = rng.choice([1, 1, 2, 3]), rng.choice([1, 3, 7, 16]), rng.choice([1, 2, 5, 13])
    begin, end = ([rng.randrange(r) for r in kernel] for _ in range(2))
    size = [rng.randrange(max(1, r - b - e), 16 + r // 6 * 8) for r, b, e in zip(kernel, begin, end)]
    result = [i + b + e - r + 1 for i, b, e, r in zip(size, begin, end, kernel)]
    x = f"tensor<{batch}x{channels}x{size[0]}x{size[1]}xf32>"
    w = f"tensor<{maps}x{channels}x{kernel[0]}x{kernel[1]}xf32>"
    y = f"tensor<{batch}x{maps}x{result[0]}x{result[1]}xf32>"
    filters = "".join(hexadecimal(rng) for _ in range(maps * channels * kernel[0] * kernel[1]))
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
    arguments = [argument for argument in sys.argv[1:] if argument != "--named"]
    count, seed, *kernel = map(int, arguments)
    rng = random.Random(seed)
    for i in range(count):
        print(function(f"conv{i}", [kernel[0], kernel[-1]], rng, named="--named" in sys.argv))


main()

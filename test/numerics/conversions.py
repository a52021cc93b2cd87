"""Conversions between float types, bit for bit: to nearest, ties to even, subnormal numbers and infinities included.

usage: conversions.py [--target NAME]
f16 and bf16 are tried exhaustively. Numbers to be narrowed are all those of the narrow type, the ties between them, and both neighbours of
each tie; f64 also takes the neighbours that an f32 in between would round away. NaN must stay NaN.
Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""

import argparse
import pathlib
import sys
import tempfile

import numpy as np

from objects import compiled

MODEL = """func.func @main(%x: tensor<{n}x{source}> {{nn.name = "x"}}) -> (tensor<{n}x{result}> {{nn.name = "y"}}) attributes {{rt.entry}} {{
  %y = nn.cast %x : (tensor<{n}x{source}>) -> tensor<{n}x{result}>
  return %y : tensor<{n}x{result}>
}}
"""
PATTERNS = np.arange(1 << 16, dtype=np.uint16)
STORAGE = {"f16": np.float16, "bf16": np.uint16, "f32": np.float32, "f64": np.float64}
# Bits of the significand behind the point, and of the exponent's field.
SHAPE = {"f16": (10, 5), "bf16": (7, 8)}
PAIRS = [("f16", "f32"), ("f16", "f64"), ("bf16", "f32"), ("f32", "f16"), ("f32", "bf16"), ("f64", "f16"), ("f64", "bf16"), ("f16", "bf16"), ("bf16", "f16")]


def value_of(patterns, kind):
    """The numbers with these 16 bits, as doubles."""
    fraction, width = SHAPE[kind]
    bits = patterns.astype(np.int64)
    mantissa, exponent = bits & ((1 << fraction) - 1), bits >> fraction & ((1 << width) - 1)
    bias, top = (1 << (width - 1)) - 1, (1 << width) - 1
    magnitude = np.ldexp((mantissa + np.where(exponent > 0, 1 << fraction, 0)).astype(np.float64), np.maximum(exponent, 1) - bias - fraction)
    magnitude = np.where(exponent == top, np.where(mantissa == 0, np.inf, np.nan), magnitude)
    return np.where(bits >> 15, -magnitude, magnitude)


def pattern_of(values, kind):
    """The 16 bits of doubles, rounded once; by search among all numbers, not by arithmetic on bits."""
    infinite = int((1 << SHAPE[kind][1]) - 1) << SHAPE[kind][0]
    numbers = value_of(PATTERNS[:infinite], kind)  # ascending, finite
    step = numbers[-1] - numbers[-2]
    ties = np.append((numbers[:-1] + numbers[1:]) / 2, numbers[-1] + step / 2)
    magnitude = np.abs(values)
    index = np.searchsorted(ties, magnitude, side="left")  # of the first tie at or above: below it is this number
    even = (index < ties.size) & (magnitude == ties[np.minimum(index, ties.size - 1)]) & (index % 2 == 1)
    return ((index + even) | np.where(np.signbit(values), 0x8000, 0)).astype(np.uint16)


def arguments_of(source, result):
    """Numbers of the source type, in its storage."""
    if source in SHAPE:
        return PATTERNS.view(STORAGE[source])
    numbers = value_of(PATTERNS, result)
    with np.errstate(all="ignore"):
        # Infinity as the number that would follow: the tie before it is where the overflow begins.
        following = np.where(np.isinf(numbers), np.copysign(np.ldexp(1.0, 1 << (SHAPE[result][1] - 1)), numbers), numbers)
        between = (following[:-1] + following[1:]) / 2
        around = [np.nextafter(between.astype(STORAGE[source]), np.array(side, STORAGE[source])) for side in (-np.inf, np.inf)]
        if source == "f64":
            around += [between * (1 + 2.0 ** -40), between * (1 - 2.0 ** -40)]
        return np.concatenate([numbers, between, *around]).astype(STORAGE[source])


def expected(x, source, result):
    """What the conversion must give, in the result's storage, and which results are NaN."""
    wide = value_of(x.view(np.uint16), source) if source in SHAPE else x.astype(np.float64)
    if result not in SHAPE:
        return wide.astype(STORAGE[result]), np.isnan(wide)
    return pattern_of(np.where(np.isnan(wide), 0, wide), result).view(STORAGE[result]), np.isnan(wide)


def mismatches(source, result, target):
    x = np.ascontiguousarray(arguments_of(source, result))
    y = np.zeros(x.size, STORAGE[result])
    with tempfile.TemporaryDirectory() as folder:
        compiled(MODEL.format(n=x.size, source=source, result=result), target, pathlib.Path(folder), [y])(x)
    wanted, isNaN = expected(x, source, result)
    integer = np.dtype(f"u{y.dtype.itemsize}")
    computedNaN = np.isnan(value_of(y.view(np.uint16), result)) if result in SHAPE else np.isnan(y)
    return np.flatnonzero(np.where(isNaN, ~computedNaN, y.view(integer) != wanted.view(integer))), x, y, wanted


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--target", default="x86-64-v3")
    options = parser.parse_args()
    failed = False
    for source, result in PAIRS:
        bad, x, y, wanted = mismatches(source, result, options.target)
        print(f"{source} to {result}: {bad.size} of {x.size} differ" + (f"; {x[bad[0]]!r} gives {y[bad[0]]!r}, expected {wanted[bad[0]]!r}" if bad.size else ""))
        failed |= bad.size > 0
    sys.exit(failed)


if __name__ == "__main__":
    main()

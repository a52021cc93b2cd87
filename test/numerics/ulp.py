"""Measures the error of emitted functions in units of the last place (ulp), against a reference of more precision.

usage: ulp.py [--type f32|f64] [--function NAME ...] [--stride N] [--target NAME] [--check FILE]
f32: every N-th bit pattern is an argument (default 1021, a prime: 4.2 million arguments; 1 is exhaustive), compared with double precision.
f64: as many random arguments, compared with the machine's long double, which has 64 bits of significand on x86.
Error in ulp is |computed - exact| / distance of neighbouring numbers at the exact value, subnormal ones included. An infinity or NaN for
a number, and a number for one of these, is an error without bound.
--check: a page with a Markdown table whose bounds, for f32 in the third column and for f64 in the fourth, must not be exceeded.
Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""

import argparse
import math
import pathlib
import re
import sys
import tempfile

import numpy as np

from functions import FUNCTIONS, domain_of, exact_value
from objects import compiled

BLOCK = 1 << 18
TYPES = {"f32": (np.float32, np.uint32, np.float64), "f64": (np.float64, np.uint64, np.longdouble)}


def model_text(kinds, element):
    """One model of all functions, each on BLOCK elements of its own inputs."""
    tensor, inputs, lines = f"tensor<{BLOCK}x{element}>", [], []
    for kind in kinds:
        names = [f"%{kind}_x", f"%{kind}_y"] if kind == "pow" else [f"%{kind}_x"]
        inputs += names
        op = "binary" if kind == "pow" else "unary"
        lines.append(f"  %{kind} = nn.{op} {kind} {', '.join(names)} : ({', '.join([tensor] * len(names))}) -> {tensor}")
    arguments = ", ".join(f'{name}: {tensor} {{nn.name = "{name[1:]}"}}' for name in inputs)
    results = ", ".join(f'{tensor} {{nn.name = "{kind}"}}' for kind in kinds)
    lines.append(f"  return {', '.join(f'%{kind}' for kind in kinds)} : {', '.join([tensor] * len(kinds))}")
    return f"func.func @main({arguments}) -> ({results}) attributes {{rt.entry}} {{\n" + "\n".join(lines) + "\n}\n"


def errors(y, exact):
    """Errors in ulp; infinity where not even the kind of the value is right."""
    info = np.finfo(y.dtype)
    _, exponent = np.frexp(np.maximum(np.abs(exact), exact.dtype.type(info.tiny)))
    unit = np.ldexp(exact.dtype.type(1), np.minimum(exponent, info.maxexp) - info.nmant - 1)
    overflows = np.abs(exact) > exact.dtype.type(info.max) * (1 + exact.dtype.type(2.0 ** (-info.nmant - 2)))
    ulp = np.abs(y.astype(exact.dtype) - exact) / unit
    ulp = np.where(np.isfinite(y), ulp, np.inf)
    ulp = np.where(overflows, np.where(np.isinf(y) & (np.sign(y) == np.sign(exact)), 0, np.inf), ulp)
    # On the edge of the overflow the largest number and infinity are neighbours.
    edge = np.abs(exact) >= exact.dtype.type(info.max) * (1 - exact.dtype.type(2.0 ** (-info.nmant + 1)))
    ulp = np.where(edge & (np.abs(y) >= info.max * (1 - 2.0 ** (-info.nmant + 2))), 0, ulp)
    return np.where(np.isnan(exact), np.where(np.isnan(y), 0, np.inf), ulp)


def patterns(element, stride):
    """Blocks of first arguments."""
    real, bits, _ = TYPES[element]
    blocks = range(0, 1 << 32, BLOCK * stride)
    generator = np.random.default_rng(1)
    for start in blocks:
        if element == "f32":
            chosen = np.arange(start, min(start + BLOCK * stride, 1 << 32), stride, dtype=np.uint64).astype(bits)
            yield np.resize(chosen, BLOCK).view(real)
        else:  # all magnitudes, and more often those near 1
            anywhere = generator.integers(0, 1 << 64, BLOCK, dtype=bits).view(real)
            near = np.copysign(np.exp2(generator.uniform(-12, 11, BLOCK)), generator.uniform(-1, 1, BLOCK))
            yield np.where(generator.random(BLOCK) < 0.25, anywhere, near)


def arguments_of(kind, element, x, generator):
    """The function's arguments, made of numbers of all magnitudes; those outside its domain are replaced."""
    low, high = domain_of(kind, element)
    real, _, wide = TYPES[element]
    x = np.where((x >= low) & (x <= high), x, real(min(max(1, low), high)))
    if kind != "pow":
        return [x]
    reach = math.log(float(np.finfo(real).max))  # exponents up to where the power over- or underflows
    return [x, (generator.uniform(-1.1, 1.1, BLOCK) * reach / np.log(x.astype(wide))).astype(real)]


def measure(kinds, element, stride, target, folder):
    """By function the largest error and where it is."""
    real, _, wide = TYPES[element]
    results = [np.empty(BLOCK, real) for _ in kinds]
    call = compiled(model_text(kinds, element), target, folder, results)
    generator, worst = np.random.default_rng(2), {kind: (0.0, 0.0) for kind in kinds}
    for x in patterns(element, stride):
        with np.errstate(all="ignore"):
            arguments = [arguments_of(kind, element, x, generator) for kind in kinds]
            call(*(array for arrays in arguments for array in arrays))
            for kind, given, y in zip(kinds, arguments, results, strict=True):
                ulp = errors(y, exact_value(kind, *(a.astype(wide) for a in given)))
                at = int(np.argmax(ulp))
                worst[kind] = max(worst[kind], (float(ulp[at]), float(given[0][at])))
    return worst


def recorded(path, element):
    """Name → bound; functions without one for this type are left out."""
    column = {"f32": 1, "f64": 2}[element]
    rows = re.finditer(r"^\| `(\w+)` \|[^|]*\| *([0-9.]*) *\| *([0-9.]*) *\|", pathlib.Path(path).read_text(), re.M)
    return {row.group(1): float(row.group(1 + column)) for row in rows if row.group(1 + column)}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--type", choices=TYPES, default="f32")
    parser.add_argument("--function", action="append", choices=FUNCTIONS)
    parser.add_argument("--stride", type=int, default=1021)
    parser.add_argument("--target", default="x86-64-v3")
    parser.add_argument("--check")
    options = parser.parse_args()
    bounds, failed = recorded(options.check, options.type) if options.check else {}, False
    kinds = options.function or [name for name in FUNCTIONS if domain_of(name, options.type)]
    with tempfile.TemporaryDirectory() as folder:
        measured = measure(kinds, options.type, options.stride, options.target, pathlib.Path(folder))
    for kind, (worst, where) in measured.items():
        low, high = domain_of(kind, options.type)
        print(f"| `{kind}` | {low:g} … {high:g} | {worst:.2f} | at {where:.9g}")
        if options.check and not worst <= bounds.get(kind, -1):
            failed = True
            print(f"  exceeds the documented bound {bounds.get(kind)}")
    sys.exit(failed)


if __name__ == "__main__":
    main()

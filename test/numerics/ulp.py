"""Measures the error of emitted functions in units of the last place (ulp), against a reference in double precision.

usage: ulp.py [--function NAME ...] [--stride N] [--target NAME] [--check FILE]
Every N-th bit pattern of f32 is an argument (default 1021, a prime: 4.2 million arguments; 1 is exhaustive). Error in ulp is
|computed - exact| / distance of neighbouring f32 at the exact value; below the smallest normal number the distance there, for
subnormal results may be flushed. Special values (NaN, infinities, overflow) are compared by kind.
--check: a Markdown table, as this program prints it, whose errors must not be exceeded.
Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""

import argparse
import ctypes
import math
import pathlib
import re
import subprocess
import sys
import tempfile

import numpy as np

BLOCK = 1 << 18
erf = np.vectorize(math.erf, otypes=[np.float64])
erfc = np.vectorize(math.erfc, otypes=[np.float64])


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


# name: exact function, smallest and largest argument that the documentation speaks of
FUNCTIONS = {
    "exp": (np.exp, -np.inf, np.inf), "log": (np.log, 0, np.inf), "sqrt": (np.sqrt, 0, np.inf), "rsqrt": (lambda x: 1 / np.sqrt(x), 0, np.inf),
    "sin": (np.sin, -1000, 1000), "cos": (np.cos, -1000, 1000), "tan": (np.tan, -1000, 1000),
    "asin": (np.arcsin, -1, 1), "acos": (np.arccos, -1, 1), "atan": (np.arctan, -np.inf, np.inf),
    "sinh": (np.sinh, -np.inf, np.inf), "cosh": (np.cosh, -np.inf, np.inf), "tanh": (np.tanh, -np.inf, np.inf),
    "asinh": (np.arcsinh, -np.inf, np.inf), "acosh": (np.arccosh, 1, np.inf), "atanh": (np.arctanh, -1, 1),
    "erf": (erf, -np.inf, np.inf), "sigmoid": (sigmoid, -np.inf, np.inf),
    "silu": (lambda x: x * sigmoid(x), -np.inf, np.inf), "gelu": (lambda x: x / 2 * erfc(-x * math.sqrt(0.5)), -np.inf, np.inf),
    "softplus": (lambda x: np.maximum(x, 0) + np.log1p(np.exp(-np.abs(x))), -np.inf, np.inf),
    "mish": (lambda x: x * np.tanh(np.maximum(x, 0) + np.log1p(np.exp(-np.abs(x)))), -np.inf, np.inf),
    "elu": (lambda x: np.where(x > 0, x, np.expm1(np.minimum(x, 0))), -np.inf, np.inf),
}
MODEL = """func.func @main(%x: tensor<{n}xf32> {{nn.name = "x"}}) -> (tensor<{n}xf32> {{nn.name = "y"}}) attributes {{rt.entry}} {{
  %y = nn.unary {kind} %x : (tensor<{n}xf32>) -> tensor<{n}xf32>
  return %y : tensor<{n}xf32>
}}
"""


def compiled(kind, target, folder):
    """The function on BLOCK elements, out of the very object that an application links."""
    source, library = folder / f"{kind}.mlir", folder / f"{kind}.so"
    source.write_text(MODEL.format(n=BLOCK, kind=kind))
    subprocess.run(["nn-compile", source, f"--target={target}", "--name=f", "-o", folder], check=True)
    subprocess.run(["clang-22", "-shared", "-Wl,--whole-archive", folder / "libf.a", "-Wl,--no-whole-archive", "-o", library], check=True)
    run = ctypes.CDLL(str(library)).f_run
    y, arena = np.empty(BLOCK, np.float32), np.zeros(1 << 20, np.uint8)
    aligned = arena.ctypes.data + -arena.ctypes.data % 64

    def call(x):
        status = run((ctypes.c_void_p * 1)(x.ctypes.data), (ctypes.c_void_p * 1)(y.ctypes.data), ctypes.c_void_p(aligned))
        if status:
            sys.exit(f"{kind}: status {status}")
        return y
    return call


def errors(x, y, exact):
    """Errors in ulp and, apart, where not even the kind of the value is right."""
    tiny, largest = np.finfo(np.float32).tiny, np.float64(np.finfo(np.float32).max)
    _, exponent = np.frexp(np.maximum(np.abs(exact), tiny))
    unit = np.ldexp(1.0, np.minimum(exponent, 128) - 24)
    overflows = np.abs(exact) > largest * (1 - 2.0 ** -24)  # either the largest number or infinity will do
    wrong = np.isnan(y) != np.isnan(exact)
    ulp = np.abs(y.astype(np.float64) - exact) / unit
    ulp = np.where(overflows | np.isnan(exact), 0, ulp)
    wrong |= overflows & ~(np.abs(y) >= largest * (1 - 2.0 ** -20)) & ~np.isnan(exact)
    return ulp, wrong


def measure(kind, stride, target, folder):
    function, low, high = FUNCTIONS[kind]
    call, worst, where, wrong = compiled(kind, target, folder), 0.0, 0.0, 0
    for start in range(0, 1 << 32, BLOCK * stride):
        bits = np.arange(start, min(start + BLOCK * stride, 1 << 32), stride, dtype=np.uint64).astype(np.uint32)
        x = np.resize(bits, BLOCK).view(np.float32)
        x = np.where((x >= low) & (x <= high), x, np.float32(min(max(1, low), high)))
        with np.errstate(all="ignore"):
            ulp, bad = errors(x, call(x), function(x.astype(np.float64)))
        at = int(np.argmax(ulp))
        wrong += int(bad.sum())
        if ulp[at] > worst:
            worst, where = float(ulp[at]), float(x[at])
    return worst, where, wrong


def recorded(path):
    rows = re.findall(r"^\| `(\w+)` \|[^|]*\| ([0-9.]+) \|", pathlib.Path(path).read_text(), re.M)
    return {name: float(value) for name, value in rows}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--function", action="append", choices=FUNCTIONS)
    parser.add_argument("--stride", type=int, default=1021)
    parser.add_argument("--target", default="x86-64-v3")
    parser.add_argument("--check")
    options = parser.parse_args()
    bounds, failed = recorded(options.check) if options.check else {}, False
    for kind in options.function or FUNCTIONS:
        with tempfile.TemporaryDirectory() as folder:
            worst, where, wrong = measure(kind, options.stride, options.target, pathlib.Path(folder))
        low, high = FUNCTIONS[kind][1:]
        print(f"| `{kind}` | {low:g} … {high:g} | {worst:.2f} | {where:.9g} |" + (f" {wrong} of the wrong kind" if wrong else ""), flush=True)
        if options.check and (wrong or kind not in bounds or worst > bounds[kind]):
            failed = True
            print(f"  exceeds the documented bound {bounds.get(kind)}")
    sys.exit(failed)


if __name__ == "__main__":
    main()

"""Prints what one core can do at most: multiply-adds in f32 for each width of vectors, integer products, bandwidth of each cache.

usage: run.py [--seconds S] [--rounds N] [--json FILE]
Every loop runs in each round, in turn, in the thread's own time; printed are the median of the rounds and the range of the middle 80 per cent. The loop
of multiply-adds is the one that the other benchmarks measure beside. Blocks for the bandwidth fill half of a cache; the last one is four times the
largest cache, at most 256 MB. Needs numpy and clang-22. Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""

import argparse
import ctypes
import json
import os
import pathlib
import sys
import tempfile

import numpy

from loops import compiled, dot_rate, fma_rate
from machine import caches, features, processor


def f32_loops(folder, have):
    """(name, unit, function of seconds) of each width of vectors."""
    widths = [("NEON", 16)] if "asimd" in have else [(name, size) for name, size, needs in (
        ("SSE", 16, "sse2"), ("AVX2", 32, "avx2"), ("AVX-512", 64, "avx512f")) if needs in have]
    for name, size in widths:
        fused = "fma" in have or "asimd" in have
        yield f"f32 {'multiply-add' if fused else 'product and sum'}, {name} ({8 * size} bits)", "G/s", fma_rate(folder, "native", f"-DPEAK_BYTES={size}")


def integer_loops(folder, have):
    """The same for sums of integer products."""
    variants = []
    if have & {"avx512_vnni"}:
        variants += [("u8·s8 by VNNI, 512 bits", []), ("u8·s8 by VNNI, 256 bits", ["-DDOT_YMM"])]
    elif "avx_vnni" in have:
        variants += [("u8·s8 by VNNI, 256 bits", [])]
    if "avx2" in have:
        variants += [("s16·s16 by vpmaddwd, 256 bits", ["-DDOT_PAIRS"])]
    if "asimddp" in have:
        variants += [("s8·s8 by sdot, 128 bits", [])]
    for name, options in variants:
        yield name, "G/s", dot_rate(folder, "native", *options)


def memory_loops(folder):
    """Read, write and copy in each cache and beyond."""
    library = compiled("memory.c", folder, "-march=native")
    levels = [(name, size // 2) for name, size in caches()]
    levels.append(("memory", min(4 * 2 * levels[-1][1] if levels else 1 << 28, 1 << 28)))
    store = numpy.zeros(levels[-1][1] + 64, numpy.uint8)
    start = (store.ctypes.data + 63) // 64 * 64
    for name, size in levels:
        size = size // 1024 * 1024
        text = f"{size >> 20} MiB" if size >> 20 else f"{size >> 10} KiB"
        for kind in ("read", "write", "copy"):
            function = getattr(library, f"{kind}_rate")
            function.argtypes, function.restype = [ctypes.c_void_p, ctypes.c_int64, ctypes.c_double], ctypes.c_double
            # The store lives as long as the functions that use it.
            yield f"{kind} {name} ({text})", "GB/s", lambda seconds, f=function, n=size, keep=store: f(start, n, seconds)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=0.02, help="of each loop in a round")
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--json", type=pathlib.Path, help="write all figures")
    options = parser.parse_args()
    os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
    have = features()
    with tempfile.TemporaryDirectory() as folder:
        loops = [*f32_loops(folder, have), *integer_loops(folder, have), *memory_loops(folder)]
        samples = [[function(options.seconds) for _, _, function in loops] for _ in range(options.rounds + 1)][1:]
    print(f"{processor()}, one core\n{'':40} {'median':>9} {'80 % of rounds':>17}")
    rows = []
    for (name, unit, _), values in zip(loops, zip(*samples)):
        low, median, high = numpy.percentile(numpy.array(values) / 1e9, (10, 50, 90))
        rows.append({"what": name, "unit": unit, "median": median, "low": low, "high": high})
        print(f"{name:40} {median:9.1f} {f'{low:.1f}…{high:.1f}':>17} {unit}")
    if options.json:
        options.json.write_text(json.dumps({"processor": processor(), "rows": rows}, indent=1) + "\n")
    sys.exit(any(not row["median"] > 0 for row in rows))


if __name__ == "__main__":
    main()

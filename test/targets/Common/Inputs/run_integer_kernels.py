"""Runs random kernels of integers, emitted and compiled for this machine, against exact sums.

usage: run_integer_kernels.py --count N --vector V --lanes L --interleave I --instruction NAME --march CPU [--feature NAME] [--seed S] [--cache-bytes B]
                              [--inner-cache-bytes B] [--straight-lines] --out LIBRARY.so
Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""

import argparse
import sys

import numpy as np

import buffers
import integer_cases as cases

KINDS = {"conv": cases.random_conv, "depthwise": cases.random_depthwise, "matmul": cases.random_matmul}


def main():
    parser = argparse.ArgumentParser()
    for name, default in (("count", 12), ("vector", 8), ("lanes", 1), ("interleave", 1), ("seed", 1), ("cache-bytes", 524288),
                          ("inner-cache-bytes", 32768)):
        parser.add_argument(f"--{name}", type=int, default=default)
    parser.add_argument("--instruction", default="none")
    parser.add_argument("--march", default="x86-64-v3")
    parser.add_argument("--feature", action="append", default=[], help="that the machine has beside those of --march")
    parser.add_argument("--kinds", default=",".join(KINDS))
    parser.add_argument("--straight-lines", action="store_true")
    parser.add_argument("--out", required=True)
    options = parser.parse_args()
    kernels = []
    for kind in options.kinds.split(","):
        for i in range(options.count):
            rng = np.random.default_rng([options.seed, i, len(kind)])
            kernels.append(KINDS[kind](rng, f"{kind}{i}", options))
    pack = "true" if options.instruction in ("pmaddwd", "vpdpbusd") else "false"
    passes = [f"--nnc-emit-kernels=cache-bytes={options.cache_bytes} inner-cache-bytes={options.inner_cache_bytes} pack={pack} "
              f"straight-lines={str(options.straight_lines).lower()}",
              f"--nnc-lower-dots=instruction={options.instruction}"]
    library = buffers.load("".join(k.text for k in kernels), passes, options.out, options.march, *options.feature)
    failed = 0
    for i, kernel in enumerate(kernels):
        print(f"{kernel.name}: {kernel.note}", flush=True)
        results = []
        for fill in (0x55, 0x2A):
            result = kernel.result.buffer(0)
            result[...] = fill
            arrays = [t.buffer(0) for t in kernel.operands] + [result]
            results.append((fill, buffers.call(library, kernel.name, arrays, at_end=(i + fill) % 2 == 0)[-1]))
        problem = cases.problem(kernel, results)
        if problem:
            failed += 1
            print(f"FAILED {problem}")
    print(f"{len(kernels) - failed} kernels agree, {failed} do not")
    sys.exit(1 if failed else 0)


main()

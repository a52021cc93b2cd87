"""Runs random kernels, emitted and compiled for this machine, against sums in double precision.

usage: run_kernels.py --count N --vector V --lanes L --march CPU [--no-fma] [--seed S] [--cache-bytes B]
                      [--inner-cache-bytes B] --out LIBRARY.so
Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""

import argparse
import sys

import numpy as np

import buffers
import kernel_cases as cases

KINDS = {"conv": cases.random_conv, "depthwise": cases.random_depthwise, "matmul": cases.random_matmul}


def main():
    parser = argparse.ArgumentParser()
    for name, default in (("count", 12), ("vector", 8), ("lanes", 1), ("seed", 1), ("cache-bytes", 524288), ("inner-cache-bytes", 32768)):
        parser.add_argument(f"--{name}", type=int, default=default)
    parser.add_argument("--march", default="x86-64-v3")
    parser.add_argument("--no-fma", action="store_true")
    parser.add_argument("--kinds", default=",".join(KINDS))
    parser.add_argument("--out", required=True)
    options = parser.parse_args()
    buffers.need(options.march)
    kernels = []
    for kind in options.kinds.split(","):
        for i in range(options.count):
            rng = np.random.default_rng([options.seed, i, len(kind)])
            kernels.append(KINDS[kind](rng, f"{kind}{i}", options.vector, options.lanes))
    passes = [f"--nnc-emit-kernels=fma={'false' if options.no_fma else 'true'} cache-bytes={options.cache_bytes} "
              f"inner-cache-bytes={options.inner_cache_bytes}"]
    library = buffers.load("".join(k.text for k in kernels), passes, options.out, options.march)
    failed = 0
    for i, kernel in enumerate(kernels):
        print(f"{kernel.name}: {kernel.note}", flush=True)
        results = buffers.call(library, kernel.name, kernel.arrays(), at_end=i % 2 == 0)
        problem = cases.problem(kernel, results[-1])
        if problem:
            failed += 1
            print(f"FAILED {problem}")
    print(f"{len(kernels) - failed} kernels agree, {failed} do not")
    sys.exit(1 if failed else 0)


main()

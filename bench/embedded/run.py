"""Instructions per multiply-add of integer layers on emulated microcontrollers.

usage: run.py [--only TEXT] [--target T[,T…]] [--limit NUMBER] [--markdown FILE]
Compiles a layer of 8-bit integers of each shape for each target, runs it under QEMU with a plugin that counts instructions by function, compares
the result with the reference evaluator, and prints the instructions of the layer's function, prologue and requantization included, per multiply-add
of the convolution. Counts are exact and repeatable; they are no cycles. Ends with 1 if a result is wrong or, with --limit, a figure is above it.
Needs qemu-system-arm, an ARM toolchain, clang-22 and numpy.
Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""

import argparse
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

import numpy

HERE = pathlib.Path(__file__).resolve().parent
NN_RUN = HERE.parents[1] / "build" / "bin" / "nn-run"
sys.path.insert(0, str(HERE.parent / "layers"))
from integers import integer_model  # noqa: E402
from shapes import SHAPES as NETWORKS, Convolution  # noqa: E402

SHAPES = [
    *[shape for shape in NETWORKS if shape.network in ("DS-CNN", "ResNet-8")],
    Convolution("MobileNetV1", 8, 16, 48, 48),
    Convolution("MobileNetV1", 16, 16, 48, 48, 3, 2, 16),
    Convolution("MobileNetV1", 128, 128, 6, 6),
    Convolution("MobileNetV1", 128, 128, 6, 6, 3, 1, 128),
]


def prepare(folder):
    """An environment in which QEMU counts, and where it writes the counts."""
    counts = folder / "counts.txt"
    subprocess.run(["clang-22", "-O2", "-shared", "-fPIC", HERE / "count.c", "-o", folder / "count.so"], check=True)
    emulator = folder / "qemu-system-arm"
    emulator.write_text(f'#!/bin/sh\nexec {shutil.which("qemu-system-arm")} -plugin {folder}/count.so -d plugin -D {counts} "$@"\n')
    emulator.chmod(0o755)
    return {**os.environ, "PATH": f"{folder}:{os.environ['PATH']}"}, counts


def macs_of(shape):
    reach = 2 * ((shape.kernel - 1) // 2) - shape.kernel
    rows, columns = ((size + reach) // shape.stride + 1 for size in (shape.height, shape.width))
    return rows * columns * shape.maps * shape.channels // shape.group * shape.kernel**2


def instructions(path, target, environment, counts):
    """Instructions of the layer in one run, or nothing where its result is wrong."""
    counts.unlink(missing_ok=True)
    run = subprocess.run([NN_RUN, path, f"--target={target}", "--reference", "--rtol=0", "--atol=0"], env=environment, capture_output=True, text=True)
    if run.returncode:
        print(run.stdout + run.stderr, file=sys.stderr)
        return None
    return sum(int(count) for count, name in re.findall(r"count (\d+) (\S+)", counts.read_text()) if name.endswith("_layer"))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", default="", help="network or shape that holds this text")
    parser.add_argument("--target", default="cortex-m0,cortex-m4,cortex-m55")
    parser.add_argument("--limit", type=float, help="most instructions per multiply-add")
    parser.add_argument("--markdown", type=pathlib.Path, help="write a table")
    options = parser.parse_args()
    targets, lines, failed = options.target.split(","), [], False
    shapes = [s for s in SHAPES if options.only in f"{s.network} {s}"]
    if not shapes:
        sys.exit("no shape matches")
    print(f"{'network':12} {'layer':30}" + "".join(f" {t:>11}" for t in targets))
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        environment, counts = prepare(folder)
        for shape in shapes:
            (folder / "m.mlir").write_text(integer_model(shape, numpy.random.default_rng(5)))
            found = [instructions(folder / "m.mlir", target, environment, counts) for target in targets]
            ratios = [count and count / macs_of(shape) for count in found]
            failed |= any(r is None or (options.limit and r > options.limit) for r in ratios)
            texts = ["wrong" if r is None else f"{r:.2f}" for r in ratios]
            print(f"{shape.network:12} {str(shape):30}" + "".join(f" {t:>11}" for t in texts), flush=True)
            lines.append(f"| {shape.network} | {shape} | {' | '.join(texts)} |\n")
    if options.markdown:
        options.markdown.write_text(f"| Network | Layer | {' | '.join(targets)} |\n|---|---|{'--:|' * len(targets)}\n" + "".join(lines))
    sys.exit(failed)


if __name__ == "__main__":
    main()

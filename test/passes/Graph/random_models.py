"""Prints random ONNX models (those of test/random) as they are imported, one module for each seed.

usage: random_models.py SEED --count=N      with nn-compile in the search path
Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""

import argparse
import pathlib
import subprocess
import sys
import tempfile

import onnx

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "random"))

from generate import random_model  # noqa: E402


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("seed", type=int)
    parser.add_argument("--count", type=int, default=1)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        for seed in range(arguments.seed, arguments.seed + arguments.count):
            path = pathlib.Path(folder) / f"model_{seed}.onnx"
            onnx.save(random_model(seed)[0], path)
            run = subprocess.run(["nn-compile", path, "--compile-to=import", "-o", "-"], check=True, capture_output=True, text=True)
            print(run.stdout, "\n// -----\n", sep="")


main()

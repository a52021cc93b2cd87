"""Runs the model of every_operator.py for each element type and compares with the reference evaluator: integers exactly.

usage: run_operators.py [--target NAME] [--seed S] --out PREFIX TYPE...
Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""

import argparse
import pathlib
import subprocess
import sys

# Of the largest magnitude of a result: some roundings of the type, in f32 and f64 some sums' worth.
TOLERANCE = {"f16": 2e-3, "bf16": 1.6e-2, "f32": 4e-6, "f64": 1e-13}


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--target", default="native")
    parser.add_argument("--seed", default="1")
    parser.add_argument("--out", required=True)
    parser.add_argument("types", nargs="+")
    options = parser.parse_args()
    failed = 0
    for element in options.types:
        path = f"{options.out}.{options.target}.{element}.mlir"
        subprocess.run([sys.executable, pathlib.Path(__file__).with_name("every_operator.py"), element, options.seed, path], check=True)
        run = subprocess.run(["nn-run", path, "--reference", "--of-largest", "--rtol", str(TOLERANCE.get(element, 0)), "--atol", "0",
                              "--seed", options.seed, "--target", options.target], capture_output=True, text=True)
        text = (run.stdout + run.stderr).strip()
        print(f"{element} on {options.target}: {text if run.returncode else next(line for line in text.splitlines() if 'compared' in line)}", flush=True)
        failed += run.returncode != 0
    sys.exit(1 if failed else 0)


main()

"""Runs random integer layers, as nnc-fold-qdq makes them, as objects and compares every byte with the reference evaluator.

usage: run_layers.py --out PREFIX --seed S --count N [--many M] [--real | --weights] TARGET...
N objects, for the targets in turn, each with M of what random_quantized.py makes side by side.
--real and --weights are those of random_quantized.py: what is rounded to f32 there may differ by the errors of f32
Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""

import argparse
import pathlib
import subprocess
import sys

PASSES = "builtin.module(func.func(nnc-fold-qdq,nnc-lower-quantized))"


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--out", required=True)
    parser.add_argument("--seed", type=int, required=True)
    parser.add_argument("--count", type=int, required=True)
    parser.add_argument("--many", type=int, default=1)
    parser.add_argument("--real", dest="form", action="append_const", const="--real", default=[])
    parser.add_argument("--weights", dest="form", action="append_const", const="--weights")
    parser.add_argument("targets", nargs="+")
    options = parser.parse_args()
    failed, tolerance = 0, ["--atol", "1e-5"] if options.form else ["--rtol", "0", "--atol", "0"]
    for i in range(options.count):
        model, target = f"{options.out}.{i}.mlir", options.targets[i % len(options.targets)]
        text = subprocess.run([sys.executable, pathlib.Path(__file__).with_name("random_quantized.py"), str(options.seed + i), "--entry", f"--many={options.many}", *options.form],
                              capture_output=True, text=True, check=True).stdout
        subprocess.run(["nn-opt", f"-pass-pipeline={PASSES}", "-o", model], input=text, text=True, check=True)
        run = subprocess.run(["nn-run", model, "--reference", *tolerance, "--seed", str(i), "--target", target],
                             capture_output=True, text=True)
        if run.returncode:
            print(f"{model} on {target}: {run.stdout}{run.stderr}", flush=True)
            failed += 1
    print(f"{(options.count - failed) * options.many} functions equal, {failed} objects different")
    sys.exit(1 if failed else 0)


main()

"""Random whole models through the compiler, compared with ONNX Runtime (with the reference evaluator where it has no kernel).

usage: run.py [--count N] [--emulated N] [--first SEED] [--jobs N] [--keep FOLDER]
  --count      models for this machine, with the seeds from --first on (default: 100)
  --emulated   of these, how many also run on an emulated Cortex-M4 and AArch64 (default: 24)
  --keep       where models that fail are left, with their data and command lines
Options of the compiler vary with the seed: optimisation, vector width, inputs and outputs in the arena. nn-run fences the arena, and on
emulated machines every tensor. Integers must be equal, floating point within a bound of the tensor's largest magnitude. Where an element is neither, it must
lie in the interval that rounding errors may move it in (sensitivity.py); such runs are counted as `on_an_edge`. The last line is JSON with the counts.
Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""

import argparse
import concurrent.futures
import json
import pathlib
import shlex
import shutil
import subprocess
import sys
import tempfile

import numpy
import onnx
from onnx import TensorProto

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))

from generate import random_model  # noqa: E402
from sensitivity import intervals, outside, run_all  # noqa: E402

NN_RUN = HERE.parents[1] / "build" / "bin" / "nn-run"
# Of the largest magnitude; half precision is rounded after each operator by one side and after each layer by the other.
TOLERANCE = {TensorProto.FLOAT: 1e-4, TensorProto.DOUBLE: 1e-9, TensorProto.FLOAT16: 3e-2}
VARIANTS = [[], ["-O1"], ["--io-in-arena"], ["-Os"], ["--target=x86-64-v2"], ["-O0"], ["--io-in-arena", "-O1"], ["--target=x86-64-v1"], ["-Oz"],
            ["-O2", "--target=x86-64-v2", "--io-in-arena"], ["--target=x86-64-v3"], ["--threads=3"], ["--threads=2", "-O2", "--io-in-arena"],
            ["--memory=fast:1K,slow:1G"], ["--memory=fast:300,middle:2K,slow:1G", "--io-in-arena", "--threads=2"]]
EMULATED = ["cortex-m4", "aarch64"]
TIMEOUT = 120
EDGE = "on an edge"


def expectations(model, inputs):
    """ONNX Runtime's outputs by name; None where it cannot run the model."""
    try:
        return run_all(model, inputs)
    except Exception:  # no kernel for an element type, or none for such a shape
        return None


def tolerance_of(model):
    """That of the inputs' element type; doubles are as exact as f32 where a layer norm has its first stage in f32."""
    kinds = {v.type.tensor_type.elem_type for v in model.graph.input}
    if any(attribute.name == "stash_type" and attribute.i == TensorProto.FLOAT for node in model.graph.node for attribute in node.attribute):
        kinds.add(TensorProto.FLOAT)
    return max(TOLERANCE[kind] for kind in kinds)


class Case:
    """A model with its data in a folder, and the comparison that nn-run makes."""

    def __init__(self, seed, folder):
        self.folder = folder
        self.model, self.inputs = random_model(seed)
        onnx.save(self.model, folder / "model.onnx")
        self.expected = expectations(self.model, self.inputs)
        numpy.savez(folder / "data.npz", **self.inputs, **(self.expected or {}))
        self.tolerance = tolerance_of(self.model)

    def command(self, options):
        comparison = ["--compare", self.folder / "data.npz"] if self.expected is not None else ["--reference"]
        arguments = ["--inputs", self.folder / "data.npz", *comparison, "--of-largest", f"--rtol={self.tolerance}", "--quiet"]
        return [str(c) for c in [NN_RUN, self.folder / "model.onnx", *arguments, "-o", self.folder / "result.npz", *options]]

    def is_on_an_edge(self):
        """Whether every element that nn-run wrote lies where rounding errors may have moved it."""
        if self.expected is None:
            return False
        bounds = intervals(self.model, self.inputs)
        with numpy.load(self.folder / "result.npz") as results:
            return all(outside(results[name], bounds[name], self.tolerance) == 0 for name in bounds)

    def run(self, options):
        """None, EDGE or a complaint."""
        (self.folder / "result.npz").unlink(missing_ok=True)
        try:
            process = subprocess.run(self.command(options), capture_output=True, text=True, timeout=TIMEOUT)
        except subprocess.TimeoutExpired:
            return f"no end after {TIMEOUT} s"
        if process.returncode == 0:
            return None
        lines = process.stderr.strip().splitlines()
        if process.returncode == 4 and all("largest difference" in line for line in lines) and self.is_on_an_edge():
            return EDGE
        return f"exit {process.returncode}: {(process.stderr + process.stdout).strip()[:600]}"

    def keep(self, options, target):
        """Copies the folder and notes the command line."""
        shutil.copytree(self.folder, target, dirs_exist_ok=True)
        with open(target / "commands.txt", "a") as log:
            log.write(shlex.join(self.command(options)).replace(str(self.folder), str(target)) + "\n")


def run_model(seed, emulated, keep):
    """Pairs (what was run, outcome: None, EDGE or a complaint)."""
    results = []
    with tempfile.TemporaryDirectory() as temporary:
        case = Case(seed, pathlib.Path(temporary))
        placement = ["--io-in-arena"] if seed % 3 == 0 else []
        targets = EMULATED if emulated else []
        for options in [VARIANTS[seed % len(VARIANTS)], *([f"--target={target}", *placement] for target in targets)]:
            outcome = case.run(options)
            results.append((f"random {seed} {' '.join(options)}".strip(), outcome))
            if outcome and keep:
                case.keep(options, keep / str(seed))
    return results


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--count", type=int, default=100)
    parser.add_argument("--emulated", type=int, default=24)
    parser.add_argument("--first", type=int, default=1)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--keep", type=pathlib.Path)
    options = parser.parse_args()
    counts = {"passed": 0, "failed": 0, "on_an_edge": 0}
    seeds = range(options.first, options.first + options.count)
    with concurrent.futures.ProcessPoolExecutor(options.jobs) as pool:
        futures = [pool.submit(run_model, seed, i < options.emulated, options.keep) for i, seed in enumerate(seeds)]
        for future in futures:
            for what, outcome in future.result():
                counts["passed" if outcome in (None, EDGE) else "failed"] += 1
                counts["on_an_edge"] += outcome == EDGE
                if outcome not in (None, EDGE):
                    print(f"FAIL: {what}: {outcome}", flush=True)
    print(json.dumps(counts))
    sys.exit(1 if counts["failed"] else 0)


if __name__ == "__main__":
    main()

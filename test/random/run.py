"""Random whole models through the compiler, compared with ONNX Runtime (with the reference evaluator where it has no kernel).

usage: run.py [--count N] [--emulated N] [--first SEED] [--jobs N] [--keep FOLDER]
  --count      models for this machine, with the seeds from --first on (default: 100)
  --emulated   of these, how many also run on an emulated Cortex-M4 and AArch64 (default: 24)
  --keep       where models that fail are left, with their data and command lines
Options of the compiler vary with the seed: optimisation, vector width, inputs and outputs in the arena. nn-run fences the arena, and on
emulated machines every tensor. Integers must be equal, floating point within a bound of the tensor's largest magnitude. The last line is JSON with the counts.
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
import onnxruntime
from onnx import TensorProto

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))

from generate import random_model  # noqa: E402

NN_RUN = HERE.parents[1] / "build" / "bin" / "nn-run"
# Of the largest magnitude; a layer norm of doubles has its first stage in f32 (`stash_type`), half precision is rounded after each operator by one side and after each layer by the other.
TOLERANCE = {TensorProto.FLOAT: 1e-4, TensorProto.DOUBLE: 1e-6, TensorProto.FLOAT16: 3e-2}
VARIANTS = [[], ["-O1"], ["--io-in-arena"], ["-Os"], ["--target=x86-64-v2"], ["-O0"], ["--io-in-arena", "-O1"]]
EMULATED = ["cortex-m4", "aarch64"]
TIMEOUT = 120


def expectations(model, inputs):
    """ONNX Runtime's outputs by name; None where it cannot run the model."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.log_severity_level = 4
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_DISABLE_ALL
    try:
        session = onnxruntime.InferenceSession(model.SerializeToString(), options, providers=["CPUExecutionProvider"])
        outputs = session.run(None, inputs)
    except Exception:  # no kernel for an element type, or none for such a shape
        return None
    return dict(zip([o.name for o in session.get_outputs()], outputs, strict=True))


def prepare(seed, folder):
    """Writes model.onnx and data.npz; gives the arguments of nn-run."""
    model, inputs = random_model(seed)
    onnx.save(model, folder / "model.onnx")
    expected = expectations(model, inputs)
    numpy.savez(folder / "data.npz", **inputs, **(expected or {}))
    kinds = {v.type.tensor_type.elem_type for v in model.graph.input}
    tolerance = max(TOLERANCE[kind] for kind in kinds)
    comparison = ["--compare", folder / "data.npz"] if expected is not None else ["--reference"]
    return ["--inputs", folder / "data.npz", *comparison, "--of-largest", f"--rtol={tolerance}", "--quiet"]


def run_model(seed, emulated, keep):
    """Pairs (what was run, complaint or None)."""
    results = []
    with tempfile.TemporaryDirectory() as temporary:
        folder = pathlib.Path(temporary)
        arguments = prepare(seed, folder)
        placement = ["--io-in-arena"] if seed % 3 == 0 else []
        targets = EMULATED if emulated else []
        for options in [VARIANTS[seed % len(VARIANTS)], *([f"--target={target}", *placement] for target in targets)]:
            command = [str(c) for c in [NN_RUN, folder / "model.onnx", *arguments, *options]]
            try:
                process = subprocess.run(command, capture_output=True, text=True, timeout=TIMEOUT)
                complaint = None if process.returncode == 0 else f"exit {process.returncode}: {(process.stderr + process.stdout).strip()[:600]}"
            except subprocess.TimeoutExpired:
                complaint = f"no end after {TIMEOUT} s"
            results.append((f"random {seed} {' '.join(options)}".strip(), complaint))
            if complaint and keep:
                target = keep / str(seed)
                shutil.copytree(folder, target, dirs_exist_ok=True)
                with open(target / "commands.txt", "a") as log:
                    log.write(shlex.join(command).replace(temporary, str(target)) + "\n")
    return results


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--count", type=int, default=100)
    parser.add_argument("--emulated", type=int, default=24)
    parser.add_argument("--first", type=int, default=1)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--keep", type=pathlib.Path)
    options = parser.parse_args()
    failed = passed = 0
    seeds = range(options.first, options.first + options.count)
    with concurrent.futures.ProcessPoolExecutor(options.jobs) as pool:
        futures = [pool.submit(run_model, seed, i < options.emulated, options.keep) for i, seed in enumerate(seeds)]
        for future in futures:
            for what, complaint in future.result():
                passed += complaint is None
                failed += complaint is not None
                if complaint:
                    print(f"FAIL: {what}: {complaint}", flush=True)
    print(json.dumps({"passed": passed, "failed": failed}))
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()

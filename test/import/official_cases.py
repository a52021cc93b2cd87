"""Imports the official test cases of ONNX, computes them with the reference evaluator, and damages them.

Every case that is imported must give the expected numbers; at least RECORDED of them must be imported. Then
10,000 damaged variants must not crash the importer.
Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""

import collections
import pathlib
import subprocess
import sys

import onnx

# Cases whose inputs need not be known at compile time, and those with such inputs bound.
RECORDED = {False: 984, True: 1271}

data = pathlib.Path(onnx.__file__).parent / "backend" / "test" / "data"
folders = ["node", "simple", "pytorch-converted", "pytorch-operator"]
models = sorted(str(f) for folder in folders for f in (data / folder).glob("*/model.onnx"))
assert len(models) > 1800, f"only {len(models)} cases in {data}"
good = True
for bind in (False, True):
    run = subprocess.run(["import-models", "--evaluate", *(["--bind"] if bind else []), *models], capture_output=True, text=True)
    lines = run.stdout.splitlines()
    counts = collections.Counter(line.split(" ")[0] for line in lines)
    bad = [line for line in lines if line.startswith(("wrong ", "invalid "))]
    print(f"{counts['ok']} cases right with inputs {'bound' if bind else 'open'}, {len(bad)} wrong, {counts['no']} not imported")
    print("\n".join(bad))
    good &= run.returncode == 0 and not bad and counts["ok"] >= RECORDED[bind]

run = subprocess.run(["mutate-models", "10000", "1", *models], capture_output=True, text=True)
print(run.stdout + run.stderr)
good &= run.returncode == 0 and not run.stderr
sys.exit(not good)

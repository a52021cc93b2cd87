"""Runs the official ONNX backend suite (onnx 1.22.0) through compiled objects and compares with the committed list of passes.

usage: run.py [--update] [--filter SUBSTRING] [--bind [--gained]] [--verbose]
  --update   rewrite the list of expected passes from this run
  --bind     the second table: shape-like inputs are compiled in as constants (list expected-passes-bound.txt)
  --gained   with --bind only cases that the first table does not have: the others need no binding
Every case runs the object that nn-run compiles and loads, never an interpreter. Inputs and expected outputs are the suite's; the rule
is |a - b| <= 1e-7 + 1e-3 |b|, NaN equal to NaN, same count, shape and type of outputs. A case that passes without being listed fails
this suite as one that is listed and does not pass: the list is the truth in both directions.
Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""

import argparse
import collections
import concurrent.futures
import json
import pathlib
import re
import subprocess
import sys
import tempfile

import numpy
import onnx
from onnx import numpy_helper

HERE = pathlib.Path(__file__).resolve().parent
NN_RUN = HERE.parents[1] / "build" / "bin" / "nn-run"
DATA = pathlib.Path(onnx.__file__).parent / "backend" / "test" / "data"
# The folders that ONNX's own backend test runner uses, and the number of cases it counts.
FOLDERS = ["node", "simple", "pytorch-converted", "pytorch-operator", "light"]
TIMEOUT = 120


def cases():
    """(name, model file, folder with test_data_set_* or None for a light model)."""
    for folder in FOLDERS:
        if folder == "light":
            for model in sorted((DATA / folder).glob("*.onnx")):
                yield f"light/{model.stem}", model, None
        else:
            for directory in sorted((DATA / folder).iterdir()):
                if (directory / "model.onnx").exists():
                    yield f"{folder}/{directory.name}", directory / "model.onnx", directory


def light_data(model, into):
    """Inputs of a light model are arange(n)/n; its outputs lie beside it. Writes a test folder."""
    graph = onnx.load(model).graph
    constants = {t.name for t in graph.initializer}
    data = into / "test_data_set_0"
    data.mkdir()
    inputs = [i for i in graph.input if i.name not in constants]
    for index, value in enumerate(inputs):
        shape = [d.dim_value for d in value.type.tensor_type.shape.dim]
        count = int(numpy.prod(shape))
        array = (numpy.arange(count).reshape(shape) / count).astype(numpy.float32)
        (data / f"input_{index}.pb").write_bytes(numpy_helper.from_array(array, value.name).SerializeToString())
    for file in model.parent.glob(model.stem + "_output_*.pb"):
        (data / file.name.removeprefix(model.stem + "_")).write_bytes(file.read_bytes())


def run_case(case, bind):
    name, model, folder = case
    with tempfile.TemporaryDirectory() as temporary:
        if folder is None:
            folder = pathlib.Path(temporary)
            light_data(model, folder)
        command = [NN_RUN, model, "--compare", folder, "--quiet"] + (["--bind-inputs"] if bind else [])
        try:
            run = subprocess.run(command, capture_output=True, text=True, timeout=TIMEOUT)
        except subprocess.TimeoutExpired:
            return name, False, "timeout"
        reason = ([line for line in run.stderr.splitlines() if line.strip()] or [f"exit code {run.returncode}"])[0]
        if run.returncode < 0 or run.returncode == 70:
            reason = f"CRASH ({run.returncode}): {reason}"
        return name, run.returncode == 0, reason


def listed(file):
    return set(file.read_text().split()) if file.exists() else set()


def summarize(failures):
    """Reasons by frequency, with names and numbers removed so that equal ones fall together."""
    groups = collections.Counter()
    for reason in failures.values():
        text = re.sub(r"^.*?: (error|warning): ", "", reason)
        groups[re.sub(r"'[^']*'|\d+", "…", text)[:110]] += 1
    for reason, count in groups.most_common(40):
        print(f"  {count:5} {reason}")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--update", action="store_true")
    parser.add_argument("--bind", action="store_true")
    parser.add_argument("--gained", action="store_true")
    parser.add_argument("--filter", default="")
    parser.add_argument("--verbose", action="store_true")
    parser.add_argument("--jobs", type=int, default=2)
    options = parser.parse_args()
    if options.gained and (options.update or not options.bind):
        parser.error("--gained goes with --bind and without --update")
    unbound_file = HERE / "expected-passes.txt"
    expected_file = HERE / "expected-passes-bound.txt" if options.bind else unbound_file
    expected = listed(expected_file)
    left_out = listed(unbound_file) if options.gained else set()

    selected = [c for c in cases() if options.filter in c[0] and c[0] not in left_out]
    with concurrent.futures.ThreadPoolExecutor(options.jobs) as pool:
        results = list(pool.map(lambda c: run_case(c, options.bind), selected))
    passes = {name for name, ok, _ in results if ok}
    failures = {name: reason for name, ok, reason in results if not ok}
    print(f"conformance: {len(passes)} of {len(selected)} cases pass" + (" with bound inputs" if options.bind else ""))
    if options.verbose:
        for name, reason in failures.items():
            print(f"  {name}: {reason}")
    else:
        summarize(failures)
    if options.update:
        expected_file.write_text("".join(f"{name}\n" for name in sorted(passes | ({e for e in expected if options.filter not in e}))))
        return
    names = {name for name, _, _ in results}
    lost = sorted((expected & names) - passes)
    gained = sorted(passes - expected)
    for name in lost:
        print(f"FAIL: {name}: {failures[name]}")
    for name in gained:
        print(f"FAIL: {name} passes but is not listed; add it with --update")
    crashes = sorted(name for name, reason in failures.items() if reason.startswith("CRASH"))
    for name in crashes:
        print(f"FAIL: {name}: {failures[name]}")
    print(json.dumps({"passed": len(passes & expected), "failed": len(lost) + len(gained) + len(set(crashes) - set(lost))}))
    sys.exit(1 if lost or gained or crashes else 0)


if __name__ == "__main__":
    main()

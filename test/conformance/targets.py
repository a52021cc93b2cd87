"""Compiles cases of the official ONNX suite for every target; a model may be refused, but no compile may crash or leave a foreign symbol.

usage: targets.py [--every N] [--targets N] [--filter SUBSTRING] [--first N] [--jobs N]
  --every    every N-th case only (default: 12)
  --targets  targets for each case (default: 1); they rotate from case to case
  --first    the number of the first case's first target (default: 0), to go through other pairs
nn-compile itself ends with 70 where an object refers to a symbol that it must not refer to. The last line is JSON with the counts.
Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""

import argparse
import concurrent.futures
import json
import pathlib
import subprocess
import sys
import tempfile

from run import cases

NN_COMPILE = pathlib.Path(__file__).resolve().parents[2] / "build" / "bin" / "nn-compile"
TARGETS = ["x86-64-v1", "cortex-m0", "aarch64", "x86-64-v2", "cortex-m3", "cortex-m55", "x86-64-v4", "cortex-m4", "x86-64-v3", "cortex-m7", "cortex-m33"]
ACCEPTED = {0, 1}  # compiled; refused with a message
TIMEOUT = 300


def compile_case(name, model, target):
    """(what was compiled, complaint or None, whether there is an object)"""
    what = f"{name} for {target}"
    with tempfile.TemporaryDirectory() as folder:
        command = [NN_COMPILE, model, f"--target={target}", "--emit=obj", "-o", f"{folder}/model.o"]
        try:
            process = subprocess.run(command, capture_output=True, text=True, timeout=TIMEOUT, cwd=folder)
        except subprocess.TimeoutExpired:
            return what, f"no end after {TIMEOUT} s", False
    if process.returncode in ACCEPTED:
        return what, None, process.returncode == 0
    return what, f"exit {process.returncode}: {process.stderr.strip()[:600]}", False


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--every", type=int, default=12)
    parser.add_argument("--targets", type=int, default=1)
    parser.add_argument("--filter", default="")
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--jobs", type=int, default=2)
    options = parser.parse_args()
    selected = [c for c in cases() if options.filter in c[0]][::options.every]
    pairs = [(name, model, TARGETS[(options.first + i * options.targets + k) % len(TARGETS)])
             for i, (name, model, _) in enumerate(selected) for k in range(options.targets)]
    with concurrent.futures.ThreadPoolExecutor(options.jobs) as pool:
        compiled = failed = 0
        for what, complaint, has_object in pool.map(lambda pair: compile_case(*pair), pairs):
            compiled += has_object
            failed += complaint is not None
            if complaint:
                print(f"FAIL: {what}: {complaint}", flush=True)
    print(f"{compiled} of {len(pairs)} models compiled")
    print(json.dumps({"passed": len(pairs) - failed, "failed": failed}))
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()

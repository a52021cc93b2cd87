"""Executes text tests: each function is computed before and after its passes, on seeded random inputs, by lib/Reference.

usage: executed.py FILE_OR_FOLDER ...
The passes are those of the RUN lines of each file. A line `// COMPARE: OPTIONS` gives options of compare-by-reference,
such as --tolerance=0 where a pass keeps every bit. Files whose passes leave nn are not given to this script.
Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""

import pathlib
import re
import shlex
import subprocess
import sys


def pipelines(text, path):
    """The pass pipelines of the RUN lines, from either way to write them."""
    for line in re.findall(r"^// RUN: +(?:not +)?nn-opt (.*)$", text.replace("\\\n// RUN:", ""), re.M):
        words = shlex.split(line.split("|")[0])
        full = [w.split("=", 1)[1] for w in words if w.lstrip("-").startswith("pass-pipeline=")]
        single = [re.fullmatch(r"--?(nnc-[\w-]+)(?:=(.*))?", w) for w in words]
        single = [m.group(1) + (f"{{{m.group(2)}}}" if m.group(2) else "") for m in single if m]
        if full:
            yield full[0]
        elif single:
            yield f"builtin.module(func.func({','.join(single)}))"
        else:
            sys.exit(f"{path}: no passes in '{line}'")


def execute(path):
    """One line for each file and pipeline; whether all agree."""
    text = path.read_text()
    options = [o for line in re.findall(r"^// COMPARE: (.*)$", text, re.M) for o in line.split()]
    found = list(pipelines(text, path))
    if not found:
        sys.exit(f"{path}: no RUN line with nn-opt")
    good = True
    for pipeline in found:
        run = subprocess.run(["compare-by-reference", str(path), f"--pass-pipeline={pipeline}", *options],
                             capture_output=True, text=True)
        print(f"{path.name} [{pipeline}]: {run.stdout.strip()}")
        if run.returncode:
            print(f"ended with {run.returncode}\n{run.stderr}")
            good = False
    return good


def main():
    files = []
    for argument in map(pathlib.Path, sys.argv[1:]):
        files += sorted(argument.glob("*.mlir")) if argument.is_dir() else [argument]
    if not files:
        sys.exit("executed.py: no text tests")
    results = [execute(path) for path in files]
    sys.exit(0 if all(results) else 1)


main()

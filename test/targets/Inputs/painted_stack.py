"""Measures the stack of a compiled model and compares it with the stated bound; the results are compared with the reference.

usage: painted_stack.py MODEL TARGET
Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""

import json
import pathlib
import re
import subprocess
import sys
import tempfile

EMBEDDED = pathlib.Path(__file__).resolve().parents[2] / "embedded"
RUNTIME = EMBEDDED.parents[1] / "runtime" / "include"


def run(*command):
    return subprocess.run([str(c) for c in command], check=True, stdout=subprocess.PIPE, text=True).stdout


def on_this_machine(model, target):
    """Stack used and bound: a C program runs the object in a thread with a painted stack."""
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        run("nn-compile", model, f"--target={target}", "--name=painted", "-o", folder)
        program = folder / "painted_stack"
        run("clang-22", "-O2", "-DMODEL=painted", "-DMODEL_UPPER=PAINTED", '-DHEADER="painted.h"', "-I", folder, "-I", RUNTIME,
            EMBEDDED / "painted_stack.c", folder / "libpainted.a", "-pthread", "-Wl,-z,now", "-o", program)
        bound = re.search(r"#define PAINTED_STACK_MAX (\d+)u", (folder / "painted.h").read_text())
        run("nn-run", model, f"--target={target}", "--reference", "--of-largest", "--rtol=1e-5")
        return int(run(program)), int(bound.group(1))


def emulated(model, target):
    result = json.loads(run("nn-run", model, f"--target={target}", "--reference", "--of-largest", "--rtol=1e-5", "--json"))
    return result["stack_bytes"], result["stack_bound_bytes"]


model, target = sys.argv[1:]
used, bound = (on_this_machine if target.startswith("x86") else emulated)(model, target)
print(f"{target}: {'within' if 0 < used <= bound else 'BEYOND'} its bound: {used} of {bound} bytes")

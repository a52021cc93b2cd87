"""Writes the lit tests of this folder: one per case of inputs.py, with the exit code and the message that nn-compile gives today.

usage: generate.py NN-COMPILE     read what changed before you commit it: a test here is a promise to the model's owner
Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""

import pathlib
import subprocess
import sys
import tempfile

import inputs

HERE = pathlib.Path(__file__).resolve().parent


def messages(text, path):
    """The lines of a report as FileCheck patterns; the model's folder is not part of them."""
    for line in text.strip().splitlines():
        line = line.replace("[[", "{{\\[\\[}}").replace(f"{path.parent}/", "")
        yield line.replace(path.name, "{{.*}}").strip()


def test_of(name, compiler, folder):
    path = folder / "model.onnx"
    subprocess.run([sys.executable, HERE / "inputs.py", name, path], check=True)
    process = subprocess.run([compiler, path, "-o", folder / "out"], capture_output=True, text=True, timeout=60)
    what = (inputs.CASES[name].__doc__ or name.replace("-", " ")).strip().splitlines()[0]
    lines = [what,
             f"RUN: rm -rf %t && mkdir -p %t && %python %S/inputs.py {name} %t/model.onnx",
             f"RUN: %python %S/expect_exit.py {process.returncode} %t/out nn-compile %t/model.onnx -o %t/out | FileCheck %s"]
    if process.returncode == 0:
        lines[-1] = "RUN: nn-compile %t/model.onnx -o %t/out && test -s %t/out/model.report.json"
    else:
        lines += [f"{'CHECK' if i == 0 else 'CHECK-NEXT'}: {line}" for i, line in enumerate(messages(process.stderr, path))]
    return "\n".join(lines) + "\n"


def main():
    for name in inputs.CASES:
        with tempfile.TemporaryDirectory() as folder:
            (HERE / f"{name}.test").write_text(test_of(name, sys.argv[1], pathlib.Path(folder)))


if __name__ == "__main__":
    main()

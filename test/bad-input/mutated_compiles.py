"""Compiles damaged variants of random models to the end: each gives all artifacts, or none and a message.

usage: mutated_compiles.py FOLDER [--count N] [--seed N] [--models N]
A variant that ends with another code than 0 or 1, by a signal, without a message, with part of its artifacts, or after more than 20 seconds stays in
FOLDER, with the command to repeat it.
Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""

import argparse
import concurrent.futures
import os
import pathlib
import shutil
import subprocess
import sys

import onnx

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "random"))
from generate import random_model  # noqa: E402

VARIANTS = [["-O0"], ["-O1", "--target=x86-64-v3"], ["-O0", "--target=cortex-m4"], ["-O1", "--io-in-arena"]]


def problem(path, out):
    """What is wrong with the compilation of a variant; empty when nothing is."""
    options = VARIANTS[int(path.stem) % len(VARIANTS)]
    command = ["nn-compile", str(path), "--name=mutant", *options, "-o", str(out)]
    try:
        process = subprocess.run(command, capture_output=True, text=True, errors="replace", timeout=20, env={**os.environ, "TMPDIR": str(path.parent)})
    except subprocess.TimeoutExpired:
        return 0, f"takes longer than 20 seconds: {' '.join(command)}"
    files = sorted(os.listdir(out)) if out.exists() else None
    shutil.rmtree(out, ignore_errors=True)
    if process.returncode == 0 and files == ["libmutant.a", "mutant.h", "mutant.report.json"]:
        return 1, ""
    if process.returncode == 1 and files is None and "nn-compile: error: " in process.stderr:
        return 0, ""
    return 0, f"code {process.returncode}, files {files}: {' '.join(command)}\n{process.stderr[:600]}"


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("--count", type=int, default=300)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--models", type=int, default=40)
    arguments = parser.parse_args()
    shutil.rmtree(arguments.folder, ignore_errors=True)
    (arguments.folder / "sound").mkdir(parents=True)
    sound = []
    for seed in range(arguments.models):
        sound.append(arguments.folder / "sound" / f"{seed}.onnx")
        onnx.save(random_model(seed)[0], sound[-1])
    subprocess.run(["mutate-models", f"--write={arguments.folder}", str(arguments.count), str(arguments.seed), *map(str, sound)], check=True)
    paths = [arguments.folder / f"{i}.onnx" for i in range(arguments.count)]
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        results = list(pool.map(lambda path: problem(path, path.with_suffix("")), paths))
    for path, (_, text) in zip(paths, results):
        if text:
            print(text)
        else:
            path.unlink()
    failed = sum(bool(text) for _, text in results)
    print(f"{sum(good for good, _ in results)} of {len(results)} compiled, {failed} went wrong")
    sys.exit(bool(failed))


if __name__ == "__main__":
    main()

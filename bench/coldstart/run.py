"""From the start of a process to the first result of a network: a C program with the compiled object beside other engines.

usage: run.py [--runs N] [--target T] [--engines LIST] [--json FILE] [NETWORK | MODEL.onnx]
Every program is started anew N times, in turn. Printed are medians: processor time of the process until the first result, of a later run (the shortest of
nine), and the largest resident size. Files are in the page cache. From the other engines, which start from Python, the time and size of a
bare interpreter with numpy are taken off. Exit code 1 where ours takes more than 10 ms beyond a steady run, or more memory than weights, arena and 2 MB.
Packages: bench/models/requirements.txt. Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""

import argparse
import json
import pathlib
import statistics
import subprocess
import sys
import tempfile

import numpy

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parents[1]
sys.path.insert(0, str(HERE.parent / "models"))
from compiled import NN_COMPILE, NUMPY_TYPES  # noqa: E402
from engines import ENGINES, missing, pin  # noqa: E402
from networks import EXPORTED, real_folder, select, with_sizes  # noqa: E402

EXTRA_MS, EXTRA_KIB = 10, 2048


def our_program(network, path, options, folder):
    """The C program with the compiled model, statically linked, and the model's report."""
    command = [NN_COMPILE, path, "-o", folder, "--name=model", f"--target={options.target}", *[f"--dim={n}={s}" for n, s in network.dims.items()]]
    subprocess.run(command, check=True)
    report = json.loads((folder / "model.report.json").read_text())
    inputs, outputs = ([tensor["bytes"] for tensor in report[kind]] for kind in ("inputs", "outputs"))
    total = sum((size + 63) // 64 * 64 for size in inputs + outputs)
    program = folder / "ours"
    subprocess.run(["clang-22", "-O2", "-Wall", "-Wextra", "-Werror", "-static", "-fuse-ld=lld", "-I", folder, "-I", ROOT / "runtime" / "include",
                    f"-DINPUT_BYTES={','.join(map(str, inputs))}", f"-DOUTPUT_BYTES={','.join(map(str, outputs))}", f"-DTOTAL_BYTES={total}",
                    HERE / "ours.c", folder / "libmodel.a", "-o", program], check=True)
    return program, report


def measured(command):
    run = subprocess.run([str(part) for part in command], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    if run.returncode:
        raise RuntimeError((run.stderr.strip().splitlines() or [f"exit code {run.returncode}"])[-1])
    return json.loads(run.stdout.strip().splitlines()[-1])


def medians(commands, runs):
    """For each program its median figures, or why it has none. The first start of each only fills caches."""
    samples, errors = {name: [] for name in commands}, {}
    for i in range(runs + 1):
        for name, command in commands.items():
            try:
                result = None if name in errors else measured(command)
            except RuntimeError as error:
                errors[name] = str(error)
                continue
            if i and result:
                samples[name].append(result)
    return {name: {key: statistics.median(s[key] for s in all_) for key in all_[0]} for name, all_ in samples.items() if all_}, errors


def commands_of(network, path, options, folder):
    """name -> command; and our report."""
    program, report = our_program(network, path, options, folder)
    generator = numpy.random.default_rng(7)
    data = folder / "inputs.npz"
    numpy.savez(data, **{t["name"]: generator.random(t["shape"]).astype(NUMPY_TYPES[t["type"]]) for t in report["inputs"]})
    sized = with_sizes(path, network.dims, folder)
    python = [sys.executable, HERE / "theirs.py", options.cache]
    return {"ours": [program], "bare": python, **{name: [*python, name, sized, data] for name in options.engines}}, report


def rows_of(figures):
    """Ours, and the others above the bare interpreter."""
    bare = figures.get("bare", {"first_ms": 0, "peak_kib": 0})
    for name in ("ours", *ENGINES):
        if name in figures:
            base = {"first_ms": 0, "peak_kib": 0} if name == "ours" else bare
            row = figures[name]
            yield {"engine": name, "first_ms": row["first_ms"] - base["first_ms"], "steady_ms": row["steady_ms"],
                   "extra_ms": row["first_ms"] - base["first_ms"] - row["steady_ms"], "peak_mb": (row["peak_kib"] - base["peak_kib"]) / 1024}


def print_table(network, rows, memory, errors):
    print(f"{network.title:22} {'first result ms':>16} {'steady ms':>10} {'difference ms':>14} {'peak memory MB':>15}")
    for row in rows:
        title = "ours" if row["engine"] == "ours" else ENGINES[row["engine"]].title
        print("{:22} {first_ms:16.1f} {steady_ms:10.2f} {extra_ms:14.1f} {peak_mb:15.1f}".format(title, **row))
    for name, error in errors.items():
        print(f"{name}: {error}")
    weights, arena = memory["constant_bytes"] / 2**20, memory["arena_bytes"] / 2**20
    print(f"ours: weights {weights:.1f} MB + arena {arena:.1f} MB + {rows[0]['peak_mb'] - weights - arena:.1f} MB of inputs, outputs, code and C library")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("model", nargs="?", default="mobilenet_v2", metavar="NETWORK|MODEL.onnx")
    parser.add_argument("--runs", type=int, default=9)
    parser.add_argument("--target", default="native")
    parser.add_argument("--engines", default=",".join(ENGINES))
    parser.add_argument("--networks", type=pathlib.Path, default=EXPORTED, help="folder that export.py wrote to")
    parser.add_argument("--real", default=real_folder(), help="folder of real models (default: NNC_TEST_MODELS)")
    parser.add_argument("--cache", type=pathlib.Path, default=EXPORTED, help="folder for converted models")
    parser.add_argument("--json", type=pathlib.Path, help="write all figures")
    options = parser.parse_args()
    options.engines = [name for name in options.engines.split(",") if name in ENGINES and not missing(name)]
    pin()
    chosen, absent = select([options.model], options.networks, options.real)
    if absent:
        sys.exit(absent[0])
    network, path = chosen[0]
    with tempfile.TemporaryDirectory() as folder:
        commands, report = commands_of(network, path, options, pathlib.Path(folder))
        figures, errors = medians(commands, options.runs)
    if "ours" not in figures:
        sys.exit(f"our program fails: {errors['ours']}")
    rows, memory = list(rows_of(figures)), report["memory"]
    print_table(network, rows, memory, errors)
    if options.json:
        options.json.write_text(json.dumps({"model": network.name, "rows": rows, "constant_bytes": memory["constant_bytes"],
                                            "arena_bytes": memory["arena_bytes"]}, indent=1) + "\n")
    needed = memory["constant_bytes"] + memory["arena_bytes"]
    sys.exit(rows[0]["extra_ms"] > EXTRA_MS or rows[0]["peak_mb"] * 2**20 > needed + EXTRA_KIB * 1024)


if __name__ == "__main__":
    main()

"""Runs random layers out of compiled objects and compares each element of their results with the error bound that the compiler states.

usage: convolutions.py KIND TARGET [--layers N] [--alike N] [--first SEED] [--of-bound X] [--jobs N] [--emulated]
KIND: transformed (convolutions by Winograd's filtering and by frequencies, the bound is that of the report) or direct (direct sums and pools, the bound is that
of docs/numerics.md). TARGET: x86-64-v1 to x86-64-v4, or aarch64; where this machine lacks its instructions, an emulator runs the program.
  --layers    layers, each with filters and images of its own (default: 200)
  --alike     how many of them share a shape, and so a function (default: 10)
  --of-bound  the share of the bound that an error may reach (default: 1)
  --emulated  by the emulator, also where this machine has the instructions
Exact results are sums in double precision. Printed is, for each way to compute a layer, the largest share of the bound that an error reached. The exit code is
1 where one is larger than allowed. Objects run between fences, images and results lie in memory in several ways. Part of nn-compile.
SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""

import argparse
import collections
import concurrent.futures
import json
import pathlib
import subprocess
import sys
import tempfile

import numpy as np

import direct_layers
import transformed_layers
from layer_models import LAYOUTS, PlacedLayer, save_model

ROOT = pathlib.Path(__file__).resolve().parents[2]
HARNESS = ROOT / "runtime" / "emulation" / "harness.c"
sys.path.append(str(ROOT / "test"))
import machines  # noqa: E402

SHAPES_OF_A_MODEL = 6
KINDS = {"transformed": (transformed_layers.random_shape, transformed_layers.TransformedLayer),
         "direct": (direct_layers.random_shape, direct_layers.DirectLayer)}


def command(*words, **options):
    run = subprocess.run([str(word) for word in words], capture_output=True, text=True, **options)
    if run.returncode:
        raise RuntimeError(f"{' '.join(map(str, words))} ended with {run.returncode}: {run.stdout}{run.stderr}")


def header(report):
    """What the harness must know of a model."""
    sizes = {key: [tensor["bytes"] for tensor in report[key]] for key in ("inputs", "outputs")}
    room = 64 + sum((n + 63) // 64 * 64 + 64 for n in sizes["inputs"] + sizes["outputs"])
    arena = report["memory"]["arena_bytes"]
    values = {"FUNCTION": "layers_run", "ARENA_SIZES": arena, "ARENA_PLACES": 64, "ARENA_BLOCK": 64 + (arena + 63) // 64 * 64 + 64, "IO_BYTES": f"{room}u", "RUNS": 1, "IO_IN_ARENA": 0,
              "INPUT_BYTES": ", ".join(map(str, sizes["inputs"])), "OUTPUT_BYTES": ", ".join(map(str, sizes["outputs"]))}
    return "".join(f"#define NNRUN_{name} {value}\n" for name, value in values.items())


def run_layers(placed, options, folder):
    """The layers' results, and by the layers' names what the report says of the convolutions."""
    save_model(placed, folder / "layers.onnx", folder / "plan.json")
    command("nn-compile", folder / "layers.onnx", f"--target={options.target}", f"--conv-plan={folder / 'plan.json'}", "--max-conv-error=1",
            "--name=layers", "-o", folder)
    report = json.loads((folder / "layers.report.json").read_text())
    (folder / "nnrun_model.h").write_text(header(report))
    command(*machines.linker(options.target), "-O1", "-std=c11", "-I", folder, HARNESS, folder / "liblayers.a", "-o", folder / "program")
    np.concatenate([array.ravel() for one in placed for array in one.inputs]).tofile(folder / "inputs.bin")
    command(*machines.runner(options.target, options.emulated), "./program", cwd=folder)
    ends = np.cumsum([tensor["elements"] for tensor in report["outputs"]])
    outputs = np.split(np.fromfile(folder / "outputs.bin", np.float32), ends[:-1])
    chosen = {convolution["layer"]: convolution["candidates"][0] for convolution in report["convolutions"]}
    return [one.computed(output) for one, output in zip(placed, outputs, strict=True)], chosen


def shares(placed, options):
    """Each layer with the largest share of its bound that an error reaches."""
    with tempfile.TemporaryDirectory() as folder:
        results, chosen = run_layers(placed, options, pathlib.Path(folder))
    found = []
    for i, (one, result) in enumerate(zip(placed, results)):
        error = np.abs(result - one.layer.exact())
        with np.errstate(divide="ignore", invalid="ignore"):
            share = np.where(error == 0, 0, error / (one.layer.bound(chosen.get(f"layer{i}")) * one.layer.scale()))
        found.append((one, float(share.max(initial=0))))  # of numbers that are none this is none
    return found


def random_models(options):
    """Lists of layers, each for one model."""
    rng = np.random.default_rng([options.first, len(options.target)])
    random_shape, make = KINDS[options.kind]
    models = []
    for i in range(options.layers):
        if i % (SHAPES_OF_A_MODEL * options.alike) == 0:
            models.append([])
        if i % options.alike == 0:
            number = options.first + i // options.alike
            shape, layout = random_shape(rng, number), LAYOUTS[int(rng.integers(len(LAYOUTS)))]
        models[-1].append(PlacedLayer(make(rng, shape), layout, rng))
    return models


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("kind", choices=KINDS)
    parser.add_argument("target")
    for name, kind, default in (("layers", int, 200), ("alike", int, 10), ("first", int, 1), ("of-bound", float, 1), ("jobs", int, 1)):
        parser.add_argument(f"--{name}", type=kind, default=default)
    parser.add_argument("--emulated", action="store_true")
    options = parser.parse_args()
    if obstacle := machines.why_not(options.target):
        sys.exit(f"cannot run code for {options.target}: {obstacle}")
    largest, failed = collections.defaultdict(float), 0
    with concurrent.futures.ThreadPoolExecutor(options.jobs) as pool:
        for found in pool.map(lambda placed: shares(placed, options), random_models(options)):
            for one, share in found:
                largest[one.layer.way] = max(largest[one.layer.way], share)
                if not share <= options.of_bound:
                    failed += 1
                    print(f"FAIL: {share:.3f} of the bound: {one.layer}, {one.layout}")
    for way, share in sorted(largest.items()):
        print(f"{way}: at most {share:.3f} of the bound")
    print(f"{options.layers} layers for {options.target}, {failed} beyond {options.of_bound:g} of the bound; closest {max(largest.values()):.3f}")
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()

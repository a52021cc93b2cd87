"""Compiles one convolution of random odd size for each seed with --conv-algorithm=ALGORITHM, runs it and compares with the reference.

usage: run_transformed.py ALGORITHM TARGET FIRST COUNT [options of nn-run ...]
ALGORITHM: winograd or fft. nn-run itself runs on an emulator where this machine lacks the instructions of an x86-64 level. Extra operands (bias, residual, activation) pass through the epilogue. Part of nn-compile.
SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""

import pathlib
import random
import shutil
import subprocess
import sys
import tempfile

import numpy
from onnx import TensorProto, helper, numpy_helper, save

sys.path.append(str(pathlib.Path(__file__).resolve().parents[3]))
import machines  # noqa: E402

# Sides of filters, and the bound: of F(6, 3) and F(4, 5), or of frequencies, for sums of unit normal numbers.
CASES = {"winograd": ([(3, 3), (3, 3), (5, 5)], 1e-4), "fft": ([(5, 5), (7, 7), (3, 9), (11, 6), (15, 13)], 1e-5)}


def model(seed, kernels):
    rng, values = random.Random(seed), numpy.random.default_rng(seed)
    kernel = rng.choice(kernels)
    batch, channels, maps = rng.choice([1, 1, 2]), rng.choice([1, 5, 8, 19]), rng.choice([1, 4, 11, 24, 37])
    pads = [rng.randrange(r) for r in 2 * kernel]
    size = [rng.randrange(r, 24) for r in kernel]
    result = [size[d] + pads[d] + pads[d + 2] - kernel[d] + 1 for d in range(2)]
    constants = [numpy_helper.from_array(values.standard_normal(shape).astype("float32"), name)
                 for name, shape in (("w", (maps, channels, *kernel)), ("b", (maps,)))]
    inputs = [helper.make_tensor_value_info("x", TensorProto.FLOAT, [batch, channels, *size])]
    nodes = [helper.make_node("Conv", ["x", "w"] + ["b"] * rng.randrange(2), ["c"], pads=pads)]
    last = "c"
    if rng.random() < 0.5:
        inputs.append(helper.make_tensor_value_info("z", TensorProto.FLOAT, [batch, maps, *result]))
        nodes.append(helper.make_node("Add", [last, "z"], ["s"]))
        last = "s"
    nodes.append(helper.make_node(rng.choice(["Relu", "Sigmoid", "HardSwish"]), [last], ["y"]))
    output = helper.make_tensor_value_info("y", TensorProto.FLOAT, [batch, maps, *result])
    graph = helper.make_graph(nodes, "g", inputs, [output], constants)
    return helper.make_model(graph, ir_version=9, opset_imports=[helper.make_opsetid("", 17)])


def main():
    algorithm, target, first, count = sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4])
    kernels, tolerance = CASES[algorithm]
    options = [f"--target={target}", f"--conv-algorithm={algorithm}", "--max-conv-error=1"]
    runner = machines.runner(target) if target.startswith("x86-64-v") else []
    tool = [*runner, shutil.which("nn-run")]
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder, "m.onnx")
        for seed in range(first, first + count):
            save(model(seed, kernels), path)
            lowered = subprocess.run(["nn-compile", path, *options, "--compile-to=kernel", "--emit=mlir", "-o", "-"],
                                     capture_output=True, text=True, check=True).stdout
            if f"kernel.{algorithm} " not in lowered:
                sys.exit(f"seed {seed}: no kernel.{algorithm}")
            run = subprocess.run([*tool, path, *options, "--reference", "--of-largest", f"--rtol={tolerance}", "--seed", str(seed), *sys.argv[5:]],
                                 capture_output=True, text=True)
            if run.returncode:
                sys.exit(f"seed {seed}: {run.stdout}{run.stderr}")
    print(f"{count} convolutions agree")


main()

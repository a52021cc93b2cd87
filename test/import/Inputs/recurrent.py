"""Compares recurrent layers of random sizes, attributes and optional inputs in compiled objects with ONNX Runtime.

usage: recurrent.py FOLDER [--first SEED] [--count N] [--steps N] [options of nn-run ...]
With `--steps` all layers have so many steps, the usual functions and small weights for the state, so that rounding errors fade.
ONNX Runtime knows no batch-first layout: its operands and results are transposed here. Part of nn-compile.
SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""

import argparse
import pathlib
import random
import subprocess
import sys

import numpy
import onnx
import onnxruntime
from onnx import TensorProto, helper, numpy_helper

FUNCTIONS = ["Relu", "Tanh", "Sigmoid", "Affine", "LeakyRelu", "ThresholdedRelu", "ScaledTanh", "HardSigmoid", "Elu", "Softsign", "Softplus"]
ALPHA = {"Affine", "LeakyRelu", "ThresholdedRelu", "ScaledTanh", "HardSigmoid", "Elu"}
BETA = {"Affine", "ScaledTanh", "HardSigmoid"}
GATES = {"RNN": 1, "GRU": 3, "LSTM": 4}
COUNT = {"RNN": 1, "GRU": 2, "LSTM": 3}


def attributes(rng, op, directions):
    result = {"direction": "bidirectional" if directions == 2 else rng.choice(["forward", "reverse"])}
    if rng.random() < 0.4:
        names = [rng.choice(FUNCTIONS) for _ in range(COUNT[op] * directions)]
        result["activations"] = names
        result["activation_alpha"] = [rng.uniform(0.1, 0.9) for n in names if n in ALPHA]
        result["activation_beta"] = [rng.uniform(0.1, 0.9) for n in names if n in BETA]
        result = {name: value for name, value in result.items() if value}
    if rng.random() < 0.3:
        result["clip"] = rng.uniform(0.3, 1.5)
    if op == "GRU":
        result["linear_before_reset"] = rng.randrange(2)
    if op == "LSTM" and rng.random() < 0.3:
        result["input_forget"] = 1
    return result


def operands(rng, numbers, op, directions, steps, batch, inputs, hidden):
    """(name, value or None) of all operands."""
    def normal(*shape):
        return (0.5 * numbers.standard_normal(shape)).astype("float32")

    rows = GATES[op] * hidden
    result = [("x", normal(steps, batch, inputs)), ("w", normal(directions, rows, inputs)), ("r", normal(directions, rows, hidden)),
              ("b", normal(directions, 2 * rows)), ("lengths", numbers.integers(1, steps + 1, batch).astype("int32")),
              ("h", normal(directions, batch, hidden)), ("c", normal(directions, batch, hidden)), ("p", normal(directions, 3 * hidden))]
    result = result[:8 if op == "LSTM" else 6]
    return [(name, value if i < 3 or rng.random() < 0.5 else None) for i, (name, value) in enumerate(result)]


def model(op, kinds, values, fixed, layout):
    """A model of one node; operands in `fixed` are initializers."""
    outputs = ["y", "yh", "yc"][:3 if op == "LSTM" else 2]
    node = helper.make_node(op, [name if value is not None else "" for name, value in values], outputs, **kinds, **({"layout": 1} if layout else {}))
    inputs = [helper.make_tensor_value_info(n, helper.np_dtype_to_tensor_dtype(v.dtype), v.shape) for n, v in values if v is not None and n not in fixed]
    constants = [numpy_helper.from_array(v, n) for n, v in values if v is not None and n in fixed]
    graph = helper.make_graph([node], "one", inputs, [helper.make_tensor_value_info(n, TensorProto.FLOAT, None) for n in outputs], constants)
    return helper.make_model(graph, ir_version=9, opset_imports=[helper.make_opsetid("", 14)])


def run(seed, folder, options, many):
    rng, numbers = random.Random(seed), numpy.random.default_rng(seed)
    op, directions, layout = ["LSTM", "GRU", "RNN"][seed % 3], rng.choice([1, 1, 2]), rng.random() < 0.3
    steps, batch, inputs, hidden = rng.choice([1, 2, 5, 7]), rng.choice([1, 1, 2, 3]), rng.choice([1, 3, 10]), rng.choice([1, 5, 8, 19])
    kinds = attributes(rng, op, directions) | {"hidden_size": hidden}
    if many:
        steps, kinds = many, {name: value for name, value in kinds.items() if not name.startswith("activation")}
    values = operands(rng, numbers, op, directions, steps, batch, inputs, hidden)
    if many:
        values[2] = "r", values[2][1] / (2 * hidden**0.5)
    fixed = {"w", "r", "b", "p"} if rng.random() < 0.8 else set()
    feeds = {n: v for n, v in values if v is not None and n not in fixed}
    runtime = onnxruntime.InferenceSession(model(op, kinds, values, fixed, False).SerializeToString(), providers=["CPUExecutionProvider"])
    names, results = [o.name for o in runtime.get_outputs()], runtime.run(None, feeds)
    if layout:
        values = [(n, numpy.ascontiguousarray(v.swapaxes(0, 1)) if v is not None and n in ("x", "h", "c") else v) for n, v in values]
        feeds = {n: v for n, v in values if v is not None and n not in fixed}
        results = [r.transpose(2, 0, 1, 3) if r.ndim == 4 else r.swapaxes(0, 1) for r in results]
    onnx.save(model(op, kinds, values, fixed, layout), folder / "model.onnx")
    numpy.savez(folder / "in.npz", **feeds)
    numpy.savez(folder / "out.npz", **dict(zip(names, map(numpy.ascontiguousarray, results))))
    done = subprocess.run(["nn-run", folder / "model.onnx", "-i", folder / "in.npz", "--compare", folder / "out.npz", "--of-largest", "--rtol=2e-5", "--quiet",
                           *options], capture_output=True, text=True)
    if done.returncode:
        print(f"seed {seed}: {op} {steps} {batch} {inputs} {hidden} layout {layout} {kinds} {[n for n, v in values if v is not None]}\n{done.stdout}{done.stderr}")
    return done.returncode != 0


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--count", type=int, default=36)
    parser.add_argument("--steps", type=int)
    arguments, options = parser.parse_known_args()
    arguments.folder.mkdir(parents=True, exist_ok=True)
    failed = sum(run(seed, arguments.folder, options, arguments.steps) for seed in range(arguments.first, arguments.first + arguments.count))
    print(f"{arguments.count - failed} layers agree, {failed} do not")
    sys.exit(failed != 0)


main()

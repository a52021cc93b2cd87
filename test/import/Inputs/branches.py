"""Compares models of nested If nodes, decided by shapes and by a bound input, with ONNX Runtime on seeded random data.

usage: branches.py FOLDER
Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""

import pathlib
import random
import subprocess
import sys

import numpy
import onnx
import onnxruntime
from onnx import TensorProto, helper, numpy_helper

folder = pathlib.Path(sys.argv[1])
folder.mkdir(parents=True, exist_ok=True)


class Builder:
    """Bodies of random operators; each `If` asks for the size of a dimension of the outer input x, or for the input `mode`."""

    def __init__(self, seed):
        self.rng, self.numbers, self.count = random.Random(seed), numpy.random.default_rng(seed), 0

    def fresh(self, what):
        self.count += 1
        return f"{what}{self.count}"

    def condition(self, nodes, constants):
        wanted, equal = self.fresh("wanted"), self.fresh("equal")
        if self.rng.random() < 0.3:
            size = "mode"
            constants.append(numpy_helper.from_array(numpy.int64(self.rng.choice([0, 1])), wanted))
        else:
            axis, shape, size = self.fresh("axis"), self.fresh("shape"), self.fresh("size")
            constants += [numpy_helper.from_array(numpy.int64(self.rng.randrange(3)), axis),
                          numpy_helper.from_array(numpy.int64(self.rng.choice([2, 5, 7])), wanted)]
            nodes += [helper.make_node("Shape", ["x"], [shape]), helper.make_node("Gather", [shape, axis], [size])]
        nodes.append(helper.make_node("Equal", [size, wanted], [equal]))
        return equal

    def body(self, depth, value):
        """Operators on a value of the graph around: (nodes, initializers, name of the result)."""
        nodes, constants = [], []
        for _ in range(self.rng.randint(1, 3)):
            result = self.fresh("v")
            kind = self.rng.choice(["Relu", "Tanh", "Add", "Mul", "If", "If"])
            if kind == "If" and depth > 0:
                branches = {name: self.graph(depth - 1, value) for name in ("then_branch", "else_branch")}
                nodes.append(helper.make_node("If", [self.condition(nodes, constants)], [result], **branches))
            elif kind in ("Relu", "Tanh", "If"):
                nodes.append(helper.make_node("Tanh" if kind == "If" else kind, [value], [result]))
            else:
                other = self.fresh("c")
                constants.append(numpy_helper.from_array(self.numbers.standard_normal(7).astype("float32"), other))
                nodes.append(helper.make_node(kind, [value, other], [result]))
            value = result
        return nodes, constants, value

    def graph(self, depth, value):
        nodes, constants, result = self.body(depth, value)
        return helper.make_graph(nodes, self.fresh("body"), [], [helper.make_tensor_value_info(result, TensorProto.FLOAT, None)], constants)


def main():
    branches = 0
    for seed in range(12):
        builder = Builder(seed)
        nodes, constants, result = builder.body(3, "x")
        nodes.append(helper.make_node("Identity", [result], ["y"]))
        inputs = [helper.make_tensor_value_info("x", TensorProto.FLOAT, [2, 5, 7]), helper.make_tensor_value_info("mode", TensorProto.INT64, [])]
        graph = helper.make_graph(nodes, "g", inputs, [helper.make_tensor_value_info("y", TensorProto.FLOAT, [2, 5, 7])], constants)
        model = helper.make_model(graph, ir_version=9, opset_imports=[helper.make_opsetid("", 17)])
        onnx.save(model, folder / "model.onnx")
        branches += str(model).count('op_type: "If"')
        x, mode = builder.numbers.standard_normal((2, 5, 7)).astype("float32"), numpy.int64(seed % 2)
        (y,) = onnxruntime.InferenceSession(folder / "model.onnx", providers=["CPUExecutionProvider"]).run(None, {"x": x, "mode": numpy.array(mode)})
        numpy.savez(folder / "x.npz", x=x)
        numpy.savez(folder / "y.npz", y=y)
        (folder / "mode.pb").write_bytes(numpy_helper.from_array(numpy.array(mode), "mode").SerializeToString())
        run = subprocess.run(["nn-run", folder / "model.onnx", "--bind", f"mode={folder / 'mode.pb'}", "-i", folder / "x.npz", "--compare", folder / "y.npz",
                              "--of-largest", "--rtol=1e-5", "--quiet"], capture_output=True, text=True)
        if run.returncode:
            sys.exit(f"seed {seed}: {run.stdout}{run.stderr}")
    if branches < 12:
        sys.exit(f"only {branches} branches in 12 models")
    print(f"{branches} branches agree")


main()

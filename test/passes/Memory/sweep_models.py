"""Compiles chains of kernels whose results have to overlap their inputs, runs them on an emulated machine and compares with the reference.

usage: sweep_models.py FIRST COUNT [options of nn-run ...]
Each chain is a product that makes the first value, then two or three convolutions, depthwise convolutions or pools of random odd
shapes, and a mean: the arena is as small as the overlaps allow, so that each lead that decides is kept exactly. Prints how many layers
swept in each direction. Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""

import pathlib
import random
import re
import subprocess
import sys
import tempfile

import numpy
from onnx import TensorProto, helper, numpy_helper, save


class Chain:
    def __init__(self, seed):
        self.rng, self.values = random.Random(seed), numpy.random.default_rng(seed)
        self.nodes, self.constants, self.last = [], [], "x"
        self.channels = self.rng.choice([1, 2, 3, 5])
        self.spatial = self.rng.choice([1, 2, 2, 2])
        self.shape = [self.rng.choice([1, 1, 1, 2]), self.channels, *(self.rng.randrange(5, 14) for _ in range(self.spatial))]

    def emit(self, op, inputs=(), **attributes):
        name = f"v{len(self.nodes)}"
        self.nodes.append(helper.make_node(op, [self.last, *inputs], [name], **attributes))
        self.last = name

    def constant(self, *shape):
        name = f"w{len(self.constants)}"
        self.constants.append(numpy_helper.from_array(self.values.standard_normal(shape).astype("float32"), name))
        return name

    def product(self, maps, kernel, group=1, **attributes):
        self.emit("Conv", [self.constant(maps, self.channels // group, *kernel), self.constant(maps)], group=group, **attributes)
        self.channels = maps
        if self.rng.random() < 0.5:
            self.emit("Relu")

    def window(self, largest):
        """Kernel, strides, dilations and pads that leave at least one pixel of an image of at least four."""
        rng, dims = self.rng, range(self.spatial)
        kernel = [rng.randrange(1, largest + 1) for _ in dims]
        return kernel, {"strides": [rng.choice([1, 1, 2]) for _ in dims],
                        "pads": [rng.randrange(k) for k in kernel] + [rng.randrange(k) for k in kernel]}

    def add(self):
        kind = self.rng.choice(["pointwise", "conv", "depthwise", "depthwise", "pool"])
        if kind == "pointwise":
            return self.product(self.rng.randrange(1, 14), [1] * self.spatial, strides=[self.rng.choice([1, 1, 2])] * self.spatial)
        kernel, attributes = self.window(3)
        if kind == "pool":
            return self.emit(self.rng.choice(["MaxPool", "AveragePool"]), kernel_shape=kernel, **attributes)
        if kind == "conv":
            return self.product(self.rng.randrange(1, 9), kernel, **attributes)
        return self.product(self.channels, kernel, self.channels, **attributes)

    def model(self):
        self.product(self.rng.randrange(3, 14), [1] * self.spatial)
        for _ in range(self.rng.randrange(2, 4)):
            self.add()
        self.emit("GlobalAveragePool")
        tensors = [helper.make_tensor_value_info(name, TensorProto.FLOAT, shape) for name, shape in (("x", self.shape), (self.last, None))]
        graph = helper.make_graph(self.nodes, "g", tensors[:1], tensors[1:], self.constants)
        return helper.make_model(graph, ir_version=9, opset_imports=[helper.make_opsetid("", 22)])


def run(*command):
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode:
        sys.exit(f"{' '.join(map(str, command))}\n{done.stdout}{done.stderr}")
    return done.stdout


def main():
    first, count, options = int(sys.argv[1]), int(sys.argv[2]), sys.argv[3:]
    sweeps = {"ascending": 0, "descending": 0}
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder, "m.onnx")
        for seed in range(first, first + count):
            save(Chain(seed).model(), path)
            planned = run("nn-compile", path, *options, "--compile-to=memory", "-o", "-")
            for order in re.findall(r"rt\.sweep = #rt\.sweep<(\w+)", planned):
                sweeps[order] += 1
            run("nn-run", path, *options, "--reference", "--of-largest", "--rtol=1e-5", "--seed", str(seed), "--quiet")
    print(f"{count} chains agree, {sweeps['ascending']} layers ascending, {sweeps['descending']} descending")


main()

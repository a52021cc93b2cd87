"""Random whole models in ONNX: shared values, residual sums, parts of parts, several element types and results, odd shapes.

usage: generate.py SEED FILE.onnx    writes one model; the same seed gives the same model
Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""

import sys

import numpy
import onnx
from onnx import TensorProto, helper

from graph import Graph, NoFit
from operators import WEIGHTED

# What a model begins with: an image, a sequence, rows, anything.
SHAPES = {
    "image": lambda r: [r.choice([1, 1, 1, 2]), r.choice([1, 2, 3, 4, 5, 8, 16]), r.choice([5, 7, 8, 11, 13]), r.choice([4, 7, 9, 11, 16])],
    "sequence": lambda r: [r.choice([1, 1, 2]), r.choice([3, 7, 11]), r.choice([4, 5, 8, 13])],
    "rows": lambda r: [r.choice([1, 1, 3, 5]), r.choice([5, 8, 17, 31])],
    "any": lambda r: [r.choice([1, 2, 3, 5, 7]) for _ in range(r.randint(1, 5))],
}


def add_operators(graph, wanted):
    """Draws operators until `wanted` nodes stand; those that do not fit are drawn again."""
    kinds, weights = list(WEIGHTED), list(WEIGHTED.values())
    while len(graph.nodes) < wanted:
        try:
            graph.random.choices(kinds, weights)[0](graph)
        except NoFit:
            pass


def choose_outputs(graph):
    """Values that nobody reads, up to a few, and sometimes one that is read too."""
    read = {name for node in graph.nodes for name in node.input}
    computed = {name for node in graph.nodes for name in node.output}
    ends = [v for v in graph.values if v.name in computed and v.name not in read]
    inner = [v for v in graph.values if v.name in computed and v.name in read]
    outputs = ends[-graph.random.choice([1, 2, 3, 5, 8]):]
    if inner and (not outputs or graph.random.random() < 0.3):
        outputs.append(graph.random.choice(inner))
    if graph.random.random() < 0.05:
        copied = graph.emit("Identity", [graph.random.choice(graph.inputs)])
        outputs.append(copied)
    return outputs


def without_dead_nodes(graph, outputs):
    """Drops what leads to no output, so that importers see only what is computed; inputs stay, used or not."""
    needed = {v.name for v in outputs}
    kept = []
    for node in reversed(graph.nodes):
        if needed & set(node.output):
            kept.append(node)
            needed |= set(node.input)
    graph.nodes = kept[::-1]
    graph.constants = {name: tensor for name, tensor in graph.constants.items() if name in needed}
    graph.inputs = [v for v in graph.inputs if v.name in needed] or graph.inputs[:1]


def random_model(seed):
    """The model and one set of inputs for it, by name."""
    graph = Graph(seed)
    kind = graph.random.choices([TensorProto.FLOAT, TensorProto.DOUBLE, TensorProto.FLOAT16], [0.9, 0.05, 0.05])[0]
    family = graph.random.choices(list(SHAPES), [0.55, 0.15, 0.1, 0.2])[0]
    for _ in range(graph.random.choice([1, 1, 2, 3])):
        graph.add_input(SHAPES[family](graph.random), kind)
    add_operators(graph, graph.random.choice([3, 6, 10, 15, 25, 40]))
    outputs = choose_outputs(graph)
    without_dead_nodes(graph, outputs)
    inputs = {v.name: graph.numbers.standard_normal(v.shape).astype(helper.tensor_dtype_to_np_dtype(v.type)) for v in graph.inputs}
    return graph.model(outputs), inputs


if __name__ == "__main__":
    model, arrays = random_model(int(sys.argv[1]))
    onnx.save(model, sys.argv[2])
    numpy.savez(sys.argv[2].removesuffix(".onnx") + ".npz", **arrays)

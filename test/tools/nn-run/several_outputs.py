"""Writes a model whose intermediate tensors are second outputs, names without an operator of their own, and inner steps of a node; and its input.

usage: several_outputs.py FOLDER
Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""

import pathlib
import sys

import numpy
import onnx
from onnx import TensorProto, helper, numpy_helper

folder = pathlib.Path(sys.argv[1])
folder.mkdir(parents=True, exist_ok=True)
nodes = [
    helper.make_node("Split", ["x", "sizes"], ["first", "second"], name="split1", axis=1),
    helper.make_node("TopK", ["second", "two"], ["values", "places"], name="topk1", axis=1),
    helper.make_node("Identity", ["values"], ["same"], name="identity1"),
    helper.make_node("LayerNormalization", ["first", "scale"], ["normal", "mean"], name="norm1", axis=-1),
    helper.make_node("Cast", ["places"], ["real"], name="cast1", to=TensorProto.FLOAT),
    helper.make_node("Sum", ["same", "real", "normal", "mean"], ["y"], name="sum1"),
]
initializers = [numpy_helper.from_array(array, name) for name, array in (
    ("sizes", numpy.array([2, 5])), ("two", numpy.array([2])), ("scale", numpy.array([3, 5], numpy.float32)))]
graph = helper.make_graph(nodes, "g", [helper.make_tensor_value_info("x", TensorProto.FLOAT, [1, 7])],
                          [helper.make_tensor_value_info("y", TensorProto.FLOAT, [1, 2])], initializers)
onnx.save(helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8), folder / "model.onnx")
numpy.savez(folder / "x.npz", x=numpy.array([[2, 6, 11, 17, 13, 19, 3]], numpy.float32))

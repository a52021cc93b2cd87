"""Writes one model twice, with other weights: A.onnx and B.onnx; nothing else differs.

usage: other_weights.py FOLDER
Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""

import pathlib
import sys

import numpy
import onnx
from onnx import TensorProto, helper, numpy_helper

for seed, name in enumerate("AB"):
    weights = numpy_helper.from_array(numpy.random.default_rng(seed).standard_normal((7, 5), numpy.float32), "w")
    graph = helper.make_graph([helper.make_node("MatMul", ["x", "w"], ["y"], name="matmul1")], "g",
                              [helper.make_tensor_value_info("x", TensorProto.FLOAT, ["n", 7])], [helper.make_tensor_value_info("y", TensorProto.FLOAT, ["n", 5])], [weights])
    onnx.save(helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8), pathlib.Path(sys.argv[1]) / f"{name}.onnx")

"""Writes a model that takes seconds to compile: 150 convolutions, no two alike.

usage: slow_model.py FILE
Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""

import sys

import numpy
import onnx
from onnx import TensorProto, helper, numpy_helper

random = numpy.random.default_rng(3)
nodes, weights, channels = [], [], 3
for i in range(150):
    following = 3 + (i * 7) % 31
    weights.append(numpy_helper.from_array(random.standard_normal((following, channels, 3, 3), numpy.float32), f"w{i}"))
    nodes.append(helper.make_node("Conv", [f"x{i}", f"w{i}"], [f"x{i + 1}"], name=f"conv{i}", pads=[1, 1, 1, 1]))
    channels = following
graph = helper.make_graph(nodes, "g", [helper.make_tensor_value_info("x0", TensorProto.FLOAT, [1, 3, 17, 19])],
                          [helper.make_tensor_value_info("x150", TensorProto.FLOAT, None)], weights)
onnx.save(helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8), sys.argv[1])

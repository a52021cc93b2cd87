"""Writes a model with one convolution of large filters: 32 channels to 32 maps, "same" padding.

usage: large_filter.py ROWS MODEL.onnx
Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""

import sys

import numpy
from onnx import TensorProto, helper, numpy_helper, save

rows, path = int(sys.argv[1]), sys.argv[2]
weights = numpy.random.default_rng(rows).standard_normal((32, 32, rows, rows)).astype("float32")
node = helper.make_node("Conv", ["x", "w"], ["y"], pads=[rows // 2] * 4)
infos = [helper.make_tensor_value_info(name, TensorProto.FLOAT, [1, 32, 41, 37]) for name in ("x", "y")]
graph = helper.make_graph([node], "g", infos[:1], infos[1:], [numpy_helper.from_array(weights, "w")])
save(helper.make_model(graph, ir_version=9, opset_imports=[helper.make_opsetid("", 17)]), path)

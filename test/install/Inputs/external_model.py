"""Writes m.onnx, one product, with its weights in weights.bin.

usage: external_model.py FOLDER VALUE
Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""

import pathlib
import sys

import numpy
from onnx import TensorProto, external_data_helper, helper, numpy_helper, save

folder, value = pathlib.Path(sys.argv[1]), float(sys.argv[2])
weights = numpy_helper.from_array(numpy.full((4, 3), value, "float32"), "w")
external_data_helper.set_external_data(weights, "weights.bin")
graph = helper.make_graph([helper.make_node("MatMul", ["x", "w"], ["y"])], "g", [helper.make_tensor_value_info("x", TensorProto.FLOAT, [1, 4])],
                          [helper.make_tensor_value_info("y", TensorProto.FLOAT, [1, 3])], [weights])
save(helper.make_model(graph, ir_version=9, opset_imports=[helper.make_opsetid("", 17)]), folder / "m.onnx")

"""Writes a model whose input and output are integers that stand for real numbers.

usage: quantized_interface.py FILE
Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""

import sys

import numpy
from onnx import TensorProto, helper, numpy_helper, save

scale, zero = numpy_helper.from_array(numpy.float32(0.25), "s"), numpy_helper.from_array(numpy.uint8(3), "z")
nodes = [helper.make_node("DequantizeLinear", ["x", "s", "z"], ["r"]), helper.make_node("Relu", ["r"], ["p"]),
         helper.make_node("QuantizeLinear", ["p", "s", "z"], ["y"])]
tensors = [helper.make_tensor_value_info(name, TensorProto.UINT8, [1, 5]) for name in "xy"]
save(helper.make_model(helper.make_graph(nodes, "g", tensors[:1], tensors[1:], [scale, zero]), ir_version=9,
                       opset_imports=[helper.make_opsetid("", 17)]), sys.argv[1])

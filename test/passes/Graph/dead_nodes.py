"""Writes a model with equal nodes, and with nodes that no output needs, one of them of an unknown operator.

usage: dead_nodes.py FILE.onnx [--needed]     (--needed: an output needs the unknown one)
Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""

import sys

import onnx
from onnx import TensorProto, helper

nodes = [
    helper.make_node("Exp", ["x"], ["a"], name="exp_a"),
    helper.make_node("Exp", ["x"], ["b"], name="exp_b"),
    helper.make_node("Mul", ["a", "b"], ["y"], name="square"),
    helper.make_node("Tanh", ["x"], ["dead"], name="dead_tanh"),
    helper.make_node("NoSuchOperator", ["dead"], ["lost"], name="dead_unknown"),
]
outputs = [helper.make_tensor_value_info(name, TensorProto.FLOAT, [3, 5]) for name in (["y", "lost"] if "--needed" in sys.argv else ["y"])]
graph = helper.make_graph(nodes, "dead", [helper.make_tensor_value_info("x", TensorProto.FLOAT, [3, 5])], outputs)
onnx.save(helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8), sys.argv[1])

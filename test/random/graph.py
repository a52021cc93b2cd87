"""A growing ONNX graph whose shapes are always known: each node is inferred as it is added.

Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""

import dataclasses
import math
import random

import numpy
import onnx
from onnx import TensorProto, helper, numpy_helper, shape_inference

OPSET = 20
IR_VERSION = 9
MOST_ELEMENTS = 20000
FLOATS = (TensorProto.FLOAT, TensorProto.DOUBLE, TensorProto.FLOAT16)
INTEGERS = (TensorProto.INT32, TensorProto.INT64, TensorProto.INT8, TensorProto.UINT8, TensorProto.INT16)


class NoFit(Exception):
    """No value is fit for the chosen operator, or its result would be too large."""


@dataclasses.dataclass(frozen=True)
class Value:
    name: str
    type: int
    shape: tuple

    @property
    def rank(self):
        return len(self.shape)

    @property
    def elements(self):
        return math.prod(self.shape)

    @property
    def is_float(self):
        return self.type in FLOATS

    def info(self):
        return helper.make_tensor_value_info(self.name, self.type, self.shape)


class Graph:
    """Nodes, constants and the values that later nodes may read."""

    def __init__(self, seed):
        self.random = random.Random(seed)
        self.numbers = numpy.random.default_rng(seed)
        self.nodes, self.constants, self.inputs, self.values = [], {}, [], []
        self.count = 0

    def fresh(self, stem):
        self.count += 1
        return f"{stem}_{self.count}"

    def add_input(self, shape, kind):
        value = Value(self.fresh("input"), kind, tuple(shape))
        self.inputs.append(value)
        self.values.append(value)
        return value

    def constant(self, array):
        name = self.fresh("const")
        self.constants[name] = numpy_helper.from_array(numpy.ascontiguousarray(array), name)
        return Value(name, self.constants[name].data_type, tuple(array.shape))

    def integers(self, *values):
        return self.constant(numpy.array(values, numpy.int64))

    def weights(self, shape, kind, scale=1.0, offset=0.0):
        array = self.numbers.standard_normal(shape) * scale + offset
        return self.constant(array.astype(helper.tensor_dtype_to_np_dtype(kind)))

    def pick(self, test=lambda value: True):
        """Mostly young values, so that chains get long, sometimes old ones, so that lives do."""
        fitting = [v for v in self.values if test(v)]
        if not fitting:
            raise NoFit
        return self.random.choice(fitting[-3:] if self.random.random() < 0.65 else fitting)

    def emit(self, op, inputs, outputs=1, keep=True, **attributes):
        """Adds a node; its results, or NoFit where ONNX finds no good shape for them."""
        names = [self.fresh(op.lower()) for _ in range(outputs)]
        node = helper.make_node(op, [v.name if v else "" for v in inputs], names, name=f"{op}_{self.count}", **attributes)
        given = {v.name: v for v in inputs if v}
        graph = helper.make_graph([node], "one", [v.info() for v in given.values() if v.name not in self.constants], [],
                                  [self.constants[n] for n in given if n in self.constants])
        model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", OPSET)], ir_version=IR_VERSION)
        try:
            inferred = shape_inference.infer_shapes(model, strict_mode=True, data_prop=True).graph
        except shape_inference.InferenceError as error:
            raise NoFit from error
        known = {info.name: info.type.tensor_type for info in [*inferred.value_info, *inferred.output]}
        results = []
        for name in names:
            if name not in known or not known[name].HasField("shape"):
                raise NoFit
            dims = known[name].shape.dim
            if any(not d.HasField("dim_value") or d.dim_value < 1 for d in dims):
                raise NoFit
            results.append(Value(name, known[name].elem_type, tuple(d.dim_value for d in dims)))
        if any(v.elements > MOST_ELEMENTS or v.rank > 6 for v in results):
            raise NoFit
        self.nodes.append(node)
        if keep:
            self.values.extend(results)
        return results[0] if outputs == 1 else results

    def model(self, outputs):
        graph = helper.make_graph(self.nodes, "random", [v.info() for v in self.inputs], [v.info() for v in outputs],
                                  list(self.constants.values()))
        model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", OPSET)], ir_version=IR_VERSION)
        onnx.checker.check_model(model)
        return model

"""Models of many layers, each with inputs and a result of its own, in different places of memory.

A layer has `image`, an array N × C × spatial, `result`, the shape of what it computes, `operator(image, result, name)`, its node and constants, and `plan`, how
it is to be computed. Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""

import json

import numpy as np
from onnx import TensorProto, helper, numpy_helper, save

LAYOUTS = ["row", "last", "part"]


def _channels_last(rank):
    return [0, *range(2, rank), 1]


def _channels_second(rank):
    return [0, rank - 1, *range(1, rank - 1)]


class PlacedLayer:
    """A layer whose image and result are row-major, have their channels innermost, or are some channels of larger tensors."""

    def __init__(self, layer, layout, rng):
        self.layer, self.layout = layer, layout
        image, rank = layer.image, layer.image.ndim
        if layout == "last":
            image = image.transpose(_channels_last(rank))
        if layout == "part":
            image = np.concatenate([rng.standard_normal((image.shape[0], n, *image.shape[2:]), dtype=np.float32) for n in (2, 3)], 1)
            image = np.concatenate([image[:, :2], layer.image, image[:, 2:]], 1)
        self.inputs = [np.ascontiguousarray(image)]
        if layout == "part":
            self.inputs.append(rng.standard_normal((layer.result[0], 3, *layer.result[2:]), dtype=np.float32))

    def nodes(self, i):
        """Nodes and constants of layer number i, from x<i> (and z<i>) to y<i>."""
        rank, channels = self.layer.image.ndim, self.layer.image.shape[1]
        if self.layout == "row":
            node, constants = self.layer.operator(f"x{i}", f"y{i}", f"layer{i}")
            return [node], constants
        node, constants = self.layer.operator(f"a{i}", f"b{i}", f"layer{i}")
        if self.layout == "last":
            return [helper.make_node("Transpose", [f"x{i}"], [f"a{i}"], perm=_channels_second(rank)), node,
                    helper.make_node("Transpose", [f"b{i}"], [f"y{i}"], perm=_channels_last(rank))], constants
        bounds = [numpy_helper.from_array(np.array([value]), f"{name}{i}") for name, value in (("first", 2), ("end", 2 + channels), ("axis", 1))]
        return [helper.make_node("Slice", [f"x{i}", f"first{i}", f"end{i}", f"axis{i}"], [f"a{i}"]), node,
                helper.make_node("Concat", [f"b{i}", f"z{i}"], [f"y{i}"], axis=1)], constants + bounds

    def output_shape(self):
        n, channels, *spatial = self.layer.result
        return {"row": (n, channels, *spatial), "last": (n, *spatial, channels), "part": (n, channels + 3, *spatial)}[self.layout]

    def computed(self, output):
        """The layer's result in the model's output."""
        output = output.reshape(self.output_shape())
        return np.moveaxis(output, -1, 1) if self.layout == "last" else output[:, :self.layer.result[1]]


def save_model(placed, path, plan):
    """One model of all layers, and the plan that has each computed in its way."""
    nodes, inputs, outputs, constants, entries = [], [], [], [], []
    for i, one in enumerate(placed):
        inputs += [helper.make_tensor_value_info(f"{name}{i}", TensorProto.FLOAT, array.shape) for name, array in zip("xz", one.inputs)]
        outputs.append(helper.make_tensor_value_info(f"y{i}", TensorProto.FLOAT, one.output_shape()))
        more, values = one.nodes(i)
        nodes += more
        constants += values
        if one.layer.plan:
            entries.append({"layer": f"layer{i}", **one.layer.plan})
    save(helper.make_model(helper.make_graph(nodes, "layers", inputs, outputs, constants), ir_version=9, opset_imports=[helper.make_opsetid("", 17)]), path)
    plan.write_text(json.dumps({"format": 1, "convolutions": entries}))

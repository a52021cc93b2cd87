"""Random direct sums: convolutions of one to three dimensions, depthwise ones, transposed ones, pools; exact results and the bound of a sum's error.

Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""

import pathlib
import sys

import numpy as np
from onnx import helper, numpy_helper

from transformed_layers import random_numbers

sys.path.append(str(pathlib.Path(__file__).resolve().parents[1] / "targets" / "Common" / "Inputs"))
import kernel_cases as cases  # noqa: E402

KINDS = ["conv", "depthwise", "conv_transpose", "max_pool", "average_pool"]
OPERATORS = {"conv": "Conv", "depthwise": "Conv", "conv_transpose": "ConvTranspose", "max_pool": "MaxPool", "average_pool": "AveragePool"}
COUNTS = [1, 3, 5, 7, 11, 13, 17, 19, 29, 37]


def random_shape(rng, number):
    """Sizes as kernel_cases has them, with their kind and numbers of channels."""
    kind, spatial = KINDS[number % len(KINDS)], [2, 1, 2, 3][number // len(KINDS) % 4]
    if kind == "conv_transpose":
        case = cases.random_transposed_window(rng, spatial)
        case["extra"] = [min(e, s - 1) for e, s in zip(case["extra"], case["stride"])]  # as ONNX limits it
        case["out"] = [(n - 1) * s + (k - 1) * d + 1 - b - e + more for n, s, k, d, b, e, more in
                       zip(case["input"], case["stride"], case["kernel"], case["dilation"], case["begin"], case["end"], case["extra"])]
    else:
        case = cases.random_window(rng, spatial)
    if kind.endswith("pool"):
        case["dilation"] = [1] * spatial
        case["begin"], case["end"] = ([min(p, k - 1) for p, k in zip(case[key], case["kernel"])] for key in ("begin", "end"))
        case["input"] = [n + k for n, k in zip(case["input"], case["kernel"])]
        case["out"] = [(n + b + e - k) // s + 1 for n, b, e, k, s in zip(case["input"], case["begin"], case["end"], case["kernel"], case["stride"])]
    case["group"] = group = {"depthwise": int(rng.choice(COUNTS)), "conv": int(rng.choice([1, 1, 2, 3])), "conv_transpose": int(rng.choice([1, 1, 2]))}.get(kind, 1)
    per = 1 if kind == "depthwise" else int(rng.choice(COUNTS))
    maps = int(rng.choice([1, 1, 2, 3] if kind == "depthwise" else COUNTS))
    return {**case, "kind": kind, "batch": int(rng.choice([1, 1, 2])), "channels": group * per, "maps": group * maps}


class DirectLayer:
    """A shape with numbers."""

    plan = None

    def __init__(self, rng, shape):
        self.shape, self.kind = shape, shape["kind"]
        self.way = f"{self.kind} of {len(shape['kernel'])} dimensions"
        self.image = random_numbers(rng, (shape["batch"], shape["channels"], *shape["input"]))
        self.is_pool = self.kind.endswith("pool")
        self.result = (shape["batch"], shape["channels"] if self.is_pool else shape["maps"], *shape["out"])
        group = shape["group"]
        if self.kind == "conv_transpose":
            self.filter = random_numbers(rng, (shape["channels"], shape["maps"] // group, *shape["kernel"]))
            self.plan = None
        elif not self.is_pool:
            self.filter = random_numbers(rng, (shape["maps"], shape["channels"] // group, *shape["kernel"]))
            self.plan = {"algorithm": "direct"}

    def operator(self, image, result, name):
        shape = self.shape
        attributes = {"kernel_shape": shape["kernel"], "strides": shape["stride"], "pads": shape["begin"] + shape["end"]}
        if self.is_pool:
            if self.kind == "average_pool":
                attributes["count_include_pad"] = 1
            return helper.make_node(OPERATORS[self.kind], [image], [result], name=name, **attributes), []
        if self.kind == "conv_transpose":
            attributes["output_padding"] = shape["extra"]
        node = helper.make_node(OPERATORS[self.kind], [image, f"{name}.w"], [result], name=name, group=shape["group"], dilations=shape["dilation"], **attributes)
        return node, [numpy_helper.from_array(self.filter, f"{name}.w")]

    def sums(self):
        """The result and the sum of magnitudes in double precision."""
        if self.is_pool:
            total, magnitude = cases.pool(self.image, self.shape, self.kind == "max_pool")
            return (total, magnitude) if self.kind == "max_pool" else (total / self.terms(), magnitude / self.terms())
        return (cases.transposed_sum if self.kind == "conv_transpose" else cases.window_sum)(self.image, self.filter, self.shape)

    def exact(self):
        return self.sums()[0]

    def scale(self):
        return self.sums()[1]

    def terms(self):
        taps = int(np.prod(self.shape["kernel"]))
        return taps if self.is_pool else taps * self.shape["channels"] // self.shape["group"]

    def bound(self, _):
        """A rounding for each term, and that of the division; a maximum is exact."""
        return 0 if self.kind == "max_pool" else (self.terms() + self.is_pool) * 2.0 ** -24

    def __str__(self):
        return str(self.shape)

"""Writes a model with one 3×3 convolution. usage: one_layer.py INPUTS OUTPUTS PIXELS FILE

Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""

import pathlib
import sys

import numpy
import onnx

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[5] / "bench" / "layers"))
from shapes import Convolution  # noqa: E402

channels, maps, pixels = map(int, sys.argv[1:4])
onnx.save(Convolution("", channels, maps, pixels, pixels, 3).model(numpy.random.default_rng(5)), sys.argv[4])

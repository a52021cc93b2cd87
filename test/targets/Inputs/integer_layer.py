"""Prints a model with one convolution of 8-bit integers, as the benchmark of layers makes it.

usage: integer_layer.py CHANNELS MAPS HEIGHT WIDTH KERNEL STRIDE GROUP
Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""

import pathlib
import sys

import numpy

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[3] / "bench" / "layers"))
from integers import integer_model  # noqa: E402
from shapes import Convolution  # noqa: E402

print(integer_model(Convolution("", *map(int, sys.argv[1:])), numpy.random.default_rng(5)))

"""Writes a model with one matrix of MIB mebibytes of random weights, for tests of limits.

usage: large_model.py MIB FILE
Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""

import sys

import numpy
from onnx import helper

import inputs

size, path = int(sys.argv[1]), sys.argv[2]
columns = 1024
weights = numpy.random.default_rng(5).standard_normal((size * (1 << 18) // columns, columns), numpy.float32)
made = inputs.model([helper.make_node("MatMul", ["x", "w"], ["y"], name="matmul1")], [inputs.value("x", [1, weights.shape[0]])],
                    initializers=[inputs.numpy_helper.from_array(weights, "w")])
with open(path, "wb") as file:
    file.write(made.SerializeToString())

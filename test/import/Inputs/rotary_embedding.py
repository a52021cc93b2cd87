"""Compares RotaryEmbedding in compiled objects with ONNX's reference, on seeded random shapes of each form.

usage: rotary_embedding.py FOLDER
Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""

import itertools
import pathlib
import random
import subprocess
import sys

import numpy
import onnx
from onnx import TensorProto, helper, numpy_helper
from onnx.reference import ReferenceEvaluator

folder = pathlib.Path(sys.argv[1])
rng, numbers = random.Random(7), numpy.random.default_rng(7)


def case(flat, interleaved, partial, positions):
    """A model of one node and its inputs."""
    batch, heads, length, half = rng.choice([1, 2, 3]), rng.choice([1, 3, 5]), rng.choice([2, 7, 11]), rng.choice([1, 3, 5])
    head = 2 * half + (rng.choice([1, 2, 3]) if partial else 0)
    x = numbers.standard_normal((batch, length, heads * head) if flat else (batch, heads, length, head))
    cache = (13, half) if positions else (batch, length, half)
    inputs = {"x": x, "cosine": numbers.standard_normal(cache), "sine": numbers.standard_normal(cache)}
    inputs = {name: value.astype(numpy.float32) for name, value in inputs.items()}
    if positions:
        inputs["positions"] = numbers.integers(0, 13, (batch, length))
    attributes = {"interleaved": interleaved, "rotary_embedding_dim": 2 * half if partial else 0} | ({"num_heads": heads} if flat else {})
    node = helper.make_node("RotaryEmbedding", list(inputs), ["y"], **attributes)
    infos = [helper.make_tensor_value_info(n, helper.np_dtype_to_tensor_dtype(v.dtype), v.shape) for n, v in inputs.items()]
    graph = helper.make_graph([node], "one", infos, [helper.make_tensor_value_info("y", TensorProto.FLOAT, x.shape)])
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 23)], ir_version=10), inputs


failed = 0
for index, form in enumerate(itertools.product([0, 1], repeat=4)):
    model, inputs = case(*form)
    (expected,) = ReferenceEvaluator(model).run(None, inputs)
    data = folder / str(index) / "test_data_set_0"
    data.mkdir(parents=True, exist_ok=True)
    for i, (name, value) in enumerate(inputs.items()):
        (data / f"input_{i}.pb").write_bytes(numpy_helper.from_array(value, name).SerializeToString())
    (data / "output_0.pb").write_bytes(numpy_helper.from_array(expected.astype(numpy.float32), "y").SerializeToString())
    onnx.save(model, data.parent / "model.onnx")
    run = subprocess.run(["nn-run", data.parent / "model.onnx", "--compare", data.parent, "--quiet"], capture_output=True, text=True)
    if run.returncode:
        failed += 1
        print(f"{form}: {run.stdout}{run.stderr}")
sys.exit(failed != 0)

"""Ranges and means that nnc-calibrate notes, beside ONNX Runtime's values on the same samples; ranges by error beside all narrower ones.

usage: calibrate_executed.py FOLDER
Random networks of convolutions, depthwise ones, sums, pools and a product, with odd and unequal sizes.
Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""

import json
import pathlib
import subprocess
import sys

import numpy
import onnx
import onnxruntime
from onnx import TensorProto, helper, numpy_helper

FOLDER = pathlib.Path(sys.argv[1])
SAMPLES = 17


def random_network(seed):
    """A model and the names of all tensors that get integers."""
    random = numpy.random.default_rng(seed)
    channels, high, wide = (int(random.integers(*r)) for r in ((2, 6), (5, 10), (4, 9)))
    nodes, weights, values = [], [], ["x"]

    def weight(name, *shape):
        scale = numpy.exp(random.normal(size=(shape[0], *[1] * (len(shape) - 1))))
        weights.append(numpy_helper.from_array((random.normal(size=shape) * scale).astype("f4"), name))
        return name

    def node(kind, inputs, output, **attributes):
        nodes.append(helper.make_node(kind, inputs, [output], name=output, **attributes))
        return output

    width = int(random.integers(3, 8))
    first = node("Conv", ["x", weight("w0", width, channels, 3, 3), weight("b0", width)], "c0", pads=[1, 0, 1, 2])
    first = node("Relu", [first], "r0")
    depth = node("Conv", [first, weight("w1", width, 1, 3, 3), weight("b1", width)], "c1", pads=[1, 1, 1, 1], group=width)
    total = node("Add", [first, depth], "s")
    pooled = node("MaxPool", [total], "p", kernel_shape=[2, 2], strides=[2, 1])
    mean = node("GlobalAveragePool", [pooled], "m")
    flat = node("Flatten", [mean], "f")
    node("Gemm", [flat, weight("w2", 5, width), weight("b2", 5)], "y", transB=1)
    values += ["r0", "c1", "s", "f", "y"]  # "f" are the numbers of "m"
    shape = [1, channels, high, wide]
    graph = helper.make_graph(nodes, "random", [helper.make_tensor_value_info("x", TensorProto.FLOAT, shape)],
                              [helper.make_tensor_value_info("y", TensorProto.FLOAT, [1, 5])], weights)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    samples = random.normal(size=(SAMPLES, *shape[1:])).astype("f4") * 3
    return model, values, samples


def observe(model, names, samples):
    """All numbers of each tensor over the samples."""
    seen = onnx.ModelProto()
    seen.CopyFrom(model)
    seen.graph.output.extend(helper.make_empty_tensor_value_info(n) for n in names if n not in ("x", "y"))
    session = onnxruntime.InferenceSession(seen.SerializeToString(), providers=["CPUExecutionProvider"])
    outputs = [o.name for o in session.get_outputs()]
    runs = [dict(zip(outputs, session.run(None, {"x": row[None]}), strict=True)) | {"x": row[None]} for row in samples]
    return {name: numpy.concatenate([run[name].ravel() for run in runs]) for name in names}


def compiled(path, data, method):
    subprocess.run(["nn-compile", path, "--quantize=int8", f"--calibrate={data}", f"--calibration-method={method}", "--name=m", "-O1",
                    "-o", FOLDER], check=True)
    return json.loads((FOLDER / "m.report.json").read_text())["quantization"]


def error(values, scale, zero):
    q = numpy.clip(numpy.rint(values / scale) + zero, -128, 127)
    return float(numpy.mean(((q - zero) * scale - values) ** 2))


def check(seed):
    model, names, samples = random_network(seed)
    path, data = FOLDER / "model.onnx", FOLDER / "data.npz"
    onnx.save(model, path)
    numpy.savez(data, x=samples)
    truth = observe(model, names, samples)
    ranges = compiled(path, data, "minmax")
    assert [v["tensor"] for v in ranges["values"]] == names, ranges
    assert ranges["samples"] == SAMPLES
    by_error = {v["tensor"]: v for v in compiled(path, data, "mse")["values"]}
    for value in ranges["values"]:
        numbers = truth[value["tensor"]]
        low, high = min(0, float(numbers.min())), max(0, float(numbers.max()))
        assert abs(value["scale"] * 255 / (high - low) - 1) < 2e-5, (seed, value, low, high)
        assert abs(value["zero_point"] - (-128 - low / value["scale"])) < 0.51, (seed, value)
        assert value["sqnr_db"] is None or value["sqnr_db"] > 15, (seed, value)
        chosen = by_error[value["tensor"]]
        if value["tensor"] == "y":  # the last one is never cut
            assert chosen["scale"] == value["scale"]
            continue
        found, whole = (error(numbers, v["scale"], v["zero_point"]) for v in (chosen, value))
        assert found <= 1.02 * whole, (seed, value["tensor"], found, whole)


networks = 8
for seed in range(networks):
    check(seed)
print(f"{networks} networks: ranges as in ONNX Runtime")

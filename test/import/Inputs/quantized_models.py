"""Quantizes example models with ONNX Runtime's static quantizer and compares compiled objects with ONNX Runtime.

usage: quantized_models.py FOLDER_OF_MODELS FOLDER
ONNX Runtime computes what the file says, without fusing: its own integer softmax is an approximation. Part of nn-compile.
SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""

import logging
import pathlib
import subprocess
import sys

import numpy
import onnx
import onnxruntime
from onnxruntime.quantization import CalibrationDataReader, QuantFormat, QuantType, quantize_static

# (model, type of activations, scales by channel, form)
CASES = [("resnet8", QuantType.QInt8, True, QuantFormat.QDQ), ("dscnn", QuantType.QUInt8, False, QuantFormat.QOperator),
         ("autoencoder", QuantType.QUInt8, True, QuantFormat.QDQ), ("mobilenet", QuantType.QInt8, True, QuantFormat.QDQ)]
IN_FLOATING_POINT = {"resnet8": 1, "dscnn": 1, "autoencoder": 0, "mobilenet": 0}  # the softmax, where there is one
RUNS = 3


class Samples(CalibrationDataReader):
    def __init__(self, name, data):
        self.name, self.samples = name, iter([data[i:i + 1] for i in range(min(16, len(data)))])

    def get_next(self):
        sample = next(self.samples, None)
        return None if sample is None else {self.name: sample}


def run(models, folder, name, kind, by_channel, form):
    path = folder / f"{name}.onnx"
    source = models / f"{name}.onnx"
    argument = onnx.load(source).graph.input[0].name
    data = numpy.load(models / f"{name}.test.npz")[argument]
    quantize_static(source, path, Samples(argument, data), quant_format=form, activation_type=kind, weight_type=QuantType.QInt8, per_channel=by_channel)
    settings = onnxruntime.SessionOptions()
    settings.log_severity_level = 3
    settings.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_DISABLE_ALL
    session = onnxruntime.InferenceSession(str(path), settings, providers=["CPUExecutionProvider"])
    step = last_scale(onnx.load(path))
    explained = subprocess.run(["nn-compile", path, "--explain", "-o", folder / "out"], capture_output=True, text=True, check=True).stderr
    kept = explained.count("computed in floating point between quantized values")
    if kept > IN_FLOATING_POINT[name]:
        sys.exit(f"{name}: {explained}")
    for sample in data[-RUNS:]:
        numpy.savez(folder / "in.npz", **{argument: sample[None]})
        subprocess.run(["nn-run", path, "--inputs", folder / "in.npz", "--output", folder / "out.npz"], check=True, capture_output=True)
        want = session.run(None, {argument: sample[None]})[0]
        got = next(iter(numpy.load(folder / "out.npz").values()))
        worst = float(numpy.abs(got - want).max())
        if worst > 1.01 * step:
            sys.exit(f"{name}: results differ by {worst}, a step is {step}")


def last_scale(model):
    """The scale of the model's result."""
    node = next(n for n in model.graph.node if model.graph.output[0].name in n.output)
    return float(next(onnx.numpy_helper.to_array(i) for i in model.graph.initializer if i.name == node.input[1]))


def main():
    logging.disable(logging.WARNING)
    models, folder = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2])
    folder.mkdir(parents=True, exist_ok=True)
    for case in CASES:
        run(models, folder, *case)
    print(f"{len(CASES)} quantized models agree")


main()

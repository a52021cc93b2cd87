"""How many channels could have a part of their bias absorbed by the convolution that follows?

High bias absorption (Nagel et al., Data-Free Quantization Through Weight Equalization and Bias Correction, 2019) takes c from a channel whose values are
above c nearly always before a relu, and adds what the next operator makes of c to its bias. For each relu of the example classifiers: the channels whose
least value over training images is above 0, and those whose mean is three standard deviations above 0, the paper's rule without data.

Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""

import argparse
import pathlib
import sys

import numpy
import onnx
import onnxruntime

ROOT = pathlib.Path(__file__).resolve().parents[2]
EXAMPLES = ROOT / "examples" / "models"
sys.path[:0] = [str(EXAMPLES)]

import fashion_mnist  # noqa: E402


def values_before_relu(name, samples):
    """For each relu: what it reads, [sample, channel, ...]."""
    model = onnx.load(EXAMPLES / f"{name}.onnx")
    wanted = [node.input[0] for node in model.graph.node if node.op_type in ("Relu", "Clip")]
    model.graph.output.extend(onnx.helper.make_empty_tensor_value_info(tensor) for tensor in wanted)
    options = onnxruntime.SessionOptions()
    options.log_severity_level = 3
    session = onnxruntime.InferenceSession(model.SerializeToString(), options, providers=["CPUExecutionProvider"])
    feed = session.get_inputs()[0]
    shape = tuple(d if isinstance(d, int) else 1 for d in feed.shape)
    images = fashion_mnist.load("train")[0]
    chosen = numpy.sort(numpy.random.default_rng(1).choice(len(images), samples, replace=False))
    rows = [session.run(wanted, {feed.name: row[None]}) for row in fashion_mnist.to_input(images[chosen], shape)]
    return [numpy.concatenate(values) for values in zip(*rows, strict=True)]


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--models", nargs="+", default=["resnet8", "dscnn", "mobilenet"])
    parser.add_argument("--samples", type=int, default=256, help="training images (default: 256)")
    arguments = parser.parse_args()
    print("| Model | Channels before a relu | Least value above 0 | Mean above 3 deviations |\n|---|--:|--:|--:|")
    for name in arguments.models:
        channels = above = likely = 0
        for values in values_before_relu(name, arguments.samples):
            axes = (0, *range(2, values.ndim))
            channels += values.shape[1]
            above += int((values.min(axes) > 0).sum())
            likely += int((values.mean(axes) > 3 * values.std(axes)).sum())
        print(f"| {name} | {channels} | {above} | {likely} |", flush=True)


main()

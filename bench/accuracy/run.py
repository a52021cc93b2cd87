"""How much accuracy does quantization cost, beside ONNX Runtime's static quantizer on the same data?

The example classifiers are quantized with training images of Fashion-MNIST; every figure is over the test images, ours through the linked object.
ONNX Runtime: `quantize_static` with its default settings, after its `quant_pre_process`; the quantized model runs there, and in our object as well.

Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""

import argparse
import json
import pathlib
import sys
import tempfile

import numpy
import onnxruntime

ROOT = pathlib.Path(__file__).resolve().parents[2]
EXAMPLES = ROOT / "examples" / "models"
sys.path[:0] = [str(EXAMPLES), str(ROOT / "bench" / "models")]

import fashion_mnist  # noqa: E402
from compiled import CompiledModel  # noqa: E402
from quantized import quantize  # noqa: E402

CLASSIFIERS = ("resnet8", "dscnn", "mobilenet")


def session(path):
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.log_severity_level = 3
    return onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])


def in_onnxruntime(path, inputs):
    """Its first result for each input."""
    runtime = session(path)
    name = runtime.get_inputs()[0].name
    return numpy.concatenate([runtime.run(None, {name: row[None]})[0] for row in inputs])


def in_object(path, inputs, *options):
    model = CompiledModel(path, *options)
    return numpy.concatenate([model(row[None])[0] for row in inputs]), model.report


def measure(name, arguments, folder):
    """Rows of the table: (how, accuracy, share of answers equal to those in floating point)."""
    path = EXAMPLES / f"{name}.onnx"
    shape = tuple(d if isinstance(d, int) else 1 for d in session(path).get_inputs()[0].shape)
    images, labels = fashion_mnist.load("test")
    inputs, labels = fashion_mnist.to_input(images[: arguments.images], shape), labels[: arguments.images]
    training = fashion_mnist.load("train")[0]
    chosen = numpy.sort(numpy.random.default_rng(arguments.seed).choice(len(training), arguments.samples, replace=False))
    samples = fashion_mnist.to_input(training[chosen], shape)
    data = folder / f"{name}.npz"
    numpy.savez(data, **{session(path).get_inputs()[0].name: samples})

    real = in_onnxruntime(path, inputs).argmax(1)
    rows = [("float", real)]
    for method in arguments.methods:
        outputs, _ = in_object(path, inputs, "--quantize=int8", f"--calibrate={data}", f"--calibration-method={method}", *arguments.options)
        rows.append((f"--quantize=int8, {method}", outputs.argmax(1)))
    theirs = quantize(path, folder, [{session(path).get_inputs()[0].name: row[None]} for row in samples])
    rows.append(("ONNX Runtime's quantizer and kernels", in_onnxruntime(theirs, inputs).argmax(1)))
    if not arguments.theirs_only_there:
        rows.append(("ONNX Runtime's quantizer, our object", in_object(theirs, inputs)[0].argmax(1)))
    return [(how, float(numpy.mean(answers == labels)), float(numpy.mean(answers == real))) for how, answers in rows]


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--models", nargs="+", default=list(CLASSIFIERS), choices=CLASSIFIERS, help="default: all")
    parser.add_argument("--methods", nargs="+", default=["mse", "minmax", "percentile", "kl"], help="of --calibration-method; default: all")
    parser.add_argument("--samples", type=int, default=256, help="training images to calibrate with (default: 256)")
    parser.add_argument("--images", type=int, default=10000, help="test images (default: 10000)")
    parser.add_argument("--seed", type=int, default=1, help="of the choice of training images (default: 1)")
    parser.add_argument("--options", nargs="*", default=[], help="more options of nn-compile, without their dashes")
    parser.add_argument("--theirs-only-there", action="store_true", help="do not run ONNX Runtime's model in our object")
    parser.add_argument("--json", type=pathlib.Path, help="write all figures")
    arguments = parser.parse_args()
    arguments.options = [f"--{option}" for option in arguments.options]
    figures = {}
    print(f"{arguments.samples} training images, seed {arguments.seed}; {arguments.images} test images\n")
    print("| Model | | Accuracy | Points below float | Answers as in float |\n|---|---|--:|--:|--:|")
    with tempfile.TemporaryDirectory() as folder:
        for name in arguments.models:
            rows = measure(name, arguments, pathlib.Path(folder))
            for how, accuracy, agreement in rows:
                below = "" if how == "float" else f"{100 * (rows[0][1] - accuracy):.2f}"
                print(f"| {name} | {how} | {accuracy:.2%} | {below} | {agreement:.2%} |", flush=True)
            figures[name] = [{"how": how, "accuracy": accuracy, "agreement": agreement} for how, accuracy, agreement in rows]
    if arguments.json:
        arguments.json.write_text(json.dumps({"samples": arguments.samples, "images": arguments.images, "seed": arguments.seed, "models": figures}, indent=1) + "\n")


main()

"""Whole models through the shipped object: recorded accuracy of the example models, real models against recorded tensors and ONNX Runtime.

usage: run.py
The example models are compiled for this machine and run over all 10,000 test images of Debian's dataset-fashion-mnist; 50 images also
through an emulated Cortex-M4. Real models are taken from the folder that NNC_TEST_MODELS names; without it they are skipped.
The last line is JSON with the counts.
Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""

import json
import os
import pathlib
import subprocess
import sys
import tempfile

import numpy
import onnxruntime
from onnx import numpy_helper

ROOT = pathlib.Path(__file__).resolve().parents[2]
BIN = ROOT / "build" / "bin"
EXAMPLES = ROOT / "examples" / "models"
sys.path[:0] = [str(EXAMPLES), str(ROOT / "bench" / "models")]

import fashion_mnist  # noqa: E402
from compiled import CompiledModel  # noqa: E402

# Agreement with ONNX Runtime, relative to the output's largest magnitude.
TOLERANCE = 1e-4
counts = {"passed": 0, "failed": 0, "skipped": 0}


def record(name, good, text):
    counts["passed" if good else "failed"] += 1
    print(f"{'' if good else 'FAIL: '}models {name}: {text}")


def session_for(path):
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.log_severity_level = 3
    return onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])


def example_accuracy(entry):
    """The recorded figure over all test images, through the object."""
    images, labels = fashion_mnist.load("test")
    inputs = fashion_mnist.to_input(images, entry["input"]["shape"])
    model = CompiledModel(EXAMPLES / entry["file"], name=entry["name"])
    outputs = numpy.concatenate([model(row[None])[0] for row in inputs])
    if entry["metric"] == "mse":
        value = float(numpy.mean((outputs - inputs.reshape(outputs.shape)) ** 2))
        good = abs(value - entry["value"]) <= 1e-5 * entry["value"] + 1e-7
        record(f"{entry['name']} on {len(inputs)} images", good, f"MSE {value:.6f}, recorded {entry['value']:.6f}")
        return
    value = float(numpy.mean(outputs.argmax(1) == labels))
    recorded = entry["value"]
    # Rounding may decide a tie differently on one image or two.
    record(f"{entry['name']} on {len(inputs)} images", abs(value - recorded) <= 2 / len(inputs), f"accuracy {value:.4f}, recorded {recorded:.4f}")


def example_emulated(entry):
    """Fifty images through an emulated Cortex-M4 agree with ONNX Runtime."""
    images, _ = fashion_mnist.load("test")
    inputs = fashion_mnist.to_input(images[:50], entry["input"]["shape"])
    session = session_for(EXAMPLES / entry["file"])
    outputs = numpy.concatenate([session.run(None, {entry["input"]["name"]: row[None]})[0] for row in inputs])
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder) / "data.npz"
        numpy.savez(path, **{entry["input"]["name"]: inputs, entry["output"]["name"]: outputs})
        run = subprocess.run([BIN / "nn-run", EXAMPLES / entry["file"], "--target=cortex-m4", "-i", path, "--compare", path, "--batch",
                              "--of-largest", f"--rtol={TOLERANCE}"], capture_output=True, text=True)
    record(f"{entry['name']} on 50 images, cortex-m4", run.returncode == 0, (run.stdout + run.stderr).strip().splitlines()[0])


def against_onnxruntime(path, name, options=(), arrays=None, bound=None):
    """One run on random data, or the given, agrees with ONNX Runtime; `bound`: values of inputs that are compiled in."""
    try:
        model = CompiledModel(path, *options)
    except RuntimeError as error:
        record(name, False, str(error))
        return
    generator = numpy.random.default_rng(5)
    arrays = arrays or [generator.standard_normal(shape).astype(kind) for _, shape, kind in model.inputs]
    expected = session_for(path).run(None, {i[0]: a for i, a in zip(model.inputs, arrays)} | (bound or {}))
    actual = model(*arrays)
    worst = max(float(numpy.max(numpy.abs(a - e)) / numpy.max(numpy.abs(e))) for a, e in zip(actual, expected, strict=True))
    record(name, worst <= TOLERANCE, f"largest difference {worst:.1e} of the largest magnitude")


def mnist_pairs(folder):
    """The three recorded pairs of the MNIST model."""
    for i in range(3):
        with tempfile.TemporaryDirectory() as temporary:
            data = pathlib.Path(temporary) / "test_data_set_0"
            data.mkdir()
            for kind in ("input", "output"):
                (data / f"{kind}_0.pb").write_bytes((folder / "mnist" / f"{kind}_{i}.pb").read_bytes())
            run = subprocess.run([BIN / "nn-run", folder / "mnist" / "mnist-cnn.onnx", "--compare", temporary], capture_output=True, text=True)
            record(f"mnist-cnn pair {i}", run.returncode == 0, (run.stdout + run.stderr).strip())


def face_photo(folder):
    """The photo as the face detector wants it: 320×240, (pixel − 127) / 128, channels first."""
    from PIL import Image
    image = Image.open(folder / "ultraface-photo.jpg").convert("RGB").resize((320, 240))
    pixels = (numpy.asarray(image, numpy.float32) - 127) / 128
    return [numpy.ascontiguousarray(pixels.transpose(2, 0, 1)[None])]


def voice_activity(folder):
    """Nested branches and an LSTM; the sampling rate decides which half of the model is compiled."""
    rate = numpy.array(16000, numpy.int64)
    with tempfile.TemporaryDirectory() as temporary:
        file = pathlib.Path(temporary) / "rate.pb"
        file.write_bytes(numpy_helper.from_array(rate, "sr").SerializeToString())
        against_onnxruntime(folder / "silero-vad-v5.onnx", "silero-vad-v5 at 16 kHz",
                            [f"--bind=sr={file}", "--shape=input=1,512", "--shape=state=2,1,128"], bound={"sr": rate})


def main():
    for entry in json.loads((EXAMPLES / "models.json").read_text())["models"]:
        example_accuracy(entry)
        example_emulated(entry)
    folder = os.environ.get("NNC_TEST_MODELS")
    if folder:
        folder = pathlib.Path(folder)
        mnist_pairs(folder)
        against_onnxruntime(folder / "ultraface-rfb-320.onnx", "ultraface on its photo", arrays=face_photo(folder))
        symbols = [d for d in session_for(folder / "speech-embedding.onnx").get_inputs()[0].shape if isinstance(d, str)]
        against_onnxruntime(folder / "speech-embedding.onnx", "speech-embedding", [f"--dim={symbol}=1" for symbol in symbols])
        voice_activity(folder)
    else:
        counts["skipped"] += 6
        print("models: NNC_TEST_MODELS is not set; six checks of real models are skipped")
    print(json.dumps(counts))
    sys.exit(1 if counts["failed"] else 0)


if __name__ == "__main__":
    main()

"""Networks of 8-bit integers, as ONNX Runtime's static quantizer writes them (QDQ).

Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""

import logging
import pathlib

import numpy

# What x86 engines have integer kernels for: activations without a sign, weights with one, a scale for each output channel.
FOR_ENGINES = {"activations": "QUInt8", "per_channel": True}
SAMPLES, SEED = 4, 11


class _Reader:
    """Samples for ONNX Runtime, one by one."""

    def __init__(self, samples):
        self._rows = iter(samples)

    def get_next(self):
        return next(self._rows, None)


def quantize(path, folder, samples, activations=None, per_channel=False):
    """Writes the quantized form of a model; `samples` are dictionaries of inputs. Without further arguments with the quantizer's defaults."""
    from onnxruntime import quantization
    from onnxruntime.quantization.shape_inference import quant_pre_process
    path, folder = pathlib.Path(path), pathlib.Path(folder)
    prepared, quantized = folder / f"{path.stem}.prepared.onnx", folder / f"{path.stem}.int8.onnx"
    logging.getLogger().setLevel(logging.ERROR)
    quant_pre_process(str(path), str(prepared), skip_symbolic_shape=True)
    settings = {"activation_type": quantization.QuantType[activations], "weight_type": quantization.QuantType.QInt8} if activations else {}
    quantization.quantize_static(str(prepared), str(quantized), _Reader(samples), per_channel=per_channel, **settings)
    prepared.unlink()
    return quantized


def random_inputs(path, seed):
    """Seeded noise for each input of a model whose sizes are all known."""
    import onnxruntime
    options = onnxruntime.SessionOptions()
    options.log_severity_level = 3
    session = onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
    generator = numpy.random.default_rng(seed)
    for value in session.get_inputs():
        if value.type != "tensor(float)" or not all(isinstance(size, int) for size in value.shape):
            raise ValueError(f"{path}: input {value.name} is {value.type}{value.shape}; expected floating point and known sizes")
    return [{value.name: generator.standard_normal(value.shape).astype(numpy.float32) for value in session.get_inputs()} for _ in range(SAMPLES)]


def quantized(path, folder):
    """The network with integers, calibrated with noise: right in size and speed. Kept in `folder`, made again where the model is newer."""
    path, folder = pathlib.Path(path), pathlib.Path(folder) / "int8"
    result = folder / f"{path.stem}.int8.onnx"
    if not result.is_file() or result.stat().st_mtime < path.stat().st_mtime:
        folder.mkdir(parents=True, exist_ok=True)
        quantize(path, folder, random_inputs(path, SEED), **FOR_ENGINES)
    return result

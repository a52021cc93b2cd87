"""Inference engines behind one small interface, each with one thread and batch 1.

An engine is made from a model file and its inputs; `step()` runs it once, `outputs()` gives the results in the order of the model's. What an engine
needs is imported when it is made: `missing(name)` says which package an engine wants.
Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""

import importlib.util
import os
import pathlib
import shutil
import subprocess
import sys

import numpy


class OnnxRuntime:
    """Sequential execution with all graph optimisations; inputs and results stay bound."""

    title, packages, reads_quantized = "ONNX Runtime", ("onnxruntime",), True

    def __init__(self, path, inputs, folder):
        import onnxruntime
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        options.log_severity_level = 3
        self._session = onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
        self._binding = self._session.io_binding()
        for name, array in inputs.items():
            self._binding.bind_cpu_input(name, array)
        for output in self._session.get_outputs():
            self._binding.bind_output(output.name)

    def step(self):
        self._session.run_with_iobinding(self._binding)

    def outputs(self):
        return self._binding.copy_outputs_to_cpu()


class OpenVino:
    """Inference precision f32 (quantized layers are computed with integers all the same), one thread, one stream."""

    title, packages, reads_quantized = "OpenVINO", ("openvino",), True

    def __init__(self, path, inputs, folder):
        import openvino
        core = openvino.Core()
        model = core.compile_model(str(path), "CPU", {
            "INFERENCE_PRECISION_HINT": "f32", "INFERENCE_NUM_THREADS": 1, "NUM_STREAMS": "1", "ENABLE_CPU_PINNING": False,
            "PERFORMANCE_HINT": "LATENCY"})
        self._request = model.create_infer_request()
        self._tensors = {name: openvino.Tensor(array, shared_memory=True) for name, array in inputs.items()}
        for name, tensor in self._tensors.items():
            self._request.set_tensor(name, tensor)
        self._count = len(model.outputs)

    def step(self):
        self._request.infer()

    def outputs(self):
        return [self._request.get_output_tensor(i).data.copy() for i in range(self._count)]


class Ncnn:
    """The model as pnnx converts it, without f16, bf16 and int8; the batch dimension is not ncnn's and left out."""

    title, packages, reads_quantized = "ncnn", ("ncnn", "pnnx"), False

    def __init__(self, path, inputs, folder):
        import ncnn
        param, weights = self._convert(path, inputs, folder)
        self._ncnn, self._net = ncnn, ncnn.Net()
        for option in dir(self._net.opt):
            if option.startswith(("use_fp16", "use_bf16", "use_int8", "use_vulkan")):
                setattr(self._net.opt, option, False)
        self._net.opt.num_threads = 1
        if self._net.load_param(str(param)) or self._net.load_model(str(weights)):
            raise RuntimeError("ncnn does not load what pnnx wrote")
        # Inputs and results of the converted model are in0, in1, … and out0, out1, … in the order of the model's.
        self._inputs = [ncnn.Mat(array[0] if array.ndim > 1 and array.shape[0] == 1 else array).clone() for array in inputs.values()]
        self._results = sorted((n for n in self._net.output_names()), key=lambda name: int(name.removeprefix("out")))

    @staticmethod
    def _convert(path, inputs, folder):
        """Converted files are kept beside each other in `folder`; a conversion takes seconds."""
        path, folder = pathlib.Path(path), pathlib.Path(folder) / "ncnn" / pathlib.Path(path).stem
        param, weights = (folder / f"{path.stem.replace('-', '_')}.ncnn.{suffix}" for suffix in ("param", "bin"))
        if not param.is_file() or param.stat().st_mtime < path.stat().st_mtime:
            folder.mkdir(parents=True, exist_ok=True)
            shapes = ",".join(f"[{','.join(map(str, array.shape))}]f32" for array in inputs.values())
            copied = folder / f"{path.stem.replace('-', '_')}.onnx"
            shutil.copyfile(path, copied)
            command = pathlib.Path(sys.executable).parent / "pnnx"
            run = subprocess.run([command, copied.name, f"inputshape={shapes}", "fp16=0"], cwd=folder, capture_output=True, text=True)
            for leftover in (copied, *folder.glob("*.pnnx.*"), *folder.glob("*.pnnxsim.onnx")):
                leftover.unlink(missing_ok=True)
            if not param.is_file():
                last = (run.stderr.strip() or run.stdout.strip()).splitlines()[-1:] or [f"exit code {run.returncode}"]
                raise RuntimeError(f"pnnx does not convert it: {last[0][:100]}")
        return param, weights

    def step(self):
        extractor = self._net.create_extractor()
        for i, mat in enumerate(self._inputs):
            extractor.input(f"in{i}", mat)
        self._values = [extractor.extract(name)[1] for name in self._results]

    def outputs(self):
        return [numpy.array(value) for value in self._values]


ENGINES = {"onnxruntime": OnnxRuntime, "openvino": OpenVino, "ncnn": Ncnn}


def missing(name):
    """The packages of an engine that are not installed."""
    return [package for package in ENGINES[name].packages if importlib.util.find_spec(package) is None]


def pin(core=None):
    """Keeps this process, the threads of the engines with it, on one core. Before an engine is made."""
    os.sched_setaffinity(0, {core if core is not None else max(os.sched_getaffinity(0))})

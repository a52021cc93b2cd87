"""A compiled model as a Python callable: compiles with nn-compile, links a shared library, calls it through ctypes.

Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""

import ctypes
import json
import os
import pathlib
import subprocess
import tempfile
import time

import numpy

ROOT = pathlib.Path(__file__).resolve().parents[2]
NN_COMPILE = ROOT / "build" / "bin" / "nn-compile"
NUMPY_TYPES = {"f32": numpy.float32, "f64": numpy.float64, "f16": numpy.float16, "i8": numpy.int8, "i16": numpy.int16,
               "i32": numpy.int32, "i64": numpy.int64, "ui8": numpy.uint8, "ui16": numpy.uint16, "ui32": numpy.uint32,
               "ui64": numpy.uint64, "i1": numpy.bool_}


class CompiledModel:
    """Compiles `path`; `compile_seconds` and `compile_megabytes` (peak resident) say what that took."""

    def __init__(self, path, *options, name="model"):
        self._folder = tempfile.TemporaryDirectory()
        folder = pathlib.Path(self._folder.name)
        command = [NN_COMPILE, path, "-o", folder, f"--name={name}", *options]
        start = time.monotonic()
        process = subprocess.Popen([str(c) for c in command], stderr=subprocess.PIPE, text=True)
        errors = process.stderr.read()
        _, status, usage = os.wait4(process.pid, 0)
        self.compile_seconds = time.monotonic() - start
        self.compile_megabytes = usage.ru_maxrss / 1024
        if status:
            raise RuntimeError(f"nn-compile {path}: {errors.strip()}")
        self.report = json.loads((folder / f"{name}.report.json").read_text())
        self.object_bytes = (folder / f"lib{name}.a").stat().st_size
        library = folder / "model.so"
        subprocess.run(["clang-22", "-shared", "-fuse-ld=lld", "-Wl,--whole-archive", folder / f"lib{name}.a", "-Wl,--no-whole-archive",
                        "-o", library], check=True)
        self._name, self._library = name, ctypes.CDLL(str(library))
        self._run = getattr(self._library, f"{name}_run")
        self._run.argtypes = [ctypes.c_void_p] * 3
        arena = self.report["memory"]["arena_bytes"]
        self._arena = numpy.zeros(arena + 4096, numpy.uint8)
        self._arena_address = (self._arena.ctypes.data + 4095) // 4096 * 4096
        self.inputs = [(t["name"], tuple(t["shape"]), NUMPY_TYPES[t["type"]]) for t in self.report["inputs"]]
        self._outputs = [numpy.zeros(t["shape"], NUMPY_TYPES[t["type"]]) for t in self.report["outputs"]]
        self._output_pointers = (ctypes.c_void_p * max(1, len(self._outputs)))(*[o.ctypes.data for o in self._outputs])

    def bind(self, *arrays):
        """Fixes the inputs; `step()` then runs without any preparation."""
        self._bound = [numpy.ascontiguousarray(a) for a in arrays]
        for array, (name, shape, kind) in zip(self._bound, self.inputs, strict=True):
            if array.shape != shape or array.dtype != kind:
                raise ValueError(f"input {name} is {array.dtype}{array.shape}, expected {kind}{shape}")
        self._input_pointers = (ctypes.c_void_p * max(1, len(arrays)))(*[a.ctypes.data for a in self._bound])

    def address(self, part):
        """Address of a function of the object, for example `run_traced`."""
        return ctypes.cast(getattr(self._library, f"{self._name}_{part}"), ctypes.c_void_p)

    def arguments(self):
        """Inputs, outputs and arena as the object's functions take them, after `bind`."""
        return self._input_pointers, self._output_pointers, self._arena_address

    def step(self):
        status = self._run(*self.arguments())
        if status:
            raise RuntimeError(f"status {status}")

    def __call__(self, *arrays):
        self.bind(*arrays)
        self.step()
        return [o.copy() for o in self._outputs]

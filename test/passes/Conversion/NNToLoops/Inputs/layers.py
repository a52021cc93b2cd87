"""Layer functions in buffer form as text, compiled for this machine and run on buffers between unreadable pages.

Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""

import ctypes
import os
import pathlib
import subprocess
import sys

import numpy as np

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[4] / "targets" / "Common" / "Inputs"))
from buffers import GuardedBuffer  # noqa: E402

LLVM_TOOLS = "/usr/lib/llvm-22/bin/"
# numpy has no bfloat16: such tensors are kept as f32 arrays whose values are exact in bf16.
BF16 = "bf16"
NAMES = {"float32": "f32", "float64": "f64", "float16": "f16", "bool": "i1", BF16: "bf16",
         **{f"int{n}": f"i{n}" for n in (8, 16, 32, 64)}, **{f"uint{n}": f"ui{n}" for n in (8, 16, 32, 64)}}


def to_bf16_bits(array):
    bits = np.ascontiguousarray(array, np.float32).view(np.uint32).astype(np.uint64)
    rounded = (bits + 0x7FFF + ((bits >> 16) & 1)) >> 16
    return np.where(np.isnan(array), 0x7FC0, rounded).astype(np.uint16)


def from_bf16_bits(bits):
    return (bits.astype(np.uint32) << 16).view(np.float32)


def row_major(shape):
    strides = [1] * len(shape)
    for d in range(len(shape) - 2, -1, -1):
        strides[d] = strides[d + 1] * max(shape[d + 1], 1)
    return strides


def channels_last(shape):
    """Strides of a tensor whose second dimension is the innermost one."""
    order = [0, *range(2, len(shape)), 1]
    strides, step = [0] * len(shape), 1
    for d in reversed(order):
        strides[d], step = step, step * shape[d]
    return strides


def random_strides(rng, shape):
    """A random order of the dimensions, now and then with gaps: a part of a larger buffer."""
    strides, step = [0] * len(shape), 1
    for d in rng.permutation(len(shape)):
        strides[d] = int(step)
        step *= shape[d] + (int(rng.integers(0, 3)) if rng.random() < 0.3 else 0)
    return strides


def some_strides(rng, shape):
    if not shape or rng.random() < 0.2:
        return None
    if rng.random() < 0.3:
        return row_major(shape)
    if len(shape) > 2 and rng.random() < 0.5:
        return channels_last(shape)
    return random_strides(rng, shape)


class Tensor:
    """A value in the text and the array that it stands for."""

    def __init__(self, name, array, dtype, strides):
        self.name, self.array, self.dtype, self.strides = name, array, dtype, strides

    @property
    def shape(self):
        return self.array.shape

    @property
    def type(self):
        layout = "" if self.strides is None else f", #nn.layout<{list(map(int, self.strides))}>"
        return f"tensor<{''.join(f'{n}x' for n in self.shape)}{NAMES[self.dtype]}{layout}>"


class Layer:
    """Collects the text of one layer function with the arrays it is to read and write."""

    def __init__(self, name):
        self.name = name
        self.arguments, self.lines, self.memory, self.checks = [], [], [], []

    def _buffer(self, elements, storage, mark=""):
        index = len(self.memory)
        signless = {"bool": "i8"}.get(storage, NAMES[storage].replace("ui", "i"))
        self.arguments.append(f"%m{index}: memref<{elements}x{signless}>{mark}")
        return index, f"%m{index}", f"memref<{elements}x{signless}>"

    @staticmethod
    def _stored(array, dtype):
        if dtype == BF16:
            return to_bf16_bits(array)
        return array.astype(np.uint8) if dtype == "bool" else array

    @staticmethod
    def _places(shape, strides):
        grids = np.meshgrid(*[np.arange(n) for n in shape], indexing="ij") if shape else []
        return sum((g * s for g, s in zip(grids, strides)), np.zeros(shape, np.int64)).astype(np.int64)

    def _size(self, shape, strides):
        if 0 in shape:
            return 0
        return sum((n - 1) * s for n, s in zip(shape, strides)) + 1

    def read(self, array, strides=None, dtype=None):
        array = np.asarray(array)
        dtype = dtype or array.dtype.name
        own = row_major(array.shape) if strides is None else strides
        stored = self._stored(array, dtype)
        memory = np.full(self._size(array.shape, own), 99).astype(stored.dtype)
        memory[self._places(array.shape, own)] = stored
        index, name, buffer = self._buffer(len(memory), dtype)
        self.memory.append(memory)
        tensor = Tensor(f"%t{len(self.lines)}", array, dtype, strides)
        self.lines.append(f"{tensor.name} = rt.tensor {name} : {buffer} -> {tensor.type}")
        return tensor

    def constant(self, array):
        array = np.asarray(array)
        tensor = Tensor(f"%t{len(self.lines)}", array, array.dtype.name, None)
        self.lines.append(f"{tensor.name} = nn.constant dense<{np.array2string(array, separator=', ', floatmode='unique')}> : {tensor.type}".replace("\n", ""))
        return tensor

    def ops(self, text, operands, results):
        """Adds an operation; `text` has {} for each operand, `results` are (array, dtype, strides)."""
        tensors = [Tensor(f"%t{len(self.lines)}_{i}", np.asarray(a), d or np.asarray(a).dtype.name, s)
                   for i, (a, d, s) in enumerate(results)]
        names = ", ".join(t.name for t in tensors)
        types = ", ".join(o.type for o in operands)
        self.lines.append(f"{names} = {text.format(*(o.name for o in operands))} : ({types}) -> "
                          f"({', '.join(t.type for t in tensors)})")
        return tensors

    def op(self, text, operands, array, dtype=None, strides=None):
        return self.ops(text, operands, [(array, dtype, strides)])[0]

    def store(self, tensor, tolerance=0.0, check=None):
        """`tolerance` is relative to the largest magnitude expected, plus the same relative to each element."""
        strides = row_major(tensor.shape) if tensor.strides is None else tensor.strides
        stored = self._stored(tensor.array, tensor.dtype)
        memory = np.full(self._size(tensor.shape, strides), 77).astype(stored.dtype)
        index, name, buffer = self._buffer(len(memory), tensor.dtype, " {rt.result}")
        self.memory.append(memory)
        self.checks.append((index, tensor, strides, tolerance, check))
        self.lines.append(f"rt.store {tensor.name}, {name} : {tensor.type}, {buffer}")

    def scratch(self, elements, dtype="float32"):
        self._buffer(elements, dtype, " {rt.scratch}")
        self.memory.append(np.full(elements, 55).astype(dtype))

    def text(self):
        body = "\n  ".join(self.lines)
        arguments = ", ".join(self.arguments)
        return f"""
func.func @{self.name}({arguments}) attributes {{rt.layer = "{self.name}"}} {{
  {body}
  return
}}
"""

    def problem(self, results):
        """What differs from the expectation, in words, or an empty text."""
        for i, memory in enumerate(self.memory):
            written = [c for c in self.checks if c[0] == i]
            is_scratch = "rt.scratch" in self.arguments[i]
            if not written and not is_scratch and not np.array_equal(results[i], memory, equal_nan=memory.dtype.kind == "f"):
                return f"input {i} was changed"
        for index, tensor, strides, tolerance, check in self.checks:
            places = self._places(tensor.shape, strides)
            got = results[index][places]
            untouched = np.ones(len(results[index]), bool)
            untouched[places] = False
            if not (results[index][untouched] == 77).all():
                return "elements between those of the result were written"
            if tensor.dtype == BF16:
                got = from_bf16_bits(got)
            if tensor.dtype == "bool":
                if not np.isin(got, (0, 1)).all():
                    return "a boolean is neither 0 nor 1"
                got = got.astype(bool)
            text = check(got) if check else difference(got, tensor.array, tolerance)
            if text:
                return text
        return ""


def difference(got, expected, tolerance):
    if expected.dtype.kind != "f" or tolerance == 0:
        bad = ~((got == expected) | ((got != got) & (expected != expected)))
    else:
        wide, want = got.astype(np.float64), expected.astype(np.float64)
        finite = np.isfinite(want)
        scale = np.abs(want[finite]).max() if finite.any() else 0
        with np.errstate(invalid="ignore"):
            close = np.abs(wide - want) <= tolerance * (scale + np.abs(want))
        bad = ~np.where(finite, close, (wide == want) | (np.isnan(wide) & np.isnan(want)))
    if not bad.any():
        return ""
    first = tuple(int(x) for x in np.argwhere(bad)[0])
    return f"{int(bad.sum())} of {bad.size} elements differ; at {first}: {got[first]}, expected {expected[first]}"


def run(*command, text=None, what=""):
    process = subprocess.run(command, input=text, capture_output=True, text=True)
    if process.returncode:
        raise SystemExit(f"{command[0]} failed {what}\n{process.stderr[-6000:]}")
    return process.stdout


LOOPS = ["--nnc-convert-layers-to-loops"]
# Layer functions become public so that this program can call them.
LOWERING = ["--canonicalize", "--cse", "--convert-scf-to-cf"]


def compile_layers(layers, path, march="x86-64-v3", passes=LOOPS, optimisation="-O2", libraries=(), lowering=""):
    text = "".join(layer.text() for layer in layers)
    pathlib.Path(path + ".mlir").write_text(text)
    llvm = run("nn-opt", path + ".mlir", *passes, *LOWERING, f"--nnc-lower-to-llvm={lowering}").replace("llvm.func internal", "llvm.func")
    ir = run(LLVM_TOOLS + "mlir-translate", "--mlir-to-llvmir", text=llvm)
    run(LLVM_TOOLS + "clang", "-x", "ir", "-", "-shared", "-fPIC", optimisation, f"-march={march}",
        "-Wno-override-module", "-fuse-ld=lld", *libraries, "-o", path, text=ir)
    return ctypes.CDLL(path)


def run_layer(layer, library, at_end):
    """The layer's problem in words; in a process of its own, so that a crash is a problem like others."""
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        buffers = [GuardedBuffer(m, at_end) for m in layer.memory]
        getattr(library, layer.name)(*(ctypes.c_void_p(b.address) for b in buffers))
        os.write(writer, layer.problem([b.array.copy() for b in buffers]).encode())
        os._exit(0)
    os.close(writer)
    with os.fdopen(reader) as pipe:
        problem = pipe.read()
    _, status = os.waitpid(child, 0)
    return problem if status == 0 else f"ended with signal {os.WTERMSIG(status)}"


def check_layers(layers, library, verbose=False):
    """Runs every layer with its buffers at either end of a page; returns how many are wrong."""
    failed = 0
    for layer in layers:
        problem = run_layer(layer, library, True) or run_layer(layer, library, False)
        if problem:
            failed += 1
            print(f"FAILED {layer.name}: {problem}\n{layer.text() if verbose else ''}", flush=True)
    return failed

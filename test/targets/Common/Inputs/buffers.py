"""Buffers between unreadable pages, and compiled functions on them.

An access one element before or behind a buffer ends the program.
Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""

import ctypes
import mmap
import os
import pathlib
import subprocess
import sys

import numpy as np

sys.path.append(str(pathlib.Path(__file__).resolve().parents[3]))
import machines  # noqa: E402

PAGE = mmap.PAGESIZE
_libc = ctypes.CDLL(None, use_errno=True)
_libc.mmap.restype = ctypes.c_void_p
_libc.mmap.argtypes = [ctypes.c_void_p, ctypes.c_size_t] + [ctypes.c_int] * 3 + [ctypes.c_long]
_libc.mprotect.argtypes = [ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int]
_libc.munmap.argtypes = [ctypes.c_void_p, ctypes.c_size_t]


class GuardedBuffer:
    """A copy of an array whose last (or first) byte touches a page that may not be accessed."""

    def __init__(self, array, at_end):
        array = np.ascontiguousarray(array).reshape(-1)
        pages = max(1, -(-array.nbytes // PAGE))
        self.size = (pages + 2) * PAGE
        self.base = _libc.mmap(None, self.size, mmap.PROT_READ | mmap.PROT_WRITE,
                               mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS, -1, 0)
        offset = PAGE + (pages * PAGE - array.nbytes if at_end else 0)
        self.address = self.base + offset
        view = (ctypes.c_char * array.nbytes).from_address(self.address)
        self.array = np.frombuffer(view, dtype=array.dtype)
        self.array[:] = array
        for guard in (0, (pages + 1) * PAGE):
            _libc.mprotect(self.base + guard, PAGE, 0)

    def close(self):
        self.array = None
        _libc.munmap(self.base, self.size)


LOWERING = [
    "--canonicalize", "--cse", "--convert-scf-to-cf", "--convert-vector-to-llvm", "--convert-math-to-llvm",
    "--finalize-memref-to-llvm", "--convert-func-to-llvm=use-bare-ptr-memref-call-conv", "--convert-arith-to-llvm",
    "--convert-cf-to-llvm", "--reconcile-unrealized-casts",
]


def command(*arguments, text=None):
    run = subprocess.run(arguments, input=text, capture_output=True, text=True)
    if run.returncode:
        raise SystemExit(f"{' '.join(arguments)} failed:\n{run.stderr[-4000:]}")
    return run.stdout


def lower(module, passes):
    """LLVM IR text of a module of this project's and upstream operations."""
    loops = command("nn-opt", *passes, text=module)
    return command("mlir-translate", "--mlir-to-llvmir", text=command("mlir-opt", *LOWERING, text=loops))


def need(march):
    """Starts the running program anew on an emulator where this machine lacks the instructions of `march`. Its tools still run by themselves."""
    words = machines.runner(march) if march in machines.FLAGS else []
    if words and "NNC_EMULATED" not in os.environ:
        os.execvpe(words[0], [*words, sys.executable, *sys.argv], {**os.environ, "NNC_EMULATED": "1"})


def load(module, passes, path, march, *features):
    """Compiles a module for this machine and loads it."""
    command("clang", "-x", "ir", "-", "-shared", "-fPIC", "-O2", f"-march={march}", *[f"-m{f}" for f in features], "-Wno-override-module",
            "-fuse-ld=lld", "-lm", "-o", path, text=lower(module, passes))
    return ctypes.CDLL(path)


def call(library, name, arrays, at_end):
    """Calls a function with copies of arrays; returns what they hold afterwards."""
    buffers = [GuardedBuffer(a, at_end) for a in arrays]
    getattr(library, name)(*(ctypes.c_void_p(b.address) for b in buffers))
    results = [b.array.copy() for b in buffers]
    for buffer in buffers:
        buffer.close()
    return results

"""Runs a small model out of the very object that an application links.

Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""

import ctypes
import subprocess
import sys

import numpy as np

ARENA = 1 << 20


def compiled(text, target, folder, results):
    """A function of arrays that are the model's inputs; it fills the arrays `results`. `text` is the model's IR."""
    source, library = folder / "model.mlir", folder / "model.so"
    source.write_text(text)
    subprocess.run(["nn-compile", source, f"--target={target}", "--name=f", "-o", folder], check=True)
    subprocess.run(["clang-22", "-shared", "-Wl,--whole-archive", folder / "libf.a", "-Wl,--no-whole-archive", "-o", library], check=True)
    run = ctypes.CDLL(str(library)).f_run
    arena = np.zeros(ARENA, np.uint8)
    aligned = arena.ctypes.data + -arena.ctypes.data % 64

    def pointers(arrays):
        return (ctypes.c_void_p * len(arrays))(*(a.ctypes.data for a in arrays))

    def call(*arguments):
        status = run(pointers(arguments), pointers(results), ctypes.c_void_p(aligned))
        if status:
            sys.exit(f"status {status} of\n{text}")
    return call

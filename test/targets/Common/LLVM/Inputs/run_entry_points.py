"""Calls the public functions of a model with one layer, y = x·w: run, check, traced run and the status of each mistake.

usage: run_entry_points.py LLVM_IR_FILE LIBRARY.so
Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""

import ctypes
import subprocess
import sys

import numpy as np

OK, NULL_TENSOR, NULL_ARENA, ARENA_ALIGNMENT = range(4)
WEIGHTS = np.array([2, 3, 5], np.float32)


def aligned(size, alignment):
    raw = np.zeros(size + alignment, np.int8)
    offset = -raw.ctypes.data % alignment
    return raw[offset:offset + size]


def expect(what, got, expected):
    if not np.array_equal(got, expected):
        sys.exit(f"{what}: {got}, expected {expected}")


def main():
    source, path = sys.argv[1:]
    subprocess.run(["clang", "-x", "ir", source, "-shared", "-fPIC", "-O2", "-Wno-override-module", "-fuse-ld=lld", "-o", path], check=True)
    library = ctypes.CDLL(path)
    x, y, arena = np.array([0.5, -7, 11], np.float32), np.full(3, 99, np.float32), aligned(64, 64)

    def call(name, x_address=x.ctypes.data, y_address=y.ctypes.data, arena_address=arena.ctypes.data, more=()):
        inputs, outputs = (ctypes.c_void_p * 1)(x_address), (ctypes.c_void_p * 1)(y_address)
        return getattr(library, name)(inputs, outputs, ctypes.c_void_p(arena_address), *more)

    expect("check", call("kws_check"), OK)
    expect("result after check only", y, [99, 99, 99])
    for name in ("kws_run", "kws_check"):
        expect(f"{name} without input", call(name, x_address=None), NULL_TENSOR)
        expect(f"{name} without output", call(name, y_address=None), NULL_TENSOR)
        expect(f"{name} without arena", call(name, arena_address=None), NULL_ARENA)
        expect(f"{name} with a crooked arena", call(name, arena_address=arena.ctypes.data + 1), ARENA_ALIGNMENT)
        expect(f"{name} without structures", getattr(library, name)(None, None, ctypes.c_void_p(arena.ctypes.data)), NULL_TENSOR)
    expect("result after refused runs", y, [99, 99, 99])
    expect("run", call("kws_run"), OK)
    expect("result", y, x * WEIGHTS)

    seen, user = [], ctypes.c_int(7)
    callback = ctypes.CFUNCTYPE(None, ctypes.c_void_p, ctypes.c_uint32)(lambda data, layer: seen.append((data, layer, y[1])))
    y[:] = 99
    expect("traced run", call("kws_run_traced", more=(callback, ctypes.byref(user))), OK)
    expect("traced layers", np.array(seen), np.array([(ctypes.addressof(user), 0, x[1] * WEIGHTS[1])]))
    expect("result of the traced run", y, x * WEIGHTS)
    print("entry points agree")


main()

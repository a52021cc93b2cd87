"""What the themes share: random inputs, and the text of one case.

Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""

import math
import zlib

import numpy as np
import torch

NAMES = {np.dtype("float32"): "f32", np.dtype("float64"): "f64", np.dtype("float16"): "f16", np.dtype("int64"): "i64", np.dtype("int32"): "i32",
         np.dtype("int8"): "i8", np.dtype("uint8"): "ui8", np.dtype("bool"): "i1", np.dtype("int16"): "i16", np.dtype("uint32"): "ui32",
         np.dtype("uint64"): "ui64"}


def randomness(theme):
    """A generator with a seed of the theme's own, and a function that makes f32 tensors with it."""
    rng = np.random.default_rng(zlib.crc32(theme.encode()))

    def f32(*shape, low=-3.0, high=3.0):
        return rng.uniform(low, high, shape).astype(np.float32)

    return rng, f32


def tensor_type(a):
    return f"tensor<{''.join(f'{d}x' for d in a.shape)}{NAMES[a.dtype]}>"


def element(v):
    if isinstance(v, (bool, np.bool_)):
        return "true" if v else "false"
    if isinstance(v, (float, np.floating)):
        if not math.isfinite(v):  # as bits
            bits = {2: np.uint16, 4: np.uint32, 8: np.uint64}[np.asarray(v).itemsize]
            return hex(int(np.asarray(v).view(bits)))
        text = repr(float(v))
        return text if "." in text else text.replace("e", ".0e")
    return str(int(v))


def literal(a):
    if a.ndim == 0:
        return element(a[()])
    return "[" + ", ".join(literal(x) for x in a) + "]"


def case(name, op, inputs, expected, attributes="", operands=None):
    """Prints one function. `op` may name a kind: 'binary add'. `expected` is one value or a tuple of them,
    `operands` the text of the operands %x0, %x1 … where they are no plain list."""
    inputs = [np.asarray(x) for x in inputs]
    expected = [np.asarray(e) for e in (expected if isinstance(expected, tuple) else (expected,))]
    print(f"func.func @{name}() -> ({', '.join(f'{tensor_type(e)}, {tensor_type(e)}' for e in expected)}) {{")
    for i, x in enumerate(inputs):
        print(f"  %x{i} = nn.constant dense<{literal(x)}> : {tensor_type(x)}")
    for i, e in enumerate(expected):
        print(f"  %e{i} = nn.constant dense<{literal(e)}> : {tensor_type(e)}")
    names = ", ".join(f"%x{i}" for i in range(len(inputs)))
    if op == "pad constant" and len(inputs) == 2:
        names = "%x0 value %x1"
    names = operands or names
    types = ", ".join(tensor_type(x) for x in inputs)
    results = ", ".join(tensor_type(e) for e in expected)
    signature = results if op == "iota" else f"({types}) -> " + (f"({results})" if len(expected) > 1 else results)
    y = "%y" if len(expected) == 1 else f"%y:{len(expected)}"
    print(f"  {y} = nn.{op} {names}{' {' + attributes + '}' if attributes else ''} : {signature}")
    pairs = [("%y" if len(expected) == 1 else f"%y#{i}", f"%e{i}") for i in range(len(expected))]
    print(f"  return {', '.join(f'{a}, {b}' for a, b in pairs)} : {', '.join(f'{tensor_type(e)}, {tensor_type(e)}' for e in expected)}")
    print("}\n")


def t(a):
    return torch.from_numpy(np.asarray(a)).double()


def n(a, dtype=np.float32):
    return a.numpy().astype(dtype)


def array(name, values, kind="i64"):
    return f"{name} = array<{kind}: {', '.join(str(v) for v in values)}>"

"""The loops of this folder as Python functions, compiled for a machine.

Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""

import ctypes
import pathlib
import subprocess

HERE = pathlib.Path(__file__).resolve().parent


def compiled(source, folder, *options):
    """A C file of the benchmarks as a library."""
    options = [str(option) for option in options]
    library = pathlib.Path(folder) / f"{pathlib.Path(source).stem}{'-'.join(options)}.so".replace("=", "-")
    subprocess.run(["clang-22", "-O2", "-ffp-contract=fast", "-Wall", "-Werror", "-shared", "-fPIC", *options, HERE / source, "-o", library], check=True)
    return ctypes.CDLL(str(library))


def _rate(source, folder, target, options):
    """A function of seconds: multiply-adds per second in a loop that long."""
    function = getattr(compiled(f"{source}.c", folder, f"-march={target}", *options), f"{source}_rate")
    function.argtypes, function.restype = [ctypes.c_double], ctypes.c_double
    return function


def fma_rate(folder, target="native", *options):
    """Multiply-adds of f32, in the widest vectors of the target."""
    return _rate("fma", folder, target, options)


def dot_rate(folder, target="native", *options):
    """Multiply-adds of 8-bit integers with sums in 32 bits, by the target's instruction for them."""
    return _rate("dot", folder, target, options)

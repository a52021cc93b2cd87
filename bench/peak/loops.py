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


def fma_rate(folder, target="native", *options):
    """A function of seconds: multiply-adds of f32 per second in a loop that long, in the widest vectors of the target."""
    function = compiled("fma.c", folder, f"-march={target}", *options).fma_rate
    function.argtypes, function.restype = [ctypes.c_double], ctypes.c_double
    return function

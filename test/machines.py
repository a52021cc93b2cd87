"""Which code this machine can run: by itself, or with an emulator.

Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""

import pathlib
import platform
import shutil

# Of /proc/cpuinfo; what no emulator has is marked.
FLAGS = {"x86-64-v1": [], "x86-64-v2": ["sse4_2", "ssse3", "popcnt"], "x86-64-v3": ["avx2", "fma", "bmi2"],
         "x86-64-v4": ["avx512f", "avx512bw", "avx512dq", "avx512vl", "avx512cd"]}
NOT_EMULATED = {"x86-64-v4"}


def _lacking(target):
    flags = pathlib.Path("/proc/cpuinfo").read_text().split()
    return [flag for flag in FLAGS[target] if flag not in flags]


def _emulator(target):
    return "qemu-aarch64" if target == "aarch64" else "qemu-x86_64"


def _is_native(target):
    if target == "aarch64":
        return platform.machine() == "aarch64"
    return platform.machine() == "x86_64" and not _lacking(target)


def why_not(target):
    """What keeps programs for a target from running here; empty where nothing does."""
    compiler = linker(target)[0]
    if not shutil.which(compiler):
        return f"{compiler} is not installed"
    if _is_native(target):
        return ""
    if target in NOT_EMULATED:
        return f"this machine lacks {', '.join(_lacking(target)) if platform.machine() == 'x86_64' else 'its instructions'}, and no emulator has them"
    return "" if shutil.which(_emulator(target)) else f"{_emulator(target)} is not installed"


def linker(target):
    """The compiler of C programs for a target, and how it links them."""
    machine = "aarch64" if target == "aarch64" else "x86_64"
    if machine == platform.machine():
        return ["clang-22"]
    return [f"{machine}-linux-gnu-gcc", "-static"]


def runner(target, emulated=False):
    """What stands before the name of a program; `emulated`: also where this machine could do without."""
    if _is_native(target) and not emulated:
        return []
    return [_emulator(target), "-cpu", "max"]

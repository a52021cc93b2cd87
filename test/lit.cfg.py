"""Text tests: every .mlir and .test file below test/ is run by its RUN lines.

Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""

import os
import pathlib
import platform
import pty
import shutil
import sys

import lit.formats

sys.path.insert(0, os.path.dirname(__file__))
import machines  # noqa: E402

config.name = "nn-compile"
config.test_format = lit.formats.ShTest(execute_external=False)
config.suffixes = [".mlir", ".test"]
config.excludes = ["Inputs", "unit", "conformance"]
config.test_source_root = os.path.dirname(__file__)
config.test_exec_root = config.nnc_test_dir

config.environment["PATH"] = os.pathsep.join(
    [config.nnc_tools_dir, config.llvm_tools_dir, config.environment.get("PATH", "")])
# The test runner's environment where it is there: some tests use its oracles.
venv = os.path.join(config.nnc_build_dir, "venv", "bin", "python")
python = venv if os.path.exists(venv) else sys.executable
config.substitutions.append(("%python", python))
# %exits CODE ABSENT COMMAND...: the command ends with this code and leaves no such path behind.
config.substitutions.append(("%exits", f"{python} {os.path.join(config.test_source_root, 'bad-input', 'expect_exit.py')}"))
config.substitutions.append(("%build", config.nnc_build_dir))
config.substitutions.append(("%examples", os.path.join(os.path.dirname(config.test_source_root), "examples")))
# A machine that this one is not, and that no emulator stands in for under this name.
x86_host = platform.machine() == "x86_64"
config.substitutions.append(("%foreign_triple", "aarch64-linux-gnu" if x86_host else "x86_64-linux-gnu"))
if x86_host:
    config.available_features.add("x86-host")
if x86_host and "avx2" in pathlib.Path("/proc/cpuinfo").read_text().split():
    config.available_features.add("avx2-host")
# Levels of x86-64 that programs can be run of, by this machine or by an emulator.
for level in ("x86-64-v2", "x86-64-v3", "x86-64-v4"):
    if obstacle := machines.why_not(level):
        lit_config.note(f"tests of code for {level} are left out: {obstacle}")
    else:
        config.available_features.add(level)
if x86_host and "avx512_vnni" in pathlib.Path("/proc/cpuinfo").read_text().split():
    config.available_features.add("avx512vnni-host")
if shutil.which("qemu-x86_64"):
    config.available_features.add("x86-emulator")
if shutil.which("qemu-aarch64"):
    config.available_features.add("aarch64")
try:
    for end in pty.openpty():
        os.close(end)
    config.available_features.add("terminal")
except OSError:
    pass  # a container without /dev/pts: what only a terminal shows cannot be seen
if shutil.which("arm-none-eabi-gcc") and shutil.which("qemu-system-arm"):
    config.available_features.add("cortex-m")

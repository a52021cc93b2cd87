"""The contract of a compiled object, checked on the example models for every target.

usage: contract.py [--target NAME[,THREADS] ...] [--model NAME ...]
Symbols, sections, build attributes, header, reproducible bytes, exact arena, stack bound, unmodified inputs, two threads; see
docs/embedding.md for the contract. The last line is JSON with the counts.
Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""

import argparse
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
BIN = ROOT / "build" / "bin"
LLVM = pathlib.Path("/usr/lib/llvm-22/bin")
MODELS = ROOT / "examples" / "models"

# Target, the cores whose floating point is a library of the toolchain, and what the build attributes must say.
HOSTED = ["x86-64-v1", "x86-64-v2", "x86-64-v3", "x86-64-v4", "x86-64-v2+v3+v4", "aarch64"]
THREADED = ["x86-64-v3,2", "x86-64-v2+v3+v4,2", "aarch64,3", "cortex-m4,2"]
EMBEDDED = {
    "cortex-m0": {"Tag_CPU_arch": "v6S-M"},
    "cortex-m3": {"Tag_CPU_arch": "v7"},
    "cortex-m4": {"Tag_CPU_arch": "v7E-M", "Tag_ABI_VFP_args": "VFP registers"},
    "cortex-m7": {"Tag_CPU_arch": "v7E-M", "Tag_ABI_VFP_args": "VFP registers"},
    "cortex-m33": {"Tag_CPU_arch": "v8-M.mainline", "Tag_ABI_VFP_args": "VFP registers"},
    "cortex-m55": {"Tag_CPU_arch": "v8.1-M.mainline", "Tag_ABI_VFP_args": "VFP registers"},
}
SOFT_FLOAT = {"cortex-m0", "cortex-m3"}
EMULATED = ["aarch64", *EMBEDDED]
C_LIBRARY = {"memcpy", "memset", "memmove"}


def run(*command, **keywords):
    process = subprocess.run([str(c) for c in command], capture_output=True, text=True, **keywords)
    if process.returncode:
        raise AssertionError(f"{' '.join(map(str, command))} ended with {process.returncode}\n{process.stdout}{process.stderr}")
    return process.stdout


class Artifacts:
    """One model compiled for one target, a name or a name and a number of threads."""

    def __init__(self, model, target, folder):
        self.name, self.folder = model, folder
        self.target, _, self.threads = target.partition(",")
        self.options = [f"--target={self.target}", *([f"--threads={self.threads}"] if self.threads else [])]
        run(BIN / "nn-compile", MODELS / f"{model}.onnx", *self.options, "-o", folder)
        self.archive = folder / f"lib{model}.a"
        self.header = folder / f"{model}.h"
        self.report = json.loads((folder / f"{model}.report.json").read_text())

    def macro(self, suffix):
        value = re.search(rf"#define {self.name.upper()}_{suffix}\s+(\d+)u", self.header.read_text())
        assert value, f"the header has no {suffix}"
        return int(value.group(1))


def check_symbols(a):
    """Only prefixed symbols are visible; nothing but memcpy, memset, memmove is needed (and the EABI's float helpers on cores without FPU)."""
    defined = {line.split()[-1] for line in run(LLVM / "llvm-nm", "-g", "--defined-only", a.archive).splitlines() if len(line.split()) == 3}
    assert f"{a.name}_run" in defined, f"{a.name}_run is not defined; found {sorted(defined)}"
    foreign = {s for s in defined if not s.startswith(a.name)}
    assert not foreign, f"symbols without the prefix: {sorted(foreign)}"
    needed = {line.split()[-1] for line in run(LLVM / "llvm-nm", "-u", a.archive).splitlines() if line.strip() and not line.endswith(":")}
    if "+" in a.target:
        needed -= defined  # the levels' functions, which the object that chooses calls
    extra = {s for s in needed - C_LIBRARY if not (a.target in SOFT_FLOAT and s.startswith("__aeabi_"))}
    assert not extra, f"undefined symbols: {sorted(extra)}"


def check_sections(a):
    """Read-only code and constants in prefixed sections; no writable or initialising section with contents."""
    text = run(LLVM / "llvm-readelf", "-S", "-W", a.archive)
    sections = re.findall(r"\]\s+(\S+)\s+(\w+)\s+[0-9a-f]+\s+[0-9a-f]+\s+([0-9a-f]+)\s+[0-9a-f]+\s+([A-Z]*)\s", text)
    assert sections
    name_of_part = rf"\.nn\.{a.name}(_v[1-4])?\." if "+" in a.target else rf"\.nn\.{a.name}\."
    for name, kind, size, flags in sections:
        empty = int(size, 16) == 0
        assert empty or not ("W" in flags and "A" in flags), f"section {name} is writable and not empty"
        assert empty or kind not in ("INIT_ARRAY", "FINI_ARRAY", "PREINIT_ARRAY"), f"section {name} runs code at start"
        if "X" in flags and not empty:
            assert re.match(r"\.text" + name_of_part, name), f"code in section {name}"
        elif flags in ("A", "AM", "AMS") and not empty and kind == "PROGBITS" and not name.startswith((".eh_frame", ".ARM")):
            assert re.match(r"\.rodata" + name_of_part, name), f"constants in section {name}"


def check_attributes(a):
    """Arm build attributes name the architecture and the float ABI."""
    text = run("arm-none-eabi-readelf", "-A", a.archive)
    for key, value in EMBEDDED[a.target].items():
        found = re.search(rf"{key}: (.*)", text)
        assert found and found.group(1).strip() == value, f"{key} is {found and found.group(1)}, expected {value}"
    if a.target in SOFT_FLOAT:
        assert "VFP registers" not in text, "a soft-float core with the hard-float ABI"


def check_header(a):
    """The header compiles alone as C99, C11 and C++17 with all warnings as errors."""
    strict = ["-Wall", "-Wextra", "-Wpedantic", "-Wconversion", "-Wundef", "-Werror", "-fsyntax-only", "-I", a.folder, "-I", ROOT / "runtime/include"]
    source = a.folder / "use.c"
    source.write_text(f'#include "{a.name}.h"\n#include "{a.name}.h"\nint use(void);\nint use(void) {{ return (int)sizeof({a.name}_inputs); }}\n')
    for standard in ("c99", "c11"):
        run("clang-22", f"-std={standard}", "-Wstrict-prototypes", *strict, source)
    run("clang++-22", "-std=c++17", "-x", "c++", *strict, source)
    if a.target in EMBEDDED:
        run("arm-none-eabi-gcc", "-std=c99", *strict, source)


def check_reproducible(a):
    """The same bytes from another folder with another TMPDIR."""
    with tempfile.TemporaryDirectory() as elsewhere:
        copy = pathlib.Path(elsewhere) / "copy.onnx"
        shutil.copy(MODELS / f"{a.name}.onnx", copy)
        out = pathlib.Path(elsewhere) / "out"
        (pathlib.Path(elsewhere) / "tmp").mkdir()
        run(BIN / "nn-compile", copy.name, f"--name={a.name}", *a.options, "-o", out, cwd=elsewhere,
            env={**os.environ, "TMPDIR": f"{elsewhere}/tmp"})
        for file in (a.archive, a.header):
            assert file.read_bytes() == (out / file.name).read_bytes(), f"{file.name} differs between two folders"


def check_report(a):
    """Report and header agree, and the arena meets its lower bound as stated."""
    memory = a.report["memory"]
    assert memory["arena_bytes"] == a.macro("ARENA_SIZE"), "arena of report and header differ"
    assert memory["arena_bytes"] - memory["lower_bound_bytes"] == memory["gap_bytes"] >= 0, f"arena, bound and gap disagree: {memory}"


def check_emulated(a):
    """On the emulated machine: right results, stack within its bound, exact arena, fences and inputs intact."""
    text = run(BIN / "nn-run", MODELS / f"{a.name}.onnx", *a.options, "--inputs", MODELS / f"{a.name}.test.npz",
               "--compare", MODELS / f"{a.name}.test.npz", "--of-largest", "--rtol=1e-4", "--batch", "--limit=3", "--json")
    result = json.loads(text)
    assert result["stack_bytes"] <= a.macro("STACK_MAX"), f"used {result['stack_bytes']} bytes of stack, bound {a.macro('STACK_MAX')}"
    assert result["stack_bytes"] > 0
    assert result["arena_end_used"], "the arena's last byte is never used: its size is not exact"


def check_threads(a):
    """Two threads with their own arenas get the results of one; where layers are divided, from their parts in reverse order."""
    source = ROOT / "test" / "embedded" / "two_threads.c"
    compiler, launch, flags = (("aarch64-linux-gnu-gcc", ["qemu-aarch64"], ["-static"]) if a.target == "aarch64" else ("clang-22", [], []))
    program = a.folder / "two_threads"
    run(compiler, "-std=c11", "-O2", "-Wall", "-Werror", f"-DMODEL={a.name}", f"-DMODEL_UPPER={a.name.upper()}", f'-DHEADER="{a.name}.h"',
        *(["-DDIVIDED"] if a.threads else []), "-I", a.folder, "-I", ROOT / "runtime/include", source, a.archive, "-pthread", *flags, "-o", program)
    run(*launch, program)


def check_painted_stack(a):
    """On this machine: the stack, painted before the run, is used within its bound."""
    program = a.folder / "painted_stack"
    run("clang-22", "-std=gnu11", "-O2", "-Wall", "-Werror", f"-DMODEL={a.name}", f"-DMODEL_UPPER={a.name.upper()}", f'-DHEADER="{a.name}.h"',
        "-I", a.folder, "-I", ROOT / "runtime/include", ROOT / "test/embedded/painted_stack.c", a.archive, "-pthread", "-Wl,-z,now", "-o", program)
    used = int(run(program))
    assert 0 < used <= a.macro("STACK_MAX"), f"used {used} bytes of stack, bound {a.macro('STACK_MAX')}"


def native_levels():
    """The x86-64 levels that this machine can run."""
    flags = set(re.search(r"^flags\s*:(.*)$", pathlib.Path("/proc/cpuinfo").read_text(), re.M).group(1).split())
    need = {"x86-64-v1": set(), "x86-64-v2": {"sse4_2", "popcnt"}, "x86-64-v3": {"avx2", "fma", "bmi2"}, "x86-64-v4": {"avx512f", "avx512bw", "avx512vl"}}
    return {level for level, features in need.items() if features <= flags}


def runs_here(target):
    """Of several levels, the lowest decides."""
    return target.split("+")[0] in native_levels()


def checks_for(artifacts):
    target = artifacts.target
    checks = [check_symbols, check_sections, check_header, check_report]
    if target in ("x86-64-v3", "x86-64-v2+v3+v4", "aarch64", "cortex-m4"):
        checks.append(check_reproducible)
    if target in EMBEDDED:
        checks.append(check_attributes)
    if target in EMULATED:
        checks.append(check_emulated)
    if runs_here(target):
        checks.append(check_painted_stack)
    if target == "aarch64" or runs_here(target):
        checks.append(check_threads)
    return checks


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--target", action="append")
    parser.add_argument("--model", action="append")
    options = parser.parse_args()
    models = options.model or [entry["name"] for entry in json.loads((MODELS / "models.json").read_text())["models"]]
    passed = failed = 0
    for target in options.target or [*HOSTED, *EMBEDDED, *THREADED]:
        for model in models:
            with tempfile.TemporaryDirectory() as folder:
                try:
                    artifacts = Artifacts(model, target, pathlib.Path(folder) / "with space")
                except AssertionError as error:
                    failed += 1
                    print(f"FAIL: contract {model} {target}: {error}")
                    continue
                for check in checks_for(artifacts):
                    try:
                        check(artifacts)
                        passed += 1
                    except AssertionError as error:
                        failed += 1
                        print(f"FAIL: contract {model} {target} {check.__name__}: {error}")
    print(json.dumps({"passed": passed, "failed": failed}))
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()

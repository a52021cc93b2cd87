"""The contract of a compiled object, checked for every target on the example models and on the networks of MLPerf Tiny in int8.

usage: contract.py [--target NAME[,[THREADS][,MEMORIES]] ...] [--model NAME ...]
Symbols, sections, build attributes, header, reproducible bytes, exact arena, stack bound, unmodified inputs, two threads; int8 with the same bytes on
every machine; see docs/embedding.md for the contract. The last line is JSON with the counts.
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

import numpy
import onnx

ROOT = pathlib.Path(__file__).resolve().parents[2]
BIN = ROOT / "build" / "bin"
LLVM = pathlib.Path("/usr/lib/llvm-22/bin")
MODELS = ROOT / "examples" / "models"
INT8 = ["resnet8", "dscnn", "mobilenet", "autoencoder"]  # of test/models/mlperf_tiny.py; called NAME_int8 here

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
DIVIDED = ["cortex-m4,,fast:6K,slow:64K", "aarch64,2,fast:6K,slow:64K"]  # for models in int8, which have room there
C_LIBRARY = {"memcpy", "memset", "memmove"}


def run(*command, **keywords):
    process = subprocess.run([str(c) for c in command], capture_output=True, text=True, **keywords)
    if process.returncode:
        raise AssertionError(f"{' '.join(map(str, command))} ended with {process.returncode}\n{process.stdout}{process.stderr}")
    return process.stdout


class Model:
    """An ONNX file, inputs of a few runs, and how nn-run judges the results."""

    def __init__(self, name, file, data, judgement):
        self.name, self.file, self.data, self.judgement = name, file, data, judgement


def example_model(name):
    data = MODELS / f"{name}.test.npz"
    return Model(name, MODELS / f"{name}.onnx", data, ["--compare", data, "--of-largest", "--rtol=1e-4"])


def int8_model(name, folder):
    """Integers have the same bytes everywhere: those of this machine, which are the reference evaluator's."""
    network = name.removesuffix("_int8")
    file, data = folder / f"{name}.onnx", folder / f"{name}.npz"
    if not file.exists():
        run(sys.executable, ROOT / "test/models/mlperf_tiny.py", network, "int8", file)
        (value,) = onnx.load(file).graph.input
        shape = [dimension.dim_value for dimension in value.type.tensor_type.shape.dim]
        inputs = numpy.random.default_rng(11).integers(-128, 128, [3, *shape], "int8")
        numpy.savez(data, **{value.name: inputs}, **outputs_here(file, value.name, inputs, folder))
    return Model(name, file, data, ["--compare", data, "--rtol=0", "--atol=0"])


def outputs_here(file, name, inputs, folder):
    """What code for this machine computes, run by run."""
    runs = []
    for values in inputs:
        numpy.savez(folder / "in.npz", **{name: values})
        run(BIN / "nn-run", file, "--inputs", folder / "in.npz", "--reference", "--rtol=0", "--atol=0", "--quiet", "-o", folder / "out.npz")
        with numpy.load(folder / "out.npz") as outputs:
            runs.append({key: outputs[key] for key in outputs})
    return {key: numpy.stack([outputs[key] for outputs in runs]) for key in runs[0]}


class Artifacts:
    """One model compiled for one target: a name, a number of threads, memories for the arena."""

    def __init__(self, model, target, folder):
        self.model, self.name, self.folder = model, model.name, folder
        self.target, self.threads, self.memory = (target.split(",", 2) + ["", ""])[:3]
        self.options = [f"--target={self.target}", *([f"--threads={self.threads}"] if self.threads else []),
                        *([f"--memory={self.memory}"] if self.memory else [])]
        run(BIN / "nn-compile", model.file, *self.options, f"--name={self.name}", "-o", folder)
        self.archive = folder / f"lib{self.name}.a"
        self.header = folder / f"{self.name}.h"
        self.report = json.loads((folder / f"{self.name}.report.json").read_text())

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
        shutil.copy(a.model.file, copy)
        out = pathlib.Path(elsewhere) / "out"
        (pathlib.Path(elsewhere) / "tmp").mkdir()
        run(BIN / "nn-compile", copy.name, f"--name={a.name}", *a.options, "-o", out, cwd=elsewhere,
            env={**os.environ, "TMPDIR": f"{elsewhere}/tmp"})
        for file in (a.archive, a.header):
            assert file.read_bytes() == (out / file.name).read_bytes(), f"{file.name} differs between two folders"


def check_report(a):
    """Report and header agree, and the arena meets its lower bound as stated."""
    memory = a.report["memory"]
    for region in memory["regions"]:
        assert max(1, region["arena_bytes"]) == a.macro(f"ARENA_{region['name'].upper()}_SIZE"), f"arena in {region['name']} of report and header differ"
        assert region["arena_bytes"] <= region["limit_bytes"], f"{region['name']} holds more than its limit: {region}"
        assert region["arena_bytes"] - region["lower_bound_bytes"] == region["gap_bytes"] >= 0, f"arena, bound and gap disagree: {region}"
    arena = sum(region["arena_bytes"] for region in memory["regions"]) if a.memory else a.macro("ARENA_SIZE")
    assert memory["arena_bytes"] == arena, "arena of report and header differ"
    assert memory["arena_bytes"] - memory["lower_bound_bytes"] == memory["gap_bytes"] >= 0, f"arena, bound and gap disagree: {memory}"


def check_emulated(a):
    """On the emulated machine: right results whatever lay in the arena, stack within its bound, exact arenas, fences and inputs intact."""
    text = run(BIN / "nn-run", a.model.file, *a.options, "--inputs", a.model.data, *a.model.judgement, "--batch", "--limit=3", "--json")
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


def check_here(a):
    """On this machine, whatever the level: right results, those of integers to the byte."""
    options = a.options[1:]
    run(BIN / "nn-run", a.model.file, f"--target={a.target.split('+')[0]}", *options, "--inputs", a.model.data, *a.model.judgement, "--batch", "--limit=3", "--quiet")


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
    if artifacts.memory:
        return checks
    if runs_here(target):
        checks.append(check_painted_stack)
        checks.append(check_here)
    # Random weights make the last one answer the same to both inputs of that check.
    if (target == "aarch64" or runs_here(target)) and artifacts.name != "mobilenet_int8":
        checks.append(check_threads)
    return checks


def check_one(model, target):
    """Numbers of checks that pass and fail."""
    passed = failed = 0
    with tempfile.TemporaryDirectory() as folder:
        try:
            artifacts = Artifacts(model, target, pathlib.Path(folder) / "with space")
        except AssertionError as error:
            print(f"FAIL: contract {model.name} {target}: {error}")
            return 0, 1
        for check in checks_for(artifacts):
            try:
                check(artifacts)
                passed += 1
            except AssertionError as error:
                failed += 1
                print(f"FAIL: contract {model.name} {target} {check.__name__}: {error}")
    return passed, failed


def targets_for(name):
    if not name.endswith("_int8"):
        return [*HOSTED, *EMBEDDED, *THREADED]
    # What several levels and threads do is the same for all models.
    return [*(t for t in HOSTED if "+" not in t), *EMBEDDED, *DIVIDED, *(THREADED if name == "dscnn_int8" else [])]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--target", action="append")
    parser.add_argument("--model", action="append")
    options = parser.parse_args()
    examples = [entry["name"] for entry in json.loads((MODELS / "models.json").read_text())["models"]]
    passed = failed = 0
    with tempfile.TemporaryDirectory() as folder:
        for name in options.model or [*examples, *(f"{network}_int8" for network in INT8)]:
            model = int8_model(name, pathlib.Path(folder)) if name.endswith("_int8") else example_model(name)
            for target in options.target or targets_for(name):
                good, bad = check_one(model, target)
                passed, failed = passed + good, failed + bad
    print(json.dumps({"passed": passed, "failed": failed}))
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()

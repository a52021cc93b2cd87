"""Compiles the C and C++ examples of README.md and docs/embedding.md against the example models, links and runs those of the latter.

usage: c_examples.py FOLDER
`#include "NAME.h" /* nn-compile MODEL.onnx OPTIONS */` states how a header is made; without the comment it is that of examples/models/NAME.onnx.
A block without #include is a part of a function whose variables are pixels, scores and arena.
Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""

import pathlib
import platform
import re
import subprocess
import sys

from fences import fences

ROOT = pathlib.Path(__file__).resolve().parents[3]
MODELS = ROOT / "examples" / "models"
out = pathlib.Path(sys.argv[1])
out.mkdir(parents=True, exist_ok=True)
flags = ["-Wall", "-Wextra", "-Wpedantic", "-Werror", "-O1", f"-I{out}", f"-I{ROOT}/runtime/include"]
made = set()


def run(*command):
    process = subprocess.run([str(c) for c in command], capture_output=True, text=True)
    if process.returncode:
        sys.exit(f"{' '.join(map(str, command))}\n{process.stdout}{process.stderr}")
    return process.stdout


def make_model(name, comment):
    if name in made:
        return
    made.add(name)
    stated = re.fullmatch(r"nn-compile (\w+)\.onnx (.*)", comment or f"nn-compile {name}.onnx --name={name}")
    run("nn-compile", MODELS / f"{stated.group(1)}.onnx", *stated.group(2).split(), "-O1", "-o", out)
    if not (out / f"{name}.h").exists():
        sys.exit(f"'{comment}' makes no {name}.h")


def whole_file(block):
    """The block as a file of its own, its models compiled."""
    if "#include" not in block:
        model = re.search(r"(\w+)_run\(", block).group(1)
        block = (f'#include "{model}.h"\nnnrt_status fragment(const float *pixels, float *scores, void *arena);\n'
                 f"nnrt_status fragment(const float *pixels, float *scores, void *arena) {{\n{block}  return status;\n}}\n")
    for name, comment in re.findall(r'^#include "(\w+)\.h"(?: /\* (.*?) \*/)?', block, re.M):
        make_model(name, comment)
    return block


objects = []
for page in ("README.md", "docs/embedding.md"):
    for language, compiler in (("c", ["clang-22", "-std=c11"]), ("cpp", ["clang++-22", "-std=c++17"])):
        for index, block in enumerate(fences(ROOT / page, language)):
            file = out / f"{pathlib.Path(page).stem}_{index}.{language}"
            file.write_text(whole_file(block))
            run(*compiler, *flags, "-c", file, "-o", file.with_suffix(f".{language}.o"))
            if page.endswith("embedding.md") and language == "c":
                objects.append(file)

assert len(objects) == 8, f"embedding.md has {len(objects)} examples in C; embedding_main.c runs 8"
levels = ["-DRUN_LEVELS", objects[6]] if platform.machine() == "x86_64" else []
run("clang-22", *flags, "-std=gnu11", pathlib.Path(__file__).with_name("embedding_main.c"), *objects[:3], *objects[4:6], *levels,
    ROOT / "runtime/hosted/pool.c", *sorted(out.glob("libdscnn*.a")), "-pthread", "-o", out / "embedding")
print(run(out / "embedding"), end="")

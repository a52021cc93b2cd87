"""Writes the generated pages of the documentation from the sources and the built tools.

usage: docs/generate.py [--check] [--build FOLDER] [PAGE ...]      pages: commands.md operators.md dialects/nn.md … (default: all)
  --check   writes nothing; fails and shows the difference where a page is not what the sources say
Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""

import argparse
import difflib
import pathlib
import re
import subprocess
import sys

DOCS = pathlib.Path(__file__).resolve().parent
ROOT = DOCS.parent
LLVM = pathlib.Path("/usr/lib/llvm-22")
COMMANDS = ["nn-compile", "nn-run"]
DIALECTS = {"nn": "NN", "fastconv": "FastConv", "kernel": "Kernel", "rt": "RT"}
PASS_GROUPS = {
    "passes/Graph": "Graph: better `nn`, layouts",
    "passes/Quantization": "Quantization: integers that stand for real numbers",
    "lib/Quantizer": "Quantization: ranges from data",
    "passes/Algorithm": "Algorithms of convolutions",
    "passes/Conversion/NNToKernel": "Conversion to `kernel`",
    "passes/Memory": "Memory: layers, places, the arena",
    "passes/Conversion/NNToLoops": "Conversion to loops",
    "targets/Common": "Emission of kernels, shared by all machines",
    "targets/Common/LLVM": "The way to LLVM, shared by all machines",
    "lib/Pipelines": "The pipeline's own",
}


parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
parser.add_argument("--check", action="store_true")
parser.add_argument("--build", type=pathlib.Path, default=ROOT / "build")
parser.add_argument("pages", nargs="*", metavar="PAGE")
options = parser.parse_args()


def output(*command):
    return subprocess.run([str(c) for c in command], capture_output=True, text=True, check=True).stdout


def tablegen(generator, file, *options):
    text = output(LLVM / "bin" / "mlir-tblgen", generator, *options, file, "-I", ROOT, "-I", LLVM / "include")
    return text.split("\n", 1)[1].strip() + "\n"  # without the generator's own banner


def commands_page():
    page = "# Command lines\n\nGenerated from `--help` by `docs/generate.py`.\n"
    for command in COMMANDS:
        lines = [line.rstrip() for line in output(options.build / "bin" / command, "--help").strip().splitlines()]
        page += f"\n## {command}\n\n```\n" + "\n".join(lines) + "\n```\n"
    return page


def operators_page():
    return output(options.build / "bin" / "import-models", "--operators")


def dialect_page(name):
    """The dialect's page without what only C++ readers of the generated classes look for."""
    folder = DIALECTS[name]
    text = tablegen("-gen-dialect-doc", ROOT / f"dialects/{folder}/{folder}Ops.td", f"-dialect={name}")
    text = re.sub(r"^# '(\w+)' Dialect$", r"# The operators of `\1`", text, flags=re.M)
    text = re.sub(r"^\[TOC\]\n", "", text, flags=re.M)
    text = re.sub(r"^(### `[\w.]+`) \(::.*\)$", r"\1", text, flags=re.M)
    text = re.sub(r"^(Traits|Interfaces|Effects): .*\n\n?", "", text, flags=re.M)
    text = re.sub(r"^Syntax:\n\n```\noperation ::= (.*?)\n```\n", lambda m: f"Syntax: `{literal(m.group(1))}`\n", text, flags=re.M | re.S)
    text = re.sub(r"<tr><td><code>(\w+)</code></td><td>::(?:\w+::)*(\w+)</td>", r"<tr><td><code>\1</code></td><td>\2</td>", text)
    note = f"Generated from `dialects/{folder}` by `docs/generate.py`. What the operators share: [the dialect](../../dialects/{folder}/README.md).\n"
    return re.sub(r"\n{3,}", "\n\n", text.replace("\n", "\n\n" + note, 1))


def literal(syntax):
    """A declarative format without the quotes around its literals."""
    return " ".join(syntax.replace("`", "").split())


def passes_page():
    page = ("# Passes\n\nGenerated from the files `Passes.td` by `docs/generate.py`, in the order in which a model meets the groups. `nn-opt --PASS` runs one, "
            "`nn-opt --pass-pipeline='…'` several;\n`nn-compile MODEL --print-pipeline` prints what a model goes through. Which pass belongs to which phase: "
            "[the way of a model](../pipeline.md).\n")
    index, contracts = "\n| Pass | |\n|---|---|\n", ""
    for folder, title in PASS_GROUPS.items():
        text = tablegen("-gen-pass-doc", ROOT / folder / "Passes.td")
        text = re.sub(r"^### `-(nnc-[\w-]+)`$", r"### `\1`", text, flags=re.M)
        contracts += f"\n## {title}\n\nIn [{folder}](../../{folder}).\n\n" + re.sub(r"\n{3,}", "\n\n", text)
        for name, summary in re.findall(r"^### `(nnc-[\w-]+)`\n\n_(.*)_$", text, re.M):
            index += f"| [`{name}`](#{name}) | {summary} |\n"
    return page + index + contracts


PAGES = {"commands.md": commands_page, "operators.md": operators_page, "passes/README.md": passes_page,
         **{f"dialects/{name}.md": lambda name=name: dialect_page(name) for name in DIALECTS}}


def main():
    unknown = set(options.pages) - set(PAGES)
    if unknown:
        sys.exit(f"generate.py: unknown page {unknown.pop()}; known: {', '.join(PAGES)}")
    missing = [p for p in ROOT.glob("*/**/Passes.td") if "build" not in p.parts and p.parent.relative_to(ROOT).as_posix() not in PASS_GROUPS]
    if missing:
        sys.exit(f"generate.py: {missing[0]} belongs to no group of PASS_GROUPS")
    stale = False
    for name in options.pages or PAGES:
        path, text = DOCS / name, PAGES[name]()
        present = path.read_text() if path.exists() else ""
        if text == present:
            continue
        stale = True
        if options.check:
            sys.stdout.writelines(difflib.unified_diff(present.splitlines(True), text.splitlines(True), f"docs/{name}", "as the sources say", n=1))
        else:
            path.parent.mkdir(exist_ok=True)
            path.write_text(text)
            print(f"wrote docs/{name}")
    if options.check and stale:
        sys.exit("these pages are out of date; docs/generate.py writes them anew")


main()

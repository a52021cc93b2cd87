"""Every pass has tests by its name: for nnc-foo-bar of passes/Group, in test/passes/Group

- foo-bar.mlir: text that FileCheck (or -verify-diagnostics) compares, run with the pass,
- foo-bar-executed.test or .mlir: what it computes is compared. A RUN line, a script or a program of the tests that it calls names the
  pass, or nn-run runs them all.

A pass whose name starts with Verify only reads and needs no execution. Passes of targets/X and lib/X have their tests in test/targets/X
and test/lib/X. Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""

import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]


def passes():
    """Each pass: its mnemonic without nnc-, its class, the folder of its tests."""
    for top in ("passes", "targets", "lib"):
        for td in sorted((ROOT / top).rglob("Passes.td")):
            for name, mnemonic in re.findall(r'def\s+(\w+)\s*:\s*Pass<\s*"nnc-([^"]+)"', td.read_text()):
                yield mnemonic, name, ROOT / "test" / td.parent.relative_to(ROOT)


def run_lines(path):
    return "\n".join(re.findall(r"RUN:(.*)", path.read_text().replace("\\\n// RUN:", " ")))


def scripts_of(lines, folder):
    """Text of the scripts that RUN lines name."""
    for place in re.findall(r"%S/(\S+\.py)", lines):
        if (folder / place).is_file():
            yield (folder / place).read_text()


def programs_of(lines):
    """Text of the test programs that RUN lines call, by the names of their files."""
    for source in (ROOT / "test" / "passes").rglob("*.cpp"):
        if re.search(rf"\b{source.stem}\b", lines):
            yield source.read_text()


def problems():
    count = 0
    for mnemonic, name, folder in passes():
        count += 1
        where = folder.relative_to(ROOT)
        text = folder / f"{mnemonic}.mlir"
        if not text.is_file():
            yield f"{where}/{text.name} is missing: a text test of nnc-{mnemonic}"
        elif not re.search(rf"nnc-{mnemonic}\b(?!-)[^\n]*(\| *FileCheck|-verify-diagnostics)", run_lines(text)):
            yield f"{where}/{text.name}: no RUN line gives the result of nnc-{mnemonic} to FileCheck"
        if name.startswith("Verify"):
            continue
        executed = [path for suffix in (".test", ".mlir") if (path := folder / f"{mnemonic}-executed{suffix}").is_file()]
        if not executed:
            yield f"{where}/{mnemonic}-executed.test is missing: a comparison of what nnc-{mnemonic} computes"
        for path in executed:
            lines = run_lines(path)
            runs = re.compile(rf"nnc-{mnemonic}\b(?!-)|\bcreate{name}\b|(?m:^ *nn-run )")
            if not any(runs.search(t) for t in (lines, *scripts_of(lines, folder), *programs_of(lines))):
                yield f"{where}/{path.name} does not run nnc-{mnemonic}"
    if count < 10:
        yield f"only {count} passes found: are they defined elsewhere?"


found = list(problems())
print("\n".join(found))
sys.exit(1 if found else 0)

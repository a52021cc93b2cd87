"""One concept, one name: a pass FooBarPass has the mnemonic nnc-foo-bar, a file FooBar.cpp in its group and tests
below a file or folder foo-bar in test/.

Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""

import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]


def kebab(name):
    name = name.replace("NN", "Nn").replace("LLVM", "Llvm")
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "-", name).lower()


def problems():
    for td in sorted([*ROOT.glob("passes/**/Passes.td"), *ROOT.glob("targets/**/Passes.td"), *ROOT.glob("lib/**/Passes.td")]):
        for match in re.finditer(r'def\s+(\w+)\s*:\s*Pass<\s*"([^"]+)"', td.read_text()):
            name, mnemonic = match.groups()
            where = td.relative_to(ROOT).as_posix()
            if not name.endswith("Pass"):
                yield f"{where}: {name} does not end in Pass"
            base = name.removesuffix("Pass")
            if mnemonic != "nnc-" + kebab(base):
                yield f"{where}: {name} has the mnemonic {mnemonic}, expected nnc-{kebab(base)}"
            if not list(td.parent.rglob(base + ".cpp")):
                yield f"{where}: no file {base}.cpp for {name}"
            tests = list((ROOT / "test").rglob(kebab(base) + "*"))
            if not tests:
                yield f"{where}: no test named {kebab(base)}* for {name}"


found = list(problems())
print("\n".join(found))
sys.exit(1 if found else 0)

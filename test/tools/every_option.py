"""Finds options of a tool's --help that no test uses: prints them and fails.

usage: every_option.py TOOL
An option is tested when a RUN line of a test that runs the tool, below test/, names it. What such a test proves is the reviewer's to judge; that
none exists is this script's.
Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""

import pathlib
import re
import subprocess
import sys

TESTS = pathlib.Path(__file__).resolve().parent.parent
tool = sys.argv[1]


def options(help_text):
    """Each option of the help as the tuple of its spellings."""
    for line in help_text.splitlines():
        match = re.match(r"  (-[\w-]+(?:,--?[\w-]+)*)", line)
        if match:
            yield tuple(match[1].split(","))


def commands():
    """All RUN lines that run the tool."""
    for folder in ("tools", "bad-input", "lib", "install"):
        for path in sorted((TESTS / folder).rglob("*")):
            if path.suffix in (".test", ".mlir"):
                yield from (line for line in path.read_text().splitlines() if "RUN:" in line and re.search(rf"\b{tool}\b", line))


found = list(options(subprocess.run([tool, "--help"], capture_output=True, text=True, check=True).stdout))
lines = "\n".join(commands())
untested = [", ".join(names) for names in found if not any(re.search(rf"(?<![\w-]){name}(?![a-z-])", lines) for name in names)]
print(f"{len(found)} options, {len(untested)} untested")
print("\n".join(untested))
sys.exit(bool(untested) or len(found) < 10)

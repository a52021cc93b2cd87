"""Every relative link in a page leads to a file, folder or heading of the project.

Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""

import functools
import pathlib
import re
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
LINK = re.compile(r"(?<!`)\[[^\]\n]*\]\(([^)\s]+)\)|<img[^>]+src=\"([^\"]+)\"")


def prose(text):
    """The text without fenced code, whose line count stays."""
    return re.sub(r"^( *)```.*?^\1```", lambda m: "\n" * m.group().count("\n"), text, flags=re.M | re.S)


@functools.cache
def anchors(path):
    """The anchors that a page's headings get: lower case, punctuation dropped, blanks become hyphens."""
    headings = re.findall(r"^#+ +(.*?) *$", prose(path.read_text()), re.M)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def problems():
    tracked = subprocess.run(["git", "ls-files", "*.md"], cwd=ROOT, capture_output=True, text=True, check=True)
    for name in tracked.stdout.split():
        page = ROOT / name
        for number, line in enumerate(prose(page.read_text()).splitlines(), 1):
            for target in (a or b for a, b in LINK.findall(line)):
                if re.match(r"[a-z]+:", target):
                    continue
                path, _, anchor = target.partition("#")
                file = (page.parent / path).resolve() if path else page
                if not file.exists():
                    yield f"{name}:{number}: {target} leads nowhere"
                elif anchor and (file.suffix != ".md" or anchor not in anchors(file)):
                    yield f"{name}:{number}: {target} names no heading of {file.relative_to(ROOT)}"


found = list(problems())
print("\n".join(found))
sys.exit(1 if found else 0)

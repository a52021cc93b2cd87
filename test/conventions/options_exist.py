"""Every option that a page mentions exists, in nn-compile, nn-run or a script, and every pass.

The options are those of docs/commands.md, the passes those of docs/passes/README.md; test/docs checks that these pages are what the tools say.
Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""

import pathlib
import re
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
GENERATED = {"docs/commands.md", "docs/passes/README.md"}
# What stands for any pass, and the guide whose example is not part of the project.
PLACEHOLDER, GUIDES = "nnc-foo-bar", {"docs/adding-a-pass.md"}
OPTION = re.compile(r"(?<![\w=+/-])(--?[a-zA-Z][\w-]*)")


def files(pattern):
    return subprocess.run(["git", "ls-files", pattern], cwd=ROOT, capture_output=True, text=True, check=True).stdout.split()


def options_of_tools():
    """tool -> options, from the left column of its help."""
    sections = re.split(r"^## ", (ROOT / "docs/commands.md").read_text(), flags=re.M)[1:]
    return {section.split("\n", 1)[0]: {option for line in re.findall(r"^  (-[^ ].*)", section, re.M)
                                        for option in re.findall(r"(?:^|,)(--?[a-zA-Z][\w-]*)", line.split("  ")[0])} for section in sections}


def code_of(text):
    """(line number, code) of inline code and of each command of a console block, continued lines joined."""
    for match in re.finditer(r"^ *```console\n(.*?)^ *```|`([^`\n]+)`", text, re.M | re.S):
        number = text.count("\n", 0, match.start()) + 1
        if match.group(2):
            yield number, match.group(2)
        else:
            for line in match.group(1).replace("\\\n", " ").splitlines():
                yield number, re.split(r" +#", line)[0]


def problems():
    tools = options_of_tools()
    passes = set(re.findall(r"^### `(nnc-[\w-]+)`", (ROOT / "docs/passes/README.md").read_text(), re.M))
    scripts = {option for script in (ROOT / file for file in files("*.py")) for option in re.findall(r'add_argument\("(--[\w-]+)"', script.read_text())}
    anywhere = scripts.union(*tools.values()) | {f"--{name}" for name in passes}
    for name in sorted(set(files("*.md")) - GENERATED - GUIDES):
        for number, code in code_of((ROOT / name).read_text()):
            first = pathlib.Path(code.removeprefix("$ ").split(" ")[0]).name
            if first in tools:
                known = tools[first]
            elif code.startswith("-"):
                known = anywhere
            else:
                known = None
            for option in OPTION.findall(code) if known else []:
                if option not in known and not any(option.startswith(o) for o in known if o in ("-O", "-mcpu", "-mattr", "-mfloat-abi")):
                    yield f"{name}:{number}: {option} is no option of {first if first in tools else 'nn-compile or nn-run'}"
            for mentioned in re.findall(r"\bnnc-[a-z0-9-]+", code):
                if mentioned not in passes | {PLACEHOLDER}:
                    yield f"{name}:{number}: there is no pass {mentioned}"


found = list(problems())
print("\n".join(found))
sys.exit(1 if found else 0)

"""Runs the commands of a page's console blocks; each line that stands below one must occur in its output.

usage: console.py PAGE FOLDER     FOLDER: made anew, with links to what a checkout has
Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""

import pathlib
import shutil
import subprocess
import sys

from fences import fences

ROOT = pathlib.Path(__file__).resolve().parents[3]
folder = pathlib.Path(sys.argv[2])
shutil.rmtree(folder, ignore_errors=True)
folder.mkdir(parents=True)
for name in ("build", "examples", "runtime"):
    (folder / name).symlink_to(ROOT / name)
commands = 0
for block in fences(ROOT / sys.argv[1], "console"):
    for part in ("\n" + block).split("\n$ ")[1:]:
        command, *shown = part.splitlines()
        process = subprocess.run(command, shell=True, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        if process.returncode:
            sys.exit(f"$ {command}\n{process.stdout}ended with {process.returncode}")
        for line in filter(str.strip, shown):
            if line.strip() not in process.stdout:
                sys.exit(f"$ {command}\n{process.stdout}'{line.strip()}' is not there")
        commands += 1
print(f"{commands} commands of {sys.argv[1]} print what the page shows")

"""Every C and C++ file of the project has the format that .clang-format states.

Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""

import pathlib
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
tracked = subprocess.run(["git", "ls-files", "*.cpp", "*.h", "*.c"], cwd=ROOT, capture_output=True, text=True, check=True)
run = subprocess.run(["clang-format-22", "--dry-run", "-Werror", *tracked.stdout.split()], cwd=ROOT, capture_output=True, text=True)
wrong = sorted({line.split(":")[0] for line in run.stderr.splitlines() if "clang-format-violations" in line})
if wrong:
    print("not formatted (clang-format-22 -i mends them):\n  " + "\n  ".join(wrong))
sys.exit(run.returncode != 0)

"""Compiles a model with each budget exactly as large as its report says, and one byte smaller.

usage: budgets.py MODEL REPORT ABSENT     ABSENT: a folder that a failing compile must not make
Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""

import json
import os
import subprocess
import sys

model, report, absent = sys.argv[1:]
described = json.load(open(report))
memory, target = described["memory"], described["target"]["name"]
for option, size in {"--ram": memory["ram_bytes"], "--flash": memory["flash_bytes"], "--stack": memory["stack_bytes"]}.items():
    for budget, code in ((size, 0), (size - 1, 3)):
        process = subprocess.run(["nn-compile", model, f"--target={target}", f"{option}={budget}", "--emit=obj", "-o", "/dev/null" if code == 0 else f"{absent}/x.o"],
                                 capture_output=True, text=True)
        assert process.returncode == code, (option, budget, process.returncode, process.stderr)
        assert code == 0 or str(size) in process.stderr, process.stderr
assert not os.path.exists(absent)

"""Runs a command and passes its output on; succeeds when the exit code is the expected one and a path does not exist afterwards.

usage: expect_exit.py CODE ABSENT COMMAND...
Death by a signal never is an expected exit.
Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""

import os
import subprocess
import sys

code, absent, command = int(sys.argv[1]), sys.argv[2], sys.argv[3:]
process = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace", timeout=60)
sys.stdout.write(process.stdout)
left = os.path.exists(absent) and (not os.path.isdir(absent) or os.listdir(absent))
if process.returncode != code:
    print(f"exit code {process.returncode}, expected {code}")
if left:
    print(f"{absent} was left behind")
sys.exit(process.returncode != code or bool(left))

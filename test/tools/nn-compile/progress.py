"""Runs nn-compile with a terminal as standard error and checks the line of progress; then without one, where nothing may appear.

usage: progress.py MODEL OUTPUT [OPTION ...]
With --tune, what is measured must be shown, too.
Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""

import os
import pty
import re
import subprocess
import sys

model, output, *options = sys.argv[1:]
command = ["nn-compile", model, "--emit=obj", "-o", output, *options]


def on_terminal():
    """What a terminal receives."""
    ours, theirs = pty.openpty()
    process = subprocess.Popen(command, stderr=theirs)
    os.close(theirs)
    received = b""
    try:
        while chunk := os.read(ours, 4096):
            received += chunk
    except OSError:  # Linux: the other side is closed
        pass
    assert process.wait() == 0
    return received.decode()


shown = on_terminal()
steps = re.findall(r"\r\x1b\[K +(\d+) s  ([a-z][^\r]*)", shown)
print("steps:", steps)
assert steps, f"no step is shown: {shown!r}"
assert all(int(seconds) <= 600 for seconds, _ in steps)
if "--tune" in options:  # the compilation after it may be too quick to be shown
    assert any(re.match(r"measuring '.+', [23] of 3", step) for _, step in steps)
else:
    assert "generating code" in [step for _, step in steps]
assert shown.endswith("\r\x1b[K"), f"the line is left behind: {shown!r}"
silent = subprocess.run(command, capture_output=True)
assert silent.returncode == 0 and not silent.stderr and not silent.stdout, silent

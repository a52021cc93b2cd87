"""Starts a command, sends it a signal while it works, and fails if it ended by itself before or left files in a folder.

usage: interrupt.py SIGNAL FOLDER COMMAND...
Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""

import os
import signal
import subprocess
import sys
import time

number, folder, command = signal.Signals[sys.argv[1]], sys.argv[2], sys.argv[3:]
os.makedirs(folder, exist_ok=True)
for delay in (0.2, 0.1, 0.05, 0.02):
    # A test driver may ignore the signal, which its children inherit.
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                               preexec_fn=lambda: signal.signal(number, signal.SIG_DFL))
    time.sleep(delay)
    if process.poll() is None:
        break
    for name in os.listdir(folder):
        os.remove(os.path.join(folder, name))
else:
    sys.exit("the command always ended before the signal")
process.send_signal(number)
code = process.wait(timeout=30)
left = os.listdir(folder)
print(f"ended with {code}, left {left}")
sys.exit(code == 0 or bool(left))

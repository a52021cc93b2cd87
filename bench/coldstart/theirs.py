"""Loads a model with an engine in a fresh process, runs it and says what that took; without an engine: what a bare interpreter takes.

usage: theirs.py CACHE [ENGINE MODEL.onnx INPUTS.npz]
Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""

import json
import pathlib
import re
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "models"))
STEADY_RUNS = 9


def resident_kib():
    return int(re.search(r"VmHWM:\s*(\d+)", pathlib.Path("/proc/self/status").read_text()).group(1))


def main():
    import numpy
    from engines import ENGINES
    if len(sys.argv) == 2:
        return {"first_ms": 1e3 * time.process_time(), "steady_ms": 0, "peak_kib": resident_kib()}
    cache, name, path, data = sys.argv[1:]
    with numpy.load(data) as arrays:
        inputs = {key: arrays[key] for key in arrays.files}
    engine = ENGINES[name](path, inputs, cache)
    engine.step()
    first, steady = time.process_time(), []
    for _ in range(STEADY_RUNS):
        start = time.process_time()
        engine.step()
        steady.append(time.process_time() - start)
    return {"first_ms": 1e3 * first, "steady_ms": 1e3 * min(steady), "peak_kib": resident_kib()}


print(json.dumps(main()))

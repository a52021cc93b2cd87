"""Times compiled models beside ONNX Runtime, in turn in one process on one thread, and checks that both agree.

usage: run.py [--seconds S] [--json FILE] MODEL.onnx ...
Per model: compile time and peak memory, object size, median milliseconds of both, their ratio (above 1: ours is faster) and the largest
difference relative to the output's largest magnitude. Runs alternate, so that both see the same machine.
Needs numpy and onnxruntime (build/venv of the tests has them).
Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""

import argparse
import json
import pathlib
import statistics
import sys
import time

import numpy
import onnxruntime

from compiled import CompiledModel


def reference_session(path):
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.log_severity_level = 3
    return onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])


def alternate(first, second, seconds):
    """Median seconds of two functions that are called in turn, counted while this thread runs: both use no other."""
    first(), second()
    times = ([], [])
    end = time.monotonic() + seconds
    while time.monotonic() < end or len(times[0]) < 5:
        for function, samples in zip((first, second), times):
            start = time.thread_time()
            function()
            samples.append(time.thread_time() - start)
    return statistics.median(times[0]), statistics.median(times[1])


def bench(path, options):
    model = CompiledModel(path, *options.option)
    session = reference_session(path)
    generator = numpy.random.default_rng(7)
    arrays = [generator.standard_normal(shape).astype(kind) for _, shape, kind in model.inputs]
    feed = {name: array for (name, _, _), array in zip(model.inputs, arrays)}
    ours, theirs = model(*arrays), session.run(None, feed)
    worst = max(float(numpy.max(numpy.abs(a.astype(numpy.float64) - b)) / max(numpy.max(numpy.abs(b)), 1e-30))
                for a, b in zip(ours, theirs, strict=True) if b.size)
    seconds_ours, seconds_theirs = alternate(model.step, lambda: session.run(None, feed), options.seconds)
    memory = model.report["memory"]
    return {"model": pathlib.Path(path).stem, "compile_s": model.compile_seconds, "compile_mb": model.compile_megabytes,
            "object_kb": model.object_bytes / 1024, "arena_kb": memory["arena_bytes"] / 1024, "gap": memory["gap_bytes"],
            "ours_ms": 1e3 * seconds_ours, "onnxruntime_ms": 1e3 * seconds_theirs, "ratio": seconds_theirs / seconds_ours, "difference": worst}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("models", nargs="+")
    parser.add_argument("--seconds", type=float, default=3.0, help="time per model")
    parser.add_argument("--option", action="append", default=[], help="passed on to nn-compile")
    parser.add_argument("--json", type=pathlib.Path)
    parser.add_argument("--tolerance", type=float, default=1e-4, help="difference above which the exit code is 1")
    options = parser.parse_args()
    print(f"{'model':22} {'compile s':>9} {'MB':>6} {'object KB':>10} {'arena KB':>9} {'gap':>6} {'ours ms':>9} {'ORT ms':>9} {'ratio':>6} {'difference':>10}")
    rows = []
    for path in options.models:
        try:
            row = bench(path, options)
        except RuntimeError as error:
            print(f"{pathlib.Path(path).stem:22} {error}")
            rows.append({"model": pathlib.Path(path).stem, "difference": float("inf")})
            continue
        rows.append(row)
        print("{model:22} {compile_s:9.2f} {compile_mb:6.0f} {object_kb:10.0f} {arena_kb:9.0f} {gap:6d} {ours_ms:9.3f} {onnxruntime_ms:9.3f} "
              "{ratio:6.2f} {difference:10.1e}".format(**row), flush=True)
    if options.json:
        options.json.write_text(json.dumps(rows, indent=2))
    sys.exit(any(not row["difference"] <= options.tolerance for row in rows))


if __name__ == "__main__":
    main()

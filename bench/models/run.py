"""Times compiled networks beside other engines and beside the least time that their multiply-adds take.

usage: run.py [--integers] [--target T] [--engines LIST] [--seconds S] [--write DIR] [NETWORK | MODEL.onnx ...]
Without names: all networks of networks.py whose files are there. The process is pinned to one core; the engines and a loop of independent fused
multiply-adds run in turn, each once uncounted and then for a few milliseconds, and the processor time of the whole process is taken, whatever thread
it was spent in. Printed are medians. The floor is the time that the multiply-adds of the direct convolutions and products would take in that loop.
All results are compared with ONNX Runtime's; exit code 1 where ours differ.
With --integers each network is first quantized to 8 bits by ONNX Runtime's quantizer, once for all engines, and the loop is one of integer products.
Packages: bench/models/requirements.txt. Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""

import argparse
import dataclasses
import json
import pathlib
import statistics
import sys
import tempfile
import time

import numpy

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "peak"))
from compiled import CompiledModel  # noqa: E402
from engines import ENGINES, missing, pin  # noqa: E402
from loops import dot_rate, fma_rate  # noqa: E402
from machine import processor  # noqa: E402
from networks import EXPORTED, INTEGERS, real_folder, select, with_sizes  # noqa: E402
from quantized import quantized  # noqa: E402
from table import geometric_mean, header, line  # noqa: E402

# Difference of an engine's result above which it computes something else; where integers are rounded at other places they drift apart.
THEIR_TOLERANCE, THEIR_TOLERANCE_OF_INTEGERS = 1e-2, 0.3
TURN_SECONDS = 5e-3
MIN_ROUNDS = 7


def in_turn(steps, seconds, rate):
    """Median seconds of each function, and the median rate of the multiply-add loop; all run in turn for about `seconds` each."""
    samples, rates, counts = {name: [] for name in steps}, [], {}
    for name, step in steps.items():
        step()
        start = time.process_time()
        step()
        counts[name] = max(1, round(TURN_SECONDS / max(time.process_time() - start, 1e-6)))
    end = time.monotonic() + seconds * len(steps)
    while time.monotonic() < end or len(rates) < MIN_ROUNDS:
        for name, step in steps.items():
            step()
            start = time.process_time()
            for _ in range(counts[name]):
                step()
            samples[name].append((time.process_time() - start) / counts[name])
        rates.append(rate(TURN_SECONDS))
    return {name: statistics.median(s) for name, s in samples.items()}, statistics.median(rates)


def difference(actual, expected):
    """Largest difference relative to the largest magnitude of its tensor; infinite where elements are missing."""
    if len(actual) != len(expected) or any(numpy.size(a) != numpy.size(e) for a, e in zip(actual, expected)):
        return float("inf")
    return max(float(numpy.max(numpy.abs(numpy.ravel(a).astype(numpy.float64) - numpy.ravel(e))) / max(numpy.max(numpy.abs(e)), 1e-30))
               for a, e in zip(actual, expected) if numpy.size(e))


def bench(network, path, rate, options, folder):
    """One row of the table."""
    tolerance = THEIR_TOLERANCE_OF_INTEGERS if options.integers else THEIR_TOLERANCE
    if options.integers:
        path = quantized(with_sizes(path, network.dims, folder), options.cache)
        network = dataclasses.replace(network, dims={})
    model = CompiledModel(path, f"--target={options.target}", *[f"--dim={name}={size}" for name, size in network.dims.items()], *options.option)
    generator = numpy.random.default_rng(7)
    inputs = {name: generator.standard_normal(shape).astype(kind) for name, shape, kind in model.inputs}
    ours = model(*inputs.values())
    row = {"model": network.name, "title": network.title, "macs": model.report["model"]["macs"], "compile_s": model.compile_seconds,
           "compile_mb": model.compile_megabytes, "object_kb": model.object_bytes / 1024, "arena_kb": model.report["memory"]["arena_bytes"] / 1024,
           "engines": {}}
    sized, steps, expected = with_sizes(path, network.dims, folder), {"ours": model.step}, None
    for name in options.engines:
        try:
            engine = ENGINES[name](sized, inputs, options.cache)
            engine.step()
        except Exception as error:  # an engine may fail in any way; its cell says so
            row["engines"][name] = {"error": (str(error).strip().splitlines() or [type(error).__name__])[0]}
            continue
        expected = engine.outputs() if expected is None else expected
        row["engines"][name] = {"difference": difference(engine.outputs(), expected)}
        if row["engines"][name]["difference"] > tolerance:
            row["engines"][name]["error"] = "its result differs by {difference:.0e}".format(**row["engines"][name])
        else:
            steps[name] = engine.step
    row["difference"] = difference(ours, expected) if expected is not None else None
    seconds, rate_beside = in_turn(steps, options.seconds, rate)
    row |= {"ours_ms": 1e3 * seconds.pop("ours"), "floor_ms": 1e3 * row["macs"] / rate_beside}
    for name, value in seconds.items():
        row["engines"][name]["ms"] = 1e3 * value
    return row


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("models", nargs="*", metavar="NETWORK|MODEL.onnx")
    parser.add_argument("--integers", action="store_true", help="networks of 8-bit integers; without names: those of INTEGERS in networks.py")
    parser.add_argument("--target", default="native", help="native (default) or another x86-64 target that this machine runs")
    parser.add_argument("--engines", help=f"some of {','.join(ENGINES)} (default: all, with --integers those that read quantized models); the first "
                        "is what the others are compared with")
    parser.add_argument("--seconds", type=float, default=3.0, help="time per model and engine")
    parser.add_argument("--core", type=int, help="core to run on (default: the last)")
    parser.add_argument("--networks", type=pathlib.Path, default=EXPORTED, help="folder that export.py wrote to")
    parser.add_argument("--real", default=real_folder(), help="folder of real models (default: NNC_TEST_MODELS)")
    parser.add_argument("--cache", type=pathlib.Path, default=EXPORTED, help="folder for converted models")
    parser.add_argument("--option", action="append", default=[], help="passed on to nn-compile")
    parser.add_argument("--json", type=pathlib.Path, help="write all figures")
    parser.add_argument("--write", type=pathlib.Path, help="folder for table, figures and chart, for example docs/performance")
    parser.add_argument("--tolerance", type=float, help="difference of our results above which the exit code is 1 (default: 1e-4, with --integers 0.1)")
    options = parser.parse_args()
    if options.engines is None:
        options.engines = ",".join(name for name in ENGINES if not options.integers or ENGINES[name].reads_quantized)
    if options.tolerance is None:
        options.tolerance = 0.1 if options.integers else 1e-4
    if options.integers and not options.models:
        options.models = INTEGERS
    options.engines = [name for name in options.engines.split(",") if name]
    if unknown := [name for name in options.engines if name not in ENGINES]:
        parser.error(f"unknown engine {unknown[0]}; known: {', '.join(ENGINES)}")
    return options


def present(engines):
    """The engines that are installed; says which are not."""
    for name in engines:
        if packages := missing(name):
            print(f"{name}: no package {', '.join(packages)}; its column stays empty (pip install -r bench/models/requirements.txt)", file=sys.stderr)
    return [name for name in engines if not missing(name)]


def main():
    options = arguments()
    columns, options.engines = options.engines, present(options.engines)
    pin(options.core)
    chosen, absent = select(options.models, options.networks, options.real)
    for text in absent:
        print(text, file=sys.stderr)
    rows, failed = [], bool(absent and options.models) or not chosen
    print(header(columns))
    with tempfile.TemporaryDirectory() as folder:
        rate = (dot_rate if options.integers else fma_rate)(folder, options.target)
        for network, path in chosen:
            try:
                row = bench(network, path, rate, options, folder)
            except (RuntimeError, ValueError) as error:
                print(f"{network.title}: {error}", flush=True)
                failed = True
                continue
            rows.append(row)
            failed |= row["difference"] is not None and not row["difference"] <= options.tolerance
            print(line(row, columns), flush=True)
    if rows:
        print(line(geometric_mean(rows, columns), columns))
    result = {"processor": processor(), "target": options.target, "elements": "int8" if options.integers else "f32", "engines": columns, "rows": rows}
    if options.json:
        options.json.write_text(json.dumps(result, indent=1) + "\n")
    if options.write and rows:
        from chart import write
        write(result, options.write)
    sys.exit(failed)


if __name__ == "__main__":
    main()

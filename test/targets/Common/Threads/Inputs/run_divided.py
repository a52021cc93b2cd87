"""Divided layers compute the bits of whole ones, whatever runs their parts.

usage: run_divided.py SEED COUNT [KIND]
COUNT networks (of one kind, a function of networks.py) with random odd shapes are compiled as they are, with loops that could be divided but are
not, and, everything that can be divided divided, for 2, 3 and 5 threads. The objects run without an executor, with one that takes the parts in
reverse order, with one that takes them in a random order on the caller, and with one that runs all at the same time, five times; each time in an
arena full of noise. All outputs must have the bits of the object for one thread. Another executor looks at the bytes that each part writes: no two
parts write the same.
Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""

import ctypes
import json
import pathlib
import re
import subprocess
import sys
import tempfile
import threading

import numpy
import onnx

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parents[4]
BIN = ROOT / "build" / "bin"
sys.path.insert(0, str(HERE))

from networks import NETWORKS  # noqa: E402

TASK = ctypes.CFUNCTYPE(None, ctypes.c_void_p, ctypes.c_uint32)
PARALLEL_FOR = ctypes.CFUNCTYPE(None, ctypes.c_void_p, ctypes.c_void_p, ctypes.c_void_p, ctypes.c_uint32)


class Executor(ctypes.Structure):
    _fields_ = [("context", ctypes.c_void_p), ("parallel_for", PARALLEL_FOR)]


def run(*command):
    process = subprocess.run([str(c) for c in command], capture_output=True, text=True)
    if process.returncode:
        sys.exit(f"{' '.join(map(str, command))} ended with {process.returncode}\n{process.stdout}{process.stderr}")
    return process.stdout


def in_reverse(run_part, parts, memory):
    for part in reversed(range(parts)):
        run_part(part)


def shuffled(run_part, parts, memory):
    for part in numpy.random.default_rng(parts).permutation(parts):
        run_part(int(part))


def looked_at(run_part, parts, memory):
    """Runs each part alone, on memory as it is and where all that is written is inverted before, so that writing what was there shows as well."""

    def written_by(part, before):
        for array, old in zip(memory, before):
            array[:] = old
        run_part(part)
        return [array != old for array, old in zip(memory, before)]

    start = [array.copy() for array in memory]
    alone = [written_by(part, start) for part in range(parts)]
    inverted = [array ^ (0xFF * numpy.logical_or.reduce(masks)).astype(numpy.uint8) for array, masks in zip(start, zip(*alone))]
    again = [written_by(part, inverted) for part in range(parts)]
    writers = [sum((a | b).astype(int) for a, b in zip(masks, others)) for masks, others in zip(zip(*alone), zip(*again))]
    if any((count > 1).any() for count in writers):
        sys.exit(f"{max(int((count > 1).sum()) for count in writers)} bytes are written by several of {parts} parts")
    for array, old in zip(memory, start):
        array[:] = old
    for part in range(parts):
        run_part(part)


def at_once(run_part, parts, memory):
    start = threading.Barrier(parts)

    def work(part):
        start.wait()
        run_part(part)

    threads = [threading.Thread(target=work, args=(part,)) for part in range(parts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


class Object:
    """A compiled model as a shared library."""

    def __init__(self, folder):
        library = folder / "net.so"
        run("clang-22", "-shared", "-o", library, "-Wl,--whole-archive", folder / "libnet.a", "-Wl,--no-whole-archive")
        self.library = ctypes.CDLL(str(library))
        self.report = json.loads((folder / "net.report.json").read_text())
        header = (folder / "net.h").read_text()
        self.size, self.alignment = (int(re.search(rf"#define NET_ARENA_{name} (\d+)u", header).group(1)) for name in ("SIZE", "ALIGN"))

    def parts(self):
        return [layer.get("parts", 1) for layer in self.report["layers"]]

    def run(self, inputs, strategy=None, function="net_run"):
        """Outputs as bytes, and how many times parts were run."""
        forks = []

        def parallel_for(context, task, argument, parts):
            forks.append(parts)
            strategy(lambda part: TASK(task)(argument, part), parts, [noise[start : start + self.size], *outputs])

        executor = Executor(None, PARALLEL_FOR(parallel_for))
        outputs = [numpy.zeros(t["bytes"], numpy.uint8) for t in self.report["outputs"]]
        noise = numpy.random.default_rng(7).integers(0, 256, self.size + self.alignment, numpy.uint8)
        start = -noise.ctypes.data % self.alignment
        arena = noise.ctypes.data + start
        pointers = [(ctypes.c_void_p * len(list_))(*[a.ctypes.data for a in list_]) for list_ in (inputs, outputs)]
        arguments = [*pointers, ctypes.c_void_p(arena)]
        if function == "net_run_with":
            arguments.append(ctypes.byref(executor) if strategy else None)
        status = self.library[function](*arguments)
        if status:
            sys.exit(f"{function} gave status {status}")
        return [o.tobytes() for o in outputs], forks


def compile_whole(model, folder, options):
    run(BIN / "nn-compile", model, "--name=net", *options, "-o", folder)
    return Object(folder)


def compile_divided(model, folder, options, threads):
    """Divides regardless of what is worth it: the pipeline with other numbers in it. One thread has the loops of two, undivided."""
    folder.mkdir()
    text = run(BIN / "nn-compile", "--print-pipeline", *options, f"--threads={max(threads, 2)}")
    loops = re.search(r"(nnc-convert-layers-to-loops.*?nnc-verify-phase\{phase=loops\})", text.replace("\n", ""), re.S)
    pipeline = re.sub(r"nnc-divide-layers\{([^}]*)\}", lambda m: "nnc-divide-layers{" + re.sub(r"\bgain=\S+", "gain=0", m.group(1)) + "}", loops.group(1))
    pipeline = re.sub(r"\bthreads=\d+", f"threads={threads}", pipeline)
    assert "gain=0" in pipeline and "divisible=true" in pipeline, pipeline
    run(BIN / "nn-compile", model, "--name=net", *options, f"--threads={threads}", "--compile-to=memory", "-o", folder / "memory.mlir")
    run(BIN / "nn-opt", folder / "memory.mlir", f"--pass-pipeline=builtin.module({pipeline})", "-o", folder / "loops.mlir")
    run(BIN / "nn-compile", folder / "loops.mlir", "--name=net", *options, f"--threads={threads}", "-o", folder)
    return Object(folder)


def check(model, options, folder, seed):
    """Runs that were compared, and the layers that were divided."""
    onnx.save(model, folder / "net.onnx")
    whole = compile_whole(folder / "net.onnx", folder / "whole", options)
    random = numpy.random.default_rng(seed)
    inputs = [random.standard_normal(t["elements"]).astype(numpy.float32) for t in whole.report["inputs"]]
    expected, _ = whole.run(inputs)
    compared, divided = 0, set()
    for threads in (1, 2, 3, 5):
        parts = compile_divided(folder / "net.onnx", folder / f"of{threads}", options, threads)
        divided |= {layer["ops"][-1] if layer["ops"] else "" for layer, n in zip(whole.report["layers"], parts.parts()) if n > 1}
        results = [parts.run(inputs)]
        for strategy in (None, in_reverse, shuffled, looked_at, *5 * [at_once]) if threads > 1 else ():
            results.append(parts.run(inputs, strategy, "net_run_with"))
            forks = results[-1][1]
            if any(not 2 <= n <= threads for n in forks) or (bool(forks) != any(n > 1 for n in parts.parts()) and strategy):
                sys.exit(f"forks {forks} do not fit {parts.parts()}")
        for i, (outputs, _) in enumerate(results):
            if outputs != expected:
                sys.exit(f"seed {seed}, {options}, {threads} threads, run {i}: other bits than of one thread")
        compared += len(results)
    return compared, divided


def main():
    first, count = map(int, sys.argv[1:3])
    kinds = [network for network in NETWORKS if network.__name__ in sys.argv[3:]] or NETWORKS
    compared, divided = 0, set()
    for seed in range(first, first + count):
        network = kinds[seed % len(kinds)]
        with tempfile.TemporaryDirectory() as folder:
            model, options = network(numpy.random.default_rng(seed))
            runs, ops = check(model, options, pathlib.Path(folder), seed)
            compared, divided = compared + runs, divided | ops
    print(f"{compared} runs with the bits of one thread; divided: {', '.join(sorted(divided))}")


if __name__ == "__main__":
    main()

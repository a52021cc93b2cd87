"""How good the NEON kernels are, without the hardware: reads the hot loops of compiled layers and simulates them.

usage: run.py [--cpu CPU ...] [--only REGEX] [--conv-algorithm A] [--dispatch N] [--min-share P] [--max-stack N] [--min-predicted P] [--json FILE] [--show]
For each shape of bench/layers and each CPU: the share of fused multiply-adds among the loop's instructions (goal 80 %), accesses of the stack (goal none), and
what llvm-mca predicts of the limit, which is a block of independent multiply-adds in the same simulation (goal 85 %). llvm-mca knows pipelines and latencies,
not caches: all loads hit. With limits, exit code 1 where a layer misses one; without, the goals are only compared with.
Needs numpy, onnx, llvm-mca-22. Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""

import argparse
import json
import pathlib
import re
import subprocess
import sys
import tempfile

import numpy
import onnx

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parents[1]
sys.path[:0] = [str(HERE.parent / "layers"), str(ROOT / "test" / "targets" / "Inputs")]
from hot_loop import functions  # noqa: E402
from shapes import SHAPES  # noqa: E402

NN_COMPILE = ROOT / "build" / "bin" / "nn-compile"
# CPU to compile for: the one whose pipelines llvm-mca knows. It has no model of the Cortex-A76 (which gets the A57's, with half its multiply-adds); the
# Neoverse N1 is the same core for servers.
CPUS = {"cortex-a76": "neoverse-n1", "neoverse-v1": "neoverse-v1"}
MCA = "/usr/lib/llvm-22/bin/llvm-mca"
ITERATIONS = 200
GOAL_SHARE, GOAL_STACK, GOAL_PREDICTED = 80, 0, 85
LABEL = re.compile(r"\.L\w+")


def cycles(text, cpu, dispatch):
    """Cycles of one turn of a loop in the simulated CPU, which takes `dispatch` operations a cycle; 0: as its model says."""
    command = [MCA, "-mtriple=aarch64", f"-mcpu={CPUS.get(cpu, cpu)}", f"-iterations={ITERATIONS}", f"-dispatch={dispatch}", "--json"]
    run = subprocess.run(command, input=text, capture_output=True, text=True)
    if run.returncode:
        raise RuntimeError(f"llvm-mca: {run.stderr.strip().splitlines()[0]}")
    return json.loads(run.stdout)["CodeRegions"][0]["SummaryView"]["TotalCycles"] / ITERATIONS


def cycles_of_multiply_add(cpu, dispatch):
    """The least, from 24 that do not depend on each other."""
    count = 24
    return cycles("".join(f"fmla v{i}.4s, v30.4s, v31.s[0]\n" for i in range(count)), cpu, dispatch) / count


def loop_text(function, hot):
    """The hot loop as assembly; its branches go to one label."""
    first, last = hot["range"]
    body = "".join(f"{mnemonic} {LABEL.sub('.Lloop', operands) if not ':lo12:' in operands else operands}\n"
                   for mnemonic, operands in function.instructions[first:last + 1])
    return ".Lloop:\n" + body


def layer_function(path, cpu, algorithm, folder):
    """The function of the layer named "layer", from the assembly of a compiled model."""
    assembly = folder / "layer.s"
    subprocess.run([NN_COMPILE, path, "--target=aarch64", f"-mcpu={cpu}", f"--conv-algorithm={algorithm}", "--emit=asm", "-o", assembly], check=True)
    found = [f for f in functions(assembly.read_text().splitlines()) if f.name == "layer_layer"]
    if len(found) != 1 or not found[0].hot_loop():
        raise RuntimeError("no loop that multiplies")
    return found[0]


def row_of(shape, cpu, limit, options, folder):
    path = folder / "layer.onnx"
    onnx.save(shape.model(numpy.random.default_rng(5)), path)
    function = layer_function(path, cpu, options.conv_algorithm, folder)
    hot = function.hot_loop()
    text = loop_text(function, hot)
    if options.show:
        print(text)
    return {"network": shape.network, "layer": str(shape), "cpu": cpu, "instructions": hot["instructions"], "fmla": hot["fma"],
            "share": hot["share"], "stack": hot["stack"], "predicted": 100 * hot["fma"] * limit / cycles(text, cpu, options.dispatch)}


def rows(options, folder):
    limits = {cpu: cycles_of_multiply_add(cpu, options.dispatch) for cpu in options.cpu}
    for shape in SHAPES:
        if options.only.search(f"{shape.network} {shape}"):
            for cpu in options.cpu:
                yield row_of(shape, cpu, limits[cpu], options, folder)


def misses(row, share, stack, predicted):
    """Which of three limits a row misses; one that is not given is met."""
    return [text for text, bad in (("share", share is not None and row["share"] < share), ("stack", stack is not None and row["stack"] > stack),
                                   ("predicted", predicted is not None and row["predicted"] < predicted)) if bad]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cpu", nargs="*", default=list(CPUS), help="CPUs to compile for (default: %(default)s)")
    parser.add_argument("--only", type=re.compile, default=re.compile(""), help="networks and shapes that match somewhere")
    parser.add_argument("--conv-algorithm", default="direct", help="as nn-compile's (default: direct)")
    parser.add_argument("--dispatch", type=int, default=0, help="operations that the simulated CPU takes a cycle (default: what its model says)")
    parser.add_argument("--min-share", type=float, help="per cent")
    parser.add_argument("--max-stack", type=int, help="instructions that touch the stack")
    parser.add_argument("--min-predicted", type=float, help="per cent of the limit")
    parser.add_argument("--show", action="store_true", help="print the loops")
    parser.add_argument("--json", type=pathlib.Path, help="write all figures")
    options = parser.parse_args()
    print(f"{'network':14} {'layer':34} {'cpu':12} {'instructions':>12} {'fmla':>5} {'share %':>8} {'stack':>6} {'of limit %':>11}  misses")
    found, failed = [], False
    with tempfile.TemporaryDirectory() as folder:
        for row in rows(options, pathlib.Path(folder)):
            found.append(row)
            failed |= bool(misses(row, options.min_share, options.max_stack, options.min_predicted))
            print("{network:14} {layer:34} {cpu:12} {instructions:12} {fmla:5} {share:8.0f} {stack:6} {predicted:11.0f}  ".format(**row) + " ".join(misses(row, GOAL_SHARE, GOAL_STACK, GOAL_PREDICTED)),
                  flush=True)
    if options.json:
        options.json.write_text(json.dumps(found, indent=1) + "\n")
    if not found:
        print("no shape matches")
    sys.exit(failed or not found)


if __name__ == "__main__":
    main()

"""Share of the core's peak that kernels reach, layer by layer.

usage: run.py [--integers] [--rounds N] [--only TEXT] [--target T] [--markdown FILE] [--json FILE] [--below PERCENT] [MODEL.onnx ...]
Compiles a small model for each shape of shapes.py (or the given models, whose layers are all measured), runs it in this process, and after
each layer a loop of independent fused multiply-adds for as long on the same core. Printed: the median over the rounds of the two rates'
ratio, and the range that holds the middle 80 per cent. Absolute times are not reported: on a shared machine they mean nothing.
Needs numpy, onnx and clang-22 (build/venv of the tests has the packages).
Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""

import argparse
import ctypes
import json
import pathlib
import sys
import tempfile

import numpy
import onnx

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent / "models"), str(HERE.parent / "peak")]
from compiled import CompiledModel  # noqa: E402
from loops import compiled  # noqa: E402
from machine import processor  # noqa: E402
from integers import integer_model  # noqa: E402
from shapes import SHAPES  # noqa: E402


def load_meter(folder, target, integers=False):
    """The timing functions, compiled for the target's vectors."""
    flags = ["-DMEASURE_INTEGERS"] if integers else []
    measure = compiled(HERE / "measure.c", folder, f"-march={target}", *flags).measure
    measure.argtypes = [ctypes.c_void_p] * 4 + [ctypes.c_int64] * 2 + [ctypes.c_void_p] * 2
    return measure


def random_input(generator, shape, kind):
    if numpy.issubdtype(kind, numpy.integer):
        return generator.integers(0, 100, shape).astype(kind)
    return generator.standard_normal(shape).astype(kind)


def shares_of_layers(measure, path, options):
    """(layer of the report, share of peak in each round) for every layer that multiplies."""
    model = CompiledModel(path, "--trace", f"--target={options.target}", f"--conv-algorithm={options.conv_algorithm}")
    generator = numpy.random.default_rng(3)
    model.bind(*[random_input(generator, shape, kind) for _, shape, kind in model.inputs])
    layers = model.report["layers"]
    seconds, peak = numpy.zeros((2, options.rounds, len(layers)))
    status = measure(model.address("run_traced"), *model.arguments(), len(layers), options.rounds, seconds.ctypes.data, peak.ctypes.data)
    if status:
        raise RuntimeError(f"status {status}")
    return [(layer, layer["macs"] / seconds[:, i] / peak[:, i]) for i, layer in enumerate(layers) if layer.get("tile") and layer["macs"]]


def row_of(network, name, layer, shares):
    low, median, high = numpy.percentile(100 * shares, (10, 50, 90))
    return network, name, layer["macs"] / 1e6, layer["tile"], median, low, high


def rows_of_shapes(measure, folder, options):
    for shape in SHAPES:
        if options.only not in f"{shape.network} {shape}":
            continue
        path = pathlib.Path(folder) / ("layer.mlir" if options.integers else "layer.onnx")
        if options.integers:
            path.write_text(integer_model(shape, numpy.random.default_rng(5)))
        else:
            onnx.save(shape.model(numpy.random.default_rng(5)), path)
        layer, shares = next(pair for pair in shares_of_layers(measure, path, options) if pair[0]["name"] == "layer")
        yield row_of(shape.network, str(shape), layer, shares)


def rows_of_model(measure, path, options):
    for layer, shares in shares_of_layers(measure, path, options):
        if options.only in layer["name"]:
            yield row_of(pathlib.Path(path).stem, layer["name"], layer, shares)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("models", nargs="*", type=pathlib.Path)
    parser.add_argument("--rounds", type=int, default=60)
    parser.add_argument("--only", default="", help="network, shape or layer that holds this text")
    parser.add_argument("--target", default="native", help="native, x86-64-v3 or x86-64-v4")
    parser.add_argument("--conv-algorithm", default="auto", help="auto (default), direct, winograd or fft")
    parser.add_argument("--integers", action="store_true", help="the shapes with 8-bit integers, against a loop of their products")
    parser.add_argument("--below", type=float, default=1000, help="print only layers below this share")
    parser.add_argument("--markdown", type=pathlib.Path, help="write a table")
    parser.add_argument("--json", type=pathlib.Path, help="write all figures")
    options = parser.parse_args()
    rows = []
    print(f"{'network':14} {'layer':34} {'M multiply-adds':>15} {'tile':>6} {'share %':>8} {'80 % of rounds':>15}")
    with tempfile.TemporaryDirectory() as folder:
        measure = load_meter(folder, options.target, options.integers)
        sources = [rows_of_model(measure, path, options) for path in options.models] or [rows_of_shapes(measure, folder, options)]
        for row in (row for source in sources for row in source):
            if row[4] >= options.below:
                continue
            rows.append(row)
            print("{:14} {:34} {:15.2f} {:>6} {:8.0f} {:8.0f}…{:.0f}".format(*row), flush=True)
    if options.markdown:
        head = f"{processor()}, target {options.target}, {options.rounds} rounds\n\n| Network | Layer | Tile | Share of peak, % | 80 % of rounds |\n|---|---|---|---|---|\n"
        body = "".join(f"| {network} | {name} | {tile} | {median:.0f} | {low:.0f}…{high:.0f} |\n" for network, name, _, tile, median, low, high in rows)
        options.markdown.write_text(head + body)
    if options.json:
        keys = ("network", "layer", "m_multiply_adds", "tile", "share_percent", "low_percent", "high_percent")
        options.json.write_text(json.dumps({"processor": processor(), "target": options.target, "conv_algorithm": options.conv_algorithm,
                                            "rounds": options.rounds, "layers": [dict(zip(keys, row)) for row in rows]}, indent=1) + "\n")


if __name__ == "__main__":
    main()

"""What the choice of an algorithm costs: every way to compute a convolution is measured, and the one that the compiler's model takes compared with the best.

usage: choice.py [--target T] [--rounds N] [--turns N] [--only TEXT] [--max-conv-error X] [--max-loss PERCENT]
For each convolution of stride 1 with filters of 3×3 and more, one small model for each way runs in turn with the others, each layer in turn with a loop of
independent multiply-adds (see run.py). Printed: shares of peak by way, with what the model predicts relative to its own choice, and by how much the
chosen way is slower than the best. With --max-loss the exit code is 1 where a loss is larger.
Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""

import argparse
import json
import pathlib
import sys
import tempfile

import numpy
import onnx

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent / "models"), str(HERE.parent / "peak")]
from compiled import CompiledModel  # noqa: E402
from run import load_meter  # noqa: E402
from shapes import SHAPES, Convolution  # noqa: E402

# Beside those of networks in shapes.py: few and many channels, odd sizes, large filters.
MORE = [Convolution("more", channels, maps, pixels, pixels, kernel) for channels, maps, pixels, kernel in [
    (32, 32, 28, 5), (48, 128, 7, 5), (16, 32, 28, 5), (32, 96, 14, 5), (8, 8, 32, 3), (24, 24, 56, 3), (64, 192, 56, 3),
    (128, 128, 56, 3), (64, 64, 112, 3), (192, 192, 17, 3), (160, 320, 7, 3), (96, 208, 14, 3), (128, 32, 14, 3), (384, 384, 8, 3), (512, 512, 14, 3),
    (128, 128, 14, 5), (256, 256, 14, 5), (64, 64, 31, 5), (8, 8, 64, 7), (24, 24, 56, 7), (64, 64, 28, 7), (128, 128, 28, 7), (64, 64, 14, 7), (256, 256, 14, 7),
    (32, 32, 56, 9), (64, 64, 28, 9), (128, 128, 28, 9), (64, 64, 112, 9), (16, 16, 64, 11), (64, 64, 56, 11), (64, 64, 28, 11), (128, 128, 14, 11),
    (32, 32, 56, 15), (64, 64, 28, 15), (16, 16, 64, 21)]]


def candidates(shape):
    return isinstance(shape, Convolution) and shape.kernel > 1 and shape.stride == 1 and shape.group == 1


class Way:
    """One way to compute the layer, compiled and bound to data."""

    def __init__(self, path, candidate, folder, options):
        plan = pathlib.Path(folder) / "plan.json"
        keys = {key: candidate[key] for key in ("algorithm", "tile") if key in candidate}
        plan.write_text(json.dumps({"format": 1, "convolutions": [{"layer": "layer", **keys}]}))
        self.name = " ".join(str(value) for value in keys.values())
        self.cycles = candidate["predicted_cycles"]
        self.model = CompiledModel(path, "--trace", f"--target={options.target}", f"--conv-plan={plan}", f"--max-conv-error={options.max_conv_error}")
        generator = numpy.random.default_rng(3)
        self.model.bind(*[generator.standard_normal(shape).astype(kind) for _, shape, kind in self.model.inputs])
        layers = self.model.report["layers"]
        self.layers, self.index = len(layers), next(i for i, layer in enumerate(layers) if layer["name"] == "layer")
        self.macs, self.shares = layers[self.index]["macs"], []

    def run(self, measure, rounds):
        # The first round after another model's finds the caches full of that one's data: it is not counted.
        seconds, peak = numpy.zeros((2, rounds + 1, self.layers))
        status = measure(self.model.address("run_traced"), *self.model.arguments(), self.layers, rounds + 1, seconds.ctypes.data, peak.ctypes.data)
        if status:
            raise RuntimeError(f"status {status}")
        self.shares += list((self.macs / seconds / peak)[1:, self.index])

    def share(self):
        return float(numpy.median(self.shares))


def compare(measure, shape, folder, options):
    """The ways, the model's choice first."""
    path = pathlib.Path(folder) / "layer.onnx"
    onnx.save(shape.model(numpy.random.default_rng(5)), path)
    report = CompiledModel(path, f"--target={options.target}", f"--max-conv-error={options.max_conv_error}").report
    convolution = next(c for c in report["convolutions"] if c["layer"] == "layer")
    ways = [Way(path, candidate, folder, options) for candidate in convolution["candidates"]]
    for _ in range(options.turns):
        for way in ways:
            way.run(measure, options.rounds)
    return ways


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--target", default="native", help="native, x86-64-v3 or x86-64-v4")
    parser.add_argument("--rounds", type=int, default=3, help="counted runs of a way in each turn")
    parser.add_argument("--turns", type=int, default=12)
    parser.add_argument("--only", default="", help="network or shape that holds this text")
    parser.add_argument("--max-conv-error", type=float, default=2e-5, help="as for nn-compile")
    parser.add_argument("--max-loss", type=float, help="exit with 1 where a choice loses more, in per cent")
    options = parser.parse_args()
    losses = []
    with tempfile.TemporaryDirectory() as folder:
        measure = load_meter(folder, options.target)
        for shape in filter(candidates, SHAPES + MORE):
            if options.only not in f"{shape.network} {shape}":
                continue
            ways = compare(measure, shape, folder, options)
            best = max(way.share() for way in ways)
            losses.append(100 * (1 - ways[0].share() / best))
            text = ", ".join(f"{way.name} {100 * way.share():.0f} ({100 * ways[0].share() * ways[0].cycles / way.cycles:.0f})" for way in ways)
            print(f"{shape.network:10} {str(shape):24} loss {losses[-1]:3.0f} %: {text}", flush=True)
    if not losses:
        sys.exit("no such shape")
    print(f"{len(losses)} convolutions, loss {numpy.mean(losses):.1f} % on average, {max(losses):.0f} % at most")
    sys.exit(options.max_loss is not None and max(losses) > options.max_loss)


if __name__ == "__main__":
    main()

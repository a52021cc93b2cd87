"""Random convolutions for transform domains: shapes, numbers, exact results, and what error bounds are relative to.

Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""

import dataclasses

import numpy as np
from onnx import helper, numpy_helper

# Each way with the filters that it is tried on.
WAYS = [("winograd", m, (3, 3)) for m in (2, 4, 6)] + [("winograd", m, (5, 5)) for m in (2, 4)] + \
    [("fft", 8, kernel) for kernel in ((5, 5), (7, 3), (1, 7))] + \
    [("fft", 16, kernel) for kernel in ((5, 5), (7, 7), (3, 9), (11, 11), (15, 13))] + \
    [("fft", 32, kernel) for kernel in ((5, 5), (9, 9), (11, 6), (17, 19), (31, 29))]
SIDES = [1, 2, 3, 5, 7, 11, 13, 15, 17, 19, 23, 31, 37]
CHANNELS = [1, 2, 3, 5, 7, 8, 13, 17, 29]
MAPS = CHANNELS + [4, 16, 37]


@dataclasses.dataclass(frozen=True)
class Shape:
    """A convolution of stride 1, and the way to compute it."""

    algorithm: str
    tile: int
    kernel: tuple
    batch: int
    channels: int
    maps: int
    size: tuple  # of the image
    pads: tuple
    bias: bool

    def result(self):
        return tuple(n + self.pads[d] + self.pads[d + 2] - self.kernel[d] + 1 for d, n in enumerate(self.size))

    def step(self):
        """Results between the first ones of neighbouring tiles."""
        return (self.tile,) * 2 if self.algorithm == "winograd" else tuple(self.tile - r + 1 for r in self.kernel)

    def __str__(self):
        return f"{self.algorithm} {self.tile}, {self.batch}x{self.channels}x{'x'.join(map(str, self.size))} -> {self.maps}, pads {self.pads}"


def random_shape(rng, number):
    algorithm, tile, kernel = WAYS[number % len(WAYS)]
    pads = [int(rng.integers(r)) for r in 2 * kernel]
    least = [max(1, r - pads[d] - pads[d + 2]) for d, r in enumerate(kernel)]
    size = tuple(int(rng.choice([n for n in SIDES if n >= least[d]])) for d in range(2))
    return Shape(algorithm, tile, kernel, int(rng.choice([1, 1, 2])), int(rng.choice(CHANNELS)), int(rng.choice(MAPS)), size, tuple(pads), bool(rng.integers(2)))


def random_numbers(rng, shape):
    """Numbers of one of several kinds: what cancels, what does not, what differs much in size, mostly zeros."""
    normal = rng.standard_normal(shape)
    kinds = [normal, np.sign(normal), np.abs(normal), rng.uniform(0.5, 1, shape), normal * np.exp(3 * rng.standard_normal(shape)),
             normal * (rng.random(shape) < 0.1)]
    return kinds[rng.integers(len(kinds))].astype(np.float32)


class TransformedLayer:
    """A shape with numbers."""

    def __init__(self, rng, shape):
        self.shape = shape
        self.filter = random_numbers(rng, (shape.maps, shape.channels, *shape.kernel))
        self.filter.flat[0] += np.float32(0.25)  # filters of one repeated element are not transformed
        self.bias = random_numbers(rng, (shape.maps,)) if shape.bias else np.zeros(shape.maps, np.float32)
        self.image = random_numbers(rng, (shape.batch, shape.channels, *shape.size))
        self.result = (shape.batch, shape.maps, *shape.result())
        self.plan = {"algorithm": shape.algorithm, "tile": shape.tile}
        self.way = f"{shape.algorithm} {shape.tile}, {'x'.join(map(str, shape.kernel))}"

    def operator(self, image, result, name):
        bias = self.shape.bias
        constants = [numpy_helper.from_array(self.filter, f"{name}.w")] + [numpy_helper.from_array(self.bias, f"{name}.b")] * bias
        return helper.make_node("Conv", [image, f"{name}.w"] + [f"{name}.b"] * bias, [result], name=name, pads=self.shape.pads), constants

    def padded(self):
        p = self.shape.pads
        return np.pad(self.image.astype(np.float64), [(0, 0), (0, 0), (p[0], p[2]), (p[1], p[3])])

    def exact(self):
        """The result in double precision."""
        windows = np.lib.stride_tricks.sliding_window_view(self.padded(), self.shape.kernel, (2, 3))
        sums = np.tensordot(windows, self.filter.astype(np.float64), ((1, 4, 5), (1, 2, 3)))
        return np.moveaxis(sums, -1, 1) + self.bias.astype(np.float64)[:, None, None]

    def scale(self):
        """What the bound is relative to: the number of taps times the largest magnitudes of image, in the result's tile, and of filter, summed over channels;
        and the bias."""
        x, step, result, kernel = np.abs(self.padded()), self.shape.step(), self.result[2:], self.shape.kernel
        largest = np.abs(self.filter.astype(np.float64)).max((2, 3))
        scale = np.empty(self.result)
        for top in range(0, result[0], step[0]):
            for left in range(0, result[1], step[1]):
                tile = x[:, :, top:top + step[0] + kernel[0] - 1, left:left + step[1] + kernel[1] - 1].max((2, 3))
                scale[:, :, top:top + step[0], left:left + step[1]] = (tile @ largest.T)[:, :, None, None]
        return kernel[0] * kernel[1] * scale + np.abs(self.bias.astype(np.float64))[:, None, None]

    def bound(self, candidate):
        """Relative to the scale: what the report states for this layer."""
        if (candidate["algorithm"], candidate.get("tile")) != (self.shape.algorithm, self.shape.tile):
            raise RuntimeError(f"{self.shape} is computed by {candidate}")
        return candidate["error_bound"]

    def __str__(self):
        return str(self.shape)

"""Layers of 8-bit integers as text of the nn dialect: activations without a sign, requantized to 8 bits by channel.

Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""

import math

import numpy


def _type(shape, element):
    return f"tensor<{'x'.join(map(str, shape))}x{element}>"


def _constant(name, array):
    element = {"int8": "i8", "int32": "i32"}[str(array.dtype)]
    return f'  {name} = nn.constant dense<"0x{array.tobytes().hex().upper()}"> : {_type(array.shape, element)}\n'


class _Text:
    """Operators one after the other, each on the value of the one before."""

    def __init__(self, generator, shape):
        self.generator, self.value, self.shape, self.text, self.count = generator, "%x", shape, "", 0

    def requantize(self, name, sums, shape, depth):
        """To the range of 8 bits for most sums of `depth` products."""
        self.count += 1
        g, channels, tag = self.generator, shape[1], f"{name}{self.count}"
        by_channel = (channels,) + (1,) * (len(shape) - 2) if len(shape) > 2 else (channels,)
        right = numpy.full(by_channel, min(22, max(1, round(math.log2(depth) / 2) + 6)), numpy.int32)
        self.text += _constant(f"%m{tag}", (g.integers(2**28, 2**29, by_channel) * 2).astype(numpy.int32))
        self.text += _constant(f"%c{tag}", (65 * (1 << (right - 1))).astype(numpy.int32)) + _constant(f"%r{tag}", right)
        kind = _type(by_channel, "i32")
        self.value = f"%y{tag}"
        self.text += f"  {self.value} = nn.requantize {sums} by %m{tag} plus %c{tag} right %r{tag} : ({_type(shape, 'i32')}, {kind}, {kind}, {kind}) -> " \
                     f"{_type(shape, 'ui8')} loc(\"{name}\")\n"
        self.shape = shape

    def convolve(self, name, maps, kernel, stride, pad, group):
        _, channels, height, width = self.shape
        per = channels // group
        shape = (1, maps, (height + 2 * pad - kernel) // stride + 1, (width + 2 * pad - kernel) // stride + 1)
        weights = self.generator.integers(-100, 101, (maps, per, kernel, kernel)).astype(numpy.int8)
        bias = self.generator.integers(-1000, 1000, maps).astype(numpy.int32)
        self.text += _constant(f"%w{name}", weights) + _constant(f"%b{name}", bias)
        pads = f"array<i64: {pad}, {pad}>"
        self.text += f"  %s{name} = nn.conv {self.value}, %w{name}, %b{name} {{strides = array<i64: {stride}, {stride}>, dilations = array<i64: 1, 1>, " \
                     f"pads_begin = {pads}, pads_end = {pads}, group = {group} : i64}} : ({_type(self.shape, 'ui8')}, {_type(weights.shape, 'i8')}, " \
                     f"{_type(bias.shape, 'i32')}) -> {_type(shape, 'i32')} loc(\"{name}\")\n"
        self.requantize(name, f"%s{name}", shape, per * kernel * kernel)

    def multiply(self, name, columns):
        rows, depth = self.shape
        self.text += _constant(f"%w{name}", self.generator.integers(-100, 101, (depth, columns)).astype(numpy.int8))
        self.text += f"  %s{name} = nn.matmul {self.value}, %w{name} : ({_type(self.shape, 'ui8')}, {_type((depth, columns), 'i8')}) -> " \
                     f"{_type((rows, columns), 'i32')} loc(\"{name}\")\n"
        self.requantize(name, f"%s{name}", (rows, columns), depth)


def integer_model(shape, generator):
    """A model with the layer of a shape, between two others where it is a convolution, as inside a network."""
    is_product = hasattr(shape, "rows")
    start = (shape.rows, shape.depth) if is_product else (1, shape.channels, shape.height, shape.width)
    text = _Text(generator, start)
    if is_product:
        text.multiply("layer", shape.columns)
    else:
        text.convolve("before", shape.channels, 1, 1, 0, shape.channels)
        text.convolve("layer", shape.maps, shape.kernel, shape.stride, (shape.kernel - 1) // 2, shape.group)
        text.convolve("after", shape.maps, 1, 1, 0, shape.maps)
    return f"func.func @main(%x: {_type(start, 'ui8')} {{nn.name = \"x\"}}) -> ({_type(text.shape, 'ui8')} {{nn.name = \"y\"}}) attributes {{rt.entry}} {{\n" \
           f"{text.text}  return {text.value} : {_type(text.shape, 'ui8')}\n}}\n"

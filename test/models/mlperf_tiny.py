"""The four networks of MLPerf Tiny (github.com/mlcommons/tiny) at their own input sizes, with seeded random weights, as ONNX models.

usage: mlperf_tiny.py resnet8|dscnn|mobilenet|autoencoder float|int8 FILE
`int8` is the QDQ form with integers as input and output: weights by output channel, values by tensor. Weights keep the variance of values, so that
the integers of every layer use most of their range. Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""

import math
import sys

import numpy
from onnx import TensorProto, helper, numpy_helper, save

SIGNED = (2.0**-5, 0)  # scale and zero point of values of either sign: -4 to 4
RECTIFIED = (2.0**-5, -128)  # of values behind a Relu: 0 to 8
PROBABILITY = (2.0**-8, -128)


class Network:
    def __init__(self, kind, *shape):
        self.is_int8 = kind == "int8"
        self.generator = numpy.random.default_rng(7)
        self.nodes, self.constants, self.count = [], [], 0
        self.shape = {"input": list(shape)}
        self.quantization = {"input": SIGNED}
        self.last = "real_input" if self.is_int8 else "input"
        if self.is_int8:
            self.shape[self.last], self.quantization[self.last] = list(shape), SIGNED
            self.nodes.append(helper.make_node("DequantizeLinear", ["input", *self.step(SIGNED)], [self.last], self.last))

    def constant(self, array):
        name = f"w{len(self.constants)}"
        self.constants.append(numpy_helper.from_array(array, name))
        return name

    def step(self, quantization):
        """Scale and zero point as constants."""
        return self.constant(numpy.float32(quantization[0])), self.constant(numpy.int8(quantization[1]))

    def emit(self, op, inputs, shape, name=None, **attributes):
        self.count += 1
        name = name or f"{op.lower()}_{self.count}"
        self.nodes.append(helper.make_node(op, inputs, [name], name, **attributes))
        self.shape[name] = list(shape)
        self.last = name
        return name

    def quantize(self, quantization):
        """The last value as integers and back."""
        if not self.is_int8:
            return self.last
        real, shape = self.last, self.shape[self.last]
        self.emit("QuantizeLinear", [real, *self.step(quantization)], shape, f"{real}_q")
        self.emit("DequantizeLinear", [self.last, *self.step(quantization)], shape, f"{real}_r")
        self.quantization[self.last] = quantization
        return self.last

    def weights(self, x, shape, channels, gain):
        """Filters and biases for values with the variance of `x` times the square of `gain`."""
        g, deviation = self.generator, gain / math.sqrt(math.prod(shape) / channels)
        if not self.is_int8:
            return self.constant(g.normal(0, deviation, shape).astype(numpy.float32)), self.constant(g.normal(0, 0.1, channels).astype(numpy.float32))
        axis = 0 if len(shape) == 4 else 1
        scales = (deviation / 73 * g.uniform(0.7, 1.3, channels)).astype(numpy.float32)  # 73: of integers from -127 to 127
        integers, steps = g.integers(-127, 128, shape, dtype=numpy.int8), self.constant(scales)
        self.emit("DequantizeLinear", [self.constant(integers), steps], shape, axis=axis)
        filters = self.last
        sums = (scales * numpy.float32(self.quantization[x][0])).astype(numpy.float32)
        bias = numpy.round(g.normal(0, 0.1, channels) / sums).astype(numpy.int32)
        self.emit("DequantizeLinear", [self.constant(bias), self.constant(sums)], [channels], axis=0)
        return filters, self.last

    def conv(self, x, channels, kernel=(3, 3), stride=(1, 1), group=1, relu=True):
        n, inputs, *image = self.shape[x]
        # Padded such that the result has ⌈size / stride⌉ pixels.
        sizes = [-(-size // s) for size, s in zip(image, stride)]
        total = [max((o - 1) * s + k - i, 0) for o, s, k, i in zip(sizes, stride, kernel, image)]
        pads = [t // 2 for t in total] + [t - t // 2 for t in total]
        # What Relu lets through has half the mean square.
        operands = [x, *self.weights(x, (channels, inputs // group, *kernel), channels, math.sqrt(2) if relu else 1)]
        self.emit("Conv", operands, [n, channels, *sizes], pads=pads, strides=stride, group=group)
        if relu:
            self.emit("Relu", [self.last], self.shape[self.last])
        return self.quantize(RECTIFIED if relu else SIGNED)

    def dense(self, x, width, relu=False):
        self.emit("Gemm", [x, *self.weights(x, (self.shape[x][1], width), width, math.sqrt(2) if relu else 1)], [self.shape[x][0], width])
        if relu:
            self.emit("Relu", [self.last], self.shape[self.last])
        return self.quantize(RECTIFIED if relu else SIGNED)

    def add(self, x, y):
        self.emit("Add", [x, y], self.shape[x])
        self.emit("Relu", [self.last], self.shape[x])
        return self.quantize(RECTIFIED)

    def head(self, classes):
        n, channels, *_ = self.shape[self.last]
        self.emit("GlobalAveragePool", [self.last], [n, channels, 1, 1])
        self.quantize(RECTIFIED)
        self.emit("Flatten", [self.last], [n, channels])
        self.quantization[self.last] = RECTIFIED
        self.dense(self.last, classes)
        self.emit("Softmax", [self.last], [n, classes])
        self.quantize(PROBABILITY)

    def model(self):
        # Integers are the output: what follows the last quantization is left out.
        if self.is_int8:
            self.last = self.nodes.pop().input[0]
        kind = TensorProto.INT8 if self.is_int8 else TensorProto.FLOAT
        self.nodes[-1].output[0] = "output"
        ends = [helper.make_tensor_value_info(name, kind, self.shape[at]) for name, at in (("input", "input"), ("output", self.last))]
        graph = helper.make_graph(self.nodes, "tiny", ends[:1], ends[1:], self.constants)
        return helper.make_model(graph, ir_version=9, opset_imports=[helper.make_opsetid("", 21)])


def resnet8(kind):
    net = Network(kind, 1, 3, 32, 32)
    x = net.conv(net.last, 16)
    for channels, stride in [(16, (1, 1)), (32, (2, 2)), (64, (2, 2))]:
        y = net.conv(net.conv(x, channels, stride=stride), channels, relu=False)
        if stride != (1, 1):
            x = net.conv(x, channels, (1, 1), stride, relu=False)
        x = net.add(x, y)
    net.head(10)
    return net.model()


def dscnn(kind):
    net = Network(kind, 1, 1, 49, 10)
    x = net.conv(net.last, 64, (10, 4), (2, 2))
    for _ in range(4):
        x = net.conv(net.conv(x, 64, group=64), 64, (1, 1))
    net.head(12)
    return net.model()


def mobilenet(kind):
    net = Network(kind, 1, 3, 96, 96)
    x = net.conv(net.last, 8, stride=(2, 2))
    for channels, stride in [(16, 1), (32, 2), (32, 1), (64, 2), (64, 1), (128, 2), *[(128, 1)] * 5, (256, 2), (256, 1)]:
        x = net.conv(net.conv(x, net.shape[x][1], stride=(stride, stride), group=net.shape[x][1]), channels, (1, 1))
    net.head(2)
    return net.model()


def autoencoder(kind):
    net = Network(kind, 1, 640)
    for width in [128, 128, 128, 128, 8, 128, 128, 128, 128]:
        net.dense(net.last, width, relu=True)
    net.dense(net.last, 640)
    return net.model()


NETWORKS = {"resnet8": resnet8, "dscnn": dscnn, "mobilenet": mobilenet, "autoencoder": autoencoder}


def main():
    if len(sys.argv) != 4 or sys.argv[1] not in NETWORKS or sys.argv[2] not in ("float", "int8"):
        sys.exit(__doc__)
    save(NETWORKS[sys.argv[1]](sys.argv[2]), sys.argv[3])


if __name__ == "__main__":
    main()

"""Prints a network in the shapes of MLPerf Tiny as the layout phase would leave it, with splats for weights: the memory
plan looks at shapes only.

usage: mlperf_tiny.py resnet8|dscnn|mobilenet|autoencoder [PIXELS OF A TILE]
Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""

import sys


ROWS = int(sys.argv[2]) if len(sys.argv) > 2 else 1


class Network:
    def __init__(self, *shape):
        self.lines = []
        self.count = 0
        self.shapes = {"%x": shape}
        self.last = "%x"

    def type(self, shape):
        """Images lie channels-last; the model's own input and result are row-major."""
        dims = "x".join(str(d) for d in shape)
        if len(shape) == 4 and shape != self.shapes["%x"]:
            n, c, h, w = shape
            return f"tensor<{dims}xf32, #nn.layout<[{c * h * w}, 1, {w * c}, {c}]>>"
        return f"tensor<{dims}xf32>"

    def emit(self, op, operands, attributes, shape, tail="", name=None):
        result = f"%v{self.count}"
        self.count += 1
        self.shapes[result] = shape
        types = ", ".join(self.type(self.shapes[o]) for o in operands)
        label = name or f"{op.split('.')[1].split()[0]}_{self.count}"
        self.lines.append(f'  {result} = {op} {attributes.format(", ".join(operands))} : ({types}) -> '
                          f'{self.type(shape)}{tail} loc("{label}"("{label}_node"("m.onnx":0:0)))')
        self.last = result
        return result

    def splat(self, *shape):
        name = f"%w{self.count}"
        self.count += 1
        self.shapes[name] = shape
        self.lines.append(f"  {name} = nn.constant dense<0.5> : {self.type(shape)}")
        return name

    def product(self, op, x, filters, kernel, stride, shape, extra=(), group=""):
        """A product with a relu and sums of extra operands in its epilogue."""
        weight = self.splat(filters)
        # Padded such that the result has ⌈size / stride⌉ pixels.
        total = [max((o - 1) * s + k - i, 0) for o, s, k, i in zip(shape[2:], stride, kernel, self.shapes[x][2:])]
        pads = [[t // 2 for t in total], [t - t // 2 for t in total]]
        lists = ", ".join(f"{key} = array<i64: {v[0]}, {v[1]}>" for key, v in
                          [("kernel", kernel), ("strides", stride), ("dilations", (1, 1)), ("pads_begin", pads[0]),
                           ("pads_end", pads[1])])
        inputs = f"{x}, {weight}" + (f" extra({', '.join(extra)})" if extra else "")
        body, value = "", "%acc"
        for i in range(len(extra)):
            body += f"    %s{i} = arith.addf {value}, %e{i} : f32\n"
            value = f"%s{i}"
        arguments = ", ".join(["%acc: f32"] + [f"%e{i}: f32" for i in range(len(extra))])
        region = f" {{\n  ^bb0({arguments}):\n{body}    kernel.yield {value} : f32\n  }}"
        attributes = f"{inputs} {{{{{lists}{group}, tile = #kernel.tile<rows = {ROWS}, columns = 8, vector = 8, lanes = 1>}}}}"
        return self.emit(op, [x, weight, *extra], attributes, shape, region)

    def conv(self, x, channels, kernel=(3, 3), stride=(1, 1), extra=()):
        n, c, h, w = self.shapes[x]
        shape = (n, channels, -(-h // stride[0]), -(-w // stride[1]))
        return self.product("kernel.conv", x, c * kernel[0] * kernel[1] * channels, kernel, stride, shape, extra,
                            ", group = 1 : i64")

    def depthwise(self, x, stride=(1, 1)):
        n, c, h, w = self.shapes[x]
        shape = (n, c, -(-h // stride[0]), -(-w // stride[1]))
        return self.product("kernel.depthwise", x, 9 * c, (3, 3), stride, shape)

    def head(self, classes):
        n, c, _, _ = self.shapes[self.last]
        x = self.emit("nn.reduce mean", [self.last], "{} {{axes = array<i64: 2, 3>, keep_dims}}", (n, c, 1, 1))
        x = self.emit("nn.reshape", [x], "{}", (n, c))
        x = self.emit("nn.matmul", [x, self.splat(c, classes)], "{}", (n, classes))
        self.emit("nn.softmax", [x], "{} {{axis = 1 : i64}}", (n, classes))

    def text(self):
        result = self.type(self.shapes[self.last])
        header = f'func.func @main(%x: {self.type(self.shapes["%x"])} {{nn.name = "input"}}) -> ({result} {{nn.name = "output"}}) attributes {{rt.entry}} {{'
        return "\n".join([header, *self.lines, f"  return {self.last} : {result}", "}"])


def resnet8():
    net = Network(1, 3, 32, 32)
    x = net.conv("%x", 16)
    for channels, stride in [(16, (1, 1)), (32, (2, 2)), (64, (2, 2))]:
        y = net.conv(x, channels, stride=stride)
        if stride != (1, 1):
            x = net.conv(x, channels, (1, 1), stride)
        x = net.conv(y, channels, extra=(x,))
    net.head(10)
    return net


def dscnn():
    net = Network(1, 1, 49, 10)
    x = net.conv("%x", 64, (10, 4), (2, 2))
    for _ in range(4):
        x = net.conv(net.depthwise(x), 64, (1, 1))
    net.head(12)
    return net


def mobilenet():
    net = Network(1, 3, 96, 96)
    x = net.conv("%x", 8, stride=(2, 2))
    for channels, stride in [(16, 1), (32, 2), (32, 1), (64, 2), (64, 1), (128, 2), *[(128, 1)] * 5, (256, 2), (256, 1)]:
        x = net.conv(net.depthwise(x, (stride, stride)), channels, (1, 1))
    net.head(2)
    return net


def autoencoder():
    net = Network(1, 640)
    x = "%x"
    for width in [128, 128, 128, 128, 8, 128, 128, 128, 128, 640]:
        x = net.emit("nn.matmul", [x, net.splat(net.shapes[x][1], width)], "{}", (1, width))
    return net


print({"resnet8": resnet8, "dscnn": dscnn, "mobilenet": mobilenet, "autoencoder": autoencoder}[sys.argv[1]]().text())

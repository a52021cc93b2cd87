"""Small networks with random odd sizes for run_divided.py: each function gives a model and options of the compiler.
Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""

import numpy
from onnx import TensorProto, helper, numpy_helper

MACHINES = ["--target=native", "--target=x86-64-v3", "--target=x86-64-v1"]


class Network:
    """A chain of operators on one value, with weights as they are needed."""

    def __init__(self, random, shape):
        self.random, self.nodes, self.weights, self.shape = random, [], [], list(shape)
        self.input = helper.make_tensor_value_info("x", TensorProto.FLOAT, shape)
        self.value = "x"

    def weight(self, *shape):
        name = f"w{len(self.weights)}"
        self.weights.append(numpy_helper.from_array(self.random.standard_normal(shape).astype(numpy.float32), name))
        return name

    def add(self, op, *more, **attributes):
        name = f"v{len(self.nodes)}"
        self.nodes.append(helper.make_node(op, [self.value, *more], [name], **attributes))
        self.value = name
        return self

    def conv(self, channels, kernel, group=1, stride=1, pad=0):
        weight = self.weight(channels, self.shape[1] // group, kernel, kernel)
        self.shape[1] = channels
        self.shape[2:] = [(n + 2 * pad - kernel) // stride + 1 for n in self.shape[2:]]
        return self.add("Conv", weight, self.weight(channels), group=group, strides=[stride] * 2, pads=[pad] * 4)

    def model(self):
        output = helper.make_tensor_value_info(self.value, TensorProto.FLOAT, None)
        graph = helper.make_graph(self.nodes, "net", [self.input], [output], self.weights)
        return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)


def convolutions(random):
    """Kernels of several sizes, groups, strides, one image or several."""
    c = int(random.integers(3, 40))
    n = Network(random, [int(random.integers(1, 3)), c, int(random.integers(7, 20)), int(random.integers(7, 20))])
    n.conv(c, 3, pad=1).add("Relu").conv(c, int(random.choice([1, 3, 5]))).add("Sigmoid")
    n.conv(2 * (c // 2 + 1), 3, stride=2, pad=1).add("Relu")
    n.conv(n.shape[1], 3, group=2, pad=1)
    return n.model(), ["--conv-algorithm=direct", str(random.choice(MACHINES))]


def residuals(random):
    """Additions whose result takes the bytes of the operand that dies."""
    c = int(random.integers(3, 50))
    n = Network(random, [1, c, int(random.integers(5, 18)), int(random.integers(5, 18))])
    for _ in range(3):
        n.conv(c, 1).add("Relu")
        kept = n.value
        n.conv(c, 3, pad=1).add("Relu").conv(c, 3, pad=1).add("Add", kept).add("Relu")
    return n.model(), ["--conv-algorithm=direct", str(random.choice(MACHINES))]


def depthwise(random):
    c = int(random.integers(3, 70))
    n = Network(random, [1, c, int(random.integers(7, 23)), int(random.integers(7, 23))])
    n.conv(c, 3, group=c, pad=1).add("Relu").conv(2 * c + 1, 1)
    n.conv(n.shape[1], 5, group=n.shape[1], stride=2, pad=2).add("HardSwish").conv(c, 1)
    return n.model(), [str(random.choice(MACHINES))]


def winograd(random):
    c = int(random.integers(3, 40))
    n = Network(random, [int(random.integers(1, 3)), c, int(random.integers(9, 30)), int(random.integers(9, 30))])
    n.conv(c + 5, 3, pad=1).add("Relu").conv(c, 3, pad=1)
    return n.model(), ["--conv-algorithm=winograd", "--max-conv-error=1", str(random.choice(MACHINES[:2]))]


def products(random):
    rows, depth = int(random.integers(1, 30)), int(random.integers(5, 90))
    n = Network(random, [rows, depth])
    width = int(random.integers(5, 200))
    n.add("MatMul", n.weight(depth, width)).add("Add", n.weight(width)).add("Sigmoid")
    kept = n.value
    n.add("Transpose", perm=[1, 0])
    n.add("MatMul", kept)
    n.add("Softmax", axis=int(random.integers(2)))
    return n.model(), [str(random.choice(MACHINES))]


def tails(random):
    """Operators that become plain loops."""
    shape = [int(random.integers(1, 4)), int(random.integers(3, 20)), int(random.integers(6, 20)), int(random.integers(6, 20))]
    n = Network(random, shape)
    n.add("Mul", n.weight(1, shape[1], 1, 1)).add("Tanh").add("MaxPool", kernel_shape=[3, 3], strides=[2, 1], pads=[1, 1, 1, 1])
    n.add("AveragePool", kernel_shape=[2, 3]).add("Transpose", perm=[0, 2, 3, 1]).add("Softmax", axis=int(random.integers(1, 4)))
    n.add("ReduceMean", axes=[int(random.integers(1, 4))], keepdims=1).add("Exp").add("Sqrt")
    return n.model(), [str(random.choice(MACHINES))]


def prologues(random):
    """Operators that a product or a depthwise convolution computes where it reads their result."""
    c = int(random.integers(3, 60))
    n = Network(random, [int(random.integers(1, 3)), c, int(random.integers(5, 18)), int(random.integers(5, 18))])
    n.conv(c, 1)
    kept = n.value
    n.add("Mul", n.weight(c, 1, 1)).add("Add", n.weight(c, 1, 1)).add("Relu").conv(c, 1)
    n.add("Add", kept)
    kept = n.value
    n.add("Relu").conv(c, 3, group=c, pad=1).conv(c, 1).add("Add", kept)
    return n.model(), [str(random.choice(MACHINES))]


NETWORKS = [convolutions, residuals, depthwise, winograd, products, tails, prologues]

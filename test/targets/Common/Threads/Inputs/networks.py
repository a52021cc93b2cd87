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
        return self.weight_of(self.random.standard_normal(shape).astype(numpy.float32))

    def numbers(self, *numbers):
        return self.weight_of(numpy.array(numbers, numpy.int64))

    def weight_of(self, array):
        self.weights.append(numpy_helper.from_array(array, f"w{len(self.weights)}"))
        return self.weights[-1].name

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


def rows(random):
    """Statistics along memory and across it: softmax and layer norms over one or several dimensions, sums of few long rows."""
    a, b, c = int(random.integers(2, 6)), int(random.integers(5, 40)), int(random.integers(130, 300))
    n = Network(random, [a, b, c])
    n.add("Softmax", axis=1).add("LayerNormalization", n.weight(c), n.weight(c), axis=2).add("LogSoftmax", axis=int(random.integers(2)))
    n.add("ReduceSumSquare", axes=[int(random.integers(2))], keepdims=1).add("Softmax", axis=2)
    n.add("ReduceLogSumExp", axes=[int(random.integers(1, 3))], keepdims=1).add("Mul", n.weight(a, b, c)).add("InstanceNormalization", n.weight(b), n.weight(b))
    n.add("ReduceMax", axes=[0], keepdims=0)
    return n.model(), [str(random.choice(MACHINES))]


def movements(random):
    """Copies, transpositions, parts of concatenations, pads, sizes, gathered rows."""
    shape = [int(random.integers(1, 3)), int(random.integers(3, 12)), int(random.integers(6, 14)), int(random.integers(7, 17))]
    n = Network(random, shape)
    n.add("Concat", n.weight(*shape), axis=int(random.integers(1, 4))).add("Transpose", perm=[0, *(int(i) for i in random.permutation([1, 2, 3]))])
    n.add("Pad", n.numbers(0, 0, 1, 2, 0, 1, 0, 3), mode=str(random.choice(["reflect", "edge", "constant"])))
    sizes = n.weight_of(numpy.array([1, 1, random.uniform(1.2, 2.5), random.uniform(0.6, 2)], numpy.float32))
    n.add("Resize", "", sizes, mode=str(random.choice(["nearest", "linear"])))
    n.add("Gather", n.numbers(2, 0, 1, 1), axis=1).add("CumSum", n.weight_of(numpy.array(2, numpy.int64)))
    n.add("Transpose", perm=[3, 1, 0, 2]).add("LRN", size=3).add("DepthToSpace", blocksize=2)
    return n.model(), [str(random.choice(MACHINES))]


def choices(random):
    """Largest elements and where they are."""
    shape = [int(random.integers(2, 5)), int(random.integers(5, 12)), int(random.integers(6, 30))]
    n = Network(random, shape)
    n.add("TopK", n.numbers(2), axis=int(random.integers(3))).add("Neg")
    n.add("ArgMax", axis=int(random.integers(3)), keepdims=int(random.integers(2))).add("Cast", to=TensorProto.FLOAT)
    return n.add("Neg").model(), [str(random.choice(MACHINES))]


def attention(random):
    """Products of two values: the right one is packed on the way."""
    heads, length, width = int(random.integers(1, 5)), int(random.integers(20, 90)), int(random.integers(5, 40))
    n = Network(random, [1, heads, length, width])
    x = n.value
    n.add("Transpose", perm=[0, 1, 3, 2])
    keys = n.value
    n.value = x
    n.add("Tanh").add("MatMul", keys).add("Softmax", axis=3).add("MatMul", x)
    return n.model(), [str(random.choice(MACHINES))]


def frequencies(random):
    c = int(random.integers(9, 40))
    n = Network(random, [int(random.integers(1, 3)), c, int(random.integers(19, 40)), int(random.integers(19, 40))])
    n.conv(c + 3, int(random.choice([7, 9])), pad=3).add("Relu")
    return n.model(), ["--conv-algorithm=fft", "--max-conv-error=1", str(random.choice(MACHINES[:2]))]


NETWORKS = [convolutions, residuals, depthwise, winograd, products, tails, prologues, rows, movements, choices, attention, frequencies]

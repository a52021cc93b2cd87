"""Compares quantized operators of random shapes, scales and zero points in compiled objects with ONNX Runtime.

usage: quantized.py FOLDER [--first SEED] [--count N] [options of nn-run ...]
Integers may differ by one step, in at most one of a thousand elements (softmax: in any); those without rounding must be equal. Part of nn-compile.
SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""

import argparse
import pathlib
import random
import subprocess
import sys

import numpy
import onnx
import onnxruntime
from onnx import helper, numpy_helper

KINDS = {"uint8": (0, 255), "int8": (-128, 127)}


class Model:
    """One node: inputs are quantized tensors, scales and zero points are initializers."""

    def __init__(self, seed):
        self.random, self.numbers = random.Random(seed), numpy.random.default_rng(seed)
        self.kind = self.random.choice(list(KINDS))
        self.feeds, self.constants, self.names, self.before = {}, [], [], []

    def integers(self, shape, kind=None):
        low, high = KINDS[kind or self.kind]
        return self.numbers.integers(low, high + 1, shape).astype(kind or self.kind)

    def constant(self, value):
        name = f"c{len(self.constants)}"
        self.constants.append(numpy_helper.from_array(numpy.asarray(value), name))
        self.names.append(name)

    def feed(self, value):
        name = f"x{len(self.feeds)}"
        self.feeds[name] = value
        self.names.append(name)

    def scale(self, size=1.0, zero=True, kind=None, optional=False):
        """A scale about `size` and a zero point, which now and then is left out where it is `optional`."""
        low, high = KINDS[kind or self.kind]
        self.last = numpy.float32(size * self.random.uniform(0.5, 2))
        self.constant(self.last)
        if optional and self.random.random() < 0.3:
            self.names.append("")
        else:
            self.constant(numpy.array(self.random.choice([0, low, self.random.randint(low, high)]) if zero else 0, kind or self.kind))
        return float(self.last)

    def quantized(self, shape, kind=None, optional=False):
        self.feed(self.integers(shape, kind))
        return self.scale(0.02, kind=kind, optional=optional)

    def weights(self, shape, axis, kind="int8"):
        self.constant(self.integers(shape, kind))
        count = shape[axis] if axis is not None and self.random.random() < 0.5 else 0
        scales = numpy.float32(self.numbers.uniform(0.001, 0.02, count or None))
        self.constant(scales)
        self.constant(numpy.zeros(count, kind) if count else numpy.array(0, kind))
        return float(numpy.max(scales))


def conv(m):
    dims, group = m.random.choice([1, 2]), m.random.choice([1, 1, 2, 3])
    channels, maps = group * m.random.choice([1, 2, 4]), group * m.random.choice([1, 3, 5])
    kernel = [m.random.choice([1, 2, 3]) for _ in range(dims)]
    size = m.quantized([m.random.choice([1, 2]), channels] + [m.random.choice([4, 5, 7]) for _ in range(dims)])
    size *= m.weights([maps, channels // group, *kernel], 0) * 74 * 74 * (channels // group * numpy.prod(kernel)) ** 0.5 / 60
    m.scale(size)
    if m.random.random() < 0.6:
        m.constant(m.numbers.integers(-20000, 20000, maps).astype("int32"))
    return "QLinearConv", {"group": group, "pads": [m.random.choice([0, 1]) for _ in range(2 * dims)], "strides": [m.random.choice([1, 2]) for _ in range(dims)]}


def matmul(m):
    rows, depth, columns = (m.random.choice([1, 3, 8, 17]) for _ in range(3))
    size = m.quantized([2, rows, depth][m.random.randrange(2):])
    if m.random.random() < 0.4:
        size *= m.quantized([depth, columns])
    else:
        size *= m.weights([depth, columns], None, m.kind)
    m.scale(size * 74 * 74 * depth**0.5 / 60)
    return "QLinearMatMul", {}


def gemm(m):
    rows, depth, columns, flip = m.random.choice([1, 4]), m.random.choice([3, 16]), m.random.choice([1, 5, 9]), m.random.randrange(2)
    size = m.quantized([rows, depth])
    size *= m.weights([columns, depth] if flip else [depth, columns], None, m.kind)
    m.constant(m.numbers.integers(-20000, 20000, columns).astype("int32"))
    m.scale(size * 74 * 74 * depth**0.5 / 60)
    return "QGemm", {"transB": flip}


def pair(m):
    shape = [m.random.choice([1, 2]), m.random.choice([3, 5]), 4]
    op = m.random.choice(["QLinearAdd", "QLinearMul"])
    sizes = m.quantized(shape), m.quantized(m.random.choice([shape, shape[1:], [1, 1]]))
    m.scale(sum(sizes) if op == "QLinearAdd" else sizes[0] * sizes[1] * 100)
    return op, {}


def function(m):
    op = m.random.choice(["QLinearSigmoid", "QLinearLeakyRelu"])
    size = m.quantized([2, 3, 50], optional=True)
    m.scale(1 / 255 if op == "QLinearSigmoid" else size)
    return op, {"alpha": 0.3} if op == "QLinearLeakyRelu" else {}


def softmax(m):
    m.quantized([4, m.random.choice([2, 10, 33])])
    m.constant(numpy.float32(1 / 256))
    m.constant(numpy.array(KINDS[m.kind][0], m.kind))
    return "QLinearSoftmax", {"axis": 1, "opset": 13}


def average(m):
    size = m.quantized([1, m.random.choice([1, 4, 5]), 5, 7])
    m.scale(size)
    if m.random.random() < 0.5:
        return "QLinearGlobalAveragePool", {}
    return "QLinearAveragePool", {"kernel_shape": [2, 3], "strides": [m.random.choice([1, 2]), 1], "pads": [m.random.choice([0, 1]), 0, 0, 1],
                                  "count_include_pad": m.random.randrange(2)}


def concat(m):
    m.scale(0.02)
    for channels in m.random.choice([[1, 3], [2, 2, 1]]):
        m.quantized([2, channels, 3])
    return "QLinearConcat", {"axis": 1}


def integer_product(m):
    """Sums without a rounding, zero points known or not."""
    conv = m.random.random() < 0.5
    shapes = ([[1, 4, 5, 6], [3, 4, 2, 3]] if conv else [[2, 3, 7], [7, 5]])
    kinds = ["uint8", m.random.choice(list(KINDS))]
    for shape, kind, fixed in zip(shapes, kinds, [False, True]):
        (m.constant if fixed else m.feed)(m.integers(shape, kind))
    for kind in kinds:
        (m.constant if m.random.random() < 0.6 else m.feed)(numpy.array(m.random.randint(*KINDS[kind]), kind))
    return ("ConvInteger", {"pads": [0, 1, 1, 0]}) if conv else ("MatMulInteger", {})


def dynamic_product(m):
    """As ONNX Runtime's dynamic quantizer writes it: the left zero point and both scales are computed."""
    depth, columns = m.random.choice([3, 16, 40]), m.random.choice([1, 5, 24])
    m.feed(m.numbers.normal(m.random.choice([-1, 0, 2]), 1, (m.random.choice([1, 6]), depth)).astype("float32"))
    kind = m.random.choice(list(KINDS))
    m.constants += [numpy_helper.from_array(m.integers([depth, columns], kind), "q"), numpy_helper.from_array(numpy.array(m.random.choice([0, 3] if kind == "int8" else [128, 3]), kind), "z"),
                    numpy_helper.from_array(numpy.float32(0.01), "s")]
    m.before += [helper.make_node("DynamicQuantizeLinear", [m.names[0]], ["xq", "xs", "xz"]), helper.make_node("MatMulInteger", ["xq", "q", "xz", "z"], ["sums"]),
                 helper.make_node("Mul", ["xs", "s"], ["ss"]), helper.make_node("Cast", ["sums"], ["real"], to=onnx.TensorProto.FLOAT)]
    m.names = ["real", "ss"]
    return "Mul", {}


def dynamic(m):
    m.feed(m.numbers.normal(m.random.choice([-2, 0, 2]), 1, (3, 40)).astype("float32"))
    return "DynamicQuantizeLinear", {}


def packed(m):
    """Weights of 4 or 8 bits, two to a byte, by blocks."""
    bits, block = m.random.choice([4, 4, 8]), m.random.choice([16, 32])
    depth, columns = block * m.random.choice([1, 3]), m.random.choice([1, 5, 8])
    blocks = depth // block
    m.feed(m.numbers.normal(0, 1, (3, depth)).astype("float32"))
    m.constant(m.integers([columns, blocks, block * bits // 8], "uint8"))
    m.constant(m.numbers.uniform(0.01, 0.1, columns * blocks).astype("float32"))
    if m.random.random() < 0.5:
        m.constant(m.integers([columns * ((blocks * bits + 7) // 8)], "uint8"))
    return "MatMulNBits", {"K": depth, "N": columns, "bits": bits, "block_size": block}


def narrow(m):
    """Weights of 4 or 8 bits: one scale, by columns, by blocks of rows."""
    kind, form = m.random.choice(["INT4", "UINT4", "INT8"]), m.random.choice(["one", "columns", "blocks"])
    depth, columns, block = m.random.choice([7, 16, 24]), m.random.choice([1, 5, 8]), 8
    m.feed(m.numbers.normal(0, 1, (3, depth)).astype("float32"))
    low, high = {"INT4": (-8, 7), "UINT4": (0, 15), "INT8": (-60, 60)}[kind]
    shape = {"one": [], "columns": [columns], "blocks": [-(-depth // block), columns]}[form]
    type_ = getattr(onnx.TensorProto, kind)
    numbers = lambda shape: m.numbers.integers(low, high + 1, shape).ravel().tolist()
    m.constants += [helper.make_tensor("q", type_, [depth, columns], numbers([depth, columns])),
                    numpy_helper.from_array(m.numbers.uniform(0.01, 0.1, shape).astype("float32"), "s"),
                    helper.make_tensor("z", type_, shape, numbers(shape or [1]))]
    attributes = {"one": {}, "columns": {"axis": 1}, "blocks": {"axis": 0, "block_size": block}}[form]
    m.before.append(helper.make_node("DequantizeLinear", ["q", "s", "z"], ["w"], **attributes))
    m.names.append("w")
    return "MatMul", {}


MAKERS = [conv, conv, matmul, gemm, pair, function, softmax, average, concat, integer_product, dynamic, packed, narrow, dynamic_product]
REAL = ("MatMulNBits", "MatMul", "Mul")


def build(m, op, attributes):
    standard = op in ("QLinearConv", "QLinearMatMul", "ConvInteger", "MatMulInteger", "MatMul", "Mul", "DynamicQuantizeLinear")
    outputs = ["y", "scale", "zero"] if op == "DynamicQuantizeLinear" else ["y"]
    node = helper.make_node(op, m.names, outputs, domain="" if standard else "com.microsoft", **attributes)
    inputs = [helper.make_tensor_value_info(n, helper.np_dtype_to_tensor_dtype(v.dtype), v.shape) for n, v in m.feeds.items()]
    kinds = {"y": numpy.dtype("int32" if "Integer" in op else "float32" if op in REAL else "uint8" if op.startswith("Dynamic") else m.kind), "scale": numpy.dtype("float32"), "zero": numpy.dtype("uint8")}
    graph = helper.make_graph([*m.before, node], "one", inputs, [helper.make_tensor_value_info(n, helper.np_dtype_to_tensor_dtype(kinds[n]), None) for n in outputs], m.constants)
    return helper.make_model(graph, ir_version=10, opset_imports=[helper.make_opsetid("", 21), helper.make_opsetid("com.microsoft", 1)])


def run(seed, folder, options):
    """(operator, elements, how many differ, by how much at most)"""
    m = Model(seed)
    op, attributes = MAKERS[seed % len(MAKERS)](m)
    model = build(m, op, attributes)
    onnx.save(model, folder / "model.onnx")
    numpy.savez(folder / "in.npz", **m.feeds)
    settings = onnxruntime.SessionOptions()
    settings.log_severity_level = 3
    if m.before:  # its kernel for weights of 4 bits rounds the other factor to 8 bits
        settings.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_DISABLE_ALL
    wanted = onnxruntime.InferenceSession(model.SerializeToString(), settings, providers=["CPUExecutionProvider"]).run(None, m.feeds)
    process = subprocess.run(["nn-run", folder / "model.onnx", "--inputs", folder / "in.npz", "--output", folder / "out.npz", *options], capture_output=True, text=True)
    if process.returncode:
        sys.exit(f"seed {seed}, {op}: {process.stdout}{process.stderr}")
    actual = numpy.load(folder / "out.npz")
    total = different = most = 0
    for name, want in zip([o.name for o in model.graph.output], wanted):
        got = actual[name]
        if got.dtype != want.dtype or got.shape != want.shape:
            sys.exit(f"seed {seed}, {op}: {name} is {got.dtype} {got.shape}, expected {want.dtype} {want.shape}")
        tolerance = 1e-4 * numpy.abs(want).max() if op in REAL else 1e-6
        delta = numpy.abs(got.astype(numpy.float64) - want.astype(numpy.float64))
        total, different, most = total + want.size, different + int((delta > tolerance).sum()), max(most, float(delta.max(initial=0)))
    return op, total, different, most


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("--first", type=int, default=1)
    parser.add_argument("--count", type=int, default=10)
    parser.add_argument("--verbose", action="store_true")
    arguments, options = parser.parse_known_args()
    arguments.folder.mkdir(parents=True, exist_ok=True)
    elements = differing = 0
    for seed in range(arguments.first, arguments.first + arguments.count):
        op, total, different, most = run(seed, arguments.folder, options)
        if arguments.verbose:
            print(seed, op, total, different, most, flush=True)
        exact = "Integer" in op or op in REAL
        if different > 0 if exact else most > 1:
            sys.exit(f"seed {seed}, {op}: {different} of {total} elements differ, by up to {most}")
        if op != "QLinearSoftmax":
            elements, differing = elements + total, differing + different
    if differing * 1000 > elements:
        sys.exit(f"{differing} of {elements} elements differ by a step, expected at most one of a thousand")
    print(f"{arguments.count} models agree: {differing} of {elements} elements differ by one step")


main()

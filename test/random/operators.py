"""Operators that a random model is made of: each function adds one node, or a few that belong together, or raises NoFit.

Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""

import math

import numpy
from onnx import TensorProto, helper

from graph import INTEGERS, NoFit


def is_image(value):
    return value.rank == 4 and value.is_float and value.shape[0] <= 3


def dtype(value):
    return helper.tensor_dtype_to_np_dtype(value.type)


#===-- Windows ------------------------------------------------------------------------------===#

def window(g, sizes, largest=4):
    """Kernel, strides, dilations and asymmetric pads that leave at least one place."""
    r = g.random
    kernel, strides, dilations, begin, end = [], [], [], [], []
    for size in sizes:
        k, d = r.randint(1, largest), r.choice([1, 1, 1, 2])
        reach = (k - 1) * d + 1
        before, after = r.randint(0, k - 1), r.randint(0, k - 1)
        if reach > size + before + after:
            k, d, before, after = 1, 1, 0, 0
        kernel.append(k), strides.append(r.choice([1, 1, 1, 2, 3])), dilations.append(d)
        begin.append(before), end.append(after)
    return {"kernel_shape": kernel, "strides": strides, "dilations": dilations, "pads": begin + end}


def bias_of(g, x, channels):
    return [g.weights([channels], x.type, 0.3)] if g.random.random() < 0.7 else []


def conv(g):
    x = g.pick(lambda v: v.is_float and v.rank in (3, 4) and v.shape[0] <= 3)
    channels = x.shape[1]
    groups = g.random.choice([d for d in range(1, channels + 1) if channels % d == 0] + [1, 1])
    filters = groups * g.random.choice([1, 2, 3, 5, 8] if groups == 1 else [1, 1, 2])
    attributes = window(g, x.shape[2:])
    shape = [filters, channels // groups, *attributes["kernel_shape"]]
    y = g.emit("Conv", [x, g.weights(shape, x.type, 1 / math.sqrt(math.prod(shape[1:]))), *bias_of(g, x, filters)], group=groups, **attributes)
    activate(g, y)


def depthwise(g):
    x = g.pick(lambda v: is_image(v) and v.shape[1] > 1)
    channels = x.shape[1]
    attributes = window(g, x.shape[2:])
    shape = [channels, 1, *attributes["kernel_shape"]]
    y = g.emit("Conv", [x, g.weights(shape, x.type, 1 / math.sqrt(math.prod(shape[1:]))), *bias_of(g, x, channels)], group=channels, **attributes)
    activate(g, y)


def residual_block(g):
    """Same-size convolutions with a sum at the end."""
    x = g.pick(is_image)
    c = x.shape[1]
    y = x
    for _ in range(g.random.randint(1, 2)):
        y = g.emit("Conv", [y, g.weights([c, c, 3, 3], x.type, 1 / math.sqrt(9 * c)), *bias_of(g, x, c)], kernel_shape=[3, 3], pads=[1] * 4)
        y = activate(g, y)
    activate(g, g.emit("Add", [x, y] if g.random.random() < 0.5 else [y, x]))


def conv_transpose(g):
    x = g.pick(is_image)
    spatial = x.rank - 2
    group = x.shape[1] if g.random.random() < 0.3 else 1
    filters = 1 if group > 1 else g.random.choice([1, 2, 3, 5])
    kernel = [g.random.randint(1, 4) for _ in range(spatial)]
    strides = [g.random.randint(1, 3) for _ in range(spatial)]
    pads = [min(g.random.randint(0, 1), k - 1) for k in kernel] * 2
    g.emit("ConvTranspose", [x, g.weights([x.shape[1], filters, *kernel], x.type, 1 / math.sqrt(x.shape[1] * math.prod(kernel)))],
           kernel_shape=kernel, strides=strides, pads=pads, group=group, output_padding=[g.random.randrange(s) for s in strides])


def pool(g):
    x = g.pick(is_image)
    attributes = window(g, x.shape[2:])
    if g.random.random() < 0.5:
        g.emit("MaxPool", [x], ceil_mode=0, **attributes)
    else:
        g.emit("AveragePool", [x], count_include_pad=g.random.randint(0, 1), **attributes)


def global_pool(g):
    g.emit(g.random.choice(["GlobalAveragePool", "GlobalMaxPool"]), [g.pick(lambda v: v.is_float and v.rank > 2)])


#===-- Products -----------------------------------------------------------------------------===#

def matmul(g):
    x = g.pick(lambda v: v.is_float and v.rank >= 2)
    k = x.shape[-1]
    partners = [v for v in g.values if v.type == x.type and v.rank == x.rank and v.shape[-2] == k and v.shape[:-2] == x.shape[:-2]]
    if partners and g.random.random() < 0.5:
        y = g.emit("MatMul", [x, g.random.choice(partners)], keep=False)
        g.emit("Mul", [y, g.constant(numpy.array(1 / math.sqrt(k), dtype(x)))])
    else:
        y = g.emit("MatMul", [x, g.weights([k, g.random.choice([1, 3, 7, 8, 13])], x.type, 1 / math.sqrt(k))])
        if g.random.random() < 0.5:
            y = g.emit("Add", [y, g.weights([y.shape[-1]], x.type)])
            activate(g, y)


def gemm(g):
    x = g.pick(lambda v: v.is_float and v.rank == 2)
    a, b = g.random.randint(0, 1), g.random.randint(0, 1)
    k, n = x.shape[0 if a else 1], g.random.choice([1, 5, 8, 11])
    w = g.weights([n, k] if b else [k, n], x.type, 1 / math.sqrt(k))
    g.emit("Gemm", [x, w, *bias_of(g, x, n)], transA=a, transB=b, alpha=0.75, beta=1.25)


def attention(g):
    x = g.pick(lambda v: v.is_float and v.rank == 3)
    k = x.shape[-1]
    q, key, v = (g.emit("MatMul", [x, g.weights([k, k], x.type, 1 / math.sqrt(k))]) for _ in range(3))
    scores = g.emit("MatMul", [q, g.emit("Transpose", [key], perm=[0, 2, 1])])
    scores = g.emit("Mul", [scores, g.constant(numpy.array(1 / math.sqrt(k), dtype(x)))])
    g.emit("Add", [x, g.emit("MatMul", [g.emit("Softmax", [scores], axis=-1), v])])


#===-- Pointwise ----------------------------------------------------------------------------===#

def activate(g, x):
    kind = g.random.choice(["Relu", "Clip", "LeakyRelu", "Sigmoid", "HardSwish", None, None])
    if kind is None:
        return x
    if kind == "Clip":
        return g.emit("Clip", [x, g.constant(numpy.array(-1, dtype(x))), g.constant(numpy.array(2.5, dtype(x)))])
    return g.emit(kind, [x])


def unary(g):
    x = g.pick(lambda v: v.is_float)
    kind = g.random.choice(["Relu", "Tanh", "Sigmoid", "Neg", "Abs", "Erf", "Softplus", "Elu", "Gelu", "Softsign", "Exp", "Sqrt", "Log", "Sin",
                            "HardSigmoid", "Mish"])
    if kind == "Exp":
        x = g.emit("Tanh", [x])
    elif kind in ("Sqrt", "Log"):
        x = g.emit("Add", [g.emit("Abs", [x]), g.constant(numpy.array(0.5, dtype(x)))])
    g.emit(kind, [x])


def binary(g):
    x = g.pick(lambda v: v.is_float)
    kind = g.random.choice(["Add", "Sub", "Mul", "Max", "Min", "Add"])
    same = [v for v in g.values if v.type == x.type and v.shape == x.shape]
    choice = g.random.random()
    if choice < 0.5:
        y = g.random.choice(same)
    elif choice < 0.75:
        y = g.pick(lambda v: v.type == x.type and broadcasts(v.shape, x.shape))
    else:
        keep = g.random.randint(0, x.rank)
        y = g.weights([1 if g.random.random() < 0.4 else d for d in x.shape[keep:]], x.type)
    z = g.emit(kind, [x, y] if g.random.random() < 0.5 else [y, x], keep=kind != "Mul")
    if kind == "Mul":
        g.emit("Tanh", [z])


def broadcasts(a, b):
    return all(x == y or 1 in (x, y) for x, y in zip(a[::-1], b[::-1]))


def divide(g):
    x = g.pick(lambda v: v.is_float)
    y = g.emit("Add", [g.emit("Sigmoid", [x]), g.constant(numpy.array(0.5, dtype(x)))])
    g.emit("Div", [g.pick(lambda v: v.type == x.type and broadcasts(v.shape, x.shape)), y])


def select(g):
    x = g.pick(lambda v: v.is_float)
    condition = g.emit(g.random.choice(["Greater", "LessOrEqual"]), [x, g.constant(numpy.array(0.123, dtype(x)))])
    g.emit("Where", [condition, x, g.pick(lambda v: v.type == x.type and broadcasts(v.shape, x.shape))])


def prelu(g):
    x = g.pick(is_image)
    g.emit("PRelu", [x, g.weights([x.shape[1], 1, 1], x.type, 0.3)])


def integers(g):
    """From numbers to another integer type, some arithmetic there, and back."""
    x = g.pick(lambda v: v.is_float)
    scaled = g.emit("Mul", [g.emit("Tanh", [x]), g.constant(numpy.array(50.5, dtype(x)))])
    kind = g.random.choice(INTEGERS)
    if kind == TensorProto.UINT8:
        scaled = g.emit("Abs", [scaled])
    i = g.emit("Cast", [scaled], to=kind)
    small = g.constant(g.numbers.integers(1, 7, [i.shape[-1]] if i.rank else []).astype(dtype(i)))
    if kind in (TensorProto.INT32, TensorProto.INT64):
        i = g.emit(g.random.choice(["Add", "Sub", "Mul", "Div", "Max", "Min"]), [i, small])
    if g.random.random() < 0.7:
        g.emit("Cast", [i], to=x.type)


#===-- Movement -----------------------------------------------------------------------------===#

def concat(g):
    x = g.pick(lambda v: v.rank > 0)
    axis = g.random.randrange(x.rank)
    fits = [v for v in g.values if v.type == x.type and v.rank == x.rank and v.shape[:axis] == x.shape[:axis] and v.shape[axis + 1:] == x.shape[axis + 1:]]
    parts = [x, *(g.random.choice(fits) for _ in range(g.random.randint(1, 3)))]
    if g.random.random() < 0.2:
        parts.append(g.weights(x.shape, x.type) if x.is_float else x)
    g.random.shuffle(parts)
    g.emit("Concat", parts, axis=axis - (x.rank if g.random.random() < 0.3 else 0))


def split(g):
    x = g.pick(lambda v: v.rank > 0 and max(v.shape) > 1)
    axis = g.random.choice([d for d in range(x.rank) if x.shape[d] > 1])
    first = g.random.randint(1, x.shape[axis] - 1)
    g.emit("Split", [x, g.integers(first, x.shape[axis] - first)], outputs=2, axis=axis)


def transpose(g):
    x = g.pick(lambda v: v.rank > 1)
    perm = list(range(x.rank))
    g.random.shuffle(perm)
    g.emit("Transpose", [x], perm=perm)


def reshape(g):
    x = g.pick(lambda v: v.rank > 0)
    shape = list(x.shape)
    kind = g.random.random()
    if kind < 0.3 and x.rank > 1:
        d = g.random.randrange(x.rank - 1)
        shape[d:d + 2] = [shape[d] * shape[d + 1]]
    elif kind < 0.5:
        shape.insert(g.random.randint(0, x.rank), 1)
    elif kind < 0.7:
        shape = [x.shape[0], -1]
    else:
        d = g.random.randrange(x.rank)
        factor = g.random.choice([f for f in range(1, shape[d] + 1) if shape[d] % f == 0])
        shape[d:d + 1] = [factor, shape[d] // factor]
    g.emit("Reshape", [x, g.integers(*shape)])


def slice_(g):
    x = g.pick(lambda v: v.rank > 0 and max(v.shape) > 1)
    axes = g.random.sample(range(x.rank), g.random.randint(1, min(2, x.rank)))
    starts, ends, steps = [], [], []
    for axis in axes:
        size = x.shape[axis]
        begin = g.random.randint(0, size - 1)
        end = g.random.randint(begin + 1, size)
        step = g.random.choice([1, 1, 1, 2])
        if g.random.random() < 0.2:
            begin, end, step = end - 1, begin - 1 - size, -step
        starts.append(begin), ends.append(end), steps.append(step)
    g.emit("Slice", [x, g.integers(*starts), g.integers(*ends), g.integers(*axes), g.integers(*steps)])


def pad(g):
    x = g.pick(lambda v: v.is_float and v.rank > 0)
    mode = g.random.choice(["constant", "constant", "edge", "reflect"])
    most = [min(2, d - 1) if mode == "reflect" else 2 for d in x.shape]
    amounts = [g.random.randint(0, m) for m in most + most]
    extra = [g.constant(numpy.array(-0.5, dtype(x)))] if mode == "constant" and g.random.random() < 0.5 else []
    g.emit("Pad", [x, g.integers(*amounts), *extra], mode=mode)


def resize(g):
    x = g.pick(is_image)
    sizes = [*x.shape[:2], *(max(1, round(d * g.random.choice([0.5, 1, 1.5, 2]))) for d in x.shape[2:])]
    mode, place = g.random.choice([("nearest", "asymmetric"), ("nearest", "half_pixel"), ("linear", "half_pixel"), ("linear", "align_corners")])
    attributes = {"nearest_mode": "floor"} if mode == "nearest" else {}
    g.emit("Resize", [x, None, None, g.integers(*sizes)], mode=mode, coordinate_transformation_mode=place, **attributes)


def gather(g):
    x = g.pick(lambda v: v.rank > 0)
    axis = g.random.randrange(x.rank)
    shape = g.random.choice([[], [1], [3], [2, 2]])
    g.emit("Gather", [x, g.constant(g.numbers.integers(-x.shape[axis], x.shape[axis], shape).astype(numpy.int64))], axis=axis)


def tile(g):
    x = g.pick(lambda v: v.rank > 0)
    g.emit("Tile", [x, g.integers(*(g.random.choice([1, 1, 2, 3]) for _ in x.shape))])


def expand(g):
    x = g.pick(lambda v: 1 in v.shape)
    g.emit("Expand", [x, g.integers(*(g.random.choice([1, 3, 5]) if d == 1 else d for d in x.shape))])


def depth_space(g):
    x = g.pick(is_image)
    if x.shape[1] % 4 == 0 and g.random.random() < 0.6:
        g.emit("DepthToSpace", [x], blocksize=2, mode=g.random.choice(["DCR", "CRD"]))
    elif x.shape[2] % 2 == 0 and x.shape[3] % 2 == 0:
        g.emit("SpaceToDepth", [x], blocksize=2)
    else:
        raise NoFit


#===-- Sums, norms, orders ------------------------------------------------------------------===#

def reduce(g):
    x = g.pick(lambda v: v.is_float and v.rank > 0)
    axes = sorted(g.random.sample(range(x.rank), g.random.randint(1, x.rank)))
    kind = g.random.choice(["ReduceMean", "ReduceMax", "ReduceMin", "ReduceL2", "ReduceMean"])
    g.emit(kind, [x, g.integers(*axes)], keepdims=g.random.randint(0, 1))


def softmax(g):
    x = g.pick(lambda v: v.is_float and v.rank > 0)
    g.emit(g.random.choice(["Softmax", "Softmax", "LogSoftmax"]), [x], axis=g.random.randrange(-x.rank, x.rank))


def batch_norm(g):
    x = g.pick(lambda v: v.is_float and v.rank in (2, 3, 4))
    c = x.shape[1]
    y = g.emit("BatchNormalization", [x, g.weights([c], x.type, 0.2, 1), g.weights([c], x.type), g.weights([c], x.type, 0.3),
                                      g.constant((numpy.abs(g.numbers.standard_normal([c])) + 0.5).astype(dtype(x)))])
    activate(g, y)


def layer_norm(g):
    x = g.pick(lambda v: v.is_float and v.rank > 1 and v.shape[-1] > 2)
    c = x.shape[-1]
    stage = g.random.choice([TensorProto.FLOAT, TensorProto.DOUBLE]) if x.type == TensorProto.DOUBLE else TensorProto.FLOAT
    g.emit("LayerNormalization", [x, g.weights([c], x.type, 0.2, 1), g.weights([c], x.type)], axis=-1, epsilon=0.01, stash_type=stage)


def instance_norm(g):
    x = g.pick(lambda v: v.is_float and v.rank in (3, 4) and math.prod(v.shape[2:]) > 2)
    c = x.shape[1]
    g.emit("InstanceNormalization", [x, g.weights([c], x.type, 0.2, 1), g.weights([c], x.type)], epsilon=0.01)


def lrn(g):
    g.emit("LRN", [g.pick(is_image)], size=3, alpha=0.1)


def cumulate(g):
    x = g.pick(lambda v: v.is_float and v.rank > 0)
    y = g.emit("CumSum", [x, g.constant(numpy.array(g.random.randrange(x.rank), numpy.int64))], exclusive=g.random.randint(0, 1),
               reverse=g.random.randint(0, 1), keep=False)
    g.emit("Tanh", [y])


def top(g):
    x = g.pick(lambda v: v.is_float and v.rank > 0 and max(v.shape) > 1)
    axis = max(range(x.rank), key=lambda d: x.shape[d])
    if g.random.random() < 0.5:
        g.emit("ArgMax", [x], axis=axis, keepdims=g.random.randint(0, 1))
    else:
        g.emit("TopK", [x, g.integers(g.random.randint(1, x.shape[axis]))], outputs=2, axis=axis)


WEIGHTED = {conv: 5, depthwise: 3, residual_block: 3, conv_transpose: 1, pool: 3, global_pool: 1, matmul: 3, gemm: 2, attention: 1, unary: 5,
            binary: 7, divide: 1, select: 2, prelu: 1, integers: 2, concat: 6, split: 4, transpose: 3, reshape: 4, slice_: 4, pad: 3, resize: 2,
            gather: 2, tile: 1, expand: 1, depth_space: 1, reduce: 3, softmax: 2, batch_norm: 2, layer_norm: 1, instance_norm: 1, lrn: 1,
            cumulate: 1, top: 1}

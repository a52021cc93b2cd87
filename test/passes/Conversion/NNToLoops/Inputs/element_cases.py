"""Random layers of element ops, with numpy's answers. Scalars (rank 0) occur, but only where the text form can say them.

Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""

import numpy as np

from layers import Layer, some_strides

INTEGERS = [f"{s}int{n}" for s in ("", "u") for n in (8, 16, 32, 64)]
FLOATS = ["float32", "float64", "float16"]


def shape_of(rng, rank=None, limit=400):
    rank = int(rng.integers(1, 5)) if rank is None else rank
    while True:
        shape = tuple(int(rng.choice([1, 2, 3, 5, 7, 11, 13])) for _ in range(rank))
        if np.prod(shape) <= limit:
            return shape


def values(rng, shape, dtype):
    dtype = np.dtype(dtype)
    if dtype.kind == "b":
        return rng.random(shape) < 0.5
    if dtype.kind in "iu":
        info = np.iinfo(dtype)
        array = rng.integers(max(info.min, -20), 20, shape).astype(dtype)
        special = np.array([info.min, info.max, 0, 1], dtype)
        return np.where(rng.random(shape) < 0.15, rng.choice(special, shape), array).astype(dtype)
    return (rng.standard_normal(shape) * 3).astype(dtype)


# ---- Random trees -------------------------------------------------------------------------------------------------

def transpose(rng, layer, x):
    if not x.shape:
        return x
    perm = [int(p) for p in rng.permutation(len(x.shape))]
    return layer.op(f"nn.transpose {{}} {{{{perm = array<i64: {', '.join(map(str, perm))}>}}}}", [x], x.array.transpose(perm))


def divisors(n):
    return [d for d in range(1, n + 1) if n % d == 0]


def reshape(rng, layer, x):
    rest, shape = x.array.size, []
    while rest > 1 and len(shape) < 4:
        part = int(rng.choice(divisors(rest)))
        shape.append(part)
        rest //= part
    shape.append(rest)
    rng.shuffle(shape)
    return layer.op("nn.reshape {}", [x], x.array.reshape(shape))


def slice_(rng, layer, x):
    if not x.shape:
        return x
    starts, steps, cut = [], [], []
    for n in x.shape:
        step = int(rng.choice([1, 1, 2, -1, -2, 3]))
        size = int(rng.integers(1, -(-n // abs(step)) + 1))
        reach = (size - 1) * abs(step)
        low = int(rng.integers(0, n - reach))
        start = low if step > 0 else low + reach
        starts.append(start), steps.append(step)
        cut.append([start + i * step for i in range(size)])
    text = ", ".join(map(str, starts)), ", ".join(map(str, steps))
    return layer.op(f"nn.slice {{}} {{{{starts = array<i64: {text[0]}>, steps = array<i64: {text[1]}>}}}}", [x], x.array[np.ix_(*cut)])


def pad(rng, layer, x):
    if not x.shape:
        return x
    mode = str(rng.choice(["constant", "edge", "reflect", "wrap"]))
    low, high, array = [], [], x.array
    for d, n in enumerate(x.shape):
        reach = 0 if n == 1 and mode == "reflect" else 2 * n + 1
        a, b = (int(v) for v in rng.integers(-min(2, n - 1), 1 + min(4, reach), 2))
        if a + b + n < 1:
            a = b = 0
        low.append(a), high.append(b)
        cut = [slice(None)] * array.ndim
        if mode == "constant":
            cut[d] = slice(max(-a, 0), n + min(b, 0))
            array = np.pad(array[tuple(cut)], [(max(a, 0), max(b, 0)) if e == d else (0, 0) for e in range(array.ndim)])
        else:  # cut what was added: the mirror sees the whole image
            places = np.pad(np.arange(n), (max(a, 0), max(b, 0)), mode=mode)
            places = places[max(-a, 0):len(places) + min(b, 0)]
            array = np.take(array, places, d)
    if array.size > 3000:
        return x
    text = ", ".join(map(str, low)), ", ".join(map(str, high))
    return layer.op(f"nn.pad {mode} {{}} {{{{low = array<i64: {text[0]}>, high = array<i64: {text[1]}>}}}}", [x], array)


def broadcast(rng, layer, x):
    shape = [n if n > 1 or rng.random() < 0.5 else int(rng.choice([2, 3])) for n in x.shape]
    if len(shape) < 4 and rng.random() < 0.5:
        shape.insert(0, int(rng.choice([1, 2, 3])))
    if np.prod(shape) > 3000:
        return x
    return layer.op("nn.broadcast {}", [x], np.broadcast_to(x.array, shape).copy())


def unary(rng, layer, x):
    if x.array.dtype.kind == "f":
        kind, f = [("relu", lambda v: np.maximum(v, 0)), ("neg", np.negative), ("abs", np.abs), ("floor", np.floor)][rng.integers(4)]
    else:
        kind, f = [("relu", lambda v: np.maximum(v, 0)), ("abs", np.abs), ("bitwise_not", np.invert)][rng.integers(3)]
    with np.errstate(all="ignore"):
        return layer.op(f"nn.unary {kind} {{}}", [x], f(x.array).astype(x.array.dtype))


def leaf(rng, layer, shape, dtype):
    return layer.read(values(rng, shape, dtype), some_strides(rng, shape))


def binary(rng, layer, x):
    shape = tuple(n if rng.random() < 0.7 else 1 for n in x.shape)[int(rng.integers(0, max(1, len(x.shape)))):]
    other = x if rng.random() < 0.2 else leaf(rng, layer, shape, x.array.dtype)
    kind, f = [("add", np.add), ("sub", np.subtract), ("mul", np.multiply), ("max", np.maximum)][rng.integers(4)]
    pair = [x, other] if rng.random() < 0.5 else [other, x]
    with np.errstate(all="ignore"):
        return layer.op(f"nn.binary {kind} {{}}, {{}}", pair, f(pair[0].array, pair[1].array))


def concat(rng, layer, x):
    if not x.shape:
        return x
    axis, parts = int(rng.integers(len(x.shape))), [x]
    for _ in range(int(rng.integers(1, 4))):
        shape = list(x.shape)
        shape[axis] = int(rng.choice([1, 2, 3, 5]))
        parts.insert(int(rng.integers(0, len(parts) + 1)), leaf(rng, layer, shape, x.array.dtype))
    names = ", ".join(["{}"] * len(parts))
    return layer.op(f"nn.concat {names} {{{{axis = {axis} : i64}}}}", parts, np.concatenate([p.array for p in parts], axis))


def gather(rng, layer, x):
    if not x.shape:
        return x
    axis = int(rng.integers(len(x.shape)))
    n = x.shape[axis]
    shape = shape_of(rng, int(rng.integers(0, 3)), 12)
    indices = rng.integers(-n - 3, n + 3, shape).astype(rng.choice(["int64", "int32"]))
    place = np.clip(np.where(indices < 0, indices + n, indices), 0, n - 1).astype(np.int64)
    i = layer.read(indices, some_strides(rng, shape)) if rng.random() < 0.8 or not shape else layer.constant(indices)
    array = np.take(x.array, place, axis)
    if array.size > 3000 or array.ndim > 5:
        return x
    return layer.op(f"nn.gather {{}}, {{}} {{{{axis = {axis} : i64}}}}", [x, i], array)


def clamp(rng, layer, x):
    low, high = (-2, 3) if x.array.dtype.kind != "u" else (1, 9)
    return layer.op(f"nn.clamp {{}} {{{{low = {low}.0 : f64, high = {high}.0 : f64}}}}", [x], np.clip(x.array, low, high).astype(x.array.dtype))


def select(rng, layer, x):
    shape = tuple(n if rng.random() < 0.7 else 1 for n in x.shape)
    c, other = leaf(rng, layer, shape, "bool"), leaf(rng, layer, x.shape, x.array.dtype)
    return layer.op("nn.select {}, {}, {}", [c, x, other], np.where(c.array, x.array, other.array))


def iota_sum(rng, layer, x):
    if not x.shape:
        return x
    axis = int(rng.integers(len(x.shape)))
    places = np.broadcast_to(np.arange(x.shape[axis]).reshape([-1 if d == axis else 1 for d in range(len(x.shape))]), x.shape)
    dtype = x.array.dtype
    with np.errstate(all="ignore"):
        array = (places * 2 + 3).astype(dtype)
        i = layer.ops(f"nn.iota {{{{axis = {axis} : i64, start = 3.0 : f64, step = 2.0 : f64}}}}", [], [(array, None, None)])[0]
        layer.lines[-1] = layer.lines[-1].replace(" : () -> (", " : ").rstrip(")")
        return layer.op("nn.binary add {}, {}", [x, i], x.array + array)


MOVES = [transpose, transpose, reshape, reshape, slice_, pad, broadcast, unary, binary, binary, concat, gather, clamp, select, iota_sum]


def random_tree(rng, name):
    layer = Layer(name)
    dtype = str(rng.choice(["float32", "float32", "float64", "int32", "int8", "uint8", "int64", "uint16"]))
    shape = shape_of(rng)
    x = leaf(rng, layer, shape, dtype)
    for _ in range(int(rng.integers(1, 7))):
        x = MOVES[rng.integers(len(MOVES))](rng, layer, x)
    strides = some_strides(rng, x.shape)
    x = layer.op("nn.binary add {}, {}" if dtype != "bool" else "", [x, x], (x.array + x.array), strides=strides)
    layer.store(x)
    return layer


def random_copy(rng, name):
    """A change of layout and nothing else."""
    layer = Layer(name)
    dtype = str(rng.choice(["float32", "float16", "int8", "bool", "int64"]))
    shape = shape_of(rng, limit=3000)
    x = leaf(rng, layer, shape, dtype)
    perm = [int(p) for p in rng.permutation(len(shape))]
    y = layer.op(f"nn.transpose {{}} {{{{perm = array<i64: {', '.join(map(str, perm))}>}}}}", [x], x.array.transpose(perm),
                 strides=some_strides(rng, [shape[p] for p in perm]))
    layer.store(y)
    return layer


# ---- Kinds on special values --------------------------------------------------------------------------------------

def sigmoid(x):
    return 1 / (1 + np.exp(-x))


def softplus(x):
    return np.logaddexp(0, x)


def erf(x):
    from math import erf as scalar
    return np.vectorize(scalar, otypes=[np.float64])(x)


def erfc(x):
    from math import erfc as scalar
    return np.vectorize(scalar, otypes=[np.float64])(x)


SELU = 1.67326319217681884765625, 1.05070102214813232421875
FLOAT_UNARY = {
    "abs": np.abs, "neg": np.negative, "exp": np.exp, "log": np.log, "sqrt": np.sqrt, "rsqrt": lambda x: 1 / np.sqrt(x),
    "reciprocal": lambda x: 1 / x, "square": np.square, "sign": np.sign, "floor": np.floor, "ceil": np.ceil, "round": np.rint,
    "sin": np.sin, "cos": np.cos, "tan": np.tan, "asin": np.arcsin, "acos": np.arccos, "atan": np.arctan, "sinh": np.sinh,
    "cosh": np.cosh, "tanh": np.tanh, "asinh": np.arcsinh, "acosh": np.arccosh, "atanh": np.arctanh, "erf": erf,
    "relu": lambda x: np.maximum(x, 0), "sigmoid": sigmoid, "softplus": softplus, "softsign": lambda x: x / (1 + np.abs(x)),
    "hard_swish": lambda x: x * np.clip(x / 6 + 0.5, 0, 1), "silu": lambda x: x * sigmoid(x),
    "mish": lambda x: x * np.tanh(softplus(x)), "gelu": lambda x: x / 2 * erfc(-x / np.sqrt(2)),
    "gelu_tanh": lambda x: x * sigmoid(2 * np.sqrt(2 / np.pi) * (x + 0.044715 * x**3)),
    "leaky_relu": lambda x: np.where(x < 0, 0.01 * x, x), "elu": lambda x: np.where(x > 0, x, np.expm1(x)),
    "celu": lambda x: np.where(x > 0, x, np.expm1(x)), "selu": lambda x: SELU[1] * np.where(x > 0, x, SELU[0] * np.expm1(x)),
    "hard_sigmoid": lambda x: np.clip(0.2 * x + 0.5, 0, 1), "thresholded_relu": lambda x: np.where(x > 1, x, 0),
    "shrink": lambda x: np.where(np.abs(x) > 0.5, x, 0), "swish": lambda x: x * sigmoid(x),
}
WITH_PARAMETERS = {
    "leaky_relu": ("alpha = 0.3 : f64", lambda x: np.where(x < 0, 0.3 * x, x)),
    "elu": ("alpha = 1.7 : f64", lambda x: np.where(x > 0, x, 1.7 * np.expm1(x))),
    "celu": ("alpha = 0.6 : f64", lambda x: np.where(x > 0, x, 0.6 * np.expm1(x / 0.6))),
    "selu": ("alpha = 1.3 : f64, gamma = 2.5 : f64", lambda x: 2.5 * np.where(x > 0, x, 1.3 * np.expm1(x))),
    "hard_sigmoid": ("alpha = 0.4 : f64, beta = 0.3 : f64", lambda x: np.clip(0.4 * x + 0.3, 0, 1)),
    "thresholded_relu": ("alpha = 2.0 : f64", lambda x: np.where(x > 2, x, 0)),
    "shrink": ("alpha = 1.5 : f64, beta = 0.25 : f64", lambda x: np.where(x < -1.5, x + 0.25, np.where(x > 1.5, x - 0.25, 0))),
    "swish": ("alpha = 1.5 : f64", lambda x: x * sigmoid(1.5 * x)),
}
PREDICATES = {"is_nan": np.isnan, "is_inf": np.isinf, "is_pos_inf": np.isposinf, "is_neg_inf": np.isneginf}
DOMAINS = {"log": (0, 50), "sqrt": (0, 50), "rsqrt": (0.01, 50), "asin": (-1, 1), "acos": (-1, 1), "acosh": (1, 50), "atanh": (-1, 1)}


def unary_layers(rng, dtype, tolerance):
    for kind, (text, f) in [*((k, ("", f)) for k, f in FLOAT_UNARY.items()), *WITH_PARAMETERS.items()]:
        layer = Layer(f"unary_{kind}_{dtype}_{len(text)}")
        low, high = DOMAINS.get(kind, (-9, 9))
        x = rng.uniform(low, high, 83).astype(dtype)
        if low < 0:
            x[:3] = [0, -0.0, 1]
        with np.errstate(all="ignore"):
            want = f(x.astype(np.float64)).astype(dtype)
        t = layer.read(x)
        layer.store(layer.op(f"nn.unary {kind} {{}} {{{{{text}}}}}", [t], want), tolerance)
        yield layer
    special = np.array([np.nan, np.inf, -np.inf, 0, -0.0, 1, -1, 3.5, 100, -100], dtype)
    for kind, f in PREDICATES.items():
        layer = Layer(f"unary_{kind}_{dtype}")
        layer.store(layer.op(f"nn.unary {kind} {{}}", [layer.read(special)], f(special)))
        yield layer
    # Limits: what must not overflow on the way, and NaN that must come through.
    for kind in ("relu", "sigmoid", "softplus", "mish", "gelu", "gelu_tanh", "tanh", "erf", "elu", "softsign", "sign", "abs", "round"):
        layer = Layer(f"limits_{kind}_{dtype}")
        x = np.array([np.nan, 0, -0.0, 1e-6, -1e-6, 30, -30, 87, -87, 100, -100, 1e4, -1e4], dtype)
        with np.errstate(all="ignore"):
            want = FLOAT_UNARY[kind](x.astype(np.float64)).astype(dtype)
            if kind == "gelu_tanh":
                want[-1] = -0.0
        layer.store(layer.op(f"nn.unary {kind} {{}}", [layer.read(x)], want), tolerance)
        yield layer


def integer_unary_layers(rng):
    functions = {"abs": np.abs, "neg": np.negative, "sign": np.sign, "square": np.square, "relu": lambda x: np.maximum(x, 0),
                 "bitwise_not": np.invert}
    for dtype in INTEGERS:
        for kind, f in functions.items():
            layer = Layer(f"unary_{kind}_{dtype}")
            x = values(rng, (67,), dtype)
            with np.errstate(all="ignore"):
                layer.store(layer.op(f"nn.unary {kind} {{}}", [layer.read(x)], f(x).astype(dtype)))
            yield layer
    layer = Layer("logical_not")
    x = values(rng, (37,), "bool")
    layer.store(layer.op("nn.unary logical_not {}", [layer.read(x)], ~x))
    yield layer


def truncated_division(a, b):
    wide, by = a.astype(object), b.astype(object)
    return np.array([0 if y == 0 else (abs(x) // abs(y)) * (1 if (x < 0) == (y < 0) else -1) for x, y in zip(wide, by)], object)


def wrap(values_, dtype):
    bits = np.iinfo(dtype).bits
    return np.array([int(v) & ((1 << bits) - 1) for v in values_], np.uint64).astype(f"uint{bits}").view(dtype)


def integer_binary_layers(rng):
    for dtype in INTEGERS:
        a, b = values(rng, (149,), dtype), values(rng, (149,), dtype)
        bits = np.iinfo(dtype).bits
        wide, by = [int(v) for v in a], [int(v) for v in b]
        shift = rng.integers(0, 2 * bits, 149).astype(dtype)
        exponent = rng.integers(-3 if dtype[0] == "i" else 0, 9, 149).astype(dtype)

        def power(x, e):
            if e < 0:
                return {1: 1, -1: -1 if e % 2 else 1}.get(x, 0)
            return x ** e
        cases = {
            "add": [x + y for x, y in zip(wide, by)], "sub": [x - y for x, y in zip(wide, by)],
            "mul": [x * y for x, y in zip(wide, by)], "min": np.minimum(a, b), "max": np.maximum(a, b),
            "div": truncated_division(a, b), "mod": [0 if y == 0 else x % y for x, y in zip(wide, by)],
            "fmod": [0 if y == 0 else abs(x) % abs(y) * (-1 if x < 0 else 1) for x, y in zip(wide, by)],
            "bit_and": a & b, "bit_or": a | b, "bit_xor": a ^ b,
            "shift_left": [x << int(s) if s < bits else 0 for x, s in zip(wide, shift)],
            "shift_right": [x >> int(s) for x, s in zip(wide, shift)],
            "pow": [power(x, int(e)) for x, e in zip(wide, exponent)],
        }
        for kind, want in cases.items():
            layer = Layer(f"binary_{kind}_{dtype}")
            second = shift if kind.startswith("shift") else exponent if kind == "pow" else b
            layer.store(layer.op(f"nn.binary {kind} {{}}, {{}}", [layer.read(a), layer.read(second)], wrap(want, dtype)))
            yield layer


def float_binary_layers(rng, dtype, tolerance):
    a, b = values(rng, (93,), dtype), values(rng, (93,), dtype)
    a[:6], b[:6] = [np.nan, 1, 0, np.inf, -0.0, 5], [1, np.nan, 0, 1, 3, np.inf]
    with np.errstate(all="ignore"):
        cases = {"add": a + b, "sub": a - b, "mul": a * b, "div": a / b, "min": np.minimum(a, b), "max": np.maximum(a, b),
                 "fmod": np.fmod(a, b), "mod": np.mod(a, b), "prelu": np.where(a < 0, a * b, a)}
        positive = np.abs(a) + np.asarray(0.1, dtype)
        cases["pow"] = np.power(positive.astype(np.float64), b.astype(np.float64)).astype(dtype)
    for kind, want in cases.items():
        layer = Layer(f"binary_{kind}_{dtype}")
        first = positive if kind == "pow" else a
        layer.store(layer.op(f"nn.binary {kind} {{}}, {{}}", [layer.read(first), layer.read(b)], want), tolerance)
        yield layer
    for predicate, f in (("equal", np.equal), ("not_equal", np.not_equal), ("less", np.less), ("less_equal", np.less_equal),
                         ("greater", np.greater), ("greater_equal", np.greater_equal)):
        for kind in (dtype, "int16", "uint16", *(["bool"] if "equal" == predicate[-5:] and len(predicate) < 10 else [])):
            x, y = (a, b) if kind == dtype else (values(rng, (93,), kind), values(rng, (93,), kind))
            layer = Layer(f"compare_{predicate}_{kind}_{dtype}")
            layer.store(layer.op(f"nn.compare {predicate} {{}}, {{}}", [layer.read(x), layer.read(y)], f(x, y)))
            yield layer


def cast_layers(rng):
    types = ["bool", *INTEGERS, *FLOATS]
    for source in types:
        for target in types:
            for saturate in (False, True):
                if np.dtype(source).kind == "f":
                    x = (rng.uniform(-140, 300, 61)).astype(source)
                    info = np.iinfo(target) if np.dtype(target).kind in "iu" else None
                    if saturate and info:
                        x[:8] = [np.nan, np.inf, -np.inf, -1, 1e4, -1e4, 0.99, -0.99]
                        clipped = [0 if v != v else info.max if v >= float(info.max) else max(info.min, int(max(v, -1e30))) for v in x.astype(np.float64)]
                        want = np.array([min(info.max, c) for c in clipped], object).astype(target)
                    elif info:
                        if target == "uint64":
                            x = np.abs(x)
                        want = wrap([int(v) for v in x], target)
                    else:
                        want = x.astype(target) if target != "bool" else x != 0
                else:
                    x = values(rng, (61,), source)
                    if saturate and np.dtype(target).kind in "iu" and source != "bool":
                        info = np.iinfo(target)
                        want = np.array([min(max(int(v), info.min), info.max) for v in x], object).astype(target)
                    elif np.dtype(target).kind in "iu":
                        want = wrap([int(v) for v in x], target)
                    else:
                        with np.errstate(all="ignore"):
                            want = x.astype(target)
                            if target == "float16":
                                want = x.astype(np.float32).astype(np.float16)
                if source == target:
                    continue
                layer = Layer(f"cast_{source}_{target}_{int(saturate)}")
                layer.store(layer.op(f"nn.cast {{}} {{{{{'saturate' if saturate else ''}}}}}", [layer.read(x)], want))
                yield layer


def bf16_layers(rng):
    from layers import BF16, from_bf16_bits, to_bf16_bits
    x = from_bf16_bits(to_bf16_bits(values(rng, (71,), "float32")))
    layer = Layer("bf16_silu")
    want = from_bf16_bits(to_bf16_bits(FLOAT_UNARY["silu"](x.astype(np.float64)).astype(np.float32)))
    layer.store(layer.op("nn.unary silu {}", [layer.read(x, dtype=BF16)], want, BF16), 4e-3)
    yield layer
    layer = Layer("bf16_cast")
    layer.store(layer.op("nn.cast {}", [layer.read(x * np.float32(1.001))], from_bf16_bits(to_bf16_bits(x * np.float32(1.001))), BF16))
    yield layer


def gather_layers(rng):
    for n in range(12):
        shape = shape_of(rng, 3)
        x = values(rng, shape, "float32")
        axis = int(rng.integers(3))
        index_shape = tuple(s if d != axis else 4 for d, s in enumerate(shape))
        i = rng.integers(-shape[axis] - 2, shape[axis] + 2, index_shape)
        place = np.clip(np.where(i < 0, i + shape[axis], i), 0, shape[axis] - 1)
        layer = Layer(f"gather_elements{n}")
        layer.store(layer.op(f"nn.gather_elements {{}}, {{}} {{{{axis = {axis} : i64}}}}",
                             [layer.read(x, some_strides(rng, shape)), layer.read(i, some_strides(rng, index_shape))],
                             np.take_along_axis(x, place, axis), strides=some_strides(rng, index_shape)))
        yield layer
        batch, tuple_size = n % 2, int(rng.integers(1, 3 - n % 2 + 1))
        outer = (shape[0], 3)[1 - batch:] if batch else (4,)
        indices = np.stack([rng.integers(-shape[batch + k] - 1, shape[batch + k] + 1, outer) for k in range(tuple_size)], -1)
        wrapped = [np.clip(np.where(indices[..., k] < 0, indices[..., k] + shape[batch + k], indices[..., k]), 0, shape[batch + k] - 1) for k in range(tuple_size)]
        if batch:
            want = np.stack([x[b][tuple(w[b] for w in wrapped)] for b in range(shape[0])])
        else:
            want = x[tuple(wrapped)]
        layer = Layer(f"gather_nd{n}")
        layer.store(layer.op(f"nn.gather_nd {{}}, {{}} {{{{batch_dims = {batch} : i64}}}}",
                             [layer.read(x, some_strides(rng, shape)), layer.read(indices)], want))
        yield layer

"""Random layers of root operators, with answers by numpy in double precision and by ONNX's reference.

Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""

import itertools

import numpy as np

from element_cases import shape_of, values
from layers import Layer, row_major, some_strides

import recurrent_cases

FLOAT_TOLERANCE = {"float32": 3e-6, "float64": 1e-12, "float16": 2e-3}


def array_of(name, numbers):
    return f"{name} = array<i64: {', '.join(str(int(n)) for n in numbers)}>"


def attributes(*items):
    return "{{" + ", ".join(i for i in items if i) + "}}"


def float_type(rng):
    return str(rng.choice(["float32"] * 5 + ["float64", "float16"]))


def read(rng, layer, shape, dtype):
    return layer.read(values(rng, shape, dtype), some_strides(rng, shape))


def tolerance_of(dtype):
    return FLOAT_TOLERANCE.get(dtype, 0.0)


def innermost(shape, strides):
    strides = row_major(shape) if strides is None else strides
    moving = [d for d, n in enumerate(shape) if n > 1]
    return min(moving, key=lambda d: strides[d]) if moving else None


def add_row_scratch(layer, shape, strides, axes, dtype):
    inner = innermost(shape, strides)
    if inner is not None and inner not in axes:
        for _ in range(2):
            layer.scratch(shape[inner], "float32" if dtype == "float16" else dtype)


def maybe_before(rng, layer, x):
    """Now and then an element op before the root, computed on the fly."""
    if rng.random() < 0.3:
        return layer.op("nn.unary abs {}", [x], np.abs(x.array), strides=x.strides)
    return x


def reduce(rng, name):
    layer = Layer(name)
    kind = str(rng.choice(["sum", "mean", "max", "min", "prod", "l1", "l2", "log_sum", "log_sum_exp", "sum_square"]))
    whole = kind in ("sum", "mean", "max", "min", "prod", "l1", "sum_square")
    dtype = str(rng.choice(["int32", "int8", "int64", "uint16", "uint64"])) if whole and rng.random() < 0.3 else float_type(rng)
    shape = shape_of(rng, limit=3000)
    x = layer.read(values(rng, shape, dtype), some_strides(rng, shape))
    if kind == "mean" and dtype[-2:] == "64" and "int" in dtype:  # the sum must fit
        x = layer.op("nn.clamp {} {{low = 0.0 : f64, high = 50.0 : f64}}", [x], np.clip(x.array, 0, 50), strides=x.strides)
    if kind == "log_sum":
        x = layer.op("nn.unary abs {}", [x], np.abs(x.array), strides=x.strides)
    axes = sorted(int(a) for a in rng.permutation(len(shape))[:rng.integers(1, len(shape) + 1)])
    keep = bool(rng.random() < 0.5)
    v = x.array if x.array.dtype.kind != "f" else x.array.astype(np.float64)
    how = {"axis": tuple(axes), "keepdims": keep}
    count = int(np.prod([shape[a] for a in axes]))
    with np.errstate(all="ignore"):
        if v.dtype.kind != "f":
            wide = v.astype(object)
            sums = {"sum": wide, "mean": wide, "prod": wide, "l1": np.abs(wide), "sum_square": wide * wide}
            if kind in ("max", "min"):
                want = getattr(v, kind)(**how)
            else:
                want = np.asarray((np.prod if kind == "prod" else np.sum)(sums[kind], **how), object)
                if kind == "mean":
                    want = np.asarray(np.vectorize(lambda s: abs(s) // count * (1 if s >= 0 else -1), otypes=[object])(want))
                mask = (1 << np.iinfo(dtype).bits) - 1
                want = np.vectorize(lambda s: int(s) & mask, otypes=[np.uint64])(want).astype(f"uint{np.iinfo(dtype).bits}").view(dtype)
        else:
            want = {"sum": lambda: v.sum(**how), "mean": lambda: v.mean(**how), "max": lambda: v.max(**how), "min": lambda: v.min(**how),
                    "prod": lambda: v.prod(**how), "l1": lambda: np.abs(v).sum(**how), "l2": lambda: np.sqrt((v * v).sum(**how)),
                    "log_sum": lambda: np.log(v.sum(**how)), "log_sum_exp": lambda: np.log(np.exp(v).sum(**how)),
                    "sum_square": lambda: (v * v).sum(**how)}[kind]().astype(dtype)
    want = np.asarray(want)
    y = layer.op(f"nn.reduce {kind} {{}} {attributes(array_of('axes', axes), 'keep_dims' if keep else '')}", [x], want,
                 strides=some_strides(rng, want.shape))
    layer.store(y, tolerance_of(dtype) * (20 if kind in ("prod", "log_sum") else 2))
    return layer


def arg_reduce(rng, name):
    layer = Layer(name)
    dtype = str(rng.choice(["float32", "float16", "int8", "uint8", "int64"]))
    shape = shape_of(rng, limit=3000)
    data = rng.integers(0, 5, shape).astype(dtype)  # many equal ones
    if dtype.startswith("float") and rng.random() < 0.3:
        data[rng.random(shape) < 0.05] = np.nan
    x = layer.read(data, some_strides(rng, shape))
    axis, keep, last = int(rng.integers(len(shape))), bool(rng.random() < 0.5), bool(rng.random() < 0.5)
    kind = str(rng.choice(["max", "min"]))
    f = np.argmax if kind == "max" else np.argmin
    want = shape[axis] - 1 - f(np.flip(data, axis), axis) if last else f(data, axis)
    want = np.expand_dims(want, axis) if keep else np.asarray(want)
    y = layer.op(f"nn.arg_reduce {kind} {{}} {attributes(f'axis = {axis} : i64', 'keep_dims' if keep else '', 'select_last' if last else '')}",
                 [x], want.astype(np.int64), strides=some_strides(rng, want.shape))
    layer.store(y)
    return layer


def window_places(size, kernel, stride, dilation, begin, count):
    """For each result place the input places of its taps, None where they lie outside."""
    return [[p if 0 <= (p := o * stride - begin + k * dilation) < size else None for k in range(kernel)] for o in range(count)]


def pool(rng, name):
    layer = Layer(name)
    rank = int(rng.choice([1, 2, 2, 2, 3]))
    kind = str(rng.choice(["max", "average", "lp"]))
    dtype = str(rng.choice(["int8", "uint8"])) if kind == "max" and rng.random() < 0.2 else float_type(rng)
    space = [int(n) for n in rng.choice([5, 7, 9, 11], rank)]
    shape = (int(rng.integers(1, 3)), int(rng.choice([1, 3, 8, 17])), *space)
    kernel, strides, dilations, begin, end, extra, sizes = [], [], [], [], [], [], []
    for n in space:
        k, s, d = int(rng.integers(1, 4)), int(rng.integers(1, 4)), int(rng.choice([1, 1, 2]))
        if rng.random() < 0.15:
            k, d = n, 1
        a, b = (int(v) for v in rng.integers(0, max(1, (k - 1) * d // 2 + 1), 2))
        reach = (k - 1) * d + 1
        while a + b + n < reach:
            b += 1
        out = (n + a + b - reach) // s + 1
        e = 0
        if rng.random() < 0.3 and (n + a + b - reach) % s and out * s - a < n:
            e, out = s - (n + a + b - reach) % s, out + 1
        kernel.append(k), strides.append(s), dilations.append(d), begin.append(a), end.append(b), extra.append(e), sizes.append(out)
    x = maybe_before(rng, layer, read(rng, layer, shape, dtype))
    include, p = kind == "average" and bool(rng.random() < 0.5), int(rng.choice([1, 2, 3]))
    places = [window_places(*v) for v in zip(space, kernel, strides, dilations, begin, sizes)]
    v = x.array.astype(np.float64) if dtype.startswith("float") else x.array.astype(np.int64)
    want = np.zeros((*shape[:2], *sizes))
    for o in itertools.product(*[range(n) for n in sizes]):
        inside = [[q for q in places[d][i] if q is not None] for d, i in enumerate(o)]
        taps = v[(slice(None), slice(None), *np.ix_(*inside))].reshape(*shape[:2], -1)
        if kind == "max":
            want[(..., *o)] = taps.max(-1) if taps.size else -np.inf
        elif kind == "average":
            counted = [sum(i * strides[d] + k * dilations[d] < space[d] + begin[d] + end[d] for k in range(kernel[d])) for d, i in enumerate(o)]
            divisor = np.prod(counted) if include else taps.shape[-1]
            want[(..., *o)] = taps.sum(-1) / max(1, divisor)
        else:
            want[(..., *o)] = (np.abs(taps) ** p).sum(-1) ** (1 / p)
    y = layer.op(f"nn.pool {kind} {{}} " + attributes(
        array_of("kernel", kernel), array_of("strides", strides), array_of("dilations", dilations), array_of("pads_begin", begin),
        array_of("pads_end", end), array_of("ceil_extra", extra), "count_include_pad" if include else "", f"p = {p} : i64"),
        [x], want.astype(dtype), strides=some_strides(rng, want.shape))
    layer.store(y, tolerance_of(dtype) * 2)
    return layer


def softmax(rng, name):
    layer = Layer(name)
    dtype, shape = float_type(rng), shape_of(rng, limit=3000)
    if rng.random() < 0.3:
        shape = (int(rng.integers(1, 5)), int(rng.integers(30, 150)))  # long rows keep several maxima
    data = (values(rng, shape, dtype) * 5).astype(dtype)
    if data.size and rng.random() < 0.3:  # lines with an infinity have no numbers, those with its negative have
        data.flat[rng.integers(data.size, size=2)] = rng.choice([np.inf, -np.inf], size=2)
    x = layer.read(data, some_strides(rng, shape))
    axis, log, strides = int(rng.integers(len(shape))), bool(rng.random() < 0.4), some_strides(rng, shape)
    v = x.array.astype(np.float64)
    with np.errstate(invalid="ignore", divide="ignore"):
        v = v - v.max(axis, keepdims=True)
        total = np.exp(v).sum(axis, keepdims=True)
        want = v - np.log(total) if log else np.exp(v) / total
    y = layer.op(f"nn.softmax {{}} {attributes(f'axis = {axis} : i64', 'log' if log else '')}", [x], want.astype(dtype), strides=strides)
    add_row_scratch(layer, shape, strides, [axis], dtype)
    layer.store(y, tolerance_of(dtype) * 2)
    return layer


def normalize(rng, name):
    layer = Layer(name)
    dtype, shape = float_type(rng), shape_of(rng, limit=3000)
    data = (values(rng, shape, dtype) + np.asarray(rng.choice([0, 10]), dtype)).astype(dtype)
    x = maybe_before(rng, layer, layer.read(data, some_strides(rng, shape)))
    axes = sorted(int(a) for a in rng.permutation(len(shape))[:rng.integers(1, len(shape) + 1)])
    rms, strides, v = bool(rng.random() < 0.4), some_strides(rng, shape), x.array.astype(np.float64)
    if not rms:
        v = v - v.mean(tuple(axes), keepdims=True)
    want = v / np.sqrt((v * v).mean(tuple(axes), keepdims=True) + 1e-3)
    y = layer.op(f"nn.normalize {{}} {attributes(array_of('axes', axes), 'epsilon = 1.0e-3 : f64', 'rms' if rms else '')}", [x],
                 want.astype(dtype), strides=strides)
    add_row_scratch(layer, shape, strides, axes, dtype)
    layer.store(y, tolerance_of(dtype) * 20)
    return layer


def batch_norm(rng, name):
    layer = Layer(name)
    dtype, shape = float_type(rng), shape_of(rng, int(rng.integers(2, 5)), 3000)
    x = read(rng, layer, shape, dtype)
    s, b, m = (layer.read(values(rng, shape[1:2], dtype)) for _ in range(3))
    v = layer.read(np.abs(values(rng, shape[1:2], dtype)))
    wide = [t.array.astype(np.float64).reshape(-1, *[1] * (len(shape) - 2)) for t in (s, b, m, v)]
    want = (x.array - wide[2]) / np.sqrt(wide[3] + 1e-3) * wide[0] + wide[1]
    y = layer.op(f"nn.batch_norm {', '.join(['{}'] * 5)} {attributes('epsilon = 1.0e-3 : f64')}", [x, s, b, m, v], want.astype(dtype),
                 strides=some_strides(rng, shape))
    layer.store(y, tolerance_of(dtype) * 4)
    return layer


def lrn(rng, name):
    layer = Layer(name)
    dtype, shape = float_type(rng), shape_of(rng, int(rng.integers(3, 5)), 2000)
    x, size, beta = read(rng, layer, shape, dtype), int(rng.integers(1, 7)), float(rng.choice([0.75, 0.5, 0.6]))
    v, want = x.array.astype(np.float64), np.zeros(shape)
    for c in range(shape[1]):
        window = v[:, max(0, c - (size - 1) // 2):c + -(-(size - 1) // 2) + 1]
        want[:, c] = v[:, c] / (1.5 + 0.2 / size * (window * window).sum(1)) ** beta
    y = layer.op(f"nn.lrn {{}} {attributes(f'size = {size} : i64', 'alpha = 0.2 : f64', f'beta = {beta} : f64', 'bias = 1.5 : f64')}", [x],
                 want.astype(dtype), strides=some_strides(rng, shape))
    layer.store(y, tolerance_of(dtype) * 2)
    return layer


def cumulate(rng, name):
    layer = Layer(name)
    kind, dtype = str(rng.choice(["sum", "prod"])), str(rng.choice(["float32", "float64", "int32", "uint8"]))
    shape = shape_of(rng, limit=2000)
    x = maybe_before(rng, layer, read(rng, layer, shape, dtype)) if dtype[0] != "u" else read(rng, layer, shape, dtype)
    axis, exclusive, reverse = int(rng.integers(len(shape))), bool(rng.random() < 0.5), bool(rng.random() < 0.5)
    v = np.flip(x.array, axis) if reverse else x.array
    with np.errstate(all="ignore"):
        want = (np.cumsum if kind == "sum" else np.cumprod)(v, axis, dtype=dtype)
    if exclusive:
        first = np.full_like(np.take(want, [0], axis), 0 if kind == "sum" else 1)
        want = np.concatenate([first, np.delete(want, -1, axis)], axis)
    want = np.flip(want, axis) if reverse else want
    y = layer.op(f"nn.cumulate {kind} {{}} {attributes(f'axis = {axis} : i64', 'exclusive' if exclusive else '', 'reverse' if reverse else '')}",
                 [x], want, strides=some_strides(rng, shape))
    layer.store(y, tolerance_of(dtype))
    return layer


def top_k(rng, name):
    layer = Layer(name)
    dtype, shape = str(rng.choice(["float32", "float16", "int64", "uint8"])), shape_of(rng, limit=1500)
    axis = int(rng.integers(len(shape)))
    data = rng.integers(0, 9, shape).astype(dtype)
    if rng.random() < 0.5:
        data = values(rng, shape, dtype)
    if dtype.startswith("float") and rng.random() < 0.3:
        data[rng.random(shape) < 0.1] = [np.inf, -np.inf, np.nan][rng.integers(3)]
    k, largest = int(rng.integers(1, shape[axis] + 1)), bool(rng.random() < 0.6)
    # NaN counts as the largest number; equal ones keep their order.
    rank = np.unique(data, return_inverse=True)[1].reshape(shape)
    order = np.argsort(-rank if largest else rank, axis, kind="stable")
    indices = np.take(order, range(k), axis)
    result = np.take_along_axis(data, indices, axis)
    x = layer.read(data, some_strides(rng, shape))
    strides = some_strides(rng, result.shape), some_strides(rng, result.shape)
    v, i = layer.ops(f"nn.top_k {{}} {attributes(f'k = {k} : i64', f'axis = {axis} : i64', 'largest' if largest else '')}", [x],
                     [(result, None, strides[0]), (indices.astype(np.int64), None, strides[1])])
    which = int(rng.integers(3))
    if which == 1:
        layer.scratch(k, "int64")
    if which == 2:
        layer.scratch(k, dtype)
    if which != 2:
        layer.store(v)
    if which != 1:
        layer.store(i)
    return layer


def recurrent(rng, name):
    layer, dtype = Layer(name), str(rng.choice(["float64", "float32", "float16"]))
    case = recurrent_cases.Layer(rng, np.dtype(dtype).type)
    operands = {n: layer.read(v, some_strides(rng, v.shape)) for n, v in case.operands.items()}
    wanted = [(r.astype(dtype), None, some_strides(rng, r.shape)) for r in case.results()]
    results = layer.ops(case.text({n: "{}" for n in operands}).replace(f"{{{case.attributes()}}}", f"{{{{{case.attributes()}}}}}"), list(operands.values()), wanted)
    sums = "float32" if dtype == "float16" else dtype
    for elements in [case.batch * case.units] * (2 if case.kind == "lstm" else 1) + [recurrent_cases.GATES[case.kind] * case.units]:
        layer.scratch(elements, sums)
    if case.kind == "gru" and not case.reset_after:
        layer.scratch(case.units, sums)
    for result in rng.permutation(len(results))[:int(rng.integers(1, len(results) + 1))]:
        layer.store(results[result], 10 * tolerance_of(dtype))
    return layer


REDUCTIONS = {"add": np.add, "mul": np.multiply, "min": np.minimum, "max": np.maximum}


def scatter_elements(rng, name):
    layer = Layer(name)
    dtype, rank = str(rng.choice(["float32", "int32", "uint8", "float64"])), int(rng.integers(1, 4))
    shape = shape_of(rng, rank, 600)
    axis, reduction = int(rng.integers(rank)), str(rng.choice(["none", *REDUCTIONS]))
    update_shape = tuple(int(rng.integers(1, n + 1)) for n in shape)
    n = shape[axis]
    indices = rng.integers(-n - 1, n + 1, update_shape)
    x, u = read(rng, layer, shape, dtype), read(rng, layer, update_shape, dtype)
    i = layer.read(indices, some_strides(rng, update_shape))
    want = x.array.copy()
    with np.errstate(all="ignore"):
        for at in np.ndindex(update_shape):
            index = int(indices[at])
            index = index + n if index < 0 else index
            if not 0 <= index < n:
                continue
            to = (*at[:axis], index, *at[axis + 1:])
            want[to] = u.array[at] if reduction == "none" else REDUCTIONS[reduction](want[to], u.array[at])
    y = layer.op(f"nn.scatter_elements {reduction} {{}}, {{}}, {{}} {attributes(f'axis = {axis} : i64')}", [x, i, u], want,
                 strides=some_strides(rng, shape))
    layer.store(y, tolerance_of(dtype))
    return layer


def scatter_nd(rng, name):
    layer = Layer(name)
    dtype, rank = str(rng.choice(["float32", "int32", "uint8"])), int(rng.integers(1, 4))
    shape = shape_of(rng, rank, 600)
    k, reduction = int(rng.integers(1, rank + 1)), str(rng.choice(["none", *REDUCTIONS]))
    outer = shape_of(rng, int(rng.integers(1, 3)), 12)
    indices = np.stack([rng.integers(-shape[d] - 1, shape[d] + 1, outer) for d in range(k)], -1)
    x, u = read(rng, layer, shape, dtype), read(rng, layer, (*outer, *shape[k:]), dtype)
    i = layer.read(indices, some_strides(rng, indices.shape))
    want = x.array.copy()
    with np.errstate(all="ignore"):
        for at in np.ndindex(outer):
            to = tuple(int(v) + shape[d] if v < 0 else int(v) for d, v in enumerate(indices[at]))
            if all(0 <= p < shape[d] for d, p in enumerate(to)):
                want[to] = u.array[at] if reduction == "none" else REDUCTIONS[reduction](want[to], u.array[at])
    y = layer.op(f"nn.scatter_nd {reduction} {{}}, {{}}, {{}}", [x, i, u], want, strides=some_strides(rng, shape))
    layer.store(y, tolerance_of(dtype))
    return layer


def matmul(rng, name):
    layer = Layer(name)
    dtype = str(rng.choice(["float32", "float32", "float64", "float16", "int32", "int8", "uint32"]))
    m, k, n = (int(v) for v in rng.choice([1, 2, 3, 7, 13, 19], 3))
    batch = shape_of(rng, int(rng.integers(0, 3)), 12) if rng.random() < 0.6 else ()
    left = tuple(s if rng.random() < 0.7 else 1 for s in batch)[int(rng.integers(0, len(batch) + 1)):]
    right = tuple(s if rng.random() < 0.7 else 1 for s in batch)
    t = [bool(rng.random() < 0.4) for _ in range(2)]
    a = read(rng, layer, (*left, *((k, m) if t[0] else (m, k))), dtype)
    b = read(rng, layer, (*right, *((n, k) if t[1] else (k, n))), dtype)
    sums = "int32" if dtype == "int8" else dtype
    wide = [x.array.astype(np.float64 if dtype.startswith("float") else sums) for x in (a, b)]
    wide = [np.swapaxes(w, -1, -2) if flip else w for w, flip in zip(wide, t)]
    with np.errstate(all="ignore"):
        want = np.matmul(*wide).astype(sums)
    y = layer.op(f"nn.matmul {{}}, {{}} {attributes('transpose_lhs' if t[0] else '', 'transpose_rhs' if t[1] else '')}", [a, b], want,
                 strides=some_strides(rng, want.shape))
    layer.store(y, tolerance_of(dtype) * 3)
    return layer


def convolution_shapes(rng):
    rank = int(rng.choice([1, 2, 2, 3]))
    group = int(rng.choice([1, 1, 2, 3]))
    inputs, outputs = group * int(rng.integers(1, 4)), group * int(rng.integers(1, 5))
    space = [int(v) for v in rng.choice([4, 5, 7, 8], rank)]
    kernel = [int(v) for v in rng.integers(1, 4, rank)]
    return rank, group, inputs, outputs, space, kernel


def conv(rng, name):
    layer, dtype = Layer(name), float_type(rng)
    rank, group, inputs, outputs, space, kernel = convolution_shapes(rng)
    strides, dilations = [int(v) for v in rng.integers(1, 4, rank)], [int(v) for v in rng.integers(1, 3, rank)]
    begin, end = ([int(v) for v in rng.integers(0, 3, rank)] for _ in range(2))
    for d in range(rank):
        end[d] += max(0, (kernel[d] - 1) * dilations[d] + 1 - space[d] - begin[d] - end[d])
    x = maybe_before(rng, layer, read(rng, layer, (int(rng.integers(1, 3)), inputs, *space), dtype))
    w = read(rng, layer, (outputs, inputs // group, *kernel), dtype)
    bias = read(rng, layer, (outputs,), dtype) if rng.random() < 0.5 else None
    sizes = [(space[d] + begin[d] + end[d] - (kernel[d] - 1) * dilations[d] - 1) // strides[d] + 1 for d in range(rank)]
    padded = np.pad(x.array.astype(np.float64), [(0, 0), (0, 0), *zip(begin, end)])
    want = np.zeros((x.shape[0], outputs, *sizes))
    per, of = inputs // group, outputs // group
    for tap in np.ndindex(*kernel):
        cut = tuple(slice(t * d, t * d + (n - 1) * s + 1, s) for t, d, n, s in zip(tap, dilations, sizes, strides))
        for g in range(group):
            part = padded[(slice(None), slice(g * per, (g + 1) * per), *cut)]
            want[:, g * of:(g + 1) * of] += np.einsum("nc...,mc->nm...", part, w.array[(slice(g * of, (g + 1) * of), slice(None), *tap)].astype(np.float64))
    if bias:
        want += bias.array.astype(np.float64).reshape(-1, *[1] * rank)
    operands = [x, w, *([bias] if bias else [])]
    y = layer.op(f"nn.conv {', '.join(['{}'] * len(operands))} " + attributes(
        array_of("strides", strides), array_of("dilations", dilations), array_of("pads_begin", begin), array_of("pads_end", end),
        f"group = {group} : i64"), operands, want.astype(dtype), strides=some_strides(rng, want.shape))
    layer.store(y, tolerance_of(dtype) * 3)
    return layer


def conv_transpose(rng, name):
    layer, dtype = Layer(name), float_type(rng)
    rank, group, inputs, outputs, space, kernel = convolution_shapes(rng)
    strides, dilations = [int(v) for v in rng.integers(1, 4, rank)], [int(v) for v in rng.integers(1, 3, rank)]
    begin, end = ([int(v) for v in rng.integers(0, 2, rank)] for _ in range(2))
    extra = [int(rng.integers(0, max(s, d))) for s, d in zip(strides, dilations)]
    full = [(space[d] - 1) * strides[d] + (kernel[d] - 1) * dilations[d] + 1 + extra[d] for d in range(rank)]
    for d in range(rank):
        if full[d] - begin[d] - end[d] < 1:
            begin[d] = end[d] = 0
    x = read(rng, layer, (int(rng.integers(1, 3)), inputs, *space), dtype)
    w = read(rng, layer, (inputs, outputs // group, *kernel), dtype)
    bias = read(rng, layer, (outputs,), dtype) if rng.random() < 0.5 else None
    want = np.zeros((x.shape[0], outputs, *full))
    per, of = inputs // group, outputs // group
    for tap in np.ndindex(*kernel):
        cut = tuple(slice(t * d, t * d + (n - 1) * s + 1, s) for t, d, n, s in zip(tap, dilations, space, strides))
        for g in range(group):
            part = x.array[:, g * per:(g + 1) * per].astype(np.float64)
            want[(slice(None), slice(g * of, (g + 1) * of), *cut)] += np.einsum("nc...,cm->nm...", part, w.array[(slice(g * per, (g + 1) * per), slice(None), *tap)].astype(np.float64))
    want = want[(slice(None), slice(None), *(slice(a, f - b) for a, b, f in zip(begin, end, full)))]
    if bias:
        want = want + bias.array.astype(np.float64).reshape(-1, *[1] * rank)
    operands = [x, w, *([bias] if bias else [])]
    y = layer.op(f"nn.conv_transpose {', '.join(['{}'] * len(operands))} " + attributes(
        array_of("strides", strides), array_of("dilations", dilations), array_of("pads_begin", begin), array_of("pads_end", end),
        array_of("output_padding", extra), f"group = {group} : i64"), operands, want.astype(dtype), strides=some_strides(rng, want.shape))
    layer.store(y, tolerance_of(dtype) * 3)
    return layer


def onnx_resize(x, scales, sizes, roi, **attributes_):
    from onnx import TensorProto, helper
    from onnx.reference import ReferenceEvaluator
    kinds = {"float32": TensorProto.FLOAT, "float64": TensorProto.DOUBLE, "uint8": TensorProto.UINT8, "int8": TensorProto.INT8}
    given = {"X": x, "roi": np.array(roi or [], np.float32), "scales": np.array(scales, np.float32)}
    node = helper.make_node("Resize", list(given), ["Y"], **attributes_)
    kind = kinds[x.dtype.name]
    graph = helper.make_graph([node], "g", [helper.make_tensor_value_info("X", kind, x.shape),
                                            *[helper.make_tensor_value_info(n, TensorProto.FLOAT, None) for n in list(given)[1:]]],
                              [helper.make_tensor_value_info("Y", kind, None)])
    return ReferenceEvaluator(helper.make_model(graph, opset_imports=[helper.make_opsetid("", 19)])).run(None, given)[0]


def resize(rng, name):
    layer = Layer(name)
    mode = str(rng.choice(["nearest", "linear", "cubic"]))
    dtype = str(rng.choice(["float32", "float32", "float64"] + (["int8", "uint8"] if mode == "nearest" else [])))
    rank = int(rng.choice([1, 2, 2]))
    shape = (*shape_of(rng, 2, 12), *(int(v) for v in rng.choice([4, 5, 7, 6], rank)))
    scales = [1.0, 1.0, *(float(v) for v in rng.choice([2.0, 0.5, 3.0, 1.5, 0.6, 2.3, 1.0], rank))]
    scales = [float(np.float32(s)) for s in scales]
    names = ["half_pixel", "half_pixel_symmetric", "pytorch_half_pixel", "align_corners", "asymmetric", "tf_crop_and_resize"]
    coordinates = names[int(rng.integers(len(names)))]
    roi = None
    if coordinates == "tf_crop_and_resize":
        starts, ends = rng.uniform(-0.2, 0.4, rank), rng.uniform(0.6, 1.3, rank)
        roi = [float(np.float32(v)) for v in (0, 0, *starts, 1, 1, *ends)]
    nearest = str(rng.choice(["round_prefer_floor", "round_prefer_ceil", "floor", "ceil"]))
    outside, antialias = mode == "cubic" and bool(rng.random() < 0.5), mode != "nearest" and coordinates != "tf_crop_and_resize" and bool(rng.random() < 0.3)
    if coordinates == "half_pixel_symmetric":  # the reference rounds coordinates that are nearly whole in two ways
        antialias = False
        scales = [1.0, 1.0, *(float(np.float32(v)) for v in rng.choice([2.0, 3.0, 0.6, 2.3], rank))]
    a = float(np.float32(-0.6))
    x = read(rng, layer, shape, dtype)
    keywords = dict(mode=mode, coordinate_transformation_mode=coordinates, exclude_outside=int(outside), antialias=int(antialias),
                    extrapolation_value=2.5, cubic_coeff_a=a)
    if mode == "nearest":
        keywords["nearest_mode"] = nearest
    want = onnx_resize(x.array, scales, None, roi, **keywords)
    y = layer.op(f"nn.resize {mode} {{}} " + attributes(
        f"coordinates = #nn<coordinates {coordinates}>", f"scales = array<f64: {', '.join(map(repr, scales))}>",
        f"roi = array<f64: {', '.join(map(repr, roi))}>" if roi else "", f"nearest = #nn<nearest_mode {nearest}>",
        f"cubic_coeff = {a!r} : f64", "exclude_outside" if outside else "", "antialias" if antialias else "", "extrapolation = 2.5 : f64"),
        [x], want, strides=some_strides(rng, want.shape))
    layer.store(y, 3e-6 if mode != "nearest" else 0)  # the reference computes some weights in f32
    return layer


CASES = {f.__name__: f for f in (reduce, arg_reduce, pool, softmax, normalize, batch_norm, lrn, cumulate, top_k, recurrent, scatter_elements,
                                 scatter_nd, matmul, conv, conv_transpose, resize)}

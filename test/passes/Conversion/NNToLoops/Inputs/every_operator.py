"""Writes a model with every operator and kind that takes one element type, on tensors of random odd shapes, for the reference evaluator.

usage: every_operator.py TYPE SEED OUT.mlir
       every_operator.py --check     (which operators, kinds and types the dialect's definition has and no model computes)
What there is comes from dialects/NN/*.td. Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""

import pathlib
import random
import re
import sys

DIALECT = pathlib.Path(__file__).resolve().parents[5] / "dialects" / "NN"
FLOATS = ["f16", "bf16", "f32", "f64"]
INTEGERS = [s + n for s in ("i", "ui") for n in ("8", "16", "32", "64")]
NARROW = ["i8", "i16", "ui8", "ui16"]
TYPES = [*FLOATS, *INTEGERS, "i1"]
CLASSES = {"NN_Tensor": TYPES, "NN_NumberTensor": FLOATS + INTEGERS, "NN_FloatTensor": FLOATS, "NN_BoolTensor": ["i1"],
           "NN_FactorTensor": FLOATS + NARROW, "NN_RealTensor": ["f32"], "NN_SumTensor": ["i32"], "NN_QuantizedTensor": NARROW, "NN_StoredTensor": NARROW}
# Kinds whose constraint (in the description of their operator) is narrower than the operand's type.
NUMBERS, WHOLE = FLOATS + INTEGERS, INTEGERS
NARROWER = {
    ("unary", "logical_not"): ["i1"], ("unary", "bitwise_not"): WHOLE,
    **{("unary", kind): NUMBERS for kind in ("abs", "neg", "square", "sign", "relu")},
    **{("binary", kind): WHOLE + ["i1"] for kind in ("bit_and", "bit_or", "bit_xor")},
    **{("binary", kind): WHOLE for kind in ("shift_left", "shift_right")},
    **{("compare", kind): TYPES for kind in ("equal", "not_equal")},
    **{("reduce", kind): FLOATS for kind in ("l2", "log_sum", "log_sum_exp")},
    **{("pool", kind): FLOATS for kind in ("average", "lp")},
    **{("scatter_elements", kind): NUMBERS for kind in ("add", "mul", "min", "max")},
    **{("scatter_nd", kind): NUMBERS for kind in ("add", "mul", "min", "max")},
}
WITHOUT_KIND = {"unary": FLOATS, "binary": NUMBERS, "compare": NUMBERS}
SIZES = [1, 2, 3, 5, 7, 11]


def enumerations():
    """The symbols of each kind, by the name of its attribute."""
    text = (DIALECT / "NNEnums.td").read_text()
    symbols = {name: re.findall(r'"(\w+)"', body) for name, body in re.findall(r'def (\w+) : NN_Kind<"\w+", "[^"]*", \[(.*?)\]>', text, re.S)}
    return {attribute: symbols[kind] for attribute, kind in re.findall(r"def (\w+) : NN_KindAttr<(\w+),", text)}


def definitions():
    """(operator, kind or "", element types of its first operand or result) for each operator of the dialect."""
    kinds = enumerations()
    for path in sorted(DIALECT.glob("NN*Ops.td")):
        for body in re.split(r"^def ", path.read_text(), flags=re.M)[1:]:
            operator = re.match(r'\w+ : NN_\w+<"(\w+)"', body)
            if not operator:  # an attribute
                continue
            name = operator.group(1)
            # An operator's kind is the attribute that stands before its operands; other attributes are drawn at random.
            first = re.search(r"\(ins (\w+):\$(\w+), ", body)
            kind = first.group(1) if first and first.group(1) in kinds else None
            operand = next(iter(re.findall(r"\b(NN_\w*Tensor):\$(?!condition|indices)", body)))
            for symbol in kinds[kind] if kind else [""]:
                allowed = NARROWER.get((name, symbol), WITHOUT_KIND.get(name, CLASSES[operand]))
                yield name, symbol, [t for t in CLASSES[operand] if t in allowed]


class Model:
    """Arguments, operations and results as text."""

    def __init__(self, element, seed):
        self.element, self.random = element, random.Random(f"{element} {seed}")
        self.arguments, self.lines, self.results, self.count = [], [], [], 0

    def shape(self, rank=None, limit=600):
        rank = self.random.randint(1, 4) if rank is None else rank
        while True:
            shape = [self.random.choice(SIZES) for _ in range(rank)]
            if count_of(shape) <= limit:
                return shape

    def input(self, shape, element=None):
        """An argument; of the model's own type it is spread from nn-run's [-1, 1) or 0 … 7 to both signs and products that wrap."""
        argument = f"%x{len(self.arguments)}", tensor(shape, element or self.element)
        self.arguments.append(argument)
        if element or self.element == "i1":
            return argument
        factor, shift = ("3.0", "0.125") if self.element in FLOATS else ("29", "90")
        for op, number in (("mul", factor), ("sub", shift)):
            scalar = self.fresh(f"nn.constant dense<{number}> : tensor<{self.element}>"), f"tensor<{self.element}>"
            argument = self.of(f"binary {op}", [argument, scalar], argument[1]), argument[1]
        return argument

    def fresh(self, text):
        self.count += 1
        self.lines.append(f"  %{self.count} = {text}")
        return f"%{self.count}"

    def positive(self, value):
        """|x| + 1/4, for functions that are steep or undefined elsewhere."""
        name, type_ = value
        quarter = self.fresh(f"nn.constant dense<0.25> : tensor<{self.element}>")
        return self.of("binary add", [(self.of("unary abs", [value], type_), type_), (quarter, f"tensor<{self.element}>")], type_), type_

    def of(self, op, operands, result, attributes=""):
        names, types = ", ".join(o[0] for o in operands), ", ".join(o[1] for o in operands)
        return self.fresh(f"nn.{op} {names}{' {' + attributes + '}' if attributes else ''} : ({types}) -> {result}")

    def give(self, value, type_):
        self.results.append((value, type_))

    def add(self, op, operands, result, attributes=""):
        self.give(self.of(op, operands, result, attributes), result)

    def text(self):
        arguments = ", ".join(f'{n}: {t} {{nn.name = "{n[1:]}"}}' for n, t in self.arguments)
        results = ", ".join(f'{t} {{nn.name = "y{i}"}}' for i, (_, t) in enumerate(self.results))
        return (f"func.func @main({arguments}) -> ({results}) attributes {{rt.entry}} {{\n" + "\n".join(self.lines) +
                f"\n  return {', '.join(v for v, _ in self.results)} : {', '.join(t for _, t in self.results)}\n}}\n")


def count_of(shape):
    count = 1
    for size in shape:
        count *= size
    return count


def tensor(shape, element):
    return f"tensor<{''.join(f'{n}x' for n in shape)}{element}>"


def array(name, values):
    return f"{name} = array<i64: {', '.join(map(str, values))}>"


# ---- One function for each operator: operator_NAME(model, kind) appends it ------------------------------------------

# Where each function of one argument is defined and its error is that of its result.
POSITIVE = {"log", "sqrt", "rsqrt", "reciprocal"}
LIMITED = {"asin": (-0.9, 0.9), "acos": (-0.9, 0.9), "atanh": (-0.9, 0.9), "acosh": (1.125, 9.0), "tan": (-1.25, 1.25)}


def operator_constant(m, kind):
    value = {"f": "0.75", "i": "5", "u": "200", "b": "0.75"}[m.element[0]] if m.element != "i1" else "true"
    type_ = tensor(m.shape(), m.element)
    m.give(m.fresh(f"nn.constant dense<{value}> : {type_}"), type_)


def operator_unary(m, kind):
    shape = m.shape()
    x = m.input(shape)
    if kind in POSITIVE:
        x = m.positive(x)
    if kind in LIMITED:
        low, high = LIMITED[kind]
        x = m.of("clamp", [x], x[1], f"low = {low} : f64, high = {high} : f64"), x[1]
    m.add(f"unary {kind}", [x], tensor(shape, "i1" if kind.startswith("is_") else m.element))


def operator_clamp(m, kind):
    x = m.input(m.shape())
    m.add("clamp", [x], x[1], "low = 0.5 : f64, high = 2.5 : f64" if m.random.random() < 0.5 else "high = 1.0 : f64")


def broadcast_pair(m):
    """An operand of a random shape and one that broadcasts to it, in either order; the shape of both."""
    shape = m.shape()
    other = [n if m.random.random() < 0.7 else 1 for n in shape][m.random.randrange(len(shape)):]
    pair = [m.input(shape), m.input(other)]
    m.random.shuffle(pair)
    return pair, shape


def operator_binary(m, kind):
    pair, shape = broadcast_pair(m)
    if m.element in FLOATS and kind in ("div", "pow", "mod", "fmod"):
        # Remainders jump where a quotient is whole: operands of few bits have exact ones.
        whole = (lambda x: (m.of("unary round", [x], x[1]), x[1])) if kind.endswith("mod") else (lambda x: x)
        pair = [m.positive(whole(x)) for x in pair]
    m.add(f"binary {kind}", pair, tensor(shape, m.element))


def operator_compare(m, kind):
    pair, shape = broadcast_pair(m)
    m.add(f"compare {kind}", pair, tensor(shape, "i1"))


def operator_select(m, kind):
    pair, shape = broadcast_pair(m)
    m.add("select", [m.input([n if m.random.random() < 0.7 else 1 for n in shape], "i1"), *pair], tensor(shape, m.element))


def operator_cast(m, kind):
    shape = m.shape(2)
    for to in TYPES:
        if to != m.element:
            saturate = m.random.random() < 0.5
            m.add("cast", [m.input(shape)], tensor(shape, to), "saturate" if saturate and to != "i1" else "")


def operator_iota(m, kind):
    shape = m.shape()
    type_ = tensor(shape, m.element)
    m.give(m.fresh(f"nn.iota {{axis = {m.random.randrange(len(shape))} : i64, start = 3.0 : f64, step = 2.0 : f64}} : {type_}"), type_)


def window(m, rank, size=lambda m: m.random.choice([5, 7, 9])):
    """Random attributes of a window and the sizes before and behind it."""
    w = {"space": [size(m) for _ in range(rank)], "kernel": [m.random.randint(1, 3) for _ in range(rank)],
         "strides": [m.random.randint(1, 3) for _ in range(rank)], "dilations": [m.random.randint(1, 2) for _ in range(rank)]}
    for name in ("pads_begin", "pads_end"):
        w[name] = [m.random.randint(0, k - 1) for k in w["kernel"]]
    w["out"] = [(n + a + b - (k - 1) * d - 1) // s + 1 for n, a, b, k, d, s in
                zip(w["space"], w["pads_begin"], w["pads_end"], w["kernel"], w["dilations"], w["strides"])]
    return w


def window_text(w, *names):
    return ", ".join(array(name, w[name]) for name in (*names, "strides", "dilations", "pads_begin", "pads_end"))


def sum_type(element):
    return "i32" if element in NARROW else element


def zero_points(m, **operands):
    """Attributes of a product of narrow integers: a zero point of each operand, now and then."""
    text = ""
    for name, (_, type_) in operands.items():
        element = re.search(r"(\w+)>$", type_).group(1).split("x")[-1]
        if element in NARROW and m.random.random() < 0.7:
            low = 0 if element.startswith("u") else -128
            text += f", {name}_zero_point = {m.random.randint(low, low + 255)} : i64"
    return text


def operator_conv(m, kind):
    for rank in (1, 2, 3):
        w, group = window(m, rank), m.random.choice([1, 2, 3])
        per, maps = m.random.choice([1, 2, 5]), group * m.random.choice([1, 3, 7])
        operands = [m.input([m.random.randint(1, 2), group * per, *w["space"]]), m.input([maps, per, *w["kernel"]])]
        batch = int(operands[0][1][7:].split("x")[0])
        if m.element in NARROW:
            operands[1] = m.input([maps, per, *w["kernel"]], m.random.choice(NARROW))
        if m.random.random() < 0.6:
            operands.append(m.input([maps], sum_type(m.element)))
        zeros = zero_points(m, input=operands[0], filter=operands[1])
        m.add("conv", operands, tensor([batch, maps, *w["out"]], sum_type(m.element)), f"{window_text(w)}, group = {group} : i64{zeros}")


def operator_conv_transpose(m, kind):
    for rank in (1, 2, 3):
        w, group = window(m, rank, lambda m: m.random.choice([3, 4, 5])), m.random.choice([1, 2, 3])
        channels, per = group * m.random.choice([1, 2, 3]), m.random.choice([1, 2, 5])
        extra = [m.random.randint(0, s - 1) for s in w["strides"]]
        out = [(n - 1) * s + (k - 1) * d + 1 + e - a - b for n, s, k, d, e, a, b in
               zip(w["space"], w["strides"], w["kernel"], w["dilations"], extra, w["pads_begin"], w["pads_end"])]
        operands = [m.input([1, channels, *w["space"]]), m.input([channels, per, *w["kernel"]])]
        if m.random.random() < 0.6:
            operands.append(m.input([group * per]))
        m.add("conv_transpose", operands, tensor([1, group * per, *out], m.element),
              f"{window_text(w)}, {array('output_padding', extra)}, group = {group} : i64")


def operator_matmul(m, kind):
    rows, depth, columns = (m.random.choice([1, 3, 5, 13]) for _ in range(3))
    batch, flip = m.random.choice([[], [2], [3, 1]]), [m.random.random() < 0.5 for _ in range(2)]
    a, b = [rows, depth], [depth, columns]
    operands = [m.input([*batch, *(a[::-1] if flip[0] else a)]),
                m.input(b[::-1] if flip[1] else b, m.random.choice(NARROW) if m.element in NARROW else None)]
    flags = ", ".join(f for f, on in zip(("transpose_lhs", "transpose_rhs"), flip) if on)
    m.add("matmul", operands, tensor([*batch, rows, columns], sum_type(m.element)),
          (flags + zero_points(m, lhs=operands[0], rhs=operands[1])).removeprefix(", "))


def quantized(m, shape, element):
    """A type that stands for real numbers, for all elements or by axis."""
    storage, low = element.replace("ui", "u"), 0 if element.startswith("u") else -128
    number = lambda: f"{m.random.uniform(0.01, 0.1):.6f}:{m.random.randint(low, low + 255)}"
    if m.random.random() < 0.5:
        return tensor(shape, f"!quant.uniform<{storage}:f32, {number()}>")
    axis = m.random.randrange(len(shape))
    return tensor(shape, f"!quant.uniform<{storage}:f32:{axis}, {{{', '.join(number() for _ in range(shape[axis]))}}}>")


def operator_quantize(m, kind):
    for element in NARROW:
        shape = m.shape()
        type_ = quantized(m, shape, element)
        value = m.of("quantize", [m.input(shape)], type_)
        m.add("storage_cast", [(value, type_)], tensor(shape, element))


def operator_dequantize(m, kind):
    for _ in range(2):
        shape = m.shape()
        type_ = quantized(m, shape, m.element)
        value = m.of("storage_cast", [m.input(shape)], type_)
        m.add("dequantize", [(value, type_)], tensor(shape, "f32"))


operator_storage_cast = operator_dequantize


def operator_requantize(m, kind):
    """Constants as lib/Numerics/Requantize makes them, by channel."""
    for element in NARROW:
        shape = m.shape(m.random.randint(2, 4))
        constants, left = [], m.random.random() < 0.4
        by_channel = [shape[1], *[1] * (len(shape) - 2)]
        low, high = {"i8": (-128, 127), "ui8": (0, 255), "i16": (-32768, 32767), "ui16": (0, 65535)}[element]
        right = [1 if left else m.random.randint(1, 22 if "8" in element else 14) for _ in range(shape[1])]
        rows = [[2 * m.random.randint(2**29, 2**30 - 1) for _ in right], [2**(r - 1) + m.random.randint(low, high) * 2**r for r in right], right,
                [m.random.randint(1, 30) for _ in right]]
        x = m.input(shape)
        for name, row in zip(("by", "plus", "right", "left"), rows[:4 if left else 3]):
            type_ = tensor(by_channel, "i32")
            literal = ", ".join("[" * (len(by_channel) - 1) + str(v) + "]" * (len(by_channel) - 1) for v in row)
            constants.append((name, m.fresh(f"nn.constant dense<[{literal}]> : {type_}"), type_))
        limits = f" {{low = {low + 9} : i64, high = {high - 7} : i64}}" if m.random.random() < 0.5 else ""
        result = tensor(shape, element)
        m.give(m.fresh(f"nn.requantize {x[0]} {' '.join(f'{n} {v}' for n, v, _ in constants)}{limits} : "
                       f"({', '.join([x[1], *(t for *_, t in constants)])}) -> {result}"), result)


def operator_pool(m, kind):
    w = window(m, m.random.choice([1, 2, 3]))
    w["ceil_extra"] = [0] * len(w["kernel"])
    channels = m.random.choice([1, 3, 5])
    include = ", count_include_pad" if kind == "average" and m.random.random() < 0.5 else ""
    m.add(f"pool {kind}", [m.input([1, channels, *w["space"]])], tensor([1, channels, *w["out"]], m.element),
          window_text(w, "kernel", "ceil_extra") + include + (", p = 3 : i64" if kind == "lp" else ""))


def some_axes(m, shape):
    return sorted(m.random.sample(range(len(shape)), m.random.randint(1, len(shape))))


def reduced(shape, axes, keep):
    return [1 if d in axes else n for d, n in enumerate(shape) if keep or d not in axes]


def operator_reduce(m, kind):
    shape = m.shape(limit=300 if kind != "prod" else 12)
    x, axes, keep = m.input(shape), some_axes(m, shape), m.random.random() < 0.5
    if kind == "log_sum":
        x = m.positive(x)
    if kind == "mean" and m.element.endswith("64") and m.element not in FLOATS:  # the sum must fit
        x = m.of("clamp", [x], x[1], "low = -99.0 : f64, high = 99.0 : f64"), x[1]
    m.add(f"reduce {kind}", [x], tensor(reduced(shape, axes, keep), m.element), array("axes", axes) + (", keep_dims" if keep else ""))


def operator_arg_reduce(m, kind):
    shape = m.shape()
    axis, keep, last = m.random.randrange(len(shape)), m.random.random() < 0.5, m.random.random() < 0.5
    m.add(f"arg_reduce {kind}", [m.input(shape)], tensor(reduced(shape, [axis], keep), "i64"),
          f"axis = {axis} : i64{', keep_dims' if keep else ''}{', select_last' if last else ''}")


def operator_softmax(m, kind):
    for log in ("", ", log"):
        shape = m.shape()
        m.add("softmax", [m.input(shape)], tensor(shape, m.element), f"axis = {m.random.randrange(len(shape))} : i64{log}")


def operator_normalize(m, kind):
    for rms in ("", ", rms"):
        shape = m.shape(limit=300)
        m.add("normalize", [m.input(shape)], tensor(shape, m.element), f"{array('axes', some_axes(m, shape))}, epsilon = 1.0e-2 : f64{rms}")


def operator_batch_norm(m, kind):
    shape = m.shape(m.random.randint(2, 4))
    x, scale, bias, mean, variance = m.input(shape), *(m.input(shape[1:2]) for _ in range(4))
    m.add("batch_norm", [x, scale, bias, mean, m.positive(variance)], x[1], "epsilon = 1.0e-3 : f64")


def operator_lrn(m, kind):
    shape = m.shape(m.random.randint(2, 4))
    m.add("lrn", [m.input(shape)], tensor(shape, m.element),
          f"size = {m.random.randint(1, 6)} : i64, alpha = 0.25 : f64, beta = 0.75 : f64, bias = 1.5 : f64")


def operator_cumulate(m, kind):
    shape = m.shape(limit=200)
    if kind == "prod":
        shape[-1] = 3
    axis = len(shape) - 1 if kind == "prod" else m.random.randrange(len(shape))
    flags = "".join(f for f in (", exclusive", ", reverse") if m.random.random() < 0.5)
    m.add(f"cumulate {kind}", [m.input(shape)], tensor(shape, m.element), f"axis = {axis} : i64{flags}")


def operator_top_k(m, kind):
    shape = m.shape()
    axis, largest = m.random.randrange(len(shape)), ", largest" if m.random.random() < 0.5 else ""
    k = m.random.randint(1, shape[axis])
    shape, result = shape, [k if d == axis else n for d, n in enumerate(shape)]
    x, types = m.input(shape), (tensor(result, m.element), tensor(result, "i64"))
    m.count += 1
    m.lines.append(f"  %{m.count}:2 = nn.top_k {x[0]} {{k = {k} : i64, axis = {axis} : i64{largest}}} : ({x[1]}) -> ({types[0]}, {types[1]})")
    for i, type_ in enumerate(types):
        m.give(f"%{m.count}#{i}", type_)


def operator_recurrent(m, kind):
    gates, functions = {"rnn": (1, ["tanh"]), "gru": (3, ["sigmoid", "tanh"]), "lstm": (4, ["sigmoid", "tanh", "softsign"])}[kind]
    steps, batch, units = m.random.randint(1, 5), m.random.choice([1, 3]), m.random.choice([1, 5, 7])
    operands = [m.input([steps, batch, gates * units]), m.input([gates * units, units]), m.input([batch], "i32"), m.input([batch, units])]
    types = [tensor(shape, m.element) for shape in ([steps, batch, units], [batch, units], [batch, units])][:3 if kind == "lstm" else 2]
    names = [o[0] for o in operands]
    numbers = ", ".join(["0.5"] * len(functions))
    attributes = f"functions = [{', '.join(f'#nn<cell_function {f}>' for f in functions)}], alpha = array<f64: {numbers}>, beta = array<f64: {numbers}>, clip = 2.0 : f64"
    m.count += 1
    m.lines.append(f"  %{m.count}:{len(types)} = nn.recurrent {kind} {names[0]}, {names[1]} lengths({names[2]}) hidden({names[3]}) {{{attributes}}} : "
                   f"({', '.join(o[1] for o in operands)}) -> ({', '.join(types)})")
    for i, type_ in enumerate(types):
        m.give(f"%{m.count}#{i}", type_)


def operator_reshape(m, kind):
    m.add("reshape", [m.input([3, 5, 2])], tensor([2, 15], m.element))


def operator_transpose(m, kind):
    shape = m.shape(m.random.randint(2, 4))
    perm = m.random.sample(range(len(shape)), len(shape))
    m.add("transpose", [m.input(shape)], tensor([shape[p] for p in perm], m.element), array("perm", perm))


def operator_broadcast(m, kind):
    shape = m.shape()
    m.add("broadcast", [m.input([n if m.random.random() < 0.5 else 1 for n in shape][m.random.randrange(len(shape)):])], tensor(shape, m.element))


def operator_concat(m, kind):
    shape = m.shape()
    axis, parts = m.random.randrange(len(shape)), m.random.choices([1, 2, 3, 5], k=m.random.randint(2, 4))
    inputs = [m.input([n if d == axis else s for d, s in enumerate(shape)]) for n in parts]
    m.add("concat", inputs, tensor([sum(parts) if d == axis else s for d, s in enumerate(shape)], m.element), f"axis = {axis} : i64")


def operator_slice(m, kind):
    m.add("slice", [m.input([7, 11, 5])], tensor([3, 4, 2], m.element), f"{array('starts', [1, 10, 4])}, {array('steps', [2, -3, -2])}")


def operator_pad(m, kind):
    low, high = [m.random.randint(-1, 4) for _ in range(2)], [m.random.randint(-1, 4) for _ in range(2)]
    m.add(f"pad {kind}", [m.input([5, 3])], tensor([5 + low[0] + high[0], 3 + low[1] + high[1]], m.element), f"{array('low', low)}, {array('high', high)}")


def indices(m, shape, size):
    """Run-time indices from −size − 1 to size: valid ones of both signs, and one too far on either side."""
    element = m.random.choice(["i32", "i64"])
    type_, one = tensor(shape, element), f"tensor<{element}>"
    span, low = (m.fresh(f"nn.constant dense<{v}> : {one}") for v in (2 * size + 2, -size - 1))
    x = m.of("binary mod", [m.input(shape, element), (span, one)], type_), type_
    return m.of("binary add", [x, (low, one)], type_), type_


def operator_gather(m, kind):
    shape = m.shape(3)
    axis, picked = m.random.randrange(3), [2, 5]
    m.add("gather", [m.input(shape), indices(m, picked, shape[axis])], tensor([*shape[:axis], *picked, *shape[axis + 1:]], m.element), f"axis = {axis} : i64")


def operator_gather_elements(m, kind):
    shape = m.shape(3)
    axis = m.random.randrange(3)
    picked = [5 if d == axis else max(1, n - 1) for d, n in enumerate(shape)]
    m.add("gather_elements", [m.input(shape), indices(m, picked, shape[axis])], tensor(picked, m.element), f"axis = {axis} : i64")


def operator_gather_nd(m, kind):
    n = 5
    for batch, shape, picked, result in ((0, [n, n, 3], [4, 2], [4, 3]), (1, [3, n, 2], [3, 7, 1], [3, 7, 2])):
        m.add("gather_nd", [m.input(shape), indices(m, picked, n)], tensor(result, m.element), f"batch_dims = {batch} : i64")


def operator_scatter_elements(m, kind):
    shape = m.shape(2)
    axis = m.random.randrange(2)
    picked = [3 if d == axis else n for d, n in enumerate(shape)]
    x = m.input(shape)
    m.add(f"scatter_elements {kind}", [x, indices(m, picked, shape[axis]), m.input(picked)], x[1], f"axis = {axis} : i64")


def operator_scatter_nd(m, kind):
    x = m.input([5, 3])
    m.add(f"scatter_nd {kind}", [x, indices(m, [7, 1], 5), m.input([7, 3])], x[1])


def operator_resize(m, kind):
    shape, scales = [3, 5, 6], [1.0, m.random.choice([2.0, 3.0]), m.random.choice([0.5, 2.0, 1.0])]
    maps = ["half_pixel", "pytorch_half_pixel", "align_corners", "asymmetric"]
    nearest = m.random.choice(["round_prefer_floor", "round_prefer_ceil", "floor", "ceil"])
    if m.element not in FLOATS and kind != "nearest":  # weights that f32 holds exactly: the result is cut to an integer
        scales, maps = [1.0, 2.0, 0.5], ["half_pixel", "pytorch_half_pixel", "asymmetric"]
    for coordinates in maps:
        x = m.input(shape)
        if m.element not in FLOATS:
            x = m.of("clamp", [x], x[1], "low = -99.0 : f64, high = 99.0 : f64"), x[1]
        m.add(f"resize {kind}", [x], tensor([round(n * s) for n, s in zip(shape, scales)], m.element),
              f"coordinates = #nn<coordinates {coordinates}>, scales = array<f64: {', '.join(map(str, scales))}>, nearest = #nn<nearest_mode {nearest}>")


# ---------------------------------------------------------------------------------------------------------------------

def operator(name):
    return globals().get(f"operator_{name}")


def check():
    """Every operator has a function here, and every definition was understood: each type occurs."""
    found = list(definitions())
    missing = sorted({name for name, _, _ in found if not operator(name)})
    unknown = sorted(n for n in (g.removeprefix("operator_") for g in globals() if g.startswith("operator_")) if n not in {f[0] for f in found})
    silent = sorted({name for name, kind, types in found if not types})
    for what, names in (("no model computes", missing), ("not in the dialect", unknown), ("takes no type", silent)):
        if names:
            print(f"{what}: {', '.join(names)}")
    print(f"{len({f[0] for f in found})} operators, {sum(len(types) for _, _, types in found)} pairs of a kind and an element type")
    return not (missing or unknown or silent) and len(found) > 100


def main():
    if sys.argv[1:] == ["--check"]:
        sys.exit(0 if check() else 1)
    element, seed, path = sys.argv[1:]
    model = Model(element, seed)
    for name, kind, types in definitions():
        if element in types:
            operator(name)(model, kind)
    pathlib.Path(path).write_text(model.text())


main()

"""Prints random nn operators, most of them nonsense, one module each, for a reader that must never crash.

usage: hostile_operators.py SEED COUNT
Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""

import random
import sys

BIG = 2**63 - 1
NUMBERS = [0, 0, 1, 1, 1, 2, 2, 3, 3, 5, 7, -1, -2, -3, 2**31, 2**40, 2**62, BIG, -BIG - 1]
SIZES = [0, 1, 1, 2, 2, 3, 3, 4, 6, 2**20, 2**54, BIG]
ELEMENTS = ["f32"] * 8 + ["f16", "f64", "bf16", "i1", "i8", "i32", "i64", "i64", "ui8", "si8", "i4", "f8E4M3FN"]
KINDS = {
    "unary": ("kind", "unary_kind", "relu exp neg logical_not bitwise_not is_nan gelu"),
    "binary": ("kind", "binary_kind", "add div pow mod bit_and shift_left prelu"),
    "compare": ("predicate", "compare_predicate", "equal less"),
    "pool": ("kind", "pool_kind", "max average lp"),
    "reduce": ("kind", "reduce_kind", "sum l2 max log_sum_exp"),
    "arg_reduce": ("kind", "arg_kind", "max min"),
    "cumulate": ("kind", "cumulate_kind", "sum prod"),
    "recurrent": ("kind", "cell_kind", "rnn gru lstm"),
    "pad": ("mode", "pad_mode", "constant edge reflect wrap"),
    "scatter_elements": ("reduction", "scatter_reduction", "none add"),
    "scatter_nd": ("reduction", "scatter_reduction", "none max"),
    "resize": ("mode", "resize_mode", "nearest linear cubic"),
}
OPERANDS = {
    "unary": 1, "clamp": 1, "binary": 2, "compare": 2, "select": 3, "cast": 1, "iota": 0, "conv": (2, 3), "conv_transpose": (2, 3),
    "matmul": 2, "pool": 1, "reduce": 1, "arg_reduce": 1, "softmax": 1, "normalize": 1, "batch_norm": 5, "lrn": 1, "cumulate": 1,
    "top_k": 1, "reshape": 1, "transpose": 1, "broadcast": 1, "concat": (0, 4), "slice": 1, "pad": (1, 2), "gather": 2,
    "gather_elements": 2, "gather_nd": 2, "scatter_elements": 3, "scatter_nd": 3, "resize": 1, "recurrent": (2, 7),
}
LISTS = {
    "conv": "strides dilations pads_begin pads_end", "conv_transpose": "strides dilations pads_begin pads_end output_padding",
    "pool": "kernel strides dilations pads_begin pads_end ceil_extra", "reduce": "axes", "normalize": "axes", "transpose": "perm",
    "slice": "starts steps", "pad": "low high",
}
INTEGERS = {
    "conv": "group", "conv_transpose": "group", "pool": "p", "iota": "axis", "arg_reduce": "axis", "softmax": "axis", "lrn": "size",
    "cumulate": "axis", "top_k": "axis k", "concat": "axis", "gather": "axis", "gather_elements": "axis", "gather_nd": "batch_dims",
    "scatter_elements": "axis",
}
FLOATS = {"normalize": "epsilon", "batch_norm": "epsilon", "lrn": "alpha beta bias", "clamp": "low high", "unary": "alpha beta gamma"}


def operator(rng):
    op = rng.choice(list(OPERANDS))
    element, rank = rng.choice(ELEMENTS), rng.choice([0, 1, 2, 3, 4, 4, 4, 5, 6])
    shape = [rng.choice(SIZES) for _ in range(rank)]

    def tensor():
        own = [s if rng.random() < 0.7 else rng.choice(SIZES) for s in shape]
        if rng.random() < 0.2:
            own = own[:rng.randrange(len(own) + 1)]
        own_element = element if rng.random() < 0.8 else rng.choice(ELEMENTS)
        layout = f", #nn.layout<[{', '.join(str(rng.choice([1, 2, 6])) for _ in own)}]>" if rng.random() < 0.1 else ""
        return f"tensor<{''.join(f'{s}x' for s in own)}{own_element}{layout}>"

    def floating():
        return rng.choice(["0.0", "1.0", "-2.5", "1.0e300", "0x7FF8000000000000", "0x7FF0000000000000"]) + " : f64"

    count = OPERANDS[op]
    operands = [tensor() for _ in range(count if isinstance(count, int) else rng.randint(*count))]
    attributes = []
    if op in KINDS:
        name, kind, values = KINDS[op]
        attributes.append(f"{name} = #nn<{kind} {rng.choice(values.split())}>")
    for name in LISTS.get(op, "").split():
        length = max(rank - 2, 0) if op in ("conv", "conv_transpose", "pool") else rank
        if rng.random() < 0.1:
            length = rng.randrange(8)
        entries = [str(rng.choice(NUMBERS)) for _ in range(length)]
        attributes.append(f"{name} = array<i64{': ' if entries else ''}{', '.join(entries)}>")
    for name in INTEGERS.get(op, "").split():
        attributes.append(f"{name} = {rng.choice(NUMBERS)} : i64")
    for name in FLOATS.get(op, "").split():
        attributes.append(f"{name} = {floating()}")
    if op == "resize":
        scales = ", ".join(rng.choice(["1.0", "2.0", "0.0", "-1.0", "0x7FF8000000000000"]) for _ in range(rank))
        attributes.append(f"scales = array<f64{': ' if scales else ''}{scales}>, coordinates = #nn<coordinates half_pixel>")
    if op == "recurrent":
        def several(one):
            return ", ".join(one() for _ in range(rng.randint(1, 3)))

        segments = [1, 1] + [1] * (len(operands) - 2) + [0] * (7 - len(operands))
        attributes.append(f"functions = [{several(lambda: '#nn<cell_function ' + rng.choice(['relu', 'tanh', 'affine']) + '>')}]")
        attributes += [f"{name} = array<f64: {several(lambda: rng.choice(['0.0', '1.0', '-2.5']))}>" for name in ("alpha", "beta")]
        attributes += rng.sample(["reverse", "reset_after", "input_forget"], rng.randrange(3))
        attributes.append(f"operandSegmentSizes = array<i32: {', '.join(map(str, segments))}>")
    results = [tensor() if rng.random() < 0.5 or not operands else operands[0] for _ in range({"top_k": 2, "recurrent": rng.choice([1, 2, 3])}.get(op, 1))]
    values = "".join(f'  %{i} = "test.value"() : () -> {t}\n' for i, t in enumerate(operands))
    names = ", ".join(f"%{i}" for i in range(len(operands)))
    returned = f"({', '.join(results)})" if len(results) > 1 else results[0]
    return (f'func.func @f() {{\n{values}  %r{":2" if len(results) > 1 else ""} = "nn.{op}"({names}) {{{", ".join(attributes)}}} : '
            f'({", ".join(operands)}) -> {returned}\n  return\n}}\n')


seed, count = int(sys.argv[1]), int(sys.argv[2])
generator = random.Random(seed)
print("// -----\n".join(operator(generator) for _ in range(count)))

"""Random convolutions, products and pools, with up to C elementwise operators behind them: converted, fused, emitted, run, compared.

usage: run_conversion.py --count N [--kinds conv,conv_transpose,matmul,pool,recurrent] [--chain C] --machine "vector=8 registers=16 lanes=1" --march CPU [--no-fma] [--seed S] --out LIBRARY.so
The converted functions are rewritten as text into the form of the memory phase: every constant becomes an argument.
Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""

import argparse
import pathlib
import re
import sys

import numpy as np

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[4] / "targets" / "Common" / "Inputs"))
import buffers  # noqa: E402
import kernel_cases as cases  # noqa: E402
import recurrent_cases  # noqa: E402


def dense(values):
    if values.size and (values == values.flat[0]).all():
        return f"dense<{values.flat[0]:e}>"
    return f'dense<"0x{values.astype("<f4").tobytes().hex().upper()}">'


class Model:
    """A function of nn operators with its inputs and the value it must give."""

    def __init__(self, name):
        self.name, self.lines, self.inputs, self.count = name, [], [], 0

    def fresh(self, text):
        self.count += 1
        self.lines.append(f"%{self.count} = {text}")
        return f"%{self.count}"

    def constant(self, values):
        tensor = cases.Tensor(values)
        return self.fresh(f"nn.constant {dense(values)} : {tensor.type}"), tensor.type

    def input(self, values, strides=None):
        tensor = cases.Tensor(values, strides)
        self.inputs.append(tensor)
        return f"%in{len(self.inputs) - 1}", tensor.type

    def finish(self, value, result):
        arguments = ", ".join(f"%in{i}: {t.type}" for i, t in enumerate(self.inputs))
        self.result = result
        self.text = f"func.func @{self.name}({arguments}) -> {result.type} {{\n  " + "\n  ".join(self.lines) + \
            f"\n  return {value} : {result.type}\n}}\n"


def elementwise(rng, chain, model, value, y, magnitude, result_type, layout):
    """Appends a random chain of elementwise operators; `magnitude` is what rounding errors are relative to."""
    for _ in range(int(rng.integers(0, chain + 1))):
        kind = rng.choice(["relu", "clamp", "scalar", "vector", "residual", "square", "select", "written"])
        if kind == "relu":
            value = model.fresh(f"nn.unary relu {value} : ({result_type}) -> {result_type}")
            y = np.maximum(y, 0)
        elif kind == "clamp":
            value = model.fresh(f"nn.clamp {value} {{low = -1.0 : f64, high = 0.5 : f64}} : ({result_type}) -> {result_type}")
            y = np.clip(y, -1, 0.5)
        elif kind == "square":
            value = model.fresh(f"nn.binary mul {value}, {value} : ({result_type}, {result_type}) -> {result_type}")
            magnitude = 2 * (abs(y) + 1) * magnitude
            y = y * y
        elif kind == "written":  # an activation of two operators, as x · sigmoid(x) is
            other, other_type = model.constant(np.float32([0.75]))
            shifted = model.fresh(f"nn.binary add {value}, {other} : ({result_type}, {other_type}) -> {result_type}")
            value = model.fresh(f"nn.binary mul {value}, {shifted} : ({result_type}, {result_type}) -> {result_type}")
            magnitude = 2 * (abs(y) + 1) * magnitude
            y = y * (y + 0.75)
        elif kind == "select":
            mask = rng.random(y.shape) < 0.5
            name, type_ = model.input(mask)
            other, other_type = model.constant(np.float32([0.375]))
            value = model.fresh(f"nn.select {name}, {other}, {value} : ({type_}, {other_type}, {result_type}) -> {result_type}")
            y = np.where(mask, 0.375, y)
        else:
            shape = {"scalar": (), "vector": y.shape[-1:], "residual": y.shape}[kind]
            other = np.asarray(rng.standard_normal(shape), np.float32)
            name, type_ = model.input(other, layout(shape)) if kind == "residual" else model.constant(other)
            op = rng.choice(["add", "sub", "mul", "max"])
            value = model.fresh(f"nn.binary {op} {name}, {value} : ({type_}, {result_type}) -> {result_type}")
            if op == "mul":
                magnitude = magnitude * (abs(other) + 1)
            y = {"add": np.add, "sub": np.subtract, "mul": np.multiply, "max": np.maximum}[op](other, y)
    return value, y, magnitude


def random_conv(rng, name, chain):
    model, layout = Model(name), cases.random_layout(rng)
    case = cases.random_window(rng, int(rng.choice([1, 2, 2, 2, 3])))
    group = int(rng.choice([1, 1, 2, 5, 19]))
    per, maps = int(rng.integers(1, 18)), group * int(rng.integers(1, 38 // min(group, 4)))
    if group > 2 and rng.random() < 0.8:
        per, maps = 1, group * int(rng.choice([1, 1, 2]))
    case["group"] = group
    x = rng.standard_normal((int(rng.choice([1, 2])), group * per, *case["input"]), dtype=np.float32)
    w = rng.standard_normal((maps, per, *case["kernel"]), dtype=np.float32)
    if rng.random() < 0.15:
        w[...] = -1.5
    total, magnitude = cases.window_sum(x, w, case)
    result = cases.Tensor(total.astype(np.float32), layout(total.shape))
    operands = [model.input(x, layout(x.shape)), model.constant(w)]
    if rng.random() < 0.7:
        bias = rng.standard_normal(maps, dtype=np.float32)
        if rng.random() < 0.2:
            bias[...] = 0.25
        operands.append(model.constant(bias) if rng.random() < 0.8 else model.input(bias))
        total = total + bias.reshape(-1, *[1] * (total.ndim - 2))
    attributes = cases.window_attributes(case).split("strides", 1)[1]
    value = model.fresh(f"nn.conv {', '.join(o[0] for o in operands)} {{strides{attributes}, group = {group} : i64}} : "
                        f"({', '.join(o[1] for o in operands)}) -> {result.type}")
    value, total, magnitude = elementwise(rng, chain, model, value, total, magnitude, result.type, layout)
    model.finish(value, result)
    model.expected, model.magnitude = total, magnitude
    return model


def random_pool(rng, name, chain):
    model, layout, maximum = Model(name), cases.random_layout(rng), bool(rng.random() < 0.6)
    while True:
        case = cases.random_window(rng, int(rng.choice([1, 2, 2, 2, 3])))
        x = rng.standard_normal((int(rng.choice([1, 2])), int(rng.integers(1, 38)), *case["input"]), dtype=np.float32)
        total, magnitude = cases.pool(x, case, maximum)
        if np.isfinite(total).all():  # each window sees an element
            break
    if not maximum:
        taps = int(np.prod(case["kernel"]))
        total, magnitude = total / taps, magnitude / taps
    result = cases.Tensor(total.astype(np.float32), layout(total.shape))
    operand = model.input(x, layout(x.shape))
    extra = cases.array([0] * len(case["kernel"]))
    flags = "" if maximum else ", count_include_pad"
    value = model.fresh(f"nn.pool {'max' if maximum else 'average'} {operand[0]} {{{cases.window_attributes(case)}, ceil_extra = {extra}{flags}}} : "
                        f"({operand[1]}) -> {result.type}")
    value, total, magnitude = elementwise(rng, chain, model, value, total, magnitude, result.type, layout)
    model.finish(value, result)
    model.expected, model.magnitude = total, magnitude
    return model


def random_conv_transpose(rng, name, chain):
    model, layout = Model(name), cases.random_layout(rng)
    case = cases.random_transposed_window(rng, int(rng.choice([1, 2, 2, 2, 3])))
    group = int(rng.choice([1, 1, 2, 5, 19]))
    per, maps = int(rng.integers(1, 14)), int(rng.integers(1, 38 // min(group, 4)))
    if group > 2 and rng.random() < 0.8:
        per, maps = 1, int(rng.choice([1, 1, 2]))
    case["group"] = group
    x = rng.standard_normal((int(rng.choice([1, 2])), group * per, *case["input"]), dtype=np.float32)
    w = rng.standard_normal((group * per, maps, *case["kernel"]), dtype=np.float32)
    if rng.random() < 0.15:
        w[...] = -1.5
    total, magnitude = cases.transposed_sum(x, w, case)
    result = cases.Tensor(total.astype(np.float32), layout(total.shape))
    operands = [model.input(x, layout(x.shape)), model.constant(w)]
    if rng.random() < 0.7:
        bias = rng.standard_normal(group * maps, dtype=np.float32)
        operands.append(model.constant(bias) if rng.random() < 0.8 else model.input(bias))
        total = total + bias.reshape(-1, *[1] * (total.ndim - 2))
    attributes = ", ".join(f"{name} = {cases.array(case[key])}" for name, key in
                           (("strides", "stride"), ("dilations", "dilation"), ("pads_begin", "begin"), ("pads_end", "end"),
                            ("output_padding", "extra")))
    value = model.fresh(f"nn.conv_transpose {', '.join(o[0] for o in operands)} {{{attributes}, group = {group} : i64}} : "
                        f"({', '.join(o[1] for o in operands)}) -> {result.type}")
    value, total, magnitude = elementwise(rng, chain, model, value, total, magnitude, result.type, layout)
    model.finish(value, result)
    model.expected, model.magnitude = total, magnitude
    return model


def random_matmul(rng, name, chain):
    model = Model(name)
    m, k, n = (int(rng.choice([1, rng.integers(1, high)])) for high in (30, 50, 200))
    batch = [int(rng.integers(1, 4)) for _ in range(int(rng.choice([0, 0, 1, 2])))]
    transposed = rng.random() < 0.3, rng.random() < 0.4
    a = rng.standard_normal((*batch, m, k), dtype=np.float32)
    constant = rng.random() < 0.6
    b = rng.standard_normal((k, n) if constant and rng.random() < 0.8 else (*batch, k, n), dtype=np.float32)
    total, magnitude = np.matmul(a.astype(np.float64), b), np.matmul(abs(a).astype(np.float64), abs(b))
    names = []
    for values, swap, fixed in ((a, transposed[0], False), (b, transposed[1], constant)):
        values = np.ascontiguousarray(np.swapaxes(values, -1, -2)) if swap else values
        names.append(model.constant(values) if fixed else model.input(values))
    flags = ", ".join(f for f, t in zip(("transpose_lhs", "transpose_rhs"), transposed) if t)
    result = cases.Tensor(total.astype(np.float32))
    value = model.fresh(f"nn.matmul {names[0][0]}, {names[1][0]} {{{flags}}} : ({names[0][1]}, {names[1][1]}) -> {result.type}")
    value, total, magnitude = elementwise(rng, chain, model, value, total, magnitude, result.type, lambda shape: None)
    model.finish(value, result)
    model.expected, model.magnitude = total, magnitude
    return model


def random_recurrent(rng, name, chain):
    """A layer of which one result is wanted, its weights known or not."""
    model, layer = Model(name), recurrent_cases.Layer(rng)
    layout, names, types = cases.random_layout(rng), {}, []
    for operand, values in layer.operands.items():
        known = operand == "weights" or operand in ("bias", "peepholes") and rng.random() < 0.5
        names[operand], type_ = model.constant(values) if known else \
            model.input(values, layout(values.shape) if operand in ("input", "hidden", "cell") else None)
        types.append(type_)
    results = layer.results()
    which = int(rng.integers(len(results)))
    tensors = [cases.Tensor(r.astype(np.float32), layout(r.shape) if i == which else None) for i, r in enumerate(results)]
    model.lines.append(f"%r:{len(results)} = {layer.text(names)} : ({', '.join(types)}) -> ({', '.join(t.type for t in tensors)})")
    model.finish(f"%r#{which}", tensors[which])
    model.expected, model.magnitude = results[which], 8 * (abs(results[which]) + 1)
    model.scratch = [5 * layer.batch * layer.units] * 5  # as large as the largest
    return model


SCRATCH = 50 * 200  # largest matrix of `random_matmul`

CONSTANT = re.compile(r"(%\w+) = nn\.constant dense_resource<(?:\"([^\"]+)\"|([\w.]+))> : (tensor<(\d+(?:x\d+)*)xf32>)")
DENSE = re.compile(r"(%\w+) = nn\.constant (dense<(?:\[.*\]|\"\w+\")>) : (tensor<(\d+(?:x\d+)*)xf32>)")


def blob(text):
    return np.frombuffer(bytes.fromhex(text[2:])[4:], "<f4")


def to_memory_form(models, converted):
    """Text of the functions with buffers; sets each model's extra arrays (constants in the order of their arguments)."""
    functions, resources = converted.split("{-#")[0], dict(re.findall(r'^ *"?([\w.]+)"?: "(0x\w+)"', converted, re.M))
    by_name = {m.name: m for m in models}
    output = []
    for body in re.findall(r"func\.func @.*?\n  }\n", functions, re.S):
        name = re.match(r"func\.func @(\w+)", body).group(1)
        model = by_name[name]
        model.constants, arguments, lines = [], [], []
        model.ops = re.findall(r"= ((?:nn|kernel)\.(?!constant)\w+)", body)
        for i, tensor in enumerate(model.inputs):
            arguments.append(f"%b{i}: {tensor.buffer_type}")
            lines.append(f"%arg{i} = rt.tensor %b{i} : {tensor.buffer_type} -> {tensor.type}")
        for line in body.splitlines()[1:-1]:
            match = CONSTANT.search(line) or DENSE.search(line)
            if match:
                if "dense_resource" in line:
                    value, type_ = match.group(1), match.group(4)
                    data = blob(resources[match.group(2) or match.group(3)])
                else:
                    value, literal, type_ = match.group(1), match.group(2), match.group(3)
                    digits = literal[6:-1]
                    data = np.frombuffer(bytes.fromhex(digits[3:-1]), "<f4") if digits[0] == '"' else \
                        np.array(eval(digits), np.float32).ravel()
                model.constants.append(data)
                argument = f"%c{len(model.constants)}"
                arguments.append(f"{argument}: memref<{data.size}xf32>")
                line = f"{value} = rt.tensor {argument} : memref<{data.size}xf32> -> {type_}"
            elif match := re.search(r"(%\w+) = nn\.reshape %arg(\d+) : .* -> (tensor<.*>)", line):
                tensor = model.inputs[int(match.group(2))]
                line = f"{match.group(1)} = rt.tensor %b{match.group(2)} : {tensor.buffer_type} -> {match.group(3)}"
            elif line.strip().startswith("return"):
                value = line.split()[1]
                line = f"rt.store {value}, %out : {model.result.type}, {model.result.buffer_type}\n  return"
            lines.append(line)
        if "pack_rhs" in body:  # large enough for any panel
            model.constants.append(np.full(SCRATCH, np.nan, np.float32))
            arguments.append(f"%scratch: memref<{SCRATCH}xf32> {{rt.scratch}}")
        for i, elements in enumerate(getattr(model, "scratch", [])):
            model.constants.append(np.full(elements, np.nan, np.float32))
            arguments.append(f"%scratch{i}: memref<{elements}xf32> {{rt.scratch}}")
        arguments.append(f"%out: {model.result.buffer_type} {{rt.result}}")
        output.append(f"func.func @{name}({', '.join(arguments)}) {{\n" + "\n".join(lines) + "\n}\n")
    return "".join(output)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--count", type=int, default=20)
    parser.add_argument("--kinds", default="conv,conv_transpose,matmul")
    parser.add_argument("--chain", type=int, default=0)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--machine", default="vector=8 registers=16")
    parser.add_argument("--march", default="x86-64-v3")
    parser.add_argument("--no-fma", action="store_true")
    parser.add_argument("--out", required=True)
    options = parser.parse_args()
    buffers.need(options.march)
    models = []
    kinds = {"conv": random_conv, "conv_transpose": random_conv_transpose, "matmul": random_matmul, "pool": random_pool, "recurrent": random_recurrent}
    for kind, make in ((kind, kinds[kind]) for kind in options.kinds.split(",")):
        for i in range(options.count):
            models.append(make(np.random.default_rng([options.seed, i, len(kind)]), f"{kind}{i}", options.chain))
    converted = buffers.command("nn-opt", f"--nnc-convert-nn-to-kernel={options.machine}",
                                f"--nnc-convert-pools={re.sub(' lanes=.*', '', options.machine)}",
                                *(["--nnc-fuse-epilogues"] if options.chain else []), text="".join(m.text for m in models))
    memory = to_memory_form(models, converted)
    passes = [f"--nnc-emit-kernels=fma={'false' if options.no_fma else 'true'}"]
    library = buffers.load(memory, passes, options.out, options.march)
    failed = 0
    for i, model in enumerate(models):
        print(f"{model.name}: {' '.join(model.ops)}", flush=True)
        arrays = [t.buffer(0) for t in model.inputs] + model.constants + [model.result.buffer(np.nan)]
        buffer = buffers.call(library, model.name, arrays, at_end=i % 2 == 0)[-1]
        problem = cases.problem(model, buffer)
        if len([op for op in model.ops if op != "nn.reshape"]) != 1:
            problem = "not one kernel"
        if problem:
            failed += 1
            print(f"FAILED {problem}\n{model.text if len(model.text) < 4000 else ''}")
    print(f"{len(models) - failed} models agree, {failed} do not")
    sys.exit(1 if failed else 0)


main()

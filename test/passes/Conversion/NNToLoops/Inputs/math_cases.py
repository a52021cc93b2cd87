"""Writes a module that computes scalar functions of one element type, and input values for it: random ones of all magnitudes, and
the special ones.

usage: math_cases.py f16|f32|f64 OUT.mlir OUT.npz
Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""

import sys

import numpy

UNARY = ["exp", "log", "sqrt", "rsqrt", "erf", "sin", "cos", "tan", "asin", "acos", "atan", "sinh", "cosh", "tanh", "asinh", "acosh",
         "atanh", "floor", "ceil", "round", "sigmoid", "softplus", "gelu", "mish", "elu"]
COUNT = 1009
TYPES = {"f16": numpy.float16, "f32": numpy.float32, "f64": numpy.float64}


def values(dtype, seed):
    """Normal numbers around 1, some of every magnitude where the functions are defined, zeros and limits."""
    generator = numpy.random.default_rng(seed)
    x = generator.standard_normal(COUNT) * numpy.exp2(generator.integers(-12, 3, COUNT))
    x[:8] = [0.0, -0.0, 1.0, -1.0, numpy.inf, -numpy.inf, numpy.nan, 0.5]
    return x.astype(dtype)


def main():
    element, module, data = sys.argv[1:]
    dtype = TYPES[element]
    # Results of f64 narrowed to halves round once: values beside ties of f16 are among the inputs.
    x, y = values(dtype, 5), values(dtype, 6)
    if element == "f64":
        x[100:400] = (1 + numpy.arange(300) / 1024 + 2.0 ** -11) * numpy.repeat([1, 1 + 2.0 ** -40, 1 - 2.0 ** -40], 100)
    # Quotients far beyond the significand: only an exact remainder is right.
    big = numpy.abs(values(dtype, 7)) * dtype(1e3 if element == "f16" else 1e30)
    tensor = f"tensor<{COUNT}x{element}>"
    generator = numpy.random.default_rng(8)
    large = (generator.uniform(-2, 2, COUNT) * (1 if element == "f16" else 4)).astype(dtype)
    whole = generator.integers(-6, 7, COUNT).astype(dtype)
    whole[:8] = [0, -1, 3, 2, -3, 3, 0, numpy.inf]
    lines, results, types = [], [], []

    def add(name, text, result=tensor):
        lines.append(f"  %{name} = {text} -> {result}")
        results.append(f"%{name}")
        types.append(f'{result} {{nn.name = "{name}"}}')

    for kind in UNARY:
        add(kind, f"nn.unary {kind} %x : ({tensor})")
    # Bases and exponents of both signs, whole and not; powers up to the overflow, where an error of the exponent counts most.
    add("pow", f"nn.binary pow %x, %y : ({tensor}, {tensor})")
    add("pow_whole", f"nn.binary pow %x, %whole : ({tensor}, {tensor})")
    add("pow_far", f"nn.binary pow %big, %large : ({tensor}, {tensor})")
    for exponent in [-0.5, 0.5, 0.75, 1.5, -1.5, -1.0, 1.0, 2.0, 3.0, -3.0, 0.3]:  # some are products and roots
        name = f"pow_of_{exponent}".replace(".", "_").replace("-", "minus_")
        lines.append(f"  %{name}_exponent = nn.constant dense<{exponent}> : tensor<{element}>")
        add(name, f"nn.binary pow %x, %{name}_exponent : ({tensor}, tensor<{element}>)")
    for kind in ["mod", "fmod"]:
        add(kind, f"nn.binary {kind} %x, %y : ({tensor}, {tensor})")
        add(f"{kind}_far", f"nn.binary {kind} %big, %y : ({tensor}, {tensor})")
    for to in TYPES.keys() | {"bf16"}:
        if to != element:
            add(f"to_{to}", f"nn.cast %x : ({tensor})", f"tensor<{COUNT}x{to}>")
    arguments = ", ".join(f'%{n}: {tensor} {{nn.name = "{n}"}}' for n in ("x", "y", "big", "large", "whole"))
    with open(module, "w") as out:
        out.write(f"func.func @main({arguments}) -> ({', '.join(types)}) attributes {{rt.entry}} {{\n")
        out.write("\n".join(lines))
        out.write(f"\n  return {', '.join(results)} : {', '.join(t.split(' ')[0] for t in types)}\n}}\n")
    numpy.savez(data, x=x, y=y, big=big.astype(dtype), large=large, whole=whole)


if __name__ == "__main__":
    main()

"""Layers of random shapes, layouts and types, converted to loops and run, against numpy and ONNX's reference.

usage: run_layers.py --cases NAME[,NAME] [--count N] [--seed S] [--march CPU] [--passes PASSES] [--lowering OPTIONS] [--verbose] --out LIBRARY.so
Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""

import argparse
import sys

import numpy as np

import element_cases as element
import layers
import root_cases as root


def repeated(make):
    return lambda rng, options: [make(np.random.default_rng([options.seed, i]), f"{make.__name__}{i}") for i in range(options.count)]


CASES = {
    "trees": repeated(element.random_tree),
    "copies": repeated(element.random_copy),
    "unary": lambda rng, _: [*element.unary_layers(rng, "float32", 2e-6), *element.unary_layers(rng, "float64", 1e-12),
                             *element.unary_layers(rng, "float16", 2e-3), *element.bf16_layers(rng)],
    "integers": lambda rng, _: [*element.integer_unary_layers(rng), *element.integer_binary_layers(rng)],
    "binary": lambda rng, _: [*element.float_binary_layers(rng, "float32", 2e-6), *element.float_binary_layers(rng, "float64", 1e-12),
                              *element.float_binary_layers(rng, "float16", 2e-3)],
    "casts": lambda rng, _: list(element.cast_layers(rng)),
    "gathers": lambda rng, _: list(element.gather_layers(rng)),
    **{name: repeated(make) for name, make in root.CASES.items()},
}


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--cases", default=",".join(CASES))
    parser.add_argument("--count", type=int, default=20)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--march", default="x86-64-v3")
    parser.add_argument("--passes", default=" ".join(layers.LOOPS))
    parser.add_argument("--optimisation", default="-O2")
    parser.add_argument("--lowering", default="", help="options of nnc-lower-to-llvm")
    parser.add_argument("--libm", action="store_true")
    parser.add_argument("--only")
    parser.add_argument("--verbose", action="store_true")
    parser.add_argument("--out", required=True)
    options = parser.parse_args()
    made = [layer for name in options.cases.split(",") for layer in CASES[name](np.random.default_rng(options.seed), options)]
    if options.only:
        made = [layer for layer in made if layer.name == options.only]
    library = layers.compile_layers(made, options.out, options.march, options.passes.split(), options.optimisation,
                                    ["-lm"] if options.libm else [], options.lowering)
    failed = layers.check_layers(made, library, options.verbose)
    print(f"{len(made) - failed} layers agree, {failed} do not")
    sys.exit(1 if failed else 0)


main()

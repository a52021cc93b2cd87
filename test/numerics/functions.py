"""The functions that ulp.py measures: exact values, and the arguments that the documentation speaks of.

Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""

import math

import numpy as np

INF = math.inf
erf = np.vectorize(math.erf, otypes=[np.float64])
erfc = np.vectorize(math.erfc, otypes=[np.float64])


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


def softplus(x):
    return np.maximum(x, 0) + np.log1p(np.exp(-np.abs(x)))


# name: (exact function, (smallest, largest) argument of f32, of f64 or None where the reference has no more precision)
FUNCTIONS = {
    "exp": (np.exp, (-INF, INF), (-INF, INF)),
    "log": (np.log, (0, INF), (0, INF)),
    "sqrt": (np.sqrt, (0, INF), (0, INF)),
    "rsqrt": (lambda x: 1 / np.sqrt(x), (0, INF), (0, INF)),
    "pow": (np.power, (0, INF), (0, INF)),
    "sin": (np.sin, (-1e4, 1e4), (-1e6, 1e6)),
    "cos": (np.cos, (-1e4, 1e4), (-1e6, 1e6)),
    "tan": (np.tan, (-1e4, 1e4), (-1e6, 1e6)),
    "asin": (np.arcsin, (-1, 1), (-1, 1)),
    "acos": (np.arccos, (-1, 1), (-1, 1)),
    "atan": (np.arctan, (-INF, INF), (-INF, INF)),
    "sinh": (np.sinh, (-INF, INF), (-INF, INF)),
    "cosh": (np.cosh, (-INF, INF), (-INF, INF)),
    "tanh": (np.tanh, (-INF, INF), (-INF, INF)),
    "asinh": (np.arcsinh, (-INF, INF), (-INF, INF)),
    "acosh": (np.arccosh, (1, INF), (1, INF)),
    "atanh": (np.arctanh, (-1, 1), (-1, 1)),
    "erf": (erf, (-INF, INF), None),
    "sigmoid": (sigmoid, (-88, INF), (-709, INF)),
    "silu": (lambda x: x * sigmoid(x), (-88, INF), (-709, INF)),
    "gelu": (lambda x: x / 2 * erfc(-x * math.sqrt(0.5)), (-5, INF), None),
    "softplus": (softplus, (-INF, INF), (-INF, INF)),
    "mish": (lambda x: x * np.tanh(softplus(x)), (-87, INF), (-708, INF)),
    "elu": (lambda x: np.where(x > 0, x, np.expm1(np.minimum(x, 0))), (-INF, INF), (-INF, INF)),
}


def exact_value(kind, *arguments):
    return FUNCTIONS[kind][0](*arguments)


def domain_of(kind, element):
    return FUNCTIONS[kind][1 if element == "f32" else 2]

"""Prints a network whose second convolution has an epilogue too long to stand once for each vector of its tile: the sums
wait on the stack. It adds what another convolution has computed, which dies there, so that the result lies on its bytes.

usage: looped_epilogue.py [FUNCTION ...]    (of the epilogue, one after the other)
Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""

import random
import struct
import sys

generator = random.Random(5)
functions = sys.argv[1:] or ["erf", "tanh", "sigmoid", "erf", "tanh"]


def constant(name, shape):
    count = 1
    for size in shape:
        count *= size
    data = b"".join(struct.pack("<f", generator.uniform(-0.4, 0.4)) for _ in range(count)).hex()
    dims = "x".join(map(str, shape))
    return f'  {name} = nn.constant dense<"0x{data}"> : tensor<{dims}xf32>'


def conv(result, image, weight, channels):
    return (f"  {result} = nn.conv {image}, {weight} {{strides = array<i64: 1, 1>, dilations = array<i64: 1, 1>, pads_begin = array<i64: 1, 1>, "
            f"pads_end = array<i64: 1, 1>, group = 1 : i64}} : (tensor<1x{channels}x11x7xf32>, tensor<19x{channels}x3x3xf32>) -> tensor<1x19x11x7xf32>")


kind = "tensor<1x19x11x7xf32>"
print("\n".join([
    f'func.func @main(%x: tensor<1x5x11x7xf32> {{nn.name = "x"}}) -> ({kind} {{nn.name = "y"}}) attributes {{rt.entry}} {{',
    constant("%w0", [19, 5, 3, 3]), constant("%w1", [19, 19, 3, 3]), constant("%w2", [19, 19, 3, 3]), constant("%w3", [19, 5, 3, 3]),
    conv("%a", "%x", "%w0", 5), conv("%r", "%x", "%w3", 5), conv("%b", "%a", "%w1", 19),
    f"  %c = nn.binary add %b, %r : ({kind}, {kind}) -> {kind}",
    *[f"  %e{i} = nn.unary {op} %{'c' if i == 0 else f'e{i - 1}'} : ({kind}) -> {kind}" for i, op in enumerate(functions)],
    conv("%y", f"%e{len(functions) - 1}", "%w2", 19), f"  return %y : {kind}", "}"]))

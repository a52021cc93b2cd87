"""Prints a product with random weights of more than 1 MiB, which go around LLVM.

usage: large_weights.py DEPTH COLUMNS
Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""

import random
import struct
import sys

depth, columns = map(int, sys.argv[1:])
generator = random.Random(7)
weights = b"".join(struct.pack("<f", generator.uniform(-1, 1)) for _ in range(depth * columns)).hex()
print(f'''func.func @main(%x: tensor<3x{depth}xf32> {{nn.name = "x"}}) -> (tensor<3x{columns}xf32> {{nn.name = "y"}}) attributes {{rt.entry}} {{
  %w = nn.constant dense<"0x{weights}"> : tensor<{depth}x{columns}xf32>
  %y = nn.matmul %x, %w : (tensor<3x{depth}xf32>, tensor<{depth}x{columns}xf32>) -> tensor<3x{columns}xf32>
  return %y : tensor<3x{columns}xf32>
}}''')

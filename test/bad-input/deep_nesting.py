"""Prints IR whose attributes are nested so deeply that the parser's recursion uses up the stack.

usage: deep_nesting.py > FILE.mlir
Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""

DEPTH = 400_000
print("module attributes {nest.deep = " + "[" * DEPTH + "]" * DEPTH + "} {}")

"""Writes a plan that gives the convolutions of a file the possible ways in turn, in random order; or counts how they are computed.

usage: random_plan.py CASES.mlir SEED > plan.json
       random_plan.py CASES.mlir SEED --check RESULT.mlir
Names of convolutions are conv0, conv1, … (see convolution_cases.py --named). With --check, each convolution of the result must be computed as planned.
Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""

import collections
import json
import pathlib
import random
import re
import sys

WAYS = [("direct", 0), ("winograd", 2), ("winograd", 4), ("winograd", 6)]


def planned(cases, seed):
    names = re.findall(r'^func.func @(conv\d+)\(', cases, re.M)
    order = names[:]
    random.Random(seed).shuffle(order)
    return [(name, *WAYS[i % len(WAYS)]) for i, name in enumerate(order)]


def computed(result):
    """name of a function -> how its convolution is computed"""
    functions = re.split(r"^ *func.func @", result, flags=re.M)[1:]
    ways = {}
    for text in functions:
        tile = re.search(r"fastconv\.winograd.*[ ,]tile = (\d+)", text)
        ways[text.split("(")[0]] = ("winograd", int(tile[1])) if tile else ("direct", 0)
    return ways


cases, seed, *check = sys.argv[1:]
plan = planned(pathlib.Path(cases).read_text(), int(seed))
if check:
    ways = computed(pathlib.Path(check[1]).read_text())
    wrong = [(name, way) for name, *way in plan if list(ways[name]) != way]
    counts = collections.Counter(ways.values())
    print(wrong or ", ".join(f"{algorithm}{f' {tile}' if tile else ''} {counts[algorithm, tile]}" for algorithm, tile in WAYS))
else:
    entries = [{"layer": name, "algorithm": algorithm, **({"tile": tile} if tile else {})} for name, algorithm, tile in plan]
    print(json.dumps({"format": 1, "convolutions": entries}))

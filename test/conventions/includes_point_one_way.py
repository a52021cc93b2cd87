"""Include lines point one way: Support, Numerics, Planner <- dialects <- lib/Reference <- lib/Import <- passes <- targets
<- Pipelines <- Driver <- tools; no target includes another; lib/Numerics and lib/Planner know no MLIR.

Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""

import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
# From the ground up; a room may include rooms of a lower level, or its own.
LEVELS = [
    ["lib/Support", "lib/Numerics", "lib/Planner"],
    ["dialects"],
    ["lib/Reference"],
    ["lib/Import", "lib/Artifacts"],
    ["passes"],
    ["targets"],
    ["lib/Pipelines"],
    ["lib/Driver"],
    ["lib/Runner"],
    ["lib/Quantizer"],
    ["lib/Tuner"],
    ["tools"],
]
FREE = ["include"]  # contracts that anyone may include
NO_MLIR = ["lib/Numerics", "lib/Planner", "lib/Artifacts"]


def room_of(path):
    for level, rooms in enumerate(LEVELS):
        for room in rooms:
            if path == room or path.startswith(room + "/"):
                return level, room
    return None


def problems():
    for file in sorted(ROOT.rglob("*")):
        relative = file.relative_to(ROOT).as_posix()
        if file.suffix not in (".h", ".cpp", ".td") or relative.startswith(("build", "test/")):
            continue
        own = room_of(relative)
        for number, line in enumerate(file.read_text().splitlines(), 1):
            match = re.match(r'\s*#?\s*include\s+["<]([^">]+)[">]', line)
            if not match:
                continue
            where = f"{relative}:{number}"
            included = match.group(1)
            if own and own[1] in NO_MLIR and included.startswith(("mlir/", "llvm/IR")):
                yield f"{where}: {own[1]} includes {included}; it must not know MLIR"
            other = room_of(included)
            if not other or included.startswith(tuple(FREE)):
                continue
            if own is None:
                yield f"{where}: {relative} lies in no room of the include order"
            elif other[0] > own[0] or (other[0] == own[0] and other[1] != own[1]):
                yield f"{where}: {own[1]} includes {included}, which lies above or beside it"
            if relative.startswith("lib/") and included.startswith("targets/") and not included.startswith("targets/Common/"):
                yield f"{where}: only generated lists of families name a target; includes {included}"
            mine, theirs = relative.split("/")[:2], included.split("/")[:2]
            if mine[0] == theirs[0] == "targets" and mine != theirs and theirs[1] != "Common":
                yield f"{where}: target {mine[1]} includes target {theirs[1]}"


found = list(problems())
print("\n".join(found))
sys.exit(1 if found else 0)

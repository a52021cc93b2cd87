"""Each operator in the importer's table lists every version that ONNX gave it.

A version that is missing would be imported with the meaning of an older one. Versions before the
first that is supported may be left out, but there may be no gap.
Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""

import collections
import re
import subprocess
import sys

import onnx

NEWEST = 27
# Withdrawn in this version: the importer reports it as unsupported.
WITHDRAWN = {("Upsample", 10)}

table = subprocess.run(["import-models", "--operators"], capture_output=True, text=True, check=True).stdout
rows = re.findall(r"^\| (\w+) \| ([\d, ]+) \|$", table, re.MULTILINE)
supported = {name: {int(v) for v in versions.split(",")} for name, versions in rows}

history = collections.defaultdict(set)
for schema in onnx.defs.get_all_schemas_with_history():
    if schema.domain == "" and schema.since_version <= NEWEST:
        history[schema.name].add(schema.since_version)

problems = []
for name, versions in supported.items():
    expected = {v for v in history[name] if v >= min(versions) and (name, v) not in WITHDRAWN}
    if versions != expected:
        problems.append(f"{name}: the table has {sorted(versions)}, ONNX has {sorted(expected)}")
    if min(versions) > 7 and any(v >= 7 and v < min(versions) for v in history[name]):
        problems.append(f"{name}: versions before {min(versions)} are missing: {sorted(history[name])}")
print("\n".join(problems) or f"{len(supported)} operators agree")
sys.exit(bool(problems) or len(supported) < 100)

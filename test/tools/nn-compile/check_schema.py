"""Checks JSON documents against a schema and the sums that the schema's descriptions state.

usage: check_schema.py SCHEMA REPORT...
Understands the part of JSON Schema that docs/report.schema.json uses; an unknown keyword is an error, so that nothing is skipped in silence.
Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""

import json
import re
import sys

KINDS = {"object": dict, "array": list, "string": str, "boolean": bool, "integer": int, "number": (int, float), "null": type(None)}
NO_CHECK = {"$schema", "$defs", "title", "description", "properties", "items", "required", "additionalProperties"}


def is_kind(value, kind):
    return isinstance(value, KINDS[kind]) and not (kind in ("integer", "number") and isinstance(value, bool))


def errors(value, schema, root, path="$"):
    """Yields what is wrong with a value, each with its place."""
    if "$ref" in schema:
        schema = root["$defs"][schema["$ref"].removeprefix("#/$defs/")]
    for keyword, wanted in schema.items():
        if keyword in NO_CHECK:
            continue
        if keyword == "type":
            kinds = [wanted] if isinstance(wanted, str) else wanted
            if not any(is_kind(value, kind) for kind in kinds):
                yield f"{path}: {value!r} is no {wanted}"
                return
        elif keyword == "enum" and value not in wanted or keyword == "const" and value != wanted:
            yield f"{path}: {value!r} is not {wanted}"
        elif keyword == "minimum" and value < wanted:
            yield f"{path}: {value} is less than {wanted}"
        elif keyword == "pattern" and not re.search(wanted, value):
            yield f"{path}: {value!r} does not match {wanted}"
        elif keyword not in ("enum", "const", "minimum", "pattern"):
            sys.exit(f"check_schema.py does not know the keyword '{keyword}'")
    if isinstance(value, dict):
        known = schema["properties"]
        yield from (f"{path}: '{key}' is missing" for key in schema["required"] if key not in value)
        yield from (f"{path}: '{key}' is not in the schema" for key in value if key not in known)
        for key in value.keys() & known.keys():
            yield from errors(value[key], known[key], root, f"{path}.{key}")
    elif isinstance(value, list):
        for i, item in enumerate(value):
            yield from errors(item, schema["items"], root, f"{path}[{i}]")


def used_fields(value, schema, root, used):
    """Collects the properties of the schema that a document has."""
    if "$ref" in schema:
        schema = root["$defs"][schema["$ref"].removeprefix("#/$defs/")]
    if isinstance(value, dict):
        for key in value.keys() & schema["properties"].keys():
            used.add(id(schema["properties"][key]))
            used_fields(value[key], schema["properties"][key], root, used)
    elif isinstance(value, list):
        for item in value:
            used_fields(item, schema["items"], root, used)


def all_fields(schema, path="$"):
    for key, inner in schema.get("properties", {}).items():
        yield f"{path}.{key}", inner
        yield from all_fields(inner, f"{path}.{key}")
    for name, inner in schema.get("$defs", {}).items():
        yield from all_fields(inner, name)


def sums(report):
    """Yields sums that do not hold."""
    io = sum(t["bytes"] for t in report["inputs"] + report["outputs"])
    if report["model"]["macs"] != sum(layer["macs"] for layer in report["layers"]):
        yield f"macs is {report['model']['macs']}, which the layers' are not"
    for part in (report, *report.get("levels", [])):
        yield from sums_of_part(part, io)
    for level in report.get("levels", []):
        for name in ("arena_bytes", "stack_bytes"):
            if level["memory"][name] > report["memory"][name]:
                yield f"{name} of level {level['level']} is more than the library's"


def sums_of_part(report, io):
    """The same for the library or one of its levels; `io`: bytes of inputs and outputs."""
    memory = report["memory"]
    for name, actual, expected in (
            ("gap_bytes", memory["gap_bytes"], memory["arena_bytes"] - memory["lower_bound_bytes"]),
            ("io_bytes", memory["io_bytes"], io),
            ("ram_bytes", memory["ram_bytes"], memory["arena_bytes"] + memory["stack_bytes"] + (0 if memory["io_in_arena"] else io)),
            ("flash_bytes", memory["flash_bytes"], memory["constant_bytes"] + memory["text_bytes"])):
        if actual != expected:
            yield f"{name} is {actual}, expected {expected}"
    for buffer in memory["buffers"]:
        if buffer["offset"] + buffer["bytes"] > memory["arena_bytes"]:
            yield f"buffer {buffer} is outside the arena"
    yield from (f"layer {i} has index {layer['index']}" for i, layer in enumerate(report["layers"]) if layer["index"] != i)


schema = json.load(open(sys.argv[1]))
problems, used = [], set()
for name in sys.argv[2:]:
    report = json.load(open(name))
    problems += [f"{name}: {text}" for text in (*errors(report, schema, schema), *sums(report))]
    used_fields(report, schema, schema, used)
problems += [f"no report has {path}" for path, field in all_fields(schema) if id(field) not in used]
print("\n".join(problems) or f"{len(sys.argv) - 2} reports are sound")
sys.exit(bool(problems))

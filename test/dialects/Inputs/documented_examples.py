"""Makes one module of the examples on a dialect's page.

usage: documented_examples.py DIALECT PAGE.md
Values that an example uses but does not define come from an unregistered op, typed by the example's own operand types. Operators on
symbols stand in the module, others in a function. Fails when an operator has no example.
Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""

import itertools
import pathlib
import re
import sys

dialect, page = sys.argv[1:]
fresh = itertools.count()


def split_types(text):
    """Splits at commas outside of brackets."""
    types, depth, start = [], 0, 0
    for i, c in enumerate(text):
        depth += (c in "<[(") - (c in ">])")
        if c == "," and depth == 0:
            types.append(text[start:i])
            start = i + 1
    return [t.strip() for t in types + [text[start:]] if t.strip()]


def operand_types(head):
    """The types of a statement's operands: what stands in parentheses after its last colon, or up to an arrow."""
    found = re.findall(r":\s*\(([^()]*)\)\s*->", head) or re.findall(r" : (.*?)(?: ->.*)?$", head, re.S)
    return split_types(found[-1]) if found else []


def statements(example):
    """Statements begin at the start of a line; labels and closing braces belong to the one before."""
    return re.findall(r"^(?![ }^]).*\n(?:^[ }^].*\n)*", example, re.M)


def bind(statement):
    """Definitions of the statement's operands, and the statement with names of its own."""
    results, rest = re.fullmatch(r"(?:([^={}]*?) = )?(.*)", statement.strip(), re.S).groups()
    head, label, region = rest.partition("\n^bb0")
    lines, names = [], re.findall(r"%\w+", head)
    if names:
        for name, type_ in zip(names, operand_types(head.removesuffix("{").strip()), strict=True):
            value = f"%v{next(fresh)}"
            lines.append(f'{value} = "test.value"() : () -> {type_}')
            head = re.sub(re.escape(name) + r"\b", value, head, count=1)
    results = re.sub(r"%\w+", lambda _: f"%r{next(fresh)}", results) + " = " if results else ""
    return [*lines, results + head + label + region]


module, body, missing = [], [], []
for section in re.split(r"^### ", pathlib.Path(page).read_text(), flags=re.M)[1:]:
    op = re.match(rf"`({dialect}\.\w+)`", section)
    if not op:
        continue
    found = [s for example in re.findall(r"^```mlir\n(.*?)^```", section, re.M | re.S) for s in statements(example)]
    if not any(re.search(rf"\b{re.escape(op.group(1))}\b", s) for s in found):
        missing.append(op.group(1))
    for statement in found:
        if re.match(r"[\w.]+ @", statement):
            module.append(statement)
        else:
            body += bind(statement)
if missing or not body:
    sys.exit(f"{page}: no example of {', '.join(missing) or 'anything'}")
print("\n".join([*module, "func.func @examples() {", *body, "return", "}"]))

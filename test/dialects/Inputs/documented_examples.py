"""Makes one function of the examples in a dialect's operator descriptions.

usage: documented_examples.py DIALECT FOLDER     (reads all *Ops.td there)
Values that an example uses but does not define come from an unregistered op, typed by the example's own operand types.
Fails when an operator has no example. Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""

import pathlib
import re
import sys


def split_types(text):
    """Splits at commas outside of brackets."""
    types, depth, start = [], 0, 0
    for i, c in enumerate(text):
        depth += (c in "<[(") - (c in ">])")
        if c == "," and depth == 0:
            types.append(text[start:i])
            start = i + 1
    return [t.strip() for t in types + [text[start:]] if t.strip()]


def operand_types(statement):
    found = re.findall(r":\s*\(([^()]*)\)\s*->", statement)
    return split_types(found[-1]) if found else []


def main():
    dialect, folder = sys.argv[1:]
    text = "\n".join(path.read_text() for path in sorted(pathlib.Path(folder).glob("*Ops.td")))
    lines, missing, count = [], [], 0
    for definition in re.split(r"^def ", text, flags=re.M)[1:]:
        op = re.match(r'\w+ : \w+<"(\w+)"', definition)
        if not op:
            continue
        example = "\n".join(re.findall(r"```mlir\n(.*?)```", definition, flags=re.S))
        statements = re.findall(r"^ *%\w+(?:, %\w+)* = .*?(?=^ *%\w+(?:, %\w+)* = |\Z)", example, flags=re.M | re.S)
        if not any(f"{dialect}.{op.group(1)} " in s for s in statements):
            missing.append(op.group(1))
        for statement in statements:
            results, rest = statement.strip().split(" = ", 1)
            names = re.findall(r"%\w+", rest)
            for name, type_ in zip(names, operand_types(rest), strict=True):
                fresh = f"%v{count}"
                count += 1
                lines.append(f'{fresh} = "test.value"() : () -> {type_}')
                rest = re.sub(re.escape(name) + r"\b", fresh, rest, count=1)
            for name in re.findall(r"%\w+", results):
                results = results.replace(name, f"%r{count}")
                count += 1
            lines.append(f"{results} = {rest}")
    if not lines or missing:
        sys.exit(f"{folder}: no example of {', '.join(missing) or 'any operator'}")
    print("func.func @examples() {\n" + "\n".join(lines) + "\nreturn\n}")


main()

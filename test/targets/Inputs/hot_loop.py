"""Reads assembly and judges the hot loop of each function: the innermost loop with most multiply-adds.

usage: hot_loop.py [--min-share PERCENT] [--min-fma N] [--max-instructions N] [--max-stack N] [--max-frame BYTES] [--only REGEX]
                   [--count N] [ASSEMBLY ...]
Prints one line per function that multiplies in a loop: instructions of the loop, multiply-adds and their share, loads and stores of the
stack. A call of a product of the compiler's support library counts as a multiply-add where a machine has no instruction for it. With
limits, ends with 1 if a function misses one, or if there is no hot loop at all (with --count: not as many as expected). Understands x86-64
(AT&T), AArch64 and Thumb.
Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""

import argparse
import re
import sys

LABEL = re.compile(r"^([.\w$]+):")
INSTRUCTION = re.compile(r"^\s+([a-z][\w.]*)(?:\s+(.*))?$")
# The second of a product and a sum counts where a machine has no fused instruction.
MULTIPLY_ADD = re.compile(r"^(vf(n?m)(add|sub)\w*[ps]s|f(n?)ml[as]|fn?madd|v?fm[as](\.f32)?|vf(n?)m[as](\.f32)?|vmla(\.f32)?)$")
# Sums of products of integers.
DOT = re.compile(r"^(vpdp(bu|wss)s?d|v?pmaddwd|[su]dot|smla(d|[bt][bt])|vmlad?av?a?(\.[su]8)|mla)$")
PRODUCT = re.compile(r"^(v?mul[ps]s|fmul|vmul(\.f32)?)$")
PRODUCT_CALL = re.compile(r"^__aeabi_[fd]mul$")
STACK = re.compile(r"\(%rsp|\[sp")
# A register that may hold an address of the frame, after an instruction that puts it there.
FRAME_POINTERS = (
    (re.compile(r"^movq?\s+%rsp, %rbp"), re.compile(r"\(%rbp")),
    (re.compile(r"^(mov|add)\s+x29, sp"), re.compile(r"\[x29")),
    (re.compile(r"^(mov|add)(\.w)?\s+r7, sp"), re.compile(r"\[r7")),
)
BRANCH = re.compile(r"^(j[a-z]+|b|b[.]?(?:eq|ne|lt|le|gt|ge|hi|hs|lo|ls|cc|cs|mi|pl)(?:\.[nw])?|cbn?z|tbn?z|le|letp|bf)$")
FRAME = re.compile(r"^(?:subq\s+\$(\d+), %rsp|sub\s+sp, (?:sp, )?#(\d+))")


class Function:
    """Instructions (mnemonic, operands) of one function and where its labels stand."""

    def __init__(self, name):
        self.name, self.instructions, self.labels, self.frame = name, [], {}, 0
        self.frame_pointer = None

    def add(self, mnemonic, operands):
        self.instructions.append((mnemonic, operands))
        text = f"{mnemonic} {operands}"
        if frame := FRAME.match(text):
            self.frame += int(frame.group(1) or frame.group(2))
        for sets, uses in FRAME_POINTERS:
            if sets.match(text):
                self.frame_pointer = uses

    def touches_stack(self, operands):
        return bool(STACK.search(operands) or (self.frame_pointer and self.frame_pointer.search(operands)))

    def loops(self):
        """(first, last) of every loop without a loop inside."""
        ranges = []
        for i, (mnemonic, operands) in enumerate(self.instructions):
            if BRANCH.match(mnemonic):
                start = self.labels.get(operands.split(",")[-1].strip(), i + 1)
                if start <= i:
                    ranges.append((start, i))
        return [r for r in ranges if not any(o != r and r[0] <= o[0] and o[1] <= r[1] for o in ranges)]

    def hot_loop(self):
        """Counts of the loop with most multiply-adds, or nothing."""
        best = None
        for first, last in self.loops():
            body = self.instructions[first:last + 1]
            fused = sum(bool(MULTIPLY_ADD.match(m)) for m, _ in body)
            dots = sum(bool(DOT.match(m)) for m, _ in body)
            products = sum(bool(PRODUCT.match(m) or PRODUCT_CALL.match(o)) for m, o in body)
            counts = {"instructions": len(body), "fma": fused or products or dots, "stack": sum(self.touches_stack(o) for _, o in body),
                      "range": (first, last)}
            if counts["fma"] and (best is None or counts["fma"] > best["fma"]):
                best = counts
        if best:
            best["share"] = 100 * best["fma"] / best["instructions"]
        return best


def functions(lines):
    """All functions of an assembly text."""
    result, current, announced = [], None, set()
    for line in lines:
        line = re.split(r"\s*(?://|#(?=\s|#|--)|@(?=\s|%|\w+ds))", line.rstrip())[0]
        if match := re.match(r"^\s+\.type\s+([\w.$]+),\s*[@%]?function", line) or re.match(r"^\s+\.type\s+([\w.$]+)", line):
            announced.add(match.group(1))
        elif match := LABEL.match(line):
            if match.group(1) in announced and not match.group(1).startswith(".L"):
                current = Function(match.group(1))
                result.append(current)
            elif current:
                current.labels[match.group(1)] = len(current.instructions)
        elif current and (match := INSTRUCTION.match(line)) and not match.group(1).startswith("."):
            current.add(match.group(1), (match.group(2) or "").replace("\t", " "))
    return result


def judge(function, hot, options):
    """What the hot loop of a function misses."""
    return [text for text, bad in (
        ("too few multiply-adds", hot["fma"] < options.min_fma),
        (f"share below {options.min_share:.0f} %", hot["share"] < options.min_share),
        (f"more than {options.max_instructions} instructions", hot["instructions"] > (options.max_instructions or hot["instructions"])),
        (f"more than {options.max_stack} stack accesses", options.max_stack is not None and hot["stack"] > options.max_stack),
        (f"frame above {options.max_frame} bytes", options.max_frame is not None and function.frame > options.max_frame)) if bad]


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("assembly", nargs="*", type=argparse.FileType(), default=[sys.stdin])
    parser.add_argument("--min-share", type=float, default=0, help="per cent of the loop's instructions that multiply and add")
    parser.add_argument("--min-fma", type=int, default=1, help="multiply-adds in the loop")
    parser.add_argument("--max-instructions", type=int, help="instructions in the loop")
    parser.add_argument("--max-stack", type=int, help="instructions of the loop that touch the stack")
    parser.add_argument("--max-frame", type=int, help="bytes of the function's frame, without saved registers")
    parser.add_argument("--only", type=re.compile, default=re.compile(""), help="functions whose name matches somewhere")
    parser.add_argument("--count", type=int, help="number of functions that must be found")
    options = parser.parse_args()
    seen, failed = 0, False
    for function in (function for text in options.assembly for function in functions(text)):
        hot = function.hot_loop()
        if not options.only.search(function.name) or not hot:
            continue
        seen += 1
        problems = judge(function, hot, options)
        print(f"{function.name}: {hot['instructions']} instructions, {hot['fma']} multiply-adds ({hot['share']:.0f} %), "
              f"{hot['stack']} stack accesses, frame {function.frame}" + "".join(f"; FAILED: {p}" for p in problems))
        failed |= bool(problems)
    if not seen:
        print("FAILED: no loop that multiplies")
    if options.count is not None and seen != options.count:
        print(f"FAILED: {seen} loops instead of {options.count}")
    sys.exit(failed or not seen or (options.count is not None and seen != options.count))


if __name__ == "__main__":
    main()

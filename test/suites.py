"""Runs the test suites and counts over all of them.

usage: suites.py [SUITE ...]
Each suite yields (passed, failed, skipped) and prints what failed; the last line is "N passed, N failed[, N skipped]".
Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""

import json
import os
import pathlib
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
BUILD = ROOT / "build"
LIT = "/usr/lib/llvm-22/bin/lit"


def check_scripts():
    """Conventions of the tree: every script in test/conventions must exit with 0."""
    passed = failed = 0
    for script in sorted((ROOT / "test" / "conventions").glob("*.py")):
        run = subprocess.run([sys.executable, script], cwd=ROOT, capture_output=True, text=True)
        if run.returncode == 0:
            passed += 1
        else:
            failed += 1
            print(f"FAIL: {script.name}\n{run.stdout}{run.stderr}")
    return passed, failed, 0


def check_unit():
    """GoogleTest programs, counted by test case."""
    passed = failed = skipped = 0
    for program in sorted((BUILD / "bin" / "unittests").glob("*")):
        if program.is_dir() or not os.access(program, os.X_OK):
            continue
        with tempfile.NamedTemporaryFile(suffix=".json") as out:
            run = subprocess.run([program, f"--gtest_output=json:{out.name}", "--gtest_brief=1"],
                                 capture_output=True, text=True)
            try:
                result = json.load(open(out.name))
            except ValueError:
                failed += 1
                print(f"FAIL: {program.name} ended with {run.returncode}\n{run.stdout[-3000:]}{run.stderr[-3000:]}")
                continue
            bad = result["failures"] + result.get("errors", 0)
            off = result.get("disabled", 0)
            passed += result["tests"] - bad - off
            failed += bad
            skipped += off
            if bad or run.returncode:
                print(f"FAIL: {program.name}\n{run.stdout[-6000:]}")
                failed += 0 if bad else 1
    return passed, failed, skipped


def check_lit():
    """FileCheck proofs and executed comparisons."""
    with tempfile.NamedTemporaryFile(suffix=".json") as out:
        run = subprocess.run([LIT, "-q", "-j2", "-o", out.name, str(BUILD / "test")], cwd=ROOT)
        tests = json.load(open(out.name))["tests"]
    codes = [t["code"] for t in tests]
    passed = sum(c in ("PASS", "XFAIL") for c in codes)
    skipped = sum(c == "UNSUPPORTED" for c in codes)
    failed = len(codes) - passed - skipped
    if run.returncode and not failed:
        failed = 1
    return passed, failed, skipped


def check_script(path, *arguments):
    """A suite with a program of its own, whose last output line is JSON {passed, failed, skipped}."""
    def run():
        process = subprocess.run([sys.executable, ROOT / path, *arguments], cwd=ROOT, stdout=subprocess.PIPE, text=True)
        lines = process.stdout.strip().splitlines()
        print("\n".join(lines[:-1]))
        try:
            counts = json.loads(lines[-1])
        except (IndexError, ValueError):
            print(f"FAIL: {path} ended with {process.returncode} and no counts")
            return 0, 1, 0
        return counts["passed"], counts["failed"], counts.get("skipped", 0)
    return run


def together(*checks):
    """One suite of several parts."""
    def run():
        return tuple(sum(counts) for counts in zip(*(check() for check in checks)))
    return run


SUITES = {
    "conventions": check_scripts,
    "unit": check_unit,
    "lit": check_lit,
    "models": check_script("test/models/run.py"),
    "bench": check_script("test/bench/run.py"),
    "random": check_script("test/random/run.py"),
    "contract": check_script("test/embedded/contract.py"),
    "tidy": check_script("test/tidy/run.py"),
    "conformance": together(check_script("test/conformance/run.py"), check_script("test/conformance/run.py", "--bind", "--gained"),
                            check_script("test/conformance/targets.py")),
}


def main():
    names = sys.argv[1:] or list(SUITES)
    unknown = [n for n in names if n not in SUITES]
    if unknown:
        sys.exit(f"suites.py: unknown suite {unknown[0]}; known: {', '.join(SUITES)}")
    totals = [0, 0, 0]
    for name in names:
        start = time.monotonic()
        counts = SUITES[name]()
        totals = [a + b for a, b in zip(totals, counts)]
        print(f"suite {name}: {counts[0]} passed, {counts[1]} failed, {counts[2]} skipped "
              f"in {time.monotonic() - start:.0f} s", flush=True)
    print(f"{totals[0]} passed, {totals[1]} failed" + (f", {totals[2]} skipped" if totals[2] else ""))
    sys.exit(1 if totals[1] else 0)


if __name__ == "__main__":
    main()

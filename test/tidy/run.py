"""Runs clang-tidy on every C++ file of the project that the build compiles, but for the tests' own.

usage: run.py [--all] [--fix] [FILE_OR_FOLDER ...]      default: all files
  --all   with the slow checks too: static analysis and checks that ask for the surroundings of every expression in LLVM's headers (half a
          minute a file; by hand, for files that changed much)
  --fix   let clang-tidy mend what it can
.clang-tidy states the checks. The compile commands are the build's, with the precompiled header and with generated files taken as headers of the
system, in which nothing is checked. The last line is JSON with the counts of files.
Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""

import argparse
import concurrent.futures
import json
import os
import pathlib
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
BUILD = ROOT / "build"
ROOMS = ("lib", "dialects", "passes", "targets", "tools")
SLOW = ("bugprone-*,-bugprone-assignment-in-if-condition,-bugprone-branch-clone,-bugprone-easily-swappable-parameters,"
        "-bugprone-forward-declaration-namespace,-bugprone-narrowing-conversions,-bugprone-reserved-identifier,"
        "-bugprone-unchecked-optional-access,clang-analyzer-core.*,clang-analyzer-cplusplus.*,performance-*,-performance-enum-size")


def compile_commands(folder):
    """Writes the commands for clang-tidy; the files they are for."""
    commands = json.loads((BUILD / "compile_commands.json").read_text())
    commands = [c for c in commands if c["file"].startswith(tuple(f"{ROOT}/{room}/" for room in ROOMS))]
    for command in commands:
        command["command"] = command["command"].replace(f"-I{BUILD} ", f"-isystem {BUILD} ")
    (folder / "compile_commands.json").write_text(json.dumps(commands))
    return sorted({c["file"] for c in commands})


def check(file, folder, options):
    arguments = [*(["--checks=" + SLOW] if options.all else []), *(["--fix"] if options.fix else [])]
    run = subprocess.run(["clang-tidy-22", "-p", folder, "--quiet", *arguments, file], cwd=ROOT, capture_output=True, text=True)
    if not run.returncode:
        return True
    print(f"FAIL: {os.path.relpath(file, ROOT)}\n{run.stdout}" + ("" if run.stdout else run.stderr), flush=True)
    return False


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--all", action="store_true")
    parser.add_argument("--fix", action="store_true")
    parser.add_argument("places", nargs="*", metavar="FILE_OR_FOLDER")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        known = compile_commands(pathlib.Path(folder))
        files = known if not options.places else []
        for place in options.places:
            path = pathlib.Path(place).resolve()
            below = [file for file in known if path == pathlib.Path(file) or path in pathlib.Path(file).parents]
            if not below:
                sys.exit(f"run.py: the build compiles nothing in {place}")
            files += below
        # One at a time where files are changed: two may include the same header.
        with concurrent.futures.ThreadPoolExecutor(1 if options.fix else os.cpu_count()) as pool:
            clean = sum(pool.map(lambda file: check(file, folder, options), files))
    print(json.dumps({"passed": clean, "failed": len(files) - clean}))
    sys.exit(clean != len(files))


main()

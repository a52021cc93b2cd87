"""Arena, constants, code and stack of the networks of MLPerf Tiny in int8, for each microcontroller.

usage: sizes.py [--target T[,T…]] [--network N[,N…]] [-O LEVEL] [--io-in-arena]
Seeded random weights: sizes do not depend on them. Bytes, as the compiler's report states them. Part of nn-compile.
SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""

import argparse
import json
import pathlib
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
TARGETS = ["cortex-m0", "cortex-m3", "cortex-m4", "cortex-m7", "cortex-m33", "cortex-m55"]
NETWORKS = ["resnet8", "dscnn", "mobilenet", "autoencoder"]


def memory_of(model, target, options):
    command = [ROOT / "build" / "bin" / "nn-compile", model, f"--target={target}", *options, "--emit=report", "-o", "-"]
    process = subprocess.run([str(c) for c in command], capture_output=True, text=True)
    if process.returncode:
        sys.exit(process.stderr)
    return json.loads(process.stdout)["memory"]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--target", default=",".join(TARGETS))
    parser.add_argument("--network", default=",".join(NETWORKS))
    parser.add_argument("-O", dest="level", default="3")
    parser.add_argument("--io-in-arena", action="store_true")
    options = parser.parse_args()
    flags = [f"-O{options.level}", *(["--io-in-arena"] if options.io_in_arena else [])]
    print("| Network | Target | Arena | Constants | Code | Stack |\n|---|---|--:|--:|--:|--:|")
    with tempfile.TemporaryDirectory() as folder:
        for network in options.network.split(","):
            model = pathlib.Path(folder) / f"{network}.onnx"
            subprocess.run([sys.executable, ROOT / "test/models/mlperf_tiny.py", network, "int8", model], check=True)
            for target in options.target.split(","):
                memory = memory_of(model, target, flags)
                figures = " | ".join(f"{memory[f'{key}_bytes']:,}" for key in ("arena", "constant", "text", "stack"))
                print(f"| {network} | {target} | {figures} |", flush=True)


if __name__ == "__main__":
    main()

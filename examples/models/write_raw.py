# Part of nn-compile, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Writes a model's test images as raw files that a C program can read.

DIR/input.f32   the inputs, float32, little-endian, one after the other
DIR/labels.u8   one byte for each image
DIR/output.f32  ONNX Runtime's outputs, float32, little-endian; not with --count
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

import numpy as np

import fashion_mnist

FOLDER = Path(__file__).resolve().parent


def read_samples(record: dict) -> dict[str, np.ndarray]:
    """Returns the arrays of the test file beside the model."""
    with np.load(FOLDER / record["test"]) as file:
        return {name: file[name] for name in ("input", "labels", "output")}


def read_dataset(record: dict, count: int) -> dict[str, np.ndarray]:
    """Returns inputs and labels of the first `count` images of the test set."""
    images, labels = fashion_mnist.load("test")
    inputs = fashion_mnist.to_input(images[:count], tuple(record["input"]["shape"]))
    return {"input": inputs, "labels": labels[:count]}


def main() -> None:
    records = {
        r["name"]: r for r in json.loads((FOLDER / "models.json").read_text())["models"]
    }
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--model", choices=sorted(records), required=True)
    parser.add_argument("--output", type=Path, metavar="DIR", required=True)
    parser.add_argument("--count", type=int, metavar="N",
                        help="the first N images of the whole test set instead "
                        "of the 20 in the test file")  # fmt: skip
    arguments = parser.parse_args()
    record = records[arguments.model]
    if arguments.count is None:
        arrays = read_samples(record)
    elif 1 <= arguments.count <= 10000:
        arrays = read_dataset(record, arguments.count)
    else:
        parser.error(f"--count: {arguments.count} found, 1 to 10000 expected")
    arguments.output.mkdir(parents=True, exist_ok=True)
    for name, array in arrays.items():
        kind, suffix = ("u1", "u8") if name == "labels" else ("<f4", "f32")
        (arguments.output / f"{name}.{suffix}").write_bytes(
            array.astype(kind).tobytes()
        )
    print(f"{arguments.model}: {len(arrays['labels'])} images in {arguments.output}")


if __name__ == "__main__":
    try:
        main()
    except (fashion_mnist.DatasetError, OSError) as error:
        sys.exit(f"write_raw.py: {error}")

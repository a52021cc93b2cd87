# Part of nn-compile, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Measures the ONNX files with ONNX Runtime on all 10,000 test images.

As a program it compares each measurement with the one in models.json and fails
if they differ. train.py uses the functions to record a newly trained model.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

import numpy as np
import onnx
import onnxruntime

import fashion_mnist

FOLDER = Path(__file__).resolve().parent
RECORDS = FOLDER / "models.json"
README = FOLDER / "README.md"
TABLE_BEGIN, TABLE_END = "<!-- table: begin -->\n", "<!-- table: end -->\n"

IMAGES_PER_CLASS = 2
# Room for another machine's rounding: 1 of 10,000 images, 1e-6 squared error.
TOLERANCE = {"accuracy": 1.5e-4, "mse": 1e-6}


def run(model: Path, inputs: np.ndarray) -> np.ndarray:
    """Returns the model's output for each row of `inputs`, run one by one."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    session = onnxruntime.InferenceSession(
        model, options, providers=["CPUExecutionProvider"]
    )
    name = session.get_inputs()[0].name
    rows = (inputs[i : i + 1] for i in range(len(inputs)))
    return np.concatenate([session.run(None, {name: row})[0] for row in rows])


def measure(model: Path) -> tuple[str, float]:
    """Returns the metric's name and its value on all test images."""
    shape = input_shape(model)
    images, labels = fashion_mnist.load("test")
    inputs = fashion_mnist.to_input(images, shape)
    outputs = run(model, inputs)
    if outputs.shape == inputs.shape:
        return "mse", float(np.mean(np.square(outputs - inputs), dtype=np.float64))
    return "accuracy", float(np.mean(outputs.argmax(1) == labels))


def input_shape(model: Path) -> tuple[int, ...]:
    """Returns the shape of the model's only input."""
    return _shape(onnx.load(model).graph.input[0])


def write_samples(model: Path, destination: Path) -> None:
    """Stores two test images of each class with ONNX Runtime's outputs."""
    images, labels = fashion_mnist.load("test")
    chosen = np.sort(
        np.concatenate(
            [np.flatnonzero(labels == c)[:IMAGES_PER_CLASS] for c in range(10)]
        )
    )
    inputs = fashion_mnist.to_input(images[chosen], input_shape(model))
    np.savez_compressed(
        destination,
        input=inputs,
        output=run(model, inputs),
        labels=labels[chosen],
        indices=chosen.astype(np.int32),
    )


def count_macs(graph: onnx.GraphProto) -> int:
    """Returns the multiply-accumulates of all convolutions and dense layers."""
    weights = {t.name: tuple(t.dims) for t in graph.initializer}
    outputs = {v.name: _shape(v) for v in [*graph.value_info, *graph.output]}
    macs = 0
    for node in graph.node:
        if node.op_type == "Conv":  # weight: [outputs, inputs / groups, rows, columns]
            per_element = int(np.prod(weights[node.input[1]][1:]))
            macs += int(np.prod(outputs[node.output[0]])) * per_element
        elif node.op_type == "Gemm":
            macs += int(np.prod(weights[node.input[1]]))
    return macs


def describe(model: Path) -> dict:
    """Returns the record of a model: file, shapes, size, measured quality."""
    graph = onnx.shape_inference.infer_shapes(onnx.load(model)).graph
    metric, value = measure(model)
    return {
        "name": model.stem,
        "file": model.name,
        "test": f"{model.stem}.test.npz",
        "input": _tensor(graph.input[0]),
        "output": _tensor(graph.output[0]),
        "parameters": sum(int(np.prod(t.dims)) for t in graph.initializer),
        "macs": count_macs(graph),
        "bytes": model.stat().st_size,
        "metric": metric,
        "value": round(value, 8),
    }


def record(description: dict) -> None:
    """Puts the record into models.json and into the README's table."""
    records = {r["name"]: r for r in read_records()}
    records[description["name"]] = description
    ordered = [records[name] for name in sorted(records)]
    RECORDS.write_text(json.dumps({"models": ordered}, indent=2) + "\n")
    before, _, rest = README.read_text().partition(TABLE_BEGIN)
    after = rest.partition(TABLE_END)[2]
    table = _table(ordered)
    README.write_text(f"{before}{TABLE_BEGIN}{table}{TABLE_END}{after}")


def read_records() -> list[dict]:
    """Returns the records of models.json."""
    return json.loads(RECORDS.read_text())["models"] if RECORDS.exists() else []


def quality(metric: str, value: float) -> str:
    """Returns the measured value as a reader wants it."""
    return f"{value:.2%}" if metric == "accuracy" else f"MSE {value:.6f}"


def _table(records: list[dict]) -> str:
    lines = [
        "| Model | Input | Output | Parameters | MACs | File, bytes | Measured |",
        "|---|---|---|--:|--:|--:|--:|",
    ]
    for r in records:
        shapes = [
            f"`{t['name']}` {'x'.join(map(str, t['shape']))}"
            for t in (r["input"], r["output"])
        ]
        numbers = [f"{r[key]:,}" for key in ("parameters", "macs", "bytes")]
        measured = quality(r["metric"], r["value"])
        cells = [f"`{r['file']}`", *shapes, *numbers, measured]
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines) + "\n"


def _shape(value: onnx.ValueInfoProto) -> tuple[int, ...]:
    return tuple(d.dim_value for d in value.type.tensor_type.shape.dim)


def _tensor(value: onnx.ValueInfoProto) -> dict:
    return {"name": value.name, "type": "float32", "shape": list(_shape(value))}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--model", default="all", help="a name of models.json, or all")
    arguments = parser.parse_args()
    records = [r for r in read_records() if arguments.model in ("all", r["name"])]
    if not records:
        parser.error(f"models.json has no model {arguments.model!r}")
    failed = 0
    for r in records:
        metric, value = measure(FOLDER / r["file"])
        agrees = abs(value - r["value"]) <= TOLERANCE[metric]
        failed += not agrees
        verdict = "as recorded" if agrees else f"recorded {quality(metric, r['value'])}"
        print(f"{r['name']}: {quality(metric, value)} ({verdict})")
    return 1 if failed else 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except fashion_mnist.DatasetError as error:
        sys.exit(f"evaluate.py: {error}")

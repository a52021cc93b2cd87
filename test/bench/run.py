"""The benchmarks run: each one small, and what it writes is judged. Times are not: the machine may be busy.

usage: run.py
Engines whose packages are missing are skipped and named. The last line is JSON with the counts.
Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""

import importlib.util
import json
import math
import pathlib
import subprocess
import sys
import tempfile
import xml.etree.ElementTree

ROOT = pathlib.Path(__file__).resolve().parents[2]
BENCH, EXAMPLES = ROOT / "bench", ROOT / "examples" / "models"
sys.path[:0] = [str(BENCH / "models")]

import networks  # noqa: E402
import table  # noqa: E402
from engines import ENGINES, missing  # noqa: E402

counts = {"passed": 0, "failed": 0, "skipped": 0}


def record(name, good, text=""):
    counts["passed" if good else "failed"] += 1
    if not good:
        print(f"FAIL: bench {name}: {text}")


def skip(name, reason):
    counts["skipped"] += 1
    print(f"bench {name} is skipped: {reason}")


def run(script, *arguments):
    return subprocess.run([sys.executable, BENCH / script, *map(str, arguments)], capture_output=True, text=True)


def check_peak(folder):
    """Wider vectors do more, nearer caches are faster, no rate is nothing."""
    out = folder / "peak.json"
    process = run("peak/run.py", "--seconds", 0.005, "--rounds", 5, "--json", out)
    record("peak", process.returncode == 0, process.stderr)
    if process.returncode:
        return
    rates = {row["what"]: row["high"] for row in json.loads(out.read_text())["rows"]}
    record("peak: rates", all(math.isfinite(rate) and rate > 0 for rate in rates.values()), rates)
    named = {key: next((rate for what, rate in rates.items() if key in what), None) for key in ("SSE", "AVX2", "read L1", "read memory")}
    if named["AVX2"]:
        record("peak: AVX2 beside SSE", 1.4 < named["AVX2"] / named["SSE"] < 2.6, rates)
    if named["read L1"]:
        record("peak: L1 beside memory", named["read L1"] > named["read memory"], rates)


def check_layers(folder):
    """A layer of the list and those of a model have a share of the peak."""
    out = folder / "layers.json"
    for arguments, least in (("--only", "DS-CNN"), 2), ((EXAMPLES / "dscnn.onnx",), 8):
        process = run("layers/run.py", "--rounds", 5, "--json", out, *arguments)
        record(f"layers {arguments[-1]}", process.returncode == 0, process.stderr)
        if process.returncode == 0:
            layers = json.loads(out.read_text())["layers"]
            record("layers: shares", len(layers) >= least and all(1 < layer["share_percent"] < 1000 for layer in layers), layers)


def check_models(folder, engines):
    """One row with every engine that is there, agreeing results, a floor that is not above a sensible time, and a page and chart."""
    process = run("models/run.py", "--seconds", 0.05, "--engines", ",".join(engines), "--cache", folder, "--write", folder, EXAMPLES / "resnet8.onnx")
    record("models", process.returncode == 0, process.stdout + process.stderr)
    if process.returncode:
        return
    result = json.loads((folder / "models-native.json").read_text())
    row, = result["rows"]
    record("models: engines", all("ms" in row["engines"][name] and row["engines"][name]["difference"] < 1e-3 for name in engines), row)
    record("models: figures", row["macs"] > 1e6 and row["difference"] < 1e-5 and 0.1 < row["ours_ms"] / row["floor_ms"] < 100, row)
    page = (folder / "models-native.md").read_text()
    record("models: page", f"{row['ours_ms']:.3f}" in page and "geometric mean of 1" in page, page)
    if importlib.util.find_spec("matplotlib"):
        root = xml.etree.ElementTree.parse(folder / "models-native.svg").getroot()
        record("models: chart", root.tag.endswith("svg") and (folder / "models-native.png").stat().st_size > 1000)
    else:
        skip("chart", "no package matplotlib")


def check_integers(folder, engines):
    """A network is quantized once for all engines; what they compute is nearly the same."""
    engines = [name for name in engines if ENGINES[name].reads_quantized]
    process = run("models/run.py", "--integers", "--seconds", 0.05, "--engines", ",".join(engines), "--cache", folder, "--write", folder, EXAMPLES / "resnet8.onnx")
    record("integers", process.returncode == 0, process.stdout + process.stderr)
    if process.returncode:
        return
    result = json.loads((folder / "integers-native.json").read_text())
    row, = result["rows"]
    record("integers: engines", all("ms" in row["engines"][name] for name in engines), row)
    record("integers: figures", row["macs"] > 1e6 and row["difference"] < 0.05 and 0.3 < row["ours_ms"] / row["floor_ms"] < 300, row)
    record("integers: kept", (folder / "int8" / "resnet8.int8.onnx").is_file() and not list((folder / "int8").glob("*.prepared.onnx")))


def check_refusals(folder):
    """Networks that are not there, and an engine that nobody knows, are named."""
    process = run("models/run.py", "--networks", folder, "resnet50")
    record("models: missing network", process.returncode == 1 and "export.py resnet50 writes it" in process.stderr, process.stderr)
    process = run("models/run.py", "no-such-network")
    record("models: unknown network", process.returncode == 1 and "no such network" in process.stderr, process.stderr)
    process = run("models/run.py", "--engines", "abacus", EXAMPLES / "resnet8.onnx")
    record("models: unknown engine", process.returncode == 2 and "unknown engine abacus" in process.stderr, process.stderr)


def check_table():
    """The ratios, the means and the cells of engines without a time."""
    rows = [{"title": "one", "ours_ms": 2.0, "floor_ms": 1.0, "macs": 1e6, "engines": {"onnxruntime": {"ms": 4.0}, "ncnn": {"ms": 3.0}}},
            {"title": "two", "ours_ms": 8.0, "floor_ms": 1.0, "macs": 1e6, "engines": {"onnxruntime": {"ms": 4.0}, "ncnn": {"error": "cannot"}}}]
    record("table: ratios", [table.ratios(row) for row in rows] == [[2, 3, 1.5], [8, 4, 0.5]], [table.ratios(row) for row in rows])
    mean = table.geometric_mean(rows, ["onnxruntime", "openvino", "ncnn"])
    expected = [4, math.sqrt(12), math.sqrt(0.75)]
    record("table: mean", all(math.isclose(a, b) for a, b in zip(mean["ratios"], expected)), mean)
    record("table: mean of engines", math.isclose(mean["engines"]["onnxruntime"]["times"], 1) and mean["engines"]["openvino"] == {}, mean)
    cells = table.cells(rows[1], ["onnxruntime", "openvino", "ncnn"])
    record("table: cells", cells[2:5] == ["4.000", "", "fails"], cells)
    record("table: reason", "ncnn: cannot" in table.line(rows[1], ["ncnn"]), table.line(rows[1], ["ncnn"]))


def check_sizes(folder):
    """Named dimensions become sizes; one without a size is named."""
    from onnx import TensorProto, helper, load, save
    values = [helper.make_tensor_value_info(name, TensorProto.FLOAT, ["rows", 3]) for name in ("x", "y")]
    path = folder / "open.onnx"
    save(helper.make_model(helper.make_graph([helper.make_node("Relu", ["x"], ["y"])], "g", values[:1], values[1:])), path)
    (folder / "sized").mkdir()
    sized = networks.with_sizes(path, {"rows": 5}, folder / "sized")
    shape = [d.dim_value for d in load(sized).graph.input[0].type.tensor_type.shape.dim]
    record("sizes", shape == [5, 3], shape)
    try:
        networks.with_sizes(path, {"columns": 5}, folder / "sized")
        record("sizes: missing", False, "no error")
    except ValueError as error:
        record("sizes: missing", "rows" in str(error), str(error))


def check_coldstart(folder, engines):
    """Our program runs and needs little beside weights and arena; a later run is no slower than the first."""
    out = folder / "coldstart.json"
    process = run("coldstart/run.py", "--runs", 1, "--engines", ",".join(engines), "--cache", folder, "--json", out, EXAMPLES / "resnet8.onnx")
    record("coldstart", process.returncode == 0, process.stdout + process.stderr)
    if process.returncode == 0:
        result = json.loads(out.read_text())
        record("coldstart: engines", [row["engine"] for row in result["rows"]] == ["ours", *engines], result)
        record("coldstart: figures", all(0 < row["steady_ms"] < row["first_ms"] and row["peak_mb"] > 0 for row in result["rows"]), result)


def main():
    engines = [name for name in ENGINES if not missing(name)]
    for name in ENGINES:
        if name not in engines:
            skip(ENGINES[name].title, f"no package {', '.join(missing(name))}")
    with tempfile.TemporaryDirectory() as text:
        folder = pathlib.Path(text)
        check_peak(folder)
        check_layers(folder)
        check_models(folder, engines)
        check_integers(folder, engines)
        check_refusals(folder)
        check_table()
        check_sizes(folder)
        check_coldstart(folder, engines)
    print(json.dumps(counts))
    sys.exit(1 if counts["failed"] else 0)


if __name__ == "__main__":
    main()

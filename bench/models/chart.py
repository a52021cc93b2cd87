"""Writes the table of the networks as a page part, as JSON and as a chart (SVG and PNG).

usage: chart.py FIGURES.json ... (--write of run.py calls it; as a program it draws again from written figures)
Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""

import json
import pathlib
import sys

from engines import ENGINES
from table import markdown

COLORS = {"ours": "#1b6ca8", "onnxruntime": "#e8a33d", "openvino": "#8a8fa3", "ncnn": "#7fb069"}


def times_over_floor(result, name):
    """A bar's length for each row; zero where the engine has no time."""
    for row in result["rows"]:
        time = row["ours_ms"] if name == "ours" else row["engines"].get(name, {}).get("ms", 0)
        yield time / row["floor_ms"] if row["floor_ms"] else 0


def draw(result, stem):
    """Bars: the time of each engine over the floor, so that networks of different size share one scale."""
    import matplotlib
    matplotlib.use("Agg")
    matplotlib.rcParams |= {"svg.hashsalt": "nn-compile", "font.size": 9}
    from matplotlib import pyplot
    names = ["ours", *(n for n in result["engines"] if any("ms" in row["engines"].get(n, {}) for row in result["rows"]))]
    figure, axes = pyplot.subplots(figsize=(10, 0.9 + 0.52 * len(result["rows"])))
    height = 0.8 / len(names)
    for i, name in enumerate(names):
        places = [y + (i - (len(names) - 1) / 2) * height for y in range(len(result["rows"]))]
        axes.barh(places, list(times_over_floor(result, name)), height, color=COLORS.get(name),
                  label="nn-compile" if name == "ours" else ENGINES[name].title)
    axes.axvline(1, color="black", linewidth=0.8)
    axes.set_yticks(range(len(result["rows"])), [row["title"] for row in result["rows"]])
    axes.invert_yaxis()
    axes.set_xlabel("time ÷ time of the bare multiply-adds of direct convolutions and products; shorter is faster")
    axes.set_title(f"One thread, {result.get('elements', 'f32')}, batch 1 · {result['processor']}, {result['target']}", fontsize=10)
    axes.spines[["top", "right"]].set_visible(False)
    axes.legend(loc="lower right", frameon=False)
    figure.tight_layout()
    figure.savefig(f"{stem}.svg", metadata={"Date": None})
    figure.savefig(f"{stem}.png", dpi=110, metadata={"Software": None})
    pyplot.close(figure)


def write(result, folder):
    """models-TARGET.json, .md, .svg and .png in a folder (integers-TARGET… of integers); no chart without matplotlib."""
    folder = pathlib.Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    stem = folder / f"{'integers' if result.get('elements') == 'int8' else 'models'}-{result['target']}"
    pathlib.Path(f"{stem}.json").write_text(json.dumps(result, indent=1) + "\n")
    pathlib.Path(f"{stem}.md").write_text(f"# Networks, {result['target']}\n\n{result['processor']}. [What the columns mean](../performance.md).\n\n" + markdown(result))
    try:
        draw(result, stem)
    except ImportError as error:
        print(f"no chart: {error} (pip install -r bench/models/requirements.txt)", file=sys.stderr)


if __name__ == "__main__":
    for argument in sys.argv[1:]:
        write(json.loads(pathlib.Path(argument).read_text()), pathlib.Path(argument).parent)

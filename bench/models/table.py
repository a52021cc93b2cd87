"""The table of the networks as text, and the ratios in it.

Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""

import statistics

from engines import ENGINES

RATIOS = ("ours ÷ floor", "best ÷ floor", "best ÷ ours")


def ratios(row):
    """Ours ÷ floor, best engine ÷ floor, best engine ÷ ours; nothing where there is no floor or no engine."""
    if "ratios" in row:
        return row["ratios"]
    best = min((engine["ms"] for engine in row["engines"].values() if "ms" in engine), default=None)
    floor, ours = row["floor_ms"] or None, row["ours_ms"]
    return [ours / floor if floor else None, best / floor if best and floor else None, best / ours if best else None]


def geometric_mean(rows, columns):
    """A last row. Times have a mean only over rows that have them all, so only ratios are given, and each engine's time over ours."""
    def mean(values):
        values = [value for value in values if value]
        return statistics.geometric_mean(values) if values else None
    engines = {}
    for name in columns:
        value = mean(row["engines"][name]["ms"] / row["ours_ms"] for row in rows if "ms" in row["engines"].get(name, {}))
        engines[name] = {"times": value} if value else {}
    return {"title": f"geometric mean of {len(rows)}", "ratios": [mean(column) for column in zip(*map(ratios, rows))], "engines": engines}


def cell_of_engine(engine):
    if "ms" in engine:
        return f"{engine['ms']:.3f}"
    return f"×{engine['times']:.2f}" if "times" in engine else "fails" if "error" in engine else ""


def cells(row, columns):
    """The texts of one row."""
    number = "{:.3f}".format
    return [row["title"], *(number(row[key]) if key in row else "" for key in ("ours_ms",)),
            *(cell_of_engine(row["engines"].get(name, {})) for name in columns),
            f"{row['macs'] / 1e6:.0f}" if "macs" in row else "", number(row["floor_ms"]) if "floor_ms" in row else "",
            *("" if value is None else f"{value:.2f}" for value in ratios(row)),
            "" if row.get("difference") is None else f"{row['difference']:.0e}"]


def titles(columns):
    return ["model", "ours ms", *(f"{ENGINES[name].title} ms" for name in columns), "M multiply-adds", "floor ms", *RATIOS, "difference"]


def _widths(columns):
    return [22, *(max(9, len(title)) for title in titles(columns)[1:])]


def _join(texts, columns):
    first, *rest = (text.rjust(width) for text, width in zip(texts, _widths(columns)))
    return "  ".join([texts[0].ljust(_widths(columns)[0]), *rest]).rstrip()


def header(columns):
    return _join(titles(columns), columns)


def line(row, columns):
    """One row as text; below it why an engine has no time."""
    reasons = [f"    {ENGINES[name].title}: {engine['error']}" for name, engine in row["engines"].items() if "error" in engine]
    return "\n".join([_join(cells(row, columns), columns), *reasons])


def markdown(result):
    """The whole table for a page."""
    columns = result["engines"]
    rows = [*result["rows"], geometric_mean(result["rows"], columns)]
    lines = [f"| {' | '.join(titles(columns))} |", "|---|" + "--:|" * (len(titles(columns)) - 1)]
    return "\n".join(lines + [f"| {' | '.join(cells(row, columns))} |" for row in rows]) + "\n"

"""Runs the benchmarks and prints one table: `python -m benchmarks`, or named ones: `python -m benchmarks engine`."""

import argparse
import os
import platform
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

import psutil

from benchmarks import (
    claiming,
    comparing,
    console,
    draining,
    engine,
    killing,
    lines,
    record,
    sheets,
    startup,
    submitting,
    updates,
    waking,
)
from benchmarks.figures import Beside, Figure, at_least
from benchmarks.page import written
from rpa.clock import SystemClock
from rpa.db import Database

HEADINGS = ("What", "Figure (median)", "Floor or peer, same run", "Ratio", "Bar", "Met")


def engine_figures() -> list[Figure | Beside]:
    """Return the engine's rates as a share of its floor's."""
    (floor, most), *measured = engine.run()
    half = at_least(0.5, "at least 0.50 of the floor's rate")
    return [Figure(name.capitalize(), rate, "a second", floor, most, half) for name, rate in measured]


BENCHMARKS: dict[str, Callable[[], Sequence[Figure | Beside]]] = {
    "engine": engine_figures,
    "submitting": submitting.figures,
    "draining": draining.figures,
    "waking": waking.figures,
    "claiming": claiming.figures,
    "killing": killing.figures,
    "updates": updates.figures,
    "record": record.figures,
    "lines": lines.figures,
    "startup": startup.figures,
    "sheets": sheets.figures,
    "comparing": comparing.figures,
    "console": console.figures,
}


def main() -> None:
    """Run what was asked for, print it, and write the page if asked."""
    options = _options()
    busy = psutil.getloadavg()[0]
    found: list[Figure | Beside] = []
    for name in options.names or BENCHMARKS:
        print(f"Measuring: {name}", flush=True)
        began = time.monotonic()
        found += BENCHMARKS[name]()
        print(f"  took {time.monotonic() - began:,.0f} s", flush=True)
    figures = _table([one for one in found if isinstance(one, Figure)])
    beside = _side_by_side([one for one in found if isinstance(one, Beside)])
    print(figures, beside, sep="\n\n")
    if options.write:
        options.write.parent.mkdir(parents=True, exist_ok=True)
        page = written(figures, beside, day=SystemClock().now().date(), versions=_versions(busy))
        options.write.write_text(page, encoding="utf-8")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"all, or some of: {', '.join(BENCHMARKS)}")
    parser.add_argument("--write", type=Path, metavar="FILE", help="run all and write the page of results as well")
    options = parser.parse_args()
    if wrong := set(options.names) - set(BENCHMARKS):
        parser.error(f"found {', '.join(sorted(wrong))}, expected some of {', '.join(BENCHMARKS)}")
    if options.names and options.write:
        parser.error("found names together with --write, expected one of them: the page holds all benchmarks")
    return options


def _table(found: Sequence[Figure]) -> str:
    return _lined_up([HEADINGS, *(figure.cells() for figure in found)])


def _side_by_side(found: Sequence[Beside]) -> str:
    """Return a line for each engine and a column for each thing that some of them were asked."""
    engines, columns = dict.fromkeys(one.engine for one in found), dict.fromkeys(one.column for one in found)
    texts = {(one.engine, one.column): one.text for one in found}
    lines = [(engine, *(texts.get((engine, column), "-") for column in columns)) for engine in engines]
    return _lined_up([("Engine", *columns), *lines])


def _lined_up(lines: Sequence[Sequence[str]]) -> str:
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    rows = ["| " + " | ".join(map(str.ljust, line, widths)) + " |" for line in lines]
    return "\n".join([rows[0], "|" + "|".join("-" * (width + 2) for width in widths) + "|", *rows[1:]])


def _versions(busy: float) -> str:
    with TemporaryDirectory() as folder:
        database = Database(f"sqlite:///{(Path(folder) / 'any.db').as_posix()}")
        described = database.describe()
        database.close()
    cores = f"{os.cpu_count()} cores, load average {busy:.1f} at the start"
    return f"Python {platform.python_version()}, {described}, {platform.system()}, {cores}"


if __name__ == "__main__":
    main()

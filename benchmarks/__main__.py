"""Runs the benchmarks and prints one table: `python -m benchmarks`, or named ones: `python -m benchmarks engine`."""

import argparse
import os
import platform
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

import psutil

from benchmarks import engine, sheets, startup, updates
from benchmarks.figures import Figure, at_least
from rpa.clock import SystemClock
from rpa.db import Database

HEADINGS = ("What", "Figure (median)", "Floor or peer, same run", "Ratio", "Bar", "Met")
PAGE = """# Benchmarks

`make bench` measures what the library costs: each figure beside a floor or a peer, run in turn with it on the same
machine. Absolute figures depend on the machine; the ratios say more. Named ones alone: `python -m benchmarks updates`;
this page anew: `python -m benchmarks --write docs/benchmarks.md`.

Measured on {day}: {versions}.

{table}

## What is measured

* **Items**: {items} items that do nothing, through claim, attempt, step, record and finish, with every commit on the
  disk. The floor does nothing but two durable commits an item on the same SQLite.
* **Record updates**: {records} phone numbers in the practice clinic. Both ways start the same browser, sign in once and
  read the same sheet. The script does what a newcomer would write with Playwright: search, open the patient, contact
  tab, edit, save, look again; no pauses, default waits. It keeps no record, checks one identifier and does not survive
  a crash. The workflow submits a job, checks both identifiers, compares, notes its intent durably, writes through the
  same form, reads back, and keeps the record, which is verified after. In each of {rounds} rounds either has a fresh
  clinic, whose database must show exactly the changes asked for.
* **Start**: whole processes, from start to end.
* **Sheets**: {rows} rows of 12 columns. Ours reads in a process of its own, so that no file can harm a worker, and
  checks every cell; it returns a workbook with everything but the three added columns as it was sent.
"""


def engine_figures() -> list[Figure]:
    """Return the engine's rates as a share of its floor's."""
    (floor, most), *measured = engine.run()
    bars = {"item with one kept step": at_least(0.4, "at least 0.40 of the floor's rate")}
    return [Figure(name.capitalize(), rate, "a second", floor, most, bars.get(name)) for name, rate in measured]


BENCHMARKS: dict[str, Callable[[], list[Figure]]] = {
    "engine": engine_figures,
    "updates": updates.figures,
    "startup": startup.figures,
    "sheets": sheets.figures,
}


def main() -> None:
    """Run what was asked for, print it, and write the page if asked."""
    options = _options()
    busy = psutil.getloadavg()[0]
    found: list[Figure] = []
    for name in options.names or BENCHMARKS:
        print(f"Measuring: {name}", flush=True)
        found += BENCHMARKS[name]()
    table = _table(found)
    print(table)
    if options.write:
        options.write.parent.mkdir(parents=True, exist_ok=True)
        options.write.write_text(_page(table, SystemClock().now().date(), busy=busy), encoding="utf-8")


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
    lines = [HEADINGS, *(figure.cells() for figure in found)]
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    written = ["| " + " | ".join(map(str.ljust, line, widths)) + " |" for line in lines]
    return "\n".join([written[0], "|" + "|".join("-" * (width + 2) for width in widths) + "|", *written[1:]])


def _page(table: str, day: date, *, busy: float) -> str:
    return PAGE.format(day=day, versions=_versions(busy), table=table, items=f"{engine.ITEMS:,}",
                       records=updates.RECORDS, rounds=updates.ROUNDS, rows=f"{sheets.ROWS:,}")  # fmt: skip


def _versions(busy: float) -> str:
    with TemporaryDirectory() as folder:
        database = Database(f"sqlite:///{(Path(folder) / 'any.db').as_posix()}")
        described = database.describe()
        database.close()
    cores = f"{os.cpu_count()} cores, load average {busy:.1f} at the start"
    return f"Python {platform.python_version()}, {described}, {platform.system()}, {cores}"


if __name__ == "__main__":
    main()

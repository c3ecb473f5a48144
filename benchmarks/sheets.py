"""Reads a workbook into typed rows, returns one with some rows' outcomes written into it, and writes long lists."""

import json
import os
import subprocess
import sys
from collections import defaultdict
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from functools import partial
from itertools import cycle, islice
from pathlib import Path
from random import Random
from statistics import median
from tempfile import TemporaryDirectory

import xlsxwriter  # type: ignore[import-untyped]

from benchmarks import sheetread, sheetwork
from benchmarks.figures import Figure, at_least, at_most, in_turn
from benchmarks.sheetread import HEADINGS, MILLION, ROWS
from benchmarks.sheetwork import RETURNED
from rpa.connectors.spreadsheet import Value, write_rows
from rpa.demo.clinic.people import nhs_numbers

ROUNDS = 3
PEER = Path(__file__).parents[1] / ".venv-rpaframework"
PEER_SCRIPT = Path(__file__).with_name("peers") / "excel_files.py"
FIRST, NINE = date(2026, 1, 5), time(9)


def make_workbook(path: Path) -> None:
    """Write the workbook to measure on."""
    with xlsxwriter.Workbook(path, {"default_date_format": "dd/mm/yyyy hh:mm"}) as book:
        sheet = book.add_worksheet("Referrals")
        sheet.write_row(0, 0, HEADINGS, book.add_format({"bold": True}))
        for number, cells in enumerate(_rows(ROWS), start=1):
            sheet.write_row(number, 0, cells)


def make_large_workbook(path: Path) -> None:
    """Write one of a million rows, in the plain form that takes no memory."""
    write_rows(path, HEADINGS, _rows(MILLION))


def _rows(count: int) -> Iterator[tuple[Value, ...]]:
    valid = islice(nhs_numbers(Random(1)), ROWS)  # noqa: S311 - repeatable data, no secret
    for number, nhs_number in zip(range(count), cycle(valid), strict=False):
        day = FIRST + timedelta(days=number % 200)
        yield (
            f"{number:012d}", nhs_number, f"Test-Family-{number % 500}", f"Test-Given-{number % 90}",
            day - timedelta(days=20_000 + number % 9_000), f"020 7946 0{number % 1_000:03d}",
            f"ZZ{number % 99 + 1} 1ZZ", "303", day, datetime.combine(day, NINE) + timedelta(days=30), number % 7, "",
        )  # fmt: skip


class Runs:
    """Runs each mode in a process of its own, and remembers its processor time and the most memory it took."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.megabytes: dict[str, float] = {}
        self.processor: defaultdict[str, list[float]] = defaultdict(list)

    def ours(self, mode: str) -> float:
        """Return the seconds of a mode of `sheetread` or `sheetwork`."""
        module = sheetread if hasattr(sheetread, mode) else sheetwork
        return self._run(mode, [sys.executable, "-m", module.__name__, mode])

    def theirs(self, mode: str) -> float:
        """Return the seconds of a mode of RPA.Excel.Files."""
        python = PEER / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
        return self._run(f"peer {mode}", [str(python), str(PEER_SCRIPT), mode])

    def _run(self, name: str, command: list[str]) -> float:
        done = subprocess.run([*command, str(self._folder)], check=True, capture_output=True, text=True)
        found = json.loads(done.stdout.splitlines()[-1])
        self.megabytes[name] = max(found["megabytes"], self.megabytes.get(name, 0))
        self.processor[name].append(found.get("processor", 0))
        seconds: float = found["seconds"]
        return seconds


def figures() -> list[Figure]:
    """Measure each beside its peers."""
    with TemporaryDirectory() as folder:
        make_workbook(Path(folder) / "referrals.xlsx")
        runs = Runs(Path(folder))
        modes = ("read", "bare", "give_back", "export", "export_csv")
        measures = {mode: partial(runs.ours, mode) for mode in modes}
        measures |= {f"peer {mode}": partial(runs.theirs, mode) for mode in ("read", "return", "export")}
        found = in_turn(measures, ROUNDS)
        found["million"] = runs.ours("million")
        make_large_workbook(Path(folder) / "million_referrals.xlsx")
        found["read_million"] = runs.ours("read_million")
    return _table(found, {mode: median(seconds) for mode, seconds in runs.processor.items()}, runs.megabytes)


def _table(found: dict[str, float], processor: dict[str, float], memory: dict[str, float]) -> list[Figure]:
    size, peer = f"{ROWS:,} x {len(HEADINGS)}", "RPA.Excel.Files"
    read, back, export = (found[f"peer {mode}"] / found[ours] for mode, ours in
                          (("read", "read"), ("return", "give_back"), ("export", "export")))  # fmt: skip
    return [
        Figure(f"Read {size} into typed, checked rows", found["read"], "s", f"{peer}, unchecked", found["peer read"],
               at_least(8, "at least 8 times as fast"), judged=read),
        Figure("The same", found["read"], "s", "bare calamine, unchecked", found["bare"],
               at_most(2, "at most 2 times as long")),
        Figure("Processor time of that", processor["read"], "s", "bare calamine, unchecked", processor["bare"],
               at_most(2, "at most 2 times as much")),
        Figure("Memory of that", memory["read"], "MB", peer, memory["peer read"],
               at_most(1 / 3, "at most a third")),
        Figure(f"Return it with {RETURNED:,} rows' outcomes", found["give_back"], "s", peer, found["peer return"],
               at_least(12, "at least 12 times as fast"), judged=back),
        Figure(f"Write {size} into a new workbook", found["export"], "s", peer, found["peer export"],
               at_least(8, "at least 8 times as fast"), judged=export),
        Figure("The same", found["export"], "s", "csv", found["export_csv"], at_most(3, "at most 3 times as long")),
        Figure(f"Memory of a million x {len(HEADINGS)} read into typed rows, in {found['read_million']:,.0f} s",
               memory["read_million"], "MB", "2 GB", 2048, at_most(1, "under 2 GB")),
        Figure(f"Memory of a million rows written, in {found['million']:,.0f} s", memory["million"], "MB", "2 GB", 2048,
               at_most(1, "under 2 GB")),
    ]  # fmt: skip

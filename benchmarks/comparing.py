"""Compares two tables of bookings with every class planted, beside a pandas solution that is right in all of them.

Asked with a folder, it compares the tables there, as the peer does: `python -m benchmarks.comparing FOLDER`.
"""

import csv
import gc
import json
import resource
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import astuple, fields
from datetime import date, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from benchmarks.figures import Bar, Figure, at_most, in_turn
from benchmarks.servers import PEERS, ROOT
from rpa.demo.bookings import FIELDS, PASSES, Booking, Planted, planted_bookings
from rpa.reconcile import Comparison, compare

SIZES = (
    (100_000, 5, at_most(1 / 3, "at most a third of pandas' time")),
    (1_000_000, 3, at_most(0.55, "at most 0.55 of pandas' time")),
)
"""Rows of each table, rounds, and the bar."""
MEGABYTE, MOST_MEMORY = 1e6, 2_000.0
_NAMES = [one.name for one in fields(Booking)]
_READ: Mapping[str, Callable[[str], Any]] = dict.fromkeys(_NAMES, str) | {
    "ubrn": lambda cell: cell or None,
    "date_of_birth": date.fromisoformat,
    "phone": lambda cell: cell or None,
    "referral_date": date.fromisoformat,
    "appointment": lambda cell: datetime.fromisoformat(cell) if cell else None,
}
"""How the cells of each column are read."""
_OURS = [sys.executable, "-m", "benchmarks.comparing"]
_PANDAS = [PEERS, Path(__file__).with_name("peers") / "pandas_peer.py"]
_WAYS = {"ours": _OURS, "pandas": [*_PANDAS, "usual"], "pandas, tuned": [*_PANDAS, "tuned"]}


def figures() -> Sequence[Figure]:
    """Measure each size in processes of their own; every row must be in the class it was made for."""
    return [figure for rows, rounds, bar in SIZES for figure in _figures(rows, rounds, bar)]


def _figures(rows: int, rounds: int, bar: Bar) -> Sequence[Figure]:
    with TemporaryDirectory() as folder:
        planted = planted_bookings(rows)
        _write(planted, Path(folder))
        ways = {name: _Contestant(command, Path(folder), planted) for name, command in _WAYS.items()}
        taken = in_turn({name: one.seconds for name, one in ways.items()}, rounds)
    memory = {name: one.memory / MEGABYTE for name, one in ways.items()}
    name, ours = f"Compare {rows:,} with {rows:,} typed rows", taken["ours"]
    small = at_most(MOST_MEMORY, "under 2 GB")
    return [
        Figure(f"{name}, processor time", ours, "s", "pandas as usual, all classes right", taken["pandas"], bar),
        Figure(f"{name}, the same", ours, "s", "pandas, tuned for speed", taken["pandas, tuned"]),
        Figure(f"{name}, memory", memory["ours"], "MB", "pandas", memory["pandas"], small, memory["ours"]),
    ]


class _Contestant:
    """One way to compare, in a process of its own."""

    def __init__(self, command: Sequence[str | Path], folder: Path, planted: Planted) -> None:
        self._command, self._folder, self._planted = [*command, folder], folder, planted
        self.memory = 0.0

    def seconds(self) -> float:
        """Return its processor time, once every row is seen to be in its class."""
        asked = subprocess.run(self._command, check=True, stdout=subprocess.PIPE, cwd=ROOT, timeout=600)
        answer = json.loads(asked.stdout)
        for side, kinds in (("left", self._planted.left_kinds), ("right", self._planted.right_kinds)):
            path = self._folder / f"{side}.kinds"
            assert path.read_text(encoding="utf-8").split("\n") == list(map(str, kinds)), f"wrong classes on the {side}"
            path.unlink()
        self.memory = max(self.memory, answer["memory"])
        return float(answer["seconds"])


def _write(planted: Planted, folder: Path) -> None:
    for name, rows in (("left", planted.left), ("right", planted.right)):
        with (folder / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows([_NAMES, *map(astuple, rows)])


def _read(path: Path) -> list[Booking]:
    with path.open(encoding="utf-8", newline="") as file:
        lines = csv.reader(file)
        next(lines)
        return [Booking(*(read(cell) for read, cell in zip(_READ.values(), line, strict=True))) for line in lines]


def main() -> None:
    """Compare the tables of a folder, and leave there the class of each row."""
    folder = Path(sys.argv[1])
    left, right = _read(folder / "left.csv"), _read(folder / "right.csv")
    gc.collect()
    began = time.process_time()
    found = compare(left, right, passes=PASSES, fields=FIELDS)
    seconds = time.process_time() - began
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    _leave(found, (left, right), folder)
    print(json.dumps({"seconds": seconds, "memory": memory}))


def _leave(found: Comparison[Booking, Booking], tables: tuple[list[Booking], list[Booking]], folder: Path) -> None:
    kinds: dict[int, Any] = {id(row): group.kind for group in found for row in (*group.left, *group.right)}
    for name, rows in zip(("left", "right"), tables, strict=True):
        (folder / f"{name}.kinds").write_text("\n".join(kinds[id(row)] for row in rows), encoding="utf-8")


if __name__ == "__main__":
    main()

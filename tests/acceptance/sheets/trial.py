"""Reads a workbook as a worker does, gives it back with three columns, and tells what is wrong with either."""

import math
import time
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from rpa.connectors.spreadsheet import Limits, RowRef, RowResult, return_suffix, write_return_workbook
from rpa.connectors.spreadsheet.booklook import fit
from rpa.connectors.spreadsheet.cell import Cell
from rpa.connectors.spreadsheet.gate import check_file
from rpa.connectors.spreadsheet.grid import Grid
from rpa.connectors.spreadsheet.headings import RETURN_HEADINGS
from rpa.connectors.spreadsheet.parser import warm_parser
from rpa.exceptions import InputRefused

LIMITS = Limits()
SECONDS = 20.5
"""The reader's own limit, and the time it takes to end what ran out of it."""
LONGEST_SENTENCE = 400
SAID = ("For a person", "Nobody has this number.", "Look it up and choose Resubmit.")
ROWS = 3


@dataclass(frozen=True, slots=True)
class Verdict:
    """What became of one file: `refused`, `blank` (nothing to return) or `returned`, and all that is wrong."""

    end: str
    seconds: float
    wrong: tuple[str, ...] = ()


def try_file(path: Path, target: Path, *, damaged: bool = False) -> Verdict:
    """Read a file and return it; `target` is named without its ending, and is gone afterwards.

    A damaged one may come back as a new workbook: of its cells alone nothing may be lost.
    """
    began = time.monotonic()
    try:
        check_file(path, LIMITS)
        grids = warm_parser().read(path, sheet=None, limits=LIMITS).grids
    except InputRefused as refusal:
        return _timed("refused", began, list(_wrong_words(path, str(refusal))))
    except Exception as error:  # whatever it is, it should have been a refusal
        return _timed("crashed", began, [f"reading raised {type(error).__name__}"])
    read = _timed("blank", began, [])
    grid = next((one for one in grids if _filled(one)), None)
    if grid is None:
        return read
    back = target.with_name(f"{target.name}{return_suffix(path)}")
    try:
        wrong = list(_returned(path, back, grids, grid))
        if not damaged and zipfile.is_zipfile(path) and path.suffix.lower() == back.suffix:
            wrong += other_parts(path, back)
    except Exception as error:
        wrong = [f"returning raised {type(error).__name__}: {str(error)[:100]}"]
    finally:
        back.unlink(missing_ok=True)
    return Verdict("returned", read.seconds, (*read.wrong, *wrong))


def _timed(end: str, began: float, wrong: list[str]) -> Verdict:
    seconds = time.monotonic() - began
    late = [f"took {seconds:.1f} s"] if seconds > SECONDS else []
    return Verdict(end, seconds, (*wrong, *late))


def _wrong_words(path: Path, said: str) -> Iterator[str]:
    if not said.startswith(path.name):
        yield f"the sentence doesn't name the file: {said}"
    if "\n" in said or len(said) > LONGEST_SENTENCE + len(path.name) or "Traceback" in said:
        yield "it isn't one sentence"


def _filled(grid: Grid) -> list[int]:
    return [number for number, row in enumerate(grid.rows, grid.first_row) if any(cell != "" for cell in row)][1:]


def _returned(path: Path, back: Path, grids: Sequence[Grid], grid: Grid) -> Iterator[str]:
    results = [RowResult(RowRef("sent", grid.sheet, number), *SAID) for number in _filled(grid)[:ROWS]]
    write_return_workbook(path, back, results, job=1)
    try:
        again = warm_parser().read(back, sheet=None, limits=LIMITS).grids
    except InputRefused as refusal:
        yield f"what was returned can't be read: {str(refusal)[len(back.name) :][:100]}"
        return
    if len(again) != len(grids):
        yield f"{len(again)} sheets of {len(grids)} came back"
        return
    for before, after in zip(grids, again, strict=True):
        yield from _lost(before, after, {one.source.row for one in results} if before is grid else set())


def _lost(before: Grid, after: Grid, results: set[int]) -> Iterator[str]:
    rows = dict(enumerate(after.rows, after.first_row))
    if results:
        said = {number for number, row in rows.items() if tuple(row[-len(SAID) :]) == SAID}
        if said != results:
            yield f"the columns stand in rows {sorted(said)}, expected {sorted(results)}"
    own = {place for row in after.rows[:60] for place, cell in enumerate(row) if cell in RETURN_HEADINGS}
    for number, row in enumerate(before.rows, before.first_row):
        there = rows.get(number, [])
        for place, cell in enumerate(row):
            if cell != "" and place not in own and not _is_same(cell, there[place] if place < len(there) else ""):
                yield f"row {number} column {place} of {before.sheet!r} isn't what it was ({type(cell).__name__})"
                return


def _is_same(before: Cell, after: Cell) -> bool:
    if isinstance(before, float | int) and isinstance(after, float | int):
        return math.isclose(before, after, rel_tol=1e-14) or before != before
    if isinstance(before, str) and isinstance(after, str):
        return fit(before).split() == after.split()
    return True  # moments are rounded by the format that shows them


def other_parts(path: Path, back: Path) -> Iterator[str]:
    """Tell which parts of a workbook changed although nothing was written into them."""
    with zipfile.ZipFile(path) as sent, zipfile.ZipFile(back) as returned:
        if sent.namelist() != returned.namelist():
            yield "parts came or went"
            return
        changed = [name for name in sent.namelist() if _part(sent, name) != _part(returned, name)]
    sheets = [name for name in changed if "sheet" in name.lower()]
    others = [name for name in changed if name not in sheets and not name.lower().endswith("styles.xml")]
    if len(sheets) > 1 or others:
        yield f"changed beside the sheet: {', '.join([*sheets[1:], *others])}"


def _part(archive: zipfile.ZipFile, name: str) -> object:
    try:
        return archive.read(name)
    except Exception:  # a part nobody needs may be damaged: then it must be as it was
        entry = archive.getinfo(name)
        return entry.CRC, entry.compress_size, entry.file_size

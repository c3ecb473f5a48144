"""Write the workbook that goes back to its sender: what they sent, and three columns that say what became of it."""

import functools
import io
import zipfile
import zlib
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence, Set
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import IO

from lxml import etree

from rpa.connectors.spreadsheet.added import Added
from rpa.connectors.spreadsheet.atomic import replaced
from rpa.connectors.spreadsheet.booklook import fit
from rpa.connectors.spreadsheet.cell import Cell
from rpa.connectors.spreadsheet.gate import check_file
from rpa.connectors.spreadsheet.grid import Grid
from rpa.connectors.spreadsheet.headings import RETURN_HEADINGS, normal
from rpa.connectors.spreadsheet.limits import SEARCHED_ROWS, Limits
from rpa.connectors.spreadsheet.ooxml import sheet_parts
from rpa.connectors.spreadsheet.outline import used_width
from rpa.connectors.spreadsheet.parser import Book, warm_parser
from rpa.connectors.spreadsheet.prompts import prompt_of
from rpa.connectors.spreadsheet.rebuild import rebuild
from rpa.connectors.spreadsheet.sheetrows import SheetXml
from rpa.connectors.spreadsheet.splice import look_ahead, splice
from rpa.connectors.spreadsheet.unlock import protect
from rpa.exceptions import UsageError
from rpa.models import RowRef
from rpa.secrets import Credential

SPLICED = frozenset({".xlsx", ".xlsm"})
DAMAGED = (zipfile.BadZipFile, zlib.error, etree.XMLSyntaxError, KeyError, ValueError, EOFError, NotImplementedError)


@dataclass(frozen=True, slots=True)
class RowResult:
    """What became of one row; a row with nothing to fix succeeded and gets no drop-down."""

    source: RowRef
    outcome: str
    what_happened: str
    how_to_fix: str


def return_suffix(sent: Path) -> str:
    """Return how the returned workbook's name must end: as the one that was sent, or .xlsx."""
    return sent.suffix.lower() if sent.suffix.lower() in SPLICED else ".xlsx"


def write_return_workbook(sent: Path, target: Path, results: Iterable[RowResult], *, job: int,
                          headings: Collection[str] = (), password: Credential | None = None) -> None:  # fmt: skip
    """Write `target`: the workbook that was sent with `Outcome`, `What happened` and `How to fix` filled in.

    The file that was sent is only read. An xlsx or xlsm keeps everything else in it as it was; of any other kind the
    values go into a new xlsx. `headings` are what the columns of the list may be called. The target appears whole or
    not at all. Of a file that needs a password, the target needs the same one; nothing of it is ever written without
    it.

    Raises:
        UsageError: the target is the file that was sent, or its name ends wrongly.
        InputRefused: the file that was sent can't be read.
    """
    if target.exists() and target.samefile(sent):
        raise UsageError(f"{sent.name} was sent and is never changed: write the returned workbook to another file")
    if target.suffix.lower() != return_suffix(sent):
        raise UsageError(f"{target.name} should end in {return_suffix(sent)}, as the file that was sent asks for")
    limits = Limits()
    check_file(sent, limits)
    texts = _texts(results)
    look = functools.partial(_look, sent, limits, password)
    if sent.suffix.lower() in SPLICED:
        with ThreadPoolExecutor(1) as beside:  # the parser is another process: what can be done meanwhile is done
            asked = beside.submit(look, _rows_above(texts))
            ahead = _ahead(sent, texts)
            book = asked.result()
    else:
        book, ahead = look(), {}
    added = _added(book.grids, texts, job, {normal(heading) for heading in headings})
    with replaced(target) as draft:
        if book.password:
            opened = io.BytesIO()
            _write(sent.suffix, io.BytesIO(book.content), opened, look, added)
            protect(opened.getvalue(), book.password, draft)
        else:
            _write(sent.suffix, sent, draft, look, added, ahead)


def _ahead(sent: Path, texts: Mapping[str, Mapping[int, object]]) -> dict[str, SheetXml]:
    """Read what the outcomes are put into; nothing of a workbook that can't be read so."""
    try:
        return look_ahead(sent, {sheet: {*range(1, SEARCHED_ROWS + 1), *rows} for sheet, rows in texts.items()})
    except DAMAGED:  # or protected: whoever needs it will find out, and say so
        return {}


def _look(sent: Path, limits: Limits, password: Credential | None, top: int | None = None) -> Book:
    """Return what is in the workbook that was sent: of each sheet its first rows alone if it is said how many."""
    if top is None:
        return warm_parser().read(sent, sheet=None, limits=limits, password=password)
    return warm_parser().outline(sent, top, limits=limits, password=password)


def _write(suffix: str, sent: Path | IO[bytes], target: Path | IO[bytes], look: Callable[[], Book],
           added: Mapping[str, Added], ahead: Mapping[str, SheetXml] = MappingProxyType({})) -> None:  # fmt: skip
    if suffix.lower() in SPLICED and set(added) <= _spliceable(sent):
        try:
            splice(sent, target, added, ahead)
            return
        except DAMAGED:  # its cells could be read, but what stands around them is torn: they go into a new workbook
            if not isinstance(target, Path):
                target.seek(0)
                target.truncate()
    rebuild(target, look().grids, added)


def _spliceable(sent: Path | IO[bytes]) -> set[str]:
    with zipfile.ZipFile(sent) as archive:
        names = set(archive.namelist())
        return {sheet for sheet, part in sheet_parts(archive).items() if part in names}


def _texts(results: Iterable[RowResult]) -> dict[str, dict[int, tuple[str, str, str]]]:
    texts: dict[str, dict[int, tuple[str, str, str]]] = defaultdict(dict)
    for result in results:
        cells = (result.outcome, result.what_happened, result.how_to_fix)
        first, second, third = map(fit, cells)
        texts[result.source.sheet][result.source.row] = (first, second, third)
    return texts


def _rows_above(texts: Mapping[str, Mapping[int, object]]) -> int:
    """Return how many rows stand above the results: the headings are among them."""
    return max((min(rows) for rows in texts.values()), default=1) - 1


def _added(grids: Sequence[Grid], texts: Mapping[str, Mapping[int, tuple[str, str, str]]],
           job: int, names: Set[str]) -> dict[str, Added]:  # fmt: skip
    prompt = prompt_of(job)
    by_name = {grid.sheet: grid for grid in grids}
    unknown = texts.keys() - by_name.keys()
    if unknown:
        raise UsageError(f"no sheet {sorted(unknown)!r} in the file that was sent: results of another file?")
    return {sheet: _place(by_name[sheet], rows, prompt, names) for sheet, rows in texts.items()}


def _place(grid: Grid, texts: Mapping[int, tuple[str, str, str]], prompt: str, names: Set[str]) -> Added:
    # whoever reads the list looks for its headings no farther down
    above = grid.rows[: max(0, min(SEARCHED_ROWS, min(texts) - grid.first_row))]
    for index, row in enumerate(above):
        places = {normal(cell): column for column, cell in enumerate(row)}
        found = [places.get(normal(heading), -1) for heading in RETURN_HEADINGS]
        if min(found) >= 0:
            return Added(grid.first_row + index, (found[0], found[1], found[2]), False, texts, prompt)
    header = _header_index(above, names)
    width = max(
        grid.width or used_width(grid.rows), *(place + 1 for errors in grid.errors.values() for place in errors), 0
    )
    nameless = not any(_is_filled(row) for row in above[header : header + 1])
    return Added(grid.first_row + header, (width, width + 1, width + 2), True, texts, prompt, nameless)


def _header_index(rows: Sequence[Sequence[Cell]], names: Set[str]) -> int:
    """Return which row has most of the headings; of equals that with most texts, as titles have few."""

    def likely(index: int) -> tuple[int, int, bool]:
        row = rows[index]
        return len({normal(cell) for cell in row} & names), sum(_is_text(cell) for cell in row), _is_filled(row)

    return max(range(len(rows)), key=likely, default=0)


def _is_filled(row: Sequence[Cell]) -> bool:
    return any(cell != "" for cell in row)


def _is_text(cell: object) -> bool:
    return isinstance(cell, str) and bool(cell.strip())

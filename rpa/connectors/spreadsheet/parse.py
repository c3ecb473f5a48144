"""Parse one file into messages of plain cells; runs in the child process only."""

import io
import itertools
import struct
import zipfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import IO, Any, TypeAlias

from python_calamine import CalamineSheet, CalamineWorkbook, PasswordError, SheetTypeEnum, SheetVisibleEnum

from rpa.connectors.spreadsheet import odf
from rpa.connectors.spreadsheet.binary import scan_xls, scan_xlsb
from rpa.connectors.spreadsheet.delimited import delimited_rows
from rpa.connectors.spreadsheet.kinds import kind_of
from rpa.connectors.spreadsheet.limits import SEARCHED_ROWS, Limits
from rpa.connectors.spreadsheet.ooxml import KNOWN_ERRORS, Facts, scan_sheet, sheet_parts, with_known_errors
from rpa.connectors.spreadsheet.source import Source
from rpa.connectors.spreadsheet.unlock import Protected, unlock
from rpa.exceptions import InputRefused

Message: TypeAlias = tuple[str, Any]
CHUNK = 500
NO_KEY = ("", "")


def parse(path: str, *, sheet: str | None, limits: Limits, key: tuple[str, str] = NO_KEY,
          top: int | None = None) -> Iterator[Message]:  # fmt: skip
    """Yield each sheet of a file: its name, its rows in chunks, then facts the parser itself doesn't tell.

    Of a workbook's sheets, the first `top` rows will do if that is said; their width is told then.
    `key` is a password and the name of the secret that has it. Of a file that needed one, what was decrypted comes
    first, with the password that opened it.
    """
    source = Source(Path(path))
    try:
        yield from _messages(source, sheet, limits, top)
    except (Protected, PasswordError):  # nothing was yielded yet: what is inside was not looked at
        content, used = unlock(source.read(), key[0], secret=key[1])
        yield "opened", {"content": content, "password": used}
        yield from _messages(Source(source.path, content), sheet, limits, top)


def _messages(source: Source, sheet: str | None, limits: Limits, top: int | None) -> Iterator[Message]:
    kind = kind_of(source, limits)
    if kind == "text":
        yield "sheet", {"sheet": source.path.stem, "ragged": True}
        yield from _chunks(delimited_rows(source.path, limits))
        return
    facts = _facts(source, kind, limits)
    with CalamineWorkbook.from_object(_readable(source, facts)) as book:
        yield from _sheets(book, sheet, facts, limits, top)


def _facts(source: Source, kind: str, limits: Limits) -> dict[str, Facts]:
    if kind == "xls":
        return _xls_facts(source)
    with source.open() as file, zipfile.ZipFile(file) as archive:
        if kind == "xlsb":
            return scan_xlsb(archive)
        if kind == "ods":
            return odf.scan_sheets(archive)
        names = set(archive.namelist())
        parts = sheet_parts(archive)
        return {name: scan_sheet(archive, part, limits) for name, part in parts.items() if part in names}


def _xls_facts(source: Source) -> dict[str, Facts]:
    """Return what the records tell; in a file so old or damaged that they can't be read, nothing."""
    try:
        with CalamineWorkbook.from_object(_plain(source)) as book:
            return dict(zip((meta.name for meta in book.sheets_metadata), scan_xls(source.read()), strict=True))
    except (ValueError, struct.error):
        return {}


def _readable(source: Source, facts: dict[str, Facts]) -> str | IO[bytes]:
    """Return the file, or a copy without error values that would make the parser give up on their sheet."""
    values = {value for fact in facts.values() for row in fact.errors.values() for value in row.values()}
    if source.suffix in {".ods", ".xls", ".xlsb"} or values <= KNOWN_ERRORS:
        return _plain(source)
    copy = io.BytesIO()
    with (
        source.open() as file,
        zipfile.ZipFile(file) as archive,
        zipfile.ZipFile(copy, "w", zipfile.ZIP_STORED) as target,
    ):
        with_known_errors(archive, set(sheet_parts(archive).values()), target)
    copy.seek(0)
    return copy


def _plain(source: Source) -> str | IO[bytes]:
    # by its path, so that the parser knows the kind: of bytes alone it doesn't say that they need a password
    return str(source.path) if source.content is None else source.open()


def _sheets(book: CalamineWorkbook, sheet: str | None, facts: dict[str, Facts], limits: Limits,
            top: int | None) -> Iterator[Message]:  # fmt: skip
    cells_in_all = 0
    for meta in book.sheets_metadata:
        if meta.typ != SheetTypeEnum.WorkSheet or sheet not in {None, meta.name}:
            continue
        cells = book.get_sheet_by_name(meta.name)
        cells_in_all += cells.total_height * cells.total_width
        _check_size(cells, cells_in_all, limits)
        yield "sheet", {"sheet": meta.name, "visible": meta.visible == SheetVisibleEnum.Visible}
        yield from _chunks(itertools.islice(_whole_rows(cells), top))
        width = {} if top is None else {"width": cells.end[1] + 1 if cells.end else 0}
        yield "facts", {"merged": _merged(cells), **width, **_told(facts.get(meta.name))}


def _told(facts: Facts | None) -> dict[str, Any]:
    if facts is None:
        return {"unseen_errors": True}
    return {"errors": facts.errors, "hidden": facts.hidden}


def _check_size(cells: CalamineSheet, cells_in_all: int, limits: Limits) -> None:
    if (
        cells.total_height > limits.max_rows
        or cells.total_width > limits.max_columns
        or cells_in_all > limits.max_cells
    ):
        raise InputRefused(
            f"has a sheet that reaches to row {cells.total_height} and column {cells.total_width}, at most "
            f"{limits.max_rows} rows, {limits.max_columns} columns and {limits.max_cells} cells are taken: "
            "delete what stands far outside the table, or send it in several files"
        )


def _whole_rows(cells: CalamineSheet) -> Iterator[list[Any]]:
    """Yield rows that start at column A: the parser starts them at the first column in use."""
    left = cells.start[1] if cells.start else 0
    if not left:
        return iter(cells.iter_rows())
    return ([""] * left + row for row in cells.iter_rows())


def _chunks(rows: Iterable[list[Any]]) -> Iterator[Message]:
    """Yield first the rows in which headings may be, then the others."""
    source, count = iter(rows), SEARCHED_ROWS
    while chunk := list(itertools.islice(source, count)):
        yield "rows", chunk
        count = CHUNK


def _merged(cells: CalamineSheet) -> tuple[tuple[int, int, int, int], ...]:
    ranges = cells.merged_cell_ranges or []
    return tuple((top + 1, left, bottom + 1, right) for (top, left), (bottom, right) in ranges)

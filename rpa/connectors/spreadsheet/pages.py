"""The parts of a workbook of plain pages, written straight into its zip: nothing is held in memory."""

import math
import re
import zipfile
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path
from types import TracebackType
from typing import IO, Self
from xml.sax.saxutils import escape

from rpa.connectors.spreadsheet.booklook import CUT, LONGEST_CELL
from rpa.connectors.spreadsheet.bookparts import DATE, HEADING, MAIN, MOMENT, NUMBER, SPAN, TEXT, TIME, frame
from rpa.connectors.spreadsheet.formats import Value

_ODD = re.compile("[&<>_\x00-\x08\x0b-\x1f\ud800-\udfff\ufffe\uffff]")
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_FOOT = '</sheetData><pageSetup paperSize="9" orientation="landscape" fitToHeight="0"/></worksheet>'
"""As wide as a page, as many pages as it takes."""
_EPOCH = datetime(1899, 12, 30)  # noqa: DTZ001 - a cell knows no zone
_BLOCK = 1 << 16
_MOST_KNOWN, _LONGEST_KNOWN = 10_000, 200
_BEGINS = {look: f'<c s="{look}" t="inlineStr"><is><t' for look in (TEXT, HEADING)}


class Page:
    """One sheet, row by row."""

    def __init__(self, part: IO[bytes], columns: int) -> None:
        self._part = part
        self._waiting: list[str] = [_HEAD, _page_head(columns)]
        self._known: dict[tuple[type, Value], str] = {}
        self._length = 0
        self.size = 0
        """Bytes that were written."""

    def write(self, cells: Sequence[Value], *, heading: bool = False) -> None:
        """Add a row."""
        if heading:
            row = "".join(_text(str(cell), HEADING) for cell in cells)
        else:
            known = self._known
            row = "".join([known.get((cell.__class__, cell)) or self._made(cell) for cell in cells])
        self._waiting.append(f"<row>{row}</row>")
        self._length += len(row)
        if self._length > _BLOCK:
            self._flush()

    def close(self) -> None:
        """End the sheet."""
        self._waiting.append(_FOOT)
        self._flush()
        self._part.close()

    def _made(self, cell: Value) -> str:
        """Make a cell; what a list says again and again is made once."""
        made = _text(cell) if type(cell) is str else _cell(cell)
        if len(self._known) < _MOST_KNOWN and len(made) < _LONGEST_KNOWN:
            self._known[cell.__class__, cell] = made
        return made

    def _flush(self) -> None:
        content = "".join(self._waiting).encode()
        self._part.write(content)
        self.size += len(content)
        self._waiting, self._length = [], 0


class Pages:
    """A workbook of plain pages; the same rows give the same bytes."""

    def __init__(self, target: Path) -> None:
        self._archive = zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED)
        self._names: list[str] = []
        self._part: IO[bytes] | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None,
                 trace: TracebackType | None) -> None:  # fmt: skip
        if self._part is not None:
            self._part.close()  # a part that is still open keeps its archive from being closed
        if kind is None:
            for name, xml in frame(self._names).items():
                self._archive.writestr(_entry(name), _HEAD + xml)
        self._archive.close()

    def add(self, name: str, columns: int) -> Page:
        """Begin a page; the one before must be closed."""
        self._names.append(name)
        self._part = self._archive.open(_entry(f"xl/worksheets/sheet{len(self._names)}.xml"), "w")
        return Page(self._part, columns)


def _entry(name: str) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name)
    entry.compress_type = zipfile.ZIP_DEFLATED
    return entry


def _text(text: str, look: int = TEXT) -> str:
    """Return a cell that holds a text and nothing else, whatever it begins with."""
    if not text:
        return "<c/>"
    if len(text) > LONGEST_CELL:
        text = text[: LONGEST_CELL - len(CUT)] + CUT
    if _ODD.search(text):
        text = escape(re.sub(r"_(?=x[0-9A-Fa-f]{4}_)", "_x005F_", _FORBIDDEN.sub("", text)), {"\r": "&#13;"})
    # a space at either end is dropped by readers unless it is said that it counts
    keep = ' xml:space="preserve"' if text[0] <= " " or text[-1] <= " " else ""
    return f"{_BEGINS[look]}{keep}>{text}</t></is></c>"


def _cell(value: Value) -> str:
    match value:
        case None:
            return "<c/>"
        case bool():
            return f'<c t="b"><v>{value:d}</v></c>'
        case int() | float() | Decimal():
            return _number(value, NUMBER) if math.isfinite(value) else '<c t="e"><v>#NUM!</v></c>'
        case datetime():
            return _number((value.replace(tzinfo=None) - _EPOCH) / timedelta(days=1), MOMENT)
        case date():
            return _number(value.toordinal() - _EPOCH.toordinal(), DATE)
        case time():
            return _number((value.hour * 3600 + value.minute * 60 + value.second) / 86_400, TIME)
        case timedelta():
            return _number(value / timedelta(days=1), SPAN)
        case _:
            return _text(str(value))


def _number(serial: float | Decimal, look: int) -> str:
    return f'<c s="{look}"><v>{serial}</v></c>'


def _page_head(columns: int) -> str:
    return (
        f'<worksheet xmlns="{MAIN}"><sheetPr><pageSetUpPr fitToPage="1"/></sheetPr><sheetViews>'
        '<sheetView workbookViewId="0"><pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/>'
        f'</sheetView></sheetViews><sheetFormatPr defaultRowHeight="15"/>'
        f'<cols><col min="1" max="{max(1, columns)}" width="20" customWidth="1"/></cols>'
        "<sheetData>"
    )

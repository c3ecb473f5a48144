"""Write cells into a copy of a workbook by changing only the sheet's own XML; all else is copied as it is."""

import posixpath
import re
import zipfile
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType
from typing import IO
from xml.sax.saxutils import escape

from rpa.connectors.spreadsheet.added import WIDTHS, Added, letters
from rpa.connectors.spreadsheet.booklook import LINE_HEIGHT, height_of
from rpa.connectors.spreadsheet.headings import RETURN_HEADINGS
from rpa.connectors.spreadsheet.ooxml import column_index, plain_name, sheet_parts
from rpa.connectors.spreadsheet.rawzip import copy_packed
from rpa.connectors.spreadsheet.sheetparts import edit_frame
from rpa.connectors.spreadsheet.sheetrows import REFERENCE, ROW, SheetXml
from rpa.connectors.spreadsheet.styles import Styles
from rpa.connectors.spreadsheet.wrapped import HEIGHT, SenderRows

_CELL = re.compile(rb"<(?:\w+:)?c(?=[\s/>])([^>]*?)(?:/>|>.*?</(?:\w+:)?c>)", re.DOTALL)
_STYLE = re.compile(rb"\bs=[\"'](\d+)[\"']")
_FORMULA = re.compile(rb"<(?:\w+:)?f[\s/>]")
_SPANS = re.compile(rb"\sspans=[\"'][^\"']*[\"']")
_BY_HAND = re.compile(rb"\bcustomHeight=[\"'](?:1|true)[\"']")
"""Says that somebody has set a row's height; some programs write into each row that nobody has."""
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
STYLES = "styles.xml"


def look_ahead(sent: Path, rows: Mapping[str, Collection[int]]) -> dict[str, SheetXml]:
    """Read the XML of sheets, by its part, and find the rows in it to which something will be added.

    Args:
        sent: The workbook.
        rows: The rows that will be asked for, by sheet.
    """
    with zipfile.ZipFile(sent) as archive:
        parts, there = sheet_parts(archive), set(archive.namelist())
        wanted = {part: rows[sheet] for sheet, part in parts.items() if sheet in rows and part in there}
        return {part: SheetXml(archive.read(part), numbers) for part, numbers in wanted.items()}


def splice(sent: Path | IO[bytes], target: Path | IO[bytes], added: Mapping[str, Added],
           ahead: Mapping[str, SheetXml] = MappingProxyType({})) -> None:  # fmt: skip
    """Copy a workbook to `target` with the added cells in it; `ahead` is what was read of it already."""
    with zipfile.ZipFile(sent) as archive, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as copy:
        parts = sheet_parts(archive)
        changed = {parts[sheet]: addition for sheet, addition in added.items()}
        styles_part = next((one for one in archive.namelist() if posixpath.basename(plain_name(one)) == STYLES), None)
        styles = Styles(archive.read(styles_part) if styles_part else None)
        theirs = SenderRows(archive, styles.wrapping())
        contents = {
            part: _sheet(ahead.get(part) or SheetXml(archive.read(part)), addition, styles, theirs)
            for part, addition in changed.items()
        }
        if styles_part:
            contents[styles_part] = styles.content()
        for entry in archive.infolist():
            content = contents.get(entry.filename)
            if content is None:
                copy_packed(archive, entry, copy)
            else:
                copy.writestr(entry, content, entry.compress_type)


def _sheet(xml: SheetXml, added: Added, styles: Styles, theirs: SenderRows) -> bytes:
    added = _beyond_formulas(xml.data, added)
    cells = _Cells(added, styles, _neighbours(xml.data, added))
    head, tail = edit_frame(xml.head, xml.tail, added)
    name = xml.prefix + b"sheetData>"
    return b"".join((head, b"<", name, *_rows(xml, added, cells, theirs.heights(xml, added)), b"</", name, tail))


def _beyond_formulas(data: bytes, added: Added) -> Added:
    """Move new columns past every formula: one without a stored value looks blank to the parser."""
    if not added.new or (b"<f" not in data and b":f" not in data):
        return added
    last, column = -1, -1
    for row in ROW.finditer(data):
        column = -1
        for cell in _CELL.finditer(row[3] or b""):
            reference = REFERENCE.search(cell[1])
            column = column_index(reference[1]) if reference and reference[1] else column + 1
            if _FORMULA.search(cell[0]):
                last = max(last, column)
    first = max(last + 1, added.columns[0])
    return replace(added, columns=(first, first + 1, first + 2))


def _rows(xml: SheetXml, added: Added, cells: "_Cells", theirs: Mapping[int, float]) -> Iterator[bytes]:
    """Yield the sheet's rows: the ones nothing is added to as they are.

    Raises:
        ValueError: A row that was read can't be found: the XML is damaged where the parser looks away.
    """
    end, wanted = 0, {added.header_row, *added.texts}
    missing, data = set(added.texts) if added.nameless else set(wanted), xml.data
    for number, found in xml.rows(wanted):
        missing.discard(number)
        yield data[end : found.start()]
        height = _height(found[2], added.texts.get(number, ()), theirs.get(number, LINE_HEIGHT))
        yield _row(found, cells.of_row(number, found[1] or b""), height)
        end = found.end()
    if missing:
        raise ValueError(f"{len(missing)} of the rows that were read don't stand in the sheet, expected all of them")
    yield data[end:]


def _row(found: re.Match[bytes], new: Sequence[tuple[int, bytes]], height: bytes) -> bytes:
    prefix = found[1] or b""
    attributes = _SPANS.sub(b"", found[2])
    if height:  # without customHeight a program may still work out better
        attributes = HEIGHT.sub(b"", attributes) + height
    taken = dict(new)
    kept: list[tuple[int, bytes]] = []
    column = -1
    for cell in _CELL.finditer(found[3] or b""):
        reference = REFERENCE.search(cell[1])
        column = column_index(reference[1]) if reference and reference[1] else column + 1
        if column not in taken:
            kept.append((column, cell[0]))
    content = b"".join(cell for _, cell in sorted([*kept, *new], key=lambda pair: pair[0]))
    return b"".join((b"<", prefix, b"row", attributes, b">", content, b"</", prefix, b"row>"))


def _height(attributes: bytes, texts: Sequence[str], theirs: float) -> bytes:
    """Return the height that a row needs for the texts that wrap, where it is lower and nobody has set it by hand.

    `theirs` is what the sender's own texts need in a row that names no height.
    """
    if _BY_HAND.search(attributes) or not texts:
        return b""
    own = HEIGHT.search(attributes)
    height, there = max(theirs, height_of(texts, WIDTHS)), float(own[1] or LINE_HEIGHT) if own else LINE_HEIGHT
    return f' ht="{height:.0f}"'.encode() if height > there else b""


def _neighbours(data: bytes, added: Added) -> tuple[int, int]:
    """Return the styles of the last heading and of the last cell in the first row of data."""
    first = min(added.texts)
    styles = {added.header_row: 0, first: 0}
    number = 0
    for found in ROW.finditer(data):
        reference = REFERENCE.search(found[2])
        number = int(reference[2]) if reference else number + 1
        if number in styles:
            styles[number] = _last_style(found[3] or b"", added.columns[0])
        if number >= first:
            break
    return styles[added.header_row], styles[first]


def _last_style(cells: bytes, before: int) -> int:
    """Return the style of the last cell left of a column."""
    style, column = 0, -1
    for cell in _CELL.finditer(cells):
        reference = REFERENCE.search(cell[1])
        column = column_index(reference[1]) if reference and reference[1] else column + 1
        if column < before:
            found = _STYLE.search(cell[1])
            style = int(found[1]) if found else 0
    return style


class _Cells:
    """Makes the added cells of a row, in the look of their neighbours."""

    def __init__(self, added: Added, styles: Styles, neighbours: tuple[int, int]) -> None:
        self._added = added
        self._header = neighbours[0]
        self._plain = styles.wrapped(neighbours[1])
        self._tinted = styles.wrapped(neighbours[1], tinted=True)

    def of_row(self, number: int, prefix: bytes) -> list[tuple[int, bytes]]:
        """Return the column and the XML of each cell added to a row."""
        if number == self._added.header_row:
            texts, style = RETURN_HEADINGS, self._header
            if not self._added.new:
                return []
        else:
            texts = self._added.texts[number]
            style = self._tinted if texts[2] else self._plain
        return [
            (column, inline_text(f"{letters(column)}{number}", text, style, prefix.decode()).encode())
            for column, text in zip(self._added.columns, texts, strict=True)
        ]


def inline_text(reference: str, text: str, style: int, prefix: str = "") -> str:
    """Return a cell that holds a text and nothing else, whatever it begins with."""
    shown = re.sub(r"_(?=x[0-9A-Fa-f]{4}_)", "_x005F_", _FORBIDDEN.sub("", text))
    p = prefix
    return (
        f'<{p}c r="{reference}" s="{style}" t="inlineStr"><{p}is><{p}t xml:space="preserve">'
        f"{escape(shown)}</{p}t></{p}is></{p}c>"
    )

"""How high the sender's own texts make a row that names no height, where their format lets them wrap."""

import html
import posixpath
import re
import zipfile
from collections.abc import Collection, Container, Iterable, Iterator

from rpa.connectors.spreadsheet.added import Added
from rpa.connectors.spreadsheet.booklook import height_of
from rpa.connectors.spreadsheet.ooxml import column_index, plain_name
from rpa.connectors.spreadsheet.sheetrows import REFERENCE, SheetXml

HEIGHT = re.compile(rb"\sht=[\"'](\d+(?:\.\d+)?)?[^\"']*[\"']")
_CELL = re.compile(rb"<(?:\w+:)?c(?=[\s/>])([^>]*?)(?:/>|>(.*?)</(?:\w+:)?c>)", re.DOTALL)
_STYLE = re.compile(rb"\bs=[\"'](\d+)[\"']")
_SHARED = re.compile(rb"\bt=[\"']s[\"']")
_VALUE = re.compile(rb"<(?:\w+:)?v>(\d+)<")
_TEXT = re.compile(rb"<(?:\w+:)?t\b[^>]*>([^<]*)<")
_STRING = re.compile(rb"<(?:\w+:)?si(?:\s*/>|\b[^>]*>(.*?)</(?:\w+:)?si>)", re.DOTALL)
_COLUMN = re.compile(rb"<(?:\w+:)?col\b[^>]*>")
_NUMBERS = re.compile(rb"\b(min|max|width)=[\"'](\d+(?:\.\d+)?)[\"']")
_USUAL = 8.43
"""The width of a column that names none."""


class SenderRows:
    """Works out what the texts of one workbook need, which are in formats that let them wrap."""

    def __init__(self, archive: zipfile.ZipFile, wrapping: Collection[int]) -> None:
        self._archive = archive
        self._wrapping = wrapping

    def heights(self, xml: SheetXml, added: Added) -> dict[int, float]:
        """Return the height that the sender's texts need, by row.

        Args:
            xml: The sheet; a row that names a height has room for the sender's texts already.
            added: The rows that are asked for, and the columns that are ours.
        """
        if not self._wrapping:
            return {}
        found = dict(self._texts(xml, added))
        named = {text for texts in found.values() for text in texts.values() if isinstance(text, int)}
        strings, widths = _strings(self._archive, named), _widths(xml.head)
        heights = dict[int, float]()
        for number, texts in found.items():
            said = [strings.get(text, "") if isinstance(text, int) else text for text in texts.values()]
            heights[number] = height_of(said, [max(widths.get(column, _USUAL), 1) for column in texts])
        return heights

    def _texts(self, xml: SheetXml, added: Added) -> Iterator[tuple[int, dict[int, str | int]]]:
        for number, row in xml.rows(added.texts):
            if not HEIGHT.search(row[2]):
                cells = _cells(row[3] or b"", self._wrapping)
                yield number, {column: text for column, text in cells if column not in added.columns}


def _cells(cells: bytes, wrapping: Container[int]) -> Iterator[tuple[int, str | int]]:
    """Yield column and text of each cell that wraps; a number stands for a text that cells share."""
    column = -1
    for cell in _CELL.finditer(cells):
        reference = REFERENCE.search(cell[1])
        column = column_index(reference[1]) if reference and reference[1] else column + 1
        style = _STYLE.search(cell[1])
        if style is None or int(style[1]) not in wrapping:
            continue
        value = _VALUE.search(cell[2] or b"") if _SHARED.search(cell[1]) else None
        yield column, int(value[1]) if value else _plain(_TEXT.findall(cell[2] or b""))


def _strings(archive: zipfile.ZipFile, named: Container[int]) -> dict[int, str]:
    part = next((one for one in archive.namelist() if posixpath.basename(plain_name(one)) == "sharedstrings.xml"), None)
    if part is None or not named:
        return {}
    found = enumerate(_STRING.finditer(archive.read(part)))
    return {number: _plain(_TEXT.findall(one[1] or b"")) for number, one in found if number in named}


def _plain(parts: Iterable[bytes]) -> str:
    return html.unescape(b"".join(parts).decode("utf-8", "replace"))


def _widths(head: bytes) -> dict[int, float]:
    widths: dict[int, float] = {}
    for column in _COLUMN.findall(head):
        said = {name: float(number) for name, number in _NUMBERS.findall(column)}
        if said.keys() >= {b"min", b"max", b"width"}:
            first, last = int(said[b"min"]), min(int(said[b"max"]), 16_384)
            widths |= dict.fromkeys(range(first - 1, last), said[b"width"])
    return widths

"""Find rows in a sheet's XML: a few of many, without a look at all that stands between."""

import re
from collections.abc import Collection, Container, Iterator, Sequence

ROW = re.compile(rb"<(\w+:)?row\b([^>]*?)(?:/>|>(.*?)</(?:\w+:)?row>)", re.DOTALL)
"""A row: its prefix, its attributes and its cells."""
REFERENCE = re.compile(rb"\br=[\"']([A-Z]*)(\d+)[\"']")
_DATA = re.compile(rb"<(\w+:)?sheetData\b[^>]*?(?:/>|>(.*)</(?:\w+:)?sheetData>)", re.DOTALL)
_PLAIN = re.compile(rb'<row r="(\d+)"')

Found = tuple[int, re.Match[bytes]]
"""The number of a row and where it stands."""


class SheetXml:
    """The XML of a sheet: its rows, and what stands around them.

    `likely` are rows that will be asked for: they are looked for once, now.

    Raises:
        ValueError: It has no rows.
    """

    def __init__(self, xml: bytes, likely: Collection[int] = ()) -> None:
        found = _DATA.search(xml)
        if found is None or found[2] is None:
            raise ValueError("the sheet has no rows, expected those that were read")
        self.prefix = found[1] or b""
        self.head, self.data, self.tail = xml[: found.start()], found[2], xml[found.end() :]
        self._likely = frozenset(likely)
        self._found: Sequence[Found] = list(rows_of(self.data, self._likely)) if likely else ()

    def rows(self, wanted: Collection[int]) -> Iterator[Found]:
        """Yield number and place of each row that is wanted, as they stand."""
        if not self._likely.issuperset(wanted):
            return rows_of(self.data, wanted)
        return (one for one in self._found if one[0] in wanted)


def rows_of(data: bytes, wanted: Container[int]) -> Iterator[Found]:
    """Yield number and place of each row that is wanted, as they stand."""
    if not _is_plain(data):
        yield from _one_by_one(data, wanted)
        return
    for start in _PLAIN.finditer(data):
        number = int(start[1])
        if number in wanted and (row := ROW.match(data, start.start())):
            yield number, row


def _is_plain(data: bytes) -> bool:
    """Tell whether each row begins as Excel writes it, and nothing else can look like the beginning of one."""
    if b":row" in data or b"<!" in data:
        return False
    return data.count(b'<row r="') == data.count(b"<row")


def _one_by_one(data: bytes, wanted: Container[int]) -> Iterator[Found]:
    number = 0
    for row in ROW.finditer(data):
        reference = REFERENCE.search(row[2])
        number = int(reference[2]) if reference else number + 1
        if number in wanted:
            yield number, row

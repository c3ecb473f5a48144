"""Find rows in a sheet's XML: a few of many, without a look at all that stands between."""

import re
from collections.abc import Container, Iterator

ROW = re.compile(rb"<(\w+:)?row\b([^>]*?)(?:/>|>(.*?)</(?:\w+:)?row>)", re.DOTALL)
"""A row: its prefix, its attributes and its cells."""
REFERENCE = re.compile(rb"\br=[\"']([A-Z]*)(\d+)[\"']")
_PLAIN = re.compile(rb'<row r="(\d+)"')


def rows_of(data: bytes, wanted: Container[int]) -> Iterator[tuple[int, re.Match[bytes]]]:
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


def _one_by_one(data: bytes, wanted: Container[int]) -> Iterator[tuple[int, re.Match[bytes]]]:
    number = 0
    for row in ROW.finditer(data):
        reference = REFERENCE.search(row[2])
        number = int(reference[2]) if reference else number + 1
        if number in wanted:
            yield number, row

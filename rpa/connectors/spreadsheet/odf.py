"""What the parser doesn't tell of an ods sheet: error values and hidden rows."""

import zipfile
from typing import TYPE_CHECKING

from rpa.connectors.spreadsheet.ooxml import Facts

if TYPE_CHECKING:
    from lxml import etree

_TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
_ERROR_TYPE = "{urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0}value-type"
_MOST_REPEATED = 10_000
"""Rows or cells repeated more often than this are the empty rest of a sheet."""


def scan_sheets(archive: zipfile.ZipFile) -> dict[str, Facts]:
    """Return what was found on each sheet, by its name."""
    from lxml import etree  # few files are of this kind

    found: dict[str, Facts] = {}
    facts, row = Facts(), 0
    with archive.open("content.xml") as stream:
        events = etree.iterparse(stream, events=("start", "end"), resolve_entities=False, no_network=True)
        for event, node in events:
            if event == "start" and node.tag == f"{_TABLE}table":
                facts, row = found.setdefault(str(node.get(f"{_TABLE}name")), Facts()), 0
            elif event == "end" and node.tag == f"{_TABLE}table-row":
                row += _scan_row(node, row, facts)
                node.clear()
    return found


def _scan_row(node: "etree._Element", before: int, facts: Facts) -> int:
    repeated = int(node.get(f"{_TABLE}number-rows-repeated", "1"))
    numbers = range(before + 1, before + 1 + min(repeated, _MOST_REPEATED))
    if node.get(f"{_TABLE}visibility") in {"collapse", "filter"}:
        facts.hidden.update(numbers)
    errors: dict[int, str] = {}
    column = 0
    for cell in node:
        count = int(cell.get(f"{_TABLE}number-columns-repeated", "1"))
        if cell.get(_ERROR_TYPE) == "error":
            text = "".join(str(part) for part in cell.itertext()).strip()
            errors.update(dict.fromkeys(range(column, column + min(count, _MOST_REPEATED)), text))
        column += count
    if errors:
        facts.errors.update(dict.fromkeys(numbers, errors))
    return repeated

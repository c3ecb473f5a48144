"""What the parser doesn't tell of an xlsx sheet: error values, hidden rows, and cells far outside."""

import posixpath
import re
import zipfile
from collections.abc import Iterator, Mapping

from rpa.connectors.spreadsheet.elements import Element, NotXml, elements_of
from rpa.connectors.spreadsheet.limits import MEGABYTE, Limits
from rpa.exceptions import InputRefused

KNOWN_ERRORS = frozenset({"#DIV/0!", "#N/A", "#NAME?", "#NULL!", "#NUM!", "#REF!", "#VALUE!", "#GETTING_DATA"})
"""Error values the parser knows; one newer than these (#SPILL!, #CALC!) would make it fail the sheet."""

_BLOCK = MEGABYTE // 8
_SIGNS = ((b"e", b't="e"'), (b"'", b"t='e'"), (b"h", b"hidden="))
"""What tells of an error value or a hidden row, each with a letter of it: to look for one letter costs nothing."""
_ROW_END = re.compile(rb"</(?:\w+:)?row>|<(?:\w+:)?row\b[^>]*/>")
_ROW = re.compile(rb"<(?:\w+:)?row\b([^>]*?)(?:/>|>(.*?)</(?:\w+:)?row>)", re.DOTALL)
_CELL = re.compile(rb"<(?:\w+:)?c(?=[\s/>])([^>]*?)(?:/>|>(.*?)</(?:\w+:)?c>)", re.DOTALL)
_REF = re.compile(rb"\br=[\"']([A-Z]{0,3})(\d{0,7})[\"']")
_VALUE = re.compile(rb"<(?:\w+:)?v[^>]*>([^<]*)<")
_HIDDEN = re.compile(rb"\bhidden=[\"'](?:1|true)[\"']")
_ERROR = re.compile(rb"\bt=[\"']e[\"']")
_FAR = re.compile(rb' r="[A-Z]{1,2}(?:[A-Z]|\d{7}|[5-9]\d{5})')
"""Written so that the search can jump from one r= to the next; most sheets have a million of them."""


class Facts:
    """What a scan of one sheet found."""

    def __init__(self) -> None:
        self.errors: dict[int, dict[int, str]] = {}
        self.hidden: set[int] = set()
        self.last_row = 0
        self.last_column = 0
        """Of cells that stand beyond column ZZ or row 499,999; 0 if none does."""


def sheet_parts(archive: zipfile.ZipFile) -> dict[str, str]:
    """Return the zip entry of each sheet, by sheet name; an unusual layout gives an empty answer."""
    try:
        book = _relation(archive, "_rels/.rels", "/officeDocument").get("", "xl/workbook.xml")
        targets = part_targets(archive, book)
        sheets = [sheet for name, sheet in _elements(archive, book) if name == "sheet"]
    except (KeyError, NotXml, ValueError):
        return {}
    ids = ((str(s.get("name")), _relation_id(s)) for s in sheets)
    return {name: _entry(archive, targets[key]) for name, key in ids if key in targets}


def part_targets(archive: zipfile.ZipFile, book: str) -> dict[str, str]:
    """Return the zip entries of a workbook's sheets, by the id its own part calls them."""
    folder, name = posixpath.split(book)
    return _relation(archive, posixpath.join(folder, "_rels", f"{name}.rels"), "/worksheet", folder, by_id=True)


def _relation_id(sheet: Mapping[str, str]) -> str:
    return next((value for key, value in sheet.items() if key.endswith("}id")), "")


def _relation(
    archive: zipfile.ZipFile, part: str, kind: str, folder: str = "", *, by_id: bool = False
) -> dict[str, str]:
    found: dict[str, str] = {}
    for name, relation in _elements(archive, part):
        if name == "Relationship" and relation.get("Type", "").endswith(kind):
            target = relation.get("Target", "")
            path = target.lstrip("/") if target.startswith("/") else posixpath.normpath(posixpath.join(folder, target))
            found[str(relation.get("Id")) if by_id else ""] = path.lstrip("/")
    return found


def _elements(archive: zipfile.ZipFile, part: str) -> list[Element]:
    return elements_of(archive.read(_entry(archive, part)))


def _entry(archive: zipfile.ZipFile, part: str) -> str:
    """Return a part's entry; Excel finds it whatever the case of its letters and the slashes some programs write."""
    names = archive.namelist()
    return part if part in names else next((name for name in names if plain_name(name) == part.lower()), part)


def plain_name(entry: str) -> str:
    """Return the name of a zip entry as the parts of a workbook are called."""
    return entry.replace("\\", "/").lstrip("/").lower()


def scan_sheet(archive: zipfile.ZipFile, part: str, limits: Limits) -> Facts:
    """Return error values and hidden rows of a sheet; InputRefused if cells stand too far outside."""
    facts = Facts()
    row = 0
    for block in _blocks(archive, part):
        if _FAR.search(block) or (b"'" in block and b" r='" in block):
            _find_far(block, facts)
        # plain searches first: they cost a tenth of the patterns, and most sheets have neither
        telling = any(letter in block and sign in block for letter, sign in _SIGNS)
        row = _scan_rows(block, facts, row) if telling else _last_row(block, row)
    if facts.last_row > limits.max_rows or facts.last_column > limits.max_columns:
        raise InputRefused(
            f"has cells as far out as row {facts.last_row} and column {facts.last_column}, at most {limits.max_rows} "
            f"rows and {limits.max_columns} columns are taken: delete what stands far outside the table"
        )
    return facts


def _blocks(archive: zipfile.ZipFile, part: str) -> Iterator[bytes]:
    """Yield the sheet's XML in blocks that end where a row ends."""
    rest = b""
    with archive.open(part) as stream:
        while block := stream.read(max(_BLOCK, len(rest))):
            block = rest + block
            tag_end = block.rfind(b"row>")
            tag = max(block.rfind(b"<", 0, max(tag_end, 0)), 0)
            end = tag_end + 4 if block.startswith(b"</", tag) else tag
            yield block[:end]
            rest = block[end:]
    yield rest


def _last_row(block: bytes, row: int) -> int:
    start = max(block.rfind(b"<row"), block.rfind(b":row "))
    reference = _REF.search(block, start) if start >= 0 else None
    if reference and reference[2] and not reference[1]:
        return int(reference[2])
    return row + len(_ROW_END.findall(block))


def _scan_rows(block: bytes, facts: Facts, row: int) -> int:
    for found in _ROW.finditer(block):
        attributes, cells = found.groups()
        reference = _REF.search(attributes)
        row = int(reference[2]) if reference and reference[2] else row + 1
        if _HIDDEN.search(attributes):
            facts.hidden.add(row)
        if cells and _ERROR.search(cells):
            facts.errors[row] = dict(_errors(cells))
    return row


def _errors(cells: bytes) -> Iterator[tuple[int, str]]:
    column = -1
    for attributes, content in _CELL.findall(cells):
        reference = _REF.search(attributes)
        column = column_index(reference[1]) if reference and reference[1] else column + 1
        if _ERROR.search(attributes):
            value = _VALUE.search(content)
            yield column, value[1].decode("ascii", "replace") if value else "#VALUE!"


def _find_far(block: bytes, facts: Facts) -> None:
    for attributes, content in _CELL.findall(block):
        reference = _REF.search(attributes)
        if reference and reference[1] and reference[2] and content.strip():
            facts.last_row = max(facts.last_row, int(reference[2]))
            facts.last_column = max(facts.last_column, column_index(reference[1]) + 1)


def column_index(letters: bytes) -> int:
    """Return a column's number, counted from 0: A is 0, AA is 26."""
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number - 1


def with_known_errors(archive: zipfile.ZipFile, parts: set[str], target: zipfile.ZipFile) -> None:
    """Copy a workbook, error values the parser doesn't know replaced by one it does."""
    for entry in archive.infolist():
        content = archive.read(entry)
        if entry.filename in parts:
            content = re.sub(rb"(<(?:\w+:)?v>)#[A-Z_!?]+(</)", _known, content)
        target.writestr(entry.filename, content)


def _known(found: re.Match[bytes]) -> bytes:
    value = found[0][len(found[1]) : -2]
    return found[0] if value.decode() in KNOWN_ERRORS else found[1] + b"#VALUE!" + found[2]

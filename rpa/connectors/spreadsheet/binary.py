"""What the parser doesn't tell of xls and xlsb sheets: error values and hidden rows, from their records."""

import struct
import zipfile
from collections.abc import Iterator

from rpa.connectors.spreadsheet.compound import read_stream
from rpa.connectors.spreadsheet.ooxml import Facts, part_targets

ERRORS = {0: "#NULL!", 7: "#DIV/0!", 15: "#VALUE!", 23: "#REF!", 29: "#NAME?", 36: "#NUM!", 42: "#N/A"}
"""Error codes of [MS-XLS] 2.5.10, the same in both formats."""

_BOUNDSHEET, _BOF, _EOF, _ROW, _BOOLERR, _FORMULA = 0x85, 0x809, 0x0A, 0x208, 0x205, 0x06
_ROW_HIDDEN = 0x20
_B_ROW, _B_CELL_ERROR, _B_FORMULA_ERROR, _B_SHEET = 0, 3, 11, 156
_B_ROW_HIDDEN = 0x10


def scan_xls(content: bytes) -> list[Facts]:
    """Return what was found on each sheet, in the workbook's order ([MS-XLS])."""
    book = read_stream(content, ("Workbook", "Book"))
    return [_scan_xls_sheet(book, offset) for offset in _sheet_offsets(book)]


def _records(book: bytes, at: int) -> Iterator[tuple[int, bytes]]:
    """Yield kind and content of the records of one substream; ones nested in it (charts) are passed over."""
    depth = 0
    while at + 4 <= len(book):
        kind, size = struct.unpack_from("<HH", book, at)
        depth += (kind == _BOF) - (kind == _EOF)
        if depth <= 0:
            return
        if depth == 1:
            yield kind, book[at + 4 : at + 4 + size]
        at += 4 + size


def _sheet_offsets(book: bytes) -> list[int]:
    return [struct.unpack_from("<I", content)[0] for kind, content in _records(book, 0) if kind == _BOUNDSHEET]


def _scan_xls_sheet(book: bytes, at: int) -> Facts:
    facts = Facts()
    for kind, content in _records(book, at):
        if kind == _ROW and len(content) >= 14 and content[12] & _ROW_HIDDEN:
            facts.hidden.add(struct.unpack_from("<H", content)[0] + 1)
        elif kind in {_BOOLERR, _FORMULA} and (code := _error_code(kind, content)) is not None:
            row, column = struct.unpack_from("<HH", content)
            facts.errors.setdefault(row + 1, {})[column] = ERRORS.get(code, "#VALUE!")
    return facts


def _error_code(kind: int, content: bytes) -> int | None:
    if kind == _BOOLERR:
        return content[6] if len(content) >= 8 and content[7] else None
    # a formula's result is a number unless its last two bytes are FFFF; the first then says which kind
    is_error = len(content) >= 14 and content[12:14] == b"\xff\xff" and content[6] == 2
    return content[8] if is_error else None


def scan_xlsb(archive: zipfile.ZipFile) -> dict[str, Facts]:
    """Return what was found on each sheet, by its name ([MS-XLSB])."""
    targets = part_targets(archive, "xl/workbook.bin")
    found = {}
    for kind, content in binary_records(archive.read("xl/workbook.bin")):
        if kind == _B_SHEET:
            key, at = _wide_text(content, 8)
            name, _ = _wide_text(content, at)
            if targets.get(key) in archive.namelist():
                found[name] = scan_binary_sheet(archive.read(targets[key]))
    return found


def scan_binary_sheet(content: bytes) -> Facts:
    """Return error values and hidden rows of one sheet part of an xlsb."""
    facts = Facts()
    row = 0
    for kind, record in binary_records(content):
        if kind == _B_ROW and len(record) >= 12:
            row = struct.unpack_from("<I", record)[0] + 1
            if record[11] & _B_ROW_HIDDEN:
                facts.hidden.add(row)
        elif kind in {_B_CELL_ERROR, _B_FORMULA_ERROR} and len(record) >= 9:
            column = struct.unpack_from("<I", record)[0]
            facts.errors.setdefault(row, {})[column] = ERRORS.get(record[8], "#VALUE!")
    return facts


def binary_records(content: bytes) -> Iterator[tuple[int, bytes]]:
    """Yield kind and content of an xlsb part's records; kind and size are written seven bits a byte."""
    at = 0
    while at < len(content):
        kind, at = _number(content, at, 2)
        size, at = _number(content, at, 4)
        yield kind, content[at : at + size]
        at += size


def _number(content: bytes, at: int, most: int) -> tuple[int, int]:
    value = 0
    for position, byte in enumerate(content[at : at + most]):
        value |= (byte & 0x7F) << (7 * position)
        at += 1
        if not byte & 0x80:
            break
    return value, at


def _wide_text(content: bytes, at: int) -> tuple[str, int]:
    end = at + 4 + 2 * struct.unpack_from("<I", content, at)[0]
    return content[at + 4 : end].decode("utf-16-le"), end

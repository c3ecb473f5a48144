"""Find out what a file really is, and refuse what its name doesn't say, what is locked and what is a bomb."""

import re
import zipfile

from rpa.connectors.spreadsheet.limits import MEGABYTE, Limits
from rpa.connectors.spreadsheet.source import Source
from rpa.connectors.spreadsheet.unlock import OTHERWISE, Protected
from rpa.exceptions import InputRefused

KINDS = {
    ".xlsx": "xlsx",
    ".xlsm": "xlsx",
    ".xltx": "xlsx",
    ".xltm": "xlsx",
    ".xls": "xls",
    ".xlsb": "xlsb",
    ".ods": "ods",
    ".csv": "text",
    ".tsv": "text",
    ".txt": "text",
}
NAMES = {
    "xlsx": "an Excel workbook (.xlsx)",
    "xls": "an old Excel workbook (.xls)",
    "xlsb": "a binary Excel workbook (.xlsb)",
    "ods": "an OpenDocument spreadsheet (.ods)",
    "text": "text with separators (.csv)",
    "html": "a web page",
    "xml": "an XML document",
    "zip": "a zip archive with no workbook at its top",
    "pdf": "a PDF document",
    "binary": "no text and no workbook",
}
SAVE_AS = "open it in Excel, save it as .xlsx and send that"

_COMPOUND = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_OLD_BIFF = (b"\x09\x00\x04\x00", b"\x09\x02\x06\x00", b"\x09\x04\x06\x00", b"\x09\x08\x08\x00", b"\x09\x08\x10\x00")
_SMALL = MEGABYTE * 20
"""Below this many unpacked bytes the packing ratio doesn't matter: no machine is hurt."""


def kind_of(source: Source, limits: Limits) -> str:
    """Return xlsx, xls, xlsb, ods or text; the refusal says what the file is and what to do instead.

    Raises:
        InputRefused: It isn't what its name says, or would hurt whoever reads it.
        Protected: A password is needed to look inside.
    """
    expected = KINDS[source.suffix]
    found = _content_kind(source, limits)
    if found != expected:
        raise InputRefused(f"is {NAMES[found]}, not {NAMES[expected]} as its name says: {SAVE_AS}")
    return found


def _content_kind(source: Source, limits: Limits) -> str:
    with source.open() as file:
        head = file.read(4096)
    if head.startswith(b"PK"):
        return _zip_kind(source, limits)
    if head.startswith(_COMPOUND):
        return _compound_kind(source)
    if head.startswith(_OLD_BIFF):
        raise InputRefused(f"was written by an Excel older than 1997, which can't be read: {SAVE_AS}")
    return _text_kind(head)


def _text_kind(head: bytes) -> str:
    start = head.lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if start.startswith((b"<!doctype html", b"<html")):
        return "html"
    if start.startswith(b"<?xml"):
        return "html" if b"<html" in start else "xml"
    if start.startswith(b"%pdf"):
        return "pdf"
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "text"
    nulls = head.count(0)
    utf16 = nulls >= len(head) // 4 and (not any(head[0::2]) or not any(head[1::2]) or _every_second(head))
    controls = sum(byte < 9 or 13 < byte < 32 for byte in head) - nulls
    return "binary" if (nulls and not utf16) or controls > len(head) // 50 else "text"


def _every_second(head: bytes) -> bool:
    """Tell whether nearly all zero bytes stand on one side of the byte pairs, as in UTF-16 without a mark."""
    even, odd = head[0::2].count(0), head[1::2].count(0)
    return min(even, odd) * 20 < max(even, odd)


def _compound_kind(source: Source) -> str:
    content = source.read()
    if "EncryptedPackage".encode("utf-16-le") in content:
        raise Protected
    if any(name.encode("utf-16-le") in content for name in ("Workbook", "Book")):
        return "xls"
    return "binary"


def _zip_kind(source: Source, limits: Limits) -> str:
    try:
        with source.open() as file, zipfile.ZipFile(file) as archive:
            entries = archive.infolist()
            _refuse_bombs(entries, source.size, limits)
            names = {entry.filename.replace("\\", "/").lower().lstrip("/") for entry in entries}
            if any(entry.flag_bits & 1 for entry in entries) or _is_encrypted_ods(archive, names):
                raise InputRefused(OTHERWISE)
    except (zipfile.BadZipFile, NotImplementedError, ValueError, OSError, EOFError):
        raise InputRefused(f"is damaged (its zip directory can't be read): {SAVE_AS}") from None
    if any(re.fullmatch(r".*workbook\d*\.bin", name) for name in names):
        return "xlsb"
    if "content.xml" in names:
        return "ods"
    return "xlsx" if "[content_types].xml" in names and any("sheet" in name for name in names) else "zip"


def _is_encrypted_ods(archive: zipfile.ZipFile, names: set[str]) -> bool:
    if "content.xml" not in names or "meta-inf/manifest.xml" not in names:
        return False
    with archive.open("META-INF/manifest.xml") as manifest:
        return b"encryption-data" in manifest.read(MEGABYTE)


def _refuse_bombs(entries: list[zipfile.ZipInfo], size: int, limits: Limits) -> None:
    unpacked = sum(entry.file_size for entry in entries)
    if unpacked > limits.max_unpacked:
        raise InputRefused(
            f"unpacks to {unpacked // MEGABYTE} MB, at most {limits.max_unpacked // MEGABYTE} MB are taken: "
            "send it in several files"
        )
    if unpacked > _SMALL and unpacked > size * limits.max_ratio:
        raise InputRefused(
            f"unpacks to {unpacked // size} times its size, at most {limits.max_ratio} times is taken: {SAVE_AS}"
        )

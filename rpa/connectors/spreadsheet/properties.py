"""Read the custom properties of a workbook: words a program left in it that no cell shows."""

import io
import zipfile
from collections.abc import Mapping
from pathlib import Path

from lxml import etree

from rpa.connectors.spreadsheet.gate import check_file
from rpa.connectors.spreadsheet.limits import MEGABYTE, Limits
from rpa.connectors.spreadsheet.parser import warm_parser
from rpa.exceptions import InputRefused
from rpa.secrets import Credential

PART = "docProps/custom.xml"
ZIPPED = frozenset({".xlsx", ".xlsm"})
_NOT_THERE = (
    zipfile.BadZipFile, KeyError, OSError, NotImplementedError, RuntimeError, InputRefused, etree.XMLSyntaxError,
)  # fmt: skip


def custom_properties(path: Path, *, password: Credential | None = None) -> Mapping[str, str]:
    """Return the custom properties of a workbook by name; a file that has none, or is no workbook, gives none.

    `password` opens a workbook that needs one; without the right one there are none.
    """
    try:
        with zipfile.ZipFile(_opened(path, password)) as archive, archive.open(PART) as part:
            content = part.read(MEGABYTE)
        safe = etree.XMLParser(resolve_entities=False, no_network=True)
        root = etree.fromstring(content, parser=safe)
    except _NOT_THERE:
        return {}
    return {str(one.get("name")): "".join(str(text) for text in one.itertext()) for one in root.iter("{*}property")}


def _opened(path: Path, password: Credential | None) -> Path | io.BytesIO:
    if password is None or path.suffix.lower() not in ZIPPED or zipfile.is_zipfile(path):
        return path
    check_file(path, Limits())
    book = warm_parser().outline(path, 0, limits=Limits(), password=password)
    return io.BytesIO(book.content)

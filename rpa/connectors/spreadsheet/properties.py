"""Read the custom properties of a workbook: words a program left in it that no cell shows."""

import zipfile
from collections.abc import Mapping
from pathlib import Path

from lxml import etree

from rpa.connectors.spreadsheet.limits import MEGABYTE

PART = "docProps/custom.xml"


def custom_properties(path: Path) -> Mapping[str, str]:
    """Return the custom properties of a workbook by name; a file that has none, or is no workbook, gives none."""
    try:
        with zipfile.ZipFile(path) as archive, archive.open(PART) as part:
            content = part.read(MEGABYTE)
        safe = etree.XMLParser(resolve_entities=False, no_network=True)
        root = etree.fromstring(content, parser=safe)
    except (zipfile.BadZipFile, KeyError, OSError, NotImplementedError, RuntimeError, etree.XMLSyntaxError):
        return {}
    return {str(one.get("name")): "".join(str(text) for text in one.itertext()) for one in root.iter("{*}property")}

"""Add cell formats to a workbook's styles, made from the ones that are there."""

import copy

from lxml import etree

TINT = "FFFFF2CC"
"""The pale yellow of a row a person has to look at; black text on it has a contrast of 18 to 1."""


class Styles:
    """A workbook's styles part; without one, every format is 0, the plain one."""

    def __init__(self, content: bytes | None) -> None:
        parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=True)
        self._root = etree.fromstring(content, parser) if content else None
        self._made: dict[tuple[int, bool], int] = {}
        self._fill: int | None = None

    def content(self) -> bytes:
        """Return the part as it is now."""
        if self._root is None:
            return b""
        xml = etree.tostring(self._root, xml_declaration=True, encoding="UTF-8", standalone=True)
        return xml if isinstance(xml, bytes) else xml.encode()

    def wrapping(self) -> set[int]:
        """Return the formats of the sender whose text wraps."""
        formats = self._part("cellXfs")
        found = enumerate(() if formats is None else formats)
        return {
            number
            for number, one in found
            if any(node.get("wrapText") in ("1", "true") for node in one.iterfind("{*}alignment"))
        }

    def wrapped(self, base: int, *, tinted: bool = False) -> int:
        """Return a format like `base` whose text wraps, and that may be edited on a protected sheet."""
        formats = self._part("cellXfs")
        if formats is None or not len(formats):
            return 0
        if (base, tinted) not in self._made:
            self._made[base, tinted] = self._add(formats, formats[min(base, len(formats) - 1)], tinted=tinted)
        return self._made[base, tinted]

    def _add(self, formats: "etree._Element", base: "etree._Element", *, tinted: bool) -> int:
        new = copy.deepcopy(base)
        vertical = next((str(node.get("vertical")) for node in base.iterfind("{*}alignment[@vertical]")), "bottom")
        for child in list(new):
            new.remove(child)
        namespace = etree.QName(formats).namespace
        # as its neighbours stand, so that a row that grew still reads as one line
        etree.SubElement(new, f"{{{namespace}}}alignment", {"vertical": vertical, "wrapText": "1"})
        etree.SubElement(new, f"{{{namespace}}}protection", {"locked": "0"})
        new.attrib.update({"numFmtId": "0", "applyAlignment": "1", "applyProtection": "1", "quotePrefix": "0"})
        if tinted:
            new.attrib.update({"fillId": str(self._tint()), "applyFill": "1"})
        formats.append(new)
        formats.set("count", str(len(formats)))
        return len(formats) - 1

    def _tint(self) -> int:
        fills = self._part("fills")
        if fills is None:
            return 0
        if self._fill is None:
            namespace = etree.QName(fills).namespace
            fill = etree.SubElement(fills, f"{{{namespace}}}fill")
            pattern = etree.SubElement(fill, f"{{{namespace}}}patternFill", {"patternType": "solid"})
            etree.SubElement(pattern, f"{{{namespace}}}fgColor", {"rgb": TINT})
            fills.set("count", str(len(fills)))
            self._fill = len(fills) - 1
        return self._fill

    def _part(self, name: str) -> "etree._Element | None":
        return None if self._root is None else self._root.find(f"{{*}}{name}")

"""Change what stands around a sheet's rows: its size, its column widths and its drop-downs."""

from lxml import etree

from rpa.connectors.spreadsheet.added import RESUBMIT, WIDTHS, Added, letters

CHOICES = f'"{RESUBMIT}"'
AFTER_VALIDATIONS = (
    "hyperlinks printOptions pageMargins pageSetup headerFooter rowBreaks colBreaks customProperties cellWatches "
    "ignoredErrors smartTags drawing legacyDrawing legacyDrawingHF drawingHF picture oleObjects controls "
    "webPublishItems tableParts extLst"
)
"""What follows the validations in a sheet, in the order ISO/IEC 29500-1 18.3.1.99 demands."""
MOST_RANGES = 200
"""Ranges in one validation: Excel keeps the attribute's text short."""


def edit_frame(head: bytes, tail: bytes, added: Added) -> tuple[bytes, bytes]:
    """Return what stands before and after the rows, with widths and drop-downs for the added columns."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=True)
    mark = b"<?rows?>"
    root = etree.fromstring(head + mark + tail, parser)
    name = etree.QName(root).namespace
    namespace = f"{{{name}}}" if name else ""
    if added.new:
        _set_widths(root, namespace, added.columns)
        for node in root.findall(f"{namespace}dimension"):
            root.remove(node)  # optional, and wrong from now on
    _set_choices(root, namespace, added)
    xml = etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)
    before, _, after = xml.partition(mark)
    return before, after


def _set_widths(root: "etree._Element", namespace: str, columns: tuple[int, int, int]) -> None:
    cols = root.find(f"{namespace}cols")
    if cols is None:
        cols = etree.Element(f"{namespace}cols")
        root.insert(next(i for i, node in enumerate(root) if not isinstance(node.tag, str)), cols)
    first, last = columns[0] + 1, columns[-1] + 1
    for col in list(cols):
        _cut_out(cols, col, first, last)
    for number, width in zip(range(first, last + 1), WIDTHS, strict=True):
        attributes = {"min": str(number), "max": str(number), "width": str(width), "customWidth": "1"}
        etree.SubElement(cols, f"{namespace}col", attributes)
    cols[:] = sorted(cols, key=lambda col: int(col.get("min", "1")))


def _cut_out(cols: "etree._Element", col: "etree._Element", first: int, last: int) -> None:
    """Take columns first…last out of what a `col` element covers."""
    low, high = int(col.get("min", "1")), int(col.get("max", "1"))
    if high < first or low > last:
        return
    for start, end in ((low, first - 1), (last + 1, high)):
        if start <= end:
            attributes = {str(key): str(value) for key, value in col.attrib.items()}
            attributes |= {"min": str(start), "max": str(end)}
            etree.SubElement(cols, col.tag, attributes)
    cols.remove(col)


def _set_choices(root: "etree._Element", namespace: str, added: Added) -> None:
    validations = root.find(f"{namespace}dataValidations")
    if validations is None:
        validations = etree.Element(f"{namespace}dataValidations")
        followers = {f"{namespace}{name}" for name in AFTER_VALIDATIONS.split()}
        place = next((i for i, node in enumerate(root) if node.tag in followers), len(root))
        root.insert(place, validations)
    for old in validations:
        if old.findtext(f"{namespace}formula1") == CHOICES:
            validations.remove(old)  # from an earlier return of the same workbook
    runs = added.to_fix()
    for start in range(0, len(runs), MOST_RANGES):
        validations.append(_choice(namespace, added, runs[start : start + MOST_RANGES]))
    validations.set("count", str(len(validations)))
    if not len(validations):
        root.remove(validations)


def _choice(namespace: str, added: Added, runs: list[tuple[int, int]]) -> "etree._Element":
    column = letters(added.columns[0])
    attributes = {
        "type": "list",
        "allowBlank": "1",
        "showInputMessage": "1",
        "promptTitle": "Send again",
        "prompt": added.prompt,
        "sqref": " ".join(f"{column}{a}:{column}{b}" if a != b else f"{column}{a}" for a, b in runs),
    }
    node = etree.Element(f"{namespace}dataValidation", attributes)
    etree.SubElement(node, f"{namespace}formula1").text = CHOICES
    return node

"""Workbooks made by hand, part by part, so that a test can make each part odd."""

import io
import random
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
STRICT = "http://purl.oclc.org/ooxml/spreadsheetml/main"
_RELS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_STRICT_RELS = "http://purl.oclc.org/ooxml/officeDocument/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"

HEADINGS = ("NHS number", "Name", "Referral date", "Count")
NHS_NUMBERS = ("9990000018", "9990000026", "9990000034", "9990000042", "9990000050", "9990000069", "9990000077")


@dataclass(frozen=True, slots=True)
class Person:
    """What one row of a test's table says."""

    nhs_number: str
    name: str
    referred: date
    count: int


def people(seed: int, count: int = 7) -> list[Person]:
    """Return invented rows, the same for the same seed."""
    chance = random.Random(seed)  # noqa: S311 - test data
    return [
        Person(
            NHS_NUMBERS[i % len(NHS_NUMBERS)],
            f"Plum{chance.randrange(1000):03d} Testé",
            date(2020 + chance.randrange(6), 1 + chance.randrange(12), 1 + chance.randrange(28)),
            chance.randrange(1000),
        )
        for i in range(count)
    ]


def serial(day: date, epoch: int = 1900) -> int:
    """Return the number Excel stores for a day."""
    return (day - (date(1899, 12, 30) if epoch == 1900 else date(1904, 1, 1))).days


def text_cell(reference: str, text: str) -> str:
    """Return a cell that holds a text."""
    return f'<c r="{reference}" t="inlineStr"><is><t xml:space="preserve">{text}</t></is></c>'


def row_xml(number: int, cells: Sequence[str], attributes: str = "") -> str:
    """Return a row's XML."""
    return f'<row r="{number}"{attributes}>{"".join(cells)}</row>'


def person_cells(person: Person, number: int, *, left: int = 0, epoch: int = 1900) -> list[str]:
    """Return the four cells of a row of data."""
    a, b, c, d = (f"{chr(65 + left + i)}{number}" for i in range(4))
    return [
        text_cell(a, person.nhs_number),
        text_cell(b, person.name),
        f'<c r="{c}" s="1"><v>{serial(person.referred, epoch)}</v></c>',
        f'<c r="{d}"><v>{person.count}</v></c>',
    ]


def table_xml(rows: Sequence[Person], *, top: int = 1, left: int = 0, epoch: int = 1900) -> str:
    """Return heading row and rows of data."""
    headings = [text_cell(f"{chr(65 + left + i)}{top}", heading) for i, heading in enumerate(HEADINGS)]
    body = (row_xml(n, person_cells(p, n, left=left, epoch=epoch)) for n, p in enumerate(rows, top + 1))
    return row_xml(top, headings) + "".join(body)


def sheet_xml(data: str, *, before: str = "", after: str = "", namespace: str = MAIN, doctype: str = "") -> str:
    """Return a sheet's XML around its rows."""
    return (
        f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>{doctype}'
        f'<worksheet xmlns="{namespace}">{before}<sheetData>{data}</sheetData>{after}</worksheet>'
    )


def book_parts(sheets: Mapping[str, str], *, epoch: int = 1900, strict: bool = False) -> dict[str, str]:
    """Return the parts of a workbook with these sheets."""
    main, rels = (STRICT, _STRICT_RELS) if strict else (MAIN, _RELS)
    entries = "".join(f'<sheet name="{name}" sheetId="{i}" r:id="rId{i}"/>' for i, name in enumerate(sheets, 1))
    links = "".join(
        f'<Relationship Id="rId{i}" Type="{rels}/worksheet" Target="worksheets/sheet{i}.xml"/>'
        for i in range(1, len(sheets) + 1)
    )
    parts = {
        "[Content_Types].xml": _content_types(len(sheets)),
        "_rels/.rels": _relationships(f'<Relationship Id="a" Type="{rels}/officeDocument" Target="xl/workbook.xml"/>'),
        "xl/workbook.xml": f'<workbook xmlns="{main}" xmlns:r="{rels}">'
        f'<workbookPr date1904="{int(epoch == 1904)}"/><sheets>{entries}</sheets></workbook>',
        "xl/_rels/workbook.xml.rels": _relationships(
            f'{links}<Relationship Id="s" Type="{rels}/styles" Target="styles.xml"/>'
        ),
        "xl/styles.xml": _styles(main),
    }
    return parts | {f"xl/worksheets/sheet{i}.xml": xml for i, xml in enumerate(sheets.values(), 1)}


def zipped(parts: Mapping[str, str | bytes]) -> bytes:
    """Return a zip archive of these parts, the same bytes for the same parts."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(zipfile.ZipInfo(name), content, zipfile.ZIP_DEFLATED, 6)
    return buffer.getvalue()


def book(data: str, **frame: str) -> bytes:
    """Return a workbook of one sheet with these rows."""
    return zipped(book_parts({"Worklist": sheet_xml(data, **frame)}))


def _styles(namespace: str) -> str:
    return (
        f'<styleSheet xmlns="{namespace}"><fonts count="1"><font/></fonts>'
        '<fills count="1"><fill><patternFill/></fill></fills><borders count="1"><border/></borders>'
        '<cellStyleXfs count="1"><xf numFmtId="0"/></cellStyleXfs>'
        '<cellXfs count="2"><xf numFmtId="0"/><xf numFmtId="14"/></cellXfs>'
        '<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>'
    )


def _relationships(content: str) -> str:
    return f'<Relationships xmlns="{_PACKAGE}">{content}</Relationships>'


def _content_types(sheets: int) -> str:
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml"
    pages = "".join(
        f'<Override PartName="/xl/worksheets/sheet{i}.xml" ContentType="{kind}.worksheet+xml"/>'
        for i in range(1, sheets + 1)
    )
    return (
        '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{kind}.sheet.main+xml"/>'
        f'<Override PartName="/xl/styles.xml" ContentType="{kind}.styles+xml"/>{pages}</Types>'
    )

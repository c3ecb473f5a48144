"""The parts around a workbook's plain pages: what it is made of, and how its cells look."""

from collections.abc import Sequence
from xml.sax.saxutils import escape, quoteattr

TEXT, HEADING, NUMBER, DATE, MOMENT, TIME, SPAN = range(1, 8)
"""Looks of cells, in the order of the styles; the first style is that of cells nobody wrote."""
FORMATS = {DATE: "dd/mm/yyyy", MOMENT: "dd/mm/yyyy hh:mm", TIME: "hh:mm", SPAN: "[h]:mm:ss"}
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_KIND = "application/vnd.openxmlformats-officedocument.spreadsheetml"


def frame(names: Sequence[str]) -> dict[str, str]:
    """Return every part of a workbook but its pages."""
    numbered = list(enumerate(names, 1))
    sheets = "".join(f'<sheet name={quoteattr(name)} sheetId="{i}" r:id="rId{i}"/>' for i, name in numbered)
    titles = "".join(
        f'<definedName name="_xlnm.Print_Titles" localSheetId="{i - 1}">'
        + escape(f"'{name.replace(chr(39), chr(39) * 2)}'!$1:$1")
        + "</definedName>"
        for i, name in numbered
    )
    links = "".join(_link(i, "worksheet", f"worksheets/sheet{i}.xml") for i, _ in numbered)
    kinds = "".join(_override(f"worksheets/sheet{i}.xml", "worksheet") for i, _ in numbered)
    return {
        "[Content_Types].xml": f'<Types xmlns="{_PACKAGE}/content-types"><Default Extension="rels" '
        'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f"{_override('workbook.xml', 'sheet.main')}{_override('styles.xml', 'styles')}{kinds}</Types>",
        "_rels/.rels": f'<Relationships xmlns="{_PACKAGE}/relationships">'
        f"{_link(1, 'officeDocument', 'xl/workbook.xml')}</Relationships>",
        "xl/workbook.xml": f'<workbook xmlns="{MAIN}" xmlns:r="{_OFFICE}"><sheets>{sheets}</sheets>'
        f"<definedNames>{titles}</definedNames></workbook>",
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{_PACKAGE}/relationships">{links}'
        f"{_link(0, 'styles', 'styles.xml')}</Relationships>",
        "xl/styles.xml": _styles(),
    }


def _link(number: int, kind: str, target: str) -> str:
    return f'<Relationship Id="rId{number}" Type="{_OFFICE}/{kind}" Target="{target}"/>'


def _override(part: str, kind: str) -> str:
    return f'<Override PartName="/xl/{part}" ContentType="{_KIND}.{kind}+xml"/>'


def _styles() -> str:
    forms = "".join(f'<numFmt numFmtId="{170 + look}" formatCode="{form}"/>' for look, form in FORMATS.items())
    top = '<alignment vertical="top" wrapText="1"/></xf>'
    moments = "".join(
        f'<xf numFmtId="{170 + look}" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1" '
        'applyAlignment="1"><alignment horizontal="left" vertical="top"/></xf>'
        for look in FORMATS
    )
    return (
        f'<styleSheet xmlns="{MAIN}"><numFmts count="{len(FORMATS)}">{forms}</numFmts><fonts count="2"><font>'
        '<sz val="11"/><name val="Calibri"/></font><font><b/><sz val="11"/><color rgb="FFFFFFFF"/>'
        '<name val="Calibri"/></font></fonts><fills count="3"><fill><patternFill patternType="none"/></fill><fill>'
        '<patternFill patternType="gray125"/></fill><fill><patternFill patternType="solid"><fgColor rgb="FF005EB8"/>'
        '</patternFill></fill></fills><borders count="1"><border/></borders><cellStyleXfs count="1">'
        '<xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>'
        f'<cellXfs count="{4 + len(FORMATS)}"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/>'
        '<xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0" applyAlignment="1">'
        f'{top}<xf numFmtId="0" fontId="1" fillId="2" borderId="0" xfId="0" '
        f'applyFont="1" applyFill="1" applyAlignment="1">{top}<xf numFmtId="0" fontId="0" fillId="0" '
        'borderId="0" xfId="0" applyAlignment="1"><alignment horizontal="right" vertical="top" indent="1"/></xf>'
        f"{moments}</cellXfs>"
        '<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>'
    )

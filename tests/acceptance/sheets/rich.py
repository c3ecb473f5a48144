"""A workbook with everything in it that a program which loads and saves is known to lose."""

import io
import zipfile
from pathlib import Path

import xlsxwriter  # type: ignore[import-untyped]

HEADINGS = ("NHS number", "Name", "Ward", "Visits")
ROWS = [(f"99900000{n:02d}", f"Plum Test-{n}", "ABC"[n % 3], n) for n in range(10, 40)]
PICTURE = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d49444154789c63fcffffff7f0009fb03fd"
    "05e32a1b0000000049454e44ae426082"
)
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006"
_SHEETS = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
BY_HAND: dict[str, str | bytes] = {
    "xl/pivotCache/pivotCacheDefinition1.xml": f'<pivotCacheDefinition xmlns="{_SHEETS}" refreshOnLoad="1" '
    'recordCount="0"><cacheSource type="worksheet"><worksheetSource ref="A4:D34" sheet="Worklist"/></cacheSource>'
    '<cacheFields count="0"/></pivotCacheDefinition>',
    "xl/pivotTables/pivotTable1.xml": f'<pivotTableDefinition xmlns="{_SHEETS}" name="Wards" cacheId="1"/>',
    "xl/slicers/slicer1.xml": '<slicers xmlns="http://schemas.microsoft.com/office/spreadsheetml/2009/9/main">'
    '<slicer name="Ward" cache="Slicer_Ward" rowHeight="225425"/></slicers>',
    "xl/slicerCaches/slicerCache1.xml": '<slicerCacheDefinition name="Slicer_Ward" sourceName="Ward" '
    'xmlns="http://schemas.microsoft.com/office/spreadsheetml/2009/9/main"/>',
    "xl/threadedComments/threadedComment1.xml": "<ThreadedComments "
    'xmlns="http://schemas.microsoft.com/office/spreadsheetml/2018/threadedcomments"/>',
    "xl/printerSettings/printerSettings1.bin": bytes(range(256)),
    "xl/externalLinks/_rels/externalLink1.xml.rels": "<Relationships "
    'xmlns="http://schemas.openxmlformats.org/package/2006/relationships"/>',
    "customXml/item1.xml": '<trust xmlns="urn:example:trust"><list id="7"/></trust>',
    "customXml/itemProps1.xml": f'<ds:datastoreItem xmlns:ds="{_OFFICE}/customXml" ds:itemID="{{1}}"/>',
}
"""Parts that no library here writes; that they are not hooked up makes no difference to a copy."""


def rich_workbook(path: Path) -> None:
    """Write it: charts, pictures, tables, notes, rules, drop-downs, names, shared formulas and parts made by hand."""
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer) as book:
        sheet = book.add_worksheet("Worklist")
        _fill(book, sheet)
        _decorate(book, sheet)
        book.add_worksheet("Hidden").hide()
        notes = book.add_worksheet("Notes")
        notes.write_rich_string("A1", "kept ", book.add_format({"bold": True}), "as it is")
        notes.insert_image("B3", "dot.png", {"image_data": io.BytesIO(PICTURE)})
        book.define_name("Visits", "=Worklist!$D$5:$D$34")
        book.set_custom_property("Owner", "Outpatients")
        book.set_vba_name("ThisWorkbook")
    with zipfile.ZipFile(buffer) as made, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as target:
        for entry in made.infolist():
            content = made.read(entry)
            if entry.filename == "xl/worksheets/sheet1.xml":
                content = _with_shared_formulas(content)
            target.writestr(entry, content)
        for name, part in BY_HAND.items():
            target.writestr(zipfile.ZipInfo(name), part, zipfile.ZIP_STORED)


def _fill(book: xlsxwriter.Workbook, sheet: xlsxwriter.worksheet.Worksheet) -> None:
    heading = book.add_format({"bold": True, "bg_color": "#2F5597", "font_color": "#FFFFFF"})
    sheet.merge_range("A1:D1", "Week 18", heading)
    sheet.merge_range("A3:B3", "Patient", heading)
    for number, cells in enumerate(ROWS, 4):
        sheet.write_row(number, 0, cells)
        sheet.write_formula(number, 5, f"=D{number + 1}*2", None, cells[3] * 2)
    sheet.add_table(3, 0, 33, 3, {"name": "Referrals", "columns": [{"header": one} for one in HEADINGS]})


def _decorate(book: xlsxwriter.Workbook, sheet: xlsxwriter.worksheet.Worksheet) -> None:
    sheet.conditional_format("D5:D34", {"type": "data_bar", "data_bar_2010": True})
    sheet.conditional_format("C5:C34", {"type": "icon_set", "icon_style": "3_traffic_lights"})
    sheet.data_validation("C5:C34", {"validate": "list", "source": ["A", "B", "C"]})
    sheet.write_comment("B5", "Called twice.")
    sheet.insert_image("H1", "dot.png", {"image_data": io.BytesIO(PICTURE)})
    sheet.add_sparkline("G5", {"range": "Worklist!D5:D34"})
    sheet.write_url("H20", "https://example.nhs.uk/", string="site")
    chart = book.add_chart({"type": "column"})
    chart.add_series({"values": "=Worklist!$D$5:$D$34"})
    sheet.insert_chart("J2", chart)
    sheet.freeze_panes(4, 1)
    sheet.set_landscape()
    sheet.repeat_rows(0, 3)
    sheet.set_header("&L&A&RPage &P")
    sheet.set_h_pagebreaks([20])
    sheet.protect("", {"format_cells": True})
    sheet.set_row(9, None, None, {"hidden": True})


def _with_shared_formulas(xml: bytes) -> bytes:
    """Let one cell hold the formula of all below it, as Excel writes a formula that was filled down."""
    xml = xml.replace(b"<f>D5*2</f>", b'<f t="shared" ref="F5:F34" si="0">D5*2</f>')
    for number in range(6, 35):
        xml = xml.replace(b"<f>D%d*2</f>" % number, b'<f t="shared" si="0"/>')
    return xml

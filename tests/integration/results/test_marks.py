"""Which files are known as results workbooks that come back."""

import zipfile
from pathlib import Path

import pytest

from rpa.connectors.spreadsheet import ReportSheet, custom_properties, write_report
from rpa.results.lines import mark_in

SHEETS = [ReportSheet("Sheet", ["Item"], [[1]])]


def test_what_a_report_was_marked_with_is_read_back(tmp_path: Path) -> None:
    write_report(tmp_path / "report.xlsx", SHEETS, properties={"rpa-job": "7", "department": "Haematology"})

    assert mark_in(tmp_path / "report.xlsx") == {"rpa-job": "7"}


def test_a_workbook_that_nobody_marked_has_no_mark(tmp_path: Path) -> None:
    write_report(tmp_path / "report.xlsx", SHEETS)

    assert mark_in(tmp_path / "report.xlsx") == {}


@pytest.mark.parametrize("content", [b"", b"UBRN,NHS number\n", b"PK\x03\x04 and nothing else"])
def test_a_file_that_is_no_workbook_has_no_properties(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "file.xlsx"
    path.write_bytes(content)

    assert custom_properties(path) == {}


def test_properties_that_are_no_xml_or_hold_entities_are_not_believed(tmp_path: Path) -> None:
    bomb = b'<!DOCTYPE p [<!ENTITY a "1"><!ENTITY b "&a;&a;">]><p><property name="rpa-job">&b;</property></p>'
    found = []
    for content in (b"no xml", bomb):
        path = tmp_path / "odd.xlsx"
        with zipfile.ZipFile(path, "w") as archive:
            archive.writestr("docProps/custom.xml", content)
        found.append(custom_properties(path))

    assert found == [{}, {"rpa-job": "&b;"}]

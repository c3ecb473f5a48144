"""Error values and hidden rows are seen in the binary formats too."""

import struct
from pathlib import Path

import pytest

from rpa.connectors.spreadsheet import NHSNumber, Row, column, read_table
from rpa.connectors.spreadsheet.binary import scan_binary_sheet, scan_xls
from rpa.connectors.spreadsheet.compound import read_stream

ERRORS_XLS = Path(__file__).parents[2] / "data" / "spreadsheet" / "errors.xls"


def record(kind: int, content: bytes) -> bytes:
    """Return a record of an xlsb part."""
    return bytes([kind, len(content)]) + content


def test_xls_tells_error_values_and_hidden_rows() -> None:
    data, hidden_sheet = scan_xls(ERRORS_XLS.read_bytes())

    assert data.errors == {3: {0: "#DIV/0!", 1: "#N/A"}}
    assert data.hidden == {4}
    assert hidden_sheet.errors == {}


def test_error_value_of_an_xls_is_a_rejected_row() -> None:
    class Contact(Row):
        nhs_number: NHSNumber = column("NHS No")

    table = read_table(ERRORS_XLS, Contact)

    assert [row.nhs_number for row in table] == ["9434765919"]
    assert str(table.rejected[0].problems[0]) == "NHS No. holds the error #DIV/0!"
    assert table.hidden_rows == 1


def test_xlsb_tells_error_values_and_hidden_rows() -> None:
    row = struct.pack("<IIHBB", 4, 0, 300, 0, 0x10)
    cell = struct.pack("<IIB", 2, 0, 23)

    facts = scan_binary_sheet(record(0, row) + record(3, cell) + record(11, cell + bytes(8)))

    assert (facts.hidden, facts.errors) == ({5}, {5: {2: "#REF!"}})


def test_compound_file_whose_table_runs_in_a_circle_ends() -> None:
    content = bytearray(ERRORS_XLS.read_bytes())
    first_table = 512 * (struct.unpack_from("<I", content, 76)[0] + 1)
    content[first_table : first_table + 512] = struct.pack("<I", 0) * 128

    stream = read_stream(bytes(content), ("Workbook",))

    assert len(stream) <= 128 * 512


def test_compound_file_without_a_workbook_is_told() -> None:
    with pytest.raises(ValueError, match="no stream"):
        read_stream(ERRORS_XLS.read_bytes(), ("Document",))

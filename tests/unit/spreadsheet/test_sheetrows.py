"""The rows that are wanted are found in a sheet's XML, however it is written."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rpa.connectors.spreadsheet.sheetrows import ROW, rows_of

PLAIN_ROWS = ('<row r="{0}"><c r="A{0}"><v>1</v></c></row>', '<row r="{0}" spans="1:2"/>', '<row r="{0}"></row>')
OTHER_ROWS = ("<row r='{0}'><c/></row>", '<x:row r="{0}"/>', '<row ht="15" r="{0}"><c/></row>', "<row><c/></row>",
              '<!--<row r="7"/>-->', '<row r="{0}"><c><is><t><![CDATA[<row r="5">]]></t></is></c></row>')  # fmt: skip
ROWS = st.lists(st.tuples(st.sampled_from([*PLAIN_ROWS, *OTHER_ROWS]), st.integers(1, 9)), max_size=6)


def all_rows(data: bytes) -> list[tuple[int, bytes]]:
    """Return every row with its number."""
    number, found = 0, []
    for row in ROW.finditer(data):
        reference = re.search(rb"\br=[\"'](\d+)", row[2])
        number = int(reference[1]) if reference else number + 1
        found.append((number, row[0]))
    return found


@given(ROWS, st.sets(st.integers(1, 9)))
def test_wanted_rows_are_those_of_all_rows_that_have_such_a_number(
    rows: list[tuple[str, int]], wanted: set[int]
) -> None:
    data = "".join(form.format(number) for form, number in rows).encode()

    found = [(number, row[0]) for number, row in rows_of(data, wanted)]

    assert found == [(number, row) for number, row in all_rows(data) if number in wanted]


@pytest.mark.parametrize("form", [*PLAIN_ROWS, *OTHER_ROWS[:3]])
def test_row_is_found_among_others(form: str) -> None:
    data = "".join(form.format(number) for number in range(1, 12)).encode()

    assert [(number, row[0].decode()) for number, row in rows_of(data, {11, 2})] == [
        (n, form.format(n)) for n in (2, 11)
    ]

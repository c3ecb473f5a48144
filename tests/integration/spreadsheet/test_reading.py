"""Whole files become tables: what is read, what is rejected and what is told."""

import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest

from rpa.connectors.spreadsheet import Limits, Row, column, read_table
from rpa.connectors.spreadsheet.parser import Parser
from rpa.exceptions import InputRefused
from rpa.models import RowRef
from tests.integration.spreadsheet import books
from tests.integration.spreadsheet.books import people
from tests.integration.spreadsheet.conftest import Referral

Saved = Callable[[str, bytes], Path]


def test_rows_say_where_they_stood(saved: Saved) -> None:
    path = saved("list.xlsx", books.book(books.table_xml(people(1), top=3)))

    table = read_table(path, Referral, name="ers")

    assert [row.source for row in table][:2] == [RowRef("ers", "Worklist", 4), RowRef("ers", "Worklist", 5)]
    assert (table.name, table.file, table.header_row, table.rows_in) == ("ers", "list.xlsx", 3, 7)
    assert table.headings == books.HEADINGS


@pytest.mark.parametrize("error", ["#REF!", "#N/A", "#DIV/0!", "#SPILL!", "#CALC!"])
def test_error_value_is_a_rejected_row_and_no_blank(saved: Saved, error: str) -> None:
    rows = people(2)
    broken = f'<c r="E3" t="e"><v>{error}</v></c>'
    data = books.table_xml(rows, left=3).replace(books.text_cell("E3", rows[1].name), broken)

    table = read_table(saved("list.xlsx", books.book(data)), Referral)

    assert len(table) == 6
    assert [(r.source.row, str(r.problems[0])) for r in table.rejected] == [(3, f"Name holds the error {error}")]


def test_hidden_rows_are_read_and_counted(saved: Saved) -> None:
    data = books.table_xml(people(3)).replace('<row r="4">', '<row r="4" hidden="1">')

    table = read_table(saved("list.xlsx", books.book(data)), Referral)

    assert (len(table), table.hidden_rows) == (7, 1)
    assert "1 hidden row" in table.warnings[0]


def test_parts_are_found_whatever_the_case_of_their_names(saved: Saved) -> None:
    data = books.table_xml(people(3)).replace('<row r="4">', '<row r="4" hidden="1">')
    parts = books.book_parts({"Worklist": books.sheet_xml(data)})
    parts["xl/WorkSheets/SHEET1.xml"] = parts.pop("xl/worksheets/sheet1.xml")

    table = read_table(saved("list.xlsx", books.zipped(parts)), Referral)

    assert (len(table), table.hidden_rows) == (7, 1)


def test_blank_rows_and_repeated_headings_are_no_rows(saved: Saved) -> None:
    again = [books.text_cell(f"{chr(65 + i)}20", heading) for i, heading in enumerate(books.HEADINGS)]
    blank = books.row_xml(15, [books.text_cell("A15", "  ")]) + books.row_xml(20, again)

    table = read_table(saved("list.xlsx", books.book(books.table_xml(people(4)) + blank)), Referral)

    assert table.rows_in == 7
    assert "repeat" in table.warnings[0]


def test_only_resubmitted_and_new_rows_of_a_returned_sheet_are_read(saved: Saved) -> None:
    added = ("Outcome", "What happened", "How to fix")
    outcomes = {1: added, 2: ("Done",), 3: ("Resubmit", "x", "y"), 4: (" Re-SUBMIT ",), 5: ("Rejected", "x"), 6: ("",)}
    data = books.table_xml(people(5))
    for number, texts in outcomes.items():
        cells = "".join(books.text_cell(f"{chr(69 + i)}{number}", text) for i, text in enumerate(texts))
        row, _, rest = data.partition(f'<row r="{number + 1}">')
        data = row.removesuffix("</row>") + cells + "</row>" + f'<row r="{number + 1}">' + rest

    table = read_table(saved("list.xlsx", books.book(data)), Referral)

    assert [(row.source.row, row.resubmit) for row in table] == [
        (3, True),
        (4, True),
        (6, False),
        (7, False),
        (8, False),
    ]
    assert [ref.row for ref in table.left_out] == [2, 5]


def test_row_of_a_text_file_with_too_many_values_is_rejected(saved: Saved) -> None:
    text = "NHS number,Name,Referral date,Count\n9990000018,Plum, Victoria,01/02/2024,3\n9990000026,Plum,01/02/2024,3\n"

    table = read_table(saved("list.csv", text.encode()), Referral)

    assert len(table) == 1
    assert str(table.rejected[0].problems[0]) == "has 5 values, there are 4 headings: a delimiter is in the text"


def test_blank_cell_takes_the_default_or_none(saved: Saved) -> None:
    class Loose(Row):
        name: str | None = column("Name")
        kind: str = column("Kind", default="new")
        extra: int | None = column("Extra", default=None, required=False)

    table = read_table(saved("list.csv", b"Name;Kind;Other\n;;x\nPlum;old;y\n"), Loose)

    assert [(row.name, row.kind, row.extra) for row in table] == [(None, "new", None), ("Plum", "old", None)]


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (b"Name;Count\n", "has no column 'NHS number', 'Referral date': row 1 has 'Name', 'Count'"),
        (b"a;b\n1;2\n", "no headings found on sheet 'list': expected one row with 'NHS number', 'Name'"),
        (b"NHS number;nhs-number;Name;Referral date;Count\n", "has two columns for 'NHS number' in row 1"),
    ],
)
def test_refusal_says_what_was_found_and_what_was_expected(saved: Saved, data: bytes, told: str) -> None:
    with pytest.raises(InputRefused) as refusal:
        read_table(saved("list.csv", data), Referral)

    assert told in str(refusal.value)


def test_workbook_somebody_has_open_is_refused(saved: Saved) -> None:
    path = saved("list.xlsx", books.book(books.table_xml(people(6))))
    saved("~$list.xlsx", bytes(165))

    with pytest.raises(InputRefused, match="open in Excel"):
        read_table(path, Referral)


def test_named_sheet_is_read_where_two_would_do(saved: Saved) -> None:
    sheet = books.sheet_xml(books.table_xml(people(7)))
    path = saved("list.xlsx", books.zipped(books.book_parts({"One": sheet, "Two": sheet})))

    table = read_table(path, Referral, sheet="Two")

    assert table.sheet == "Two"
    with pytest.raises(InputRefused, match="no sheet 'Three'"):
        read_table(path, Referral, sheet="Three")


def test_parser_that_takes_too_long_is_stopped(saved: Saved) -> None:
    path = saved("list.xlsx", books.book(books.table_xml(people(8, 20_000))))

    with pytest.raises(InputRefused, match="could not be read within 0 seconds"):
        read_table(path, Referral, limits=Limits(seconds=0.01))

    assert len(read_table(path, Referral)) == 20_000


def test_second_small_file_is_read_by_the_same_warm_child(saved: Saved) -> None:
    path = saved("list.xlsx", books.book(books.table_xml(people(9))))
    parser = Parser()
    parser.read(path, sheet=None, limits=Limits())
    started = time.perf_counter()

    parser.read(path, sheet=None, limits=Limits())

    assert time.perf_counter() - started < 0.2
    parser.close()


def test_child_ends_with_its_parent(saved: Saved) -> None:
    path = saved("list.xlsx", books.book(books.table_xml(people(10))))
    code = (
        "import os, sys, pathlib, psutil\n"
        "from rpa.connectors.spreadsheet import Limits\n"
        "from rpa.connectors.spreadsheet.parser import Parser\n"
        "parser = Parser(); parser.read(pathlib.Path(sys.argv[1]), sheet=None, limits=Limits())\n"
        "print(psutil.Process().children()[0].pid, flush=True)\n"
        "os.kill(os.getpid(), 9)\n"
    )

    told = subprocess.run([sys.executable, "-c", code, str(path)], capture_output=True, text=True, check=False)

    _wait_until_gone(int(told.stdout))


def _wait_until_gone(pid: int) -> None:
    try:
        psutil.Process(pid).wait(timeout=10)
    except psutil.NoSuchProcess:
        return

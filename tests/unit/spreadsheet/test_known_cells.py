"""What a sheet says again and again is read once: the rows are the same as if it were not."""

from datetime import date
from pathlib import Path

from rpa.connectors.spreadsheet import Row, Table, column, read_table


class Visit(Row):
    """A row with a default, and with columns whose cells repeat."""

    name: str = column("Name")
    day: date = column("Day")
    first: bool = column("First")
    count: int = column("Count")
    note: str | None = column("Note", default=None)


def read(folder: Path, *lines: str) -> Table[Visit]:
    path = folder / "visits.csv"
    path.write_text("\n".join(["Name,Day,First,Count,Note", *lines]) + "\n", encoding="utf-8")
    return read_table(path, Visit)


def test_rows_are_equal_to_rows_that_pydantic_makes(tmp_path: Path) -> None:
    table = read(tmp_path, "Plum,01/02/2026,1,1,", "Plum,01/02/2026,1,1,twice", "Pear,02/02/2026,no,0,")

    made = [Visit.model_validate(row.model_dump()) for row in table]

    assert list(table) == made
    assert [row.model_fields_set for row in table] == [
        {"name", "day", "first", "count", "source", "resubmit"} | more for more in (set(), {"note"}, set())
    ]
    assert [(row.first, row.count) for row in table] == [(True, 1), (True, 1), (False, 0)]


def test_cell_that_breaks_a_rule_rejects_each_of_its_rows(tmp_path: Path) -> None:
    table = read(tmp_path, "Plum,31/02/2026,1,1,", "Plum,01/02/2026,1,1,", "Plum,31/02/2026,1,1,")

    assert [row.source.row for row in table.rejected] == [2, 4]
    assert {str(problem) for row in table.rejected for problem in row.problems} == {"Day is a date that doesn't exist"}

"""The clinic's pathways on patient-initiated follow-up, and the extract that is made of them."""

from datetime import date, timedelta
from pathlib import Path

import pytest

from rpa.connectors.spreadsheet import read_table
from rpa.demo.clinic.pifu_seeding import EDGES
from rpa.demo.clinic.seeding import seed
from rpa.demo.clinic.snapshot import take
from rpa.demo.pifu import DAYS, DRIFT, PifuExtract, make_pifu_extract
from workflows._pifu import PifuRow
from workflows.list_pifu_reviews import Params

TODAY = date(2026, 11, 23)


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("clinic") / "clinic.sqlite"
    seed(path, today=TODAY)
    return path


@pytest.fixture(scope="module")
def extract(database: Path) -> PifuExtract:
    return make_pifu_extract(database, database.parent / "extracts", today=TODAY)


def test_clinic_has_every_edge_of_an_end_date(database: Path) -> None:
    ends = {str(row["ends_on"]) for row in take(database)["pifu"].values()}

    wanted = {(TODAY + timedelta(days=days)).isoformat() for days in (*EDGES, DAYS - 1, DAYS, DAYS + 1)}
    assert wanted - ends == set() and Params().days == DAYS


def test_nobody_on_follow_up_had_a_visit_booked(tmp_path: Path) -> None:
    seed(tmp_path / "clinic.sqlite", today=TODAY)
    tables = take(tmp_path / "clinic.sqlite")

    ahead = {
        row["referral"]
        for row in tables["appointment"].values()
        if row["attendance_code"] == "0" and str(row["starts_at"]) >= TODAY.isoformat()
    }

    assert not ahead & tables["pifu"].keys()


def test_same_day_and_number_make_the_same_pathways(tmp_path: Path) -> None:
    for name in ("one", "other"):
        seed(tmp_path / f"{name}.sqlite", appointments=60, today=TODAY)

    assert take(tmp_path / "one.sqlite") == take(tmp_path / "other.sqlite")


def test_every_row_of_the_extract_is_read_or_rejected_as_planted(extract: PifuExtract) -> None:
    table = read_table(extract.path, PifuRow, name="pifu")

    assert (table.rows_in, len(table.rejected), table.hidden_rows) == (extract.rows, extract.rejected, 1)
    assert {row.pathway for row in table} == {name for names in extract.planted.values() for name in names}


def test_each_kind_of_change_after_the_extract_is_there(extract: PifuExtract) -> None:
    assert all(len(extract.planted[kind]) == 1 for kind in (*DRIFT, "TWICE", "ROWS_DIFFER"))

import re
from collections import Counter
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from nhs_number.validate import is_valid
from openpyxl import load_workbook

from rpa.demo.clinic import changes_between, seed
from rpa.demo.clinic.snapshot import Snapshot, take, writes
from rpa.demo.extracts import Extracts, make_extracts

TODAY = date(2026, 11, 23)
ERS = (
    "UBRN,NHS number,Worklist,Service,Specialty,Priority,Referral date,Date on list,Appointment time,Status,"
    "Cancelled on"
)
PAS = (
    "UBRN,Pathway,NHS number,Specialty,Priority,Referral date,Clinic,Appointment time,Attendance code,Cancelled on,"
    "Outcome code,Waiting list date"
)
COUNTS = {
    "BOOKED_STILL_ON_WORKLIST": 5,
    "CANCELLED_ONE_SIDE": 8,
    "DUPLICATE_UBRN": 3,
    "FALLBACK_MATCH": 4,
    "ON_ERS_NOT_PAS": 4,
    "ON_PAS_NOT_ERS": 4,
    "PAST_NO_OUTCOME": 5,
    "STALE": 3,
    "TIME_DIFFERS": 12,
}


class Made(NamedTuple):
    """What was made, and what can be read back from the two files."""

    extracts: Extracts
    database: Path
    before: Snapshot
    ers: dict[int, dict[str, Any]]
    pas: dict[int, dict[str, Any]]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Made:
    folder = tmp_path_factory.mktemp("extracts")
    database = folder / "clinic.sqlite"
    seed(database, today=TODAY)
    before = take(database)
    extracts = make_extracts(database, folder, today=TODAY)
    return Made(extracts, database, before, dict(rows(extracts.ers)), dict(rows(extracts.pas)))


def rows(path: Path) -> Iterator[tuple[int, dict[str, Any]]]:
    """Yield the rows below the headings by the number Excel shows."""
    page = load_workbook(path).worksheets[0]
    headings = [str(cell.value) for cell in page[3] if cell.value]
    first = next(cell.column for cell in page[3] if cell.value)
    for number in range(4, page.max_row + 1):
        values = [page.cell(number, first + position).value for position in range(len(headings))]
        if any(values):
            yield number, dict(zip(headings, values, strict=True))


def by_ubrn(table: dict[int, dict[str, Any]]) -> dict[str, dict[str, Any]]:
    return {row["UBRN"]: row for row in table.values()}


def at(value: object) -> object:
    return datetime.strptime(value, "%d/%m/%Y %H:%M") if isinstance(value, str) else value  # noqa: DTZ007 - local


def day(value: object) -> object:
    read = datetime.strptime(value, "%d/%m/%Y") if isinstance(value, str) else value  # noqa: DTZ007 - local
    return read.date() if isinstance(read, datetime) else read


def test_every_class_is_planted_as_often_as_promised(made: Made) -> None:
    counts = {kind: len(ubrns) for kind, ubrns in made.extracts.planted.items() if kind != "MATCHED"}

    assert counts == COUNTS
    assert sum(counts.values()) == 48


def test_no_ubrn_is_in_two_classes(made: Made) -> None:
    ubrns = Counter(ubrn for found in made.extracts.planted.values() for ubrn in found)

    assert set(ubrns.values()) == {1}


def test_both_sheets_have_a_title_a_blank_row_and_then_their_headings(made: Made) -> None:
    for path, name, headings in ((made.extracts.ers, "Worklist", ERS), (made.extracts.pas, "Appointments", PAS)):
        page = load_workbook(path)[name]

        assert not any(cell.value for cell in page[2])
        assert [cell.value for cell in page[3] if cell.value] == headings.split(",")


def test_row_counts_are_those_of_the_files(made: Made) -> None:
    assert (len(made.ers), len(made.pas)) == (made.extracts.ers_rows, made.extracts.pas_rows)


def test_the_pas_extract_is_what_the_clinic_held(made: Made) -> None:
    good = {key: row for key, row in made.pas.items() if key not in rejected_rows(made, "pas")}
    since = str(TODAY - timedelta(days=60))  # an extract has a window; what lingers is older
    visits = [row for row in made.before["appointment"].values() if str(row["starts_at"]) > since]
    visits = [row for row in visits if not str(row["referral"]).startswith("R395")]  # those of the cancer list
    clinic = Counter((row["ubrn"], row["starts_at"]) for row in visits)

    read = Counter((row["UBRN"], at(row["Appointment time"]).isoformat("T", "minutes")) for row in good.values())  # type: ignore[attr-defined]

    assert read == clinic


def rejected_rows(made: Made, extract: str) -> dict[int, str]:
    return {found.row: found.column for found in made.extracts.rejected if found.extract == extract}


def test_rejected_cells_are_where_the_manifest_says(made: Made) -> None:
    found = [
        (extract, column, table[row][column])
        for extract, table in (("ers", made.ers), ("pas", made.pas))
        for row, column in rejected_rows(made, extract).items()
    ]

    assert found == [
        ("ers", "NHS number", "999 000 0000"),
        ("ers", "Referral date", "31/02/2026"),
        ("ers", "UBRN", None),
        ("pas", "Appointment time", "to be confirmed"),
        ("pas", "NHS number", "99912345"),
        ("pas", "NHS number", None),
        ("pas", "Referral date", "last Tuesday"),
    ]


def test_every_other_row_can_be_read(made: Made) -> None:
    for extract, table in (("ers", made.ers), ("pas", made.pas)):
        for number, row in table.items():
            if number not in rejected_rows(made, extract):
                digits = re.sub(r"\D", "", str(row["NHS number"]).removesuffix(".0"))

                assert is_valid(digits) and digits.startswith("999")
                assert re.fullmatch(r"\d{12}", row["UBRN"])
                assert isinstance(day(row["Referral date"]), date)


def test_times_differ_only_where_planted(made: Made) -> None:
    ers, pas = by_ubrn(made.ers), by_ubrn(made.pas)
    planted = {*made.extracts.planted["TIME_DIFFERS"], *made.extracts.planted["STALE"]}

    differing = {
        ubrn
        for ubrn in (*made.extracts.planted["MATCHED"], *planted)
        if at(ers[ubrn]["Appointment time"]) != at(pas[ubrn]["Appointment time"])
    }

    assert differing == planted


def test_planted_times_are_ones_the_clinic_takes(made: Made) -> None:
    ers = by_ubrn(made.ers)
    for ubrn in made.extracts.planted["TIME_DIFFERS"]:
        wanted = at(ers[ubrn]["Appointment time"])

        assert isinstance(wanted, datetime)
        assert wanted.date() > TODAY
        assert wanted.weekday() < 5
        assert 8 <= wanted.hour < 18


def test_six_cancellations_can_be_written_and_two_are_for_a_person(made: Made) -> None:
    ers, pas = by_ubrn(made.ers), by_ubrn(made.pas)
    sides = Counter(
        (ers[ubrn]["Status"].strip().capitalize(), str(pas[ubrn]["Attendance code"]) == "0")
        for ubrn in made.extracts.planted["CANCELLED_ONE_SIDE"]
    )

    assert sides == {("Cancelled", True): 6, ("Booked", False): 2}


def test_a_fallback_match_is_found_by_person_specialty_and_day(made: Made) -> None:
    ers, pas = by_ubrn(made.ers), by_ubrn(made.pas)
    for ubrn in made.extracts.planted["FALLBACK_MATCH"]:
        key = person_and_specialty(ers[ubrn])
        others = [row for row in made.pas.values() if person_and_specialty(row) == key]

        assert ubrn not in pas
        assert any(abs(days_between(row, ers[ubrn])) <= timedelta(days=3) for row in others)


def person_and_specialty(row: dict[str, Any]) -> tuple[str, str]:
    return re.sub(r"\D", "", str(row["NHS number"]).removesuffix(".0")), str(row["Specialty"])


def days_between(one: dict[str, Any], other: dict[str, Any]) -> timedelta:
    here, there = day(one["Referral date"]), day(other["Referral date"])
    assert isinstance(here, date)
    assert isinstance(there, date)
    return here - there


def test_rows_of_one_side_are_missing_on_the_other(made: Made) -> None:
    ers, pas = by_ubrn(made.ers), by_ubrn(made.pas)

    assert not {*made.extracts.planted["ON_ERS_NOT_PAS"]} & pas.keys()
    assert not {*made.extracts.planted["ON_PAS_NOT_ERS"]} & ers.keys()


def test_duplicates_are_on_both_sides(made: Made) -> None:
    twice = [
        {ubrn for ubrn, times in Counter(row["UBRN"] for row in table.values()).items() if ubrn and times > 1}
        for table in (made.ers, made.pas)
    ]

    assert [len(found) for found in twice] == [1, 2]
    assert twice[0] | twice[1] == set(made.extracts.planted["DUPLICATE_UBRN"])


def test_matched_rows_hold_every_kind_of_odd_but_valid_cell(made: Made) -> None:
    matched = set(made.extracts.planted["MATCHED"])
    cells = [row for table in (made.ers, made.pas) for row in table.values() if row["UBRN"] in matched]
    numbers = [row["NHS number"] for row in cells]

    assert any(isinstance(number, int | float) for number in numbers)
    assert {mark for number in numbers if isinstance(number, str) for mark in " -\u00a0." if mark in number} == set(
        " -\u00a0."
    )
    assert any(isinstance(row["Referral date"], str) for row in cells)
    assert any(row["Priority"] == "routine" for row in cells)
    assert any(isinstance(row["Appointment time"], datetime) and row["Appointment time"].hour == 0 for row in cells)


def test_one_row_of_each_sheet_is_hidden_and_some_below_are_empty(made: Made) -> None:
    for path in (made.extracts.ers, made.extracts.pas):
        page = load_workbook(path).worksheets[0]

        assert [row for row, shape in page.row_dimensions.items() if shape.hidden]
        assert page.max_row > max(dict(rows(path)))


def test_stale_appointments_are_changed_in_the_clinic_after_the_extract(made: Made) -> None:
    changes = changes_between(made.before, take(made.database))
    stale = {key for key, row in made.before["appointment"].items() if row["ubrn"] in made.extracts.planted["STALE"]}

    assert {change.key for change in changes} == stale
    assert {(row.account, row.reference, row.field) for row in writes(made.database)} == {
        ("clerk", change.key, change.field) for change in changes
    }


def test_the_same_seed_makes_the_same_extracts(made: Made, tmp_path: Path) -> None:
    seed(tmp_path / "clinic.sqlite", today=TODAY)

    again = make_extracts(tmp_path / "clinic.sqlite", tmp_path, today=TODAY)

    assert again.planted == made.extracts.planted
    assert (dict(rows(again.ers)), dict(rows(again.pas))) == (made.ers, made.pas)


@pytest.mark.parametrize("random_seed", range(2, 12))
def test_any_seed_and_size_makes_every_class(tmp_path: Path, random_seed: int) -> None:
    seed(tmp_path / "clinic.sqlite", appointments=40 * random_seed, random_seed=random_seed, today=TODAY)

    extracts = make_extracts(tmp_path / "clinic.sqlite", tmp_path, today=TODAY, random_seed=random_seed)

    assert extracts.planted.keys() == {*COUNTS, "MATCHED"}

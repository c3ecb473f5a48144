from datetime import date
from pathlib import Path

import pytest
from openpyxl import load_workbook

from rpa.demo.cancer import HEADINGS, MISTYPED, TWICE, make_cancer_list
from rpa.demo.clinic import Clinic
from rpa.demo.clinic.seeding import seed
from rpa.demo.clinic.store import opened
from tests.integration.clinic.visiting import Visitor

TODAY = date(2026, 12, 14)


@pytest.mark.parametrize(
    ("path", "title"),
    [("/cancer-pathways", "Cancer pathways"), ("/cancer-pathways/RENC12", "Cancer pathway")],
)
def test_each_cancer_page_says_its_kind(visitor: Visitor, path: str, title: str) -> None:
    reply = visitor.get(path)

    assert reply.status == 200
    assert f"<h1>{title}</h1>" in reply.text


def test_list_leads_on_to_its_next_page_and_ends(clinic: Clinic, visitor: Visitor) -> None:
    last = -(-sum(row["closed_on"] is None for row in clinic.snapshot()["cancer_pathway"].values()) // 20)

    pages = [visitor.get(f"/cancer-pathways?page={number}").text for number in (1, last)]

    assert [">Next</a>" in page for page in pages] == [True, False]
    assert f"Page {last} of {last}" in pages[1]


def test_list_has_no_closed_pathway(clinic: Clinic, visitor: Visitor) -> None:
    text = "".join(visitor.get(f"/cancer-pathways?page={number}").text for number in range(1, 10))

    assert "RENC22" in text and "RENC23" not in text


def test_page_shows_both_identifiers_and_the_pause(clinic: Clinic, visitor: Visitor) -> None:
    tables = clinic.snapshot()
    referral = tables["referral"]["R395012"]
    number = str(tables["patient"][str(referral["patient"])]["nhs_number"])
    starts = date.fromisoformat(str(tables["cancer_pause"]["C000012"]["starts_on"]))

    text = visitor.get("/cancer-pathways/RENC12").text

    assert f"{number[:3]} {number[3:6]} {number[6:]}" in text
    assert f"{starts:%d/%m/%Y}" in text


@pytest.mark.parametrize("number", ["RENC99", "RENL01"])
def test_number_without_a_cancer_pathway_is_not_found(visitor: Visitor, number: str) -> None:
    assert visitor.get(f"/cancer-pathways/{number}").status == 404


def test_nothing_can_be_sent_to_the_page(clinic: Clinic, visitor: Visitor) -> None:
    before = clinic.snapshot()

    reply = visitor.post("/cancer-pathways/RENC12", {"told_on": "2026-01-01"})

    assert reply.status == 405
    assert clinic.snapshot() == before


def test_each_open_two_week_wait_referral_has_a_pathway(clinic: Clinic) -> None:
    tables = clinic.snapshot()
    urgent = {key for key, row in tables["referral"].items() if row["priority"] == "3" and row["status"] == "open"}

    pathways = tables["cancer_pathway"]

    assert set(pathways) == urgent


def test_steps_of_a_pathway_come_one_after_the_other_and_none_lies_ahead(clinic: Clinic) -> None:
    steps = ("referred_on", "first_seen_on", "told_on", "decided_on", "treated_on")
    pathways = clinic.snapshot()["cancer_pathway"].values()

    taken = [[str(row[step]) for step in steps if row[step]] for row in pathways]

    assert all(days == sorted(days) and days[-1] <= "2026-12-31" for days in taken)


def test_a_bank_holiday_comes_just_before_the_last_day_of_one(tmp_path: Path) -> None:
    database = tmp_path / "clinic.sqlite"

    seed(database, appointments=20, today=TODAY)

    with opened(database) as records:
        found = records.one(
            "SELECT date(referred_on, '+62 days') AS last FROM cancer_pathway WHERE referral = 'R395011'"
        )
    assert found is not None and found["last"] == "2026-12-26"


def test_same_numbers_and_day_make_the_same_pathways(tmp_path: Path) -> None:
    databases = [tmp_path / "one.sqlite", tmp_path / "two.sqlite"]

    for database in databases:
        seed(database, appointments=20, today=TODAY)

    assert pathways_in(databases[0]) == pathways_in(databases[1])


def test_list_for_the_demo_has_one_twice_one_mistyped_and_one_closed_since(clinic: Clinic, tmp_path: Path) -> None:
    path = make_cancer_list(clinic.database, tmp_path)

    headings, *rows = [tuple(row) for row in load_workbook(path).worksheets[0].iter_rows(values_only=True)]
    numbers = [row[0] for row in rows]
    assert headings == HEADINGS
    assert numbers.count(TWICE) == 2 and len(set(numbers)) == len(numbers) - 1
    assert {row[0] for row in rows if row[1] == "999 000 0000"} == {MISTYPED}
    assert "RENC23" in numbers and {row[3] for row in rows} == {"Open"}


def pathways_in(database: Path) -> list[tuple[str, ...]]:
    with opened(database) as records:
        return [tuple(row) for row in records.all("SELECT * FROM cancer_pathway ORDER BY referral")]

"""The clinic's pages about patient-initiated follow-up and tasks, in both skins."""

import pytest

from rpa.demo.clinic import Clinic, changes_between
from tests.integration.clinic.visiting import Visitor

TASK = {"team": "Larch, haematology", "due_on": "14/12/2026", "text": "Look at it"}


@pytest.mark.parametrize(
    ("path", "title"),
    [
        ("/pifu", "PIFU list"),
        ("/pifu?team=Larch%2C+haematology&ends_by=31/12/2026&reviewed=N", "PIFU list"),
        ("/pifu?page=2", "PIFU list"),
        ("/referrals/R300000/pifu", "PIFU pathway"),
        ("/tasks", "Tasks"),
        ("/tasks?referral=R300000", "Tasks"),
        ("/referrals/R300000/tasks/new", "New task"),
    ],
)
def test_each_page_says_its_kind_in_title_and_heading(visitor: Visitor, path: str, title: str) -> None:
    reply = visitor.get(path)

    assert reply.status == 200
    assert f"<title>{title} - Practice clinic</title>" in reply.text
    assert f"<h1>{title}</h1>" in reply.text


@pytest.mark.parametrize("path", ["/referrals/R300000/pifu", "/referrals/R300000/tasks/new"])
def test_pages_about_a_pathway_state_both_identifiers(clinic: Clinic, visitor: Visitor, path: str) -> None:
    tables = clinic.snapshot()
    patient = tables["patient"][str(tables["referral"]["R300000"]["patient"])]
    number = str(patient["nhs_number"])
    year, month, day = str(patient["date_of_birth"]).split("-")

    text = visitor.get(path).text

    assert f"{number[:3]} {number[3:6]} {number[6:]}" in text
    assert f"{day}/{month}/{year}" in text


def test_task_is_saved_with_a_line_of_the_audit_for_each_field(clinic: Clinic, visitor: Visitor) -> None:
    before, lines = clinic.snapshot(), len(clinic.writes())

    reply = visitor.post("/referrals/R300000/tasks/new", TASK)

    found = {change.field: change.after for change in changes_between(before, clinic.snapshot()) if change.after}
    wanted = {"referral": "R300000", "team": "Larch, haematology", "due_on": "2026-12-14", "text": "Look at it"}
    assert {name: found[name] for name in wanted} == wanted
    assert {row.field: row.after for row in clinic.writes()[lines:]} == wanted
    assert reply.status == 303 and reply.leads_to.startswith(f"/tasks/{found['reference']}?saved=1")


def test_same_task_is_taken_twice(clinic: Clinic, visitor: Visitor) -> None:
    before = len(clinic.snapshot()["task"])

    for _ in range(2):
        visitor.post("/referrals/R300001/tasks/new", TASK)

    assert len(clinic.snapshot()["task"]) == before + 2


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"team": "Nobody"}, "Choose a team"),
        ({"due_on": "soon"}, "Enter a due date as day/month/year"),
        ({"text": ""}, "Enter what is to be done"),
    ],
)
def test_task_that_won_t_do_is_refused_and_nothing_is_saved(
    clinic: Clinic, visitor: Visitor, wrong: dict[str, str], message: str
) -> None:
    before = clinic.snapshot()

    reply = visitor.post("/referrals/R300000/tasks/new", TASK | wrong)

    assert reply.status == 200 and message in reply.text
    assert not changes_between(before, clinic.snapshot())


def test_list_holds_the_first_ends_of_one_page(clinic: Clinic, visitor: Visitor) -> None:
    ends = sorted((str(row["ends_on"]), key) for key, row in clinic.snapshot()["pifu"].items())

    text = visitor.get("/pifu").text

    assert all(key in text for _, key in ends[:20]) and ends[20][1] not in text
    assert "Next" in text


def test_referral_that_is_not_on_follow_up_has_no_such_page(clinic: Clinic, visitor: Visitor) -> None:
    without = next(key for key in clinic.snapshot()["referral"] if key not in clinic.snapshot()["pifu"])

    assert visitor.get(f"/referrals/{without}/pifu").status == 404

"""The auditors' pages: what was done, without patients' details unless there is a reason, and whether it is whole."""

import html
import json
import re

import pytest

from rpa.audit import Trail
from rpa.audit.record import SYSTEM_RUN
from rpa.db.console_tables import Role
from rpa.models import Actor, ActorKind
from tests.integration.cli.office import Office
from tests.integration.console.conftest import Browser, work
from tests.integration.console.test_walk_plans import heard, plan_of

BY = Actor(ActorKind.PERSON, "Jo Clerk")


@pytest.fixture
def auditor(browser: Browser, office: Office) -> Browser:
    browser.add("Jo Clerk", Role.REQUESTER)
    browser.add("Audrey Auditor", Role.AUDITOR)
    browser.sign_in("Jo Clerk")
    browser.open("/start/tidy")
    browser.send("/start/tidy", files={"sheet": office.list("fine", "nobody")})
    browser.send("/uploads/1")
    work(browser)
    browser.site.desk.sealing.tick()
    made = browser.another()
    made.sign_in("Audrey Auditor")
    made.open("/record")
    return made


def test_a_job_is_told_without_what_was_in_its_rows(auditor: Browser, office: Office) -> None:
    auditor.open("/record?job=1")

    assert "Jo Clerk What Sent the job: 2 rows, for tidy Before After Entry job-1, 1" in auditor.text
    assert "Jo Clerk What Sent sheet, list row 2; sheet, list row 3 Before" in auditor.text
    assert "Who The robot tidy for Jo Clerk What Changed appointment of ••••" in auditor.text
    assert "Before Clinic: •••• After Clinic: •••• Entry job-1," in auditor.text
    assert not [number for number in office.numbers if number in auditor.text]


def test_a_row_of_a_plan_is_said_to_be_planned_and_not_done(auditor: Browser, office: Office) -> None:
    plan = office.list("x", "x", "fine", name="plan.csv")
    auditor.site.desk.submit("tidy", [str(plan)], by=BY, dry_run=True)
    work(auditor)
    auditor.site.desk.sealing.tick()

    auditor.open("/record?job=2")
    listed = auditor.text
    auditor.open("/record/story")
    auditor.send("/record/story", reference=office.numbers[2])

    for said in (listed, auditor.text):
        assert "It was planned, and nothing was written: moved" in said
        assert "It was done: moved" not in said


def test_what_was_found_otherwise_is_hidden_and_not_said_to_be_empty(auditor: Browser, office: Office) -> None:
    other = {office.numbers[2]: "another clinic"}
    (office.folder / "procedures" / "appointments.json").write_text(json.dumps(other), encoding="utf-8")
    auditor.site.desk.submit("tidy", [str(office.list("x", "x", "fine", name="differs.csv"))], by=BY)
    work(auditor)
    auditor.site.desk.sealing.tick()

    auditor.open("/record?job=2")

    assert "otherwise than expected, and wrote nothing Before Clinic: •••• expected, •••• found" in auditor.text
    assert "(empty) found" not in auditor.text


def test_a_patient_is_found_and_stands_in_no_address(auditor: Browser, office: Office) -> None:
    auditor.send("/record", {"nhs-number": office.numbers[0]})

    assert "The robot tidy for Jo Clerk What Changed appointment of ••••" in auditor.text
    assert "Patients' details are hidden" in auditor.text.replace("&#39;", "'")
    assert auditor.page is not None
    assert office.numbers[0] not in str(auditor.page.url)


def test_details_are_shown_for_a_reason_that_is_recorded(auditor: Browser, office: Office) -> None:
    asked = {"reference": office.numbers[0], "show": "yes"}
    auditor.send("/record", asked)
    without = auditor.text

    auditor.send("/record", asked, why="Complaint 12")

    assert "Enter why you need to see them" in without
    assert "RENZZ" not in without
    assert "Before Clinic: (empty) After Clinic: RENZZ &lt;b&gt;2&lt;/b&gt;" in auditor.text
    told = Trail(auditor.site.desk.database).of_run(SYSTEM_RUN, names=["record.read"])[-1]
    assert (told.actor.name, told.why, told.facts["personal"]) == ("Audrey Auditor", "Complaint 12", True)


@pytest.mark.parametrize(
    "asked", [{"by": "patient"}, {"reference": "a", "nhs-number": "b"}, {"nhs-number": "1234567890"}]
)
def test_what_cannot_be_looked_for_is_said_and_not_repeated(auditor: Browser, asked: dict[str, str]) -> None:
    auditor.send("/record", asked)

    assert auditor.status == 422
    assert "There is a problem" in auditor.text


def test_nothing_found_says_so(auditor: Browser) -> None:
    auditor.send("/record", reference="never seen")

    assert "No entries match" in auditor.text


def test_a_long_run_is_shown_a_part_at_a_time(auditor: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("rpa.answers.search.PAGE", 3)
    monkeypatch.setattr("rpa.answers.search.find.__kwdefaults__", {"after": "", "limit": 3, "most": 2_000})
    everything = len(Trail(auditor.site.desk.database).of_run("job-1"))

    seen = 0
    address = "/record?job=1"
    while address:
        page = auditor.open(address).text
        seen += page.count("<tr class")
        found = re.search(r'href="(/record\?job=1&amp;after=[^"]*)"', page)
        address = html.unescape(found[1]) if found else ""

    assert seen == everything


def test_entries_are_found_by_person_kind_time_and_work(auditor: Browser) -> None:
    found = {}
    for asked in ("", "person=jo+clerk", "person=Jo+Clerk&kind=sign-ins", "kind=changes", "workflow=tidy&kind=jobs",
                  "workflow=gone", "since=01/01/2026&until=2026-12-31", "until=01/01/2026", "person=tidy"):  # fmt: skip
        auditor.open(f"/record?{asked}")
        assert auditor.status == 200
        found[asked] = auditor.text.count("Entry job-1,"), auditor.text.count("What Signed in to the console")

    assert found[""][0] == len(Trail(auditor.site.desk.database).of_run("job-1"))
    assert found["person=jo+clerk"] == (2, 1)
    assert found["person=Jo+Clerk&kind=sign-ins"] == (0, 1)
    assert found["kind=changes"] == (1, 0)
    assert found["workflow=tidy&kind=jobs"] == (1, 0)
    assert found["workflow=gone"] == found["until=01/01/2026"] == found["person=tidy"] == (0, 0)
    assert found["since=01/01/2026&until=2026-12-31"][0] == found[""][0]


def test_words_are_looked_for_in_what_is_shown_and_stand_in_no_address(auditor: Browser, office: Office) -> None:
    auditor.send("/record", words="CHANGED appointment")
    shown = auditor.text.count("Entry job-1,")
    auditor.open("/record?words=appointment&person=nobody")
    ignored = auditor.text

    auditor.send("/record", words=office.numbers[0])
    by_number = auditor.text
    auditor.send("/record", words="RENZZ")

    assert shown == 1
    assert "No entries match" in by_number
    assert "No entries match" in ignored
    assert "No entries match" in auditor.text
    assert auditor.page is not None
    assert str(auditor.page.url).endswith("/record")


def test_details_of_a_search_are_shown_for_a_reason_and_paged_without_an_address(auditor: Browser) -> None:
    asked = {"kind": "changes", "show": "yes"}
    auditor.send("/record", asked)
    without = auditor.text
    auditor.send("/record", asked, why="Complaint 12")

    assert "Enter why you need to see them" in without
    assert "RENZZ" not in without
    assert "After Clinic: RENZZ" in auditor.text
    told = Trail(auditor.site.desk.database).of_run(SYSTEM_RUN, names=["record.read"])[-1]
    assert (told.why, told.facts["personal"], told.facts["by"]) == ("Complaint 12", True, "kind")


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ("since=soon", "Enter a day, such as 26/11/2026"),
        ("since=02/12/2026&until=01/12/2026", "The end must be after the beginning"),
        ("job=x", "Enter the number of a job"),
        ("job=99999999999999999999", "Enter the number of a job"),
    ],
)
def test_what_cannot_be_read_is_said_at_its_field(auditor: Browser, asked: str, said: str) -> None:
    auditor.open(f"/record?{asked}")

    assert auditor.status == 422
    assert said in auditor.text


def test_a_record_that_is_still_made_ready_says_so(auditor: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("rpa.answers.postings.AT_ONCE", 2)
    auditor.site.desk.sealing.tick()

    auditor.open("/record")

    assert "is still being made ready" in auditor.text


def test_a_place_that_was_never_given_shows_the_newest(auditor: Browser) -> None:
    for after in ("x", "1/2/3", "2026/99999999999999999999", "job-77/1"):
        auditor.open(f"/record?kind=jobs&after={after}")
        assert auditor.status == 200


@pytest.mark.parametrize("path", ["/record", "/record/story"])
def test_a_patient_is_found_without_a_look_at_what_was_done_for_all_others(
    auditor: Browser, office: Office, path: str
) -> None:
    database = auditor.site.desk.database
    auditor.open("/record/story")

    with heard(database) as asked:
        auditor.send(path, {"reference": office.numbers[1], "by": "patient"})

    assert "It failed and waits for a person" in auditor.text
    plans = "\n".join(line for statement, given in asked for line in plan_of(database, statement, given))
    assert "event USING INDEX ix_event_name (name=? AND run=?)" in plans
    assert not re.search(r"event USING PRIMARY KEY \(run=\?\)$", plans, re.MULTILINE)

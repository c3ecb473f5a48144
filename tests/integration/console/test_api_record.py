"""Programs of auditors look through the record: by person, words, kind and time, without patients' details."""

import pytest

from rpa.answers.kept_checks import KeptChecks, Result
from rpa.audit import Trail
from rpa.audit.record import SYSTEM_RUN
from rpa.db.console_tables import Role
from tests.integration.cli.office import Office
from tests.integration.console.conftest import Browser, work
from tests.integration.console.test_api import Program, rows


def told_of(browser: Browser, office: Office) -> Program:
    """Let two people send a job each, and return the program of an auditor."""
    for name, fates in (("Jo Clerk", ("fine",)), ("Sam Clerk", ("fine", "nobody"))):
        Program(browser, name).post("/jobs", {**rows(office, *fates), "again": True})
    work(browser)
    browser.site.desk.sealing.tick()
    return Program(browser, "Audrey Auditor", Role.AUDITOR)


def test_entries_are_found_by_person_words_kind_work_and_job(on_each_database: Browser, office: Office) -> None:
    auditor = told_of(on_each_database, office)

    def found(**sought: object) -> list[tuple[str, str, str]]:
        answer = auditor.post("/record/search", sought)
        assert answer.status_code == 200, answer.text
        return [(one["run"], one["name"], one["who"]) for one in answer.json()["entries"]]

    assert found(person="jo clerk", kind="jobs") == [("job-1", "job.submitted", "Jo Clerk")]
    assert found(words="SENT sam", kind="jobs") == [("job-2", "job.submitted", "Sam Clerk")]
    assert [run for run, *_ in found(kind="jobs", workflow="tidy")] == ["job-2", "job-1"]
    assert {run for run, *_ in found(job=2)} == {"job-2"}
    assert [name for _, name, _ in found(kind="failures")] == ["item.failed"]
    assert found(person="nobody at all") == found(workflow="other") == found(since="2027-01-01") == []
    assert len(found(kind="jobs", until="2027-01-01")) == 2


def test_no_detail_of_a_patient_is_shown_or_found_and_that_somebody_looked_is_recorded(
    browser: Browser, office: Office
) -> None:
    auditor = told_of(browser, office)

    everything = auditor.post("/record/search", {})
    by_number = auditor.post("/record/search", {"words": office.numbers[0]})

    assert len(everything.json()["entries"]) > 5
    assert not any(number in everything.text for number in office.numbers)
    assert by_number.json()["entries"] == []
    told = Trail(browser.site.desk.database).of_run(SYSTEM_RUN, names=["record.read"])
    assert [(one.actor.name, one.facts["by"]) for one in told] == [
        ("Audrey Auditor", "everything"),
        ("Audrey Auditor", "words"),
    ]
    assert office.numbers[0] not in str([one.facts for one in told])


def test_pages_lead_on_until_there_is_no_more(
    browser: Browser, office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("rpa.console.api.record._MOST", 2)
    auditor = told_of(browser, office)

    pages, after = [], ""
    while True:
        answer = auditor.post("/record/search", {"workflow": "tidy", "after": after}).json()
        pages.append([(one["run"], one["seq"]) for one in answer["entries"]])
        after = answer["following"]
        if after is None:
            break

    everything = [one for page in pages for one in page]
    assert len(pages) > 2
    assert len(everything) == len(set(everything))
    assert {run for run, _ in everything} == {"job-1", "job-2"}


@pytest.mark.parametrize(
    "sought",
    [{"kind": "nonsense"}, {"since": "yesterday"}, {"since": "2026-12-02", "until": "2026-12-01"}, {"job": 0},
     {"nhs_number": "9990000018"}, {"words": "a\0b"}],
)  # fmt: skip
def test_what_can_not_be_looked_for_is_told_of_and_not_repeated(browser: Browser, sought: dict[str, object]) -> None:
    answer = Program(browser, "Audrey Auditor", Role.AUDITOR).post("/record/search", sought)

    assert answer.status_code == 422
    assert "expected" in answer.json()["detail"]
    assert not any(str(value) in answer.json()["detail"] for value in sought.values() if value)


def test_the_last_checks_of_the_record_are_listed(browser: Browser) -> None:
    kept = KeptChecks(browser.site.desk.database, browser.clock)
    number, _ = kept.begin("Audrey Auditor", entries=9)
    kept.end(number, Result.WHOLE, ["Everything is as it was written."], looked_at=9)
    kept.begin("Audrey Auditor", entries=9)

    found = Program(browser, "Audrey Auditor", Role.AUDITOR).get("/record/checks").json()["checks"]

    assert [(one["result"], one["entries"], one["ended_at"] is None) for one in found] == [
        (None, 9, True),
        ("whole", 9, False),
    ]

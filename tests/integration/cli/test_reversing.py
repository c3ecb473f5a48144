"""What a job changed is put back by command: planned from the record, approved by another, applied once."""

import json
from pathlib import Path

import pytest

from rpa.cli.exits import Exit
from tests.integration.approvals.moving import WORKFLOWS
from tests.integration.cli.conftest import Rpa
from tests.integration.cli.office import Office
from tests.integration.cli.test_approving import WORDS

WHY = ("--why", "The new clinic is not open.")


@pytest.fixture
def store(rpa: Rpa, office: Office) -> Path:
    folder = office.folder / "procedures"
    (folder / "move.py").write_text(WORKFLOWS, encoding="utf-8")
    rpa("approvers", "add", "Ann Second", "--by", "IT", typed=[WORDS, WORDS])
    return folder / "clinics.json"


def saved(store: Path) -> dict[str, object]:
    found: dict[str, object] = json.loads(store.read_text()) if store.exists() else {}
    return found


def moved(rpa: Rpa, office: Office, *fates: str, workflow: str = "move") -> None:
    rpa("submit", workflow, office.list(*fates), "--by", "Jo Clerk")
    rpa("work", "--until-idle")


def put_back(rpa: Rpa, plan: int) -> None:
    """Do all that `rpa reverse` leaves to be done."""
    rpa("work", "--until-idle")
    rpa("approve", plan, "--by", "Ann Second", typed=[WORDS])
    rpa("apply", plan, "--by", "Jo Clerk")
    rpa("work", "--until-idle")


def test_job_that_is_put_back_leaves_everything_as_it_was(rpa: Rpa, office: Office, store: Path) -> None:
    moved(rpa, office, "x", "twice", "fails")
    changed = set(saved(store).values())

    planned = rpa("reverse", 1, *WHY, "--by", "Jo Clerk")
    untouched = set(saved(store).values())
    put_back(rpa, 2)

    assert "Job 2 finds out what would put job 1 back: 3 items. Nothing is written." in planned.out
    assert changed == untouched == {"new", 2}
    assert set(saved(store).values()) == {"old", 1}
    assert {one["outcome"] for one in rpa("items", 3, "--json").json} == {"as it was before job 1"}
    assert rpa("audit", "verify").code is Exit.DONE


def test_who_asked_and_what_for_is_in_the_record(rpa: Rpa, office: Office, store: Path) -> None:
    moved(rpa, office, "x")

    rpa("reverse", 1, *WHY, "--by", "Jo Clerk")

    told = rpa("audit", "show", "--job", 1, "--json").json
    (asked,) = [one for one in told if one["name"] == "job.reversal_planned"]
    (submitted,) = [one for one in rpa("audit", "show", "--job", 2, "--json").json if one["name"] == "job.submitted"]
    assert (asked["actor"]["name"], asked["facts"]) == ("Jo Clerk", {"reversal": 2})
    assert asked["payload"] == {"why": "The new clinic is not open."}
    assert (submitted["actor"]["name"], submitted["facts"]["reverses"]) == ("Jo Clerk", 1)


def test_certificate_of_a_job_names_who_planned_to_put_it_back(rpa: Rpa, office: Office, store: Path) -> None:
    moved(rpa, office, "x")
    rpa("reverse", 1, *WHY, "--by", "Tom")

    people = rpa("audit", "certificate", 1, "--json").json["people"]

    assert people["Tom"] == ["planned to put it back"]


def test_job_is_not_put_back_without_a_reason(rpa: Rpa, office: Office, store: Path) -> None:
    moved(rpa, office, "x")

    refused = rpa("reverse", 1, "--by", "Jo Clerk")

    assert refused.code is Exit.USAGE
    assert "--why is missing: the reason, kept in the record. Run `rpa reverse --help`" in refused.err
    assert len(rpa("jobs", "--json").json) == 1


def test_letter_can_not_be_put_back_and_the_answer_says_which(rpa: Rpa, office: Office, store: Path) -> None:
    moved(rpa, office, "letter")

    told = rpa("reverse", 1, *WHY, "--json", "--by", "Jo Clerk").json
    put_back(rpa, 2)

    assert told["left_behind"] == [
        {"item": 1, "what": "letter about the new clinic", "why": "what was done can't be undone"}
    ]
    assert set(saved(store).values()) == {"old"}


def test_workflow_without_a_way_back_says_so(rpa: Rpa, office: Office, store: Path) -> None:
    moved(rpa, office, "x", workflow="move_for_ever")

    refused = rpa("reverse", 1, *WHY, "--by", "Jo Clerk")

    assert refused.code is Exit.USAGE
    assert "job 1 can't be reversed: move_for_ever does not say how a change is put back" in refused.err


def test_what_was_erased_is_not_put_back_and_the_answer_says_so(rpa: Rpa, office: Office, store: Path) -> None:
    moved(rpa, office, "x", "x")
    number = office.numbers[0]
    decided = ("--basis", "UK GDPR 17(1)(a)", "--approved-by", "Ann Second")
    rpa("audit", "erase", "--nhs-number", number, *decided, typed=[WORDS])

    told = rpa("reverse", 1, *WHY, "--json", "--by", "Jo Clerk").json

    assert (told["items"], [one["why"] for one in told["left_behind"]]) == (
        1,
        ["what was there before was erased since"],
    )

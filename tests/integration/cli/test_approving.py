"""A destructive workflow by command: planned, approved by another, its canary first, and by no other way at all."""

import json
import sqlite3
from pathlib import Path

import pytest
from openpyxl import load_workbook

from rpa.cli.exits import Exit
from tests.integration.cli.conftest import Rpa
from tests.integration.cli.office import Office

WORDS, OTHERS = "purple kettle meadow", "yellow ladder harbour"
DISCHARGE = '''"""Discharges referrals that are kept in a file beside it."""

import json
from pathlib import Path

from rpa import Item, NeedsApproval, NHSNumber, Row, column, workflow

STORE = Path(__file__).with_name("referrals.json")


class Referral(Row):
    nhs_number: NHSNumber = column("NHS number")


@workflow(title="Discharge referrals", key="nhs_number", destructive=True,
          approval=NeedsApproval(canary=2, cap=4, holds="2h"))
def discharge(item: Item[Referral]) -> str:
    """Discharge referrals nobody needs any more."""
    number = item.row.nhs_number
    item.change(
        f"referral of {number}", expected={"state": "open"}, new={"state": "discharged"},
        read=lambda: {"state": _store().get(number, "open")}, write=lambda: _save(number),
    )
    return "discharged"


def _store():
    return json.loads(STORE.read_text()) if STORE.exists() else {}


def _save(number):
    STORE.write_text(json.dumps({**_store(), number: "discharged"}))
'''


@pytest.fixture
def store(rpa: Rpa, office: Office) -> Path:
    folder = office.folder / "procedures"
    (folder / "discharge.py").write_text(DISCHARGE, encoding="utf-8")
    rpa("approvers", "add", "Ann Second", "--by", "IT", typed=[WORDS, WORDS])
    return folder / "referrals.json"


def saved(store: Path) -> list[str]:
    return sorted(json.loads(store.read_text())) if store.exists() else []


def planned(rpa: Rpa, office: Office, rows: int) -> None:
    rpa("plan", "discharge", office.list(*["x"] * rows), "--by", "Jo Clerk")
    rpa("work", "--until-idle")


def mend(office: Office) -> None:
    """Let the workflow be of another version."""
    code = office.folder / "procedures" / "discharge.py"
    code.write_text(code.read_text().replace("nobody needs any more", "of everybody"), encoding="utf-8")


def test_nothing_is_written_before_somebody_else_has_approved(rpa: Rpa, office: Office, store: Path) -> None:
    straight = rpa("submit", "discharge", office.list("x"), "--by", "Jo Clerk")
    planned(rpa, office, 3)

    unknown = rpa("approve", 1, "--by", "Sam Nobody", typed=[WORDS])
    guessed = rpa("approve", 1, "--by", "Ann Second", typed=["not her own words"])
    early = rpa("apply", 1, "--by", "Jo Clerk")

    assert straight.code is Exit.USAGE
    assert "discharge needs approval by a second person, found 1" in straight.err
    assert unknown.code is guessed.code is Exit.USAGE
    assert "Sam Nobody is not among those who may approve" in unknown.err
    assert "that is not the passphrase of Ann Second" in guessed.err
    assert early.code is Exit.USAGE
    assert "nobody has approved job 1 yet" in early.err
    assert saved(store) == []


def test_approver_who_asked_can_not_approve(rpa: Rpa, office: Office, store: Path) -> None:
    rpa("plan", "discharge", office.list("x"), "--by", "ann second")
    rpa("work", "--until-idle")

    own = rpa("approve", 1, "--by", "Ann Second", typed=[WORDS])

    assert own.code is Exit.USAGE
    assert "Ann Second asked for job 1, expected somebody else" in own.err


def test_approvers_are_listed_let_in_and_out(rpa: Rpa, office: Office, store: Path) -> None:
    alone = rpa("approvers", "add", "Bob Third", typed=[WORDS, WORDS])
    added = rpa("approvers", "add", "Bob Third", "--vouched-by", "Ann Second", typed=[WORDS, OTHERS, OTHERS])
    both = rpa("approvers", "--json").json
    removed = rpa("approvers", "remove", "Ann Second", "--by", "Bob Third", typed=[OTHERS])

    left = rpa("approvers", "--json").json

    assert "expected --vouched-by" in alone.err
    assert "Bob Third may approve plans from now on" in added.out
    assert [(one["name"], one["vouched_by"]) for one in both] == [("Ann Second", None), ("Bob Third", "Ann Second")]
    assert removed.code is Exit.DONE
    assert [one["name"] for one in left] == ["Bob Third"]


def test_passphrase_that_was_typed_two_ways_changes_nothing(rpa: Rpa, office: Office) -> None:
    ended = rpa("approvers", "add", "Ann Second", typed=[WORDS, OTHERS])

    assert (ended.code, "the two passphrases differ" in ended.err) == (Exit.USAGE, True)
    assert rpa("approvers", "--json").json == []


def test_canary_is_done_first_and_the_rest_when_it_is_done(rpa: Rpa, office: Office, store: Path) -> None:
    planned(rpa, office, 3)
    approved = rpa("approve", 1, "--by", "Ann Second", typed=[WORDS])
    first = rpa("apply", 1, "--by", "Jo Clerk")
    too_early = rpa("apply", 1, "--rest", "--by", "Jo Clerk")
    rpa("work", "--until-idle")
    canary = saved(store)

    rest = rpa("apply", 1, "--rest", "--by", "Jo Clerk")

    rpa("work", "--until-idle")
    assert "3 changes of job 1 approved" in approved.out
    assert "Job 2 carries out job 1: the first 2 items" in first.out
    assert "2 of the first items, in job 2, are not done yet" in too_early.err
    assert canary == sorted(office.numbers[:2])
    assert "Job 3 carries out job 1: the other 1 item." in rest.out
    assert saved(store) == sorted(office.numbers[:3])
    assert rpa("audit", "verify").code is Exit.DONE


def test_plan_is_carried_out_once(rpa: Rpa, office: Office, store: Path) -> None:
    planned(rpa, office, 1)
    rpa("approve", 1, "--by", "Ann Second", typed=[WORDS])

    rpa("apply", 1, "--by", "Jo Clerk")
    again = rpa("apply", 1, "--by", "Jo Clerk")

    assert "That is job 2 already" in again.out
    assert len(rpa("jobs", "--json").json) == 2


def test_row_that_changed_since_is_stale_and_not_written(rpa: Rpa, office: Office, store: Path) -> None:
    planned(rpa, office, 2)
    rpa("approve", 1, "--by", "Ann Second", typed=[WORDS])
    store.write_text(json.dumps({office.numbers[0]: "on hold"}))

    rpa("apply", 1, "--by", "Jo Clerk")
    rpa("work", "--until-idle")

    assert json.loads(store.read_text()) == {office.numbers[0]: "on hold", office.numbers[1]: "discharged"}
    assert [one["code"] for one in rpa("items", 2, "--json").json] == ["STALE", None]


def test_plan_beyond_the_cap_can_not_be_approved(rpa: Rpa, office: Office, store: Path) -> None:
    planned(rpa, office, 5)

    refused = rpa("approve", 1, "--by", "Ann Second", typed=[WORDS])

    assert refused.code is Exit.USAGE
    assert "job 1 would change 5 items, expected 4 at most" in refused.err


def test_rejected_plan_is_never_carried_out(rpa: Rpa, office: Office, store: Path) -> None:
    planned(rpa, office, 1)
    rpa("reject", 1, "--why", "Not these.", "--by", "Ann Second", typed=[WORDS])

    refused = rpa("apply", 1, "--by", "Jo Clerk")

    assert "Ann Second rejected job 1" in refused.err


def test_certificate_of_a_rejected_plan_names_who_refused_it(rpa: Rpa, office: Office, store: Path) -> None:
    planned(rpa, office, 1)
    rpa("reject", 1, "--why", "Not these.", "--by", "Ann Second", typed=[WORDS])

    people = rpa("audit", "certificate", 1, "--json").json["people"]

    assert people["Ann Second"] == ["refused it"]


def test_plan_of_other_code_is_not_carried_out(rpa: Rpa, office: Office, store: Path) -> None:
    planned(rpa, office, 1)
    rpa("approve", 1, "--by", "Ann Second", typed=[WORDS])
    mend(office)

    refused = rpa("apply", 1, "--by", "Jo Clerk")

    assert refused.code is Exit.USAGE
    assert "was planned by another version of discharge" in refused.err


def test_plan_of_other_code_is_refused_before_a_passphrase_is_asked(rpa: Rpa, office: Office, store: Path) -> None:
    planned(rpa, office, 1)
    mend(office)

    refused = rpa("approve", 1, "--by", "Ann Second")

    assert refused.code is Exit.USAGE
    assert "was planned by another version of discharge, which has changed since" in refused.err


def test_same_files_are_another_plan_when_the_code_was_mended(rpa: Rpa, office: Office, store: Path) -> None:
    planned(rpa, office, 1)
    same = rpa("plan", "discharge", office.list("x"), "--by", "Jo Clerk")
    mend(office)

    new = rpa("plan", "discharge", office.list("x"), "--by", "Jo Clerk")

    assert "These same files are job 1 already" in same.out
    assert "Job 2 is stored" in new.out


@pytest.mark.parametrize(
    "statement",
    [
        # the plan itself becomes a job that writes
        "UPDATE job SET dry_run = 0",
        # a job says that it carries out a plan nobody approved
        "UPDATE job SET dry_run = 0, applies = id",
        "INSERT INTO approval (job_id, decision, digest, changes, decided_by, decided_at, until, signature, mark) "
        "VALUES (1, 'approved', 'x', 1, 'Ann', '2026-01-01', '2099-01-01', '00', x'00')",
    ],
)
def test_hand_in_the_database_can_not_let_it_write(rpa: Rpa, office: Office, store: Path, statement: str) -> None:
    rpa("plan", "discharge", office.list("x"), "--by", "Jo Clerk")
    with sqlite3.connect(office.data / "rpa.db") as connection:
        connection.execute(statement)
    connection.close()

    rpa("work", "--until-idle")

    assert saved(store) == []


def test_change_of_the_plan_after_its_approval_is_not_carried_out(rpa: Rpa, office: Office, store: Path) -> None:
    planned(rpa, office, 2)
    rpa("approve", 1, "--by", "Ann Second", typed=[WORDS])
    rpa("apply", 1, "--by", "Jo Clerk")
    with sqlite3.connect(office.data / "rpa.db") as connection:
        connection.execute(
            "UPDATE effect SET after = CAST(replace(after, 'discharged', 'deleted') AS BLOB) WHERE id = 1"
        )
    connection.close()

    rpa("work", "--until-idle")

    assert saved(store) == []
    assert {one["code"] for one in rpa("items", 2, "--json").json} == {"NOT_APPROVED"}


def test_a_plan_is_compared_with_the_system_now_and_nothing_is_written(rpa: Rpa, office: Office, store: Path) -> None:
    planned(rpa, office, 3)
    store.write_text(json.dumps({office.numbers[0]: "discharged", office.numbers[1]: "on hold"}))
    before = store.read_text()

    begun = rpa("changes", 1, "--compare", "--by", "Ann Second", "--json").json
    twice = rpa("changes", 1, "--compare", "--by", "Ann Second").out
    under_way = rpa("changes", 1).out
    rpa("work", "--until-idle")
    found = rpa("changes", 1, "--json").json

    assert begun == {"job": 2, "new": True}
    assert "Job 2 compares the plan already" in twice
    assert "Job 2 compares the plan with the system now." in under_way
    assert [(one["since"], one["now"]) for one in found["changes"]] == [
        ("right", {}),
        ("other", {"state": "on hold"}),
        ("same", {}),
    ]
    assert "Compared with the system by job 2: 1 as planned, 1 changed since, 1 right already." in rpa("changes", 1).out
    assert store.read_text() == before


def test_who_approves_sees_every_field_from_what_to_what(rpa: Rpa, office: Office, store: Path) -> None:
    planned(rpa, office, 2)
    path = office.folder / "changes.xlsx"

    shown = rpa("changes", 1, "-o", path, "--by", "Ann Second")
    listed = rpa("changes", 1, "--json", "--by", "Ann Second").json

    rows = list(load_workbook(path).worksheets[0].iter_rows(values_only=True))
    assert "2 changes to 2 items; none is made yet" in shown.out
    assert rows[-1] == (2, *[office.numbers[1]] * 2, f"referral of {office.numbers[1]}", "State", "open", "discharged")
    assert [one["after"] for one in listed["changes"]] == [{"state": "discharged"}] * 2
    assert listed["digest"] in str(rows)
    readings = [one["who"] for one in rpa("audit", "readers", "--json").json if one["what"] == "plan"]
    assert readings == ["Ann Second", "Ann Second"]

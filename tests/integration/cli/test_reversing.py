"""What a job changed is put back by command: planned from the record, approved by another, applied once."""

import json
import sqlite3
from pathlib import Path

import pytest

from rpa.cli.exits import Exit
from tests.integration.cli.conftest import Rpa
from tests.integration.cli.office import Office

WORKFLOWS = '''"""Moves appointments that are kept in a file beside it, and sends a letter of some."""

import json
from pathlib import Path

from rpa import BusinessException, Item, Made, NHSNumber, Row, column, workflow

STORE = Path(__file__).with_name("clinics.json")


class Update(Row):
    nhs_number: NHSNumber = column("NHS number")
    fate: str = column("Fate")


@workflow(title="Move appointments", key="nhs_number", once=True)
def move(item: Item[Update]) -> str:
    """Move appointments to the new clinic, and say so in a letter."""
    number = item.row.nhs_number
    if item.row.fate == "letter":
        item.effect("letter about the new clinic", lambda: None)
    if item.row.fate == "twice":
        save(item, number, {"room": 1}, {"room": 2})
    save(item, number, {"clinic": "old"}, {"clinic": "new"})
    if item.row.fate == "fails":
        raise BusinessException("CONFLICT")
    return "moved"


@move.reverse
def put_back(item: Item[Update], done: Made) -> None:
    """Write again what was there before."""
    save(item, done.what.removeprefix("place of ").partition(",")[0], done.after, done.before)


@workflow(title="Move for ever", key="nhs_number")
def move_for_ever(item: Item[Update]) -> str:
    """Move appointments, with no way back."""
    save(item, item.row.nhs_number, {"clinic": "old"}, {"clinic": "new"})
    return "moved"


def save(item, number, before, after):
    place = f"{number}, {next(iter(before))}"
    item.change(
        f"place of {place}", expected=before, new=after,
        read=lambda: {next(iter(before)): _store().get(place, next(iter(_FIRST[next(iter(before))])))},
        write=lambda: STORE.write_text(json.dumps({**_store(), place: next(iter(after.values()))})),
    )


_FIRST = {"clinic": ["old"], "room": [1]}


def _store():
    return json.loads(STORE.read_text()) if STORE.exists() else {}
'''


@pytest.fixture
def store(office: Office) -> Path:
    folder = office.folder / "procedures"
    (folder / "move.py").write_text(WORKFLOWS, encoding="utf-8")
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
    rpa("approve", plan, "--by", "Ann Second")
    rpa("apply", plan, "--by", "Jo Clerk")
    rpa("work", "--until-idle")


def test_job_that_is_put_back_leaves_everything_as_it_was(rpa: Rpa, office: Office, store: Path) -> None:
    moved(rpa, office, "x", "twice", "fails")
    changed = set(saved(store).values())

    planned = rpa("reverse", 1, "--why", "The new clinic is not open.", "--by", "Jo Clerk")
    untouched = set(saved(store).values())
    put_back(rpa, 2)

    assert "Job 2 finds out what would put job 1 back: 3 items. Nothing is written." in planned.out
    assert changed == untouched == {"new", 2}
    assert set(saved(store).values()) == {"old", 1}
    assert {one["outcome"] for one in rpa("items", 3, "--json").json} == {"as it was before job 1"}
    assert rpa("audit", "verify").code is Exit.DONE


def test_what_was_changed_last_is_put_back_first(rpa: Rpa, office: Office, store: Path) -> None:
    moved(rpa, office, "x", "twice")

    rpa("reverse", 1, "--by", "Jo Clerk")
    rpa("work", "--until-idle")

    first, second = office.numbers[:2]
    planned = [one["what"] for one in rpa("changes", 2, "--json").json["changes"]]
    assert planned == [f"place of {second}, clinic", f"place of {second}, room", f"place of {first}, clinic"]


def test_who_asked_and_what_for_is_in_the_record(rpa: Rpa, office: Office, store: Path) -> None:
    moved(rpa, office, "x")

    rpa("reverse", 1, "--why", "The new clinic is not open.", "--by", "Jo Clerk")

    told = rpa("audit", "show", "--job", 1, "--json").json
    (asked,) = [one for one in told if one["name"] == "job.reversal_planned"]
    (submitted,) = [one for one in rpa("audit", "show", "--job", 2, "--json").json if one["name"] == "job.submitted"]
    assert (asked["actor"]["name"], asked["facts"]) == ("Jo Clerk", {"reversal": 2})
    assert asked["payload"] == {"why": "The new clinic is not open."}
    assert (submitted["actor"]["name"], submitted["facts"]["reverses"]) == ("Jo Clerk", 1)


def test_job_is_put_back_once(rpa: Rpa, office: Office, store: Path) -> None:
    moved(rpa, office, "x")
    rpa("reverse", 1, "--by", "Jo Clerk")
    same = rpa("reverse", 1, "--by", "Jo Clerk")
    put_back(rpa, 2)

    again = rpa("reverse", 1, "--again", "--by", "Jo Clerk")

    assert "Job 2 is that plan already" in same.out
    assert again.code is Exit.USAGE
    assert "all that job 1 changed was put back already" in again.err


def test_two_plans_that_put_one_job_back_write_once(rpa: Rpa, office: Office, store: Path) -> None:
    moved(rpa, office, "x")
    rpa("reverse", 1, "--by", "Jo Clerk")
    rpa("work", "--until-idle")
    rpa("reverse", 1, "--again", "--by", "Jo Clerk")
    rpa("work", "--until-idle")
    rpa("approve", 3, "--by", "Ann Second")
    put_back(rpa, 2)

    rpa("apply", 3, "--by", "Jo Clerk")
    rpa("work", "--until-idle")

    events = [one["name"] for one in rpa("audit", "show", "--job", 5, "--json").json]
    assert "change.already" in events
    assert "change.intended" not in events


def test_reversal_is_not_reversed_itself(rpa: Rpa, office: Office, store: Path) -> None:
    moved(rpa, office, "x")
    rpa("reverse", 1, "--by", "Jo Clerk")
    put_back(rpa, 2)

    refused = rpa("reverse", 3, "--by", "Jo Clerk")

    assert refused.code is Exit.USAGE
    assert "job 3 put back what job 1 had changed" in refused.err


def test_who_asked_for_it_can_not_approve_it_and_nothing_is_written_before(
    rpa: Rpa, office: Office, store: Path
) -> None:
    moved(rpa, office, "x")
    rpa("reverse", 1, "--by", "Jo Clerk")
    rpa("work", "--until-idle")

    own = rpa("approve", 2, "--by", "jo clerk")
    early = rpa("apply", 2, "--by", "Jo Clerk")

    assert (own.code, early.code) == (Exit.USAGE, Exit.USAGE)
    assert set(saved(store).values()) == {"new"}


def test_what_somebody_changed_since_stays_as_it_is(rpa: Rpa, office: Office, store: Path) -> None:
    moved(rpa, office, "x", "x")
    rpa("reverse", 1, "--by", "Jo Clerk")
    rpa("work", "--until-idle")
    rpa("approve", 2, "--by", "Ann Second")
    place = f"{office.numbers[0]}, clinic"
    store.write_text(json.dumps({**saved(store), place: "third"}))

    rpa("apply", 2, "--by", "Jo Clerk")
    rpa("work", "--until-idle")

    assert saved(store) == {place: "third", f"{office.numbers[1]}, clinic": "old"}
    assert [one["code"] for one in rpa("items", 3, "--json").json] == [None, "STALE"]


def test_letter_can_not_be_put_back_and_the_answer_says_which(rpa: Rpa, office: Office, store: Path) -> None:
    moved(rpa, office, "letter")

    told = rpa("reverse", 1, "--json", "--by", "Jo Clerk").json
    put_back(rpa, 2)

    assert told["left_behind"] == [
        {"item": 1, "what": "letter about the new clinic", "why": "what was done can't be undone"}
    ]
    assert set(saved(store).values()) == {"old"}


def test_workflow_without_a_way_back_says_so(rpa: Rpa, office: Office, store: Path) -> None:
    moved(rpa, office, "x", workflow="move_for_ever")

    refused = rpa("reverse", 1, "--by", "Jo Clerk")

    assert refused.code is Exit.USAGE
    assert "job 1 can't be reversed: move_for_ever does not say how a change is put back" in refused.err


def test_plan_and_job_that_changed_nothing_have_nothing_to_put_back(rpa: Rpa, office: Office, store: Path) -> None:
    rpa("plan", "move", office.list("x"), "--by", "Jo Clerk")
    rpa("work", "--until-idle")
    store.write_text(json.dumps({f"{office.numbers[0]}, clinic": "new"}))
    moved(rpa, office, "x")

    of_plan, of_nothing = rpa("reverse", 1), rpa("reverse", 2)

    assert "job 1 is a plan and has written nothing" in of_plan.err
    assert "job 2 changed nothing that could be put back" in of_nothing.err


def test_job_that_still_waits_is_not_put_back(rpa: Rpa, office: Office, store: Path) -> None:
    rpa("submit", "move", office.list("x"), "--by", "Jo Clerk")

    refused = rpa("reverse", 1)

    assert "job 1 has 1 items that wait or run" in refused.err


def test_what_was_erased_is_not_put_back_and_the_answer_says_so(rpa: Rpa, office: Office, store: Path) -> None:
    moved(rpa, office, "x", "x")
    number = office.numbers[0]
    rpa("audit", "erase", "--nhs-number", number, "--basis", "UK GDPR 17(1)(a)", "--approved-by", "Dr Records")

    told = rpa("reverse", 1, "--json", "--by", "Jo Clerk").json

    assert (told["items"], [one["why"] for one in told["left_behind"]]) == (
        1,
        ["what was there before was erased since"],
    )


def test_value_changed_by_hand_in_the_database_is_not_what_is_put_back(rpa: Rpa, office: Office, store: Path) -> None:
    moved(rpa, office, "x")
    by_hand(office, "UPDATE effect SET before = CAST(replace(before, 'old', 'gone') AS BLOB)")

    rpa("reverse", 1, "--by", "Jo Clerk")
    rpa("work", "--until-idle")

    assert [one["after"] for one in rpa("changes", 2, "--json").json["changes"]] == [{"clinic": "old"}]


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE job SET dry_run = 0 WHERE id = 2",
        "UPDATE job SET dry_run = 0, applies = 2 WHERE id = 2",
        "UPDATE job SET dry_run = 0, applies = 1 WHERE id = 2",
        "UPDATE job SET dry_run = 0, reverses = 2 WHERE id = 2",
    ],
)
def test_hand_in_the_database_can_not_let_a_reversal_write(
    rpa: Rpa, office: Office, store: Path, statement: str
) -> None:
    moved(rpa, office, "x")
    rpa("reverse", 1, "--by", "Jo Clerk")
    by_hand(office, statement)

    rpa("work", "--until-idle")

    assert set(saved(store).values()) == {"new"}
    assert [one["code"] for one in rpa("items", 2, "--json").json] == ["NOT_APPROVED"]


def test_job_turned_into_a_reversal_by_hand_does_not_write(rpa: Rpa, office: Office, store: Path) -> None:
    moved(rpa, office, "x")
    rpa("submit", "move_for_ever", office.list("x", "x"), "--by", "Jo Clerk")
    by_hand(office, "UPDATE job SET reverses = 1 WHERE id = 2")

    rpa("work", "--until-idle")

    assert {one["code"] for one in rpa("items", 2, "--json").json} == {"NOT_APPROVED"}


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE job SET reverses = NULL WHERE id = 3",
        "UPDATE job SET reverses = 3 WHERE id = 3",
        "UPDATE job SET applies = 1 WHERE id = 3",
    ],
)
def test_approved_reversal_turned_into_something_else_by_hand_does_not_write(
    rpa: Rpa, office: Office, store: Path, statement: str
) -> None:
    moved(rpa, office, "x")
    rpa("reverse", 1, "--by", "Jo Clerk")
    rpa("work", "--until-idle")
    rpa("approve", 2, "--by", "Ann Second")
    rpa("apply", 2, "--by", "Jo Clerk")
    by_hand(office, statement)

    rpa("work", "--until-idle")

    assert set(saved(store).values()) == {"new"}
    assert [one["code"] for one in rpa("items", 3, "--json").json] == ["NOT_APPROVED"]


def by_hand(office: Office, statement: str) -> None:
    with sqlite3.connect(office.data / "rpa.db") as connection:
        connection.execute(statement)
    connection.close()

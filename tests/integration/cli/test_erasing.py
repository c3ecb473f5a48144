"""Erasure and retention by command: who decided, what goes, and what is left."""

from base64 import b64encode
from datetime import timedelta

import pytest
from openpyxl import load_workbook
from sqlalchemy import update

from rpa.cli.exits import Exit
from rpa.clock import SystemClock
from rpa.db.tables import job
from rpa.desk import Desk, open_desk
from rpa.exceptions import NotApproved
from rpa.models import Actor, ActorKind, Claim, Ending
from rpa.retention import Kind
from rpa.settings import load_settings
from rpa.states import Failure, ItemState
from tests.integration.cli.conftest import Rpa
from tests.integration.cli.office import Office
from tests.integration.cli.test_passphrases import OTHERS, WORDS

MATCHING = '''"""Matches two lists."""

from rpa import Case, Item, NHSNumber, Row, Table, column, workflow


class Listed(Row):
    """A row of either list."""

    nhs_number: NHSNumber = column("NHS number")


@workflow(title="Match two lists", key="nhs_number")
def match(item: Item[Listed]) -> str:
    """Match the rows of two lists."""
    return "matched"


@match.plan
def pairs(left: Table[Listed], right: Table[Listed]):
    return [Case(one, of=[one, other]) for one, other in zip(left, right)]
'''
DECIDED = ("--basis", "UK GDPR 17(1)(a)", "--approved-by", "B. Guardian", "--by", "Jo Clerk")


@pytest.fixture
def rpa(rpa: Rpa) -> Rpa:
    """Run commands where B. Guardian may approve, and types her passphrase when she is asked."""
    rpa("approvers", "add", "B. Guardian", typed=[WORDS, WORDS])
    return lambda *arguments, typed=(WORDS,): rpa(*arguments, typed=typed)


def done(rpa: Rpa, office: Office, *, rows: int) -> None:
    """Submit a list and end its items as a slot does, without starting one."""
    rpa("submit", "tidy", office.list(*["fine"] * rows), "--by", "Jo Clerk")
    end_all(office, Ending(ItemState.COMPLETED, outcome="moved"))


def end_all(office: Office, ending: Ending) -> None:
    desk = open_desk(load_settings(office.data))
    while (claim := taken(desk)) is not None:
        desk.evidence.keep(f"picture {claim.key}".encode(), kind="screenshot", name="pas.png", job_id=claim.job_id,
                           item_id=claim.item_id)  # fmt: skip
        desk.queue.finish(claim, ending, by=Actor(ActorKind.BOT, "tidy"))
    desk.close()


def taken(desk: Desk) -> Claim | None:
    return desk.queue.claim(desk.me.id, ["tidy"], lease=desk.lease)


def files_of(office: Office) -> list[str]:
    return sorted(path.name for path in (office.data / "evidence").rglob("*") if path.is_file())


def test_patient_is_erased_with_his_pictures_and_the_record_verifies(rpa: Rpa, office: Office) -> None:
    done(rpa, office, rows=2)
    number, other = office.numbers[:2]
    pictures = len(files_of(office))

    erased = rpa("audit", "erase", "--nhs-number", f"{number[:3]} {number[3:6]} {number[6:]}", *DECIDED, "--json")

    assert erased.code is Exit.DONE
    assert erased.json == {"payloads": 1, "items": 1, "files": 1}
    assert len(files_of(office)) == pictures - 1
    assert rpa("audit", "verify").code is Exit.DONE
    assert number not in rpa("audit", "show", "--nhs-number", number, "--json").out + rpa("items", 1, "--json").out
    assert other in rpa("audit", "show", "--nhs-number", other, "--json").out
    assert rpa("job", 1, "--json").json["totals"]["completed"] == 2
    assert number not in (office.data / "rpa.db").read_bytes().decode("latin-1")


def test_story_of_an_erased_patient_says_who_decided_it_and_why(rpa: Rpa, office: Office) -> None:
    done(rpa, office, rows=2)
    rpa("audit", "erase", "--nhs-number", office.numbers[0], *DECIDED)

    erased, other = (rpa("audit", "story", "--nhs-number", number, "--json").json for number in office.numbers[:2])

    said = "Jo Clerk had details erased, approved by B. Guardian, because: UK GDPR 17(1)(a)."
    assert [one["said"] for one in erased["lines"]].count(said) == 1
    assert said not in [one["said"] for one in other["lines"]]


def test_story_of_a_patient_whose_row_was_sent_again_says_that_it_was_erased_there_too(
    rpa: Rpa, office: Office
) -> None:
    rpa("submit", "tidy", office.list("nobody", "nobody", "nobody"), "--by", "Jo Clerk")
    end_all(office, Ending(ItemState.FAILED, failure=Failure.BUSINESS, code="NO_MATCH"))
    rpa("results", 1, "-o", office.folder / "back.xlsx")
    book = load_workbook(office.folder / "back.xlsx")
    for row in (2, 4):  # the one between them is none of those that are sent again
        book.worksheets[0].cell(row, 4).value = "Resubmit"
    book.save(office.folder / "again.xlsx")
    rpa("submit", "tidy", office.folder / "again.xlsx", "--by", "Jo Clerk")
    end_all(office, Ending(ItemState.COMPLETED, outcome="seen"))
    rpa("cancel", 2, "--why", "not ours", "--by", "Tom")

    rpa("audit", "erase", "--nhs-number", office.numbers[2], *DECIDED)
    told = {number: rpa("audit", "story", "--nhs-number", number, "--json").json["lines"]
            for number in office.numbers[:3]}  # fmt: skip

    erased = {number: [one["run"] for one in lines if "had details erased" in one["said"]]
              for number, lines in told.items()}  # fmt: skip
    assert erased == {office.numbers[0]: [], office.numbers[1]: [], office.numbers[2]: ["job-1", "job-2"]}


def test_a_row_that_was_done_by_hand_says_so_after_its_patient_was_erased(rpa: Rpa, office: Office) -> None:
    rpa("submit", "tidy", office.list("fine", "fine"), "--by", "Jo Clerk")
    rpa("cancel", 1, "--how", "by-hand", "--why", "seen in the clinic", "--by", "Tom")
    rpa("audit", "erase", "--nhs-number", office.numbers[0], *DECIDED)

    rpa("results", 1, "--output", office.folder / "back.xlsx")

    row = [cell.value for cell in load_workbook(office.folder / "back.xlsx").worksheets[0][2]]
    assert row[3:5] == ["Done by hand", "What was known of it was erased since, as decided."]
    lines = rpa("audit", "story", "--nhs-number", office.numbers[0], "--json").json["lines"]
    assert "Tom did this by hand." in [one["said"] for one in lines]


def test_a_certificate_agrees_with_the_record_after_the_patient_of_a_row_done_by_hand_was_erased(
    rpa: Rpa, office: Office
) -> None:
    rpa("submit", "tidy", office.list("fine", "nobody"), "--by", "Jo Clerk")
    rpa("work", "--until-idle")
    rpa("cancel", 2, "--how", "by-hand", "--why", "seen in the clinic", "--by", "Tom")
    erased = rpa("audit", "erase", "--nhs-number", office.numbers[1], *DECIDED)

    made = rpa("audit", "certificate", 1, "--json").json

    assert erased.code is Exit.DONE
    assert made["broken"] is None
    assert "did items by hand" in made["people"]["Tom"]


def test_results_of_the_others_can_be_written_after_an_erasure(rpa: Rpa, office: Office) -> None:
    done(rpa, office, rows=2)
    rpa("audit", "erase", "--nhs-number", office.numbers[0], *DECIDED)

    written = rpa("results", 1, "-o", office.folder / "results.xlsx")

    assert written.code is Exit.DONE
    rows = load_workbook(office.folder / "results.xlsx").worksheets[0].iter_rows(min_row=2, values_only=True)
    assert [row[-2] for row in rows] == ["What was known of it was erased since, as decided.", "Moved."]


@pytest.mark.parametrize("is_done", [True, False])
def test_results_of_several_lists_can_be_written_after_an_erasure(rpa: Rpa, office: Office, is_done: bool) -> None:
    (office.folder / "procedures" / "match.py").write_text(MATCHING, encoding="utf-8")
    lists = [f"{name}={office.list('fine', 'fine', name=f'{name}.csv')}" for name in ("left", "right")]
    rpa("submit", "match", *lists, "--by", "Jo Clerk")
    if is_done:
        rpa("work", "--until-idle")
    else:
        rpa("cancel", 1, "--how", "by-hand", "--why", "seen in the clinic", "--by", "Tom")
    erased = rpa("audit", "erase", "--nhs-number", office.numbers[0], *DECIDED, "--json").json

    written = rpa("results", 1, "-o", office.folder / "results.xlsx")

    assert (erased["items"], written.code) == (1, Exit.DONE)
    summary = list(load_workbook(office.folder / "results.xlsx")["Summary"].iter_rows(values_only=True))
    (head,) = (row for row in summary if "Class" in row)
    end = head.index("Done" if is_done else "Done by hand")
    told = [(row[head.index("Rows")], row[end]) for row in summary if "(erased)" in row]
    assert told == [(1, 1), (1, 1)]


def test_run_page_is_written_again_without_the_patients_picture(rpa: Rpa, office: Office) -> None:
    done(rpa, office, rows=2)
    rpa("page", 1)
    page = office.data / "runs" / "job-1.html"
    pictures = [b64encode(f"picture {number}".encode()).decode() for number in office.numbers[:2]]
    before = [one in page.read_text(encoding="utf-8") for one in pictures]

    rpa("audit", "erase", "--nhs-number", office.numbers[0], *DECIDED)

    assert before == [True, True]
    assert [one in page.read_text(encoding="utf-8") for one in pictures] == [False, True]


def test_erasure_again_finds_nothing_left(rpa: Rpa, office: Office) -> None:
    done(rpa, office, rows=1)
    rpa("audit", "erase", "--nhs-number", office.numbers[0], *DECIDED)

    again = rpa("audit", "erase", "--nhs-number", office.numbers[0], *DECIDED, "--json")

    assert again.json == {"payloads": 0, "items": 0, "files": 0}
    assert rpa("audit", "verify").code is Exit.DONE


def test_erasure_is_shown_with_who_decided_it(rpa: Rpa, office: Office) -> None:
    done(rpa, office, rows=1)
    rpa("audit", "erase", "--nhs-number", office.numbers[0], *DECIDED)

    entries = rpa("audit", "show", "--job", 1, "--json").json

    (told,) = [one for one in entries if one["name"] == "payload.erased"]
    assert (told["actor"]["name"], told["facts"]["approved_by"]) == ("Jo Clerk", "B. Guardian")
    assert told["facts"]["basis"] == "UK GDPR 17(1)(a)"
    assert office.numbers[0] not in str(entries)


def test_whoever_approves_has_signed_what_is_erased(rpa: Rpa, office: Office) -> None:
    done(rpa, office, rows=1)
    rpa("audit", "erase", "--nhs-number", office.numbers[0], *DECIDED)

    (told,) = [one for one in rpa("audit", "show", "--job", 1, "--json").json if one["name"] == "payload.erased"]

    facts, by = told["facts"], told["actor"]["name"]
    said = ("erasure", facts["basis"], by, facts["approved_by"], facts["scope"], facts["decided_at"])
    desk = open_desk(load_settings(office.data))
    desk.approvals.approvers.check("B. Guardian", facts["signature"], *said)
    with pytest.raises(NotApproved, match="that is not what"):
        desk.approvals.approvers.check("B. Guardian", facts["signature"], *said[:1], "another basis", *said[2:])
    desk.close()


@pytest.mark.parametrize(
    ("name", "typed", "refused"),
    [
        ("B. Guardian", [OTHERS], "that is not the passphrase of B. Guardian"),
        ("B. Guardian", [], "line 1 of the standard input is missing or empty"),
        ("Sam Nobody", [WORDS], "Sam Nobody is not among those who may approve"),
    ],
)
def test_nothing_is_erased_without_the_passphrase_of_who_approves(
    rpa: Rpa, office: Office, name: str, typed: list[str], refused: str
) -> None:
    done(rpa, office, rows=1)
    decided = ("--basis", "UK GDPR 17(1)(a)", "--approved-by", name, "--by", "Jo Clerk")

    ended = [
        rpa("audit", "erase", "--nhs-number", office.numbers[0], *decided, typed=typed),
        rpa("audit", "erase", "--older-than", 0, *decided, typed=typed),
        rpa("retention", "run", *decided[2:], typed=typed),
    ]

    assert [one.code for one in ended] == [Exit.USAGE] * 3
    assert all(refused in one.err for one in ended)
    assert "payload.erased" not in rpa("audit", "show", "--job", 1, "--json").out


def test_patient_with_open_items_is_refused_without_naming_him(rpa: Rpa, office: Office) -> None:
    rpa("submit", "tidy", office.list("fine"), "--by", "Jo Clerk")

    refused = rpa("audit", "erase", "--nhs-number", office.numbers[0], *DECIDED)

    assert refused.code is Exit.USAGE
    assert "item 1 of that patient is pending" in refused.err and "nothing was erased" in refused.err
    assert office.numbers[0] not in refused.err


def test_erasure_needs_one_target_and_a_second_person(rpa: Rpa, office: Office) -> None:
    done(rpa, office, rows=1)

    both = rpa("audit", "erase", "--nhs-number", office.numbers[0], "--older-than", 1, *DECIDED)
    alone = rpa("audit", "erase", "--older-than", 0, "--basis", "x", "--approved-by", "jo clerk", "--by", "Jo Clerk")
    nobody = rpa("audit", "erase", "--nhs-number", office.numbers[5], *DECIDED)

    assert (both.code, alone.code, nobody.code) == (Exit.USAGE, Exit.USAGE, Exit.NOT_FOUND)
    assert "another person" in alone.err
    assert "payload.erased" not in rpa("audit", "show", "--job", 1, "--json").out


def test_old_jobs_are_erased_kind_by_kind(rpa: Rpa, office: Office) -> None:
    done(rpa, office, rows=2)

    kept = rpa("audit", "erase", "--before", "2020-01-01", *DECIDED, "--json").json
    gone = rpa("audit", "erase", "--older-than", 0, "--kind", "payloads", "--kind", "inputs", *DECIDED, "--json").json

    assert kept == {"payloads": 0}
    assert gone == {"payloads": 2, "inputs": 1}
    assert len(files_of(office)) == 2, "the pictures"
    assert rpa("audit", "verify").code is Exit.DONE


def test_retention_removes_what_it_planned_and_nothing_else(rpa: Rpa, office: Office) -> None:
    with (office.data / "rpa.toml").open("a") as file:
        file.write("[retention]\npictures = 30\ninputs = 3650\n")
    done(rpa, office, rows=2)
    age_jobs(office, days=31)

    planned = {one["kind"]: one for one in rpa("retention", "plan", "--json").json}
    removed = rpa("retention", "run", "--approved-by", "B. Guardian", "--by", "Jo Clerk", "--json").json

    assert list(planned) == [str(kind) for kind in Kind]
    assert (planned["pictures"]["count"], planned["pictures"]["days"]) == (2, 30)
    assert (planned["inputs"]["count"], planned["payloads"]["days"], planned["payloads"]["count"]) == (0, None, 0)
    assert removed == {"inputs": 0, "pictures": 2, "logs": 0}
    assert len(files_of(office)) == 1, "the list that was sent"
    assert {one["kind"]: one["count"] for one in rpa("retention", "plan", "--json").json}["pictures"] == 0
    told = [one for one in rpa("audit", "show", "--job", 1, "--json").json if one["name"] == "evidence.removed"]
    assert told[0]["facts"]["approved_by"] == "B. Guardian" and len(told[0]["facts"]["files"]) == 2
    assert rpa("audit", "verify").code is Exit.DONE


def test_file_that_a_newer_job_refers_to_is_kept(rpa: Rpa, office: Office) -> None:
    done(rpa, office, rows=1)
    age_jobs(office, days=31)
    rpa("submit", "tidy", office.list("fine"), "--again", "--by", "Jo Clerk")
    before = files_of(office)

    gone = rpa("audit", "erase", "--older-than", 30, "--kind", "inputs", *DECIDED, "--json").json

    assert gone == {"inputs": 1}
    assert files_of(office) == before


def age_jobs(office: Office, *, days: int) -> None:
    """Let the jobs have been completed so many days earlier."""
    desk = open_desk(load_settings(office.data))
    with desk.database.transaction() as connection:
        connection.execute(update(job).values(completed_at=SystemClock().now() - timedelta(days=days)))
    desk.close()


def test_plan_names_the_job_that_is_held_back_and_an_empty_erasure_says_so(rpa: Rpa, office: Office) -> None:
    rpa("submit", "tidy", office.list("nobody"), "--by", "Jo Clerk")
    rpa("work", "--until-idle")
    desk = open_desk(load_settings(office.data))
    with desk.database.transaction() as connection:
        connection.execute(update(job).values(completed_at=SystemClock().now() - timedelta(days=40)))
    desk.close()
    (office.data / "rpa.toml").write_text("[retention]\npictures = 30\n", encoding="utf-8")

    planned = rpa("retention", "plan")
    erased = rpa("audit", "erase", "--older-than", 30, *DECIDED)

    assert "Job 1 is over its time too, and 1 item of it still waits for a person." in planned.out
    assert "Nothing was erased" in erased.out

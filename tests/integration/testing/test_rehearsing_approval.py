"""A workflow that needs approval, and the way back from it, can be rehearsed: planned, carried out, put back."""

import pytest

from rpa import BusinessException, Item, Made, NeedsApproval, Row, column, workflow
from rpa.bots import Bot
from rpa.connectors.browser import Session
from rpa.exceptions import UsageError
from rpa.secrets import Credential
from rpa.testing import Rehearsal, rehearse


class Booking(Row):
    name: str = column("Name")


class Book(Bot):
    """A bot that keeps its own book; the browser is never used."""

    system_name = "book"

    def __init__(self, *names: str) -> None:
        self.booked = dict.fromkeys(names, "booked")

    def sign_in(self, session: Session, credential: Credential) -> None:
        raise AssertionError("nothing here signs in")

    def save(self, name: str, status: str) -> None:
        self.booked[name] = status


@workflow(title="Cancel bookings", key="name", uses=Book, destructive=True,
          approval=NeedsApproval(canary=1, cap=5), codes={"UNKNOWN": "Nobody has this name. Correct it."})  # fmt: skip
def cancel(item: Item[Booking], book: Book) -> str:
    """Cancel the booking of the row."""
    name = item.row.name
    if name == "misspelt":
        raise BusinessException("UNKNOWM")
    if name not in book.booked:
        raise BusinessException("UNKNOWN")
    save(item, book, name, before="booked", after="cancelled")
    return "cancelled"


@cancel.reverse
def put_back(item: Item[Booking], book: Book, done: Made) -> None:
    save(item, book, done.what, before=done.after["status"], after=done.before["status"])


def save(item: Item[Booking], book: Book, name: str, *, before: str, after: str) -> None:
    item.change(
        name,
        expected={"status": before},
        new={"status": after},
        read=lambda: {"status": book.booked[name]},
        write=lambda: book.save(name, after),
    )


def plan(book: Book, *names: str) -> Rehearsal:
    return rehearse(cancel, [{"name": one} for one in names], bots={Book: book})


def test_what_needs_approval_is_only_planned() -> None:
    book = Book("a", "b")

    planned = plan(book, "a", "b", "stranger")

    assert planned.outcomes == {"a": "cancelled", "b": "cancelled", "stranger": "UNKNOWN"}
    assert [one.state for one in planned.effects] == ["planned", "planned"]
    assert book.booked == {"a": "booked", "b": "booked"}


def test_a_plan_is_carried_out_as_if_a_second_person_had_approved_it() -> None:
    book = Book("a", "b", "c")

    done = plan(book, "a", "b", "c", "stranger").apply()

    assert done.outcomes == dict.fromkeys("abc", "cancelled")
    assert book.booked == dict.fromkeys("abc", "cancelled")
    assert (done.totals.completed, done.totals.balance, done.record.clean) == (3, True, True)


def test_what_was_carried_out_is_put_back_by_the_reverse_hook() -> None:
    book = Book("a", "b")
    done = plan(book, "a", "b").apply()
    book.save("b", "rung up")

    planned = done.reverse()
    back = planned.apply()

    assert planned.outcomes == {"a": "as it was before job 2", "b": "CONFLICT"}
    assert back.outcomes == {"a": "as it was before job 2"}
    assert book.booked == {"a": "booked", "b": "rung up"}


def test_what_somebody_changed_after_the_plan_is_stale_and_the_rest_is_not_begun() -> None:
    book = Book("a", "b")
    planned = plan(book, "a", "b")
    book.save("a", "rung up")

    done = planned.apply()

    assert done.outcomes == {"a": "STALE"}
    assert book.booked == {"a": "rung up", "b": "booked"}


def test_a_plan_that_would_change_nothing_can_not_be_carried_out() -> None:
    planned = plan(Book(), "a")

    with pytest.raises(UsageError, match="would change nothing"):
        planned.apply()


def test_what_was_carried_out_is_no_plan() -> None:
    done = plan(Book("a"), "a").apply()

    with pytest.raises(UsageError, match="is no dry run"):
        done.apply()


def test_a_plan_is_carried_out_once() -> None:
    planned = plan(Book("a"), "a")
    planned.apply()

    with pytest.raises(UsageError, match="approved job 1 before"):
        planned.apply()


def test_a_code_that_the_workflow_does_not_explain_is_told_to_its_author() -> None:
    with pytest.raises(UsageError, match=r"with the code UNKNOWM, expected one of its codes \(UNKNOWN\)"):
        plan(Book("a"), "misspelt")

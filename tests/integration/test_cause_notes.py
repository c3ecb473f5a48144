"""What is known of a cause, on each database: noted, noted anew, cleared, and told in the record."""

import pytest

from rpa.audit import Record, Trail
from rpa.audit.record import SYSTEM_RUN, Origin
from rpa.cause_notes import LONGEST, CauseNotes
from rpa.exceptions import UsageError
from rpa.lists import Cause
from rpa.models import Actor, ActorKind
from rpa.states import Failure
from tests.integration.conftest import PERSON, Bench

OTHER = Actor(ActorKind.PERSON, "B. Clerk")
CAUSE = Cause("tidy_up", Failure.SYSTEM, "SCREEN_CHANGED")
ANOTHER = Cause("tidy_up", Failure.SYSTEM, "TIMEOUT")


@pytest.fixture
def notes(bench: Bench) -> CauseNotes:
    return CauseNotes(bench.database, Record(Origin("host", "worker", "0"), bench.clock), bench.clock.now)


def test_a_note_is_there_until_it_is_cleared(bench: Bench, notes: CauseNotes) -> None:
    notes.note(CAUSE, "the supplier mends it on Friday", link="https://tickets.example/12", by=PERSON)
    notes.note(ANOTHER, "the network is slow", by=PERSON)
    found = notes.of(CAUSE)
    cleared = notes.clear(CAUSE, by=OTHER)

    assert found is not None
    assert (found.text, found.link) == ("the supplier mends it on Friday", "https://tickets.example/12")
    assert (found.noted_by, found.noted_at < bench.clock.now()) == (PERSON.name, True)
    assert cleared
    assert not notes.clear(CAUSE, by=OTHER)
    assert list(notes.all()) == [ANOTHER]


def test_a_newer_note_takes_the_place_of_the_one_before(notes: CauseNotes) -> None:
    notes.note(CAUSE, "nobody knows", by=PERSON)

    notes.note(CAUSE, "the supplier mends it on Friday", by=OTHER)

    assert [(one.text, one.noted_by) for one in notes.all().values()] == [
        ("the supplier mends it on Friday", OTHER.name)
    ]


def test_the_record_says_who_noted_what_and_who_cleared_it(bench: Bench, notes: CauseNotes) -> None:
    notes.note(CAUSE, "the supplier mends it on Friday", by=PERSON)
    notes.clear(CAUSE, by=OTHER)

    told = Trail(bench.database).of_run(SYSTEM_RUN, names=["cause.noted", "cause.cleared"])
    assert [(one.name, one.actor.name, one.facts["code"], one.why) for one in told] == [
        ("cause.noted", PERSON.name, "SCREEN_CHANGED", "the supplier mends it on Friday"),
        ("cause.cleared", OTHER.name, "SCREEN_CHANGED", ""),
    ]


@pytest.mark.parametrize(
    ("text", "link", "said"),
    [
        ("", "", "found a note of 0 characters"),
        ("x" * (LONGEST + 1), "", "found a note of 501 characters"),
        ("known", "javascript:alert(1)", "expected a link that begins with https"),
        ("known", "https://" + "x" * LONGEST, "expected a link that begins with https"),
    ],
)
def test_what_is_no_note_or_no_address_is_not_taken(notes: CauseNotes, text: str, link: str, said: str) -> None:
    with pytest.raises(UsageError, match=said):
        notes.note(CAUSE, text, link=link, by=PERSON)

    assert notes.all() == {}

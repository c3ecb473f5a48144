"""Looking through the record: what is found, a page at a time, and that no database reads more than it must."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from rpa.answers import postings as postings_module
from rpa.answers.postings import Postings
from rpa.answers.search import Found, Sought, find
from rpa.audit import Event, Record
from rpa.audit.keys import SealKeys
from rpa.audit.record import SYSTEM_RUN, Origin
from rpa.db import Database
from rpa.models import Actor, ActorKind
from rpa.sealing import Sealing
from tests.conftest import HandClock
from tests.integration.test_lists import plans_of, reads_a_whole_table

JO, ANN = Actor(ActorKind.PERSON, "Jo Clerk"), Actor(ActorKind.PERSON, "Ann Second")
BOT = Actor(ActorKind.BOT, "tidy")
EVERYTHING = Sought()


class Archive:
    """A record that is written to, sealed and made searchable."""

    def __init__(self, database: Database, clock: HandClock, folder: Path) -> None:
        self.database = database
        self.clock = clock
        self.record = Record(Origin("host", "worker", "0"), clock)
        (folder / "anchors").mkdir()
        self.sealing = Sealing(database, self.record, clock, keys=SealKeys(folder), anchors=folder / "anchors")
        self.postings = Postings(database, clock)

    def write(self, name: str, by: Actor = BOT, run: str = "job-1", **facts: object) -> None:
        self.clock.pass_by(seconds=10)
        with self.database.transaction() as connection:
            self.record.append(connection, run, Event(name, by, facts=facts))

    def ready(self) -> None:
        self.sealing.tick()
        self.postings.tick()

    def found(self, sought: Sought = EVERYTHING, **how: Any) -> list[str]:
        """Return what is found, as `run/number`; what the sealing itself has written is left out."""
        return [f"{one.run}/{one.seq}" for one in find(self.database, sought, **how).entries if one.run != "seals"]


@pytest.fixture
def archive(database: Database, clock: HandClock, tmp_path: Path) -> Archive:
    return Archive(database, clock, tmp_path)


def all_pages(ask: Callable[[str], Found]) -> list[Found]:
    pages = [ask("")]
    while pages[-1].following:
        pages.append(ask(pages[-1].following))
    return pages


def test_entries_of_a_person_are_found_however_the_name_is_spelt(archive: Archive) -> None:
    archive.write("job.submitted", JO)
    archive.write("change.made")
    archive.write("item.retried", ANN)
    archive.write("item.cancelled", JO, "job-2")
    archive.ready()

    assert archive.found(Sought(person="jo  CLERK")) == ["job-2/1", "job-1/1"]
    assert archive.found(Sought(person="Jo Clerk", names=["job.submitted"])) == ["job-1/1"]
    assert archive.found(Sought(person="tidy")) == []


def test_entries_of_kinds_come_newest_first_whatever_their_run(archive: Archive) -> None:
    for run in ("job-1", "job-2", "job-1"):
        archive.write("change.made", run=run)
        archive.write("change.confirmed", run=run)
        archive.write("item.completed", run=run)
    archive.ready()

    found = archive.found(Sought(names=["change.made", "change.confirmed"]))

    assert found == ["job-1/5", "job-1/4", "job-2/2", "job-2/1", "job-1/2", "job-1/1"]


def test_a_time_has_both_its_ends(archive: Archive) -> None:
    begun = archive.clock.time
    for _ in range(5):
        archive.write("item.completed")
        archive.sealing.tick()
        archive.clock.pass_by(minutes=10)
    archive.ready()
    since, until = begun + timedelta(minutes=10), begun + timedelta(minutes=30)

    assert archive.found(Sought(since=since, until=until)) == ["job-1/3", "job-1/2"]
    assert archive.found(Sought(names=["item.completed"], since=since)) == ["job-1/5", "job-1/4", "job-1/3", "job-1/2"]
    assert archive.found(Sought(until=begun)) == []


def test_a_time_is_kept_to_also_among_what_was_sealed_together(archive: Archive) -> None:
    begun = archive.clock.time
    for _ in range(5):
        archive.write("item.completed", JO)  # ten seconds after the one before
    archive.ready()
    since, until = begun + timedelta(seconds=25), begun + timedelta(seconds=45)

    assert archive.found(Sought(since=since, until=until)) == ["job-1/4", "job-1/3"]
    assert archive.found(Sought(person="Jo Clerk", since=since)) == ["job-1/5", "job-1/4", "job-1/3"]
    assert archive.found(Sought(runs=["job-1"], until=until)) == ["job-1/4", "job-1/3", "job-1/2", "job-1/1"]


def test_an_entry_that_was_sealed_late_is_found_by_when_it_was_written(archive: Archive) -> None:
    archive.sealing.tick()
    begun = archive.clock.time
    archive.write("item.completed")
    archive.clock.pass_by(hours=8)  # nobody sealed in the night
    archive.ready()

    assert archive.found(Sought(since=begun, until=begun + timedelta(minutes=1))) == ["job-1/1"]


def test_runs_are_looked_through_in_the_order_they_are_given(archive: Archive) -> None:
    for run in ("job-1", "job-2", "job-3", "job-2"):
        archive.write("item.claimed", run=run)
        archive.write("item.completed", run=run)

    found = archive.found(Sought(runs=["job-2", "job-1"], names=["item.completed"]))

    assert found == ["job-2/4", "job-2/2", "job-1/2"]


@pytest.mark.parametrize(
    "sought",
    [
        Sought(),
        Sought(person="Jo Clerk"),
        Sought(names=["change.made", "change.already"]),
        Sought(runs=["job-2", "job-1"]),
    ],
)
def test_pages_hold_each_entry_once_and_none_is_missing(archive: Archive, sought: Sought,
                                                        monkeypatch: pytest.MonkeyPatch) -> None:  # fmt: skip
    monkeypatch.setattr("rpa.answers.search._FIRST", 2)
    monkeypatch.setattr("rpa.answers.search._CHUNK", 4)
    for number in range(12):
        archive.write(("change.made", "change.already")[number % 2], JO, f"job-{1 + number % 2}")
    archive.ready()

    pages = all_pages(lambda after: find(archive.database, sought, after=after, limit=5))

    listed = [(one.run, one.seq) for page in pages for one in page.entries]
    assert [len(page.entries) for page in pages[:-1]] == [5] * (len(pages) - 1)
    assert len(set(listed)) == len(listed)
    assert len([one for one in listed if one[0] != "seals"]) == 12


def test_what_is_rare_is_looked_for_a_part_at_a_time(archive: Archive) -> None:
    archive.write("item.completed", outcome="rare")
    for _ in range(20):
        archive.write("item.completed", outcome="usual")
    archive.ready()
    rare = Sought(names=["item.completed"], fits=lambda one: one.facts.get("outcome") == "rare")

    pages = all_pages(lambda after: find(archive.database, rare, after=after, most=8))

    assert [len(one.entries) for one in pages] == [0, 0, 1]
    assert [one.looked_back_to is not None for one in pages] == [True] * 3


def test_the_seals_themselves_are_found_by_their_kind_alone(archive: Archive) -> None:
    archive.write("item.completed")
    for _ in range(3):
        archive.ready()

    everything = find(archive.database, Sought()).entries
    seals = find(archive.database, Sought(names=["log.sealed"])).entries

    assert "log.sealed" not in {one.name for one in everything}
    assert len(seals) == 3


def test_a_long_record_is_caught_up_with_a_part_at_a_time(archive: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(postings_module, "AT_ONCE", 3)
    for _ in range(7):
        archive.write("item.completed")
    archive.sealing.tick()

    ended = [archive.postings.catch_up() for _ in range(4)]

    assert ended == [False, False, True, True]
    assert len(archive.found()) == 7


def test_catching_up_twice_notes_nothing_twice(archive: Archive) -> None:
    archive.write("job.submitted", JO)
    archive.ready()
    before = archive.postings.reached()

    archive.postings.tick()
    Postings(archive.database, archive.clock).tick()

    assert archive.postings.reached() == before
    assert archive.found(Sought(person="Jo Clerk")) == ["job-1/1"]


def test_an_entry_that_was_altered_or_taken_out_stops_nobody(archive: Archive) -> None:
    for _ in range(3):
        archive.write("job.submitted", JO, SYSTEM_RUN)
    archive.sealing.tick()
    with archive.database.transaction() as connection:
        connection.execute(text("DELETE FROM event WHERE run = 'system' AND seq = 2"))
        connection.execute(text("UPDATE event SET body = :body WHERE run = 'system' AND seq = 3"),
                           {"body": b'{"actor":{"kind":"person"'})  # fmt: skip

    archive.postings.tick()

    assert archive.found(Sought(person="Jo Clerk")) == ["system/1"]


@pytest.mark.parametrize(
    "sought",
    [
        Sought(),
        Sought(person="Jo Clerk"),
        Sought(names=["change.made", "job.submitted"]),
        Sought(runs=["job-1"]),
    ],
)
def test_no_search_reads_a_whole_table_or_sorts_one(archive: Archive, sought: Sought) -> None:
    for _ in range(3):
        archive.write("change.made", JO)
    archive.ready()
    now = archive.clock.time
    part = Sought(sought.person, sought.names, now - timedelta(days=1), now + timedelta(days=1), sought.runs)
    after = "job-1/3" if sought.runs else "2026/3"

    plans = plans_of(archive.database, lambda: find(archive.database, part, after=after))

    assert plans
    assert [line for line in plans if reads_a_whole_table(line) and "CONSTANT ROW" not in line and "VALUES" not in line
            and "SUBQUERY" not in line] == []  # fmt: skip
    assert not any("FOR ORDER BY" in line for line in plans)


def test_catching_up_reads_no_whole_table(archive: Archive) -> None:
    archive.write("change.made", JO)
    archive.ready()

    plans = plans_of(archive.database, archive.postings.catch_up)

    assert plans
    assert [line for line in plans if reads_a_whole_table(line)] == []

"""Years that were moved out of the database: they are read and verified as before, and nothing can take their place."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select, update

from rpa.archiving import Archiver
from rpa.audit import Against, Pseudonyms, Trail, Verification, verify
from rpa.audit.bodies import MOVED, Bodies
from rpa.db import Database
from rpa.db.tables import chain, event
from rpa.erasure import Eraser
from rpa.exceptions import RecordError, UsageError
from tests.integration.audit.conftest import Attacker, Sealed
from tests.integration.conftest import PERSON
from tests.integration.deciding import decided


@dataclass(frozen=True)
class Archives:
    """A record whose year 2026 is over, and a folder for it."""

    sealed: Sealed
    database: Database
    folder: Path
    job_id: int

    @property
    def path(self) -> Path:
        return self.folder / "record-2026.db"

    def move(self, year: int = 2026) -> Any:
        return Archiver(self.database, self.sealed.bench.journals.record, self.folder).move(year, by=PERSON)

    def verify(self) -> Verification:
        return verify(self.database, against=Against(self.sealed.keys.public()))

    def absent(self) -> tuple[int, ...]:
        with self.database.reading() as connection:
            return Bodies(connection).absent

    def moved(self) -> int:
        with self.database.reading() as connection:
            gone = select(func.count()).select_from(event).where(event.c.body == MOVED)
            return int(connection.execute(gone).scalar_one())

    def in_file(self, statement: str, *values: object) -> None:
        self.path.chmod(0o600)
        with closing(sqlite3.connect(self.path)) as connection, connection:
            connection.execute(statement, values)


@pytest.fixture
def archives(sealed: Sealed, tmp_path: Path) -> Iterator[Archives]:
    job_id = sealed.work("a", "b")
    sealed.seal()
    sealed.bench.clock.time = datetime(2027, 1, 1, 0, 0, 5, tzinfo=UTC)
    sealed.work("c")
    sealed.seal()
    database = Database(sealed.bench.database.url, archives=tmp_path / "archives")
    yield Archives(sealed, database, tmp_path / "archives", job_id)
    database.close()


def test_year_that_was_moved_is_read_and_verified_from_its_file(archives: Archives) -> None:
    before = Trail(archives.database).of_run(f"job-{archives.job_id}")

    moved = archives.move()

    archives.sealed.seal()
    assert moved.entries == archives.moved() > len(before)
    assert Trail(archives.database).of_run(f"job-{archives.job_id}") == before
    assert archives.verify().clean
    assert verify(archives.database).clean
    assert not archives.path.stat().st_mode & 0o222


def test_moving_twice_changes_nothing(archives: Archives) -> None:
    first = archives.move()
    entries = Attacker(archives.database).entries("system")

    again = archives.move()

    assert again == first
    assert Attacker(archives.database).entries("system") == entries


def test_record_without_the_file_is_sound_by_its_hashes_and_names_the_file(archives: Archives) -> None:
    archives.move()
    archives.path.unlink()

    checked = archives.verify()

    assert checked.clean
    assert verify(archives.database).clean
    assert archives.absent() == (2026,)
    with pytest.raises(RecordError, match=r"entry 1 of job 1 was moved to record-2026\.db, which is not in the folder"):
        Trail(archives.database).of_run(f"job-{archives.job_id}")


def flip_what_an_entry_says(archives: Archives) -> None:
    archives.in_file("UPDATE entry SET body = replace(body, 'tidy', 'tiny') WHERE run = 'job-1' AND seq = 1")


def take_an_entry_out_of_the_file(archives: Archives) -> None:
    archives.in_file("DELETE FROM entry WHERE run = 'job-1' AND seq = 1")


def change_a_hash_in_the_database(archives: Archives) -> None:
    here = (event.c.run == "job-1") & (event.c.seq == 1)
    Attacker(archives.database).do(update(event).where(here).values(hash=b"\1" * 32))


def empty_an_entry_of_another_year(archives: Archives) -> None:
    Attacker(archives.database).do(update(event).where(event.c.run == "job-2", event.c.seq == 1).values(body=MOVED))


def empty_the_entry_that_tells_of_the_move(archives: Archives) -> None:
    Attacker(archives.database).do(update(event).where(event.c.name == "record.archived").values(body=MOVED))


@pytest.mark.parametrize(
    ("attack", "words"),
    [
        (flip_what_an_entry_says, "Entry 1 of job 1 does not match its seal"),
        (take_an_entry_out_of_the_file, "Entry 1 of job 1 says nothing any more, and no file of its year"),
        (change_a_hash_in_the_database, "Entry 1 of job 1 does not match its seal"),
        (empty_an_entry_of_another_year, "Entry 1 of job 2 says nothing any more"),
    ],
)
def test_what_was_changed_after_the_move_is_named(
    archives: Archives, attack: Callable[[Archives], None], words: str
) -> None:
    archives.move()
    archives.sealed.seal()

    attack(archives)

    found = archives.verify()
    assert str(found.findings[0]).startswith(words)


@pytest.mark.parametrize(
    "attack", [change_a_hash_in_the_database, empty_an_entry_of_another_year, empty_the_entry_that_tells_of_the_move]
)
def test_what_was_changed_in_the_database_is_found_without_the_file_too(
    archives: Archives, attack: Callable[[Archives], None]
) -> None:
    archives.move()
    archives.sealed.seal()
    archives.path.unlink()

    attack(archives)

    assert not archives.verify().clean


def test_patient_of_a_year_that_was_moved_is_erased_and_the_record_verifies(archives: Archives) -> None:
    archives.move()
    eraser = Eraser(archives.database, archives.sealed.bench.journals.record, Pseudonyms(b"k" * 32))
    later = archives.sealed.bench.clock.now() + timedelta(days=1)

    erased = eraser.before(later, decided())

    archives.sealed.seal()
    assert erased.payloads
    assert archives.verify().clean
    assert {one.payload for one in Trail(archives.database).of_run("job-1")} == {None}


class StoppedError(Exception):
    """The process dies here."""


def stop(*_: object, **__: object) -> None:
    raise StoppedError


@pytest.mark.parametrize("place", ["_check_written", "_digest", "MOVED", "_take_out"])
def test_move_that_was_stopped_goes_on_and_loses_nothing(
    archives: Archives, monkeypatch: pytest.MonkeyPatch, place: str
) -> None:
    before = Trail(archives.database).of_run(f"job-{archives.job_id}")
    with monkeypatch.context() as patched:
        if place == "_take_out":
            patched.setattr(Archiver, place, stop)
        elif place == "MOVED":
            patched.setattr("rpa.archiving._AT_ONCE", 2)
            patched.setattr("rpa.archiving.update", _once_then_stop())
        else:
            patched.setattr(f"rpa.archiving.{place}", stop)
        with pytest.raises(StoppedError):
            archives.move()
    assert Trail(archives.database).of_run(f"job-{archives.job_id}") == before

    archives.move()

    archives.sealed.seal()
    assert archives.moved() > len(before)
    assert archives.verify().clean
    assert Trail(archives.database).of_run(f"job-{archives.job_id}") == before
    assert [path.name for path in archives.folder.iterdir()] == ["record-2026.db"]


def _once_then_stop() -> Callable[..., Any]:
    calls: list[object] = []

    def once(table: Any) -> Any:
        calls.append(table)
        return update(table) if len(calls) == 1 else stop()

    return once


def test_file_that_is_damaged_is_named(archives: Archives) -> None:
    archives.move()
    archives.path.chmod(0o600)
    archives.path.write_bytes(b"SQLite format 3\0" + bytes(5000))

    with pytest.raises(RecordError, match=r"record-2026\.db' can't be read .* bring a copy of it back there"):
        archives.verify()


def test_another_file_is_not_taken_for_the_one_that_is_half_moved(archives: Archives) -> None:
    archives.move()
    archives.path.chmod(0o600)
    archives.path.write_bytes(b"another")

    with pytest.raises(RecordError, match=r"found another file in the place of record-2026\.db, expected the one"):
        archives.move()


def test_year_that_goes_on_is_not_moved(archives: Archives) -> None:
    with pytest.raises(UsageError, match="found 2027, of which no later year has a seal yet"):
        archives.move(2027)

    assert not archives.folder.exists()


def test_year_with_work_that_is_not_over_is_not_moved(sealed: Sealed, tmp_path: Path) -> None:
    sealed.bench.submit("a")
    sealed.seal()
    sealed.bench.clock.time = datetime(2027, 1, 1, 0, 0, 5, tzinfo=UTC)
    sealed.seal()

    with pytest.raises(UsageError, match="job 1 of 2026 still has items that wait, run or failed"):
        Archiver(sealed.bench.database, sealed.bench.journals.record, tmp_path).move(2026, by=PERSON)

    assert sealed.verify().clean


def test_entry_that_was_changed_before_is_not_moved(archives: Archives) -> None:
    Attacker(archives.database).do(update(event).where(event.c.run == "job-1", event.c.seq == 1).values(body=b"{}"))

    with pytest.raises(RecordError, match="entry 1 of job 1 does not match its seal, so nothing was moved"):
        archives.move()

    assert archives.moved() == 0


def test_new_entries_follow_the_end_of_a_run_that_was_moved(archives: Archives) -> None:
    archives.move()
    before = _size(archives.database)

    archives.sealed.work("d")

    archives.sealed.seal()
    assert _size(archives.database) > before
    assert archives.verify().clean


def _size(database: Database) -> int:
    with database.reading() as connection:
        return int(connection.execute(select(func.sum(chain.c.size))).scalar_one())

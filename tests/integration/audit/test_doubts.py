"""What may have an innocent cause: times that can't be, a key that no older one tells of; and parts of the record."""

from datetime import UTC, datetime, timedelta

import pytest

from rpa.audit import Against, Event, Verification, verify
from rpa.audit.part import Part
from rpa.audit.record import SYSTEM_RUN
from rpa.models import Actor, ActorKind
from tests.integration.audit.conftest import Anchored, Attacker, Sealed

PERSON = Actor(ActorKind.PERSON, "Jo")


def doubts(checked: Verification) -> list[str]:
    assert checked.clean and checked.seals is not None
    return checked.seals.doubts


@pytest.mark.parametrize(
    ("hours", "said"), [(-2, "came between the seals of"), (2, "was wrong, or it was put in later")]
)
def test_entry_whose_time_can_not_be_is_named(sealed: Sealed, hours: int, said: str) -> None:
    sealed.work("a")
    sealed.seal()
    sealed.bench.clock.pass_by(hours=hours)
    with sealed.bench.database.transaction() as connection:
        sealed.bench.journals.record.append(connection, SYSTEM_RUN, Event("worker.started", PERSON))
    sealed.bench.clock.pass_by(hours=-hours)

    sealed.seal()

    (doubt,) = doubts(sealed.verify())
    assert doubt.startswith("entry 1 of system states 2026-11-23") and said in doubt


def test_clocks_that_differ_by_minutes_and_a_clock_that_is_put_right_are_no_doubt(sealed: Sealed) -> None:
    for minutes in (0, -5, 5):
        sealed.bench.clock.pass_by(minutes=minutes)
        sealed.work(f"a{minutes}")
        sealed.seal()

    assert not doubts(sealed.verify())


def test_key_that_the_old_one_tells_of_is_no_doubt(anchored: Anchored) -> None:
    anchored.seal()
    anchored.sealing.rotate(by=PERSON)
    anchored.sealing.rotate(by=PERSON)
    anchored.seal()

    checked = anchored.verify()

    assert len(anchored.sealed.keys.public()) == 3
    assert not doubts(checked)


def test_key_that_no_older_one_tells_of_counts_only_for_who_was_told_of_it(anchored: Anchored) -> None:
    anchored.sealed.work("a")
    anchored.seal()
    (anchored.sealed.keys._folder / "seal-1").unlink()
    anchored.seal()
    assert "rpa audit key new" in anchored.alarms[0]

    anchored.sealing.replace_key(by=PERSON, why="the machine's disk broke")
    anchored.seal()

    old, new = anchored.sealed.keys.public()
    (doubt,) = doubts(anchored.verify())
    assert f"are signed with {new}, of which no seal of an earlier key tells" in doubt
    told = verify(anchored.sealed.bench.database, against=Against((old, new), relied_on=(old, new)))
    assert not doubts(told)
    (said,) = [one for one in Attacker(anchored.sealed.bench.database).entries("system") if one.name == "key.replaced"]
    assert str(new).encode() in bytes(said.body) and b"disk broke" not in bytes(said.body)


def test_key_of_a_thief_who_announces_it_himself_is_a_doubt(anchored: Anchored, attacker: Attacker) -> None:
    anchored.seal()
    stranger = type(anchored.sealed.keys)(anchored.folder.with_name("other")).signing()
    (anchored.sealed.keys._folder / "seal-1").unlink()
    facts = {"old": "x", "new": str(stranger.public)}
    with anchored.sealed.bench.database.transaction() as connection:
        anchored.sealed.bench.journals.record.append(connection, SYSTEM_RUN, Event("key.rotated", PERSON, facts=facts))

    anchored.sealed.keys.keep(stranger)
    anchored.seal()

    assert "of which no seal of an earlier key tells" in doubts(anchored.verify())[0]


def test_part_of_the_record_is_checked_from_one_seal_to_another(sealed: Sealed) -> None:
    moments = []
    for name in ("a", "b", "c", "d"):
        sealed.work(name)
        moments.append(sealed.seal().sealed_at)

    checked = verify(sealed.bench.database, against=Against(sealed.keys.public(), part=Part(moments[0], moments[2])))
    rest = verify(sealed.bench.database, against=Against(sealed.keys.public(), part=Part(moments[2])))

    assert checked.clean and checked.events == 12 and checked.runs == 3
    assert rest.clean and rest.events == 6 and rest.runs == 2
    assert checked.seals is not None and checked.seals.last == moments[2]


def test_tail_after_the_last_seal_belongs_to_a_part_without_an_end(sealed: Sealed) -> None:
    sealed.work("a")
    made = sealed.seal()
    sealed.work("b")

    checked = verify(sealed.bench.database, against=Against(sealed.keys.public(), part=Part(made.sealed_at)))

    assert checked.clean and checked.events == 5 and checked.seals is not None and checked.seals.unsealed == 5


def test_part_before_the_first_seal_is_the_whole_beginning(sealed: Sealed) -> None:
    sealed.work("a")
    made = sealed.seal()

    early = datetime(2020, 1, 1, tzinfo=UTC)
    checked = verify(sealed.bench.database, against=Against(sealed.keys.public(), part=Part(early, made.sealed_at)))

    assert checked.clean and checked.events == 6


@pytest.mark.parametrize("where", [0, 1, 2])
def test_change_is_found_by_the_part_that_it_is_in(sealed: Sealed, attacker: Attacker, where: int) -> None:
    runs, moments = [], []
    for name in "abc":
        runs.append(f"job-{sealed.work(name)}")
        moments.append(sealed.seal().sealed_at)
    attacker.chain_anew(runs[where], lambda seq, body: body.replace(b"done", b"lost") if seq == 4 else None)

    part = Part(moments[0], moments[1] + timedelta(seconds=0))
    checked = verify(sealed.bench.database, against=Against(sealed.keys.public(), part=part))

    assert checked.clean is (where != 1)

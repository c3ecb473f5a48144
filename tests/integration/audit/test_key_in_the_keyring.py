"""A record that is sealed with keys in the keyring: sealed, rotated, verified, and what happens when they are lost."""

from pathlib import Path

import pytest

from rpa.audit import verify
from rpa.audit.against import Against
from rpa.audit.keys import SealKeys
from rpa.audit.notes import open_note
from rpa.models import Actor, ActorKind
from rpa.sealing import Sealing
from tests.integration.audit.conftest import Anchored, Sealed
from tests.integration.conftest import Bench
from tests.keyrings import MemoryRing

PERSON = Actor(ActorKind.PERSON, "Jo")


@pytest.fixture
def ringed(bench: Bench, tmp_path: Path, ring: MemoryRing) -> Anchored:
    keys, folder = SealKeys(tmp_path / "keys", in_keyring=True), tmp_path / "anchors"
    folder.mkdir()
    sealing = Sealing(bench.database, bench.journals.record, bench.clock, keys=keys, anchors=folder)
    return Anchored(Sealed(bench, sealing._sealer(), keys), sealing, folder)


def unsealed(ringed: Anchored) -> int:
    checked = ringed.verify()
    assert checked.clean and checked.seals is not None
    return checked.seals.unsealed


def test_record_is_sealed_verified_and_sealed_with_a_new_key(ringed: Anchored) -> None:
    ringed.sealed.work("a")
    first = ringed.seal()

    ringed.sealing.rotate(by=PERSON)
    second = ringed.seal()

    old, new = ringed.sealed.keys.public()
    assert open_note(first.note, old, new)[1] == old
    assert open_note(second.note, old, new)[1] == new
    checked = ringed.verify()
    assert checked.clean and checked.seals is not None and not checked.seals.doubts
    assert not [path for path in (ringed.folder.parent / "keys").iterdir() if path.suffix != ".pub"]


def test_lost_key_is_an_alarm_stops_nobody_and_is_replaced(ringed: Anchored, ring: MemoryRing) -> None:
    ringed.seal()
    ring.kept.clear()

    ringed.sealed.work("a")
    ringed.sealing.tick()

    assert "can't be sealed; it is still written to" in ringed.alarms[0]
    assert "is gone: seal-1" in ringed.alarms[0] and "rpa audit key new" in ringed.alarms[0]
    assert unsealed(ringed) > 0
    ringed.sealing.replace_key(by=PERSON, why="the machine was replaced")
    ringed.seal()
    both = ringed.sealed.keys.public()
    told = verify(ringed.sealed.bench.database, against=Against(both, relied_on=both))
    assert len(both) == 2 and told.clean and told.seals is not None and told.seals.unsealed == 0


def test_locked_keyring_is_an_alarm_and_what_was_missed_is_sealed_when_it_is_open(
    ringed: Anchored, ring: MemoryRing
) -> None:
    ringed.seal()
    ring.is_locked = True

    ringed.sealed.work("a")
    ringed.sealing.tick()

    assert "the keyring of this machine can't be used (KeyringLocked)" in ringed.alarms[0]
    assert unsealed(ringed) > 0
    ring.is_locked = False
    ringed.seal()
    assert unsealed(ringed) == 0

"""Whatever happens to the folder of keys: an alarm says what, no wrong key seals, and work goes on."""

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from rpa.audit import Against, verify
from rpa.audit.key_check import check_keys
from rpa.audit.keys import SealKeys
from rpa.audit.sealer import latest_seal
from rpa.exceptions import RecordError
from rpa.models import Actor, ActorKind
from tests.integration.audit.conftest import Anchored, Attacker

PERSON = Actor(ActorKind.PERSON, "Jo")
Damage = Callable[[Path], object]


def exchange(folder: Path, name: str) -> None:
    """Put another installation's file in the place of one."""
    SealKeys(folder.with_name("other")).signing()
    shutil.copy(folder.with_name("other") / name, folder / name)


def empty_folder(folder: Path) -> None:
    """Remove all files, and leave the folder."""
    for one in folder.iterdir():
        one.unlink()


def replace_folder(folder: Path) -> None:
    """Put another installation's folder in the place of this."""
    shutil.rmtree(folder)
    SealKeys(folder).signing()


DAMAGES: dict[str, tuple[Damage, str]] = {
    "others may read it": (lambda keys: (keys / "seal-1").chmod(0o644), "may be read by others"),
    "empty": (lambda keys: (keys / "seal-1").write_text(""), "holds no key for seals"),
    "no text": (lambda keys: (keys / "seal-1").write_bytes(b"\xff\xfe"), "holds no key for seals"),
    "gone": (lambda keys: (keys / "seal-1").unlink(), "is gone: seal-1"),
    "both gone": (empty_folder, "and its public key too"),
    "folder gone": (shutil.rmtree, "and its public key too"),
    "another's folder": (replace_folder, "which is not in the folder of keys"),
    "another's key": (lambda keys: exchange(keys, "seal-1"), "does not fit its public key"),
    "another's public key": (lambda keys: exchange(keys, "seal-1.pub"), "which is not in the folder of keys"),
    "public key empty": (lambda keys: (keys / "seal-1.pub").write_text(""), "holds no public key"),
    "public key no text": (lambda keys: (keys / "seal-1.pub").write_bytes(b"\xff"), "holds no public key"),
}


@pytest.mark.parametrize("what", DAMAGES)
def test_damage_is_an_alarm_and_stops_no_work_and_is_made_up_for(anchored: Anchored, what: str) -> None:
    before = anchored.seal()
    keys = anchored.sealed.keys._folder
    good = keys.with_name("good")
    shutil.copytree(keys, good)
    damage, told = DAMAGES[what]
    damage(keys)

    run = f"job-{anchored.sealed.work('a')}"
    unproved = anchored.sealing.cover(run)

    assert not unproved
    assert anchored.alarms and told in anchored.alarms[0]
    assert "can't be sealed; it is still written to" in anchored.alarms[0]
    assert newest(anchored) == before.size
    assert verify(anchored.sealed.bench.database).clean
    shutil.rmtree(keys, ignore_errors=True)
    shutil.copytree(good, keys)
    anchored.seal()
    checked = anchored.verify()
    assert checked.clean and checked.seals is not None and checked.seals.unsealed == 0 and not checked.seals.doubts


def test_key_of_another_account_is_an_alarm_and_stops_no_work(
    anchored: Anchored, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = anchored.seal()
    monkeypatch.setattr(os, "geteuid", lambda: 4711)

    anchored.sealed.work("a")
    anchored.sealing.tick()

    assert "belongs to another account" in anchored.alarms[0]
    assert newest(anchored) == before.size


def test_newest_keys_that_are_gone_with_their_public_ones_let_no_older_one_sign(anchored: Anchored) -> None:
    anchored.sealing.rotate(by=PERSON)
    before = anchored.seal()
    for name in ("seal-2", "seal-2.pub"):
        (anchored.sealed.keys._folder / name).unlink()

    anchored.sealed.work("a")
    anchored.sealing.tick()

    assert "which is not in the folder of keys" in anchored.alarms[0]
    assert newest(anchored) == before.size


def test_public_key_that_was_deleted_is_back_with_the_next_seal(anchored: Anchored) -> None:
    anchored.seal()
    path = anchored.sealed.keys._folder / "seal-1.pub"
    before = path.read_text()
    path.unlink()

    anchored.seal()

    assert path.read_text() == before
    assert not anchored.alarms
    assert anchored.verify().clean


def test_folder_that_is_gone_for_good_is_replaced_and_seals_go_on(anchored: Anchored) -> None:
    anchored.seal()
    (old,) = anchored.sealed.keys.public()
    shutil.rmtree(anchored.sealed.keys._folder)
    with pytest.raises(RecordError, match="and its public key too"):
        anchored.sealing.rotate(by=PERSON)
    assert not anchored.sealed.keys._folder.exists()

    anchored.sealing.replace_key(by=PERSON, why="the disk broke and there was no backup")
    anchored.seal()
    anchored.seal()

    (new,) = anchored.sealed.keys.public()
    assert not anchored.alarms and new != old
    assert verify(anchored.sealed.bench.database, against=Against((old, new), relied_on=(old, new))).clean


def test_entry_that_an_attacker_made_unreadable_stops_no_sealing(anchored: Anchored, attacker: Attacker) -> None:
    before = anchored.seal()
    attacker.chain_anew("seals", lambda seq, body: b"\xff")

    anchored.sealing.tick()

    assert newest(anchored) > before.size
    assert not anchored.alarms


def test_record_without_a_seal_needs_no_key_yet(anchored: Anchored, tmp_path: Path) -> None:
    with anchored.sealed.bench.database.reading() as connection:
        check_keys(connection, SealKeys(tmp_path / "none"))

    assert not (tmp_path / "none").exists()


def newest(anchored: Anchored) -> int:
    with anchored.sealed.bench.database.reading() as connection:
        found = latest_seal(connection)
    assert found is not None
    return found.size

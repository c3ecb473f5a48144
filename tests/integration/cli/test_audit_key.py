"""`rpa audit key`: the public keys are shown, and a new one is made where the settings say."""

import shutil
from pathlib import Path
from typing import Any

import pytest

from rpa.cli.exits import Exit
from tests.integration.cli.conftest import Rpa
from tests.integration.cli.office import Office
from tests.keyrings import MemoryRing


@pytest.fixture
def ringed(rpa: Rpa, office: Office, ring: MemoryRing) -> MemoryRing:
    """The keyring of an office whose keys are in it, and whose record is sealed."""
    with (office.data / "rpa.toml").open("a", encoding="utf-8") as settings:
        settings.write('[record]\nkey_in = "keyring"\n')
    rpa("submit", "tidy", office.list("fine"))
    rpa("work", "--until-idle")
    return ring


def private_files(office: Office) -> list[Path]:
    return [path for path in (office.data / "keys").glob("seal-*") if path.suffix != ".pub"]


def looked_at(rpa: Rpa) -> dict[str, Any]:
    (found,) = [one for one in rpa("doctor", "--json").json["checks"] if one["part"] == "key"]
    return dict(found)


def test_key_is_in_the_keyring_and_its_public_key_is_shown(rpa: Rpa, office: Office, ringed: MemoryRing) -> None:
    shown = rpa("audit", "key", "public", "--json")

    (key,) = shown.json
    assert key.startswith("rpa-") and len(ringed.kept) == 1
    assert not private_files(office)
    assert rpa("audit", "verify").code is Exit.DONE
    assert looked_at(rpa)["found"].startswith("seal-1 of rpa-")


def test_new_key_goes_into_the_keyring_and_the_record_verifies(rpa: Rpa, office: Office, ringed: MemoryRing) -> None:
    rotated = rpa("audit", "key", "rotate", "--by", "A Keeper", "--json")

    assert len(rotated.json) == len(ringed.kept) == 2
    assert not private_files(office)
    assert rpa("audit", "verify").code is Exit.DONE


def test_lost_key_is_told_of_and_replaced_by_whoever_says_why(rpa: Rpa, ringed: MemoryRing) -> None:
    ringed.kept.clear()
    refused = rpa("audit", "key", "rotate")
    told = looked_at(rpa)

    replaced = rpa("audit", "key", "new", "--why", "the machine was replaced", "--json")

    assert "is gone: seal-1" in refused.err
    assert not told["ok"] and "is gone: seal-1" in told["found"]
    assert len(replaced.json) == 2 and len(ringed.kept) == 1
    assert looked_at(rpa)["found"].startswith("seal-2 of rpa-")


def test_locked_keyring_makes_no_new_key_and_stops_no_work(rpa: Rpa, office: Office, ringed: MemoryRing) -> None:
    ringed.is_locked = True
    refused = rpa("audit", "key", "new", "--why", "it is locked")

    submitted = rpa("submit", "tidy", office.list("fine", "fine", name="more.csv"))

    assert "can't be used (KeyringLocked)" in refused.err
    assert submitted.code is Exit.DONE
    assert len(rpa("audit", "key", "public", "--json").json) == 1
    assert "record_unsealed" in rpa("alarms", "--json").out


@pytest.mark.parametrize("content", [b"", b"\xff"])
def test_damaged_public_key_is_no_finding_against_the_record(rpa: Rpa, office: Office, content: bytes) -> None:
    rpa("submit", "tidy", office.list("fine"))
    (key,) = rpa("audit", "key", "public", "--json").json
    (office.data / "keys" / "seal-1.pub").write_bytes(content)

    checked = rpa("audit", "verify")

    assert checked.code is Exit.RECORD_INCOMPLETE
    assert "Not proved as a whole: the file seal-1.pub in the folder of keys holds no public key" in checked.out
    assert rpa("audit", "verify", "--key", key).code is Exit.DONE


def test_folder_of_keys_that_is_gone_is_to_be_done(rpa: Rpa, office: Office) -> None:
    rpa("submit", "tidy", office.list("fine"))
    shutil.rmtree(office.data / "keys")

    found = looked_at(rpa)

    assert not found["ok"] and "its public key too" in found["found"]


def test_key_in_a_file_is_told_of_by_the_doctor(rpa: Rpa, office: Office) -> None:
    rpa("submit", "tidy", office.list("fine"))

    found = looked_at(rpa)

    assert found["ok"] and found["found"].endswith(str(Path("keys", "seal-1")))

"""A key of the seals that is damaged, exchanged or open to others signs nothing, and the error never shows it."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from rpa.audit.key_text import read_private, written
from rpa.audit.keys import SealKeys
from rpa.exceptions import RecordError

TWO_AT_ONCE = """
import sys
from pathlib import Path
from rpa.audit.keys import SealKeys
folder = Path(sys.argv[1])
print("ready", flush=True)
sys.stdin.readline()
print(SealKeys(folder).signing().public)
"""


@pytest.fixture
def keys(tmp_path: Path) -> SealKeys:
    made = SealKeys(tmp_path)
    made.signing()
    return made


def exchanged(folder: Path, name: str) -> None:
    """Put another installation's file in the place of one."""
    SealKeys(folder / "other").signing()
    (folder / name).write_text((folder / "other" / name).read_text(encoding="ascii"), encoding="ascii")


def test_key_survives_being_written_and_read(keys: SealKeys) -> None:
    key = keys.signing()

    read = read_private(written(key))

    assert read is not None and read.public == key.public


@pytest.mark.parametrize("mode", [0o644, 0o640, 0o660, 0o604, 0o602])
def test_key_that_others_may_read_or_change_does_not_sign(keys: SealKeys, tmp_path: Path, mode: int) -> None:
    (tmp_path / "seal-1").chmod(mode)

    with pytest.raises(RecordError, match=r"seal-1 in the folder of keys may be read by others.*chmod 600"):
        keys.signing()


def test_key_of_another_account_does_not_sign(keys: SealKeys, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 4711)

    with pytest.raises(RecordError, match="seal-1 in the folder of keys belongs to another account"):
        keys.signing()


def test_key_that_can_not_be_opened_does_not_sign(keys: SealKeys, tmp_path: Path) -> None:
    (tmp_path / "seal-1").unlink()
    (tmp_path / "seal-1").mkdir(mode=0o700)

    with pytest.raises(RecordError, match="seal-1 in the folder of keys can't be read"):
        keys.signing()


@pytest.mark.parametrize("damage", ["", "\n", "nonsense", "PRIVATE+KEY", "\0", "shorter", "longer", "with a space"])
def test_file_that_holds_no_whole_key_does_not_sign_and_is_not_shown(
    keys: SealKeys, tmp_path: Path, damage: str
) -> None:
    path = tmp_path / "seal-1"
    whole = path.read_text(encoding="ascii")
    changed = {"shorter": whole[:-5], "longer": whole + "AAAA", "with a space": whole.replace("rpa-", "r a-")}
    path.write_text(changed.get(damage, damage), encoding="ascii")

    with pytest.raises(RecordError, match="seal-1 in the folder of keys holds no key for seals") as caught:
        keys.signing()

    assert whole[-20:-5] not in str(caught.value)
    assert len(keys.public()) == 1


def test_file_of_bytes_that_are_no_text_does_not_sign(keys: SealKeys, tmp_path: Path) -> None:
    (tmp_path / "seal-1").write_bytes(b"\xff\x00\xfe")

    with pytest.raises(RecordError, match="seal-1 in the folder of keys holds no key"):
        keys.signing()


@pytest.mark.parametrize("name", ["seal-1", "seal-1.pub"])
def test_key_that_does_not_fit_its_public_key_does_not_sign(keys: SealKeys, tmp_path: Path, name: str) -> None:
    exchanged(tmp_path, name)

    with pytest.raises(RecordError, match=r"seal-1 .* does not fit its public key, seal-1\.pub"):
        keys.signing()


@pytest.mark.parametrize("content", [b"", b"nonsense", b"\xff\xfe"])
def test_public_key_that_is_none_is_told_of(keys: SealKeys, tmp_path: Path, content: bytes) -> None:
    (tmp_path / "seal-1.pub").write_bytes(content)

    for attempt in (keys.signing, keys.public, keys.fresh):
        with pytest.raises(RecordError, match=r"seal-1\.pub in the folder of keys holds no public key"):
            attempt()


def test_private_key_in_the_file_of_the_public_one_is_not_shown(keys: SealKeys, tmp_path: Path) -> None:
    secret = (tmp_path / "seal-1").read_text(encoding="ascii")
    (tmp_path / "seal-1.pub").write_text(secret, encoding="ascii")

    with pytest.raises(RecordError, match=r"seal-1\.pub") as caught:
        keys.public()

    assert secret.split("+", 4)[-1] not in repr(caught.value)


def test_public_key_that_was_deleted_is_made_anew_from_the_private_one(keys: SealKeys, tmp_path: Path) -> None:
    before = keys.public()
    (tmp_path / "seal-1.pub").unlink()

    assert keys.public() == before

    keys.signing()

    assert (tmp_path / "seal-1.pub").read_text(encoding="ascii") == f"{before[0]}\n"


def test_lost_newest_key_lets_no_older_one_sign(keys: SealKeys, tmp_path: Path) -> None:
    keys.keep(keys.fresh())
    (tmp_path / "seal-2").unlink()

    with pytest.raises(RecordError, match="is gone: seal-2"):
        keys.signing()


def test_lost_key_can_be_replaced_and_the_new_one_signs(keys: SealKeys, tmp_path: Path) -> None:
    (tmp_path / "seal-1").write_text("", encoding="ascii")

    keys.keep(keys.fresh())

    assert keys.signing().public == keys.public()[1]


def test_file_that_is_no_key_by_its_name_is_left_alone(keys: SealKeys, tmp_path: Path) -> None:
    for name in ("seal-1.old", "seal-x", "seal-x.pub", "seal-.pub"):
        (tmp_path / name).write_text("nonsense", encoding="ascii")

    assert keys.signing().public == keys.public()[0]
    assert len(keys.public()) == 1


def test_processes_that_begin_at_once_sign_with_one_key(tmp_path: Path) -> None:
    folder = tmp_path / "keys"
    command = [sys.executable, "-c", TWO_AT_ONCE, str(folder)]
    started = [subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) for _ in range(4)]
    for one in started:
        assert one.stdout is not None and one.stdout.readline() == "ready\n"

    for one in started:
        assert one.stdin is not None
        one.stdin.write("\n")
        one.stdin.flush()
    said = {one.communicate()[0].strip() for one in started}

    assert said == {str(SealKeys(folder).signing().public)}
    assert sorted(path.name for path in folder.iterdir()) == ["seal-1", "seal-1.pub"]

"""Kept files: encrypted, found by their content, and safe from whoever sees the folder or has lost a key."""

import errno
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection

from rpa.evidence import EvidenceKeys, EvidenceStore
from rpa.evidence.sealed import encrypted
from rpa.exceptions import EvidenceLocked, NotFoundError, RecordError
from tests.integration.conftest import Bench

CONTENT = b"NHS number 999 000 0000: moved"


@dataclass(frozen=True)
class Kept:
    """A store with the folders it works on."""

    bench: Bench
    folder: Path
    keys: Path

    @property
    def store(self) -> EvidenceStore:
        """The store as another process would open it."""
        return EvidenceStore(self.folder, self.bench.database, self.bench.journals.record, clock=self.bench.clock,
                             keys=EvidenceKeys(self.keys))  # fmt: skip

    @property
    def files(self) -> list[Path]:
        return sorted(path for path in self.folder.rglob("*") if path.is_file())


@pytest.fixture
def kept(bench: Bench, tmp_path: Path) -> Kept:
    return Kept(bench, tmp_path / "evidence", tmp_path / "keys")


def test_what_was_stored_is_read_by_its_digest(kept: Kept) -> None:
    digest = kept.store.store(CONTENT)

    assert digest == sha256(CONTENT).hexdigest()
    assert kept.store.read(digest) == CONTENT


def test_neither_content_nor_digest_is_seen_in_the_folder(kept: Kept) -> None:
    digest = kept.store.store(CONTENT)

    (file,) = kept.files

    assert CONTENT not in file.read_bytes() and b"999 000" not in file.read_bytes()
    assert digest not in str(file) and bytes.fromhex(digest) not in file.read_bytes()


def test_the_same_content_is_one_file(kept: Kept) -> None:
    kept.store.store(CONTENT)
    kept.store.store(CONTENT)

    assert len(kept.files) == 1


def test_the_same_content_is_one_file_after_a_new_key_too(kept: Kept) -> None:
    kept.store.store(CONTENT)
    kept.store.keys.rotate()

    kept.store.store(CONTENT)

    assert len(kept.files) == 1


def test_what_an_old_key_encrypted_is_still_read_and_new_files_have_the_new_one(kept: Kept) -> None:
    old = kept.store.store(CONTENT)
    kept.store.keys.rotate()
    new = kept.store.store(b"another")
    (kept.keys / "evidence-1").unlink()

    assert kept.store.read(new) == b"another"
    with pytest.raises(EvidenceLocked, match="evidence-1 of kept files is not in the folder of keys; bring it back"):
        kept.store.read(old)


def test_keys_are_for_their_owner_alone(kept: Kept) -> None:
    kept.store.store(CONTENT)

    assert {path.name: path.stat().st_mode & 0o777 for path in kept.keys.iterdir()} == {
        "evidence-1": 0o600,
        "evidence-names": 0o600,
    }


def test_a_key_that_others_may_read_is_refused(kept: Kept) -> None:
    digest = kept.store.store(CONTENT)
    (kept.keys / "evidence-1").chmod(0o644)

    with pytest.raises(EvidenceLocked, match=r"evidence-1 .* may be read by others"):
        kept.store.read(digest)


@pytest.mark.parametrize("name", ["evidence-1", "evidence-names"])
def test_a_lost_key_is_not_made_anew_over_files_that_need_it(kept: Kept, name: str) -> None:
    kept.store.store(CONTENT)
    (kept.keys / name).unlink()

    with pytest.raises(EvidenceLocked, match=name):
        kept.store.store(b"another")

    assert not (kept.keys / name).exists()


def test_another_key_in_its_place_is_told_from_a_changed_file(kept: Kept, tmp_path: Path) -> None:
    digest = kept.store.store(CONTENT)
    (kept.keys / "evidence-1").write_text("00" * 32, encoding="ascii")

    with pytest.raises(EvidenceLocked, match="is another than the one that the kept file"):
        kept.store.read(digest)


@pytest.mark.parametrize("place", [0, 6, 12, 20, 30, -1])
def test_each_changed_part_of_a_file_is_noticed(kept: Kept, place: int) -> None:
    digest = kept.store.store(CONTENT)
    (file,) = kept.files
    content = bytearray(file.read_bytes())
    content[place] ^= 1
    file.write_bytes(content)

    with pytest.raises((RecordError, EvidenceLocked)):
        kept.store.read(digest)


def test_a_file_in_the_place_of_another_is_noticed(kept: Kept) -> None:
    first = kept.store.store(CONTENT)
    (file,) = kept.files
    kept.store.store(b"another")
    (other,) = set(kept.files) - {file}
    file.write_bytes(other.read_bytes())

    with pytest.raises(RecordError, match="has been changed since it was kept"):
        kept.store.read(first)


def test_a_cut_file_is_noticed(kept: Kept) -> None:
    digest = kept.store.store(CONTENT)
    (file,) = kept.files
    file.write_bytes(file.read_bytes()[:10])

    with pytest.raises(RecordError):
        kept.store.read(digest)


def test_a_file_of_an_earlier_version_is_read_and_encrypted_when_it_comes_again(kept: Kept) -> None:
    digest = sha256(CONTENT).hexdigest()
    plain = kept.folder / digest[:2] / digest
    plain.parent.mkdir(parents=True)
    plain.write_bytes(CONTENT)

    before = kept.store.read(digest)
    kept.store.store(CONTENT)

    assert before == kept.store.read(digest) == CONTENT
    assert not plain.exists()


def test_what_was_never_kept_is_not_found(kept: Kept) -> None:
    with pytest.raises(NotFoundError):
        kept.store.read(sha256(CONTENT).hexdigest())


def test_file_that_was_removed_is_gone_and_removing_it_again_does_no_harm(kept: Kept) -> None:
    job_id = kept.bench.submit("a")
    digest = kept.store.keep(CONTENT, kind="screenshot", name="pas.png", job_id=job_id)

    kept.store.remove(digest)
    kept.store.remove(digest)

    assert not kept.files


def test_file_that_is_removed_while_it_is_kept_again_is_stored_again(
    kept: Kept, monkeypatch: pytest.MonkeyPatch
) -> None:
    job_id = kept.bench.submit("a")
    lock = kept.bench.database.lock_input

    def removed_before(connection: Connection, digest: str) -> None:
        lock(connection, digest)
        kept.store.remove(digest)  # as by retention, which had the lock before us

    monkeypatch.setattr(kept.bench.database, "lock_input", removed_before)
    digest = kept.store.keep(CONTENT, kind="screenshot", name="pas.png", job_id=job_id)

    assert kept.store.read(digest) == CONTENT


def test_the_same_content_that_two_threads_store_at_once_is_one_whole_file(
    kept: Kept, monkeypatch: pytest.MonkeyPatch
) -> None:
    both = threading.Barrier(2, timeout=30)

    def encrypted_together(*given: Any) -> Iterator[bytes]:
        first, *others = encrypted(*given)
        yield first
        both.wait()  # both have begun to write
        yield from others

    kept.store.store(b"which makes the keys")
    monkeypatch.setattr("rpa.evidence.store.encrypted", encrypted_together)
    with ThreadPoolExecutor(2) as pool:
        digests = set(pool.map(lambda _: kept.store.store(CONTENT), range(2)))

    assert kept.store.read(digests.pop()) == CONTENT
    assert (digests, len(kept.files)) == (set(), 2)


def test_what_can_not_be_written_to_its_end_leaves_nothing(kept: Kept, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: Any) -> Iterator[bytes]:
        yield b"a part of it"
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("rpa.evidence.store.encrypted", full)
    with pytest.raises(OSError, match="No space"):
        kept.store.store(CONTENT)

    assert not kept.files

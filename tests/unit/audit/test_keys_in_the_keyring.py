"""The key of the seals in the keyring: nothing private in a file, and a keyring that fails is a key that is lost."""

from pathlib import Path

import keyring.backends.fail
import keyring.backends.null
import pytest

from rpa.audit.keys import SealKeys
from rpa.audit.notes import SigningKey
from rpa.exceptions import RecordError
from tests.keyrings import MemoryRing, used


@pytest.fixture
def keys(tmp_path: Path, ring: MemoryRing) -> SealKeys:
    return SealKeys(tmp_path / "keys", in_keyring=True)


def files(keys: SealKeys) -> list[str]:
    return sorted(path.name for path in keys._folder.iterdir())


def test_private_key_is_in_the_keyring_and_no_file_holds_it(keys: SealKeys, ring: MemoryRing) -> None:
    made = keys.signing()

    assert list(ring.kept) == [(f"rpa:seals:{made.name}+{made.public.id.hex()}", "seal")]
    assert files(keys) == ["seal-1.pub"]
    assert "PRIVATE" not in (keys._folder / "seal-1.pub").read_text()


def test_other_process_of_the_machine_signs_with_the_same_key(keys: SealKeys) -> None:
    first = keys.signing().public

    again = SealKeys(keys._folder, in_keyring=True).signing().public

    assert (again, keys.public()) == (first, (first,))


def test_new_key_signs_and_the_old_one_stays_in_the_keyring(keys: SealKeys, ring: MemoryRing) -> None:
    old = keys.signing().public

    keys.keep(keys.fresh())

    assert keys.signing().public == keys.public()[1] != old
    assert len(ring.kept) == 2


def test_key_in_a_file_goes_on_signing_until_a_new_one_goes_into_the_keyring(tmp_path: Path, ring: MemoryRing) -> None:
    old = SealKeys(tmp_path).signing().public
    keys = SealKeys(tmp_path, in_keyring=True)
    assert keys.signing().public == old and not ring.kept

    keys.keep(keys.fresh())

    assert files(keys) == ["seal-1", "seal-1.pub", "seal-2.pub"]
    assert keys.signing().public == keys.public()[1]


def test_key_in_the_keyring_goes_on_signing_when_new_ones_are_files(keys: SealKeys) -> None:
    old = keys.signing().public
    in_files = SealKeys(keys._folder)
    assert in_files.signing().public == old

    in_files.keep(in_files.fresh())

    assert files(keys) == ["seal-1.pub", "seal-2", "seal-2.pub"]
    assert keys.signing().public == keys.public()[1]


def test_entry_that_is_gone_is_a_lost_key_and_no_older_one_signs(keys: SealKeys, ring: MemoryRing) -> None:
    keys.signing()
    keys.keep(keys.fresh())
    del ring.kept[list(ring.kept)[1]]

    with pytest.raises(RecordError, match=r"is gone: seal-2 .*`rpa audit key new`"):
        keys.signing()

    assert len(ring.kept) == 1


def test_locked_keyring_signs_nothing_and_makes_no_key(keys: SealKeys, ring: MemoryRing) -> None:
    before = keys.signing().public
    ring.is_locked = True

    for attempt in (keys.signing, keys.fresh):
        with pytest.raises(RecordError, match=r"can't be used \(KeyringLocked\)"):
            attempt()

    ring.is_locked = False
    assert keys.signing().public == before


@pytest.mark.parametrize("kind", [keyring.backends.fail.Keyring, keyring.backends.null.Keyring])
def test_machine_without_a_keyring_makes_no_key(keys: SealKeys, kind: type[keyring.backend.KeyringBackend]) -> None:
    with used(kind()), pytest.raises(RecordError, match=r"can't be used \(NoKeyringError\)"):
        keys.signing()

    assert keys.public() == ()


def test_machine_without_a_keyring_says_of_a_lost_file_that_it_is_lost(tmp_path: Path) -> None:
    keys = SealKeys(tmp_path)
    keys.signing()
    (tmp_path / "seal-1").unlink()

    with used(keyring.backends.fail.Keyring()), pytest.raises(RecordError, match="is gone: seal-1"):  # type: ignore[no-untyped-call]
        keys.signing()


def test_keyring_that_does_not_keep_what_it_is_given_is_noticed(keys: SealKeys, ring: MemoryRing) -> None:
    ring.forgets = True

    with pytest.raises(RecordError, match="did not keep the new key"):
        keys.signing()

    assert keys.public() == ()


@pytest.mark.parametrize("text", ["", "nonsense", "PRIVATE+KEY+secret word+00+AAAA"])
def test_entry_that_holds_no_key_is_told_without_what_it_holds(keys: SealKeys, ring: MemoryRing, text: str) -> None:
    keys.signing()
    ring.kept = dict.fromkeys(ring.kept, text)

    with pytest.raises(RecordError, match="is no key for seals") as caught:
        keys.signing()

    assert not text or text not in str(caught.value)


def test_entry_of_another_key_does_not_sign(keys: SealKeys, ring: MemoryRing) -> None:
    keys.signing()
    keys.keep(keys.fresh())
    first, second = ring.kept
    ring.kept[second] = ring.kept[first]

    with pytest.raises(RecordError, match="does not fit its public key"):
        keys.signing()


def test_of_two_first_keys_the_one_whose_public_key_was_first_signs(
    keys: SealKeys, ring: MemoryRing, monkeypatch: pytest.MonkeyPatch
) -> None:
    others: list[SigningKey] = []
    fresh = SealKeys.fresh

    def overtaken(self: SealKeys) -> SigningKey:
        made = fresh(self)
        monkeypatch.setattr(SealKeys, "fresh", fresh)
        others.append(SealKeys(self._folder, in_keyring=True).signing())
        return made

    monkeypatch.setattr(SealKeys, "fresh", overtaken)

    mine = keys.signing()

    assert mine.public == others[0].public
    assert len(ring.kept) == 1


@pytest.mark.parametrize("in_keyring", [True, False])
def test_of_two_new_keys_the_second_is_refused(
    tmp_path: Path, ring: MemoryRing, monkeypatch: pytest.MonkeyPatch, in_keyring: bool
) -> None:
    keys, write = SealKeys(tmp_path, in_keyring=in_keyring), SealKeys._write
    keys.signing()

    def overtaken(self: SealKeys, key: SigningKey, number: int) -> None:
        monkeypatch.setattr(SealKeys, "_write", write)
        other = SealKeys(tmp_path, in_keyring=in_keyring)
        other.keep(other.fresh())
        write(self, key, number)

    monkeypatch.setattr(SealKeys, "_write", overtaken)

    with pytest.raises(RecordError, match="at this very moment"):
        keys.keep(keys.fresh())

    assert len(keys.public()) == 2
    assert len(ring.kept) == (2 if in_keyring else 0)


def test_place_is_told_in_words(keys: SealKeys) -> None:
    assert keys.place().startswith("none yet, the first seal makes it in ")

    name = keys.signing().name

    assert keys.place() == f"seal-1 of {name} can be read in {keys._ring.name}"

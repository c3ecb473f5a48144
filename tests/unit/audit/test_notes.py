"""Notes are those of C2SP: anybody's tool reads ours, and ours notices what was changed."""

from base64 import b64decode
from dataclasses import replace

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from rpa.audit.notes import Checkpoint, PublicKey, SigningKey, open_note
from rpa.exceptions import RecordError

# The public key of Go's checksum database, which signs notes of this very form.
GO = "sum.golang.org+033de0ae+Ac4zctda0e5eza+HJyk9SxEdh+s3Ux18htTTAD8OuAn8"
CHECKPOINT = Checkpoint("trust.example/rpa", 21, bytes(range(32)))
KEY = SigningKey("trust.example/rpa", Ed25519PrivateKey.from_private_bytes(bytes(32)))
OTHER = SigningKey("other.example/rpa", Ed25519PrivateKey.from_private_bytes(b"\1" * 32))


def test_key_of_another_log_is_read_and_its_id_is_the_one_it_says() -> None:
    key = PublicKey.parse(GO)

    assert (key.name, key.id.hex(), str(key)) == ("sum.golang.org", "033de0ae", GO)


def test_note_has_the_form_that_others_read() -> None:
    lines = KEY.sign(CHECKPOINT).split("\n")

    assert lines[:4] == ["trust.example/rpa", "21", "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=", ""]
    assert lines[4].startswith("\N{EM DASH} trust.example/rpa ")
    assert lines[5:] == [""]


def test_note_states_what_was_signed_and_by_whom() -> None:
    assert open_note(KEY.sign(CHECKPOINT), OTHER.public, KEY.public) == (CHECKPOINT, KEY.public)


@given(st.data())
def test_note_that_was_changed_anywhere_is_refused(data: st.DataObject) -> None:
    note = KEY.sign(CHECKPOINT)
    place = data.draw(st.integers(0, len(note) - 1))
    letter = data.draw(st.characters(codec="utf-8").filter(lambda one: one != note[place]))

    with pytest.raises(RecordError):
        open_note(note[:place] + letter + note[place + 1 :], KEY.public)


def test_signature_in_another_spelling_of_the_same_bytes_is_refused() -> None:
    note = KEY.sign(CHECKPOINT)
    end = note.rindex("=") - 1
    spelled = note[:end] + chr(ord(note[end]) + 1) + note[end + 1 :]  # its two lowest bits stand for nothing
    assert b64decode(spelled.split(" ")[-1]) == b64decode(note.split(" ")[-1])

    with pytest.raises(RecordError):
        open_note(spelled, KEY.public)


@pytest.mark.parametrize("cut", [1, 10, 90, 120])
def test_note_that_was_cut_is_refused(cut: int) -> None:
    with pytest.raises(RecordError):
        open_note(KEY.sign(CHECKPOINT)[:-cut], KEY.public)


def test_note_of_somebody_else_is_refused() -> None:
    with pytest.raises(RecordError, match="signed by no known key"):
        open_note(OTHER.sign(CHECKPOINT), KEY.public)


def test_note_with_a_second_signature_is_read() -> None:
    theirs = OTHER.sign(CHECKPOINT).splitlines()[-1]

    opened = open_note(f"{KEY.sign(CHECKPOINT)}{theirs}\n", KEY.public)

    assert opened == (CHECKPOINT, KEY.public)


def test_key_of_the_same_name_but_another_number_did_not_sign_it() -> None:
    impostor = SigningKey(KEY.name, Ed25519PrivateKey.from_private_bytes(b"\2" * 32))

    with pytest.raises(RecordError, match="signed by no known key"):
        open_note(impostor.sign(CHECKPOINT), KEY.public)


@pytest.mark.parametrize("size", [-1, "01", "1.0", "x"])
def test_checkpoint_without_a_plain_size_is_refused_although_it_is_signed(size: object) -> None:
    wrong = replace(CHECKPOINT, size=size)  # type: ignore[arg-type]

    with pytest.raises(RecordError, match="states no size and root"):
        open_note(KEY.sign(wrong), KEY.public)


@pytest.mark.parametrize("name", ["", "two words", "a+b", "line\n"])
def test_key_with_a_name_that_breaks_notes_is_refused(name: str) -> None:
    with pytest.raises(RecordError, match="without spaces and plus signs"):
        SigningKey(name, KEY.private)


@pytest.mark.parametrize("text", ["", "name", GO[:-4], GO.replace("033de0ae", "033de0af"), GO.replace("+Ac4", "+Bc4")])
def test_text_that_is_no_key_is_refused(text: str) -> None:
    with pytest.raises(RecordError, match="expected a public key"):
        PublicKey.parse(text)

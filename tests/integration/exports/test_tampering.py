"""A pack shows whatever was done to it, and names the first entry that it was done to."""

from collections.abc import Callable
from pathlib import Path

import pytest

from rpa.exports.verify import main
from tests.integration.exports.bare import Bare
from tests.integration.exports.packs import (
    ALTERED,
    INCOMPLETE,
    another_key,
    cut_off,
    drop,
    edit,
    no_place,
    other_place,
    swap,
    twice,
    write_anew,
)

TAMPERING: dict[str, tuple[Callable[[Path], object], str]] = {
    "a letter of an entry": (lambda pack: edit(pack / "entries.jsonl", 5, b"change.made", b"change.fade"),
                             "Entry 5 of job-1 does not match its hash"),
    "the number of an entry": (lambda pack: edit(pack / "entries.jsonl", 5, b'"seq":5,"prev', b'"seq":6,"prev'),
                               "Entry 5 of job-1 is missing"),
    "no text at all": (lambda pack: edit(pack / "entries.jsonl", 5, b"{", b"["), "Entry 5 of job-1 can't be read"),
    "an entry deleted": (lambda pack: drop(pack / "entries.jsonl", 5), "Entry 5 of job-1 is missing"),
    "the last entry deleted": (lambda pack: drop(pack / "entries.jsonl", 15), "Entry 15 of job-1 is missing"),
    "an entry twice": (lambda pack: twice(pack / "entries.jsonl", 5), "Entry 6 of job-1 is missing"),
    "one more entry": (lambda pack: twice(pack / "entries.jsonl", 15), "more than belongs to the pack"),
    "two entries swapped": (lambda pack: swap(pack / "entries.jsonl", 4, 5),
        "Entry 4 of job-1 is missing: found entry 5"),
    "an entry written anew": (lambda pack: write_anew(pack, 5), "Entry 5 of job-1 is not as it was sealed"),
    "a payload": (lambda pack: edit(pack / "entries.jsonl", 5, b"phone of", b"email of"),
                  "Entry 5 of job-1 has other details"),
    "a payload removed": (lambda pack: edit(pack / "entries.jsonl", 5, b'"payload"', b'"nothing"'),
        "entries.jsonl is not"),
    "another key": (lambda pack: another_key(pack), "Entry 1 of job-1 is not proved"),
    "no key": (lambda pack: (pack / "key.pub").write_bytes(b""), "key.pub is not as it was"),
    "the size in a note": (lambda pack: edit(pack / "seals.jsonl", 1, b"/2026\\n", b"/2026\\n1"),
        "Entry 1 of job-1 is not"),
    "the time of a seal": (lambda pack: edit(pack / "seals.jsonl", 1, b"T09:00", b"T08:00"),
        "Entry 1 of job-1 is not"),
    "no seal": (lambda pack: (pack / "seals.jsonl").write_bytes(b""), "Entry 1 of job-1 is not proved"),
    "a proof dropped": (lambda pack: drop(pack / "proofs.jsonl", 5), "Entry 5 of job-1 has no proof"),
    "two proofs swapped": (lambda pack: swap(pack / "proofs.jsonl", 4, 5), "Entry 4 of job-1 has no proof"),
    "another place in the tree": (lambda pack: other_place(pack, 5), "Entry 5 of job-1 is not as it was sealed"),
    "a proof emptied": (lambda pack: no_place(pack, 5), "proofs.jsonl is not as it was"),
    "the end cut off everywhere": (lambda pack: cut_off(pack), "manifest.json is not as it was signed"),
    "the list without a signature that fits": (lambda pack: edit(pack / "manifest.note", 2, b"15", b"14"),
        "manifest.note"),
    "what it says to its reader": (lambda pack: edit(pack / "README.txt", 1, b"EVIDENCE", b"EVIDENT"),
        "README.txt is not"),
    "the program": (lambda pack: edit(pack / "verify.py", 1, b"Checks", b"Claims"), "verify.py is not"),
}  # fmt: skip


@pytest.mark.parametrize("tampering", TAMPERING)
def test_tampering_ends_with_4_and_is_named(pack: Path, bare: Bare, tampering: str) -> None:
    tamper, named = TAMPERING[tampering]
    tamper(pack)

    ended = bare.verify(pack)

    assert (ended.code, named in ended.said) == (ALTERED, True), ended.said


@pytest.mark.parametrize("name", ["entries.jsonl", "proofs.jsonl", "seals.jsonl", "key.pub", "README.txt", "verify.py",
                                  "manifest.json",
        "manifest.note"])  # fmt: skip
def test_every_missing_file_and_every_flipped_byte_is_seen(pack: Path, name: str) -> None:
    path = pack / name
    content = path.read_bytes()
    ends = set()

    for place in range(0, len(content), max(1, len(content) // 60)):
        path.write_bytes(content[:place] + bytes([content[place] ^ 1]) + content[place + 1 :])
        ends.add(main([str(pack)]))
    path.unlink()
    ends.add(main([str(pack)]))

    assert ends == {ALTERED}


def test_pack_without_the_signature_of_its_list_never_passes(pack: Path) -> None:
    (pack / "manifest.note").write_bytes(b"")
    cut_off(pack)

    assert main([str(pack)]) == INCOMPLETE

"""An evidence pack proves itself where this library is not, and shows whatever was done to it."""

import json
import zipfile
from base64 import b64decode, b64encode
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from rpa.audit.keys import SealKeys
from rpa.audit.merkle import root_from_proof
from rpa.exports import Selection, of_period
from rpa.exports.verify import main
from tests.integration.exports.bare import Bare, make_bare
from tests.integration.exports.conftest import CANARIES, Archive

CLEAN, USAGE, NOT_THERE, ALTERED, INCOMPLETE = 0, 2, 3, 4, 5


@pytest.fixture(scope="session")
def bare(tmp_path_factory: pytest.TempPathFactory) -> Bare:
    return make_bare(tmp_path_factory.mktemp("packages"))


@pytest.fixture
def pack(archive: Archive) -> Path:
    return unpacked(archive, archive.job())


def unpacked(archive: Archive, selection: Selection, *, payloads: bool = True) -> Path:
    folder = archive.folder / "unpacked"
    with zipfile.ZipFile(archive.export(selection, payloads=payloads).path) as packed:
        packed.extractall(folder)  # noqa: S202 - our own
    return folder


def test_program_of_the_pack_has_nothing_of_ours(bare: Bare) -> None:
    tried = bare.run("import cryptography\nfor name in ('rpa', 'orjson', 'sqlalchemy'):\n try: __import__(name)\n"
                     " except ImportError: print(name)")  # fmt: skip

    assert tried.said.split() == ["rpa", "orjson", "sqlalchemy"]


def test_pack_of_a_job_is_proved_where_only_cryptography_is(bare: Bare, pack: Path) -> None:
    ended = bare.verify(pack)

    assert ended.code == CLEAN, ended.said
    assert "15 entries of job 1 are as they were sealed on 2026-11-23 09:00:00 UTC." in ended.said


def test_zip_is_checked_without_unpacking_it(bare: Bare, pack: Path) -> None:
    ended = bare.verify(pack, str(pack.parent / "evidence.zip"))

    assert ended.code == CLEAN, ended.said


def test_one_entry_is_proved_alone(bare: Bare, pack: Path) -> None:
    for name in ("manifest.json", "manifest.note"):
        (pack / name).unlink()
    keep_line(pack / "entries.jsonl", 5)
    keep_line(pack / "proofs.jsonl", 5)

    ended = bare.verify(pack, "--entry", "job-1/5")

    assert ended.code == CLEAN, ended.said
    assert "Entry 5 of job-1 (change.made, 2026-11-23T09:00:00" in ended.said


def test_one_altered_entry_is_not_proved(pack: Path, capsys: pytest.CaptureFixture[str]) -> None:
    edit(pack / "entries.jsonl", 5, b"change.made", b"change.fade")

    assert main([str(pack), "--entry", "job-1/5"]) == ALTERED
    assert "Entry 5 of job-1" in capsys.readouterr().out
    assert main([str(pack), "--entry", "job-1/4"]) == CLEAN


def test_entry_that_is_not_in_the_pack_ends_with_3(pack: Path) -> None:
    assert main([str(pack), "--entry", "job-1/99"]) == NOT_THERE
    assert main([str(pack), "--entry", "nonsense"]) == USAGE


def test_key_from_elsewhere_is_used_instead_of_that_in_the_pack(archive: Archive, pack: Path, tmp_path: Path) -> None:
    (ours,) = archive.sealing.keys.public()
    stranger = SealKeys(tmp_path / "other").signing().public

    assert main([str(pack), "--key", str(ours)]) == CLEAN
    assert main([str(pack), "--key", str(stranger)]) == ALTERED


def test_key_that_is_none_is_a_wrong_call(pack: Path) -> None:
    with pytest.raises(SystemExit) as ended:
        main([str(pack), "--key", "nonsense"])

    assert ended.value.code == USAGE


def test_pack_of_a_patient_is_proved_and_holds_nobody_elses_row(archive: Archive) -> None:
    folder = unpacked(archive, archive.patient(CANARIES[1]))

    assert main([str(folder)]) == CLEAN
    held = (folder / "entries.jsonl").read_text()
    assert f"phone of {CANARIES[1]}" in held
    assert not any(other in held for other in (CANARIES[0], CANARIES[2]))


def test_pack_of_a_time_is_proved_over_all_runs(archive: Archive, capsys: pytest.CaptureFixture[str]) -> None:
    folder = unpacked(archive, of_period(archive.bench.database, None, None, name="record"))

    assert main([str(folder)]) == CLEAN
    said = capsys.readouterr().out
    assert "15 entries of job 1 are" in said
    assert "7 entries of job 2 are" in said


def test_pack_without_payloads_is_proved_and_names_no_patient(archive: Archive) -> None:
    folder = unpacked(archive, archive.job(), payloads=False)

    assert main([str(folder)]) == CLEAN
    everything = b"".join(path.read_bytes() for path in folder.iterdir())
    assert not any(one.encode() in everything for one in CANARIES)


def test_proofs_lead_to_the_root_of_the_signed_seal(pack: Path) -> None:
    (seal,) = documents(pack / "seals.jsonl")

    entries, proofs = documents(pack / "entries.jsonl"), documents(pack / "proofs.jsonl")

    root = b64decode(seal["note"].split("\n")[2])
    for entry, one in zip(entries, proofs, strict=True):
        path = [b64decode(each) for each in one["path"]]
        assert root_from_proof(bytes.fromhex(entry["hash"]), one["index"], one["size"], path) == root


def test_pack_that_could_not_be_sealed_is_made_and_says_it_is_incomplete(
    archive: Archive, capsys: pytest.CaptureFixture[str]
) -> None:
    archive.sealing.tick()
    archive.work(CANARIES[0])
    (archive.folder.parent / "keys" / "seal-1").chmod(0o644)  # it signs no more: others may have read it

    folder = unpacked(archive, archive.job(3))

    assert main([str(folder)]) == INCOMPLETE
    said = capsys.readouterr().out
    assert "no seal covers 7 entries of the pack" in said
    assert "nobody signed the list of what belongs to the pack" in said
    assert main([str(folder), "--entry", "job-3/2"]) == INCOMPLETE


def test_altered_entry_is_named_in_a_pack_without_a_seal_too(archive: Archive) -> None:
    archive.sealing.tick()
    archive.work(CANARIES[0])
    (archive.folder.parent / "keys" / "seal-1").chmod(0o644)
    folder = unpacked(archive, archive.job(3))

    edit(folder / "entries.jsonl", 5, b"change.made", b"change.fade")

    assert main([str(folder)]) == ALTERED


TAMPERING: dict[str, tuple[Callable[[Path], None], str]] = {
    "a letter of an entry": (lambda pack: edit(pack / "entries.jsonl", 5, b"change.made", b"change.fade"),
                             "Entry 5 of job-1 does not match its hash"),
    "the number of an entry": (lambda pack: edit(pack / "entries.jsonl", 5, b'"seq":5,"prev', b'"seq":6,"prev'),
                               "Entry 5 of job-1 is missing"),
    "no text at all": (lambda pack: edit(pack / "entries.jsonl", 5, b"{", b"["), "Entry 5 of job-1 can't be read"),
    "an entry deleted": (lambda pack: drop(pack / "entries.jsonl", 5), "Entry 5 of job-1 is missing"),
    "the last entry deleted": (lambda pack: drop(pack / "entries.jsonl", 15), "Entry 15 of job-1 is missing"),
    "an entry twice": (lambda pack: twice(pack / "entries.jsonl", 5), "Entry 6 of job-1 is missing"),
    "one more entry": (lambda pack: twice(pack / "entries.jsonl", 15), "more than belongs to the pack"),
    "two entries swapped": (lambda pack: swap(pack / "entries.jsonl", 4, 5), "Entry 4 of job-1 is missing: found entry 5"),
    "an entry written anew": (lambda pack: write_anew(pack, 5), "Entry 5 of job-1 is not as it was sealed"),
    "a payload": (lambda pack: edit(pack / "entries.jsonl", 5, b"phone of", b"email of"),
                  "Entry 5 of job-1 has other details"),
    "a payload removed": (lambda pack: edit(pack / "entries.jsonl", 5, b'"payload"', b'"nothing"'), "entries.jsonl is not"),
    "another key": (lambda pack: another_key(pack), "Entry 1 of job-1 is not proved"),
    "no key": (lambda pack: (pack / "key.pub").write_bytes(b""), "Entry 1 of job-1 is not proved"),
    "the size in a note": (lambda pack: edit(pack / "seals.jsonl", 1, b"/2026\\n", b"/2026\\n1"), "Entry 1 of job-1 is not"),
    "the time of a seal": (lambda pack: edit(pack / "seals.jsonl", 1, b"T09:00", b"T08:00"), "Entry 1 of job-1 is not"),
    "no seal": (lambda pack: (pack / "seals.jsonl").write_bytes(b""), "Entry 1 of job-1 is not proved"),
    "a proof dropped": (lambda pack: drop(pack / "proofs.jsonl", 5), "Entry 5 of job-1 has no proof"),
    "two proofs swapped": (lambda pack: swap(pack / "proofs.jsonl", 4, 5), "Entry 4 of job-1 has no proof"),
    "another place in the tree": (lambda pack: other_place(pack, 5), "Entry 5 of job-1 is not as it was sealed"),
    "a proof emptied": (lambda pack: no_place(pack, 5), "proofs.jsonl is not as it was"),
    "the end cut off everywhere": (lambda pack: cut_off(pack), "manifest.json is not as it was signed"),
    "the list without a signature that fits": (lambda pack: edit(pack / "manifest.note", 2, b"15", b"14"), "manifest.note"),
    "what it says to its reader": (lambda pack: edit(pack / "README.txt", 1, b"EVIDENCE", b"EVIDENT"), "README.txt is not"),
    "the program": (lambda pack: edit(pack / "verify.py", 1, b"Checks", b"Claims"), "verify.py is not"),
}  # fmt: skip


@pytest.mark.parametrize("tampering", TAMPERING)
def test_tampering_ends_with_4_and_is_named(pack: Path, bare: Bare, tampering: str) -> None:
    tamper, named = TAMPERING[tampering]
    tamper(pack)

    ended = bare.verify(pack)

    assert (ended.code, named in ended.said) == (ALTERED, True), ended.said


@pytest.mark.parametrize("name", ["entries.jsonl", "proofs.jsonl", "seals.jsonl", "key.pub", "README.txt", "verify.py",
                                  "manifest.json", "manifest.note"])  # fmt: skip
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


def drop(path: Path, number: int) -> None:
    lines = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(b"".join(lines[: number - 1] + lines[number:]))


def twice(path: Path, number: int) -> None:
    lines = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(b"".join(lines[:number] + lines[number - 1 :]))


def swap(path: Path, one: int, other: int) -> None:
    lines = path.read_bytes().splitlines(keepends=True)
    lines[one - 1], lines[other - 1] = lines[other - 1], lines[one - 1]
    path.write_bytes(b"".join(lines))


def save(path: Path, made: list[dict[str, Any]]) -> None:
    path.write_bytes(b"".join(json.dumps(one).encode() + b"\n" for one in made))


def write_anew(pack: Path, number: int) -> None:
    """Change an entry and make all hashes after it fit, as one who knows how they are made."""
    entries = documents(pack / "entries.jsonl")
    entries[number - 1]["body"] = entries[number - 1]["body"].replace("change.made", "change.fade")
    for place in range(number - 1, len(entries)):
        one = entries[place]
        one["prev"] = b64encode(bytes.fromhex(entries[place - 1]["hash"])).decode()
        one["hash"] = sha256(b"\0" + b64decode(one["prev"]) + one["body"].encode()).hexdigest()
    save(pack / "entries.jsonl", entries)


def another_key(pack: Path) -> None:
    key = SealKeys(pack.parent / "strange").signing().public
    (pack / "key.pub").write_text(f"{key}\n", encoding="ascii")


def other_place(pack: Path, number: int) -> None:
    proofs = documents(pack / "proofs.jsonl")
    proofs[number - 1] |= {"index": proofs[number]["index"], "path": proofs[number]["path"]}
    save(pack / "proofs.jsonl", proofs)


def no_place(pack: Path, number: int) -> None:
    proofs = documents(pack / "proofs.jsonl")
    proofs[number - 1] = {"run": "job-1", "seq": number, "index": None}
    save(pack / "proofs.jsonl", proofs)


def cut_off(pack: Path) -> None:
    """Remove the last entry from everything that tells of it."""
    manifest = json.loads((pack / "manifest.json").read_bytes())
    manifest["entries"] = 14
    manifest["runs"][0]["entries"] = [[1, 14]]
    for name in ("entries.jsonl", "proofs.jsonl"):
        drop(pack / name, 15)
        manifest["files"][name] = sha256((pack / name).read_bytes()).hexdigest()
    (pack / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")


def keep_line(path: Path, number: int) -> None:
    path.write_bytes(path.read_bytes().splitlines(keepends=True)[number - 1])


def edit(path: Path, number: int, old: bytes, new: bytes) -> None:
    lines = path.read_bytes().splitlines(keepends=True)
    assert old in lines[number - 1]
    lines[number - 1] = lines[number - 1].replace(old, new)
    path.write_bytes(b"".join(lines))


def documents(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_bytes().splitlines()]

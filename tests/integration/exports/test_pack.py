"""An evidence pack proves itself where this library is not."""

import shutil
from base64 import b64decode
from pathlib import Path

import pytest

from rpa.audit.keys import SealKeys
from rpa.audit.merkle import root_from_proof
from rpa.exports import of_period
from rpa.exports.verify import main
from tests.integration.exports.archive import CANARIES, Archive
from tests.integration.exports.bare import Bare
from tests.integration.exports.packs import (
    ALTERED,
    CLEAN,
    INCOMPLETE,
    NOT_THERE,
    USAGE,
    documents,
    edit,
    keep_line,
    unpacked,
)


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
    assert main([str(pack), "--entry", "nonsense"]) == NOT_THERE


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


def test_pack_made_without_readable_keys_is_checked_with_one_from_elsewhere(
    archive: Archive, capsys: pytest.CaptureFixture[str]
) -> None:
    archive.sealing.tick()
    (ours,) = archive.sealing.keys.public()
    for name in ("seal-1", "seal-1.pub"):
        (archive.folder.parent / "keys" / name).write_text("nonsense", encoding="ascii")
    folder = unpacked(archive, archive.job())

    assert main([str(folder)]) == INCOMPLETE
    assert "there is no public key in the pack" in capsys.readouterr().out
    assert main([str(folder), "--key", str(ours)]) == INCOMPLETE
    assert "15 entries of job 1 are as they were sealed" in capsys.readouterr().out


def test_pack_made_without_the_folder_of_keys_makes_no_key(archive: Archive) -> None:
    archive.sealing.tick()
    keys = archive.folder.parent / "keys"
    shutil.rmtree(keys)

    folder = unpacked(archive, archive.job())

    assert not keys.exists()
    assert (folder / "manifest.note").read_text(encoding="utf-8") == ""


def test_altered_entry_is_named_in_a_pack_without_a_seal_too(archive: Archive) -> None:
    archive.sealing.tick()
    archive.work(CANARIES[0])
    (archive.folder.parent / "keys" / "seal-1").chmod(0o644)
    folder = unpacked(archive, archive.job(3))

    edit(folder / "entries.jsonl", 5, b"change.made", b"change.fade")

    assert main([str(folder)]) == ALTERED

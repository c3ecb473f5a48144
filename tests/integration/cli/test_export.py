"""Evidence by a command: what can be asked for, what it says, and how it ends."""

import json
import zipfile
from contextlib import closing
from pathlib import Path

import pytest

from rpa.audit import Trail
from rpa.cli.exits import Exit
from rpa.desk import open_desk
from rpa.exports.kept import KeptExports
from rpa.exports.verify import main as verify_pack
from rpa.settings import load_settings
from tests.integration.cli.conftest import Ended, Rpa
from tests.integration.cli.office import Office


@pytest.fixture(autouse=True)
def in_a_folder_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")


def export(rpa: Rpa, *asked: object) -> Ended:
    return rpa("audit", "export", *asked, "--reason", "asked by the board", "--by", "An Auditor")


def worked(rpa: Rpa, office: Office) -> None:
    rpa("submit", "tidy", office.list("fine", "nobody"), "--by", "Jo Clerk")
    rpa("work", "--until-idle")


def test_pack_of_a_job_lies_beside_and_proves_itself(
    rpa: Rpa, office: Office, capsys: pytest.CaptureFixture[str]
) -> None:
    worked(rpa, office)

    done = export(rpa, "--job", 1)

    assert done.code is Exit.DONE
    assert "entries of the record in record-job-1.zip" in done.out
    assert verify_pack(["record-job-1.zip"]) == 0
    assert "entries of job 1 are as they were sealed on" in capsys.readouterr().out


def test_a_file_that_is_kept_lies_in_no_folder_and_is_what_the_record_says(rpa: Rpa, office: Office) -> None:
    worked(rpa, office)

    done = export(rpa, "--job", 1, "--format", "csv", "--kept")

    assert done.code is Exit.DONE
    assert "Fetch it in the console under Exports within 7 days." in done.out
    assert list(Path().iterdir()) == []
    with closing(open_desk(load_settings(office.data))) as desk:
        (told,) = Trail(desk.database).named(["record.exported"])
        found, content = KeptExports(desk.database, desk.evidence, desk.clock).read(told.facts["sha256"])
    assert found.name.startswith("record-job-1-")
    assert len(content.decode("utf-8-sig").splitlines()) == told.facts["count"] + 1


def test_a_file_is_kept_or_written_somewhere_and_not_both(rpa: Rpa, office: Office, tmp_path: Path) -> None:
    worked(rpa, office)

    refused = export(rpa, "--job", 1, "--kept", "--out", tmp_path / "x.zip")

    assert refused.code is Exit.USAGE
    assert "found both --out and --kept" in refused.err


@pytest.mark.parametrize("option", ["--reference", "--nhs-number"])
def test_pack_of_a_patient_has_a_name_that_names_nobody(rpa: Rpa, office: Office, option: str) -> None:
    worked(rpa, office)

    done = export(rpa, option, office.numbers[0], "--json")

    assert done.code is Exit.DONE
    assert office.numbers[0] not in done.out
    assert done.json["path"] == f"record{option[1:]}.zip"
    assert verify_pack([done.json["path"]]) == 0


def test_entries_of_a_day_are_taken_with_all_their_runs(rpa: Rpa, office: Office) -> None:
    worked(rpa, office)

    done = export(rpa, "--from", "2020-01-01", "--to", "2999-12-31", "--format", "jsonl", "--json")

    lines = [json.loads(line) for line in Path(done.json["path"]).read_text(encoding="utf-8").splitlines()]
    assert done.json["path"] == "record-from-2020-01-01-to-2999-12-31.jsonl"
    assert {one["run"] for one in lines} == {"job-1", "seals", "system"}
    assert done.json["entries"] == len(lines)


def test_time_without_an_entry_ends_with_3(rpa: Rpa, office: Office) -> None:
    worked(rpa, office)

    assert export(rpa, "--to", "2020-01-01").code is Exit.NOT_FOUND
    assert export(rpa, "--job", 1, "--to", "2020-01-01").code is Exit.NOT_FOUND


def test_who_took_it_out_is_shown_by_the_record(rpa: Rpa, office: Office) -> None:
    worked(rpa, office)
    done = export(rpa, "--job", 1, "--format", "csv", "--json")

    entries = rpa("audit", "show", "--job", 1, "--json").json

    (said,) = [one for one in entries if one["name"] == "record.exported"]
    assert said["actor"] == {"kind": "person", "name": "An Auditor"}
    assert said["payload"] == {"reason": "asked by the board"}
    assert said["facts"]["sha256"] == done.json["sha256"]


def test_reason_is_not_left_out(rpa: Rpa, office: Office) -> None:
    worked(rpa, office)

    assert rpa("audit", "export", "--job", 1).code is Exit.USAGE
    assert rpa("audit", "export", "--job", 1, "--reason", " ").code is Exit.USAGE


@pytest.mark.parametrize("asked", [(), ("--job", 1, "--reference", "x"), ("--job", 1, "--nhs-number", "x")])
def test_what_is_meant_must_be_clear(rpa: Rpa, office: Office, asked: tuple[object, ...]) -> None:
    worked(rpa, office)

    refused = export(rpa, *asked)

    assert refused.code is Exit.USAGE
    assert "expected one of --job, --reference and --nhs-number, or a time by --from and --to" in refused.err


def test_name_of_the_file_may_not_hold_the_number(rpa: Rpa, office: Office) -> None:
    worked(rpa, office)
    number = office.numbers[0]

    refused = export(rpa, "--nhs-number", number, "--out", f"{number}.zip")

    assert refused.code is Exit.USAGE
    assert number not in refused.err
    assert not list(Path().iterdir())


def test_second_export_leaves_the_first_as_it_is(rpa: Rpa, office: Office) -> None:
    worked(rpa, office)
    export(rpa, "--job", 1)
    first = Path("record-job-1.zip").read_bytes()

    refused = export(rpa, "--job", 1)

    assert refused.code is Exit.USAGE
    assert Path("record-job-1.zip").read_bytes() == first


def test_payloads_are_only_in_it_when_asked_for(rpa: Rpa, office: Office) -> None:
    worked(rpa, office)
    export(rpa, "--job", 1)
    export(rpa, "--job", 1, "--with-payloads", "--out", "with.zip")

    without, with_them = entries_of("record-job-1.zip"), entries_of("with.zip")

    assert office.numbers[0] not in without
    assert office.numbers[0] in with_them


def entries_of(name: str) -> str:
    with zipfile.ZipFile(name) as packed:
        return packed.read("entries.jsonl").decode()


def test_pack_that_cannot_be_sealed_ends_with_5(rpa: Rpa, office: Office) -> None:
    worked(rpa, office)
    (office.data / "keys" / "seal-1").chmod(0o644)
    rpa("submit", "tidy", office.list("fine", "fine", name="more.csv"))

    done = export(rpa, "--job", 2)

    assert done.code is Exit.RECORD_INCOMPLETE
    assert "It proves less than it should: " in done.out
    assert verify_pack(["record-job-2.zip"]) == 5

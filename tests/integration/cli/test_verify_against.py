"""`rpa audit verify` takes each thing to hold the record against alone, and says what it found in each case."""

import json
from pathlib import Path

import pytest

from rpa.cli.exits import Exit
from tests.integration.cli.conftest import Rpa
from tests.integration.cli.office import Office
from tests.integration.cli.test_audit import tamper


@pytest.fixture
def key(rpa: Rpa, office: Office) -> str:
    """The public key of an office whose record is sealed."""
    rpa("submit", "tidy", office.list("fine"))
    rpa("work", "--until-idle")
    return str(rpa("audit", "key", "public", "--json").json[0])


def test_record_is_held_against_a_public_key_that_was_kept_elsewhere(rpa: Rpa, key: str) -> None:
    checked = rpa("audit", "verify", "--key", key)

    assert checked.code is Exit.DONE
    assert checked.out.startswith("The record is whole: ")


def test_public_key_of_somebody_else_ends_with_4(rpa: Rpa, key: str) -> None:
    stranger = "rpa-0e9ab862+7f150a55+AcfuRQJOiGlyhcJeRocagk9BTBKkUuZ1+4NndYvaKpAz"

    checked = rpa("audit", "verify", "--key", stranger)

    assert checked.code is Exit.RECORD_BROKEN
    assert "can't be relied on: the note is signed by no known key" in checked.out
    assert "Also: " in checked.out and ".." not in checked.out


def test_folder_of_anchors_that_is_not_there_ends_with_5(rpa: Rpa, key: str, tmp_path: Path) -> None:
    checked = rpa("audit", "verify", "--anchors", tmp_path / "nowhere")

    assert checked.code is Exit.RECORD_INCOMPLETE
    assert f"Not proved as a whole: the folder of anchors {tmp_path / 'nowhere'} is not there." in checked.out


@pytest.mark.parametrize("option", ["--from", "--to"])
def test_only_a_time_of_the_record_is_looked_at(rpa: Rpa, key: str, option: str) -> None:
    checked = rpa("audit", "verify", option, "2999-01-01" if option == "--to" else "2020-01-01")

    assert checked.code is Exit.DONE


def test_live_stream_that_names_another_entry_ends_with_4(rpa: Rpa, key: str, tmp_path: Path) -> None:
    sent = {"run": "job-1", "seq": 1, "hash": "00" * 32}
    heads = tmp_path / "heads.log"
    heads.write_text(f"{json.dumps(sent)}\n", encoding="utf-8")

    checked = rpa("audit", "verify", "--heads", heads)

    assert checked.code is Exit.RECORD_BROKEN
    assert "Entry 1 of job 1 is another than the live stream was told of" in checked.out


def test_end_of_the_record_that_was_cut_off_with_its_seals_ends_with_4_by_the_copies(
    rpa: Rpa, key: str, office: Office
) -> None:
    tamper(office, "DELETE FROM seal WHERE size = (SELECT max(size) FROM seal)")

    checked = rpa("audit", "verify")

    assert checked.code is Exit.RECORD_BROKEN
    assert "Keep the database as it is, restart nothing, and call the digital team." in checked.out


def test_time_in_which_nothing_was_sealed_is_not_said_to_be_all(rpa: Rpa, key: str) -> None:
    checked = rpa("audit", "verify", "--from", "2099-01-01")

    assert checked.code is Exit.RECORD_INCOMPLETE
    assert "nothing of it was sealed then" in checked.out


def test_what_is_no_key_is_a_wrong_call_and_no_altered_record(rpa: Rpa, key: str) -> None:
    checked = rpa("audit", "verify", "--key", "oops")

    assert checked.code is Exit.USAGE
    assert "`rpa audit key public`" in checked.err

"""Kept files by commands: listed, opened with a reason, and what a lost key stops and doesn't."""

from hashlib import sha256
from pathlib import Path

from rpa.cli.exits import Exit
from tests.integration.cli.conftest import Rpa
from tests.integration.cli.office import Office
from tests.integration.cli.test_audit import tamper, worked


def picture_of(rpa: Rpa) -> str:
    (digest,) = [one["sha256"] for one in rpa("evidence", "list", "--job", 1, "--json").json if one["item"]]
    return str(digest)


def test_what_was_kept_is_listed(rpa: Rpa, office: Office) -> None:
    worked(rpa, office, "nobody")

    listed = rpa("evidence", "list", "--job", 1, "--json").json

    assert [(one["kind"], one["item"], one["name"]) for one in listed] == [
        ("input", None, "list.csv"),
        ("screenshot", 1, "practice-pas.png"),
    ]


def test_a_file_is_opened_and_the_record_says_by_whom_and_why(rpa: Rpa, office: Office, tmp_path: Path) -> None:
    worked(rpa, office, "nobody")
    digest, out = picture_of(rpa), tmp_path / "picture.png"

    opened = rpa("evidence", "open", digest[:8], "--reason", "complaint 12", "--out", out, "--by", "An Auditor")

    assert opened.code is Exit.DONE
    assert sha256(out.read_bytes()).hexdigest() == digest
    entries = rpa("audit", "show", "--job", 1, "--json").json
    (noted,) = [one for one in entries if one["name"] == "evidence.opened"]
    assert noted["facts"] == {"kind": "screenshot", "sha256": digest}
    assert (noted["item"], noted["actor"]["name"], noted["payload"]) == (1, "An Auditor", {"reason": "complaint 12"})


def test_the_one_file_of_an_item_needs_no_digest(rpa: Rpa, office: Office, tmp_path: Path) -> None:
    worked(rpa, office, "nobody")

    opened = rpa("evidence", "open", "--item", 1, "--reason", "complaint 12", "--out", tmp_path / "picture.png")

    assert opened.code is Exit.DONE
    assert (tmp_path / "picture.png").stat().st_mode & 0o077 == 0


def test_nothing_is_opened_without_a_reason(rpa: Rpa, office: Office, tmp_path: Path) -> None:
    worked(rpa, office, "nobody")

    refused = rpa("evidence", "open", "--item", 1, "--reason", " ", "--out", tmp_path / "picture.png")

    assert refused.code is Exit.USAGE
    assert not (tmp_path / "picture.png").exists()


def test_nothing_is_opened_that_the_record_can_not_tell_of(rpa: Rpa, office: Office, tmp_path: Path) -> None:
    worked(rpa, office, "nobody")
    tamper(office, "CREATE TRIGGER full BEFORE INSERT ON event BEGIN SELECT RAISE(ABORT, 'no more'); END")

    refused = rpa("evidence", "open", "--item", 1, "--reason", "complaint 12", "--out", tmp_path / "picture.png")

    assert refused.code is Exit.FAILED
    assert not (tmp_path / "picture.png").exists()


def test_nothing_is_written_over(rpa: Rpa, office: Office, tmp_path: Path) -> None:
    worked(rpa, office, "nobody")
    (tmp_path / "mine.txt").write_text("mine", encoding="utf-8")

    refused = rpa("evidence", "open", "--item", 1, "--reason", "complaint 12", "--out", tmp_path / "mine.txt")

    assert refused.code is Exit.USAGE
    assert (tmp_path / "mine.txt").read_text(encoding="utf-8") == "mine"


def test_an_unknown_file_ends_with_3(rpa: Rpa, office: Office, tmp_path: Path) -> None:
    worked(rpa, office, "nobody")

    refused = rpa("evidence", "open", "abcdef0", "--reason", "complaint 12", "--out", tmp_path / "x")

    assert refused.code is Exit.NOT_FOUND


def test_a_new_key_is_recorded_and_old_files_still_open(rpa: Rpa, office: Office, tmp_path: Path) -> None:
    worked(rpa, office, "nobody")

    rotated = rpa("evidence", "key", "rotate", "--by", "A Keeper")

    assert "evidence-2" in rotated.out
    opened = rpa("evidence", "open", "--item", 1, "--reason", "complaint 12", "--out", tmp_path / "picture.png")
    assert opened.code is Exit.DONE
    entries = rpa("audit", "show", "--json").json
    assert [one["actor"]["name"] for one in entries if one["name"] == "evidence.key_rotated"] == ["A Keeper"]


def test_a_lost_key_stops_a_submission_and_says_what_to_do(rpa: Rpa, office: Office) -> None:
    worked(rpa, office, "nobody")
    (office.data / "keys" / "evidence-1").unlink()

    refused = rpa("submit", "tidy", office.list("fine", "fine"))

    assert refused.code is Exit.FAILED
    assert "evidence-1 of kept files is not in the folder of keys; bring it back from a backup" in refused.err
    assert rpa("jobs", "--json").json[0]["id"] == 1


def test_a_lost_key_stops_no_item_that_keeps_no_file(rpa: Rpa, office: Office) -> None:
    rpa("submit", "tidy", office.list("fine", "nobody"))
    (office.data / "keys" / "evidence-1").unlink()

    rpa("work", "--until-idle")

    states = {one["id"]: (one["state"], one["code"]) for one in rpa("items", 1, "--json").json}
    assert states == {1: ("completed", None), 2: ("failed", "NOT_SET_UP")}

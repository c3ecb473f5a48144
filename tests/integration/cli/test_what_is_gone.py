"""Keys and copies that are gone while the record is there: nothing is made in their place in silence."""

import shutil

from rpa.cli.exits import Exit
from tests.integration.cli.conftest import Rpa
from tests.integration.cli.office import Office
from tests.integration.cli.test_audit import worked


def test_key_of_the_pseudonyms_is_not_made_anew_for_a_record_that_needs_the_old_one(rpa: Rpa, office: Office) -> None:
    worked(rpa, office, "fine")
    shutil.rmtree(office.data / "keys")

    story = rpa("audit", "story", office.numbers[0])
    verified = rpa("audit", "verify")

    assert story.code is Exit.FAILED
    assert "pseudonym-1 in the folder of keys is gone" in story.err
    assert office.numbers[0] not in story.err
    assert verified.code is Exit.RECORD_INCOMPLETE
    assert not (office.data / "keys" / "pseudonym-1").exists()


def test_folder_of_copies_that_is_gone_is_not_made_anew(rpa: Rpa, office: Office) -> None:
    worked(rpa, office, "fine")
    shutil.rmtree(office.data / "anchors")

    verified = [rpa("audit", "verify"), rpa("audit", "doubts"), rpa("audit", "verify")]

    assert [one.code for one in verified] == [Exit.RECORD_INCOMPLETE, Exit.DONE, Exit.RECORD_INCOMPLETE]
    assert "anchors is not there" in verified[2].out
    assert not (office.data / "anchors").exists()
    assert "can't be copied to the folder of anchors" in rpa("alarms").out


def test_folder_of_copies_that_was_emptied_proves_nothing(rpa: Rpa, office: Office) -> None:
    worked(rpa, office, "fine")
    for path in (office.data / "anchors").iterdir():
        shutil.rmtree(path)

    verified = rpa("audit", "verify")

    assert verified.code is Exit.RECORD_INCOMPLETE
    assert "there is no copy of any of its seals in the folder of anchors" in verified.out


def test_kept_file_that_is_gone_is_told_of_and_was_opened_by_nobody(rpa: Rpa, office: Office) -> None:
    worked(rpa, office, "nobody")
    (kept,) = [one for one in rpa("evidence", "list", "--job", 1, "--json").json if one["kind"] == "screenshot"]
    shutil.rmtree(office.data / "evidence")

    verified = rpa("audit", "verify")
    opened = rpa("evidence", "open", kept["sha256"], "--reason", "a look", "--out", office.folder / "picture.png")

    assert verified.code is Exit.RECORD_INCOMPLETE
    assert "2 kept files are gone from the folder evidence" in verified.out
    assert opened.code is Exit.RECORD_INCOMPLETE
    assert f"the screenshot {kept['sha256'][:12]} was kept and its file is gone" in opened.err
    assert "opened" not in [one["done"] for one in rpa("audit", "readers", "--json").json]

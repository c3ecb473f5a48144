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

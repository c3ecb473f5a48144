"""One entry with what proves it: sound, not sealed yet, altered, or under a seal that nobody known has signed."""

from pathlib import Path

import pytest
from sqlalchemy import text

from rpa.answers.entry import proved_entry
from rpa.audit.keys import SealKeys
from rpa.exceptions import NotFoundError
from tests.integration.answers.test_search import JO, Archive, archive  # noqa: F401 - a fixture


def test_an_entry_under_a_seal_is_proved_up_to_the_signed_root(archive: Archive) -> None:  # noqa: F811
    for _ in range(20):
        archive.write("job.submitted", JO)
    archive.sealing.tick()

    found = proved_entry(archive.database, archive.sealing.keys, "job-1", 7)

    assert found.is_sound
    assert found.last == 20
    assert found.covering is not None
    assert (found.covering.fits, found.covering.size > 20) == (True, True)
    assert found.covering.signed_by == archive.sealing.keys.public()[-1].name
    assert len(found.covering.proof) == 5
    assert '"seq":7' in found.body


def test_an_entry_that_is_not_sealed_yet_says_so(archive: Archive) -> None:  # noqa: F811
    archive.write("job.submitted", JO)

    found = proved_entry(archive.database, archive.sealing.keys, "job-1", 1)

    assert found.is_sound
    assert found.covering is None


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE event SET body = :value WHERE seq = 1",
        "UPDATE event SET hash = :value WHERE seq = 1",
        "UPDATE leaf SET hash = :value WHERE seq = 1",
        "UPDATE node SET hash = :value",
    ],
)
def test_an_entry_that_was_altered_is_not_sound(archive: Archive, statement: str) -> None:  # noqa: F811
    for _ in range(300):  # of which the first 256 have a node of their own
        archive.write("job.submitted", JO)
    archive.sealing.tick()
    body = proved_entry(archive.database, archive.sealing.keys, "job-1", 1).body
    where = 299 if "node" in statement else 1

    with archive.database.transaction() as connection:
        connection.execute(text(statement), {"value": body.replace("Jo Clerk", "Jo Smith").encode()})

    assert not proved_entry(archive.database, archive.sealing.keys, "job-1", where).is_sound


def test_a_seal_of_an_unknown_key_proves_nothing(archive: Archive, tmp_path: Path) -> None:  # noqa: F811
    archive.write("job.submitted", JO)
    archive.sealing.tick()
    (tmp_path / "elsewhere").mkdir()

    found = proved_entry(archive.database, SealKeys(tmp_path / "elsewhere"), "job-1", 1)

    assert not found.is_sound
    assert found.covering is not None
    assert found.covering.signed_by == ""


def test_an_entry_that_is_not_there_says_so(archive: Archive) -> None:  # noqa: F811
    with pytest.raises(NotFoundError):
        proved_entry(archive.database, archive.sealing.keys, "job-1", 1)

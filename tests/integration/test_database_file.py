"""The file of a SQLite database, which holds patients' details."""

import os
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from rpa.db import Database
from rpa.db.migrations import migrate


@pytest.fixture
def usual_mask() -> Iterator[None]:
    before = os.umask(0o022)
    yield
    os.umask(before)


@pytest.mark.usefixtures("usual_mask")
def test_no_other_account_may_read_a_database_file_that_was_made(tmp_path: Path) -> None:
    with closing(Database(f"sqlite:///{tmp_path / 'data' / 'rpa.db'}")) as database:
        migrate(database)
        made = {path.name: path.stat().st_mode & 0o777 for path in (tmp_path / "data").iterdir()}

    assert made["rpa.db"] == 0o640
    assert not [name for name, mode in made.items() if mode & 0o007]


@pytest.mark.usefixtures("usual_mask")
def test_rights_that_somebody_gave_a_database_file_stay(tmp_path: Path) -> None:
    path = tmp_path / "rpa.db"
    for _ in range(2):
        with closing(Database(f"sqlite:///{path}")) as database:
            migrate(database)
        path.chmod(0o660)

    assert path.stat().st_mode & 0o777 == 0o660

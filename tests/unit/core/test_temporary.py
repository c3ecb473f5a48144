"""The folder of a slot's temporary files: made, used, removed; passed over where a browser could not start in it."""

import os
import stat
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from rpa.temporary import remove_temporary_folder, temporary_folder, use_temporary_folder

SLOT = "0123456789abcdef0123456789abcdef"


@pytest.fixture(autouse=True)
def place(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Where temporary files are made; its path is short."""
    with tempfile.TemporaryDirectory(prefix="t") as folder:
        for name in ("TMPDIR", "TEMP", "TMP"):
            monkeypatch.setenv(name, folder)
        monkeypatch.setattr(tempfile, "tempdir", None)
        yield Path(folder)


def test_slot_makes_its_temporary_files_in_a_folder_that_only_it_may_read(place: Path) -> None:
    folder = temporary_folder(SLOT)

    use_temporary_folder(SLOT)

    assert folder.parent == place
    assert tempfile.gettempdir() == os.environ["TMPDIR"] == str(folder)
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_what_is_left_is_removed(place: Path) -> None:
    folder = temporary_folder(SLOT)
    folder.mkdir()
    (folder / "left").mkdir()
    (folder / "left" / "over").touch()

    assert remove_temporary_folder(SLOT)
    assert remove_temporary_folder(SLOT), "again, although nothing is left"
    assert not list(place.iterdir())


def test_folder_in_which_no_browser_could_start_is_not_used(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    long = place / "a-folder-of-which-the-name-is-rather-long"
    long.mkdir()
    monkeypatch.setenv("TMPDIR", str(long))

    use_temporary_folder(SLOT)

    assert tempfile.gettempdir() == str(long)
    assert not list(long.iterdir())


def test_folder_that_is_somebody_else_s_is_not_used(place: Path) -> None:
    temporary_folder(SLOT).mkdir()

    use_temporary_folder(SLOT)

    assert tempfile.gettempdir() == str(place)


@pytest.mark.usefixtures("place")
def test_full_disk_stops_neither_a_slot_nor_its_supervisor(monkeypatch: pytest.MonkeyPatch) -> None:
    def nowhere() -> str:
        raise FileNotFoundError(2, "No usable temporary directory found")

    monkeypatch.setattr(tempfile, "gettempdir", nowhere)

    use_temporary_folder(SLOT)

    assert not remove_temporary_folder(SLOT), "it is to be tried again"

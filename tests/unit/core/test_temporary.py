"""The folder of a process's temporary files: made, used, removed; passed over where a browser could not start in it."""

import os
import stat
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from rpa.temporary import remove_temporary_folders, temporary_files, use_temporary_folder

DIES = """
import os
from contextlib import nullcontext
from pathlib import Path
from tempfile import TemporaryDirectory
from rpa.temporary import use_temporary_folder, temporary_files
with {entered}:
    Path(TemporaryDirectory().name + "-left").mkdir(parents=True)
    os._exit(0)
"""


@pytest.fixture(autouse=True)
def place(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Where temporary files are made; its path is short."""
    with tempfile.TemporaryDirectory(prefix="t") as folder:
        for name in ("TMPDIR", "TEMP", "TMP"):
            monkeypatch.setenv(name, folder)
        monkeypatch.setattr(tempfile, "tempdir", None)
        yield Path(folder)


def test_process_makes_its_temporary_files_in_a_folder_that_only_it_may_read(place: Path) -> None:
    use_temporary_folder()

    (folder,) = place.iterdir()
    assert tempfile.gettempdir() == os.environ["TMPDIR"] == str(folder)
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_files_of_a_command_are_gone_with_it_and_its_children_make_theirs_elsewhere(place: Path) -> None:
    with temporary_files():
        handle, name = tempfile.mkstemp()
        os.close(handle)
        assert Path(name).parent.parent == place and os.environ["TMPDIR"] == str(place)
        with temporary_files():
            assert tempfile.gettempdir() == str(Path(name).parent), "the same, if asked again"

    assert not list(place.iterdir())
    assert tempfile.gettempdir() == str(place)


@pytest.mark.parametrize(
    "entered", ["temporary_files()", "__import__('contextlib').nullcontext(use_temporary_folder())"]
)
def test_what_a_killed_process_left_is_removed_by_any_other(place: Path, entered: str) -> None:
    subprocess.run([sys.executable, "-c", DIES.format(entered=entered)], check=True)
    assert list(place.glob("rpa-*/*-left"))

    with temporary_files():
        assert remove_temporary_folders()
        assert remove_temporary_folders(), "again, although nothing is left"

    assert not list(place.iterdir())


def test_folders_of_who_lives_and_of_others_are_left_alone(place: Path) -> None:
    use_temporary_folder()
    (own,) = place.iterdir()
    other = place / own.name.replace(own.name[4:8], "ffff" if own.name[4:8] != "ffff" else "0000")
    for one in (other, place / "rpa-soak-1", place / "rpa"):
        one.mkdir()

    assert remove_temporary_folders()

    assert len(list(place.iterdir())) == 4


def test_number_of_a_dead_process_that_was_given_anew_saves_nothing(place: Path) -> None:
    use_temporary_folder()
    (own,) = place.iterdir()
    (place / f"{own.name[:-8]}{int(own.name[-8:], 16) ^ 1:08x}").mkdir()

    assert remove_temporary_folders()

    assert list(place.iterdir()) == [own]


def test_folder_in_which_no_browser_could_start_is_not_used(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    long = place / "a-folder-of-which-the-name-is-rather-long"
    long.mkdir()
    monkeypatch.setenv("TMPDIR", str(long))

    use_temporary_folder()

    assert tempfile.gettempdir() == str(long)
    assert not list(long.iterdir())


def test_folder_that_is_there_already_is_not_used_by_another(place: Path) -> None:
    use_temporary_folder()
    (own,) = place.iterdir()
    os.environ["TMPDIR"], tempfile.tempdir = str(place), None

    use_temporary_folder()

    assert tempfile.gettempdir() == str(place)
    assert list(place.iterdir()) == [own]


@pytest.mark.usefixtures("place")
def test_full_disk_stops_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    def nowhere() -> str:
        raise FileNotFoundError(2, "No usable temporary directory found")

    monkeypatch.setattr(tempfile, "gettempdir", nowhere)

    use_temporary_folder()
    with temporary_files():
        assert not remove_temporary_folders(), "it is to be tried again"

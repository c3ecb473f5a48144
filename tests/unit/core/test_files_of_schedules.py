"""Which file a schedule takes."""

import os
from pathlib import Path

import pytest

from rpa.scheduler.files import NoFile, newest_files


def put(folder: Path, *names: str) -> None:
    """Make files, each newer than the one before."""
    for number, name in enumerate(names):
        path = folder / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(name)
        os.utime(path, (1_700_000_000 + number,) * 2)


def taken(folder: Path, wanted: str) -> str:
    (file,) = newest_files([(folder / wanted).as_posix()], ["sheet"])
    return Path(file).relative_to(folder).as_posix()


def test_newest_that_matches_is_taken(tmp_path: Path) -> None:
    put(tmp_path, "b.xlsx", "a.xlsx", "c.csv")

    assert taken(tmp_path, "*.xlsx") == "a.xlsx"


def test_file_without_a_pattern_is_taken_as_it_stands(tmp_path: Path) -> None:
    put(tmp_path, "list [1].csv", "list 1.csv")

    assert taken(tmp_path, "list [1].csv") == "list [1].csv"


def test_pattern_may_stand_for_folders(tmp_path: Path) -> None:
    put(tmp_path, "2026-11/list.csv", "2026-12/list.csv", "list.csv")

    assert taken(tmp_path, "2026-*/list.csv") == "2026-12/list.csv"


def test_what_excel_leaves_beside_an_open_file_is_not_taken(tmp_path: Path) -> None:
    put(tmp_path, "list.xlsx", "~$list.xlsx", ".list.xlsx")

    assert taken(tmp_path, "*.xlsx") == "list.xlsx"


def test_name_of_an_input_is_kept(tmp_path: Path) -> None:
    put(tmp_path, "list.csv")

    (file,) = newest_files([f"ers={tmp_path.as_posix()}/*.csv"], ["ers", "pas"])

    assert file.startswith("ers=") and Path(file.removeprefix("ers=")) == tmp_path / "list.csv"


def test_equals_sign_in_a_path_is_part_of_it(tmp_path: Path) -> None:
    put(tmp_path, "a=b.csv")

    assert taken(tmp_path, "a=b.csv") == "a=b.csv"


@pytest.mark.parametrize("wanted", ["*.xlsx", "list.xlsx", "nowhere/*.csv", "folder"])
def test_nothing_that_matches_is_an_error_that_says_what_was_wanted(tmp_path: Path, wanted: str) -> None:
    put(tmp_path, "list.csv", "folder/list.csv")

    with pytest.raises(NoFile, match=r"no file matches .*" + wanted.replace("*", r"\*")):
        newest_files([(tmp_path / wanted).as_posix()], ["sheet"])

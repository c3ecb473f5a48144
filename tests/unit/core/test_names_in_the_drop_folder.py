"""What names of files tell the drop folder."""

from pathlib import Path

import pytest

from rpa.exceptions import UsageError
from rpa.inbox.names import clean_name, is_passing, name_inputs

NUMBER = "9434765919"


@pytest.mark.parametrize(
    ("name", "clean"),
    [
        ("Monday list.xlsx", "Monday list.xlsx"),
        (f"Smith {NUMBER}.csv", "file.csv"),
        ("Smith 943 476 5919.csv", "file.csv"),
        ("smith_943-476-5919_2.CSV", "file.CSV"),
        ("export 20261123093000.csv", "export 20261123093000.csv"),
        ("export 1234567890.csv", "export 1234567890.csv"),
        ("a\nb\x00c.csv", "a_b_c.csv"),
        ("bad \udcff name.csv", "bad _ name.csv"),
        (f"{'long ' * 40}.xlsx", f"{('long ' * 12).strip()}.xlsx"),
        ("no suffix", "no suffix"),
    ],
)
def test_name_is_kept_unless_it_can_not_be_shown(name: str, clean: str) -> None:
    assert clean_name(name) == clean


@pytest.mark.parametrize("name", ["list.xlsx", "LIST.CSV", "list", "12345678.csv"])
def test_ordinary_names_do_not_pass_through(name: str) -> None:
    assert not is_passing(name)


def test_files_are_told_apart_by_the_name_of_their_input() -> None:
    files = [Path("PAS export.csv"), Path("2026-11 new list.csv")]

    assert name_inputs(["new_list", "pas"], files) == ["pas=PAS export.csv", "new_list=2026-11 new list.csv"]


def test_file_alone_needs_no_name() -> None:
    assert name_inputs(["ers", "pas"], [Path("results.xlsx")]) == ["results.xlsx"]


@pytest.mark.parametrize(
    "names", [["ers.csv", "ers 2.csv"], ["ers pas.csv", "pas.csv"], ["ers.csv", "pas.csv", "x.csv"],
              ["ers.csv", "repast.csv"], []]
)  # fmt: skip
def test_files_that_can_not_be_told_apart_are_refused(names: list[str]) -> None:
    with pytest.raises(UsageError, match="expected one for each of ers, pas"):
        name_inputs(["ers", "pas"], [Path(one) for one in names])

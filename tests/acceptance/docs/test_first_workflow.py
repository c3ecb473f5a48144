"""The README's first workflow, followed to the letter in an empty folder."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import openpyxl
import pytest

from rpa.demo.clinic.snapshot import take
from rpa.demo.stage import take_down
from tests.pages import README, ROOT, blocks, write_files


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A folder as a clone is, with the README's files in it, and the clinic of a demo that was kept."""
    folder = tmp_path_factory.mktemp("clone")
    shutil.copytree(ROOT / "workflows", folder / "workflows", ignore=shutil.ignore_patterns("__pycache__"))
    write_files(README, folder)
    shell(folder, "rpa demo --keep")
    yield folder
    take_down(folder / "demo-data")


@pytest.fixture(scope="module")
def answers(desk: Path) -> list[subprocess.CompletedProcess[str]]:
    """What came of the README's commands, one after the other."""
    (block,) = blocks(README, "run")
    return [shell(desk, command) for command in block.commands]


@pytest.mark.timeout(600)
def test_commands_of_the_readme_end_and_print_as_it_says(answers: list[subprocess.CompletedProcess[str]]) -> None:
    (block,), (printed,) = blocks(README, "run"), blocks(README, "printed")

    said = "".join(one.stdout for one in answers).splitlines()

    assert [one.returncode for one in answers] == [int(code) for code in block.about.split()]
    assert [line for line in printed.text.splitlines() if line not in said] == []


@pytest.mark.timeout(600)
@pytest.mark.usefixtures("answers")
def test_row_that_was_corrected_and_marked_runs_again_alone(desk: Path) -> None:
    book = openpyxl.load_workbook(desk / "new_phones_back.xlsx")
    sheet = book.worksheets[0]
    sheet["B4"], sheet["D4"] = date_of_birth(desk, str(sheet["A4"].value)), "Resubmit"
    book.save(desk / "corrected.xlsx")
    book.close()

    sent = shell(desk, "rpa submit update_contact_details corrected.xlsx --dir demo-data")
    worked = shell(desk, "rpa work --until-idle --dir demo-data")

    assert "3 were not sent again and 1 is still waiting" in sent.stdout
    assert (worked.returncode, worked.stdout) == (0, "Job 3: 4 rows came in. 1 is done and 3 were not sent again.\n")


@pytest.mark.timeout(600)
def test_test_of_the_readme_passes(desk: Path) -> None:
    (command,) = [line for line in README.read_text(encoding="utf-8").split("`") if line.startswith("python -m pytest")]

    ended = shell(desk, command)

    assert ended.returncode == 0, ended.stdout
    assert "1 passed" in ended.stdout


def date_of_birth(folder: Path, nhs_number: str) -> str:
    """Look up in the clinic what a person would."""
    patients = take(folder / "demo-data" / "clinic" / "clinic.sqlite")["patient"].values()
    return next(str(one["date_of_birth"]) for one in patients if one["nhs_number"] == nhs_number)


def shell(folder: Path, command: str) -> subprocess.CompletedProcess[str]:
    """Run a command as in the activated environment of a clone."""
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")])
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("RPA_", "PYTEST_"))}
    return subprocess.run(
        command.split(), cwd=folder, env=environment | {"PATH": path}, capture_output=True, text=True, check=False
    )

"""The tables of the docs say what the code does, and their links lead somewhere."""

import re
import tomllib
from dataclasses import fields
from pathlib import Path

import pytest

from rpa.bots import (
    Appointment,
    Bot,
    ListedAppointment,
    ListedReferral,
    Patient,
    PifuEntry,
    PifuPathway,
    PracticePas,
    Referral,
    Task,
    WaitingEntry,
)
from rpa.codes import LIBRARY_CODES, explain
from rpa.connectors.browser import Session
from rpa.connectors.spreadsheet import Limits, Row
from rpa.connectors.spreadsheet.limits import MEGABYTE
from rpa.definition import Options
from rpa.demo.clinic import FAULTS
from rpa.results.story import ENDS, PLANNED
from tests.pages import PAGES, ROOT, table
from workflows._appointments import ErsRow, PasRow
from workflows.reconcile_appointments import CODES, Params

DOCS = ROOT / "docs"
RECONCILE = DOCS / "workflows" / "reconcile-appointments.md"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_lead_to_files_that_are_there(page: Path) -> None:
    links = re.findall(r"\]\(([^)#]+)", page.read_text(encoding="utf-8"))

    assert not [link for link in links if "://" not in link and not (page.parent / link).exists()]


def test_picture_of_the_run_page_is_small() -> None:
    assert (DOCS / "pictures" / "run-page.png").stat().st_size < 300_000


def test_every_dependency_has_its_line() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    needed = [*project["project"]["dependencies"], *project["dependency-groups"]["dev"]]

    text = (DOCS / "dependencies.md").read_text(encoding="utf-8")
    told = [line.split("|")[1].strip() for line in text.splitlines() if line.startswith("| ")]

    names = [re.split(r"[\[<>=;]", one)[0].strip() for one in needed]
    assert sorted(name for name in told if name != "package") == sorted(names)


def test_codes_of_the_reconciliation_are_explained_as_on_its_sheets() -> None:
    told = {code: (what, fix) for code, what, fix in table(RECONCILE, "code", "what happened", "how to fix")}

    assert told == {code: words(code) for code in CODES}


def test_codes_of_the_library_are_explained_as_on_the_sheets() -> None:
    told = {code: (what, fix) for code, what, fix in table(RECONCILE, "library code", "what happened", "how to fix")}

    assert told == {code: words(code) for code in LIBRARY_CODES if code not in CODES}


@pytest.mark.parametrize(("extract", "model"), [("ers", ErsRow), ("pas", PasRow)])
def test_columns_of_the_extracts_are_those_that_are_read(extract: str, model: type[Row]) -> None:
    must, may = next((must, may) for name, must, may in table(RECONCILE, "extract") if name == extract)

    assert must.split(", ") == headings(model, required=True)
    assert may.split(", ") == headings(model, required=False)


def test_parameters_of_the_reconciliation_are_those_it_takes() -> None:
    assert [name for name, *_ in table(RECONCILE, "parameter")] == list(Params.model_fields)


def test_options_of_a_workflow_are_those_it_takes() -> None:
    told = {name for name, _ in table(DOCS / "first-workflow.md", "option of @workflow")}

    assert told == {one.name for one in fields(Options)}


def test_faults_are_those_of_the_clinic_in_its_words() -> None:
    told = {name: says for name, says, *_ in table(DOCS / "first-workflow.md", "fault", "what the clinic does")}

    assert told == {name: one.says.replace("`", "") for name, one in FAULTS.items()}


def test_limits_of_a_file_are_those_of_the_reader() -> None:
    told = {name: amount(value) for name, value in table(DOCS / "spreadsheets.md", "limit", "is")}

    assert told == Limits()._asdict()


def test_words_in_the_column_outcome_are_those_that_are_written() -> None:
    assert {word for word, _ in table(DOCS / "spreadsheets.md", "in Outcome")} == {*ENDS.values(), PLANNED}


@pytest.mark.parametrize(
    ("heading", "kind"), [("name", Bot), ("name on the session", Session), ("name of the bot", PracticePas)]
)
def test_what_a_bot_has_is_there(heading: str, kind: type) -> None:
    told = [cell.split("(")[0] for name, _ in table(DOCS / "bots.md", heading, "does") for cell in parts(name)]

    made = {"self.system"}  # set when a bot is made, so that the class doesn't have it
    assert not [name for name in told if name not in made and not hasattr(kind, name.removeprefix("self."))]


@pytest.mark.parametrize(
    "kind",
    [Patient, Appointment, Referral, ListedReferral, ListedAppointment, WaitingEntry, PifuEntry, PifuPathway, Task],
)
def test_fields_of_what_a_bot_returns_are_named(kind: type) -> None:
    text = (DOCS / "bots.md").read_text(encoding="utf-8")
    told = re.search(rf"`{kind.__name__}` has (.*?)[.;]", text, re.S)

    assert told is not None
    assert re.findall(r"`(\w+)`", told[1]) == [one.name for one in fields(kind)]


@pytest.mark.parametrize("named", [name for name in vars(PracticePas) if not name.startswith("_")])
def test_everything_the_practice_bot_does_is_named(named: str) -> None:
    inherited = {"system_name", "masks", "labels", "sign_in"}

    assert named in inherited or f"| `{named}(" in (DOCS / "bots.md").read_text(encoding="utf-8")


def words(code: str) -> tuple[str, str]:
    said = explain(code, CODES)
    return said.what_happened, said.how_to_fix


def headings(model: type[Row], *, required: bool) -> list[str]:
    extras = [one.json_schema_extra for one in model.model_fields.values()]
    return [
        str(extra["headings"][0])  # type: ignore[index]
        for extra in extras
        if isinstance(extra, dict) and extra["required"] is required
    ]


def amount(value: str) -> float:
    number, _, unit = value.partition(" ")
    return float(number) * (MEGABYTE if unit == "MB" else 1)


def parts(cell: str) -> list[str]:
    """Split names at the commas outside of brackets."""
    return [one.strip() for one in re.split(r",\s*(?![^(]*\))", cell)]

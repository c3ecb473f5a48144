"""A place that was found otherwise than expected is named to who may see it, and its fields to everybody else."""

import json

import pytest
from openpyxl import load_workbook

from tests.integration.cli.conftest import Rpa
from tests.integration.cli.office import Office

FOUND = "SECRET WARD"
SAID = "found otherwise than expected: clinic"


@pytest.fixture(autouse=True)
def conflict(rpa: Rpa, office: Office) -> None:
    """Find another clinic than expected at the one row of a list."""
    store = office.folder / "procedures" / "appointments.json"
    store.write_text(json.dumps({office.numbers[0]: FOUND}), encoding="utf-8")
    rpa("submit", "tidy", office.list("fine"), "--by", "Jo Clerk")
    rpa("work", "--until-idle")


def test_items_and_results_name_the_fields_that_differ(rpa: Rpa, office: Office) -> None:
    path = office.folder / "back.xlsx"

    listed = rpa("items", 1)
    rpa("results", 1, "-o", path)

    sheet = load_workbook(path).worksheets[0]
    happened = next(str(cell.value) for cell in sheet[2] if "expect" in str(cell.value))
    assert f"CONFLICT: {SAID}" in " ".join(listed.out.split())
    assert happened.endswith("nothing was changed. Found otherwise than expected: clinic.")
    assert FOUND not in listed.out + happened


def test_run_page_and_log_name_the_fields_and_no_value(rpa: Rpa, office: Office) -> None:
    page = (office.data / "runs" / "job-1.html").read_text(encoding="utf-8")
    log = "".join(path.read_text(encoding="utf-8") for path in (office.data / "logs").iterdir())

    assert SAID in page
    assert f"failed, for a person: business CONFLICT {SAID}" in log
    assert FOUND not in page + log


def test_auditor_sees_the_place_and_what_was_found(rpa: Rpa, office: Office) -> None:
    shown = rpa("audit", "show", "--job", 1)
    told = rpa("audit", "story", office.numbers[0], "--json").json["lines"]

    said = " ".join(one["said"] for one in told)
    assert f"found appointment of {office.numbers[0]} otherwise than expected, and wrote nothing" in said
    assert f"Clinic: (empty) expected, {FOUND} found" in said
    assert "SECRET" in shown.out

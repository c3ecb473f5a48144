"""The page about updating patient records says what the code does."""

import re

from rpa.codes import explain
from rpa.connectors.spreadsheet.guide import guides_of
from tests.pages import ROOT, table
from workflows._update_values import MAY_BE_EMPTY, PROTECTED, Field
from workflows._updates import UpdateRow
from workflows.update_patient_records import CODES

PAGE = ROOT / "docs" / "workflows" / "update-patient-records.md"


def test_codes_are_explained_as_on_the_sheet() -> None:
    told = {code: (what, fix) for code, what, fix in table(PAGE, "code", "what happened", "how to fix")}

    said = {code: explain(code, CODES) for code in CODES}
    assert told == {code: (one.what_happened, one.how_to_fix) for code, one in said.items()}


def test_columns_are_those_of_the_template() -> None:
    assert [name for name, _ in table(PAGE, "column")] == [one.heading for one in guides_of(UpdateRow)]


def test_fields_and_who_changes_them_are_those_of_the_rules() -> None:
    told = {name: (rule, who) for name, rule, who in table(PAGE, "field", "a new value must be")}

    assert list(told) == [field.value for field in Field]
    assert [name for name, (_, who) in told.items() if who == "a person"] == [field.value for field in PROTECTED]
    never_empty = [name for name, (rule, _) in told.items() if "never empty" in rule]
    assert never_empty == [field.value for field in Field if field not in MAY_BE_EMPTY]


def test_steps_are_numbered_and_each_but_the_filling_in_has_a_command() -> None:
    steps = re.split(r"^(?=\d\. )", PAGE.read_text(encoding="utf-8").split("## What you send")[0], flags=re.M)[1:]

    assert [step[0] for step in steps] == list("1234567")
    assert [number for number, step in enumerate(steps, 1) if "rpa " not in step] == [2]

"""The page on target systems says what the code does."""

import re

from rpa.codes import LIBRARY_CODES
from rpa.gates import counts
from rpa.settings import SystemSettings
from tests.pages import ROOT, table

PAGE = ROOT / "docs" / "systems.md"
NOT_GIVEN = {"off": False, "none": "", "as many as there are slots": None, "always": (), "never": ()}


def test_settings_have_the_defaults_that_are_told() -> None:
    told = {name: if_not_given for name, _, if_not_given in table(PAGE, "setting", "means", "if not given")}

    assert {name: NOT_GIVEN[said] if said in NOT_GIVEN else float(said) for name, said in told.items()} == {
        name: SystemSettings.model_fields[name].default for name in told
    }


def test_faults_that_count_are_those_that_are_told() -> None:
    rows = [
        (set(re.findall(r"[A-Z]+_[A-Z_]+", fault)), said) for fault, said, _ in table(PAGE, "fault", "counts", "why")
    ]
    told = {code: said == "yes" for codes, said in rows for code in codes}

    assert {code for code, is_counted in told.items() if not is_counted} | {"UNEXPECTED"} == {
        code for code in LIBRARY_CODES if not counts(code)
    }
    assert all(counts(code) for code, is_counted in told.items() if is_counted)

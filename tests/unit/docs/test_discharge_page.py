"""The page about discharging lingering referrals says what the workflow does."""

from rpa.codes import LIBRARY_CODES, explain
from rpa.connectors.spreadsheet import Row
from tests.pages import ROOT, table
from workflows._lingering import Lingering
from workflows.discharge_lingering_referrals import CODES, Params, discharge_lingering_referrals

PAGE = ROOT / "docs" / "workflows" / "discharge-lingering-referrals.md"


def test_codes_are_explained_as_on_the_sheets() -> None:
    told = {code: (what, fix) for code, what, fix in table(PAGE, "code", "what happened", "how to fix")}

    assert told == {code: words(code) for code in CODES}


def test_codes_of_the_library_are_explained_as_on_the_sheets() -> None:
    told = {code: (what, fix) for code, what, fix in table(PAGE, "library code", "what happened", "how to fix")}

    assert told == {code: words(code) for code in told}
    assert told.keys() < LIBRARY_CODES.keys()


def test_columns_and_parameters_are_those_it_takes() -> None:
    assert [name for name, _ in table(PAGE, "column", "holds")] == headings(Lingering)
    assert [name for name, *_ in table(PAGE, "parameter")] == list(Params.model_fields)


def test_canary_cap_and_months_are_those_it_has() -> None:
    text, needs = PAGE.read_text(encoding="utf-8"), discharge_lingering_referrals.options.approval

    assert needs is not None
    assert (needs.canary, needs.cap, needs.holds, Params().months) == (5, 200, "1d", 12)
    for said in ("the first five", "may have 200 referrals", "for one day", "for twelve months"):
        assert said in " ".join(text.split())


def words(code: str) -> tuple[str, str]:
    said = explain(code, CODES)
    return said.what_happened, said.how_to_fix


def headings(model: type[Row]) -> list[str]:
    extras = [one.json_schema_extra for one in model.model_fields.values()]
    return [str(extra["headings"][0]) for extra in extras if isinstance(extra, dict)]  # type: ignore[index]

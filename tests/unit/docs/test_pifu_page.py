"""The page for the admin team says what the workflow does."""

from rpa.codes import explain
from tests.pages import ROOT, table
from tests.unit.docs.test_docs import headings
from workflows._pifu import FOR_A_PERSON, Found, PifuRow, Standing
from workflows.list_pifu_reviews import CODES, Params

PAGE = ROOT / "docs" / "workflows" / "list-pifu-reviews.md"


def test_codes_are_explained_as_on_the_sheets() -> None:
    told = {code: (what, fix) for code, what, fix in table(PAGE, "code", "what happened", "how to fix")}

    said = {code: explain(code, CODES) for code in CODES}
    assert told == {code: (one.what_happened, one.how_to_fix) for code, one in said.items()}


def test_columns_are_those_that_are_read() -> None:
    assert [name for name, _ in table(PAGE, "column", "what belongs there")] == headings(PifuRow, required=True)


def test_parameters_are_those_it_takes() -> None:
    told = {name: usual for name, _, usual in table(PAGE, "parameter", "says", "if not given")}

    assert list(told) == list(Params.model_fields) and told["days"] == str(Params().days)


def test_classes_are_those_of_the_summary() -> None:
    told = {name for name, _ in table(PAGE, "class in the summary", "means")}

    assert told == {str(one) for one in Standing if one != Standing.ROWS_DIFFER}


def test_endings_are_those_that_are_written() -> None:
    told = {name.lower() for name, _ in table(PAGE, "what happened, on a team's sheet", "means")}

    written = {str(one) for one in Found if one not in (*FOR_A_PERSON, Found.UNASKED)}
    assert told == written | {"task made", "a task would be made"}

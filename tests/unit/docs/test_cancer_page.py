"""The page on watching cancer pathways says what the workflow does."""

from rpa.codes import explain
from tests.pages import ROOT, table
from tests.unit.docs.test_docs import headings
from workflows._cancer_changes import CHANGES
from workflows._cancer_list import ENDED
from workflows._cancer_news import News
from workflows._cancer_pathways import Standard, Standing
from workflows._cancer_row import ListedPathway
from workflows._cancer_sheets import WORDS
from workflows.watch_cancer_pathways import CODES, Params

PAGE = ROOT / "docs" / "workflows" / "watch-cancer-pathways.md"


def test_codes_are_explained_as_on_the_sheets() -> None:
    told = {code: (what, fix) for code, what, fix in table(PAGE, "code", "what happened", "how to fix")}

    said = {code: explain(code, CODES) for code in CODES}
    assert told == {code: (one.what_happened, one.how_to_fix) for code, one in said.items()}


def test_columns_and_parameters_are_those_it_takes() -> None:
    told = {name: usual for name, _, usual in table(PAGE, "parameter", "says", "if not given")}

    assert [name for name, _ in table(PAGE, "column", "what belongs there")] == headings(ListedPathway, required=True)
    assert list(told) == list(Params.model_fields)
    assert (told["soon"], told["hide_few"]) == (str(Params().soon), str(Params().hide_few))


def test_waits_and_classes_and_changes_are_those_there_are() -> None:
    waits = {name: days for name, days, *_ in table(PAGE, "wait", "days", "from", "until")}
    classes = [name for name, _ in table(PAGE, "class in the summary", "means")]

    assert set(waits) == set(Standard)
    assert all(f"({days} days)" in name for name, days in waits.items())
    assert classes == [*Standing, *ENDED.values(), *WORDS.values(), "Not read"]
    assert dict(table(PAGE, "change", "means")) == {str(one): CHANGES[one] for one in News}

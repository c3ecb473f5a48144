"""Where a work takes several lists, what people read names each as people call it."""

import re

import pytest

from tests.integration.cli.conftest import Rpa
from tests.integration.cli.office import Office

PAIRS = '''"""A work that looks at two lists side by side."""

from rpa import Case, Item, Row, Table, workflow


class Left(Row):
    number: str


class Right(Row):
    number: str


class Pair(Row):
    number: str
    difference: str
    left: tuple[Left, ...]
    right: tuple[Right, ...]


@workflow(title="Pair two lists", key="number", codes={"APART": "The lists differ. Find out which is right."},
          input_titles={"left": "Ward list", "right": "e-RS extract"})
def pair(item: Item[Pair]) -> str:
    """Look at both."""
    return "paired"


@pair.plan
def pairs(left: Table[Left], right: Table[Right]):
    for one, other in zip(left, right):
        yield Case(Pair(number=one.number, difference="APART", left=[one], right=[other]), of=[one, other],
                   code="APART")
'''


@pytest.fixture(autouse=True)
def paired(rpa: Rpa, office: Office) -> None:
    """Send two lists: a case of a row of each that needs a person, and a row that can't be read."""
    (office.folder / "procedures" / "pairing.py").write_text(PAIRS, encoding="utf-8")
    lists = {name: office.folder / f"{name}.csv" for name in ("monday", "tuesday")}
    for path in lists.values():
        path.write_text("Number,Note\n1,\n,none\n", encoding="utf-8")
    given = [f"{name}={path}" for name, path in zip(("left", "right"), lists.values(), strict=True)]
    rpa("submit", "pair", *given, "--by", "Jo Clerk")


def test_the_run_page_names_lists_by_their_titles(rpa: Rpa, office: Office) -> None:
    rpa("page", 1)

    text = (office.data / "runs" / "job-1.html").read_text(encoding="utf-8")
    page = re.sub(r"\s+", " ", re.sub(r"<style.*?</style>|<[^>]*>", " ", text, flags=re.DOTALL))
    assert "Ward list row 2, e-RS extract row 2" in page.replace("\N{NO-BREAK SPACE}", " ")
    assert "Ward list, monday row 3" in page
    assert "Ward list monday.csv, monday" in page
    assert not re.search(r"\b(left|right)(,| row| [a-z]+day)", page)


def test_items_name_lists_by_their_titles_to_people_and_as_they_are_to_programs(rpa: Rpa) -> None:
    listed, told = " ".join(rpa("items", 1).out.split()), rpa("items", 1, "--json").json

    assert "Ward list" in listed
    assert "e-RS extract" in listed
    assert [one.partition(",")[0] for one in told[0]["rows"]] == ["left", "right"]

"""`rpa headings`: a layout of somebody's own is taken once it is said what its headings stand for."""

import pytest
from openpyxl import Workbook

from rpa.cli.exits import Exit
from tests.integration.cli.conftest import Rpa
from tests.integration.cli.office import Office


@pytest.fixture
def sheet(office: Office) -> str:
    book = Workbook()
    page = book.active
    assert page is not None
    page.append(["Pt. No", "Fate", "How urgent"])
    page.append([office.numbers[0], "fine", "Routine"])
    path = office.folder / "theirs.xlsx"
    book.save(path)
    return str(path)


def test_sheet_of_another_layout_is_refused_with_what_was_found_and_what_to_do(rpa: Rpa, sheet: str) -> None:
    refused = rpa("submit", "tidy", sheet)

    assert refused.code is Exit.USAGE
    assert "has no column 'NHS number', 'Priority'" in refused.err
    assert "`rpa headings`" in refused.err


def test_sheet_is_taken_once_its_headings_are_named(rpa: Rpa, office: Office, sheet: str) -> None:
    named = rpa("headings", "tidy", "pt no=NHS Number", "How urgent=Priority", "--by", "Jo Clerk", "--json")

    submitted = rpa("submit", "tidy", sheet, "--json")

    assert {one["heading"]: one["also"] for one in named.json} == {
        "NHS number": ["pt no"], "Fate": [], "Priority": ["How urgent"],
    }  # fmt: skip
    assert submitted.json["totals"]["rows_in"] == 1
    told = [one for one in rpa("audit", "show", "--json").json if one["name"] == "headings.saved"]
    assert told[0]["actor"]["name"] == "Jo Clerk"
    assert told[0]["facts"]["headings"] == {"pt no": "NHS Number", "How urgent": "Priority"}


def test_headings_said_later_are_added_to_those_said_before(rpa: Rpa, office: Office) -> None:
    rpa("headings", "tidy", "Pt No=NHS number")

    rpa("headings", "tidy", 'Say "how urgent"=Priority')

    assert [one["also"] for one in rpa("headings", "tidy", "--json").json] == [["Pt No"], [], ['Say "how urgent"']]


@pytest.mark.parametrize(
    ("pair", "said"),
    [
        ("Pt No", "expected two headings with = between them"),
        ("Pt No=Ward", "'Pt No' can't stand for 'Ward': sheet has the headings 'NHS number', 'Fate', 'Priority'"),
        ("Fate=Priority", "'Fate' is a heading of sheet itself"),
        ("..=Priority", "found a blank heading"),
    ],
)
def test_what_can_not_be_meant_is_refused_and_nothing_is_kept(rpa: Rpa, office: Office, pair: str, said: str) -> None:
    refused = rpa("headings", "tidy", pair)

    assert refused.code is Exit.USAGE
    assert said in refused.err
    assert not (office.data / "mappings").exists()


def test_file_that_somebody_broke_is_named_and_no_sheet_is_read_by_half_of_it(
    rpa: Rpa, office: Office, sheet: str
) -> None:
    rpa("headings", "tidy", "Pt No=NHS number")
    path = office.data / "mappings" / "tidy.toml"
    path.write_text("[sheet\nPt No = NHS number")

    refused = rpa("submit", "tidy", sheet)

    assert refused.code is Exit.USAGE
    assert "tidy.toml" in refused.err and "is no TOML" in refused.err

"""Works that take several files, and works that need a second person."""

import io
from base64 import b64encode
from pathlib import Path

import pytest
from openpyxl import load_workbook

from rpa.db.console_tables import Role
from rpa.erasure import Eraser
from tests.integration.cli.office import Office
from tests.integration.console.conftest import Browser, work
from tests.integration.console.test_api import Program
from tests.integration.deciding import decided

MATCHING = '''"""Matches two lists."""

from datetime import date

from rpa import BusinessException, Case, Item, NeedsApproval, Row, Table, column, workflow


class Left(Row):
    """What the ward has."""

    number: str = column("Number")


class Right(Row):
    number: str = column("Number")
    last_seen: date | None = column("Last seen", default=None, required=False)


@workflow(title="Match two lists", key="number", codes={"ODD": "The number is odd. Match it by hand."})
def match(item: Item[Left]) -> str:
    """Match the rows of two lists."""
    if int(item.row.number) % 2:
        raise BusinessException("ODD")
    return "matched"


@match.plan
def pairs(left: Table[Left], right: Table[Right]):
    return [Case(one, of=[one, other]) for one, other in zip(left, right)]


class Couple(Row):
    """What both lists say of one number."""

    number: str
    difference: str
    left: tuple[Left, ...]
    right: tuple[Right, ...]


@workflow(title="Couple two lists", key="number", codes={"APART": "The lists differ. Find out which is right."},
          input_titles={"left": "Ward list", "right": "e-RS extract"})
def couple(item: Item[Couple]) -> str:
    """Look at both."""
    return "coupled"


@couple.plan
def couples(left: Table[Left], right: Table[Right]):
    both = zip(left, right)
    return [Case(Couple(number=one.number, difference="APART", left=[one], right=[other]), of=[one, other],
                 code="APART")
            for one, other in both]


@workflow(title="Tidy with approval", key="number", approval=NeedsApproval())
def approved(item: Item[Left]) -> str:
    """Tidy what a second person has seen."""
    return "tidied"


@workflow(title="Rows at odds", key="number",
          codes={"AT_ODDS": "Rows say different things. Find out which is right, and choose Resubmit."})
def at_odds(item: Item[Left]) -> str:
    """Do rows that don't contradict each other."""
    return "done"


@at_odds.plan
def one_case(sheet: Table[Left]):
    return [Case(list(sheet)[0], of=list(sheet), code="AT_ODDS")]
'''


@pytest.fixture
def requester(browser: Browser, office: Office) -> Browser:
    (office.folder / "procedures" / "matching.py").write_text(MATCHING, encoding="utf-8")
    (office.folder / "left.csv").write_text("Number\n1\n2\n", encoding="utf-8")
    (office.folder / "right.csv").write_text("Number\n1\n2\n", encoding="utf-8")
    browser.add("Jo Clerk", Role.REQUESTER)
    browser.sign_in("Jo Clerk")
    return browser


def send_both(browser: Browser, office: Office) -> None:
    browser.open("/start/match")
    browser.send("/start/match", files={name: office.folder / f"{name}.csv" for name in ("left", "right")})


def test_each_file_is_asked_for_and_all_are_checked_together(requester: Browser, office: Office) -> None:
    requester.open("/start/match")
    requester.send("/start/match", files={"left": office.folder / "left.csv"})
    lacking = requester.text

    send_both(requester, office)

    assert "Select a spreadsheet: Right" in lacking
    assert "left.csv, sheet left 2 rows found" in requester.text
    assert "right.csv, sheet right 2 rows found" in requester.text
    requester.send(requester.path)
    work(requester)
    assert requester.site.desk.views.totals(1).completed == 2


def results_to_send_back(requester: Browser, office: Office) -> Path:
    """Return the results of both lists, with the first row for a person marked."""
    send_both(requester, office)
    requester.send(requester.path)
    work(requester)
    back = office.folder / "back.xlsx"
    back.write_bytes(requester.client.get("/jobs/1/results").content)
    book = load_workbook(back)
    page = book["For a person"]
    (head,) = (row for row in page.iter_rows() if any(cell.value == "Outcome" for cell in row))
    place = next(cell for cell in head if cell.value == "Outcome")
    page.cell(place.row + 1, place.column).value = "Resubmit"
    book.save(back)
    return back


def test_nobody_gets_at_rows_of_others_by_their_results(requester: Browser, office: Office) -> None:
    back = results_to_send_back(requester, office)
    eve, desk = requester.another(), requester.site.desk
    eve.add("Eve Other", Role.REQUESTER, team="Another")
    eve.sign_in("Eve Other")

    eve.open("/start/match")
    eve.send("/start/match", files={"returned": back})
    said, token = eve.text, eve.token()
    eve.send("/uploads/2", token=token)  # it is kept under a number, which is easily guessed
    program = Program(eve, "Eve Other")
    sent = {"files": {"left": {"name": "back.xlsx", "content": b64encode(back.read_bytes()).decode()}}}
    answer = program.post("/jobs", {"workflow": "match", **sent})

    assert "holds results of a job of others" in said
    assert (eve.status, "holds results of a job of others" in eve.text) == (422, True)
    assert (answer.status_code, "holds results of a job of others" in answer.text) == (422, True)
    assert [one.id for one in desk.views.jobs()] == [1]


def test_the_results_of_several_files_come_back_as_one(requester: Browser, office: Office) -> None:
    back = results_to_send_back(requester, office)

    requester.open("/start/match")
    requester.send("/start/match", files={"returned": back})
    checked = requester.text
    requester.send(requester.path)

    assert "These are the results of job 1, which come back." in checked
    assert requester.site.desk.views.job(2).parent_id == 1


def test_the_results_of_several_files_say_who_did_a_row_by_hand_and_who_left_one_out(
    requester: Browser, office: Office
) -> None:
    for name in ("left", "right"):
        (office.folder / f"{name}.csv").write_text("Number\n1\n3\n5\n", encoding="utf-8")
    send_both(requester, office)
    requester.send(requester.path)
    work(requester)
    for number, way in ((1, "myself"), (2, "leave")):
        requester.open(f"/needs-you/{number}")
        requester.send(f"/needs-you/{number}", way=way, note="no patient of ours")

    book = load_workbook(io.BytesIO(requester.client.get("/jobs/1/results").content))

    seen_to = [row for row in book["Seen to"].iter_rows(values_only=True) if row[-2] in ("Done by hand", "Left out")]
    assert [(row[-2], str(row[-1]).partition(" on ")[0]) for row in seen_to] == [
        ("Done by hand", "Jo Clerk did this by hand"),
        ("Left out", "Jo Clerk left this out"),
    ]
    assert str(seen_to[1][-1]).endswith(": no patient of ours.")
    summary = list(book["Summary"].iter_rows(values_only=True))
    (head,) = (row for row in summary if "Done by hand" in row)
    whole = [row for row in summary if "All rows" in row]
    assert [row[head.index("Done by hand")] for row in whole] == [1, 1]
    assert [row[head.index("Left out")] for row in whole] == [1, 1]


def test_the_results_of_several_files_can_be_fetched_after_a_patient_was_erased(
    requester: Browser, office: Office
) -> None:
    send_both(requester, office)
    requester.send(requester.path)
    work(requester)
    desk = requester.site.desk
    Eraser(desk.database, desk.record, desk.pseudonyms).patient([2], decided())

    answer = requester.client.get("/jobs/1/results")

    assert answer.status_code == 200
    summary = list(load_workbook(io.BytesIO(answer.content))["Summary"].iter_rows(values_only=True))
    (head,) = (row for row in summary if "Class" in row)
    erased = [row for row in summary if "(erased)" in row]
    assert [row[head.index("Rows")] for row in erased] == [1, 1]
    assert [row[head.index("Done")] for row in erased] == [1, 1]
    assert [row[head.index("Rows")] for row in summary if "All rows" in row] == [2, 2]


def test_each_file_has_its_template(requester: Browser) -> None:
    for name in ("left", "right"):
        answer = requester.client.get(f"/start/match/template/{name}")
        assert answer.headers["content-disposition"].endswith(f"match-{name}.xlsx")
        assert load_workbook(io.BytesIO(answer.content)).sheetnames


def test_work_that_needs_a_second_person_starts_as_a_plan(requester: Browser, office: Office) -> None:
    requester.open("/start/approved")
    requester.send("/start/approved", files={"sheet": office.folder / "left.csv"})
    checked = requester.text

    requester.send(requester.path, plan="yes")

    assert "This work needs a second person." in checked
    assert "Plan the 2 ready rows" in checked
    assert requester.site.desk.views.job(1).dry_run
    assert "This is a plan: nothing is changed before somebody has approved it." in requester.text


def test_work_that_needs_a_second_person_starts_no_other_way(requester: Browser, office: Office) -> None:
    requester.open("/start/approved")
    requester.send("/start/approved", files={"sheet": office.folder / "left.csv"})

    requester.send(requester.path)

    assert requester.status == 422
    assert "needs approval by a second person" in requester.text
    assert not requester.site.desk.views.jobs()


def test_a_case_of_several_rows_names_them_and_says_where_all_of_them_are(requester: Browser, office: Office) -> None:
    requester.open("/start/at_odds")
    requester.send("/start/at_odds", files={"sheet": office.folder / "left.csv"})
    requester.send("/uploads/1")

    requester.open("/needs-you/1")

    assert "Rows at odds, job 1, rows 2, 3 Rows say different things." in requester.text
    assert "Your rows 2 and 3 are one case, and this is the first of them." in requester.text


def test_a_case_of_rows_of_two_lists_shows_each_under_the_headings_of_its_list(
    requester: Browser, office: Office
) -> None:
    (office.folder / "right.csv").write_text("Number,Last seen\n1,02/12/2026\n2,\n", encoding="utf-8")
    requester.open("/start/couple")
    requester.send("/start/couple", files={name: office.folder / f"{name}.csv" for name in ("left", "right")})
    requester.send("/uploads/1")

    requester.open("/needs-you/1")

    assert "Ward list, row 2 Number 1 e-RS extract, row 2 Number 1 Last seen Wed 2 Dec 2026" in requester.text
    assert "job 1, Ward list row 2, e-RS extract row 2" in requester.text
    assert "source" not in requester.text
    assert "APART" not in requester.text
    assert "{" not in requester.text


def test_pages_name_no_choice_that_only_a_workbook_has(requester: Browser, office: Office) -> None:
    requester.open("/start/at_odds")
    requester.send("/start/at_odds", files={"sheet": office.folder / "left.csv"})
    requester.send("/uploads/1")

    for page in ("/needs-you", "/needs-you/1", "/jobs/1"):
        requester.open(page)

        assert "Find out which is right, and send it again." in requester.text


def test_where_several_lists_are_wanted_each_says_what_its_rows_are(requester: Browser) -> None:
    requester.open("/start/match")

    assert "Spreadsheet: Left What the ward has. .xlsx or .csv" in requester.text
    assert "Download the template: Left" in requester.text


def test_lists_have_the_titles_that_their_work_gives_them(requester: Browser, office: Office) -> None:
    requester.open("/start/couple")
    asked = requester.text
    requester.send("/start/couple", files={name: office.folder / f"{name}.csv" for name in ("left", "right")})
    requester.send("/uploads/1")
    template = load_workbook(io.BytesIO(requester.client.get("/start/couple/template/right").content))
    titled = [cell for page in template for row in page.iter_rows(values_only=True) for cell in row]

    assert "Spreadsheet: Ward list" in asked
    assert "Spreadsheet: e-RS extract" in asked
    assert "Row 2, Ward list" in requester.text
    assert "Row 2, e-RS extract" in requester.text
    told = load_workbook(io.BytesIO(requester.client.get("/jobs/1/results").content))["Summary"]
    names = {str(cell) for row in told.iter_rows(values_only=True) for cell in row[:1]}
    assert {"Ward list", "e-RS extract"} <= names
    assert not {"left", "right"} & names
    assert any("Couple two lists, e-RS extract" in str(cell) for cell in titled)

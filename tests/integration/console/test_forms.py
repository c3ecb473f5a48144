"""A form in place of a spreadsheet, and the parameters of a job."""

import pytest

from rpa.db.console_tables import Role
from rpa.states import ItemState
from tests.integration.cli.office import Office
from tests.integration.console.conftest import Browser, work

LONG = '''"""A work with many questions, and one with parameters."""

from datetime import date
from enum import StrEnum

from pydantic import BaseModel, Field

from rpa import Item, NHSNumber, Row, column, workflow


class Colour(StrEnum):
    RED = "Red"
    BLUE = "Blue"


class Long(Row):
    nhs_number: NHSNumber = column("NHS number")
    first: str = column("First")
    second: str = column("Second")
    third: date = column("Third")
    fourth: Colour = column("Fourth")
    fifth: str | None = column("Fifth", default=None)


class Params(BaseModel, extra="forbid"):
    most: int = Field(10, ge=1, le=20, description="How many at once.")
    loud: bool = False
    since: date | None = Field(None, description="From which day on.")


@workflow(title="Long work", key="nhs_number", params=Params, owner="Bookings, ext. 4711")
def long_work(item: Item[Long]) -> str:
    """Do long work."""
    since = f" since {item.params.since}" if item.params.since else ""
    return f"done {item.params.most} {item.params.loud} {item.row.third} {item.row.fourth}{since}"
'''


@pytest.fixture
def requester(browser: Browser, office: Office) -> Browser:
    (office.folder / "procedures" / "long.py").write_text(LONG, encoding="utf-8")
    browser.add("Jo Clerk", Role.REQUESTER)
    browser.sign_in("Jo Clerk")
    return browser


def shown(browser: Browser) -> str:
    assert browser.page is not None
    return browser.page.text


def test_few_questions_come_one_on_a_page_and_start_a_job_of_one_row(requester: Browser, office: Office) -> None:
    number = office.numbers[0]
    requester.open("/start/tidy")
    link = shown(requester)
    requester.open("/start/tidy/form")
    first = requester.text
    requester.send("/start/tidy/form", at="nhs_number", nhs_number=number)
    second = requester.text
    requester.send("/start/tidy/form", at="fate", nhs_number=number, fate="fine")
    requester.send("/start/tidy/form", at="priority", nhs_number=number, fate="fine", priority="Routine")
    checked = (requester.path, requester.text)
    requester.send(requester.path)
    work(requester)

    assert 'href="/start/tidy/form"' in link
    assert "question 1 of 3" in first
    assert "question 2 of 3" in second
    assert checked[0] == "/uploads/1"
    assert f"Check your answers NHS number {number}" in checked[1]
    assert requester.path == "/jobs/1"
    (item,) = requester.site.desk.views.items(1)
    assert (item.key, item.state) == (number, ItemState.COMPLETED)


def test_an_answer_that_is_wrong_is_asked_for_again_at_once(requester: Browser) -> None:
    requester.open("/start/tidy/form")
    requester.send("/start/tidy/form", at="nhs_number", nhs_number="1234567890")
    wrong = (requester.status, shown(requester))
    requester.send("/start/tidy/form", at="nhs_number", nhs_number="")

    assert wrong[0] == 422
    assert "question 1 of 3" in " ".join(wrong[1].split())
    assert 'id="nhs_number-error"' in wrong[1]
    assert requester.status == 422
    assert "NHS number" in requester.text


def test_an_answer_is_changed_from_the_page_that_checks_them(requester: Browser, office: Office) -> None:
    told = {"nhs_number": office.numbers[0], "fate": "fine", "priority": "Routine"}
    requester.open("/start/tidy/form")
    requester.send("/start/tidy/form", told, at="priority")
    requester.send("/start/tidy/form", told, at="change:fate", then="check")
    asked = requester.text
    requester.send("/start/tidy/form", told | {"fate": "nobody"}, at="fate", then="check")

    assert "question 2 of 3" in asked
    assert requester.path == "/uploads/2"
    assert "Fate nobody" in requester.text


def test_the_same_row_sent_again_is_told_to_be_there(requester: Browser, office: Office) -> None:
    told = {"nhs_number": office.numbers[0], "fate": "fine", "priority": "Routine"}
    for upload in (1, 2):
        requester.open("/start/tidy/form")
        requester.send("/start/tidy/form", told, at="priority")
        if upload == 1:
            requester.send("/uploads/1")

    assert "This same file was sent before: it is job 1" in requester.text


def test_many_questions_stand_on_one_page(requester: Browser, office: Office) -> None:
    requester.open("/start/long_work/form")
    page = requester.text
    requester.send("/start/long_work/form", at="fifth", nhs_number=office.numbers[0], third="31/02/2026", fourth="Red")
    wrong = shown(requester)
    requester.send("/start/long_work/form", at="fifth", nhs_number=office.numbers[0], first="a", second="b",
                   third="4/3/2026", fourth="Blue")  # fmt: skip

    for heading in ("NHS number", "First", "Second", "Third", "Fourth", "Fifth"):
        assert heading in page
    for name in ("first", "second", "third"):
        assert f'id="{name}-error"' in wrong
    assert 'id="fifth-error"' not in wrong
    assert requester.path == "/uploads/1"


def test_parameters_are_asked_for_before_the_start_and_refused_at_their_field(
    requester: Browser, office: Office
) -> None:
    row = {"nhs_number": office.numbers[0], "first": "a", "second": "b", "third": "4/3/2026", "fourth": "Blue"}
    requester.open("/start/long_work/form")
    requester.send("/start/long_work/form", row, at="fifth")
    asked = shown(requester)
    requester.send("/uploads/1", {"param-most": "99", "param-loud": "Yes"})
    wrong = (requester.status, shown(requester))
    requester.send("/uploads/1", {"param-most": "7", "param-loud": "Yes"})
    work(requester)

    assert "How many at once. A whole number from 1 to 20." in " ".join(asked.split())
    assert 'value="10"' in asked
    assert wrong[0] == 422
    assert 'id="param-most-error"' in wrong[1]
    assert 'value="99"' in wrong[1]
    (item,) = requester.site.desk.views.items(1)
    assert item.outcome == "done 7 True 2026-03-04 Blue"


def test_dates_are_asked_for_in_three_fields_and_keep_what_was_typed(requester: Browser, office: Office) -> None:
    row = {"nhs_number": office.numbers[0], "first": "a", "second": "b", "fourth": "Blue"}
    requester.open("/start/long_work/form")
    page = requester.text
    requester.send("/start/long_work/form", row | {"third-day": "31", "third-month": "2", "third-year": "2026"},
                   at="fifth")  # fmt: skip
    wrong = (requester.text, shown(requester))
    requester.send("/start/long_work/form", row | {"third-day": "4", "third-month": "3", "third-year": "2026"},
                   at="fifth")  # fmt: skip
    checked = requester.text
    requester.send("/uploads/1", {f"param-since-{part}": value
                                  for part, value in (("day", "1"), ("month", "2"), ("year", "2026"))})  # fmt: skip
    work(requester)

    assert "Third For example, 27 3 2026. Day Month Year" in page
    assert "Third is a date that doesn&#39;t exist" in wrong[0]
    assert [f'name="third-{part}"' in wrong[1] for part in ("day", "month", "year")] == [True] * 3
    assert 'value="31"' in wrong[1]
    assert "Third Wed 4 Mar 2026" in checked
    assert "Since From which day on. For example, 27 3 2026. Day Month Year" in checked
    (item,) = requester.site.desk.views.items(1)
    assert item.outcome == "done 10 False 2026-03-04 Blue since 2026-02-01"


def test_a_file_that_somebody_calls_like_a_form_is_a_file(requester: Browser, office: Office) -> None:
    requester.open("/start/tidy")
    requester.send("/start/tidy", files={"sheet": office.list("fine", "fine", name="form.csv")})

    assert "Check your spreadsheet" in requester.text
    assert "Start the 2 ready rows" in requester.text


def test_who_looks_after_a_work_stands_where_it_is_started(requester: Browser) -> None:
    requester.open("/start")

    assert "Do long work. Looked after by Bookings, ext. 4711." in requester.text

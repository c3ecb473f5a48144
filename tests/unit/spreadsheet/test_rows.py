"""Row classes: what an author may write, and what a row shows of itself."""

from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Literal

import pytest
from pydantic import Field, ValidationError, field_validator

from rpa.connectors.spreadsheet import NHSNumber, Row, column
from rpa.connectors.spreadsheet.columns import columns_of
from rpa.connectors.spreadsheet.problems import problems_of
from rpa.exceptions import UsageError
from rpa.models import RowRef


class Priority(StrEnum):
    ROUTINE = "Routine"
    TWO_WEEK_WAIT = "Two week wait"


class Referral(Row):
    nhs_number: NHSNumber = column("NHS number", "NHS No")
    priority: Priority = Priority.ROUTINE
    cost: Decimal | None = column("Cost", default=None)
    kind: Literal["A", "B"] = column("Kind", default="A", required=False)
    days: Annotated[int, Field(ge=0)] = column("Days", default=0)

    @field_validator("days")
    @classmethod
    def few_days(cls, days: int) -> int:
        if days > 400:
            raise ValueError(f"is longer than a year: {days}")
        return days


def test_row_shows_where_it_stood_and_nothing_of_the_patient() -> None:
    row = Referral(nhs_number="999 000 0018", source=RowRef("list", "Sheet1", 7))

    assert "999" not in repr(row) + str(row)
    assert "Sheet1" in repr(row)


def test_row_comes_back_from_json_as_it_was() -> None:
    row = Referral(nhs_number="9990000018", cost=Decimal("3.50"), source=RowRef("list", "Sheet1", 7), resubmit=True)

    assert Referral.model_validate_json(row.model_dump_json()) == row


def test_error_of_a_row_made_in_code_does_not_show_the_value() -> None:
    with pytest.raises(ValidationError) as error:
        Referral(nhs_number="9990000019")

    assert "9990000019" not in str(error.value)


def test_fields_without_column_are_looked_for_by_their_name() -> None:
    by_field = {column.field: column.wanted for column in columns_of(Referral)}

    assert by_field["priority"].headings == ("priority",)
    assert by_field["nhs_number"].headings == ("NHS number", "NHS No")
    assert not by_field["kind"].required
    assert "source" not in by_field


def test_choices_are_taken_in_any_case_and_listed_when_refused() -> None:
    converters = {column.field: column.convert for column in columns_of(Referral)}

    assert converters["priority"]("two  WEEK wait") is Priority.TWO_WEEK_WAIT
    assert converters["kind"]("b") == "B"
    with pytest.raises(ValueError, match="is not one of: Routine, Two week wait"):
        converters["priority"]("soon")


def test_column_that_may_be_absent_needs_a_default() -> None:
    with pytest.raises(UsageError, match="needs a default"):
        column("Kind", required=False)


@pytest.mark.parametrize(
    ("values", "rule"),
    [
        ({"days": -1}, "should be greater than or equal to 0"),
        ({"days": 4711}, "is longer than a year: the value"),
        ({"nhs_number": None}, "is not an NHS number: only digits, spaces and hyphens may be in it"),
    ],
)
def test_pydantic_errors_become_plain_sentences(values: dict[str, object], rule: str) -> None:
    with pytest.raises(ValidationError) as error:
        Referral.model_validate({"nhs_number": "9990000018", **values})

    problems = problems_of(error.value, {"days": "Days waited"}, values)

    assert problems[0].rule == rule


def test_dates_of_a_row_made_in_code_may_be_iso() -> None:
    class Birth(Row):
        born: date

    assert Birth.model_validate({"born": "1950-02-01"}).born == date(1950, 2, 1)

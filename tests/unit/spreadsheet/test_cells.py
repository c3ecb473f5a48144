"""Cells become one clean value, or one plain sentence that doesn't hold the value."""

from datetime import date, datetime, time
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic_core import PydanticCustomError

from rpa.connectors.spreadsheet import cells


def wall(text: str) -> datetime:
    """Return a moment as a sheet holds it: without a zone."""
    return datetime.fromisoformat(text)


def rule_for(convert: cells.Converter, cell: object) -> str:
    """Return the sentence with which a cell is refused."""
    with pytest.raises(PydanticCustomError) as refusal:
        convert(cell)
    return refusal.value.message()


@pytest.mark.parametrize(
    "cell",
    [
        "9990000018",
        "9990000018.0",
        "999 000 0018",
        "999-000-0018",
        "999\u00a0000\u00a00018",
        9990000018.0,
        9990000018,
        " 9990000018\n",
    ],
)
def test_nhs_number_is_ten_digits_however_it_was_written(cell: object) -> None:
    assert cells.nhs_number(cell) == "9990000018"


@pytest.mark.parametrize(
    ("cell", "rule"),
    [
        ("999000001", "has nine digits, an NHS number has ten"),
        ("9", "has one digit, an NHS number has ten"),
        (99900000181.0, "has eleven digits, an NHS number has ten"),
        ("9990000019", "is not a valid NHS number: its check digit doesn't fit, so a digit is wrong"),
        ("not known", "is not an NHS number: only digits, spaces and hyphens may be in it"),
        ("9.99E+09", "is in scientific notation, so digits are lost: format the column as text and write it again"),
    ],
)
def test_wrong_nhs_number_is_refused_in_a_plain_sentence(cell: object, rule: str) -> None:
    assert rule_for(cells.nhs_number, cell) == rule


@pytest.mark.parametrize("cell", ["000012345678", 12345678.0, "0000 1234 5678"])
def test_ubrn_has_its_leading_zeros(cell: object) -> None:
    assert cells.ubrn(cell) == "000012345678"


def test_ubrn_typed_too_short_is_not_padded() -> None:
    assert rule_for(cells.ubrn, "12345678") == "has eight digits, a UBRN has twelve"


@pytest.mark.parametrize(
    "cell", ["07700 900123", "+44 7700 900123", "+44 (0)7700 900123", "0044 7700 900123", 7700900123.0, "07700-900-123"]
)
def test_phone_is_digits_with_its_leading_zero(cell: object) -> None:
    assert cells.phone(cell) == "07700900123"


@pytest.mark.parametrize("cell", ["none", "123", "07700 90012x", "ring 07700 900123"])
def test_what_is_no_phone_is_refused(cell: object) -> None:
    assert "is not a telephone number" in rule_for(cells.phone, cell)


def test_postcode_gets_one_space_and_capitals() -> None:
    assert cells.postcode("ec1a1bb") == "EC1A 1BB"
    assert rule_for(cells.postcode, "EC1") == "is not a UK postcode"


@pytest.mark.parametrize(
    "cell",
    [
        date(2026, 5, 3),
        wall("2026-05-03 14:30"),
        "03/05/2026",
        "3/5/2026",
        "3.5.2026",
        "03-05-2026",
        "2026-05-03",
        "3 May 2026",
        "03-MAY-2026",
        "3rd May 2026",
        "Sunday 3 May 2026",
        "03/05/2026 14:30",
        "2026-05-03T14:30:00",
    ],
)
def test_date_is_read_day_first(cell: object) -> None:
    assert cells.uk_date(cell) == date(2026, 5, 3)


@pytest.mark.parametrize(
    ("cell", "rule"),
    [
        ("31/02/2026", "is a date that doesn't exist"),
        ("05/31/2026", "is a date that doesn't exist"),
        ("03/05/26", "has a year of two digits, four are needed"),
        ("tomorrow", "is not a date: day/month/year is needed"),
        (46145.0, "is a number, not a date: format the cell as a date"),
    ],
)
def test_wrong_date_is_refused_and_never_guessed(cell: object, rule: str) -> None:
    assert rule_for(cells.uk_date, cell) == rule


@pytest.mark.parametrize(
    "cell", ["03/05/2026 14:30", "3 May 2026 at 2:30 pm", "2026-05-03T14:30", wall("2026-05-03 14:29:59.999600")]
)
def test_date_and_time_is_read_day_first_and_to_the_second(cell: object) -> None:
    assert cells.uk_datetime(cell) == wall("2026-05-03 14:30")


def test_time_with_a_zone_is_refused() -> None:
    assert rule_for(cells.uk_datetime, "2026-05-03T14:30:00Z") == "has a time zone, a local time is needed"


def test_day_alone_is_midnight() -> None:
    assert cells.uk_datetime(date(2026, 5, 3)) == wall("2026-05-03")
    assert cells.clock_time("12:05 am") == time(0, 5)


def test_numbers_are_read_as_people_write_them() -> None:
    assert cells.whole_number("1,234") == 1234
    assert cells.whole_number(3.0) == 3
    assert cells.decimal_number("£1,234.50") == Decimal("1234.50")
    assert rule_for(cells.whole_number, "3.5") == "is not a whole number"
    assert rule_for(cells.decimal_number, "NaN") == "is not a number"


def test_text_of_a_number_has_no_point_and_lost_digits_are_refused() -> None:
    assert cells.text(12345.0) == "12345"
    assert "more than fifteen digits" in rule_for(cells.text, 1e16)


@given(st.one_of(st.text(), st.floats(allow_nan=False, allow_infinity=False), st.integers(), st.booleans()))
def test_any_cell_is_read_or_refused_without_its_value(cell: object) -> None:
    converters = (cells.nhs_number, cells.ubrn, cells.phone, cells.postcode, cells.uk_date, cells.uk_datetime)
    for convert in (*converters, cells.whole_number, cells.decimal_number, cells.yes_or_no, cells.clock_time):
        try:
            convert(cell)
        except PydanticCustomError as refusal:
            told = isinstance(cell, str) and len(cell) > 3 and cell.strip() and cell in refusal.message()
            # a cell may be words of the sentence itself, which it says of any other cell as well
            assert not told or str(cell) in rule_for(convert, "\u00a7")


@given(st.dates(date(1900, 3, 1), date(2100, 1, 1)))
def test_every_way_of_writing_a_day_gives_the_same_day(day: date) -> None:
    for form in ("%d/%m/%Y", "%d.%m.%Y", "%Y-%m-%d", "%d %B %Y", "%d-%b-%Y", "%A %d %B %Y"):
        assert cells.uk_date(day.strftime(form)) == day

"""Cells that are checked many at once are judged as one by one."""

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st
from nhs_number.validate import calculate_checksum
from pydantic_core import PydanticCustomError

from rpa.connectors.spreadsheet import cells
from rpa.connectors.spreadsheet.bulk import IN_BULK
from rpa.connectors.spreadsheet.checkdigit import are_nhs_numbers, is_nhs_number

VALID = st.from_regex(r"\A[0-9]{9}\Z").map(lambda nine: f"{nine}{calculate_checksum(nine)}"[:10]).filter(is_nhs_number)
DIGITS = st.from_regex(r"\A[0-9]{10}\Z")
FULL_WIDTH = "9990000018".translate({ord("0") + digit: 0xFF10 + digit for digit in range(10)})
WRITTEN = st.sampled_from(["", " ", "9990000018", "999 000 0018", "000000000001", FULL_WIDTH, "Plum "])


@given(st.lists(VALID, min_size=1) | st.lists(DIGITS, min_size=1, max_size=3))
def test_numbers_are_valid_together_if_each_is(numbers: list[str]) -> None:
    one_by_one = all(map(is_nhs_number, numbers))

    assert are_nhs_numbers(numbers) == one_by_one


@given(st.lists(VALID, min_size=2, unique=True), st.data())
def test_one_wrong_digit_is_seen_among_many_numbers(numbers: list[str], data: st.DataObject) -> None:
    at, place = data.draw(st.integers(0, len(numbers) - 1)), data.draw(st.integers(0, 9))
    digit = str((int(numbers[at][place]) + data.draw(st.integers(1, 9))) % 10)

    numbers[at] = numbers[at][:place] + digit + numbers[at][place + 1 :]

    assert not are_nhs_numbers(numbers)


@pytest.mark.parametrize("convert", IN_BULK, ids=lambda convert: str(convert.__name__))
@given(several=st.lists(WRITTEN | VALID | st.text(max_size=12), min_size=1, max_size=4))
def test_texts_become_together_what_each_becomes(convert: cells.Converter, several: Sequence[str]) -> None:
    together = IN_BULK[convert](several)

    assert together is None or list(together) == [_alone(convert, one) for one in several]


def _alone(convert: cells.Converter, cell: str) -> object:
    try:
        return convert(cell) if cell.strip() else None
    except PydanticCustomError:
        return None

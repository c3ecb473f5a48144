"""The check digit of an NHS number is judged as the library of the standard judges it."""

from hypothesis import given
from hypothesis import strategies as st
from nhs_number.validate import calculate_checksum, is_valid

from rpa.connectors.spreadsheet.checkdigit import is_nhs_number


@given(st.from_regex(r"\A[0-9]{10}\Z"))
def test_ten_digits_are_judged_as_the_library_judges_them(digits: str) -> None:
    assert is_nhs_number(digits) == is_valid(digits)


@given(st.from_regex(r"\A[0-9]{9}\Z") | st.from_regex(r"\A[0-3][0-9][01][0-9]{6}\Z"))
def test_number_whose_check_digit_fits_is_judged_as_the_library_judges_it(first_nine: str) -> None:
    digits = f"{first_nine}{calculate_checksum(first_nine)}"[:10]

    assert is_nhs_number(digits) == is_valid(digits)


def test_scottish_number_that_begins_with_no_date_is_not_valid() -> None:
    digits = f"310213123{calculate_checksum('310213123')}"

    assert not is_nhs_number(digits)

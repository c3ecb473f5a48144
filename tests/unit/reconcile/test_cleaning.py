"""What is taken from a text before it is compared; doing it twice changes nothing more."""

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rpa.reconcile import plain_name, plain_phone, plain_postcode, plain_text

CLEANERS = (plain_text, plain_name, plain_phone, plain_postcode)
TEXTS = st.text() | st.text(st.sampled_from("+0044 ()-.'\u2019éÉßŁ\u0131İǰ\u0345\u0301aZ\xa0")) | st.text("+04 ")


@pytest.mark.parametrize("clean", CLEANERS)
@given(text=TEXTS)
def test_cleaning_twice_is_cleaning_once(clean: Callable[[str], str], text: str) -> None:
    once = clean(text)

    assert clean(once) == once


@pytest.mark.parametrize(
    "written",
    ["O'Test-Smíth", "OTEST SMITH", "o\u2019test\u2010smith", " OTest  Smi\u0301th ", "O\u2019TEST\u2013SMITH"],
)
def test_a_name_is_the_same_however_it_is_written(written: str) -> None:
    assert plain_name(written) == "otest smith"


@pytest.mark.parametrize(
    "written", ["07700 900123", "+44 7700 900123", "0044 (0)7700-900123", "+44(0)7700.900.123", "(07700) 900 123"]
)
def test_a_telephone_number_is_the_same_however_it_is_written(written: str) -> None:
    assert plain_phone(written) == "07700900123"


def test_a_number_abroad_keeps_its_country() -> None:
    assert plain_phone("0033 1 23 45 67 89") == "+33123456789"


def test_a_postcode_is_the_same_in_any_case_with_any_spaces() -> None:
    assert plain_postcode(" zz1\xa01zz ") == plain_postcode("ZZ11ZZ") == "ZZ11ZZ"


def test_letters_with_strokes_become_plain_ones() -> None:
    assert plain_text("Łukasz  ØSTERGÅRD Straße") == "lukasz ostergard strasse"

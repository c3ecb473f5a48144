"""What everybody tries first, and what is made of names that others know, is no passphrase."""

import pytest

from rpa.approvals.signing import check_passphrase
from rpa.exceptions import UsageError

NAMES = ("Ada Okonkwo-Lee", "Millbrook Hospitals NHS Foundation Trust")


@pytest.mark.parametrize(
    "words",
    [
        "qwerty123456",
        "1qaz2wsx3edc",
        "QWERTY123456",
        "breakthrough",
        "bradleycooper",
        "breakthrough1!",  # a list entry with something hung on
        "2026breakthrough",
        "ｂｒｅａｋｔｈｒｏｕｇｈ",  # noqa: RUF001 - full width letters are letters
    ],
)
def test_what_many_have_is_refused_and_not_repeated(words: str) -> None:
    with pytest.raises(UsageError, match="many people have this passphrase") as refused:
        check_passphrase(words)

    assert words.casefold() not in str(refused.value).casefold()
    assert "three words" in str(refused.value)


@pytest.mark.parametrize(
    "words",
    [
        "Millbrook2026!",
        "M1llbr00k-2026",
        "NHSTrust12345678",
        "millbrookhospitals",
        "ada.okonkwo.lee",
        "Okonkwo123456",
        "Ok0nkw0@M1llbr00k",
        "Password-2026!",
        "mhnft-mhnft-1948",  # the first letters of the trust's name
        "operator-auditor-1",
    ],
)
def test_what_is_made_of_names_that_others_know_is_refused_and_not_repeated(words: str) -> None:
    with pytest.raises(UsageError, match="made of names that others know") as refused:
        check_passphrase(words, names=NAMES)

    assert words.casefold() not in str(refused.value).casefold()
    assert "three words" in str(refused.value)


@pytest.mark.parametrize(
    "words",
    [
        "purple kettle meadow",
        "trust purple kettle",  # one such word among others does no harm
        "kettle millbrook meadow",
        "correct horse battery",
        "8f!Kq2#vZp0w",
        "ünder äpfel öfter",
        "x" * 10 + "abcdefghijklmnop" * 8,
    ],
)
def test_words_that_have_nothing_to_do_with_one_another_are_taken(words: str) -> None:
    check_passphrase(words, names=NAMES)


def test_names_of_two_letters_and_odd_names_refuse_nothing() -> None:
    check_passphrase("joyful kettle meadow", names=("Jo", "", " - ", "*+"))


def test_a_passphrase_that_is_short_is_told_so_before_anything_else() -> None:
    with pytest.raises(UsageError, match="too short or too plain"):
        check_passphrase("password", names=NAMES)

"""How the values of a patient's record are written, and when two of them are the same."""

from datetime import date, datetime

import pytest
from pydantic import ValidationError

from workflows._update_values import Field, is_same, tidy
from workflows._updates import UpdateRow

SAID = {"nhs_number": "9990000018", "date_of_birth": date(1970, 1, 31), "told_by": "Patient rang"}


def row(field: str, new: object, present: object = None) -> UpdateRow:
    return UpdateRow.model_validate(SAID | {"field": field, "new_value": new, "present_value": present})


@pytest.mark.parametrize(
    ("field", "one", "other"),
    [
        pytest.param(Field.PHONE, "01632 960 123", "01632960123", id="telephone with spaces"),
        pytest.param(Field.PHONE, "+44 1632 960123", "(01632) 960-123", id="telephone with its country"),
        pytest.param(Field.MOBILE, "07700 900 123", "07700900123", id="mobile with spaces"),
        pytest.param(Field.MOBILE, "01632 960 123", "01632960123", id="an old mobile that is none"),
        pytest.param(Field.POSTCODE, "zz9 9zz", "ZZ99ZZ", id="postcode in small letters"),
        pytest.param(Field.EMAIL, "Test.Ada@Example.org", "test.ada@example.org", id="e-mail in capitals"),
        pytest.param(Field.ADDRESS, "12 Sample Street,\nFlat 3", "12, sample  street, flat 3", id="address on lines"),
        pytest.param(Field.TOWN, "TESTWICK\u00a0", "Testwick", id="town with a hard space"),
        pytest.param(Field.PREFERRED_CONTACT, "Post", "letter", id="letter in another word"),
        pytest.param(Field.SEX, "F", "Female", id="sex as a letter"),
        pytest.param(Field.DATE_OF_DEATH, "2 March 2026", "02/03/2026", id="date in words"),
        pytest.param(Field.SENSITIVE, "y", "Yes", id="yes as a letter"),
        pytest.param(Field.MOBILE, "N/A", None, id="not applicable and nothing"),
        pytest.param(Field.EMAIL, "-", "", id="a dash and nothing"),
        pytest.param(Field.EMAIL, "not known", "unknown", id="two words for nothing"),
    ],
)
def test_other_spellings_are_the_same_value(field: Field, one: str | None, other: str | None) -> None:
    assert is_same(field, one, other) and is_same(field, other, one)


@pytest.mark.parametrize(
    ("field", "one", "other"),
    [
        (Field.PHONE, "01632 960 123", "01632 960 124"),
        (Field.PHONE, "01632 960 123", None),
        (Field.ADDRESS, "1 2 Sample Street", "12 Sample Street"),
        (Field.EMAIL, "a.da@example.org", "ada@example.org"),
        (Field.POSTCODE, "ZZ1 9ZZ", "ZZ19 9ZZ"),
        (Field.FAMILY_NAME, "Jampot", "Jampott"),
    ],
)
def test_other_values_are_not_the_same(field: Field, one: str | None, other: str | None) -> None:
    assert not is_same(field, one, other)


@pytest.mark.parametrize(
    ("field", "sent", "written"),
    [
        ("Phone", "01632 960 123", "01632960123"),
        ("Phone", 1632960123.0, "01632960123"),
        ("Mobile", "0044 7700 900123", "07700900123"),
        ("Mobile", "+33 6 12 34 56 78", "+33612345678"),
        ("Email", " Test.Ada@example.org\u200b", "Test.Ada@example.org"),
        ("Address", "12 Sample Street,\n Flat 3", "12 Sample Street, Flat 3"),
        ("Postcode", "zz99zz", "ZZ9 9ZZ"),
        ("Preferred contact", "E-mail", "email"),
        ("Date of death", datetime(2026, 3, 2), "02/03/2026"),  # noqa: DTZ001 - a day has no zone
        ("Mobile", "(None)", "(none)"),
    ],
)
def test_a_new_value_is_written_in_one_spelling(field: str, sent: object, written: str) -> None:
    assert row(field, sent).new_value == written


@pytest.mark.parametrize(
    ("field", "sent", "rule"),
    [
        ("Phone", "ask her sister", "is not a telephone number"),
        ("Mobile", "01632 960 123", "is not a mobile number"),
        ("Email", "ada@example", "is not one e-mail address"),
        ("Email", "ada@example.org; bruno@example.org", "is not one e-mail address"),
        ("Postcode", "ZZ9", "is not a UK postcode"),
        ("Address", "0", "has no letter in it"),
        ("Address", "a" * 101, "is longer than 100 characters"),
        ("Town", "N/A", "says that there is no value: write (none)"),
        ("Preferred contact", "pigeon", "is not one of: Letter, Phone, Email"),
        ("Preferred contact", "(none)", "says (none), and Preferred contact can't be empty"),
        ("Family name", "(none)", "says (none), and Family name can't be empty"),
        ("Date of death", "soon", "is not a date"),
        ("Sensitive", "perhaps", "is not one of: Yes, No"),
    ],
)
def test_a_value_that_breaks_the_rule_of_its_field_is_refused_without_being_quoted(
    field: str, sent: str, rule: str
) -> None:
    with pytest.raises(ValidationError) as caught:
        row(field, sent)

    (problem,) = caught.value.errors()
    assert problem["loc"] == ("new_value",) and rule in problem["msg"]
    assert sent in ("N/A", "(none)", "a" * 101) or sent not in problem["msg"].split()


@pytest.mark.parametrize(("sent", "kept"), [("call her son", "call her son"), ("n/a", None), (None, None), (0.0, "0")])
def test_an_old_value_may_be_anything(sent: object, kept: str | None) -> None:
    assert row("Phone", "01632960123", sent).present_value == kept


def test_a_stored_row_is_read_as_it_was() -> None:
    for made in (row("Phone", "01632 960 123", "N/A"), row("Mobile", "(none)"), row("Date of death", "2 March 2026")):
        assert UpdateRow.model_validate(made.model_dump(mode="json")) == made


def test_text_of_a_cell_is_one_line_with_single_spaces() -> None:
    assert tidy(" 12  Sample\u00a0Street ,\r\n\r\n Testwick ") == "12 Sample Street, Testwick"
    assert (tidy(None), tidy(12.0), tidy(date(2026, 3, 2))) == ("", "12", "02/03/2026")

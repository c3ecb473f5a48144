"""Which row is written, which was right already, and which is for a person."""

from types import SimpleNamespace
from typing import Any, cast

import pytest

from rpa.bots import Bot, PracticePas
from rpa.exceptions import BusinessException, SystemException
from rpa.item import Item
from rpa.testing import Rehearsal, rehearse
from tests.integration.updates.paper import ADA, BORN, BRUNO, NEW_PHONE, PHONE, PaperPas, broken_down, update
from workflows._updates import Update
from workflows.update_patient_records import ALREADY_RIGHT, BY_A_PERSON, CODES, update_patient_records


def run(on: PaperPas, *rows: dict[str, Any], dry_run: bool = False) -> Rehearsal:
    bots: dict[type[Bot], Any] = {PracticePas: on}
    result = rehearse(update_patient_records, rows, bots=bots, dry_run=dry_run)
    assert result.totals.balance and result.record.clean
    return result


def ending(on: PaperPas, *rows: dict[str, Any]) -> str:
    (outcome,) = run(on, *rows).outcomes.values()
    return outcome


@pytest.mark.parametrize(
    ("field", "present", "new", "written"),
    [
        ("Phone", PHONE, NEW_PHONE, {"phone": "01632960002"}),
        ("Phone", "01632960001", NEW_PHONE, {"phone": "01632960002"}),
        ("Mobile", "N/A", "07700 900 123", {"mobile": "07700900123"}),
        ("Email", "ADA@example.org", "ada.new@example.org", {"email": "ada.new@example.org"}),
        ("Address", "12, sample street", "1 Example Lane", {"address": "1 Example Lane"}),
        ("Town", "testwick", "Mockford", {"town": "Mockford"}),
        ("Postcode", "zz99zz", "zz8 8zz", {"postcode": "ZZ8 8ZZ"}),
        ("Preferred contact", "Letter", "Phone", {"preferred_contact": "phone"}),
        ("Email", "ada@example.org", "(none)", {"email": None}),
    ],
)
def test_a_field_is_written_when_it_shows_the_expected_value(
    field: str, present: str, new: str, written: dict[str, str | None]
) -> None:
    paper = PaperPas()

    assert ending(paper, update(field, new, present)) == "updated"

    assert paper.written == [written]


@pytest.mark.parametrize(
    ("field", "new"),
    [
        ("Phone", "+44 1632 960001"),
        ("Postcode", "zz99zz"),
        ("Town", "TESTWICK"),
        ("Mobile", "(none)"),
        ("Family name", "JAMPOT"),
        ("Sex", "F"),
    ],
)
def test_what_the_record_shows_already_is_not_written_whatever_was_expected(field: str, new: str) -> None:
    paper = PaperPas()

    assert ending(paper, update(field, new, "something else")) == ALREADY_RIGHT

    assert paper.written == []


@pytest.mark.parametrize(
    ("row", "shown", "code"),
    [
        pytest.param(update(present="01632 960 009"), {}, "CONFLICT", id="another present value"),
        pytest.param(update(present=None), {}, "CONFLICT", id="nothing expected and something there"),
        pytest.param(update("Mobile", "07700 900 123", "07700 900 122"), {}, "CONFLICT", id="something expected"),
        pytest.param(update(date_of_birth=BORN.replace(year=1971)), {}, "NO_MATCH", id="another date of birth"),
        pytest.param(update(nhs_number="9990000034"), {}, "NO_MATCH", id="nobody's NHS number"),
        pytest.param(update("Family name", "Oddsocks", "Jampot"), {}, "PROTECTED_FIELD", id="family name"),
        pytest.param(update("Given name", "Test-Eve", "Test-Ada"), {}, "PROTECTED_FIELD", id="given name"),
        pytest.param(update("Sex", "Male", "Female"), {}, "PROTECTED_FIELD", id="sex"),
        pytest.param(update("Date of death", "02/03/2026", None), {}, "PROTECTED_FIELD", id="date of death"),
        pytest.param(update("Sensitive", "Yes", "No"), {}, "PROTECTED_FIELD", id="sensitive"),
        pytest.param(update(), {"sensitive": "Yes"}, "SENSITIVE_RECORD", id="a sensitive record"),
        pytest.param(update(), {"sensitive": None}, "SENSITIVE_RECORD", id="perhaps a sensitive record"),
        pytest.param(update(), {"date_of_death": "02/03/2026"}, "DECEASED", id="a patient who died"),
        pytest.param(
            update("Date of death", "(none)", "02/03/2026"),
            {"date_of_death": "02/03/2026", "sensitive": "Yes"},
            "PROTECTED_FIELD",
            id="a death that was recorded wrongly",
        ),
    ],
)  # fmt: skip
def test_what_a_robot_must_not_decide_is_for_a_person(
    row: dict[str, Any], shown: dict[str, str | None], code: str
) -> None:
    paper = PaperPas(**shown)

    assert ending(paper, row) == code

    assert paper.written == [] and code in CODES


@pytest.mark.parametrize(
    ("row", "by_hand"),
    [
        (update("Family name", "Oddsocks", "Jampot"), {"family_name": "Oddsocks"}),
        (update("Date of death", "02/03/2026", None), {"date_of_death": "02/03/2026"}),
        (update(present="01632 960 009"), {"phone": "01632 960 002"}),
    ],
)
def test_what_a_person_put_right_is_done_when_it_is_sent_again(row: dict[str, Any], by_hand: dict[str, str]) -> None:
    paper = PaperPas()
    paper.correct(**by_hand)

    assert ending(paper, row | {"resubmit": True}) == BY_A_PERSON

    assert paper.written == []


def test_a_protected_field_that_nobody_changed_stays_for_a_person_when_it_is_sent_again() -> None:
    paper = PaperPas()

    assert ending(paper, update("Sex", "Male", "Female", resubmit=True)) == "PROTECTED_FIELD"


@pytest.mark.parametrize(
    "other",
    [
        pytest.param(update(new="01632 960 003"), id="another new value"),
        pytest.param(update(present="01632 960 009"), id="another present value"),
        pytest.param(update(date_of_birth=BORN.replace(year=1971)), id="another date of birth"),
        pytest.param(update(new="(none)"), id="no value"),
    ],
)
def test_rows_that_contradict_each_other_are_one_case_for_a_person(other: dict[str, Any]) -> None:
    paper = PaperPas()

    result = run(paper, update(), other)

    assert result.outcomes == {f"Phone {ADA}": "TWO_VALUES"}
    assert (result.totals.rows_in, result.totals.failed, paper.written) == (2, 2, [])


def test_contradicting_rows_are_not_done_either_when_somebody_retries_their_item() -> None:
    row = Update.model_validate(update(contradicted=True))

    with pytest.raises(BusinessException) as caught:
        update_patient_records(cast("Item[Update]", SimpleNamespace(row=row)), cast(PracticePas, PaperPas()))

    assert caught.value.code == "TWO_VALUES"


def test_the_same_row_twice_is_done_once() -> None:
    paper = PaperPas()

    result = run(paper, update(), update(new="01632960002", present="01632 960001"))

    assert result.outcomes == {f"Phone {ADA}": "updated"}
    assert (result.totals.completed, result.totals.duplicate, len(paper.written)) == (1, 1, 1)


def test_rows_about_other_fields_or_other_patients_are_cases_of_their_own() -> None:
    paper = PaperPas()

    result = run(paper, update(), update("Town", "Mockford", "Testwick"), update(nhs_number=BRUNO))

    assert set(result.outcomes.values()) == {"updated"} and len(result.outcomes) == 3
    assert paper.records["P2"]["phone"] == "01632960002"


def test_what_the_record_keeps_of_a_change_is_how_the_system_spelled_it() -> None:
    result = run(PaperPas(), update(present="01632960001"))

    (effect,) = result.effects
    assert (effect.what, effect.before, effect.after) == ("Phone of P1", {"phone": PHONE}, {"phone": "01632960002"})


def test_a_system_that_spells_in_its_own_way_has_saved_it() -> None:
    paper = PaperPas()
    paper.spells = lambda value: "01632 960 002 " if value else value

    assert ending(paper, update()) == "updated"

    assert len(paper.written) == 1


def test_a_save_that_showed_an_error_is_found_to_be_saved() -> None:
    paper = PaperPas()
    paper.after_write = out_of_order

    assert ending(paper, update()) == "updated"

    assert len(paper.written) == 1


def test_an_attempt_that_broke_after_its_save_is_not_repeated() -> None:
    paper = PaperPas()
    paper.spells = lambda value: f"{value} " if value else value
    paper.after_write = broken_down

    assert ending(paper, update()) == "updated"

    assert len(paper.written) == 1


def test_a_system_out_of_order_is_tried_again_and_then_reported() -> None:
    paper = PaperPas()
    paper.before_write = out_of_order

    assert ending(paper, update()) == "TIMEOUT"

    assert paper.records["P1"]["phone"] == PHONE


def test_a_dry_run_writes_nothing_and_says_what_it_would() -> None:
    paper = PaperPas()

    result = run(paper, update(), dry_run=True)

    assert paper.written == []
    assert [(one.state, one.after) for one in result.effects] == [("planned", {"phone": "01632960002"})]


def out_of_order() -> None:
    """Fail as a system does that is out of order."""
    raise SystemException("the system did not answer", "TIMEOUT")

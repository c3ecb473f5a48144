"""The bot that the settings name takes the place of a workflow's own wherever the workflow can do with it."""

import pytest

from rpa import Item, Row, workflow
from rpa.bots import AppointmentBook, Bot, PracticeFhir, PracticePas
from rpa.exceptions import UsageError
from rpa.stand_ins import StandIns
from rpa.systems import System


class Line(Row):
    """A row."""

    number: str


@workflow(title="Any book", key="number", uses=PracticePas)
def with_any_book(item: Item[Line], book: AppointmentBook) -> str:
    """Do with whatever has appointments."""
    return "done"


@workflow(title="By screen", key="number", uses=PracticePas)
def by_screen(item: Item[Line], pas: PracticePas) -> str:
    """Need more than appointments."""
    return "done"


def stand_ins(place: str, name: str = "practice-pas") -> StandIns:
    return StandIns([System(name, "https://pas.example.nhs.uk", bot=place)])


def test_workflow_that_takes_any_book_gets_the_bot_of_the_settings() -> None:
    made = stand_ins("rpa.bots:PracticeFhir").of(with_any_book)

    assert made.options.uses == (PracticeFhir,)
    assert with_any_book.options.uses == (PracticePas,)


def test_workflow_that_needs_the_screen_keeps_its_own() -> None:
    assert stand_ins("rpa.bots:PracticeFhir").of(by_screen).options.uses == (PracticePas,)


def test_workflow_of_another_system_is_left_as_it_is() -> None:
    assert stand_ins("rpa.bots:PracticeFhir", "e-rs").of(with_any_book) is with_any_book


@pytest.mark.parametrize(
    "place", ["rpa.bots", "rpa.bots:Nobody", "nowhere:Bot", ":", "rpa.bots:Patient", "rpa.bots:Bot"]
)
def test_name_that_leads_to_no_bot_of_the_system_is_named(place: str) -> None:
    with pytest.raises(UsageError, match=r"\[systems.practice-pas\]"):
        stand_ins(place).of(with_any_book)


@pytest.mark.parametrize("bot", [PracticePas, PracticeFhir])
def test_both_bots_of_the_clinic_keep_an_appointment_book(bot: type[Bot]) -> None:
    assert issubclass(bot, AppointmentBook)

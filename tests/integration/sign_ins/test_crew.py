"""The bots of a slot sign in with what is kept now, and a system that is not set up ends no slot."""

from rpa.bots import PracticePas
from rpa.crew import Crew
from rpa.settings import BrowserOptions
from rpa.sign_ins import Door
from rpa.systems import System, Systems
from tests.integration.sign_ins.conftest import Office


def crew_of(office: Office, **system: str | None) -> Crew:
    one = System("practice-pas", "http://127.0.0.1:1", **system)  # type: ignore[arg-type]
    return Crew(Systems([one]), office.sign_ins(), BrowserOptions())


def test_bot_of_a_system_with_a_credential_goes_through_its_door(office: Office) -> None:
    assert isinstance(crew_of(office, credential="pas").get(PracticePas).sign_ins, Door)
    assert crew_of(office).get(PracticePas).sign_ins is None


def test_system_whose_credential_is_missing_is_not_well(office: Office) -> None:
    crew = crew_of(office, credential="nowhere")

    assert crew.probe(PracticePas) is False


def test_bot_that_is_not_registered_is_not_well(office: Office) -> None:
    crew = Crew(Systems([]), office.sign_ins(), BrowserOptions())

    assert crew.probe(PracticePas) is False

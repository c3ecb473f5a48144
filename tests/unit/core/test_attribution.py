"""A fault that leaves a bot names the bot's system, wherever in the bot it came from."""

import pytest

from rpa.bots import Bot, Credential
from rpa.connectors.browser import Browser, Session
from rpa.exceptions import BusinessException, SystemException
from rpa.systems import System


class Ward(Bot):
    """Has a fault wherever it is touched."""

    system_name = "ward"

    def sign_in(self, session: Session, credential: Credential) -> None:
        raise SystemException("no", "SIGN_IN_REFUSED")

    @property
    def beds(self) -> int:
        """Beds that are free."""
        raise SystemException("no beds")

    def find(self) -> None:
        """Find somebody."""
        self._look()

    def refuse(self) -> None:
        raise BusinessException("NO_MATCH")

    def _look(self) -> None:
        raise SystemException("the screen shows another patient", "WRONG_PATIENT")


class Clinic(Ward):
    """Another system that asks the ward."""

    system_name = "clinic"

    def ask(self, ward: Ward) -> None:
        ward.find()


@pytest.fixture
def ward() -> Ward:
    return Ward(System("ward", "https://ward.example.nhs.uk"), Browser())


def test_fault_from_within_a_method_names_the_system(ward: Ward) -> None:
    with pytest.raises(SystemException) as caught:
        ward.find()

    assert (caught.value.code, caught.value.system) == ("WRONG_PATIENT", "ward")


def test_fault_of_a_property_names_the_system(ward: Ward) -> None:
    with pytest.raises(SystemException) as caught:
        _ = ward.beds

    assert caught.value.system == "ward"


def test_inherited_method_names_the_system_of_the_bot_it_is_called_on() -> None:
    clinic = Clinic(System("clinic", "https://clinic.example.nhs.uk"), Browser())

    with pytest.raises(SystemException) as caught:
        clinic.find()

    assert caught.value.system == "clinic"


def test_of_two_bots_the_one_that_met_the_fault_is_named(ward: Ward) -> None:
    clinic = Clinic(System("clinic", "https://clinic.example.nhs.uk"), Browser())

    with pytest.raises(SystemException) as caught:
        clinic.ask(ward)

    assert caught.value.system == "ward"


def test_business_exceptions_pass_as_they_are(ward: Ward) -> None:
    with pytest.raises(BusinessException, match="NO_MATCH"):
        ward.refuse()


def test_methods_keep_their_names_and_words() -> None:
    assert (Ward.find.__name__, Ward.find.__doc__, Ward.beds.__doc__) == (
        "find",
        "Find somebody.",
        "Beds that are free.",
    )


def test_bot_without_a_sign_in_can_still_not_be_made() -> None:
    class Nameless(Bot):
        system_name = "nameless"

    with pytest.raises(TypeError, match="sign_in"):
        Nameless(System("nameless", "https://nameless.example.nhs.uk"), Browser())  # type: ignore[abstract]

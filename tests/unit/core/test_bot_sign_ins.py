"""What leaves a bot's sign-in never shows the password, and says what helps. No browser is started."""

import traceback
from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from playwright.sync_api import Error

from rpa.bots import Bot, Credential, System
from rpa.connectors.browser import Browser, Session
from rpa.exceptions import SystemException
from rpa.secrets import OneTimeCodes
from tests.conftest import HandClock

PASSWORD = "canary-of-bots"
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


class Ward(Bot):
    """Signs in as the test says."""

    system_name = "ward"
    signing_in: Callable[[Credential], None]

    def sign_in(self, session: Session, credential: Credential) -> None:
        self.signing_in(credential)


def fault_of(signing_in: Callable[[Credential], None], clock: HandClock | None = None) -> Exception:
    codes = OneTimeCodes(SECRET, clock) if clock else None
    bot = Ward(System("ward", "https://ward.example.nhs.uk"), Browser(), Credential("bot", PASSWORD, codes=codes))
    bot.signing_in = signing_in
    with pytest.raises(Exception) as caught:
        _ = bot.session
    return caught.value


def raising(make: Callable[[Credential], Exception]) -> Callable[[Credential], None]:
    def sign_in(credential: Credential) -> None:
        raise make(credential)

    return sign_in


def told(error: BaseException) -> str:
    return "".join(traceback.format_exception(error)) + repr(error)


def test_error_of_the_browser_is_told_without_its_words() -> None:
    error = fault_of(raising(lambda credential: Error(f'fill("{credential.password[:8]}")')))

    assert isinstance(error, SystemException) and error.code == "UNEXPECTED" and error.system == "ward"
    assert "Error in sign_in" in error.message and PASSWORD[:8] not in told(error)


def test_error_that_shows_the_password_is_told_without_its_words() -> None:
    error = fault_of(raising(lambda credential: ValueError(f"no {credential.password}")))

    assert isinstance(error, SystemException) and "ValueError in sign_in" in error.message
    assert PASSWORD not in told(error)


def test_fault_that_shows_the_password_keeps_its_code_and_nothing_else() -> None:
    error = fault_of(raising(lambda credential: SystemException(f"no {credential.password}", "SIGN_IN_REFUSED")))

    assert isinstance(error, SystemException) and error.code == "SIGN_IN_REFUSED"
    assert PASSWORD not in told(error)


def test_error_that_shows_nothing_is_left_as_it_is() -> None:
    error = fault_of(raising(lambda _: ValueError("the page is empty")))

    assert isinstance(error, ValueError) and str(error) == "the page is empty"


def test_sign_in_refused_after_a_code_says_what_the_clock_showed(clock: HandClock) -> None:
    clock.time = datetime(2026, 11, 23, 9, 31, 7, tzinfo=UTC)

    def refused(credential: Credential) -> None:
        credential.one_time_code()
        raise SystemException("the system refused the sign-in.", "SIGN_IN_REFUSED")

    error = fault_of(refused, clock)

    assert "refused the sign-in. A one-time code was sent" in str(error) and "showed 09:31:07 UTC" in str(error)

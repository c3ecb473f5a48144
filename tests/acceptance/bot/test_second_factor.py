"""A clinic that asks for a one-time code: the bot gives each code once, in both skins, and says when clocks differ."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import count

import pytest

from rpa.bots import PracticePas
from rpa.clock import SystemClock
from rpa.connectors.browser import Browser
from rpa.demo.clinic import Clinic
from rpa.exceptions import SystemException, UsageError
from rpa.secrets import Credential, OneTimeCodes
from rpa.systems import System

_NUMBERS = count(1)  # what a browser knows of one test's system must not be known of another's


class SlowClock(SystemClock):
    """The machine's clock, seven minutes slow."""

    def now(self) -> datetime:
        return super().now() - timedelta(minutes=7)


@pytest.fixture(scope="module", params=["modern", "legacy"])
def clinic(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Clinic]:
    with Clinic(tmp_path_factory.mktemp("clinic"), skin=request.param, second_factor=True) as running:
        yield running


def bot_of(clinic: Clinic, browser: Browser, codes: OneTimeCodes | None) -> PracticePas:
    kind = type("PracticePasAt", (PracticePas,), {"system_name": f"practice-pas-{next(_NUMBERS)}"})
    credential = Credential(clinic.username, clinic.password, codes=codes)
    bot: PracticePas = kind(System("practice-pas", clinic.address), browser, credential)
    return bot


def test_bot_signs_in_with_a_code_and_never_with_the_same_one_twice(clinic: Clinic, browser: Browser) -> None:
    assert clinic.totp is not None
    bot = bot_of(clinic, browser, OneTimeCodes(clinic.totp, SystemClock()))

    bot.sign_in_afresh()
    bot.sign_in_afresh()  # the clinic takes no code twice, so the second waits for the next one

    assert bot.waiting_list()


def test_sign_in_refused_for_a_wrong_clock_names_the_clock(clinic: Clinic, browser: Browser) -> None:
    assert clinic.totp is not None
    bot = bot_of(clinic, browser, OneTimeCodes(clinic.totp, SlowClock()))

    with pytest.raises(SystemException) as caught:
        bot.sign_in_afresh()

    assert caught.value.code == "SIGN_IN_REFUSED"
    assert "this machine's clock showed" in caught.value.message and "right time" in caught.value.message


def test_code_that_nobody_can_make_is_said_with_what_to_add(clinic: Clinic, browser: Browser) -> None:
    bot = bot_of(clinic, browser, None)

    with pytest.raises(UsageError, match="add `totp`"):
        bot.sign_in_afresh()

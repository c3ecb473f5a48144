"""The bot on a running practice clinic, once in each skin, with one warm browser."""

import sqlite3
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from rpa.bots import PracticePas
from rpa.connectors.browser import Browser, BrowserSettings
from rpa.demo.clinic import Clinic
from rpa.secrets import Credential
from rpa.systems import System

Look = Callable[..., list[dict[str, Any]]]


@pytest.fixture(scope="module", params=["modern", "legacy"])
def practice(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Clinic]:
    with Clinic(tmp_path_factory.mktemp("clinic"), skin=request.param) as running:
        yield running


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with Browser(BrowserSettings(timeout=10)) as warm:
        yield warm


@pytest.fixture
def clinic(practice: Clinic) -> Iterator[Clinic]:
    yield practice
    practice.faults.clear()


@pytest.fixture
def pas(clinic: Clinic, browser: Browser) -> Iterator[PracticePas]:
    yield (bot := bot_of(clinic, browser))
    bot.reset()


@pytest.fixture
def look(clinic: Clinic) -> Look:
    """Ask the clinic's own database."""

    def ask(sql: str, *values: str) -> list[dict[str, Any]]:
        connection = sqlite3.connect(clinic.database)
        connection.row_factory = sqlite3.Row
        try:
            return [dict(row) for row in connection.execute(sql, values)]
        finally:
            connection.close()

    return ask


def bot_of(clinic: Clinic, browser: Browser, *, password: str | None = None) -> PracticePas:
    # two clinics of one module are two systems: a session belongs to an address
    bot = type("PracticePasAt", (PracticePas,), {"system_name": f"practice-pas-{clinic.address}"})
    made: PracticePas = bot(
        System("practice-pas", clinic.address), browser, Credential(clinic.username, password or clinic.password)
    )
    return made

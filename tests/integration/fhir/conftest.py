"""A practice clinic with its FHIR server, and the bot that reaches it without a browser."""

from collections.abc import Callable, Iterator
from datetime import date, datetime, time, timedelta
from typing import Any

import httpx
import pytest

from rpa.bots import Credential, PracticeFhir, System
from rpa.connectors.browser import Browser, BrowserSettings
from rpa.demo.clinic import Clinic

Fields = dict[str, Any]
Visits = Callable[[], Fields]


@pytest.fixture(scope="module")
def practice(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Clinic]:
    # Its pages look different, its FHIR server must not; the main job is tried in the other skin.
    with Clinic(tmp_path_factory.mktemp("clinic"), skin="legacy") as running:
        yield running


@pytest.fixture
def clinic(practice: Clinic) -> Iterator[Clinic]:
    yield practice
    practice.faults.clear()


@pytest.fixture
def bot(clinic: Clinic) -> Iterator[PracticeFhir]:
    yield (made := bot_of(clinic, clinic.password))
    made.close()


@pytest.fixture(scope="module")
def visits(practice: Clinic) -> Visits:
    """Give another appointment that is to come at each call, as the clinic's database has it."""
    today = date.today().isoformat()  # noqa: DTZ011 - the day the clinic was seeded for
    rows = practice.snapshot()["appointment"].values()
    seen = [row["ubrn"] for row in rows]
    ahead = iter([row for row in rows if row["attendance_code"] == "0" and str(row["starts_at"]) > today
                  and seen.count(row["ubrn"]) == 1])  # fmt: skip
    return lambda: dict(next(ahead))


@pytest.fixture
def http(clinic: Clinic) -> Iterator[httpx.Client]:
    """Speak to the server with a token, as any other program would."""
    with httpx.Client(base_url=f"{clinic.address}/fhir", trust_env=False) as client:
        asked = {"grant_type": "client_credentials", "client_id": "bot", "client_secret": clinic.password}
        token = client.post("/token", data=asked).json()["access_token"]
        client.headers["authorization"] = f"Bearer {token}"
        yield client


def bot_of(clinic: Clinic, password: str) -> PracticeFhir:
    nowhere = Browser(BrowserSettings(executable="no-such-browser", timeout=5))
    return PracticeFhir(System("practice-pas", clinic.address), nowhere, Credential(clinic.username, password))


def free_time(clinic: Clinic, visit: Fields, *, days: int = 20) -> datetime:
    """Return a weekday and time at which the clinic of an appointment has nothing."""
    taken = {row["starts_at"] for row in clinic.snapshot()["appointment"].values() if row["clinic"] == visit["clinic"]}
    day = date.today() + timedelta(days=days)  # noqa: DTZ011 - as above
    day -= timedelta(days=max(0, day.weekday() - 4))
    times = (datetime.combine(day, time(8 + number // 4, number % 4 * 15)) for number in range(40))
    return next(at for at in times if at.isoformat("T", "minutes") not in taken)


def now(clinic: Clinic, visit: Fields) -> Fields:
    """Return what the clinic's database has of an appointment by now."""
    return dict(clinic.snapshot()["appointment"][visit["reference"]])


def saves(clinic: Clinic, visit: Fields) -> int:
    """Return how often an appointment was saved."""
    return len({row.save for row in clinic.writes() if row.reference == visit["reference"]})

"""What the bot sends back is what it read, with the change, its version and the time in UTC."""

import json
from datetime import date, datetime
from typing import Any

import httpx
import pytest

from rpa.bots import PracticeFhir, System
from rpa.bots.practice_fhir.words import ATTENDANCE
from rpa.connectors.browser import Browser
from rpa.connectors.fhir.resources import CANCELLATION_DATE, CANCELLATION_REASONS, NHS_NUMBER
from rpa.exceptions import BusinessException, SystemException
from tests.conftest import HandClock
from tests.unit.fhir.servers import PaperServer, client_of

OURS = {"url": "https://elsewhere.example/unknown", "valueString": "of another program"}
VISIT = {
    "resourceType": "Appointment",
    "id": "A1",
    "meta": {"versionId": "3"},
    "extension": [OURS, {"url": ATTENDANCE, "valueCode": "0"}],
    "status": "booked",
    "start": "2026-12-01T09:00:00Z",
    "end": "2026-12-01T09:20:00Z",
    "comment": "an element that nobody here knows",
    "participant": [{"actor": {"reference": "Patient/P1"}, "status": "accepted"}],
}
PATIENT = {"resourceType": "Patient", "id": "P1", "birthDate": "1970-01-01",
           "identifier": [{"system": NHS_NUMBER, "value": "9990000018"}]}  # fmt: skip


class Ward:
    """A server with one appointment, and the bot that acts on it."""

    def __init__(self, clock: HandClock, **visit: Any) -> None:
        self.visit, self.patient = VISIT | visit, dict(PATIENT)
        self.server = PaperServer(self._answer)
        self.bot = PracticeFhir(System("practice-pas", "https://pas.example.nhs.uk"), Browser())
        vars(self.bot)["fhir"] = client_of(self.server, clock)

    @property
    def sent(self) -> dict[str, Any]:
        """What was written, without what it was before."""
        (put,) = [one for one in self.server.asked if one.method == "PUT"]
        body = json.loads(put.content)
        return {name: one for name, one in body.items() if self.visit.get(name) != one}

    def _answer(self, request: httpx.Request) -> httpx.Response:
        return httpx.Response(200, json=self.patient if "/Patient/" in str(request.url) else self.visit)


@pytest.fixture
def ward(clock: HandClock) -> Ward:
    return Ward(clock)


@pytest.mark.parametrize(
    ("when", "start", "end"),
    [
        ("2026-12-02 09:00", "2026-12-02T09:00:00Z", "2026-12-02T09:20:00Z"),
        ("2027-07-01 09:00", "2027-07-01T08:00:00Z", "2027-07-01T08:20:00Z"),
        ("2027-03-28 02:00", "2027-03-28T01:00:00Z", "2027-03-28T01:20:00Z"),
        ("2027-10-31 01:30", "2027-10-31T00:30:00Z", "2027-10-31T00:50:00Z"),
    ],
)
def test_appointment_is_moved_in_utc_and_stays_as_long(ward: Ward, when: str, start: str, end: str) -> None:
    ward.bot.move_appointment("A1", when=datetime.fromisoformat(when))

    assert ward.sent == {"start": start, "end": end}


def test_time_that_the_clocks_leave_out_is_for_a_person(ward: Ward) -> None:
    with pytest.raises(BusinessException, match="REFUSED_BY_SYSTEM"):
        ward.bot.move_appointment("A1", when=datetime(2027, 3, 28, 1, 30))  # noqa: DTZ001 - the clinic's own time

    assert {one.method for one in ward.server.asked} == {"GET"}


def test_cancellation_says_who_when_and_why_and_keeps_what_others_said(ward: Ward) -> None:
    ward.bot.cancel_appointment("A1", code="4", cancelled_on=date(2026, 11, 20), reason="Clinic closed")

    assert ward.sent == {
        "status": "cancelled",
        "cancelationReason": {
            "coding": [{"system": CANCELLATION_REASONS, "code": "prov"}],
            "text": "Clinic closed",
        },
        "extension": [
            OURS,
            {"url": ATTENDANCE, "valueCode": "4"},
            {"url": CANCELLATION_DATE, "valueDateTime": "2026-11-20"},
        ],
    }


def test_write_is_on_condition_of_what_was_read_last(ward: Ward) -> None:
    ward.bot.appointment_at("A1")
    ward.visit["meta"] = {"versionId": "4"}
    ward.bot.appointment_at("A1")
    asked = len(ward.server.asked)

    ward.bot.move_appointment("A1", when=datetime(2026, 12, 2, 9))  # noqa: DTZ001 - the clinic's own time

    assert len(ward.server.asked) == asked + 1
    assert ward.server.asked[-1].headers["if-match"] == 'W/"4"'


def test_second_write_needs_a_second_look(ward: Ward) -> None:
    ward.bot.move_appointment("A1", when=datetime(2026, 12, 2, 9))  # noqa: DTZ001 - the clinic's own time
    ward.bot.move_appointment("A1", when=datetime(2026, 12, 3, 9))  # noqa: DTZ001 - as above

    assert [one.method for one in ward.server.asked] == ["GET", "GET", "PUT"] * 2


@pytest.mark.parametrize(
    "other",
    [
        {"birthDate": "1970-01-02"},
        {"identifier": [{"system": NHS_NUMBER, "value": "9990000026"}]},
        {"id": "P2"},
    ],
)
def test_patient_who_is_no_longer_the_one_meant_is_not_written_to(ward: Ward, other: dict[str, Any]) -> None:
    ward.bot.appointment_at("A1")
    ward.patient |= other

    with pytest.raises(SystemException) as read:
        ward.bot.appointment_at("A1")
    with pytest.raises(SystemException) as written:
        ward.bot.move_appointment("A1", when=datetime(2026, 12, 2, 9))  # noqa: DTZ001 - the clinic's own time

    assert (read.value.code, written.value.code) == ("WRONG_PATIENT", "WRONG_PATIENT")
    assert {one.method for one in ward.server.asked} == {"GET"}


@pytest.mark.parametrize("missing", ["birthDate", "identifier"])
def test_patient_without_two_identifiers_stops_the_bot(ward: Ward, missing: str) -> None:
    del ward.patient[missing]

    with pytest.raises(SystemException) as caught:
        ward.bot.appointment_at("A1")

    assert caught.value.code == "SCREEN_CHANGED"


def test_appointment_of_nobody_stops_the_bot(clock: HandClock) -> None:
    with pytest.raises(SystemException) as caught:
        Ward(clock, participant=[]).bot.appointment_at("A1")

    assert caught.value.code == "SCREEN_CHANGED"

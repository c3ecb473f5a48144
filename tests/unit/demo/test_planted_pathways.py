"""The planted cancer pathways stand where the rules of the waits say, whatever the day."""

from datetime import date
from typing import Any

import pytest

from rpa.calendars import Calendar
from rpa.demo.clinic.planted import PLANTED, pathway_of, pause_of, visits_of
from workflows._cancer_days import Pause
from workflows._cancer_pathways import Pathway, Standard, Standing, standing_of, waits_of

MONDAY, SATURDAY = date(2026, 11, 23), date(2026, 12, 5)
STANDINGS = {
    1: Standing.SOON,
    2: Standing.ACT_NOW,
    5: Standing.SOON,
    6: Standing.ACT_NOW,
    7: Standing.SOON,
    8: Standing.ACT_NOW,
    9: Standing.SOON,
    10: Standing.ACT_NOW,
    12: Standing.WITHIN,
    13: Standing.ACT_NOW,
    19: Standing.ACT_NOW,
    20: Standing.NO_EVENT,
    24: Standing.WITHIN,
}


def planted(number: int, today: date) -> Pathway:
    row, visits = pathway_of(number, PLANTED[number - 1], today), visits_of(number, PLANTED[number - 1], today)
    booked = [visit["starts_at"][:10] for visit in visits if visit["attendance_code"] == "0"]
    return Pathway(
        reference=row["referral"],
        referred_on=date.fromisoformat(row["referred_on"]),
        received_on=day(row["received_on"]),
        first_seen_on=day(row["first_seen_on"]),
        told_on=day(row["told_on"]),
        decided_on=day(row["decided_on"]),
        treated_on=day(row["treated_on"]),
        next_event_on=day(booked[0]) if booked else None,
        admitted=row["admitted_care"] == "Y",
        pauses=tuple(pause(one) for one in pause_of(number, PLANTED[number - 1], today)),
    )


def pause(row: dict[str, Any]) -> Pause:
    return Pause(date.fromisoformat(row["starts_on"]), day(row["returns_on"]))


def day(stored: str | None) -> date | None:
    return date.fromisoformat(stored) if stored else None


@pytest.mark.parametrize("today", [MONDAY, SATURDAY])
@pytest.mark.parametrize("number", STANDINGS)
def test_planted_pathway_is_on_the_list_it_was_made_for(number: int, today: date) -> None:
    pathway = planted(number, today)

    standing = standing_of(pathway, today, soon=2, is_working_day=Calendar().is_working_day)

    assert standing is STANDINGS[number]


@pytest.mark.parametrize(("number", "days"), [(3, 31), (4, 32)])
def test_planted_pathway_is_at_the_edge_of_the_days_from_the_decision(number: int, days: int) -> None:
    assert waits_of(planted(number, MONDAY))[Standard.DECISION].days(MONDAY) == days


def test_bank_holiday_is_the_day_before_the_last_day() -> None:
    today = date(2026, 11, 30)

    last_day = waits_of(planted(11, today))[Standard.TREATMENT].last_day(today)

    assert last_day == date(2026, 12, 26)


def test_nothing_is_booked_on_a_weekend_but_for_the_one_that_comes_today() -> None:
    visits = [visit for number, one in enumerate(PLANTED, 1) for visit in visits_of(number, one, MONDAY)]

    days = [date.fromisoformat(visit["starts_at"][:10]) for visit in visits]

    assert all(one.weekday() < 5 for one in days)

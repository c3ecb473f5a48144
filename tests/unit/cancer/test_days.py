"""The days of a cancer wait are counted as the guidance counts them."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rpa.calendars import Calendar
from workflows._cancer_days import Pause, State, Wait, dna_ends_pathway, paused_days, working_days_left

REFERRED = date(2026, 5, 1)
IS_WORKING_DAY = Calendar().is_working_day


def on_day(number: int, *, since: date = REFERRED) -> date:
    return since + timedelta(days=number)


def state_on(wait: Wait, today: date, *, soon: int = 0) -> State:
    return wait.state(today, soon=soon, is_working_day=lambda day: True)


@pytest.mark.parametrize("target", [9, 24, 28, 31, 62])
def test_last_day_is_no_breach_and_the_day_after_is(target: int) -> None:
    wait = Wait(target, REFERRED)

    states = [state_on(wait, on_day(target - 1)), state_on(wait, on_day(target)), state_on(wait, on_day(target + 1))]

    assert states == [State.WITHIN, State.SOON, State.BREACHED]
    assert wait.breach_on(on_day(target)) == on_day(target + 1)


@pytest.mark.parametrize(("ended", "state"), [(28, State.MET), (29, State.MISSED)])
def test_wait_that_ended_stays_as_it_ended(ended: int, state: State) -> None:
    wait = Wait(28, REFERRED, ended_on=on_day(ended))

    days = wait.days(on_day(100))

    assert days == ended
    assert state_on(wait, on_day(100)) is state


@pytest.mark.parametrize(("referred", "last_day"), [
    (date(2028, 2, 1), date(2028, 2, 29)),
    (date(2028, 2, 2), date(2028, 3, 1)),
    (date(2027, 2, 2), date(2027, 3, 2)),
])  # fmt: skip
def test_leap_day_is_a_day(referred: date, last_day: date) -> None:
    wait = Wait(28, referred)

    found = wait.last_day(referred)

    assert found == last_day


@pytest.mark.parametrize(("today", "last_day", "left"), [
    (date(2026, 4, 2), date(2026, 4, 6), 0),
    (date(2026, 4, 2), date(2026, 4, 7), 1),
    (date(2026, 12, 24), date(2026, 12, 28), 0),
    (date(2026, 12, 24), date(2026, 12, 29), 1),
    (date(2026, 12, 31), date(2027, 1, 4), 1),
    (date(2026, 5, 8), date(2026, 5, 8), 0),
    (date(2026, 5, 8), date(2026, 5, 1), 0),
])  # fmt: skip
def test_bank_holidays_and_weekends_leave_no_time(today: date, last_day: date, left: int) -> None:
    found = working_days_left(today, last_day, IS_WORKING_DAY)

    assert found == left


def test_wait_that_ends_over_easter_is_at_risk_the_thursday_before() -> None:
    wait = Wait(28, date(2026, 3, 10))

    state = wait.state(date(2026, 4, 2), soon=1, is_working_day=IS_WORKING_DAY)

    assert wait.last_day(date(2026, 4, 2)) == date(2026, 4, 7)
    assert state is State.SOON


@pytest.mark.parametrize(("pauses", "days"), [
    ([(5, 10)], 5),
    ([(5, 10), (8, 12)], 7),
    ([(8, 12), (5, 10)], 7),
    ([(5, 20), (8, 12)], 15),
    ([(5, 10), (10, 12)], 7),
    ([(5, 5)], 0),
    ([(-5, 3)], 3),
    ([(28, None)], 2),
    ([(25, 40)], 5),
    ([(40, 50)], 0),
])  # fmt: skip
def test_day_in_two_pauses_is_taken_off_once(pauses: list[tuple[int, int | None]], days: int) -> None:
    made = [Pause(on_day(begin), None if end is None else on_day(end)) for begin, end in pauses]

    found = paused_days(made, REFERRED, on_day(30))

    assert found == days


def test_pause_moves_the_breach_by_its_days() -> None:
    wait = Wait(31, REFERRED, pauses=(Pause(on_day(5), on_day(12)),))

    found = [state_on(wait, on_day(38)), state_on(wait, on_day(39))]

    assert found == [State.SOON, State.BREACHED]


@given(st.lists(st.tuples(st.integers(-20, 80), st.integers(0, 40))))
def test_paused_days_are_those_that_lie_in_any_pause(spans: list[tuple[int, int]]) -> None:
    pauses = [Pause(on_day(begin), on_day(begin + length)) for begin, length in spans]

    found = paused_days(pauses, REFERRED, on_day(62))

    assert found == len({day for begin, length in spans for day in range(begin, begin + length)} & set(range(62)))


@pytest.mark.parametrize(("priority", "discharged", "ends"), [
    ("Two week wait", False, False),
    ("Two week wait", True, True),
    ("Urgent", False, True),
    ("Urgent", True, True),
    ("Routine", False, True),
    ("Routine", True, True),
])  # fmt: skip
def test_missed_first_appointment_ends_no_cancer_pathway_without_discharge(
    priority: str, discharged: bool, ends: bool
) -> None:
    found = dna_ends_pathway(priority, clinically_discharged=discharged)

    assert found is ends

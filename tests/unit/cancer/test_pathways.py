"""A cancer pathway is on the list of what must happen first, and a change since the last list is told."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from rpa.calendars import Calendar
from workflows._cancer_days import Pause
from workflows._cancer_pathways import Pathway, Standard, Standing, first_wait, standing_of, waits_of

REFERRED = date(2026, 5, 1)
IS_WORKING_DAY = Calendar().is_working_day


def on_day(number: int) -> date:
    return REFERRED + timedelta(days=number)


def standing(pathway: Pathway, day: int) -> Standing:
    return standing_of(pathway, on_day(day), soon=2, is_working_day=IS_WORKING_DAY)


SEEN = Pathway(
    reference="C1", referred_on=REFERRED, first_seen_on=on_day(5), told_on=on_day(10), next_event_on=on_day(20)
)


def test_decision_to_treat_begins_a_wait_of_its_own() -> None:
    decided = replace(SEEN, decided_on=on_day(12))

    found = waits_of(decided).keys() - waits_of(SEEN).keys()

    assert found == {Standard.DECISION}


@pytest.mark.parametrize(("admitted", "days"), [(True, 25), (False, 30)])
def test_pause_counts_only_where_care_is_admitted_or_day_case(admitted: bool, days: int) -> None:
    paused = replace(SEEN, admitted=admitted, pauses=(Pause(on_day(11), on_day(16)),))

    found = waits_of(paused)[Standard.TREATMENT].days(on_day(30))

    assert found == days


def test_pause_never_moves_the_day_to_be_told() -> None:
    paused = replace(SEEN, told_on=None, admitted=True, pauses=(Pause(on_day(11), on_day(16)),))

    found = waits_of(paused)[Standard.TOLD].last_day(on_day(20))

    assert found == on_day(28)


def test_own_targets_count_from_the_day_the_trust_got_the_referral() -> None:
    sent_on = replace(SEEN, received_on=on_day(30))

    found = waits_of(sent_on)

    assert found[Standard.OWN_TREATMENT].last_day(on_day(40)) == on_day(54)
    assert found[Standard.TREATMENT].last_day(on_day(40)) == on_day(62)


@pytest.mark.parametrize(("day", "expected"), [
    (11, Standing.WITHIN),
    (18, Standing.WITHIN),
    (19, Standing.SOON),
    (24, Standing.SOON),
    (25, Standing.ACT_NOW),
])  # fmt: skip
def test_pathway_is_listed_by_its_most_pressing_wait(day: int, expected: Standing) -> None:
    # The 24 days end on a bank holiday Monday, so two working days are left on the Wednesday before.
    found = standing(SEEN, day)

    assert found is expected


def test_pathway_with_nothing_booked_is_listed_for_it() -> None:
    nothing_booked = replace(SEEN, next_event_on=None)

    found = standing(nothing_booked, 11)

    assert found is Standing.NO_EVENT


def test_event_that_has_passed_is_no_future_event() -> None:
    passed = replace(SEEN, next_event_on=on_day(10))

    found = standing(passed, 11)

    assert found is Standing.NO_EVENT


def test_treated_pathway_needs_no_event() -> None:
    treated = replace(SEEN, treated_on=on_day(15), next_event_on=None)

    found = standing(treated, 40)

    assert found is Standing.WITHIN


def test_wait_that_breaches_first_is_the_first() -> None:
    decided = replace(SEEN, received_on=on_day(60), decided_on=on_day(29))

    found = first_wait(decided, on_day(61))

    assert found is not None
    assert found[0] is Standard.DECISION


def test_patient_in_two_pathways_is_told_of_by_pathway() -> None:
    second = replace(SEEN, reference="C2", referred_on=on_day(20), first_seen_on=None, told_on=None)

    found = {pathway.reference: standing(pathway, 29) for pathway in (SEEN, second)}

    assert found == {"C1": Standing.ACT_NOW, "C2": Standing.SOON}

"""The counts of the board's page add up to the pathways that were read."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from rpa.calendars import Calendar
from workflows._cancer_counts import plots_of
from workflows._cancer_pathways import Pathway, Standing

TODAY = date(2026, 5, 20)
IS_WORKING_DAY = Calendar().is_working_day


def pathway(reference: str, days: int) -> Pathway:
    return Pathway(reference=reference, referred_on=TODAY - timedelta(days=days), next_event_on=TODAY)


def test_each_wait_that_is_a_breach_is_counted() -> None:
    pathways = [pathway("C1", 9), pathway("C2", 10), pathway("C3", 29), pathway("C4", 63)]

    _, waits, _ = plots_of(pathways, {}, TODAY, soon=2, is_working_day=IS_WORKING_DAY)

    assert list(waits.counts.values()) == [3, 2, 2, 0, 1]


def test_changes_are_counted() -> None:
    before = {"C1": Standing.WITHIN, "C2": Standing.SOON, "C9": Standing.ACT_NOW}

    *_, changes = plots_of([pathway("C1", 9), pathway("C2", 10)], before, TODAY, soon=2, is_working_day=IS_WORKING_DAY)

    assert changes.counts == {"New breach": 1, "Newly at risk": 1, "Cleared": 0, "New": 0, "Gone": 1}


@given(st.lists(st.integers(0, 100)))
def test_lists_add_up_to_the_pathways(days: list[int]) -> None:
    pathways = [pathway(f"C{number}", waited) for number, waited in enumerate(days)]

    lists, *_ = plots_of(pathways, {}, TODAY, soon=2, is_working_day=IS_WORKING_DAY)

    assert sum(lists.counts.values()) == len(pathways)

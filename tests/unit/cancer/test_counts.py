"""The counts of the board's page add up to the pathways that were read."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from rpa.calendars import Calendar
from workflows._cancer_counts import plots_of
from workflows._cancer_earlier import Earlier
from workflows._cancer_left import Left
from workflows._cancer_list import Watch
from workflows._cancer_news import Stand
from workflows._cancer_pathways import Pathway, Standing, standing_of

TODAY = date(2026, 5, 20)
IS_WORKING_DAY = Calendar().is_working_day


def watch(*days: int, left: Left | None = None) -> Watch:
    """Return a list whose pathways C1, C2 ... have waited so many days."""
    known = {
        f"C{number}": Pathway(reference=f"C{number}", referred_on=TODAY - timedelta(days=one), next_event_on=TODAY)
        for number, one in enumerate(days, 1)
    }
    stands = {name: standing_of(one, TODAY, soon=2, is_working_day=IS_WORKING_DAY) for name, one in known.items()}
    return Watch(2, TODAY, 2, IS_WORKING_DAY, {}, known, stands, {}, left or Left())


def test_each_wait_that_is_a_breach_is_counted() -> None:
    late = watch(9, 10, 29, 63)

    _, waits, _ = plots_of(late, None)

    assert list(waits.counts.values()) == [3, 2, 2, 0, 1]


def test_changes_are_counted() -> None:
    read = {"C1": Standing.WITHIN, "C2": Standing.SOON, "C3": Standing.ACT_NOW, "C9": Standing.ACT_NOW}
    before = Earlier(1, TODAY - timedelta(days=1), 4, Stand(read), {})

    *_, changes = plots_of(watch(9, 10, left=Left([("C3", "for a person")])), before)

    counted = {name: count for name, count in changes.counts.items() if count}
    assert counted == {"New breach": 1, "Newly at risk": 1, "Not read": 1, "Gone": 1}


def test_nothing_is_counted_as_a_change_where_there_is_no_list_before() -> None:
    *_, changes = plots_of(watch(9, 10), None)

    assert (changes.counts, list(changes.notes)) == ({}, ["There is no list before this one."])


@given(st.lists(st.integers(0, 100)))
def test_lists_add_up_to_the_pathways(days: list[int]) -> None:
    lists, *_ = plots_of(watch(*days), None)

    assert sum(lists.counts.values()) == len(days)

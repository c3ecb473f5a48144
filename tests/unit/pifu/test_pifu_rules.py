"""When somebody must look at a PIFU pathway, until when, and what the PAS may say against it."""

from datetime import date, datetime, timedelta

import pytest

from rpa import Calendar
from tests.unit.pifu.rows import BEGAN, ENDS, TODAY, pifu_row, review, shown, task
from workflows._pifu import Found, Standing, found_of, standing_of, task_day, task_text
from workflows.list_pifu_reviews import ending

DAYS = 42


@pytest.mark.parametrize(
    ("days", "standing"),
    [
        (-400, Standing.OVERDUE),
        (-1, Standing.OVERDUE),
        (0, Standing.DUE),
        (DAYS - 1, Standing.DUE),
        (DAYS, Standing.DUE),
        (DAYS + 1, Standing.LATER),
    ],
)
def test_pathway_is_due_from_n_days_before_its_end_and_overdue_the_day_after_it(days: int, standing: Standing) -> None:
    assert standing_of(pifu_row(ends_on=TODAY + timedelta(days=days)), TODAY, DAYS) is standing


@pytest.mark.parametrize(
    ("reviewed_on", "is_reviewed"),
    [
        (None, False),
        (BEGAN - timedelta(days=1), False),
        (BEGAN, False),
        (BEGAN + timedelta(days=1), True),
        (TODAY, True),
        (TODAY + timedelta(days=1), False),
    ],
)
def test_review_counts_after_the_day_the_follow_up_began_and_not_before_it_has_happened(
    reviewed_on: date | None, is_reviewed: bool
) -> None:
    standing = standing_of(pifu_row(reviewed_on=reviewed_on), TODAY, DAYS)

    assert (standing is Standing.REVIEWED) is is_reviewed


@pytest.mark.parametrize(
    ("ends_on", "due"),
    [
        (date(2026, 12, 16), date(2026, 12, 15)),  # a Wednesday
        (date(2026, 12, 14), date(2026, 12, 11)),  # a Monday: the Friday before
        (date(2026, 12, 13), date(2026, 12, 11)),  # a Sunday
        (date(2026, 12, 29), date(2026, 12, 24)),  # behind Christmas, Boxing Day moved to Monday, and a weekend
        (date(2027, 1, 1), date(2026, 12, 31)),
        (date(2027, 1, 4), date(2026, 12, 31)),  # behind New Year's Day and a weekend
    ],
)
def test_task_is_due_on_the_last_working_day_before_the_end(ends_on: date, due: date) -> None:
    assert task_day(ends_on, TODAY, Calendar()) == due


@pytest.mark.parametrize(
    ("today", "ends_on", "due"),
    [
        (TODAY, TODAY, TODAY),
        (TODAY, TODAY - timedelta(days=30), TODAY),
        (TODAY, TODAY + timedelta(days=1), TODAY),
        (date(2026, 11, 28), date(2026, 11, 29), date(2026, 11, 30)),  # on a Saturday: the Monday after it
        (date(2026, 12, 25), date(2026, 12, 20), date(2026, 12, 29)),  # on Christmas Day
    ],
)
def test_task_of_an_end_that_is_too_near_is_due_on_the_first_working_day_from_today_on(
    today: date, ends_on: date, due: date
) -> None:
    assert task_day(ends_on, today, Calendar()) == due


def test_task_is_not_due_on_a_closed_day_of_the_trust() -> None:
    calendar = Calendar(closed={date(2026, 12, 11): "Open day"})

    assert task_day(date(2026, 12, 14), TODAY, calendar) == date(2026, 12, 10)


@pytest.mark.parametrize(
    ("now", "found"),
    [
        ({}, Found.UNASKED),
        ({"died_on": TODAY}, Found.DECEASED),
        ({"status": "discharged"}, Found.DISCHARGED),
        ({"reviewed_on": TODAY}, Found.REVIEWED),
        ({"reviewed_on": TODAY + timedelta(days=1)}, Found.REVIEWED),  # the robot came a day after the list was made
        ({"reviewed_on": BEGAN}, Found.UNASKED),
        ({"ends_on": ENDS + timedelta(days=90)}, Found.STALE),
        ({"team": "Juniper, haematology"}, Found.STALE),
        ({"starts_on": BEGAN + timedelta(days=1)}, Found.STALE),
        ({"next_appointment": datetime(2026, 12, 1, 9)}, Found.BOOKED),  # noqa: DTZ001 - a clinic's local time
        ({"pathway": "REN2"}, Found.NO_MATCH),
        ({"died_on": TODAY, "status": "discharged", "ends_on": TODAY}, Found.DECEASED),
    ],
)
def test_pathway_is_judged_by_what_the_pas_says_now(now: dict[str, object], found: Found) -> None:
    assert found_of(pifu_row(), shown(**now), []) is found


def test_other_patient_under_the_referral_is_never_acted_on() -> None:
    other = pifu_row(date_of_birth=date(1970, 1, 2))

    assert found_of(other, shown(), []) is Found.NO_MATCH


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("PIFU review due: REN1 (ends 14/12/2026)", Found.ASKED),
        ("PIFU review due: REN7 (ends 01/12/2026), REN1 (ends 14/12/2026)", Found.ASKED),
        ("PIFU review due: REN1 (ends 14/12/2025)", Found.UNASKED),  # that was the year before
        ("PIFU review due: REN12 (ends 14/12/2026)", Found.UNASKED),
        ("Ring the patient", Found.UNASKED),
    ],
)
def test_task_is_known_again_by_the_pathway_and_its_end(text: str, found: Found) -> None:
    assert found_of(pifu_row(), shown(), [task(text)]) is found


def test_task_names_every_pathway_with_its_end() -> None:
    both = [pifu_row(1), pifu_row(2, ends_on=date(2026, 12, 20))]

    assert task_text(both) == "PIFU review due: REN1 (ends 14/12/2026), REN2 (ends 20/12/2026)"


def test_task_is_due_by_the_first_of_the_pathways_it_is_made_of() -> None:
    first, second = pifu_row(1), pifu_row(2, ends_on=date(2026, 12, 18))

    both = review(first, second)

    assert both.due_day([first, second]) == date(2026, 12, 11)
    assert both.due_day([second]) == date(2026, 12, 17)


@pytest.mark.parametrize(
    ("found", "made", "words"),
    [
        ([Found.ASKED, Found.ASKED], True, "task made"),
        ([Found.ASKED], False, "has a task already"),
        ([Found.BOOKED], False, "a visit is booked"),
        ([Found.ASKED, Found.REVIEWED], True, "REN1: task made; REN2: reviewed since"),
    ],
)
def test_ending_is_told_for_each_pathway_only_where_they_differ(found: list[Found], made: bool, words: str) -> None:
    rows = [pifu_row(1), pifu_row(2)]

    assert ending(dict(zip(rows, found, strict=False)), made=made, dry_run=False) == words


def test_ending_of_a_dry_run_says_that_nothing_was_made() -> None:
    assert ending({pifu_row(): Found.UNASKED}, made=True, dry_run=True) == "a task would be made"

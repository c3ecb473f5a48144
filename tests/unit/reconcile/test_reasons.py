"""What a pair is found to be, and the reason in plain words."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest

from rpa.exceptions import UsageError
from rpa.reconcile import Field, Group, Kind, Pass, compare, plain_phone

NAMES = ("e-RS", "PAS")
NOTHING: list[dict[str, Any]] = []
KEY = Pass("UBRN", "ubrn")


def pair(left: Any, right: Any, **rules: Any) -> Group[Any, Any]:
    (found,) = compare(
        [{"ubrn": "1", "value": left}], [{"ubrn": "1", "value": right}],
        passes=[KEY], fields=[Field("Value", "value", **rules)], names=NAMES,
    )  # fmt: skip
    return found


@pytest.mark.parametrize(
    ("left", "right", "how"),
    [
        ("a", "b", "differs"),
        (None, "b", "is blank in e-RS"),
        ("a", "", "is blank in PAS"),
        (1, 4, "is 3 more in PAS"),
        (date(2026, 11, 3), date(2026, 11, 2), "is 1 day earlier in PAS"),
        (time(9), time(10, 20), "is 1 hour 20 minutes later in PAS"),
        (datetime(2026, 11, 3, 9), datetime(2026, 11, 3, 9, tzinfo=UTC), "differs"),  # noqa: DTZ001 - the case
        (True, False, "differs"),
        ("1", 1, "differs"),
    ],
)
def test_a_difference_says_how_without_the_values(left: Any, right: Any, how: str) -> None:
    found = pair(left, right)

    assert (found.kind, found.reason) == (Kind.DIFFERENT, f"Matched by UBRN; Value {how}.")
    assert (found.differences[0].left, found.differences[0].right) == (left, right)


@pytest.mark.parametrize(
    ("left", "right", "within", "kind"),
    [
        (time(9), time(9, 5), timedelta(minutes=5), Kind.SAME),
        (time(9), time(9, 6), timedelta(minutes=5), Kind.DIFFERENT),
        (date(2026, 11, 3), date(2026, 11, 1), timedelta(days=2), Kind.SAME),
        (date(2026, 11, 3), datetime(2026, 11, 3, 0, 4), timedelta(minutes=5), Kind.SAME),  # noqa: DTZ001
        (1.0, 1.4, 0.5, Kind.SAME),
        (1.0, 1.6, 0.5, Kind.DIFFERENT),
        (None, time(9), timedelta(days=1), Kind.DIFFERENT),
        ("9", time(9), timedelta(days=1), Kind.DIFFERENT),
    ],
)
def test_values_that_are_near_enough_agree(left: Any, right: Any, within: Any, kind: Kind) -> None:
    found = pair(left, right, within=within)

    assert found.kind is kind


def test_numbers_with_one_hash_are_told_apart() -> None:
    found = pair(-1, -2)

    assert found.kind is Kind.DIFFERENT


def test_a_rule_of_ones_own_is_asked_last() -> None:
    found = pair("a", "A", agrees=lambda left, right: bool(left.lower() == right.lower()))

    assert found.kind is Kind.SAME


@pytest.mark.parametrize(("right", "kind"), [(date(2026, 11, 9), Kind.MOVED), (None, Kind.DIFFERENT)])
def test_a_date_is_moved_if_both_sides_have_one(right: date | None, kind: Kind) -> None:
    found = pair(date(2026, 11, 2), right, moves=True)

    assert found.kind is kind


def test_a_field_that_does_not_count_is_not_compared() -> None:
    found = pair("a", "b", counts=False)

    assert (found.kind, found.differences) == (Kind.SAME, ())


def test_values_that_have_no_hash_are_compared_as_well() -> None:
    found = pair(["a"], ["a"])

    assert found.kind is Kind.SAME


def test_a_lonely_row_says_what_was_tried_and_what_it_lacks() -> None:
    passes = [KEY, Pass("phone", lambda row: plain_phone(row["phone"])), Pass("name", "name", day="day", days=3)]

    (found,) = compare([{"ubrn": "", "phone": "1", "name": "x", "day": date(2026, 11, 2)}], NOTHING, passes=passes)

    assert found.reason == "The row has no UBRN. No free row of the right has its phone, nor its name within 3 days."


def test_rows_whose_key_is_blank_are_never_a_pair() -> None:
    rows = [{"ubrn": "", "value": "a"}]

    found = compare(rows, rows, passes=[KEY], fields=[Field("Value", "value")])

    assert [group.kind for group in found] == [Kind.LEFT_ONLY, Kind.RIGHT_ONLY]


def test_an_equal_pair_whose_key_another_row_has_is_a_duplicate() -> None:
    left = [{"ubrn": "1", "value": "a"}, {"ubrn": "1", "value": "b"}]

    (found,) = compare(left, left[:1], passes=[KEY], fields=[Field("Value", "value")], names=NAMES)

    assert found.kind is Kind.REPEATED
    assert found.reason == "2 rows in e-RS and 1 row in PAS have this UBRN, which should be there once."


def test_duplicates_that_each_have_an_equal_on_the_other_side_stay_duplicates() -> None:
    rows = [{"ubrn": "1", "value": "a"}, {"ubrn": "1", "value": "b"}]

    (found,) = compare(rows, rows, passes=[KEY], fields=[Field("Value", "value")])

    assert (found.kind, len(found.left), len(found.right)) == (Kind.REPEATED, 2, 2)


def test_keys_of_different_types_are_refused() -> None:
    with pytest.raises(
        UsageError, match="found text on the left and numbers on the right as the key of the pass 'UBRN'"
    ):
        compare([{"ubrn": "1"}], [{"ubrn": 1}], passes=[KEY])


def test_keys_with_parts_of_different_types_are_refused_also_if_both_sides_have_a_blank_one() -> None:
    rows = [{"ubrn": None, "place": "A"}]

    with pytest.raises(UsageError, match="found text on the left and numbers on the right"):
        compare([*rows, {"ubrn": "1", "place": "A"}], [*rows, {"ubrn": 1, "place": "A"}],
                passes=[Pass("UBRN", ("ubrn", "place"))])  # fmt: skip


def test_a_comparison_needs_a_pass() -> None:
    with pytest.raises(UsageError, match="expected at least one"):
        compare([], [], passes=[])


def test_a_difference_shown_in_a_log_has_no_value() -> None:
    found = pair("Test-Ada", "Test-Bruno")

    assert "Test" not in repr(found.differences)
    assert "Test" not in found.reason

"""The timeline of slots: where each stretch stands, and how long rests are squeezed."""

from datetime import UTC, datetime, timedelta

from rpa.console.operating.timeline import LANE, WIDTH, sentence, timeline
from rpa.today import Stretch

START = datetime(2026, 11, 2, 9, tzinfo=UTC)


def stretch(since: float, until: float, *, slot: int = 1, items: int = 1, person: int = 0) -> Stretch:
    """Return a stretch from one hour to another, counted from nine o'clock."""
    times = START + timedelta(hours=since), START + timedelta(hours=until)
    return Stretch("ward-3", slot, 1, *times, items, person)


def test_bars_stand_in_the_order_of_time_in_a_lane_each() -> None:
    drawn = timeline({"one": [stretch(0, 1), stretch(1.1, 2)], "two": [stretch(0.5, 2)]})

    assert drawn is not None
    first, second = drawn.lanes
    assert [one.left for one in first.pieces] == [0.0, 385.0]
    assert [one.width for one in first.pieces] == [350.0, 315.0]
    assert [(one.left, one.width) for one in second.pieces] == [(175.0, 525.0)]
    assert (second.top, drawn.height) == (LANE, 2 * LANE)
    assert drawn.rests == []


def test_a_long_rest_of_all_slots_is_squeezed_and_says_how_long_it_was() -> None:
    drawn = timeline({"one": [stretch(0, 1)], "two": [stretch(6, 7)]})

    assert drawn is not None
    assert [one.said for one in drawn.rests] == ["5 h"]
    (before,), (after,) = (lane.pieces for lane in drawn.lanes)
    assert before.width == after.width == 326.0
    assert after.left + after.width == WIDTH


def test_a_rest_of_one_slot_while_another_works_is_not_squeezed() -> None:
    drawn = timeline({"one": [stretch(0, 1), stretch(6, 7)], "two": [stretch(0, 7)]})

    assert drawn is not None
    assert drawn.rests == []


def test_many_rests_leave_room_for_the_work() -> None:
    drawn = timeline({"one": [stretch(hour, hour + 0.1) for hour in range(40)]})

    assert drawn is not None
    assert all(one.left >= 0 and one.left + one.width <= WIDTH for one in drawn.lanes[0].pieces)
    assert len(drawn.rests) == 39


def test_a_bar_of_a_moment_can_be_seen_and_stays_in_the_picture() -> None:
    drawn = timeline({"one": [stretch(0, 1)], "two": [stretch(1, 1)]})

    assert drawn is not None
    assert [(one.left, one.width, one.mark) for one in drawn.lanes[1].pieces] == [(WIDTH - 4.0, 4.0, "")]


def test_marks_tell_what_colours_tell() -> None:
    drawn = timeline({"one": [stretch(0, 1), stretch(1.2, 2, person=1)]})

    assert drawn is not None
    assert [(one.kind, one.mark) for one in drawn.lanes[0].pieces] == [("done", "✓"), ("person", "!")]


def test_a_sentence_says_what_the_picture_shows() -> None:
    lanes = {"one": [stretch(0, 1, items=3)], "two": [stretch(0, 1, items=1200, person=2)]}

    assert sentence(lanes) == (
        "2 slots made 1,203 attempts, those for plans among them; 2 of them left a row for a person."
    )
    assert timeline({}) is None

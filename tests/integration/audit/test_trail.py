"""What the record says of some items: also how they came in, however many others came with them."""

from rpa.audit import Trail
from rpa.models import Ending
from rpa.states import Failure, ItemState
from tests.integration.conftest import PERSON, Bench

FAILED = Ending(ItemState.FAILED, failure=Failure.BUSINESS, code="NO_MATCH")


def brought(bench: Bench, item_id: int) -> list[tuple[str, list[int]]]:
    """Return each entry that says how an item came in, and of which items it is said to tell."""
    told = [one for one in Trail(bench.database).of_items([item_id]) if one.name == "items.submitted"]
    return [(one.run, [each["item"] for each in (one.payload or {})["items"]]) for one in told]


def test_an_item_came_in_with_others_of_which_nothing_is_told(bench: Bench) -> None:
    bench.submit(*(f"row {number}" for number in range(1_200)))  # in three entries
    bench.queue.cancel([1, 700, 1_200], by=PERSON, why="not needed")

    assert brought(bench, 1) == [("job-1", [1])]
    assert brought(bench, 700) == [("job-1", [700])]
    assert brought(bench, 1_200) == [("job-1", [1_200])]


def test_rows_sent_again_are_told_of_whatever_numbers_they_have(bench: Bench) -> None:
    bench.submit("first", "second", "third")
    for _ in range(3):
        bench.finish(bench.claim(), FAILED)

    bench.submit("third", "new", "first")
    bench.queue.cancel([1, 3], by=PERSON, why="not needed")

    assert brought(bench, 1) == [("job-1", [1]), ("job-2", [1])]
    assert brought(bench, 3) == [("job-1", [3]), ("job-2", [3])]

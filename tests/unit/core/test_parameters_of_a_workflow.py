"""A workflow or a way back that can't be called as it will be is refused when its file is loaded."""

import pytest

from rpa import Item, Made, Row, column, workflow
from rpa.exceptions import UsageError
from tests.integration.testing.test_rehearsing_approval import Book


class Line(Row):
    name: str = column("Name")


@workflow(title="Enter a line", key="name", uses=Book)
def enter(item: Item[Line], book: Book) -> str:
    """Enter it."""
    return "entered"


def test_a_way_back_without_the_change_to_put_back_is_refused() -> None:
    with pytest.raises(UsageError, match=r"take_out\(item, book\), expected 3 parameters: the item, Book, and done"):

        @enter.reverse
        def take_out(item: Item[Line], book: Book) -> None: ...


def test_a_way_back_with_all_it_is_handed_is_taken() -> None:
    @enter.reverse
    def take_out(item: Item[Line], book: Book, done: Made) -> None: ...

    assert enter.reverser is take_out


def test_a_workflow_without_its_bot_is_refused() -> None:
    with pytest.raises(UsageError, match=r"look\(item\), expected 2 parameters: the item, Book"):

        @workflow(title="Look", key="name", uses=Book)
        def look(item: Item[Line]) -> str:
            return "looked"

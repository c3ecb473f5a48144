"""The two workflows of the benchmarks: one does nothing, one has one effect that can be looked up."""

from benchmarks.peers.marking import had_effect, have_effect, mark, wait_after, wait_before
from rpa import Item, Row, column, workflow


class Number(Row):
    """A row with a number and no more."""

    number: str = column("Number")


@workflow(title="Do nothing", key="number")
def nothing(item: Item[Number]) -> str:
    """Do nothing."""
    mark()
    return "done"


@workflow(title="Have one effect", key="number")
def effect(item: Item[Number]) -> str:
    """Have one effect, as a workflow has any: it can be looked up whether it happened."""
    number = item.row.number
    wait_before()
    item.effect(f"line {number}", do=lambda: have_effect(number), done=lambda: had_effect(number))
    wait_after()
    return "done"

"""Counts the open cancer pathways for the board's page."""

from collections import Counter

from workflows._cancer_board import Plot
from workflows._cancer_days import State
from workflows._cancer_earlier import Earlier
from workflows._cancer_list import Watch
from workflows._cancer_news import News
from workflows._cancer_pathways import Standard, Standing, waits_of
from workflows._cancer_told import compared_with


def plots_of(watch: Watch, before: Earlier | None, *, exact: bool = True) -> list[Plot]:
    """Return the three plots: on which list the pathways are, which waits are a breach, what changed since `before`.

    Sentences that are not `exact` name no number of rows, from which a hidden count could be worked out.
    """
    lists = Counter(watch.standings.values())
    late = Counter(
        standard
        for pathway in watch.pathways.values()
        for standard, wait in waits_of(pathway).items()
        if wait.state(watch.today, soon=watch.soon, is_working_day=watch.is_working_day) is State.BREACHED
    )
    changes = Counter(before.news(watch).values()) if before else None
    return [
        Plot("Where pathways stand", "List", {each.value: lists[each] for each in Standing}),
        Plot("Waits that are a breach", "Wait", {each.value: late[each] for each in Standard}, adds_up=False),
        Plot("What changed since the last list", "Change",
             {each.value.capitalize(): changes[each] for each in News} if changes is not None else {},
             notes=compared_with(watch, before, exact=exact)),
    ]  # fmt: skip

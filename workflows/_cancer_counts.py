"""Counts the open cancer pathways for the board's page."""

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import date

from workflows._cancer_board import Plot
from workflows._cancer_days import IsWorkingDay, State
from workflows._cancer_pathways import News, Pathway, Standard, Standing, news_since, standing_of, waits_of


def plots_of(pathways: Iterable[Pathway], before: Mapping[str, Standing], today: date, *, soon: int,
             is_working_day: IsWorkingDay) -> list[Plot]:  # fmt: skip
    """Return the three plots: on which list the pathways are, which waits are a breach, what changed since `before`."""
    known = {pathway.reference: pathway for pathway in pathways}
    now = {
        reference: standing_of(pathway, today, soon=soon, is_working_day=is_working_day)
        for reference, pathway in known.items()
    }
    lists, changes = Counter(now.values()), Counter(news_since(before, now).values())
    late = Counter(
        standard
        for pathway in known.values()
        for standard, wait in waits_of(pathway).items()
        if wait.state(today, soon=soon, is_working_day=is_working_day) is State.BREACHED
    )
    return [
        Plot("Where pathways stand", "List", {each.value: lists[each] for each in Standing}),
        Plot("Waits that are a breach", "Wait", {each.value: late[each] for each in Standard}, adds_up=False),
        Plot("What changed since the last list", "Change", {each.value.capitalize(): changes[each] for each in News}),
    ]

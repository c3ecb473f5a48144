"""What a list of cancer pathways is compared with: the last one before it, older ones for what it did not read."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date

from rpa import Results
from workflows._cancer_list import Watch
from workflows._cancer_news import News, Stand, news_since
from workflows._cancer_pathways import Standing
from workflows._cancer_row import ListedPathway

Judge = Callable[[Results[ListedPathway]], Watch]
"""Judges a list by its own day and parameters, by what was read for it and no other."""
FARTHEST = 10
"""How many lists are looked through for a pathway that the last ones did not read."""


@dataclass(frozen=True, slots=True)
class Earlier:
    """The last list before another, and how its pathways stood when they were last read."""

    job: int
    today: date
    rows: int
    stand: Stand
    read_on: Mapping[str, date]
    """For which list's day a pathway was read, where that is an older list."""

    def news(self, watch: Watch) -> dict[str, News]:
        """Say of each pathway that changed since then what changed."""
        return news_since(self.stand, watch.stand)

    def strangers(self, watch: Watch) -> int:
        """Return how many rows of a list may be any pathway's that is said to be gone."""
        return watch.left.strangers(self.stand.read.keys() | set(self.stand.unread) | watch.read.keys())


def earlier_of(results: Results[ListedPathway], judge: Judge) -> Earlier | None:
    """Return what a list is compared with; None if there was none before it."""
    last = results.before()
    if last is None:
        return None
    watch = judge(last)
    stand = _with_again(last, watch, judge, until=results.job.id)
    read, unread, read_on = dict(stand.read), set(stand.unread), dict[str, date]()
    older = last.before()
    for _ in range(FARTHEST):
        if not unread or older is None:
            break
        then = judge(older)
        known = _with_again(older, then, judge, until=results.job.id)
        found = {number: known.read[number] for number in unread if number in known.read}
        read |= found
        read_on |= dict.fromkeys(found, then.today)
        unread -= found.keys() | set(known.ended)
        older = older.before()
    return Earlier(watch.job, watch.today, watch.rows, Stand(read, stand.ended, unread), read_on)


def _with_again(results: Results[ListedPathway], watch: Watch, judge: Judge, *, until: int) -> Stand:
    """Return where a list's pathways are, with what was sent again of it before a later list came."""
    read: dict[str, Standing] = dict(watch.standings)
    ended, unread = set(watch.ended), set(watch.left.numbers)
    for again in (judge(one) for one in results.again() if one.job.id < until):
        read |= again.standings
        ended |= again.ended.keys()
        unread |= again.left.numbers.keys()
    return Stand(read, ended - read.keys(), unread - read.keys() - ended)

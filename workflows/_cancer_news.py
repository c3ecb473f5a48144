"""What changed between two lists of cancer pathways; what was not read is never said to be gone."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import StrEnum

from workflows._cancer_pathways import Standing


class News(StrEnum):
    """What changed since the last list, what is worst first."""

    NEW_BREACH = "new breach"
    NEWLY_AT_RISK = "newly at risk"
    NOT_READ = "not read"
    READ_AGAIN = "read again"
    CLEARED = "cleared"
    NEW = "new"
    CLOSED = "closed"
    GONE = "gone"


@dataclass(frozen=True, slots=True)
class Stand:
    """Where the pathways of a list are."""

    read: Mapping[str, Standing]
    """Those that are open, by pathway number."""
    ended: Collection[str] = ()
    """Those that were closed or whose patient was discharged."""
    unread: Collection[str] = ()
    """Those that are on the list and were not read."""
    whole: bool = True
    """Whether it is a whole list, so that what isn't on it is gone."""


def news_since(before: Stand, now: Stand) -> dict[str, News]:
    """Say of each pathway that changed between two lists what changed."""
    known = before.read.keys() | set(before.unread)
    news = dict.fromkeys(known & set(now.unread), News.NOT_READ)
    news |= dict.fromkeys(known & set(now.ended), News.CLOSED)
    if now.whole:
        there = now.read.keys() | set(now.unread) | set(now.ended)
        news |= dict.fromkeys(known - there, News.GONE)
    for reference, standing in now.read.items():
        if reference in before.unread:
            news[reference] = News.READ_AGAIN
        elif found := _news(before.read.get(reference), standing):
            news[reference] = found
    return news


def _news(before: Standing | None, now: Standing) -> News | None:
    if now is before:
        return None
    if now is Standing.ACT_NOW:
        return News.NEW_BREACH
    if now is Standing.SOON and before is not Standing.ACT_NOW:
        return News.NEWLY_AT_RISK
    if before is None:
        return News.NEW
    return News.CLEARED if before in (Standing.ACT_NOW, Standing.SOON) else None

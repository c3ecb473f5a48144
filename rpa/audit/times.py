"""Holds the times that entries state against the seals around them: what was put in later was not there before."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

LEEWAY = timedelta(minutes=10)
"""By so much the clocks of machines may differ, and a transaction may take that long."""
_MOST = 20
Stated = tuple[str, str, int]
"""The time that an entry states, its run and its number."""


@dataclass(slots=True)
class Times:
    """The earliest and the latest entry since the last seal."""

    doubts: list[str] = field(default_factory=list)
    """What is said of entries whose time can't be right; of the first few."""
    before: datetime | None = None
    """When the last seal was made."""
    _earliest: Stated | None = None
    _latest: Stated | None = None

    def see(self, body: dict[str, Any]) -> None:
        """Take an entry. Its time is text that sorts like the time, as all are in UTC."""
        self.seen([(body["at"], body["run"], body["seq"])])

    def seen(self, stated: Sequence[Stated]) -> None:
        """Take many."""
        if stated:
            first, last = min(stated), max(stated)
            self._earliest = first if self._earliest is None else min(self._earliest, first)
            self._latest = last if self._latest is None else max(self._latest, last)

    def sealed(self, body: dict[str, Any]) -> None:
        """Take the entry of a seal, which says when all since the last one was sealed."""
        now = datetime.fromisoformat(body["at"])
        if self._earliest is not None and self.before is not None:
            self._doubt(self._earliest, now, wrong=datetime.fromisoformat(self._earliest[0]) < self.before - LEEWAY)
        if self._latest is not None:
            self._doubt(self._latest, now, wrong=datetime.fromisoformat(self._latest[0]) > now + LEEWAY)
        self.before, self._earliest, self._latest = now, None, None

    def _doubt(self, entry: Stated, now: datetime, *, wrong: bool) -> None:
        if not wrong or len(self.doubts) >= _MOST:
            return
        at, run, seq = entry
        since = f"came between the seals of {_shown(self.before)} and" if self.before else "came before the seal of"
        self.doubts.append(
            f"entry {seq:,} of {run.replace('-', ' ')} states {_shown(datetime.fromisoformat(at))} and {since} "
            f"{_shown(now)}: the clock of its machine was wrong, or it was put in later"
        )


def _shown(at: datetime | None) -> str:
    return f"{at:%Y-%m-%d %H:%M:%S} UTC"

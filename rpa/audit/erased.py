"""Which payloads of a run may be missing: those that an entry `payload.erased` further down in it tells of."""

from array import array
from bisect import bisect_left
from collections.abc import Iterable, Sequence
from typing import Any

ERASED = "payload.erased"


def merged(ranges: Iterable[tuple[int, int]]) -> list[list[int]]:
    """Return ranges of entries as few as they can be, in their order; both ends belong to a range."""
    result: list[list[int]] = []
    for first, last in sorted(ranges):
        if result and first <= result[-1][1] + 1:
            result[-1][1] = max(result[-1][1], last)
        else:
            result.append([first, last])
    return result


class Payloads:
    """The payloads of a run as it is read: which are missing, which are there, and what was erased by rule."""

    def __init__(self) -> None:
        self._missing = array("q")
        self._there = array("q")
        self._erased: list[tuple[int, int]] = []

    def missing(self, seq: int) -> None:
        """Take notice of an entry whose payload is not there."""
        self._missing.append(seq)

    def there(self, seq: int) -> None:
        """Take notice of an entry whose payload is there."""
        self._there.append(seq)

    def erased(self, seq: int, facts: Any) -> bool:
        """Take notice of an erasure, and return whether it can be read; nothing after it can have been meant."""
        try:
            self._erased += [(int(first), min(int(last), seq - 1)) for first, last in facts["entries"]]
        except (KeyError, TypeError, ValueError):
            return False
        return True

    def first_wrong(self) -> tuple[int, str] | None:
        """Return the first entry whose payload is missing without an erasure, or is there in spite of one."""
        ranges = merged(self._erased)
        starts = [first for first, _ in ranges]
        lost = next((seq for seq in self._missing if not _covered(seq, ranges, starts)), None)
        back = min((self._there[at] for at in _within(self._there, ranges)), default=None)
        if back is not None and (lost is None or back < lost):
            return back, "has its payload again, which was erased"
        return None if lost is None else (lost, "has lost its payload, and no erasure is recorded")


def _covered(seq: int, ranges: Sequence[Sequence[int]], starts: Sequence[int]) -> bool:
    at = bisect_left(starts, seq + 1) - 1
    return at >= 0 and seq <= ranges[at][1]


def _within(seqs: Sequence[int], ranges: Sequence[Sequence[int]]) -> Iterable[int]:
    """Yield the first place in ordered numbers that lies in each of the ranges."""
    for first, last in ranges:
        at = bisect_left(seqs, first)
        if at < len(seqs) and seqs[at] <= last:
            yield at

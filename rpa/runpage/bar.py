"""The bar of totals: parts that are told apart by mark and pattern as well as by colour."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from rpa.models import Totals

# So that one row of ten thousand can still be seen, and a mark fits into it at 320 pixels.
_LEAST_PERCENT = 8.0


@dataclass(frozen=True, slots=True)
class Part:
    """One end that rows came to: its place in the bar in percent, its mark and its words."""

    kind: str
    mark: str
    words: str
    count: int
    start: float = 0.0
    width: float = 0.0


def parts_of(totals: Totals, *, dry_run: bool = False) -> list[Part]:
    """Return every end of a row with its count, placed side by side; an end without rows has no width."""
    parts = [
        Part("done", "✓", "Planned" if dry_run else "Done", totals.completed),
        Part("person", "!", "Need a person", totals.failed),
        Part("unreadable", "✕", "Could not be read", totals.rejected),
        Part("aside", "=", "There twice", totals.duplicate),
        Part("aside", "-", "Not sent again", totals.left_out),
        Part("aside", "✎", "Done by hand", totals.by_hand),
        Part("aside", "○", "Left out", totals.put_aside),
        Part("aside", "↶", "Stopped", totals.stopped),
        Part("open", "…", "Still waiting", totals.open),
    ]
    return _placed(parts)


def is_uneven(parts: Sequence[Part]) -> bool:
    """Return whether a part is drawn wider than its share, so that it can be seen."""
    total = sum(one.count for one in parts) or 1
    return any(one.width > 100 * one.count / total + 1 for one in parts)


def _placed(parts: Sequence[Part]) -> list[Part]:
    widths = _widths([one.count for one in parts])
    placed, start = list[Part](), 0.0
    for one, width in zip(parts, widths, strict=True):
        placed.append(Part(one.kind, one.mark, one.words, one.count, round(start, 2), round(width, 2)))
        start += width
    return placed


def _widths(counts: Iterable[int]) -> list[float]:
    counts = list(counts)
    total = sum(counts) or 1
    raised = [max(100 * count / total, _LEAST_PERCENT) if count else 0.0 for count in counts]
    # What the small ones were given, the largest gives up.
    raised[counts.index(max(counts))] -= max(0.0, sum(raised) - 100)
    return raised

"""A time between two days or moments, as somebody types it: both ends belong to it."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from rpa.calendars.wall import moment_of, zone_of
from rpa.exceptions import UsageError

_ZONE = "Europe/London"
_DAY, _MINUTE, _SECOND = timedelta(days=1), timedelta(minutes=1), timedelta(seconds=1)


@dataclass(frozen=True, slots=True)
class Span:
    """A time, with words for a file's name."""

    since: datetime | None
    """Its first moment."""
    until: datetime | None
    """The first moment after it."""
    name: str


def span_of(first: str | None, last: str | None) -> Span | None:
    """Return the time from one day, minute or second to another as the clock on the wall shows them; None for neither.

    A day lasts from midnight to midnight, also on the two days on which the clocks change; an hour that the clock
    shows twice is meant from its first beginning to its second end.

    Raises:
        UsageError: One can't be read, or the last lies before the first.
    """
    if first is None and last is None:
        return None
    since = None if first is None else _moment(_read(first)[0])
    until = None if last is None else _end(last)
    if since is not None and until is not None and since >= until:
        raise UsageError(f"found a time from {first} to {last}, expected the earlier one first")
    named = [f"{word}-{text.strip()}" for word, text in (("from", first), ("to", last)) if text is not None]
    return Span(since, until, "-".join(named).replace(":", "").replace(" ", "T"))


def _end(text: str) -> datetime:
    start, lasts = _read(text)
    if lasts == _DAY:  # which may have 23 or 25 hours
        return _moment(start + _DAY)
    return _moment(start, second=True) + lasts


def _moment(wall: datetime, *, second: bool = False) -> datetime:
    return moment_of(wall, zone_of(_ZONE), second=second)


def _read(text: str) -> tuple[datetime, timedelta]:
    """Return what was typed as the beginning of a day, minute or second, and how long that lasts."""
    given = text.strip()
    try:
        if len(given) == len("2026-11-23"):
            return datetime.combine(date.fromisoformat(given), time()), _DAY
        moment = datetime.fromisoformat(given)
        if moment.tzinfo is None:
            return moment.replace(microsecond=0), _MINUTE if len(given) == len("2026-11-23T09:30") else _SECOND
    except ValueError:
        pass
    raise UsageError(f"found {text!r} as a day or time, expected one such as 2026-11-23 or 2026-11-23T09:30")

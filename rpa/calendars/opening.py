"""Opening hours and maintenance windows of a system, as the trust's clocks show them."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from rpa.calendars.wall import moment_of, said, wall_of, zone_of
from rpa.calendars.week import DAY, days_of, times_of_day
from rpa.exceptions import UsageError

Span = tuple[datetime, datetime]
_DAYS_TO_LOOK = range(-2, 17)
"""A window of the day before may reach into today. Each comes again within a week, or within two where the autumn night
leaves nothing of it."""
_SOME_MONDAY = datetime(2026, 6, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Window:
    """Times of the wall's clock: each week again, or once."""

    text: str
    near: Callable[[datetime], Iterable[Span]]
    """Gives the naive starts and ends of the week that begins at a naive time."""
    once: bool = False


class OpeningHours:
    """When something may be used.

    Args:
        hours: Such as `mon-fri 07:00-19:00` or `fri 22:00-02:00`; always if there are none.
        maintenance: The same, or once as `2026-12-01 22:00 to 2026-12-02 06:00`; these win over the hours.
        zone: Whose clocks are meant.

    In the autumn night, when an hour comes twice, an opening is taken as short and a maintenance window as long as it
    can be meant.

    Raises:
        UsageError: One can't be read, or they leave no time at all.
    """

    def __init__(self, hours: Sequence[str], maintenance: Sequence[str], zone: str = "Europe/London") -> None:
        self._zone = zone_of(zone)
        self._hours = [_weekly(one) for one in hours]
        self._maintenance = [_once(one) if " to " in one else _weekly(one) for one in maintenance]
        self._check_opens_ever()

    def is_open(self, moment: datetime) -> bool:
        """Whether it may be used at a moment."""
        return self._closing(moment, self._maintenance) is None

    def opens_at(self, moment: datetime) -> datetime:
        """Return that moment if it is open, else the next at which it is."""
        closed = self.closed_until(moment)
        return closed[0] if closed else moment

    def closed_until(self, moment: datetime) -> tuple[datetime, str] | None:
        """Return None if it is open; else when it opens (UTC), and why it is closed, to be read after `is`."""
        closing = self._closing(moment, self._maintenance)
        if closing is None:
            return None
        opening, why, rule = closing
        while (further := self._closing(opening, self._maintenance)) is not None:
            opening = further[0]
        return opening, f"{why} until {said(opening, self._zone)} ({rule})"

    def _closing(self, moment: datetime, maintenance: Iterable[Window]) -> tuple[datetime, str, str] | None:
        """Return why it is closed at a moment, by what rule, and until when that rule says so at least."""
        for start, end, window in self._spans(maintenance, moment, longest=True):
            if start <= moment < end:
                return end, "under maintenance", window.text
        spans = list(self._spans(self._hours, moment, longest=False))
        if not self._hours or any(start <= moment < end for start, end, _ in spans):
            return None
        opening = min(start for start, end, _ in spans if start > moment and start < end)
        return opening, "outside its hours", ", ".join(one.text for one in self._hours)

    def _spans(self, windows: Iterable[Window], moment: datetime, *,
               longest: bool) -> Iterator[tuple[datetime, datetime, Window]]:  # fmt: skip
        for window in windows:
            for start, end in window.near(wall_of(moment, self._zone)):
                yield (
                    moment_of(start, self._zone, second=not longest),
                    moment_of(end, self._zone, second=longest),
                    window,
                )

    def _check_opens_ever(self) -> None:
        weekly = [one for one in self._maintenance if not one.once]
        moment, end = _SOME_MONDAY, _SOME_MONDAY + 14 * DAY
        while (closing := self._closing(moment, weekly)) is not None:
            moment = closing[0]
            if moment > end:
                said = ", ".join(one.text for one in weekly)
                raise UsageError(f"maintenance {said} leaves no time at all, expected some; mend the hours")


def _weekly(text: str) -> Window:
    days, _, times = text.strip().partition(" ")
    which, (start, end) = days_of(days), times_of_day(times)
    return Window(text.strip(), lambda wall: _in_week(wall, which, start=start, end=end))


def _in_week(wall: datetime, days: frozenset[int], *, start: timedelta, end: timedelta) -> Iterator[Span]:
    midnight = wall.replace(hour=0, minute=0, second=0, microsecond=0)
    near = (midnight + number * DAY for number in _DAYS_TO_LOOK)
    return ((day + start, day + end) for day in near if day.weekday() in days)


def _once(text: str) -> Window:
    first, _, last = text.partition(" to ")
    try:
        span = datetime.fromisoformat(first.strip()), datetime.fromisoformat(last.strip())
    except ValueError:
        span = None
    if span is None or span[0].tzinfo or span[1].tzinfo or span[0] >= span[1]:
        raise UsageError(
            f"found maintenance {text!r}, expected start and end such as 2026-12-01 22:00 to 2026-12-02 06:00"
        )
    return Window(text.strip(), lambda _: (span,), once=True)

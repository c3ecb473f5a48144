"""Times as a clock on the wall shows them, and the moments they stand for on the two nights the clocks change."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from rpa.exceptions import UsageError

_SECOND = timedelta(seconds=1)


def zone_of(name: str) -> ZoneInfo:
    """Return a time zone by its name.

    Raises:
        UsageError: There is none of that name.
    """
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise UsageError(f"there is no time zone {name!r}, expected a name such as 'Europe/London'") from None


def moment_of(wall: datetime, zone: ZoneInfo, *, second: bool = False) -> datetime:
    """Return the moment (UTC) at which the clock on the wall shows a naive time.

    A time that the spring night leaves out stands for the first moment after the gap. A time that the autumn night has
    twice stands for the first of the two, or with `second` for the second.
    """
    moment = wall.replace(tzinfo=zone, fold=int(second)).astimezone(UTC)
    return moment if wall_of(moment, zone) == wall else _end_of_gap(wall, zone)


def moments_of(wall: datetime, zone: ZoneInfo) -> list[datetime]:
    """Return every moment (UTC) at which the clock on the wall shows a naive time: none, one or two, in order."""
    moments = (wall.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (0, 1))
    return sorted({moment for moment in moments if wall_of(moment, zone) == wall})


def wall_of(moment: datetime, zone: ZoneInfo) -> datetime:
    """Return what the clock on the wall shows at a moment, as a naive time."""
    return moment.astimezone(zone).replace(tzinfo=None)


def said(moment: datetime, zone: ZoneInfo) -> str:
    """Return a time as people read it: `Mon 23 Nov 09:30`."""
    shown = moment.astimezone(zone)
    return f"{shown:%a} {shown.day} {shown:%b %H:%M}"


def _end_of_gap(wall: datetime, zone: ZoneInfo) -> datetime:
    # Read by the offset after the change it lies before the gap's end, read by the one before it lies behind it.
    before, after = (wall.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (1, 0))
    offset = after.astimezone(zone).utcoffset()
    while after - before > _SECOND:
        middle = before + (after - before) // 2
        if middle.astimezone(zone).utcoffset() == offset:
            after = middle
        else:
            before = middle
    return after.replace(microsecond=0)

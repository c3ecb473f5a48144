"""A timeline in SVG: a lane for each slot, long rests of all of them squeezed; the same stands in a table as well."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from rpa.runpage.words import counted
from rpa.today import Stretch

WIDTH, LANE = 700, 44
_LONG_REST = timedelta(minutes=30)
_SQUEEZED = 48.0
"""Units of the picture that a long rest takes, however long it is."""
_LEAST = 4.0
_ROOM_FOR_MARK = 16.0


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch as a bar."""

    left: float
    top: float
    width: float
    kind: str
    mark: str


@dataclass(frozen=True, slots=True)
class Lane:
    """A slot's bars, and its name above them."""

    name: str
    top: float
    pieces: Sequence[Piece]


@dataclass(frozen=True, slots=True)
class Rest:
    """A time in which no slot was at anything, squeezed."""

    middle: float
    said: str


@dataclass(frozen=True, slots=True)
class Timeline:
    """The whole picture."""

    lanes: Sequence[Lane]
    rests: Sequence[Rest]
    began: datetime
    ended: datetime
    height: int


def timeline(lanes: Mapping[str, Sequence[Stretch]]) -> Timeline | None:
    """Return the picture of what slots were at; None if they were at nothing."""
    some = [one for each in lanes.values() for one in each]
    if not some:
        return None
    busy = _together(some)
    scale = _Scale(busy)
    drawn = [_lane(name, number, mine, scale) for number, (name, mine) in enumerate(lanes.items())]
    return Timeline(drawn, scale.rests, busy[0][0], busy[-1][1], len(drawn) * LANE)


def _together(some: Sequence[Stretch]) -> list[tuple[datetime, datetime]]:
    """Return the times in which any slot was at something; what rests no longer than half an hour is one time."""
    found = list[tuple[datetime, datetime]]()
    for since, until in sorted((one.since, one.until) for one in some):
        if found and since - found[-1][1] <= _LONG_REST:
            found[-1] = (found[-1][0], max(found[-1][1], until))
        else:
            found.append((since, until))
    return found


class _Scale:
    """Where a moment stands: time as it passes, but for the long rests."""

    def __init__(self, busy: Sequence[tuple[datetime, datetime]]) -> None:
        seconds = sum(((until - since).total_seconds() for since, until in busy), 0.0)
        # However many rests there are, half of the picture is left for the work.
        self._rest = min(_SQUEEZED, WIDTH / 2 / max(len(busy) - 1, 1))
        self._unit = (WIDTH - self._rest * (len(busy) - 1)) / max(seconds, 1.0)
        self._starts = list[tuple[datetime, float]]()
        self.rests = list[Rest]()
        left = 0.0
        for since, until in busy:
            self._starts.append((since, left))
            left += (until - since).total_seconds() * self._unit + self._rest
        for (_, before), (after, _), (_, start) in zip(busy, busy[1:], self._starts[1:], strict=False):
            self.rests.append(Rest(round(start - self._rest / 2, 1), _length(after - before)))

    def at(self, moment: datetime) -> float:
        since, left = max((one for one in self._starts if one[0] <= moment), default=self._starts[0])
        return left + (moment - since).total_seconds() * self._unit


def _lane(name: str, number: int, mine: Sequence[Stretch], scale: _Scale) -> Lane:
    top = number * LANE
    return Lane(name, top, [_piece(one, top, scale) for one in mine])


def _piece(one: Stretch, top: float, scale: _Scale) -> Piece:
    left = scale.at(one.since)
    width = max(scale.at(one.until) - left, _LEAST)
    left = min(left, WIDTH - width)
    kind, mark = ("person", "!") if one.needed_person else ("done", "✓")
    return Piece(round(left, 1), top + 20, round(width, 1), kind, mark if width >= _ROOM_FOR_MARK else "")


def _length(rest: timedelta) -> str:
    hours = round(rest.total_seconds() / 3600)
    return f"{hours} h" if hours else f"{round(rest.total_seconds() / 60)} min"


def sentence(lanes: Mapping[str, Sequence[Stretch]]) -> str:
    """Say in words what the picture shows."""
    items = sum(one.items for each in lanes.values() for one in each)
    person = sum(one.needed_person for each in lanes.values() for one in each)
    needed = f"; {person:,} of them left a row for a person" if person else ""
    return f"{counted(len(lanes), 'slot')} made {counted(items, 'attempt')}, those for plans among them{needed}."

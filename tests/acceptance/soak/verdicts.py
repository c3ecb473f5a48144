"""What is asked of a soak: nothing grows, nothing is left, and all of the day's work is in order."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from statistics import fmean

from tests.acceptance.soak.samples import Look, Samples
from tests.acceptance.soak.scale import Scale
from tests.acceptance.soak.trends import Points, creep, settled, step, trend

SHARE_AN_HOUR = 0.02
"""How much of its memory a process may grow in an hour."""
NOISE = 3.0
"""Megabytes that say nothing."""
_YOUNG = 0.4
"""The part of a slot's life in which it is still getting warm."""


@dataclass(frozen=True)
class Verdict:
    """One thing that was asked, what was found, and whether it is in order."""

    asked: str
    found: str
    good: bool
    is_trend: bool = False
    """Whether it tells of growth, which only a long day shows: in a short one everything is still getting warm."""


def verdicts(samples: Samples, scale: Scale) -> Iterator[Verdict]:
    """Judge the second half of the day, when everything is warm."""
    warm = scale.seconds / 2
    for number, looks in enumerate(_lasting(samples.supervisors, warm), 1):
        name = f"supervisor {number}"
        yield _flat(f"memory of {name}, MB", _of(looks, "megabytes"), scale, since=warm)
        yield _constant(f"open files of {name}", _of(looks, "files"), since=warm)
        yield _constant(f"sockets of {name}", _of(looks, "sockets"), since=warm)
    yield from _of_slots(samples, scale, warm)
    yield _flat("memory of browsers, MB", samples.browsers, scale, since=warm)
    for name, points in samples.counts.items():
        if name in ("temporary files", "connections of the database"):
            yield _constant(name, points, since=warm)
    yield _none("zombies", samples.zombies)
    yield _none("orphans", samples.orphans)


def _of_slots(samples: Samples, scale: Scale, warm: float) -> Iterator[Verdict]:
    """Judge the lives of slots: one against the other, and each within itself."""
    lives = [looks for looks in samples.slots.values() if len(looks) > 2]
    grown = [(looks[0].at, fmean(one.megabytes for one in _grown(looks))) for looks in lives]
    yield _flat("memory of slots, from life to life, MB", grown, scale, since=warm)
    rates = [
        creep(points) / max(_span(_grown(looks)) / scale.hour, 1) / points[0][1]
        for looks in lives
        if (points := _of(_grown(looks), "megabytes"))
    ]
    mean = fmean(rates) if rates else 0.0
    noise = NOISE / fmean(value for _, value in grown) if grown else 0.0
    yield Verdict("memory of slots, within a life, an hour", f"{mean:+.1%}", mean <= max(SHARE_AN_HOUR, noise),
                  is_trend=True)  # fmt: skip
    files = [(looks[0].at, fmean(one.files for one in _grown(looks))) for looks in lives]
    yield _constant("open files of slots, from life to life", files, since=warm)
    within = fmean(trend(_of(_grown(looks), "files")).grows for looks in lives) if lives else 0.0
    yield Verdict("open files of slots, within a life", f"{within:+.1f}", within <= 1, is_trend=True)


def _flat(name: str, points: Points, scale: Scale, *, since: float) -> Verdict:
    seen = settled(points, since=since)
    line = trend(seen)
    hours = (seen[-1][0] - seen[0][0]) / scale.hour if len(seen) > 1 else 0.0
    allowed = max(NOISE, line.begins * SHARE_AN_HOUR * hours)
    return Verdict(name, f"{line.begins:.1f} {line.grows:+.1f} in {hours:.0f} h", line.grows <= allowed, is_trend=True)


def _constant(name: str, points: Points, *, since: float) -> Verdict:
    seen = settled(points, since=since)
    rises = step(seen)
    middle = fmean(value for _, value in seen) if seen else 0.0
    return Verdict(name, f"{middle:.1f} {rises:+.1f}", rises <= 1, is_trend=True)


def _none(name: str, found: set[int]) -> Verdict:
    return Verdict(name, str(len(found)), not found)


def _lasting(of: dict[int, list[Look]], warm: float) -> list[list[Look]]:
    """Return those that were there before the second half and saw its end."""
    return [looks for looks in of.values() if looks[0].at < warm and looks[-1].at > warm * 1.9]


def _grown(looks: Sequence[Look]) -> Sequence[Look]:
    return [one for one in looks if one.age >= looks[-1].age * _YOUNG]


def _span(looks: Sequence[Look]) -> float:
    return looks[-1].at - looks[0].at if looks else 0.0


def _of(looks: Sequence[Look], name: str) -> Points:
    return [(one.at, float(getattr(one, name))) for one in looks]

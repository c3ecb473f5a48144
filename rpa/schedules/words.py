"""The rule of a schedule in words. It is kept too: other words mean that the rule was changed."""

from collections.abc import Iterator
from zoneinfo import ZoneInfo

from rpa.schedules.plain import plain_rule
from rpa.settings import ScheduleSettings

_TO = {"skip": "", "next": ", else on the next", "previous": ", else on the one before"}


def rule_in_words(asked: ScheduleSettings, zone: ZoneInfo) -> str:
    """Return when a schedule is due, such as `3rd working day of the month at 07:00`."""
    return ", ".join([_rule(asked), *_days(asked), *_zone(zone)])


def rule_in_plain_words(asked: ScheduleSettings, zone: ZoneInfo) -> str:
    """Return the same for people to read, such as `every day at 06:30`; as it is set where that can't be said so."""
    plain = plain_rule(asked)
    if plain is None:
        return rule_in_words(asked, zone)
    days = [] if "working day" in plain else _days(asked)
    return ", ".join([plain, *days, *_zone(zone)])


def rule_as_set(asked: ScheduleSettings) -> str:
    """Return what the settings say where people read something else; empty where they read the same."""
    return "" if plain_rule(asked) is None else _rule(asked)


def _rule(asked: ScheduleSettings) -> str:
    if asked.cron is not None:
        return f"cron {asked.cron}"
    if asked.every is not None:
        return f"every {asked.every}" + (f" from {asked.start:%Y-%m-%d %H:%M} on" if asked.start else "")
    if asked.at is not None:
        return f"once at {asked.at:%Y-%m-%d %H:%M}"
    return f"{_ordinal(asked.working_day or 0)} working day of the month at {asked.time}"


def _ordinal(number: int) -> str:
    if number < 0:
        return "last" if number == -1 else f"{_ordinal(-number)} last"
    ending = {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{'th' if number in (11, 12, 13) else ending}"


def _days(asked: ScheduleSettings) -> Iterator[str]:
    if asked.days == "working":
        yield f"on working days{_TO[asked.on_closed]}"


def _zone(zone: ZoneInfo) -> Iterator[str]:
    if zone.key != "Europe/London":
        yield f"by the clocks of {zone.key}"

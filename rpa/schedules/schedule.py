"""A schedule: what it starts, when it is due, and what becomes of a time that can't be kept."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import islice, takewhile
from zoneinfo import ZoneInfo

from rpa.calendars import Calendar
from rpa.calendars.spans import working_span
from rpa.calendars.wall import moment_of, zone_of
from rpa.calendars.week import time_of_day
from rpa.exceptions import UsageError
from rpa.models import Timing
from rpa.retry import seconds_of
from rpa.schedules.crontab import Crontab
from rpa.schedules.due import Due, WorkingDays
from rpa.schedules.rules import ByCron, ByInterval, ByWorkingDay, Once, Rule
from rpa.schedules.words import rule_as_set, rule_in_plain_words, rule_in_words
from rpa.settings import ScheduleSettings

_RULES = ("cron", "every", "at", "working_day")
_START = datetime(2026, 1, 1)  # noqa: DTZ001 - local time, whatever the zone
_MINUTE = timedelta(minutes=1)
_FAR = timedelta(days=9 * 366)
"""Every rule that is ever due is so within these years: 29 February comes after eight at the latest."""
_MOST_LOOKED_AT = 20_000
_LONGEST_NAME = 100


@dataclass(frozen=True, slots=True)
class Schedule:
    """One schedule of the settings, ready to be asked when it is due."""

    name: str
    asked: ScheduleSettings
    rule: Rule
    calendar: Calendar
    zone: ZoneInfo
    late: timedelta
    """How long after its time a job may still start."""

    def dues(self, after: datetime) -> Iterator[Due]:
        """Yield the due times after a moment, in order; those of closed days among them."""
        if self.asked.days == "all":
            return map(Due, self.rule.moments(after))
        return WorkingDays(self.asked.on_closed, self.calendar, self.zone).dues(self.rule, after)

    def due_between(self, after: datetime, until: datetime) -> list[Due]:
        """Return the due times after a moment, up to and with another."""
        return list(takewhile(lambda due: due.at <= until, self.dues(after)))

    def next_times(self, after: datetime, number: int) -> list[Due]:
        """Return the next times at which a job is to start; fewer if there are no more in nine years."""
        near = takewhile(lambda due: due.at <= after + _FAR, islice(self.dues(after), _MOST_LOOKED_AT))
        return list(islice((due for due in near if due.fires), number))

    def timing(self, due: Due) -> Timing:
        """Return how the job of a due time stands among others, and until when it is to be done."""
        span = self.asked.deadline
        deadline = None if span is None else self.calendar.add_working_time(due.at, span)
        return Timing(priority=self.asked.priority, deadline=deadline)

    @property
    def said(self) -> str:
        """The rule in words, as it is kept."""
        return rule_in_words(self.asked, self.zone)

    @property
    def plain(self) -> str:
        """The rule as people say it, where that can be done."""
        return rule_in_plain_words(self.asked, self.zone)

    @property
    def as_set(self) -> str:
        """The rule as the settings have it; empty where `plain` says it already."""
        return rule_as_set(self.asked)


def make_schedule(name: str, asked: ScheduleSettings, calendar: Calendar) -> Schedule:
    """Return a schedule as its settings ask for it.

    Raises:
        UsageError: Its rule or one of its spans can't be read.
    """
    if len(name) > _LONGEST_NAME:
        raise UsageError(f"its name has {len(name)} letters, expected {_LONGEST_NAME} at most")
    zone = zone_of(asked.zone) if asked.zone else calendar.zone
    late = timedelta(seconds=seconds_of(asked.late))
    if asked.deadline is not None:
        working_span(asked.deadline)
    return Schedule(name, asked, _rule(asked, calendar, zone), calendar, zone, late)


def _rule(asked: ScheduleSettings, calendar: Calendar, zone: ZoneInfo) -> Rule:
    given = [name for name in _RULES if getattr(asked, name) is not None]
    if len(given) != 1:
        raise UsageError(f"found {' and '.join(given) or 'no rule'}, expected one of {', '.join(_RULES)}")
    _check_belongs(asked, given[0])
    if asked.cron is not None:
        return ByCron(Crontab(asked.cron), zone)
    if asked.every is not None:
        return ByInterval(_interval(asked.every), _moment(asked.start or _START, zone))
    if asked.at is not None:
        return Once(_moment(asked.at, zone))
    return _by_working_day(asked, calendar, zone)


def _check_belongs(asked: ScheduleSettings, rule: str) -> None:
    beside: Mapping[str, str] = {"start": "every", "time": "working_day"}
    for name, other in beside.items():
        if getattr(asked, name) is not None and rule != other:
            raise UsageError(f"found {name} beside {rule}, expected it beside {other} only")


def _interval(text: str) -> timedelta:
    every = timedelta(seconds=seconds_of(text))
    if every < _MINUTE or every % timedelta(seconds=1):
        raise UsageError(f"found every = {text!r}, expected a minute or more, in whole seconds")
    return every


def _by_working_day(asked: ScheduleSettings, calendar: Calendar, zone: ZoneInfo) -> Rule:
    if not asked.working_day or asked.time is None:
        raise UsageError("found working_day without its number or its time, expected such as working_day = 3 and "
                         "time = '07:00'")  # fmt: skip
    time = time_of_day(asked.time)
    if time >= timedelta(days=1):
        raise UsageError(f"found time = {asked.time!r}, expected one before midnight")
    return ByWorkingDay(asked.working_day, time, calendar, zone)


def _moment(given: datetime, zone: ZoneInfo) -> datetime:
    return given.astimezone(UTC) if given.tzinfo else moment_of(given, zone)

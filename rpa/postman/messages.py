"""What is sent for an alarm: what happened, since when, how often, what to do, and which command shows it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from rpa.alarms import Alarm, AlarmKind, wall_time
from rpa.logs import scrubbed

_LONGEST_DIGEST = 50
"""Alarms that one message tells one by one."""

_HEADLINES: Mapping[AlarmKind, tuple[str, str]] = {
    AlarmKind.NEEDS_PERSON: ("job {} needs a person", "rpa job {}"),
    AlarmKind.BREAKER_OPENED: ("system {} is left alone", "rpa systems"),
    AlarmKind.WORKER_SILENT: ("worker {:.8} is silent", "rpa workers"),
    AlarmKind.SCHEDULE_MISSED: ("schedule {} did not fire", "rpa schedules"),
    AlarmKind.DEADLINE_AT_RISK: ("job {} will be late", "rpa job {}"),
    AlarmKind.RECORD_BROKEN: ("the record of {} does not verify", "rpa audit verify"),
    AlarmKind.RECORD_UNSEALED: ("the record can't be sealed or its {} not copied", "rpa doctor"),
    AlarmKind.MAILBOX_AWAY: ("the mailbox on {} can't be looked into", "rpa doctor"),
}


@dataclass(frozen=True, slots=True)
class Message:
    """One message, in words without patient data."""

    id: str
    """The same for the same alarms, so that a mailbox can tell a message that was sent twice."""
    kind: str
    subject: str
    headline: str
    text: str
    count: int
    raised_at: datetime


def message_of(alarms: Sequence[Alarm]) -> Message:
    """Return the message for one alarm, or the one that tells of many."""
    first = min(alarms, key=lambda one: one.raised_at)
    name = sha256("".join(f"{one.id} {one.raised_at.isoformat()} " for one in alarms).encode()).hexdigest()[:32]
    count = sum(one.count for one in alarms)
    if len(alarms) == 1:
        return Message(name, first.kind, first.subject, headline(first), _told(first), count, first.raised_at)
    told = [f"{headline(one)}\n{_told(one)}" for one in alarms[:_LONGEST_DIGEST]]
    more = len(alarms) - len(told)
    told += [f"And {more} more. They are listed by: rpa alarms"] if more else []
    many = f"{len(alarms)} alarms at once"
    return Message(name, "digest", many, f"rpa: {many}", "\n\n".join(told), count, first.raised_at)


def trial_message(now: datetime) -> Message:
    """Return a message that only shows that alarms arrive."""
    text = "This is a test: alarms of rpa arrive here. There is nothing to do."
    return Message(f"test-{now:%Y%m%d%H%M%S%f}", "test", "test", "rpa: a test of the alarms", text, 1, now)


def headline(alarm: Alarm) -> str:
    """Return the subject line of an alarm."""
    return scrubbed(f"rpa: {_HEADLINES[alarm.kind][0].format(alarm.subject)}")


def _told(alarm: Alarm) -> str:
    times = "once" if alarm.count == 1 else f"{alarm.count} times, the last at {wall_time(alarm.last_at)}"
    lines = (
        alarm.text,
        f"Since {wall_time(alarm.raised_at)}; {times} since the last message about it.",
        f"Look with: {_HEADLINES[alarm.kind][1].format(alarm.subject)}",
    )
    return "\n".join(scrubbed(one) for one in lines)  # the net under those who raise alarms

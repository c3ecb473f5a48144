"""What is known of a cancer pathway, which waits it has, and what must happen first."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from workflows._cancer_days import IsWorkingDay, Pause, State, Wait


class Standard(StrEnum):
    """A wait that is watched; the value is what the workbook calls it."""

    FIRST_APPOINTMENT = "First appointment (9 days)"
    OWN_TREATMENT = "Treatment here (24 days)"
    TOLD = "Patient told (28 days)"
    DECISION = "Decision to treatment (31 days)"
    TREATMENT = "Referral to treatment (62 days)"


class Standing(StrEnum):
    """On which list a pathway is; the first that fits counts."""

    ACT_NOW = "Act now"
    SOON = "Soon"
    NO_EVENT = "No future event"
    WITHIN = "Within time"


@dataclass(frozen=True, slots=True, kw_only=True)
class Pathway:
    """An open cancer pathway as the PAS shows it."""

    reference: str
    referred_on: date
    received_on: date | None = None
    """The day on which this trust got the referral, if another trust had it first."""
    first_seen_on: date | None = None
    told_on: date | None = None
    decided_on: date | None = None
    treated_on: date | None = None
    next_event_on: date | None = None
    admitted: bool = False
    """Whether the treatment is admitted or day case: only then do pauses count."""
    pauses: tuple[Pause, ...] = ()
    on_62_days: bool = True
    """Whether the 62 days count, and with them the trust's own 24."""


def waits_of(pathway: Pathway) -> dict[Standard, Wait]:
    """Return the waits of a pathway that have begun; pauses are taken off waits for treatment alone."""
    pauses = pathway.pauses if pathway.admitted else ()
    received = pathway.received_on or pathway.referred_on
    waits = {
        Standard.FIRST_APPOINTMENT: Wait(9, received, pathway.first_seen_on),
        Standard.TOLD: Wait(28, pathway.referred_on, pathway.told_on),
    }
    if pathway.on_62_days:
        waits[Standard.OWN_TREATMENT] = Wait(24, received, pathway.treated_on, pauses)
        waits[Standard.TREATMENT] = Wait(62, pathway.referred_on, pathway.treated_on, pauses)
    if pathway.decided_on:
        waits[Standard.DECISION] = Wait(31, pathway.decided_on, pathway.treated_on, pauses)
    return waits


def first_wait(pathway: Pathway, today: date) -> tuple[Standard, Wait] | None:
    """Return the open wait that is a breach first, or has been one for longest; None if none is open."""
    waits = [(standard, wait) for standard, wait in waits_of(pathway).items() if wait.ended_on is None]
    return min(waits, key=lambda each: each[1].breach_on(today), default=None)


def standing_of(pathway: Pathway, today: date, *, soon: int, is_working_day: IsWorkingDay) -> Standing:
    """Say on which list a pathway is."""
    states = {wait.state(today, soon=soon, is_working_day=is_working_day) for wait in waits_of(pathway).values()}
    if State.BREACHED in states:
        return Standing.ACT_NOW
    if State.SOON in states:
        return Standing.SOON
    if State.WITHIN in states and not has_event(pathway, today):
        return Standing.NO_EVENT
    return Standing.WITHIN


def has_event(pathway: Pathway, today: date) -> bool:
    """Return whether something is booked for today or later."""
    return pathway.next_event_on is not None and pathway.next_event_on >= today

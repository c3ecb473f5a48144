"""How the cases of the reconciliation are shown to the people who deal with them."""

from collections.abc import Iterable
from datetime import date, datetime

from rpa import Layout
from workflows._appointments import FUTURE, PRIORITIES, ErsRow, Fix, PasRow

ATTENDANCE = {
    "0": "booked",
    "2": "cancelled by or for the patient",
    "3": "did not attend",
    "4": "cancelled by the provider",
    "5": "attended on time",
    "6": "late, was seen",
    "7": "late, not seen",
}


def days_waited(fix: Fix, today: date) -> int:
    """Return the days since the patient came on a list, or was referred."""
    since = [row.date_on_list or row.referral_date for row in fix.ers]
    since += [row.waiting_list_date or row.referral_date for row in fix.pas]
    return (today - min(since)).days


def urgency(fix: Fix, today: date) -> tuple[int, int]:
    """Return what sorts two week waits first, and who waits longest first among equals."""
    return -list(PRIORITIES.values()).index(fix.priority), -days_waited(fix, today)


def ers_says(row: ErsRow) -> str:
    """Say in a few words what e-RS has."""
    parts = [row.status.value, spoken(row.appointment_time), row.worklist and f"on the worklist “{row.worklist}”"]
    cancelled = row.cancelled_on and f"cancelled on {spoken(row.cancelled_on)}"
    return ", ".join(part for part in (*parts, cancelled) if part)


def pas_says(row: PasRow) -> str:
    """Say in a few words what the PAS has."""
    attendance = ATTENDANCE.get(row.attendance_code, f"attendance code {row.attendance_code}")
    cancelled = row.cancelled_on and f"on {spoken(row.cancelled_on)}"
    was_seen = row.attendance_code != FUTURE and not row.is_cancelled
    outcome = f"outcome {row.outcome_code or 'missing'}" if was_seen else ""
    return ", ".join(part for part in (spoken(row.appointment_time), attendance, cancelled, outcome) if part)


def spoken(value: date | None) -> str:
    """Write a date, or a date and time, day first."""
    if value is None:
        return ""
    return f"{value:%d/%m/%Y %H:%M}" if isinstance(value, datetime) else f"{value:%d/%m/%Y}"


def ubrns(fix: Fix) -> str:
    """Return the UBRN, and whose it is where the two systems have different ones."""
    found = dict.fromkeys(row.ubrn or "" for row in fix.rows)
    if len(found) == 1:
        return next(iter(found)) or "none"
    both = [f"e-RS {row.ubrn}" for row in fix.ers] + [f"PAS {row.ubrn or 'has none'}" for row in fix.pas]
    return lines(dict.fromkeys(both))


def lines(texts: Iterable[str]) -> str:
    """Put what several rows say below each other."""
    return "\n".join(texts)


LAYOUT: Layout[Fix] = Layout(
    kind=lambda fix: fix.difference.value,
    known_by={"UBRN": lambda fix: fix.ubrn},
    columns={
        "Priority": lambda fix, _: fix.priority,
        "Days waited": days_waited,
        "UBRN": lambda fix, _: ubrns(fix),
        "NHS number": lambda fix, _: lines(dict.fromkeys(row.nhs_number for row in fix.rows)),
        "PAS pathway": lambda fix, _: lines(dict.fromkeys(row.pathway for row in fix.pas)),
        "Clinic": lambda fix, _: lines(dict.fromkeys(row.clinic for row in fix.pas)),
        "e-RS extract": lambda fix, _: lines(map(ers_says, fix.ers)) or "not there",
        "PAS extract": lambda fix, _: lines(map(pas_says, fix.pas)) or "not there",
    },
    order=urgency,
    fields={
        "starts_at": "Appointment time",
        "attendance_code": "Attendance code",
        "cancelled_on": "Cancelled on",
        "cancel_reason": "Cancellation reason",
    },
)

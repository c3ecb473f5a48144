"""Compares the e-RS extract with the PAS extract: puts right in the PAS what the trust allows, lists the rest."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Annotated

from pydantic import AfterValidator, BaseModel, BeforeValidator, Field

from rpa import BusinessException, Case, Item, Made, Results, Table, case_sheets, workflow
from rpa.bots import Appointment, AppointmentBook, PracticePas
from rpa.connectors.spreadsheet import ReportSheet
from rpa.reconcile import Group, Kind, Pass, compare
from workflows._appointments import FUTURE, PRIORITIES, Difference, ErsRow, Fix, PasRow, difference_of, is_right
from workflows._appointments_layout import LAYOUT

CODES = {
    "DUPLICATE_UBRN": "This booking reference (UBRN) is there more than once. "
    "Find out which booking is the right one and correct the other; it leaves this list with the next extracts.",
    "FALLBACK_MATCH": "The same referral seems to have different booking references (UBRNs) in the two systems. "
    "Check that it is the same referral, correct the UBRN in the PAS, and choose Resubmit.",
    "ON_ERS_NOT_PAS": "The booking is in e-RS and not in the PAS. Enter it in the PAS, and choose Resubmit.",
    "ON_PAS_NOT_ERS": "The appointment is in the PAS and not in e-RS. "
    "If it is not wanted, cancel it in the PAS and choose Resubmit. "
    "If it is, book it in e-RS: it leaves this list with the next extracts.",
    "CANCELLED_ONE_SIDE": "The appointment is cancelled in one system and still booked in the other. "
    "Ask the clinic which is right, make both the same, and choose Resubmit.",
    "BOOKED_STILL_ON_WORKLIST": "The patient has an appointment in the PAS and is still on the e-RS worklist. "
    "Record the booking in e-RS, so that nobody books it again; it leaves this list with the next extracts.",
    "TIME_DIFFERS": "The two systems show different appointment times. "
    "Ask the clinic which time is right, correct the other, and choose Resubmit.",
    "PAST_NO_OUTCOME": "The appointment has passed and the PAS doesn't say how it ended. "
    "Record attendance and outcome in the PAS, and choose Resubmit.",
    "STALE": "Somebody changed the appointment in the PAS after the extract was made, so nothing was written. "
    "Look at it in both systems, put it right in the PAS, and choose Resubmit.",
}
REASON = "Cancelled in e-RS"
BY_MISTAKE = "The cancellation was taken back"
PLACE = "appointment "
"""What the record calls the place, before the reference."""
FOR_PATIENT = "2"
"""Attendance code of what is cancelled by or for the patient."""
BY_KIND = {
    Kind.REPEATED: Difference.DUPLICATE_UBRN,
    Kind.ALIKE: Difference.FALLBACK_MATCH,
    Kind.AMBIGUOUS: Difference.FALLBACK_MATCH,
    Kind.LEFT_ONLY: Difference.ON_ERS_NOT_PAS,
    Kind.RIGHT_ONLY: Difference.ON_PAS_NOT_ERS,
}


def split_names(value: object) -> object:
    """Take `A,B` for a list of names, as a command line gives it."""
    return [name.strip() for name in value.split(",") if name.strip()] if isinstance(value, str) else value


def only_writable(chosen: tuple[Difference, ...]) -> tuple[Difference, ...]:
    """Refuse to put right what only a person can."""
    if wrong := set(chosen) - set(WRITERS):
        raise ValueError(f"can't put right {', '.join(sorted(wrong))}, only {', '.join(WRITERS)}")
    return chosen


class Params(BaseModel, extra="forbid", use_attribute_docstrings=True):
    """What a job may be told."""

    put_right: Annotated[tuple[Difference, ...], BeforeValidator(split_names), AfterValidator(only_writable)] = (
        Difference.TIME_DIFFERS,
        Difference.CANCELLED_ONE_SIDE,
    )
    """The differences that are put right in the PAS; all others are for a person."""
    fallback_days: int = Field(default=3, ge=0, le=31)
    """How far apart the referral dates of one referral may be when the UBRNs differ."""
    today: date | None = None
    """The day to compare for, if not the present one."""


@workflow(title="Reconcile appointments", key=lambda fix: fix.key, uses=PracticePas, codes=CODES, params=Params,
          timeout="90s", minutes_by_hand=4, input_titles={"ers": "e-RS extract", "pas": "PAS extract"})  # fmt: skip
def reconcile_appointments(item: Item[Fix], pas: AppointmentBook) -> str:
    """Make the PAS agree with e-RS where the trust allows it; anything else is for a person to put right."""
    fix = item.row
    shown = pas.appointment(fix.ubrn) if fix.ubrn else None
    if fix.may_write and shown:
        return write(item, pas, shown)
    if fix.ubrn and is_right(fix, shown):
        return "put right by a person"
    raise BusinessException("STALE" if fix.may_write else fix.difference)


@reconcile_appointments.plan
def plan(ers: Table[ErsRow], pas: Table[PasRow], params: Params, today: date) -> Iterable[Case[Fix]]:
    """Make a case of the rows that belong together: by UBRN, else by patient, specialty and date of referral."""
    passes = [
        Pass("UBRN", "ubrn", right="known_by"),
        Pass("patient, specialty and date of referral", ("nhs_number", "specialty"), day="referral_date",
             days=params.fallback_days, counts=False),
    ]  # fmt: skip
    for group in compare(ers, pas, passes=passes):
        yield case_of(group, params, params.today or today)


@reconcile_appointments.reverse
def put_back(item: Item[Fix], pas: AppointmentBook, done: Made) -> None:
    """Move an appointment back, or bring it back that was cancelled."""
    reference = done.what.removeprefix(PLACE)
    item.change(
        done.what, expected=done.after, new=done.before,
        read=lambda: pas.appointment_at(reference).facts(),
        write=lambda: write_back(pas, reference, done),
    )  # fmt: skip


@reconcile_appointments.report
def report(results: Results[Fix]) -> list[ReportSheet]:
    """Make the four sheets: summary, put right, for a person, rejected rows."""
    return case_sheets(results, LAYOUT)


def case_of(group: Group[ErsRow, PasRow], params: Params, today: date) -> Case[Fix]:
    """Say of one group how it differs and who deals with it: nobody, the robot, or a person."""
    rows: list[ErsRow | PasRow] = [*group.left, *group.right]
    difference = BY_KIND.get(group.kind) or difference_of(group.left[0], group.right[0], today)
    priority = max((row.priority for row in rows), key=list(PRIORITIES.values()).index)
    fix = Fix(difference=difference, priority=priority, ers=group.left, pas=group.right)
    if difference is Difference.MATCHED:
        return Case(fix, of=rows, outcome="matched")
    if difference in params.put_right and robot_can(fix, today):
        return Case(fix.model_copy(update={"may_write": True}), of=rows)
    return Case(fix, of=rows, code=difference)


def robot_can(fix: Fix, today: date) -> bool:
    """Return whether e-RS says what to write, and the PAS appointment is still to come."""
    ers, pas = fix.ers[0], fix.pas[0]
    if pas.attendance_code != FUTURE or pas.appointment_time.date() < today:
        return False
    if fix.difference is Difference.CANCELLED_ONE_SIDE:
        return ers.is_cancelled and ers.cancelled_on is not None
    return ers.appointment_time is not None and ers.appointment_time.date() >= today


def write(item: Item[Fix], pas: AppointmentBook, shown: Appointment) -> str:
    """Put one difference right, unless the PAS has changed since the extract."""
    put_right, done = WRITERS[item.row.difference]
    try:
        return done if put_right(item, pas, shown) else "put right by a person"
    except BusinessException as error:
        if error.code != "CONFLICT":
            raise
        if is_right(item.row, shown):
            return "put right by a person"
        raise BusinessException("STALE") from None


def move(item: Item[Fix], pas: AppointmentBook, shown: Appointment) -> bool:
    """Give the appointment in the PAS the time it has in e-RS."""
    ers, extract = item.row.ers[0], item.row.pas[0]
    if shown.attendance_code != extract.attendance_code or ers.appointment_time is None:
        raise BusinessException("CONFLICT")
    when = ers.appointment_time
    return item.change(
        f"{PLACE}{shown.reference}",
        expected={"starts_at": extract.appointment_time}, new={"starts_at": when},
        read=lambda: pas.appointment_at(shown.reference).facts(),
        write=lambda: pas.move_appointment(shown.reference, when=when),
    )  # fmt: skip


def cancel(item: Item[Fix], pas: AppointmentBook, shown: Appointment) -> bool:
    """Cancel the appointment in the PAS, as it is in e-RS."""
    ers, extract = item.row.ers[0], item.row.pas[0]
    if shown.starts_at != extract.appointment_time or ers.cancelled_on is None:
        raise BusinessException("CONFLICT")
    day = ers.cancelled_on
    return item.change(
        f"{PLACE}{shown.reference}",
        expected={"attendance_code": extract.attendance_code, "cancelled_on": None, "cancel_reason": ""},
        new={"attendance_code": FOR_PATIENT, "cancelled_on": day, "cancel_reason": REASON},
        read=lambda: pas.appointment_at(shown.reference).facts(),
        write=lambda: pas.cancel_appointment(shown.reference, code=FOR_PATIENT, cancelled_on=day, reason=REASON),
    )


def write_back(pas: AppointmentBook, reference: str, done: Made) -> None:
    """Write what was there before; the record holds a time as text."""
    if "starts_at" in done.before:
        pas.move_appointment(reference, when=datetime.fromisoformat(done.before["starts_at"]))
    else:
        pas.reinstate_appointment(reference, reason=BY_MISTAKE)


WRITERS = {Difference.TIME_DIFFERS: (move, "moved"), Difference.CANCELLED_ONE_SIDE: (cancel, "cancelled")}

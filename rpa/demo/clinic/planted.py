"""The planted cancer pathways, in days before and after the clinic's day, and the rows they are made of."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from rpa.calendars import Calendar

Fields = dict[str, Any]
PREFIX = "RENC"
"""What their pathway numbers begin with."""
_EVENING = 18  # after the hours of all other appointments, so that no slot of theirs is taken


@dataclass(frozen=True, slots=True, kw_only=True)
class Planted:
    """One pathway; each number says how many days ago something was, `booked` in how many days it will be."""

    referred: int | None = 5
    """None: so long ago that the last day of the 62 comes after the next bank holiday."""
    received: int | None = None
    seen: int | None = None
    told: int | None = None
    decided: int | None = None
    treated: int | None = None
    missed: int | None = None
    booked: int | None = 10
    paused: tuple[int, int | None] | None = None
    closed: int | None = None
    admitted: bool = False
    on_62_days: bool = True
    discharged: bool = False
    same_patient: bool = False
    specialty: str = "370"


# Where a late day of one wait is meant, another trust had the patient first, or the pathway is not one of 62 days: else
# the trust's own 24 days would be over long before, and hide it.
PLANTED = (
    Planted(referred=28, received=10, seen=5),  # 01 the last day for telling the patient
    Planted(referred=29, received=10, seen=5),  # 02 a day too late
    Planted(referred=50, seen=45, told=35, decided=31, on_62_days=False),  # 03 the last day from the decision
    Planted(referred=50, seen=45, told=35, decided=32, on_62_days=False),  # 04 a day too late
    Planted(referred=62, received=20, seen=15, told=14, decided=12),  # 05 the last day from the referral
    Planted(referred=63, received=20, seen=15, told=14, decided=12),  # 06 a day too late
    Planted(referred=9),  # 07 the last day for being seen
    Planted(referred=10),  # 08 a day too late
    Planted(referred=24, seen=16, told=10),  # 09 the last day of the trust's own aim for treatment
    Planted(referred=25, seen=17, told=10),  # 10 a day too late
    Planted(referred=None, received=5, seen=1, told=1),  # 11 a bank holiday before its last day
    Planted(referred=75, received=38, seen=37, told=36, decided=36, paused=(35, 15), admitted=True),  # 12 it counts
    Planted(referred=75, received=38, seen=37, told=36, decided=36, paused=(35, 15)),  # 13 outpatient: it doesn't
    Planted(referred=70, received=30, seen=28, told=27, decided=26, paused=(10, None), admitted=True),  # 14 still away
    Planted(referred=14, missed=6),  # 15 missed the first appointment: two week wait goes on
    Planted(referred=14, missed=6, discharged=True, booked=None),  # 16 the same, and a clinician discharged the patient
    Planted(referred=20, seen=13),  # 17 a patient in two pathways
    Planted(referred=6, same_patient=True, specialty="800"),  # 18 the other one
    Planted(referred=40, seen=33, decided=25, treated=5),  # 19 treated and not told
    Planted(referred=15, seen=8, booked=None),  # 20 nothing booked
    Planted(referred=60, received=8, seen=4, told=3),  # 21 another trust had the patient first
    Planted(referred=45, seen=38, told=25, on_62_days=False),  # 22 not on a 62-day pathway
    Planted(referred=30, seen=23, told=10, decided=9, treated=2, closed=1, booked=None),  # 23 closed since yesterday
    Planted(referred=3, booked=0),  # 24 comes today
    Planted(referred=4),  # 25 an ordinary one
)


def referral_of(number: int, planted: Planted, patient: str, today: date) -> Fields:
    """Return the referral of a planted pathway; it reached this trust on the day that the pathway says."""
    received = _ago(today, planted.received) or _referred_on(planted, today)
    return {
        "reference": _reference(number),
        "pathway": f"{PREFIX}{number:02d}",
        "patient": patient,
        "specialty": planted.specialty,
        "priority": "3",
        "received_on": received,
        "status": "open",
        "discharged_on": None,
        "discharge_reason": None,
    }


def pathway_of(number: int, planted: Planted, today: date) -> Fields:
    """Return the pathway itself."""
    return {
        "referral": _reference(number),
        "referred_on": _referred_on(planted, today),
        "received_on": _ago(today, planted.received),
        "first_seen_on": _ago(today, planted.seen),
        "told_on": _ago(today, planted.told),
        "decided_on": _ago(today, planted.decided),
        "treated_on": _ago(today, planted.treated),
        "admitted_care": "Y" if planted.admitted else "N",
        "on_62_days": "Y" if planted.on_62_days else "N",
        "clinically_discharged": "Y" if planted.discharged else "N",
        "closed_on": _ago(today, planted.closed),
    }


def pause_of(number: int, planted: Planted, today: date) -> list[Fields]:
    """Return its treatment pause, if it has one."""
    if planted.paused is None:
        return []
    starts, returns = planted.paused
    row = {"reference": f"C{number:06d}", "referral": _reference(number)}
    return [row | {"starts_on": _ago(today, starts), "returns_on": _ago(today, returns)}]


def visits_of(number: int, planted: Planted, today: date) -> list[Fields]:
    """Return the first appointment that was missed, and the one that is booked."""
    visits = []
    if planted.missed is not None:
        missed_on = today - timedelta(days=planted.missed)
        missed_on -= timedelta(days=max(0, missed_on.weekday() - 4))
        visits.append(_visit(number, planted, missed_on, code="3"))
    if planted.booked is not None:
        visits.append(_visit(number, planted, _weekday_from(today, planted.booked), code="0"))
    return visits


def _weekday_from(today: date, days: int) -> date:
    day = today + timedelta(days=days)
    return day + timedelta(days=7 - day.weekday()) if days and day.weekday() > 4 else day


def _visit(number: int, planted: Planted, day: date, *, code: str) -> Fields:
    kind = 70 if code == "3" else 80
    return {
        "reference": f"A5{kind}{number:03d}",
        "ubrn": f"{kind * 10_000 + number:012d}",
        "referral": _reference(number),
        "clinic": f"ZZ{planted.specialty}",
        "starts_at": datetime.combine(day, time(_EVENING, 2 * number)).isoformat("T", "minutes"),
        "visit_type": "2" if planted.seen is not None else "1",
        "attendance_code": code,
        "cancelled_on": None,
        "cancel_reason": None,
        "outcome_code": "3" if code == "3" else None,
    }


def _referred_on(planted: Planted, today: date) -> str:
    if planted.referred is not None:
        return (today - timedelta(days=planted.referred)).isoformat()
    # No further ahead than its 62 days reach, if there is no bank holiday for so long.
    after = min(_bank_holiday_after(today) + timedelta(days=1), today + timedelta(days=60))
    return (after - timedelta(days=62)).isoformat()


def _bank_holiday_after(today: date) -> date:
    days = (today + timedelta(days=number) for number in range(1, 367))
    closed = Calendar(week="mon-sun")
    return next(day for day in days if not closed.is_working_day(day))


def _ago(today: date, days: int | None) -> str | None:
    return None if days is None else (today - timedelta(days=days)).isoformat()


def _reference(number: int) -> str:
    return f"R3950{number:02d}"

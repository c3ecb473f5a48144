"""Two tables that say the same about the clinic's appointments, but for the differences planted between them."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from random import Random

from rpa.demo.clinic.codes import CANCELLED
from rpa.demo.clinic.people import SPECIALTIES
from rpa.demo.clinic.store import Records

Value = str | date | datetime | None
Cells = dict[str, Value]

HOW_MANY: Mapping[str, int] = {
    "STALE": 3,
    "TIME_DIFFERS": 12,
    "CANCELLED_ONE_SIDE": 6,
    "BOOKED_STILL_ON_WORKLIST": 5,
    "ON_PAS_NOT_ERS": 4,
    "FALLBACK_MATCH": 4,
    "TWICE_IN_ERS": 1,
}
"""How many of 400 appointments get each difference; others are there already or need no appointment."""

CANCELLED_IN_PAS_ONLY = 2
ON_ERS_NOT_PAS = 4

VISITS = (
    "SELECT a.ubrn, a.reference, r.pathway, p.nhs_number, r.specialty, r.priority, r.received_on, a.clinic,"
    " a.starts_at, a.attendance_code, a.cancelled_on, a.outcome_code, w.added_on FROM appointment a"
    " JOIN referral r ON r.reference = a.referral JOIN patient p ON p.reference = r.patient"
    " LEFT JOIN waiting_list w ON w.referral = r.reference WHERE a.starts_at > ?"
    " AND r.pathway NOT LIKE 'RENC%' ORDER BY a.reference"  # those were planted for the list of cancer pathways
)
WAITING = (
    "SELECT p.nhs_number, r.specialty, r.priority, r.received_on FROM waiting_list w"
    " JOIN referral r ON r.reference = w.referral JOIN patient p ON p.reference = r.patient"
    " WHERE w.removed_on IS NULL ORDER BY w.reference LIMIT ?"
)


@dataclass
class Differences:
    """Both tables, and the UBRNs of what was planted by class (of a fallback match, the one in the e-RS table)."""

    today: date
    random: Random
    ers: list[Cells] = field(default_factory=list)
    pas: list[Cells] = field(default_factory=list)
    planted: dict[str, list[str]] = field(default_factory=dict)
    used: set[tuple[str, str]] = field(default_factory=set)

    def note(self, kind: str, row: Cells) -> None:
        """Remember that a row is of a class."""
        self.planted.setdefault(kind, []).append(str(row["UBRN"]))


def plant(records: Records, *, today: date, random: Random) -> Differences:
    """Read the clinic's appointments and make both tables from them."""
    made = Differences(today, random)
    visits = [_pas_row(dict(row)) for row in records.all(VISITS, (today - timedelta(days=60)).isoformat())]
    made.used = {(str(row["Clinic"]), str(row["Appointment time"])) for row in visits}
    times = Counter(str(row["UBRN"]) for row in visits)
    classes = _chosen(made, [row for row in visits if times[str(row["UBRN"])] == 1])
    made.pas.extend(visits)
    for row in _first_of_each(visits):
        twice = times[str(row["UBRN"])] > 1
        kind = "TWICE_IN_PAS" if twice else classes.get(str(row["UBRN"])) or _kind(row, today)
        made.ers.extend(_ers_rows(made, kind, row))
    for waiting in records.all(WAITING, _scaled(ON_ERS_NOT_PAS, len(visits))):
        made.ers.append(_only_on_ers(made, dict(waiting)))
    random.shuffle(made.ers)
    random.shuffle(made.pas)
    return made


def fresh_ubrn(random: Random) -> str:
    """Return a UBRN that the clinic doesn't have: its own are below 100,000,000."""
    return f"{random.randrange(10**8, 2 * 10**8):012d}"


def other_time(made: Differences, row: Cells) -> datetime:
    """Return another time at which the clinic is open and free."""
    while True:
        day = made.today + timedelta(days=made.random.randint(3, 50))
        minutes = made.random.randrange(8 * 60, 17 * 60 + 45, 15)
        found = datetime.combine(day - timedelta(days=max(0, day.weekday() - 4)), time(minutes // 60, minutes % 60))
        if (str(row["Clinic"]), str(found)) not in made.used:
            made.used.add((str(row["Clinic"]), str(found)))
            return found


def _pas_row(visit: dict[str, str]) -> Cells:
    return {
        "UBRN": visit["ubrn"],
        "Pathway": visit["pathway"],
        "NHS number": visit["nhs_number"],
        "Specialty": visit["specialty"],
        "Priority": visit["priority"],
        "Referral date": date.fromisoformat(visit["received_on"]),
        "Clinic": visit["clinic"],
        "Appointment time": datetime.fromisoformat(visit["starts_at"]),
        "Attendance code": visit["attendance_code"],
        "Cancelled on": _day(visit["cancelled_on"]),
        "Outcome code": visit["outcome_code"],
        "Waiting list date": _day(visit["added_on"]),
    }


def _first_of_each(visits: list[Cells]) -> list[Cells]:
    return list({str(row["UBRN"]): row for row in reversed(visits)}.values())


def _day(stored: str | None) -> date | None:
    return date.fromisoformat(stored) if stored else None


def _chosen(made: Differences, visits: list[Cells]) -> dict[str, str]:
    booked = [row for row in visits if row["Attendance code"] == "0" and _ahead(row, made.today)]
    cancelled = [row for row in visits if row["Attendance code"] in CANCELLED and _ahead(row, made.today)]
    wanted = [kind for kind, number in HOW_MANY.items() for _ in range(_scaled(number, len(visits)))]
    picked = made.random.sample(booked, len(wanted))
    classes = {str(row["UBRN"]): kind for row, kind in zip(picked, wanted, strict=True)}
    for row in made.random.sample(cancelled, _scaled(CANCELLED_IN_PAS_ONLY, len(visits))):
        classes[str(row["UBRN"])] = "CANCELLED_ONE_SIDE"
    return classes


def _scaled(number: int, visits: int) -> int:
    return max(1, round(number * visits / 400))


def _ahead(row: Cells, today: date) -> bool:
    at = row["Appointment time"]
    # Midnight is left alone: it means that nobody knew the time, and moving it would hide that.
    return isinstance(at, datetime) and at.date() > today and at.time() != time()


def _kind(row: Cells, today: date) -> str:
    at = row["Appointment time"]
    open_ended = row["Attendance code"] == "0" or row["Outcome code"] is None
    past = isinstance(at, datetime) and at.date() < today
    return "PAST_NO_OUTCOME" if past and open_ended and row["Attendance code"] not in CANCELLED else "MATCHED"


def _ers_rows(made: Differences, kind: str, row: Cells) -> list[Cells]:
    same = _agreeing(row)
    match kind:
        case "TIME_DIFFERS" | "STALE":
            same["Appointment time"] = other_time(made, row)
        case "CANCELLED_ONE_SIDE":
            same |= _cancelled_elsewhere(made, row)
        case "BOOKED_STILL_ON_WORKLIST":
            same |= {"Worklist": "Appointment Slot Issue", "Appointment time": None, "Status": "Not booked"}
        case "FALLBACK_MATCH":
            same["UBRN"] = fresh_ubrn(made.random)
            same["Referral date"] = _later(row["Referral date"], made.random.randint(-3, 3))
    made.note("DUPLICATE_UBRN" if kind in ("TWICE_IN_PAS", "TWICE_IN_ERS") else kind, same)
    return [dict(same) for _ in range({"ON_PAS_NOT_ERS": 0, "TWICE_IN_ERS": 2}.get(kind, 1))]


def _agreeing(row: Cells) -> Cells:
    cancelled = row["Attendance code"] in CANCELLED
    return _ers_row(
        {name: row[name] for name in ("UBRN", "NHS number", "Specialty", "Priority", "Referral date")}
        | {
            "Appointment time": row["Appointment time"],
            "Status": "Cancelled" if cancelled else "Booked",
            "Cancelled on": row["Cancelled on"],
        }
    )


def _cancelled_elsewhere(made: Differences, row: Cells) -> Cells:
    if row["Attendance code"] in CANCELLED:
        return {"Status": "Booked", "Cancelled on": None}
    return {"Status": "Cancelled", "Cancelled on": made.today - timedelta(days=made.random.randint(1, 10))}


def _only_on_ers(made: Differences, waiting: dict[str, str]) -> Cells:
    row = _ers_row(
        {
            "UBRN": fresh_ubrn(made.random),
            "NHS number": waiting["nhs_number"],
            "Specialty": waiting["specialty"],
            "Priority": waiting["priority"],
            "Referral date": date.fromisoformat(waiting["received_on"]),
            "Appointment time": other_time(made, {"Clinic": ""}),
            "Status": "Booked",
            "Cancelled on": None,
        }
    )
    made.note("ON_ERS_NOT_PAS", row)
    return row


def _ers_row(known: Cells) -> Cells:
    received = known["Referral date"]
    return {
        "UBRN": known["UBRN"],
        "NHS number": known["NHS number"],
        "Worklist": None,
        "Service": f"{SPECIALTIES[str(known['Specialty'])]} - Practice trust",
        "Specialty": known["Specialty"],
        "Priority": known["Priority"],
        "Referral date": received,
        "Date on list": _later(received, 1),
        "Appointment time": known["Appointment time"],
        "Status": known["Status"],
        "Cancelled on": known["Cancelled on"],
    }


def _later(day: Value, days: int) -> Value:
    return day + timedelta(days=days) if isinstance(day, date) else None

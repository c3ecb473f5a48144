"""Puts some of the clinic's pathways on patient-initiated follow-up, with every edge of a review's date."""

from datetime import date, timedelta
from pathlib import Path
from random import Random
from sqlite3 import Row

from rpa.demo.clinic.store import opened
from rpa.demo.clinic.teams import TEAMS_OF

EDGES = (-40, -1, 0, 1, 2, 41, 42, 43)
"""Days from the present one to the first end dates: past, today, and both sides of six weeks."""
SHARE = 3
"""One of so many pathways with nothing booked is on it."""
REVIEWED_SHARE = 0.15
ONE_TEAM = 4
"""One of so many patients with two pathways has one team for both, which must look at both soon."""
_FREE = (
    "SELECT r.reference, r.specialty, r.patient FROM referral r WHERE r.status = 'open'"
    " AND NOT EXISTS (SELECT 1 FROM appointment a WHERE a.referral = r.reference"
    " AND a.attendance_code = '0' AND a.starts_at >= ?)"
    " AND NOT EXISTS (SELECT 1 FROM waiting_list w WHERE w.referral = r.reference AND w.removed_on IS NULL)"
    " ORDER BY r.reference"
)


def seed_pifu(database: Path, *, today: date, random_seed: int) -> None:
    """Choose pathways with nothing booked; all of a patient who has two, and then some of the others."""
    random = Random(f"pifu {random_seed}")  # noqa: S311 - repeatable data, no secret
    with opened(database) as records, records.transaction():
        free = records.all(_FREE, today.isoformat())
        teams: dict[str, str] = {}
        for number, row in enumerate(_chosen(free)):
            team, edge = random.choice(TEAMS_OF[row["specialty"]]), EDGES[number] if number < len(EDGES) else None
            if row["patient"] in teams and len(teams) % ONE_TEAM == 1:
                team, edge = teams[row["patient"]], random.randint(3, 30)
            teams.setdefault(row["patient"], team)
            records.insert("pifu", [{"referral": row["reference"], "team": team, **_days(edge, today, random)}])


def _chosen(free: list[Row]) -> list[Row]:
    patients = [row["patient"] for row in free]
    return [row for number, row in enumerate(free) if patients.count(row["patient"]) > 1 or number % SHARE == 0]


def _days(edge: int | None, today: date, random: Random) -> dict[str, str | None]:
    ends = today + timedelta(days=random.randint(-10, 150) if edge is None else edge)
    reviewed = edge is None and random.random() < REVIEWED_SHARE
    return {
        "starts_on": (ends - timedelta(days=365)).isoformat(),
        "ends_on": ends.isoformat(),
        "reviewed_on": (today - timedelta(days=random.randint(3, 30))).isoformat() if reviewed else None,
    }

"""Cancer pathways on paper that are read as the bot reads them, one for each thing that can be said of one."""

from dataclasses import replace
from datetime import date, timedelta

from rpa.bots import CancerPathway, Patient

BORN = date(1970, 1, 31)
ADA, BRUNO, CHRIS, DORA, EMIL, FAY = (
    "9990000018", "9990000026", "9990000034", "9990000042", "9990000050", "9990000069",
)  # fmt: skip
NUMBERS = {"C1": ADA, "C2": BRUNO, "C3": CHRIS, "C4": DORA, "C5": EMIL, "C6": FAY}


def pathway(number: str, today: date, *, referred: int, booked: int | None = 7) -> CancerPathway:
    """Return a 62-day pathway that was referred so many days ago, and seen and told at once."""
    start = today - timedelta(days=referred)
    return CancerPathway(
        pathway=number,
        referral=f"R{number}",
        patient=Patient(f"P{number}", NUMBERS[number], BORN),
        specialty="370",
        referred_on=start,
        received_on=None,
        first_seen_on=start,
        told_on=start,
        decided_on=None,
        treated_on=None,
        admitted_care=False,
        pauses=(),
        on_62_days=True,
        next_event_on=None if booked is None else today + timedelta(days=booked),
        next_event="" if booked is None else "Follow-up",
        status="open",
        first_missed_on=None,
        clinically_discharged=False,
    )


class PaperPas:
    """One pathway of each kind, and whatever a test puts in its place."""

    def __init__(self, today: date) -> None:
        waiting = replace(pathway("C2", today, referred=11), first_seen_on=None, told_on=None,
                          first_missed_on=today - timedelta(days=4))  # fmt: skip
        self.pathways = {
            "C1": pathway("C1", today, referred=25),  # the 24 days were over yesterday
            "C2": waiting,  # the 9 days were over the day before
            "C3": pathway("C3", today, referred=22),  # at risk
            "C4": pathway("C4", today, referred=2, booked=None),
            "C5": pathway("C5", today, referred=2),
            "C6": replace(pathway("C6", today, referred=30), status="closed"),
        }

    def cancer_pathway(self, number: str) -> CancerPathway | None:
        return self.pathways.get(number)

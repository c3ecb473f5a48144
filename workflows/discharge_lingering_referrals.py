"""Discharges referrals that linger: those of a list, each only if nothing in the PAS speaks against it."""

from collections.abc import Iterable
from datetime import date

from pydantic import BaseModel, Field

from rpa import BusinessException, Case, Item, Made, NeedsApproval, Table, workflow
from rpa.bots import PracticePas
from workflows._lingering import OPEN, Discharge, Lingering, check, find, pifu_until

CODES = {
    "NO_PATIENT": "No patient has this NHS number and this date of birth. "
    "Check both in the row, correct it, and send it again.",
    "NO_REFERRAL": "The patient has no referral with this reference. "
    "Check whether the reference is of this patient, correct the row, and send it again.",
    "FUTURE_APPOINTMENT": "The referral has an appointment that is still to come, so it stays open. "
    "If the appointment is not wanted, cancel it in the PAS, and send the row again.",
    "VISIT_NOT_CLOSED": "An appointment of the referral has passed and nobody recorded how it ended, so it stays open. "
    "Record attendance and outcome in the PAS, and send the row again if the referral still lingers.",
    "ON_WAITING_LIST": "The patient is on the waiting list for this referral, so it stays open. "
    "If the entry is wrong, remove it in the PAS, and send the row again.",
    "CANCER_PATHWAY": "The patient has an open two week wait referral, so nothing of the patient is discharged. "
    "Ask the cancer team; when that pathway is closed, send the row again.",
    "ON_PIFU": "The patient may ask for a visit until the follow-up ends (PIFU), so the referral stays open. "
    "Leave it open; look at it again when its PIFU end date has passed.",
    "RECENT_ACTIVITY": "Something happened to this referral lately, so it doesn't linger. "
    "Leave it open; a clinician can discharge it in the PAS.",
}
PLACE = "referral "
"""What the record calls the place, before the reference."""
BY_MISTAKE = "The discharge was taken back"


class Params(BaseModel, extra="forbid", use_attribute_docstrings=True):
    """What a job may be told."""

    months: int = Field(default=12, ge=3, le=120)
    """For how many months nothing may have happened to a referral."""


@workflow(title="Discharge lingering referrals", key="reference", uses=PracticePas, codes=CODES, params=Params,
          timeout="90s", minutes_by_hand=5, destructive=True,
          approval=NeedsApproval(canary=5, cap=200, holds="1d"))  # fmt: skip
def discharge_lingering_referrals(item: Item[Discharge], pas: PracticePas) -> str:
    """Discharge referrals that nobody has closed, where nothing in the PAS speaks against it."""
    row = item.row
    _, referrals, referral = find(pas, row)
    if referral.status == OPEN:
        visits, until = pas.appointments_of(referral.reference), pifu_until(pas, referral.reference)
        check(referral, referrals, visits, pifu_until=until, day=row.day, months=item.params.months)
    try:
        changed = item.change(
            f"{PLACE}{referral.reference}",
            expected={"status": OPEN, "discharged_on": None, "discharge_reason": ""},
            new={"status": "discharged", "discharged_on": row.day, "discharge_reason": row.reason},
            read=lambda: pas.referral(referral.reference).facts(),
            write=lambda: pas.discharge_referral(referral.reference, discharged_on=row.day, reason=row.reason),
        )
    except BusinessException as error:
        if error.code != "CONFLICT" or referral.status == OPEN:
            raise
        return "was discharged already"
    return "discharged" if changed else "was discharged already"


@discharge_lingering_referrals.plan
def plan(sheet: Table[Lingering], today: date) -> Iterable[Case[Discharge]]:
    """Make a case of each row; what is approved names one day, so it is fixed here."""
    for row in sheet:
        yield Case(Discharge(**row.model_dump(), day=today), of=[row])


@discharge_lingering_referrals.reverse
def put_back(item: Item[Discharge], pas: PracticePas, done: Made) -> None:
    """Open a referral again that the robot discharged."""
    _, _, referral = find(pas, item.row)
    if done.what != f"{PLACE}{referral.reference}":
        raise BusinessException("NO_REFERRAL")
    item.change(
        done.what, expected=done.after, new=done.before,
        read=lambda: pas.referral(referral.reference).facts(),
        write=lambda: pas.reopen_referral(referral.reference, reason=BY_MISTAKE),
    )  # fmt: skip

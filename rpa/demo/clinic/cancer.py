"""The pages about cancer pathways: the list of open ones, and one with its dates and its treatment pauses."""

import sqlite3

from rpa.demo.clinic.codes import VISIT_TYPES
from rpa.demo.clinic.desk import PAGE_LENGTH, Desk, NoSuchRecord, shown
from rpa.demo.clinic.page import Facts, Line, Link, Links, Page, Table
from rpa.demo.clinic.patients import banner, find

YES_NO = {"Y": "Yes", "N": "No"}
_FROM = " FROM cancer_pathway c JOIN referral r ON r.reference = c.referral JOIN patient p ON p.reference = r.patient"
_OPEN = " WHERE c.closed_on IS NULL AND r.status = 'open'"
_ONE = "SELECT c.*, r.pathway, r.patient, r.specialty, r.status AS referral_status" + _FROM + " WHERE r.pathway = ?"
_NEXT = (
    "SELECT starts_at, visit_type FROM appointment WHERE referral = ? AND attendance_code = '0' AND starts_at >= ?"
    " ORDER BY starts_at LIMIT 1"
)
# 3 did not attend, 7 came too late to be seen: neither was a visit.
_MISSED = (
    "SELECT starts_at FROM appointment WHERE referral = ? AND visit_type IN ('1', '3')"
    " AND attendance_code IN ('3', '7') ORDER BY starts_at LIMIT 1"
)


def cancer_pathways(desk: Desk) -> Page:
    """List the open ones, the one referred first at the top."""
    total = desk.records.count(f"SELECT count(*){_FROM}{_OPEN}")
    found = desk.records.all(
        f"SELECT c.*, r.pathway, r.specialty, p.nhs_number{_FROM}{_OPEN}"
        " ORDER BY c.referred_on, r.pathway LIMIT ? OFFSET ?",
        PAGE_LENGTH,
        desk.offset(),
    )
    lines = tuple(
        Line(
            (row["pathway"], row["referral"], row["nhs_number"], row["specialty"], shown(row["referred_on"])),
            f"/cancer-pathways/{row['pathway']}",
        )
        for row in found
    )
    headings = ("Pathway", "Referral", "NHS number", "Specialty", "Referral date")
    table = Table("Open cancer pathways", headings, lines)
    return Page("Cancer pathways", (table, desk.pager("/cancer-pathways", total)))


def cancer_pathway(desk: Desk) -> Page:
    """Show one pathway, by its number."""
    pathway = desk.records.one(_ONE, desk.params["number"])
    if pathway is None:
        raise NoSuchRecord("cancer pathway")
    pauses = desk.records.all(
        "SELECT * FROM cancer_pause WHERE referral = ? ORDER BY starts_on, reference", pathway["referral"]
    )
    lines = tuple(Line((shown(row["starts_on"]), shown(row["returns_on"]))) for row in pauses)
    blocks = (
        banner(find(desk, pathway["patient"])),
        Facts("Cancer pathway", _facts(pathway) | _events(desk, pathway["referral"])),
        Table("Treatment pauses", ("Pause starts", "Patient returns"), lines),
        Links("Actions", (Link("Open the referral", f"/referrals/{pathway['referral']}"),)),
    )
    return Page("Cancer pathway", blocks)


def _facts(pathway: sqlite3.Row) -> dict[str, str]:
    still_open = pathway["closed_on"] is None and pathway["referral_status"] == "open"
    return {
        "Pathway": pathway["pathway"],
        "Referral": pathway["referral"],
        "Specialty": pathway["specialty"],
        "Status": "open" if still_open else "closed",
        "Referral date": shown(pathway["referred_on"]),
        "Received here on": shown(pathway["received_on"]),
        "First seen on": shown(pathway["first_seen_on"]),
        "Patient told on": shown(pathway["told_on"]),
        "Decision to treat on": shown(pathway["decided_on"]),
        "Treated on": shown(pathway["treated_on"]),
        "Admitted or day case": YES_NO[pathway["admitted_care"]],
        "62-day pathway": YES_NO[pathway["on_62_days"]],
        "Clinically discharged": YES_NO[pathway["clinically_discharged"]],
    }


def _events(desk: Desk, referral: str) -> dict[str, str]:
    ahead = desk.records.one(_NEXT, referral, desk.today.isoformat())
    missed = desk.records.one(_MISSED, referral)
    return {
        "First appointment missed on": shown(missed["starts_at"][:10]) if missed else "",
        "Next event on": shown(ahead["starts_at"][:10]) if ahead else "",
        "Next event": VISIT_TYPES[ahead["visit_type"]] if ahead else "",
    }

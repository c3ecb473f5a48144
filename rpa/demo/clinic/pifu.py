"""The pages about patient-initiated follow-up: who is on it until when, and one pathway."""

from rpa.demo.clinic.desk import PAGE_LENGTH, Answers, Desk, NoSuchRecord, shown
from rpa.demo.clinic.page import Facts, Field, Form, Line, Link, Links, Page, Table
from rpa.demo.clinic.patients import banner, find
from rpa.demo.clinic.teams import TEAMS

ANY = {"": "Any"}
REVIEWED = ANY | {"N": "Not reviewed", "Y": "Reviewed"}
_ONE = (
    "SELECT f.*, r.pathway, r.patient, r.status, (SELECT min(a.starts_at) FROM appointment a"
    " WHERE a.referral = f.referral AND a.attendance_code = '0' AND a.starts_at >= ?2) AS next_visit"
    " FROM pifu f JOIN referral r ON r.reference = f.referral WHERE f.referral = ?1"
)
_WANTED = (
    " FROM pifu f JOIN referral r ON r.reference = f.referral JOIN patient p ON p.reference = r.patient"
    " WHERE (?1 = '' OR f.team = ?1) AND (?2 = '' OR f.ends_on <= ?2)"
    " AND (?3 = '' OR (f.reviewed_on IS NOT NULL) = (?3 = 'Y'))"
)


def listing(desk: Desk) -> Page:
    """List the pathways, those that end first at the top, by team, end date and review."""
    team, asked, reviewed = (desk.query.get(name, "") for name in ("team", "ends_by", "reviewed"))
    ends_by = Answers({"day": asked}).day("day", label="a day").isoformat() if asked else ""
    wanted = (team, ends_by, reviewed)
    total = desk.records.count(f"SELECT count(*){_WANTED}", *wanted)
    found = desk.records.all(
        f"SELECT f.*, r.pathway, p.nhs_number{_WANTED} ORDER BY f.ends_on, f.referral LIMIT ?4 OFFSET ?5",
        *wanted,
        PAGE_LENGTH,
        desk.offset(),
    )
    lines = tuple(
        Line(
            (row["referral"], row["pathway"], row["nhs_number"], row["team"], shown(row["starts_on"]),
             shown(row["ends_on"]), shown(row["reviewed_on"])),
            f"/referrals/{row['referral']}/pifu",
        )
        for row in found
    )  # fmt: skip
    fields = (
        Field("team", "Consultant team", team, options=ANY | dict(TEAMS)),
        Field("ends_by", "Ends by", ends_by, "date"),
        Field("reviewed", "Reviewed", reviewed, options=REVIEWED),
    )
    headings = (
        "Referral", "Pathway", "NHS number", "Consultant team", "PIFU start date", "PIFU end date", "Last review",
    )  # fmt: skip
    table = Table("Patient-initiated follow-up", headings, lines)
    return Page("PIFU list", (Form("/pifu", fields, "Filter", method="get"), table, desk.pager("/pifu", total)))


def view(desk: Desk) -> Page:
    """Show one pathway, with all that decides whether somebody must still look at it."""
    pathway = desk.records.one(_ONE, desk.params["reference"], desk.today.isoformat())
    if pathway is None:
        raise NoSuchRecord("pifu")
    patient = find(desk, pathway["patient"])
    facts = {
        "Referral": pathway["referral"],
        "Pathway": pathway["pathway"],
        "Consultant team": pathway["team"],
        "PIFU start date": shown(pathway["starts_on"]),
        "PIFU end date": shown(pathway["ends_on"]),
        "Last review": shown(pathway["reviewed_on"]),
        "Status": pathway["status"],
        "Date of death": shown(patient["date_of_death"]),
        "Next appointment": shown(pathway["next_visit"]),
    }
    at = f"/referrals/{pathway['referral']}"
    actions = Links("Actions", (Link("Open referral", at), Link("New task", f"{at}/tasks/new")))
    return Page("PIFU pathway", (banner(patient), Facts("PIFU", facts), actions))

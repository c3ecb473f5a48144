"""The pages that list: clinics, one clinic's appointments, the waiting list and the clinic's own audit."""

from rpa.demo.clinic.appointments import ALL, listed
from rpa.demo.clinic.codes import ATTENDANCE, PRIORITIES, named
from rpa.demo.clinic.desk import PAGE_LENGTH, Answers, Desk, NoSuchRecord, shown
from rpa.demo.clinic.page import Field, Form, Line, Page, Table
from rpa.demo.clinic.people import SITES, SPECIALTIES
from rpa.demo.clinic.store import KEYS

ANY = {"": "Any"}
SITE = ANY | SITES
SPECIALTY = ANY | {code: named(code, SPECIALTIES) for code in SPECIALTIES}
PRIORITY = ANY | PRIORITIES
ATTENDANCE_CODE = ANY | {code: named(code, ATTENDANCE) for code in ATTENDANCE}
KIND = ANY | {kind: kind for kind in KEYS}


def clinics(desk: Desk) -> Page:
    """List the clinics, by site and specialty."""
    site, specialty = desk.query.get("site", ""), desk.query.get("specialty", "")
    found = desk.records.all(
        "SELECT c.*, s.name AS site_name, (SELECT count(*) FROM appointment a WHERE a.clinic = c.code"
        " AND a.attendance_code = '0') AS booked FROM clinic c JOIN site s ON s.code = c.site"
        " WHERE (?1 = '' OR c.site = ?1) AND (?2 = '' OR c.specialty = ?2) ORDER BY c.code",
        site,
        specialty,
    )
    lines = tuple(
        Line(
            (row["code"], row["name"], f"{row['site']} {row['site_name']}", row["specialty"], str(row["booked"])),
            f"/clinics/{row['code']}",
        )
        for row in found
    )
    fields = (Field("site", "Site", site, options=SITE), Field("specialty", "Specialty", specialty, options=SPECIALTY))
    table = Table("Clinics", ("Clinic", "Name", "Site", "Specialty", "Booked"), lines)
    return Page("Clinics", (_filter("/clinics", *fields), table))


def clinic(desk: Desk) -> Page:
    """List one clinic's appointments, a page at a time, by day and attendance."""
    code = desk.params["code"]
    if not desk.records.count("SELECT count(*) FROM clinic WHERE code = ?", code):
        raise NoSuchRecord("clinic")
    asked, attendance = desk.query.get("day", ""), desk.query.get("attendance_code", "")
    day = Answers({"day": asked}).day("day", label="a day").isoformat() if asked else ""
    where = " WHERE a.clinic = ?1 AND (?2 = '' OR substr(a.starts_at, 1, 10) = ?2) AND (?3 IN ('', attendance_code))"
    wanted = (code, day, attendance)
    total = desk.records.count(f"SELECT count(*) FROM appointment a{where}", *wanted)  # noqa: S608 - marks only
    found = desk.records.all(f"{ALL}{where} ORDER BY a.starts_at LIMIT ?4 OFFSET ?5", *wanted, *_window(desk))
    fields = (
        Field("day", "Day", day, "date"),
        Field("attendance_code", "Attendance code", attendance, options=ATTENDANCE_CODE),
    )
    path = f"/clinics/{code}"
    return Page(
        "Clinic", (_filter(path, *fields), listed(f"Appointments of clinic {code}", found), desk.pager(path, total))
    )


def waiting_list(desk: Desk) -> Page:
    """List who waits, longest first, by specialty and priority."""
    wanted = (desk.query.get("specialty", ""), desk.query.get("priority", ""))
    where = (
        " FROM waiting_list w JOIN referral r ON r.reference = w.referral JOIN patient p ON p.reference = r.patient"
        " WHERE w.removed_on IS NULL AND (?1 = '' OR r.specialty = ?1) AND (?2 = '' OR r.priority = ?2)"
    )
    total = desk.records.count(f"SELECT count(*){where}", *wanted)
    found = desk.records.all(
        f"SELECT w.*, r.pathway, r.specialty, r.priority, p.nhs_number{where} ORDER BY w.added_on LIMIT ?3 OFFSET ?4",
        *wanted,
        *_window(desk),
    )
    lines = tuple(
        Line(
            (row["referral"], row["pathway"], row["nhs_number"], row["specialty"], named(row["priority"], PRIORITIES),
             shown(row["added_on"])),
            f"/referrals/{row['referral']}",
        )
        for row in found
    )  # fmt: skip
    fields = (
        Field("specialty", "Specialty", wanted[0], options=SPECIALTY),
        Field("priority", "Priority", wanted[1], options=PRIORITY),
    )
    headings = ("Referral", "Pathway", "NHS number", "Specialty", "Priority", "Waiting list date")
    table = Table("Waiting list", headings, lines)
    return Page("Waiting list", (_filter("/waiting-list", *fields), table, desk.pager("/waiting-list", total)))


def audit(desk: Desk) -> Page:
    """List what every account wrote, newest first."""
    names = ("account", "reference", "kind")
    wanted = tuple(desk.query.get(name, "").strip() for name in names)
    where = " FROM write_log WHERE (?1 = '' OR account = ?1) AND (?2 = '' OR reference = ?2) AND (?3 = '' OR kind = ?3)"
    total = desk.records.count(f"SELECT count(*){where}", *wanted)
    found = desk.records.all(f"SELECT *{where} ORDER BY number DESC LIMIT ?4 OFFSET ?5", *wanted, *_window(desk))
    columns = ("number", "save", "at", "account", "what", "kind", "reference", "field", "before", "after")
    lines = tuple(Line(tuple(str(row[name] or "") for name in columns)) for row in found)
    fields = (
        Field("account", "Account", wanted[0]),
        Field("reference", "Record", wanted[1]),
        Field("kind", "Kind", wanted[2], options=KIND),
    )
    headings = ("Number", "Save", "When", "Account", "What", "Kind", "Record", "Field", "Before", "After")
    return Page("Audit", (_filter("/audit", *fields), Table("Writes", headings, lines), desk.pager("/audit", total)))


def _filter(path: str, *fields: Field) -> Form:
    return Form(path, fields, button="Filter", method="get")


def _window(desk: Desk) -> tuple[int, int]:
    return PAGE_LENGTH, desk.offset()

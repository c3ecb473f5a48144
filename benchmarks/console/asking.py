"""Lists, searches and stories of the console, as they are asked for where there is much, and how long each takes."""

import http.client
import re
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from html import unescape
from statistics import median
from urllib.parse import urlencode, urlsplit

from benchmarks.console.filling import Landmarks
from benchmarks.console.load import OURS
from rpa.console.sessions import Session
from rpa.db.console_tables import Role

_FORM = {"Content-Type": "application/x-www-form-urlencoded", **OURS}


@dataclass(frozen=True, slots=True)
class Page:
    """A page as it is asked for; `pages_on` follows its link to the next page so many times first."""

    said: str
    role: Role
    address: str
    form: Mapping[str, str] | None = None
    pages_on: int = 0
    status: int = 200
    """What it may answer beside 200."""


@dataclass(frozen=True, slots=True)
class Asked:
    """How long a page took, in milliseconds."""

    page: Page
    median: float
    worst: float


class Asking:
    """People of each role in browsers of their own."""

    def __init__(self, address: str, cookie: str, sessions: Mapping[Role, Session]) -> None:
        self._connection = http.client.HTTPConnection(urlsplit(address).netloc, timeout=300)
        self._cookie, self._sessions = cookie, sessions

    def close(self) -> None:
        """Leave."""
        self._connection.close()

    def ask(self, page: Page, *, rounds: int) -> Asked:
        """Ask for a page again and again."""
        address, form = page.address, dict(page.form) if page.form is not None else None
        text = self._answer(page, address, form)
        for _ in range(page.pages_on):
            following = _following(text, address, form)
            if following is None:  # a smaller installation has fewer pages
                break
            address, form = following
            text = self._answer(page, address, form)
        took = []
        for _ in range(rounds):
            began = time.perf_counter()
            self._answer(page, address, form)
            took.append((time.perf_counter() - began) * 1e3)
        found = Asked(page, median(took), max(took))
        print(f"  {found.median:9,.1f} {found.worst:9,.1f}  {len(text):7,}  {page.role:9}  {page.said}", flush=True)
        return found

    def _answer(self, page: Page, address: str, form: Mapping[str, str] | None) -> str:
        session = self._sessions[page.role]
        headers = {"Cookie": f"{self._cookie}={session.id}"}
        if form is None:
            self._connection.request("GET", address, headers=headers)
        else:
            self._connection.request("POST", address, urlencode({**form, "token": session.token}), headers | _FORM)
        answer = self._connection.getresponse()
        text = answer.read().decode()
        assert answer.status in (200, page.status), f"{address} answered {answer.status}"
        return text


def _following(text: str, address: str, form: dict[str, str] | None) -> tuple[str, dict[str, str] | None] | None:
    """Return how a page's next one is asked for; None if it is the last."""
    link = re.search(r'href="([^"]+)">(?:Older|Next|Later|More)[^<]*</a>', text)
    if link is not None:
        return unescape(link[1]), None
    field = re.search(r'name="after" value="([^"]+)"', text)
    return None if field is None or form is None else (address, form | {"after": unescape(field[1])})


def pages_of(marks: Landmarks) -> Iterator[Page]:
    """Yield every page that shows some of much, also narrowed, further on, and where nothing is found."""
    for role in (Role.REQUESTER, Role.OPERATOR):
        yield from _of_senders(marks, role)
    yield from _of_operators(marks)
    yield from _of_approvers(marks)
    yield from _of_auditors(marks)
    yield Page("People", Role.ADMIN, "/people")
    yield Page("People, second page", Role.ADMIN, "/people", pages_on=1)
    yield Page("People, by name", Role.ADMIN, "/people?words=clerk+19")
    yield Page("Who is signed in", Role.ADMIN, "/people/signed-in")
    yield Page("Health", Role.ADMIN, "/health")


def _of_senders(marks: Landmarks, role: Role) -> Iterator[Page]:
    yield Page("Home", role, "/")
    yield Page("Jobs", role, "/jobs")
    yield Page("Jobs, 4th page", role, "/jobs", pages_on=3)
    yield Page("Jobs, my own", role, "/jobs?whose=mine")
    yield Page("Jobs, one workflow", role, "/jobs?workflow=letters")
    yield Page("Jobs, running", role, "/jobs?state=running")
    yield Page("Jobs, a workflow, not running", role, "/jobs?workflow=letters&state=ended")
    yield Page("Jobs, a workflow without any", role, "/jobs?workflow=nothing")
    yield Page("Needs you", role, "/needs-you")
    yield Page("Needs you, 4th page", role, "/needs-you", pages_on=3)
    yield Page("Needs you, my own", role, "/needs-you?whose=mine")
    yield Page("Needs you, one workflow", role, "/needs-you?workflow=letters")
    yield Page("Needs you, a workflow without any", role, "/needs-you?workflow=nothing")


def _of_operators(marks: Landmarks) -> Iterator[Page]:
    for said, job in (("Job of a tenth of all rows", marks.large_job), ("Running job", marks.open_job)):
        yield Page(said, Role.OPERATOR, f"/jobs/{job}")
        yield Page(f"{said}, progress", Role.OPERATOR, f"/jobs/{job}/progress")
    for show in ("done", "needs-you", "waiting", "stopped", "not-used"):
        yield Page(f"Job of a tenth, {show}", Role.OPERATOR, f"/jobs/{marks.large_job}?show={show}")
    yield Page("Job of a tenth, 4th page", Role.OPERATOR, f"/jobs/{marks.large_job}", pages_on=3)
    yield Page("Job of a tenth, row 50,000 on", Role.OPERATOR, f"/jobs/{marks.large_job}?after=sheet|List|50000")
    failed = marks.items["failed NO_MATCH"]
    yield Page("Row that needs a person", Role.OPERATOR, f"/needs-you/{failed}")
    yield Page("Put back the rows of a job", Role.OPERATOR, f"/jobs/{marks.large_job}/retry")
    yield Page("Stop a job", Role.OPERATOR, f"/jobs/{marks.open_job}/stop")
    yield Page("Now", Role.OPERATOR, "/now")
    yield Page("Problems", Role.OPERATOR, "/problems")
    yield Page("Problems, one workflow", Role.OPERATOR, "/problems?workflow=letters")
    yield Page("Problems, of systems", Role.OPERATOR, "/problems?kind=system")
    cause = "/problems/tidy/business/NO_MATCH"
    yield Page("One cause", Role.OPERATOR, cause)
    yield Page("One cause, 4th page", Role.OPERATOR, cause, pages_on=3)
    yield Page("Put back all of a cause", Role.OPERATOR, f"{cause}/retry")
    yield Page("Run of a row", Role.OPERATOR, f"/runs/{failed}")
    yield Page("Run of a row that is done", Role.OPERATOR, f"/runs/{marks.items['completed']}")
    yield Page("Run of a row of the large job", Role.OPERATOR, f"/runs/{marks.in_large_job_item}")
    for name in ("workers", "systems", "schedules", "workflows", "workflows/tidy", "figures", "figures?workflow=tidy"):
        yield Page(name.capitalize(), Role.OPERATOR, f"/{name}")


def _of_approvers(marks: Landmarks) -> Iterator[Page]:
    yield Page("Home", Role.APPROVER, "/")
    yield Page("Plans", Role.APPROVER, "/plans")
    yield Page("Plans, decided", Role.APPROVER, "/plans?show=decided")
    yield Page("Large plan", Role.APPROVER, f"/plans/{marks.plan}")
    yield Page("Large plan, 4th page", Role.APPROVER, f"/plans/{marks.plan}", pages_on=3)
    yield Page("Approve a large plan", Role.APPROVER, f"/plans/{marks.plan}/approve")
    yield Page("Refuse a large plan", Role.APPROVER, f"/plans/{marks.plan}/refuse")


def _of_auditors(marks: Landmarks) -> Iterator[Page]:
    who = Role.AUDITOR
    yield Page("Record", who, "/record")
    yield Page("Record, 4th page", who, "/record", pages_on=3)
    yield Page("Record, changes", who, "/record?kind=changes")
    yield Page("Record, doubts, of which there are none", who, "/record?kind=doubts")
    yield Page("Record, rows that needed a person", who, "/record?kind=failures")
    yield Page("Record, readings", who, "/record?kind=readings")
    yield Page("Record, of one person", who, f"/record?{urlencode({'person': marks.person})}")
    yield Page("Record, of nobody", who, "/record?person=Nobody+Of+This+Name")
    yield Page(
        "Record, of one person, changes", who, f"/record?{urlencode({'person': marks.person, 'kind': 'changes'})}"
    )
    yield Page("Record, of a month", who, f"/record?since={marks.since}&until={marks.until}")
    yield Page("Record, of a month and kind", who, f"/record?since={marks.since}&until={marks.until}&kind=failures")
    yield Page("Record, one workflow", who, "/record?workflow=letters")
    yield Page("Record, one workflow, sign-ins", who, "/record?workflow=letters&kind=sign-ins")
    yield Page("Record, the large job", who, f"/record?job={marks.large_job}")
    yield Page("Record, the large job, failures", who, f"/record?job={marks.large_job}&kind=failures")
    yield Page("Record, words that are found", who, "/record", {"words": "moved"})
    yield Page("Record, words that are not found", who, "/record", {"words": "xylophone"})
    yield Page("Record, words not found, next page", who, "/record", {"words": "xylophone"}, pages_on=1)
    yield Page("Record, a patient with 500 entries", who, "/record", {"by": "patient", "reference": marks.reference})
    yield Page("Record, that patient, next page", who, "/record", {"by": "patient", "reference": marks.reference}, 1)
    yield Page("Record, a patient of the large job", who, "/record", {"by": "patient", "reference": marks.in_large_job})
    yield Page("Record, no such patient", who, "/record", {"by": "patient", "reference": "9990000000"})
    yield Page("Story of 500 entries", who, "/record/story", {"reference": marks.reference})
    opened = {"reference": marks.reference, "show": "yes", "why": "A complaint"}
    yield Page("Story of 500 entries, with details", who, "/record/story", opened)
    yield Page("Story of a patient of the large job", who, "/record/story", {"reference": marks.in_large_job})
    yield Page("Story of nobody", who, "/record/story", {"reference": "9990000000"})
    yield Page("Entry", who, f"/record/entries/job-{marks.large_job}/1000")
    yield Page("Who read what", who, "/record/readers")
    yield Page("Who read what, 4th page", who, "/record/readers", pages_on=3)
    yield Page("Who read what, one person", who, "/record/readers?person=The+auditor")
    yield Page("Exports", who, "/record/exports")
    yield Page("Exports, 4th page", who, "/record/exports", pages_on=3)
    yield Page("Checks", who, "/record/checks")
    too_much = {"job": str(marks.large_job)}
    yield Page("Export of the large job, too much", who, "/record/exports/new", too_much, status=422)
    yield Page("Export of a job, how much", who, "/record/exports/new", {"job": str(marks.open_job)})
    yield Page("Export of a patient, how much", who, "/record/exports/new", {"reference": marks.reference})

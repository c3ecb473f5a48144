"""Cancer pathways as the practice clinic shows them: read, never written."""

from dataclasses import dataclass
from datetime import date
from urllib.parse import quote

from rpa.bots.practice_pas import screens
from rpa.bots.practice_pas.pages import PracticeScreens
from rpa.bots.practice_pas.records import Patient, day
from rpa.bots.practice_pas.screens import known_screen
from rpa.connectors.browser import Html

LIST, ONE = "Cancer pathways", "Cancer pathway"
_LISTED = ("Pathway", "Referral", "NHS number", "Specialty", "Referral date")
_SHOWN = (
    "Pathway", "Referral", "Specialty", "Status", "Referral date", "Received here on", "First seen on",
    "Patient told on", "Decision to treat on", "Treated on", "Admitted or day case", "62-day pathway",
    "Clinically discharged", "First appointment missed on", "Next event on", "Next event",
)  # fmt: skip
_PAUSES = ("Pause starts", "Patient returns")
_YES_NO = {"Yes": True, "No": False}


@dataclass(frozen=True, slots=True)
class CancerPathway:
    """One cancer pathway as its page shows it."""

    pathway: str
    referral: str
    patient: Patient
    specialty: str
    referred_on: date
    received_on: date | None
    """The day on which this trust got the referral, if another trust had it first."""
    first_seen_on: date | None
    told_on: date | None
    decided_on: date | None
    treated_on: date | None
    admitted_care: bool
    """Whether the treatment is admitted or day case: only then do pauses count."""
    pauses: tuple[tuple[date, date | None], ...]
    """The first day of each, and the day of return; None while the patient is still away."""
    on_62_days: bool
    next_event_on: date | None
    next_event: str
    status: str
    """`open` or `closed`."""
    first_missed_on: date | None
    """The first appointment that the patient did not attend, or came to too late to be seen."""
    clinically_discharged: bool


class CancerPathways(PracticeScreens):
    """Reads cancer pathways."""

    def cancer_pathway(self, pathway: str) -> CancerPathway | None:
        """Return the cancer pathway with this number; None if the clinic has none."""
        reply = self.get(self._at(f"/cancer-pathways/{quote(pathway, safe='')}", {}))
        if reply.status == 404:
            return None
        found = cancer_pathway_in(reply.html)
        self._check_record(found.pathway, pathway)
        self._check_meant(pathway, found.patient)
        return found

    def cancer_pathways(self) -> list[str]:
        """Return the numbers of the open ones, all pages, the one referred first at the start."""
        numbers: list[str] = []
        page_number = 1
        while True:
            page = self._read("/cancer-pathways", {"page": str(page_number)})
            numbers += numbers_in(page)
            page_number += 1
            if not page.has("//a[normalize-space()='Next']"):
                return numbers


def numbers_in(page: Html) -> list[str]:
    """Read one page of the list of open ones."""
    with known_screen(LIST):
        if screens.title(page) != LIST:
            raise screens.other_screen(LIST)
        return [row["Pathway"] for row in page.table(*_LISTED)]


def cancer_pathway_in(page: Html) -> CancerPathway:
    """Read the page of one."""
    patient = screens.patient_in(page, ONE)
    with known_screen(ONE):
        shown = page.read(_SHOWN)
        return CancerPathway(
            pathway=shown["Pathway"],
            referral=shown["Referral"],
            patient=patient,
            specialty=shown["Specialty"],
            referred_on=_certain(shown["Referral date"]),
            received_on=day(shown["Received here on"]),
            first_seen_on=day(shown["First seen on"]),
            told_on=day(shown["Patient told on"]),
            decided_on=day(shown["Decision to treat on"]),
            treated_on=day(shown["Treated on"]),
            admitted_care=_yes(shown["Admitted or day case"]),
            pauses=tuple(
                (_certain(row["Pause starts"]), day(row["Patient returns"])) for row in page.table(*_PAUSES)
            ),
            on_62_days=_yes(shown["62-day pathway"]),
            next_event_on=day(shown["Next event on"]),
            next_event=shown["Next event"],
            status=_status(shown["Status"]),
            first_missed_on=day(shown["First appointment missed on"]),
            clinically_discharged=_yes(shown["Clinically discharged"]),
        )  # fmt: skip


def _certain(text: str) -> date:
    found = day(text)
    if found is None:
        raise ValueError("a date that must be there is missing")
    return found


def _yes(text: str) -> bool:
    if text not in _YES_NO:
        raise ValueError("neither Yes nor No")
    return _YES_NO[text]


def _status(text: str) -> str:
    if text not in ("open", "closed"):
        raise ValueError("neither open nor closed")
    return text

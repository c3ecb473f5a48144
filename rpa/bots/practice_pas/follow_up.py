"""What the practice clinic's bot does with patient-initiated follow-up and with the tasks of teams."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import TypeVar

from rpa.bots.practice_pas import screens
from rpa.bots.practice_pas.follow_up_screens import PifuEntry, PifuPathway, Task, pifu_in, pifu_listed_in, tasks_in
from rpa.bots.practice_pas.pages import PracticeScreens
from rpa.bots.practice_pas.records import Patient, digits, named
from rpa.bots.practice_pas.screens import Form
from rpa.connectors.browser import Html

T = TypeVar("T")


class FollowUp(PracticeScreens):
    """Reads who is on patient-initiated follow-up, and reads and makes tasks."""

    def pifu_list(
        self, *, team: str = "", ends_by: date | None = None, reviewed: bool | None = None
    ) -> list[PifuEntry]:
        """Return who is on patient-initiated follow-up, who ends first at the top, all pages."""
        asked = {
            "team": team,
            "ends_by": screens.typed(ends_by) if ends_by else "",
            "reviewed": "" if reviewed is None else "NY"[reviewed],
        }
        return self._all_pages("/pifu", asked, pifu_listed_in)

    def pifu(self, referral: str) -> PifuPathway:
        """Return the follow-up of the referral with the clinic's own reference."""
        found = pifu_in(self._read(f"/referrals/{named(referral)}/pifu"))
        self._check_record(found.referral, referral)
        self._check_meant(referral, found.patient)
        return found

    def tasks(self, *, referral: str = "", nhs_number: str = "", team: str = "") -> list[Task]:
        """Return the tasks of a referral, a patient or a team, the first due at the top, done ones too, all pages."""
        asked = {"referral": referral, "nhs_number": digits(nhs_number), "team": team}
        return self._all_pages("/tasks", asked, tasks_in)

    def make_task(self, referral: str, *, team: str, due_on: date, text: str) -> None:
        """Make a task of a referral. The clinic takes the same one any number of times.

        Raises:
            BusinessException: `REFUSED_BY_SYSTEM`: the clinic doesn't know the team, or takes no such text.
        """
        form = Form(f"/referrals/{named(referral)}/tasks/new", "New task", "Save task")
        fields = {"Consultant team": team, "Due date": screens.typed(due_on), "Text": text}
        self._save(form, fields, patient=self._patient_of_referral(referral), record=("Referral", referral))

    def _patient_of_referral(self, referral: str) -> Patient:
        if referral in self._known:
            return self._meant(referral)
        found = screens.referral_in(self._read(f"/referrals/{named(referral)}"))
        self._check_record(found.reference, referral)
        self._check_meant(referral, found.patient)
        return found.patient

    def _all_pages(self, path: str, asked: Mapping[str, str], read: Callable[[Html], list[T]]) -> list[T]:
        found: list[T] = []
        number = 1
        while True:
            page = self._read(path, {**asked, "page": str(number)})
            found += read(page)
            number += 1
            if not page.has("//a[normalize-space()='Next']"):
                return found

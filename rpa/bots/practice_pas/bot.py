"""Does named things in the practice clinic, in either of its skins: reads beside the screen, writes through it."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import ClassVar
from urllib.parse import urlencode, urlsplit

from playwright.sync_api import Response

from rpa.bots.base import Bot
from rpa.bots.practice_pas import screens
from rpa.bots.practice_pas.records import Appointment, Patient, Referral, WaitingEntry, digits, patient_of
from rpa.bots.practice_pas.screens import Form
from rpa.connectors.browser import Browser, Html, Session
from rpa.exceptions import BusinessException, SystemException
from rpa.secrets import Credential
from rpa.systems import System

_IN_FRAME = "frame"
_REMEMBERED = 1000


class PracticePas(Bot):
    """The practice clinic's patient administration system.

    Before it writes it checks that the screen is the one it knows (else `SCREEN_CHANGED`) and that it shows the patient
    meant, by reference, NHS number and date of birth (else `WRONG_PATIENT`). Who is meant was fixed when the record was
    first read. What the clinic refuses is a BusinessException `REFUSED_BY_SYSTEM`.
    """

    system_name: ClassVar[str] = "practice-pas"
    masks: ClassVar[tuple[str, ...]] = ("dd", "td", "input", "select", ".msg", ".problem")

    def __init__(self, system: System, browser: Browser, credential: Credential | None = None) -> None:
        super().__init__(system, browser, credential)
        self._known: dict[str, Patient] = {}
        self._legacy: bool | None = None

    def sign_in(self, session: Session, credential: Credential) -> None:
        """Sign in on the screen, with a one-time code where the clinic asks for one."""
        session.goto("/sign-in")
        with screens.known_screen("Sign in"):
            session.fill({"User name": credential.username, "Password": credential.password})
        answer = self._let_in(session, "Sign in", asked="user name or password")
        if answer is not None and urlsplit(answer.url).path == "/sign-in/code":
            with screens.known_screen("One-time code"):
                session.fill({"One-time code": credential.one_time_code()})
            self._let_in(session, "Continue", asked="one-time code")

    def find_patient(self, nhs_number: str, date_of_birth: date) -> Patient | None:
        """Return the patient with this NHS number and this date of birth; None if there is none with both."""
        asked = {"nhs_number": digits(nhs_number), "date_of_birth": screens.typed(date_of_birth)}
        for patient in screens.patients_in(self._read("/patients", asked)):
            if (patient.nhs_number, patient.date_of_birth) == (digits(nhs_number), date_of_birth):
                return self._meaning(patient)
        return None

    def contact_details(self, reference: str) -> dict[str, str | None]:
        """Return phone, mobile, email, address, town, postcode and preferred_contact of a patient."""
        page = self._read(f"/patients/{reference}/contact")
        patient = screens.patient_in(page, "Contact details")
        self._check_record(patient.reference, reference)
        self._check_meant(reference, patient)
        return screens.contact_in(page)

    def save_contact_details(self, reference: str, **fields: str | None) -> None:
        """Write the named contact details of a patient; the others stay as they are.

        Raises:
            BusinessException: `REFUSED_BY_SYSTEM`: the clinic doesn't take a value.
        """
        labels = {screens.CONTACT[name]: value or "" for name, value in fields.items()}
        form = Form(f"/patients/{reference}/contact/edit", "Edit contact details", "Save contact details")
        self._save(form, labels, patient=self._meant(reference))

    def appointment(self, ubrn: str) -> Appointment | None:
        """Return the one appointment with this UBRN; None if there is none.

        Raises:
            BusinessException: `DUPLICATE_UBRN`: several have it.
        """
        page = self._read("/appointments", {"ubrn": ubrn})
        with screens.known_screen("Appointment search"):
            found = [row for row in page.table(*screens.FOUND_APPOINTMENTS) if row["UBRN"] == ubrn]
        if len(found) > 1:
            raise BusinessException("DUPLICATE_UBRN", f"{len(found)} appointments have this UBRN, expected one")
        return self.appointment_at(found[0]["Appointment"]) if found else None

    def appointment_at(self, reference: str) -> Appointment:
        """Return the appointment with the clinic's own reference."""
        appointment = screens.appointment_in(self._read(f"/appointments/{reference}"))
        self._check_record(appointment.reference, reference)
        self._check_meant(reference, appointment.patient)
        return appointment

    def move_appointment(self, reference: str, *, when: datetime) -> None:
        """Give an appointment another date and time."""
        fields = {"Date": screens.typed(when), "Time": when.strftime("%H:%M")}
        form = Form(f"/appointments/{reference}/edit", "Edit appointment", "Save appointment")
        self._save_appointment(reference, form, fields)

    def cancel_appointment(self, reference: str, *, code: str, cancelled_on: date, reason: str) -> None:
        """Cancel a future appointment; `code` 2 is by or for the patient, 4 by the provider."""
        fields = {"Attendance code": code, "Cancelled on": screens.typed(cancelled_on), "Reason": reason}
        form = Form(f"/appointments/{reference}/cancel", "Cancel appointment", "Cancel this appointment")
        self._save_appointment(reference, form, fields)

    def record_outcome(self, reference: str, *, attendance_code: str, outcome_code: str) -> None:
        """Record how a visit ended, by the dictionary's codes."""
        fields = {"Attendance code": attendance_code, "Outcome code": outcome_code}
        form = Form(f"/appointments/{reference}/outcome", "Record outcome", "Save outcome")
        self._save_appointment(reference, form, fields)

    def referral(self, reference: str) -> Referral:
        """Return a referral by the clinic's own reference."""
        referral = screens.referral_in(self._read(f"/referrals/{reference}"))
        self._check_record(referral.reference, reference)
        self._check_meant(reference, referral.patient)
        return referral

    def discharge_referral(self, reference: str, *, discharged_on: date, reason: str) -> None:
        """Discharge an open referral with nothing booked."""
        patient = self._meant(reference) if reference in self._known else self.referral(reference).patient
        form = Form(f"/referrals/{reference}/discharge", "Discharge referral", "Discharge")
        fields = {"Discharged on": screens.typed(discharged_on), "Reason": reason}
        self._save(form, fields, patient=patient, record=("Referral", reference))

    def waiting_list(self, *, specialty: str = "", priority: str = "") -> list[WaitingEntry]:
        """Return who waits, longest first, all pages; of one specialty or priority if a code is given."""
        entries: list[WaitingEntry] = []
        number = 1
        while True:
            page = self._read("/waiting-list", {"specialty": specialty, "priority": priority, "page": str(number)})
            entries += screens.waiting_in(page)
            number += 1
            if not page.has("//a[normalize-space()='Next']"):
                return entries

    def _let_in(self, session: Session, button: str, *, asked: str) -> Response | None:
        answer = session.submit(session.page.get_by_role("button", name=button))
        if answer is not None and answer.request.redirected_from is None:
            raise SystemException(f"{self.system_name} refused the {asked}; correct the credential", "SIGN_IN_REFUSED")
        return answer

    def _read(self, path: str, asked: Mapping[str, str] | None = None) -> Html:
        reply = self.get(self._at(path, asked or {}))
        if reply.status == 404:
            raise _missing()
        return reply.html

    def _at(self, path: str, asked: Mapping[str, str]) -> str:
        # the legacy skin shows each page in an iframe; its address is the page's own with one more parameter
        query = {**asked, _IN_FRAME: "1"} if self._is_legacy() else asked
        return f"{path}?{urlencode(query)}" if query else path

    def _is_legacy(self) -> bool:
        if self._legacy is None:
            skin = self.system.options.get("skin")
            self._legacy = skin == "legacy" if skin else self.get("/clinics").html.has("//iframe[@name='content']")
        return self._legacy

    def _save_appointment(self, reference: str, form: Form, fields: Mapping[str, str]) -> None:
        patient = self._meant(reference) if reference in self._known else self.appointment_at(reference).patient
        self._save(form, fields, patient=patient, record=("Appointment", reference))

    def _save(self, form: Form, fields: Mapping[str, str], *, patient: Patient,
              record: tuple[str, str] | None = None) -> None:  # fmt: skip
        self.session.answer_dialogs(*screens.DIALOGS)
        self.reading(lambda: self._open(form))
        self._check_screen(form, patient, record)
        with screens.known_screen(form.title):
            self.session.fill(fields)
        self._send(form)

    def _open(self, form: Form) -> None:
        response = self.session.goto(self._at(form.path, {}))
        if not self._shows(form) and self.session.asks_for_password():
            raise SystemException(f"{self.system_name} asks to sign in again, expected a form", "SIGNED_OUT")
        if response is not None and response.status == 404:
            raise _missing()

    def _shows(self, form: Form) -> bool:
        with self.session.faults("reading the title of a page"):
            return self.session.page.title().partition(" - ")[0] == form.title

    def _check_screen(self, form: Form, patient: Patient, record: tuple[str, str] | None) -> None:
        with screens.known_screen(form.title):
            if not self._shows(form):
                raise screens.other_screen(form.title)
            shown = self.session.read([*screens.BANNER, *([record[0]] if record else [])])
            screens.check_patient(patient_of(shown), patient)
        if record:
            self._check_record(shown[record[0]], record[1])

    def _send(self, form: Form) -> None:
        session = self.session
        button = session.page.get_by_role("button", name=form.button, exact=True)
        response = session.submit(button)
        if response is None:
            raise SystemException("the answer to the form is no page", "PAGE_UNEXPECTED")
        if urlsplit(response.url).path == "/sign-in" or response.request.redirected_from is None:
            self._explain(session)

    def _explain(self, session: Session) -> None:
        """Raise what an answer means that didn't lead on to the saved record."""
        with session.faults("reading the answer to a form"):
            session.page.wait_for_load_state("domcontentloaded")
            page = Html(session.page.content())
        if self.signed_out(page):
            self.sign_in_afresh()
            raise SystemException("the session ended while a form was sent; whether it was saved is for a read to say",
                                  "SIGNED_OUT")  # fmt: skip
        if page.has(screens.REFUSED):
            raise BusinessException("REFUSED_BY_SYSTEM", "the system's own check refused what was entered")
        raise SystemException("the answer to the form is neither the saved record nor a refusal", "PAGE_UNEXPECTED")

    def _meaning(self, patient: Patient) -> Patient:
        if len(self._known) > _REMEMBERED:  # a worker runs for weeks; what is forgotten is read again
            self._known.clear()
        self._known[patient.reference] = patient
        return patient

    def _meant(self, reference: str) -> Patient:
        if reference not in self._known:
            patient = screens.patient_in(self._read(f"/patients/{reference}"), "Patient")
            self._check_record(patient.reference, reference)
            self._known[reference] = patient
        return self._known[reference]

    def _check_meant(self, reference: str, found: Patient) -> None:
        screens.check_patient(found, self._known.setdefault(reference, found))

    def _check_record(self, found: str, expected: str) -> None:
        if found != expected:
            raise SystemException("the screen shows another record than the one asked for", "WRONG_PATIENT")


def _missing() -> BusinessException:
    return BusinessException("NO_SUCH_RECORD", "the system has no record with this reference")

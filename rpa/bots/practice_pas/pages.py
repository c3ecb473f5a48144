"""The practice clinic's pages and forms, whichever skin draws them: what every action of the bot is made of."""

from collections.abc import Mapping
from typing import ClassVar
from urllib.parse import urlencode, urlsplit

from playwright.sync_api import Response

from rpa.bots.base import Bot
from rpa.bots.practice_pas import screens
from rpa.bots.practice_pas.records import Patient, patient_of
from rpa.bots.practice_pas.screens import Form
from rpa.connectors.browser import Browser, Html, Session
from rpa.exceptions import BusinessException, SystemException
from rpa.secrets import Credential
from rpa.systems import System

_IN_FRAME = "frame"
_REMEMBERED = 1000


class PracticeScreens(Bot):
    """Signs in, reads pages, and sends a form once it shows the patient and the record that are meant."""

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

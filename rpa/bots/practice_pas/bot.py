"""Does named things in the practice clinic, in either of its skins: reads beside the screen, writes through it."""

from collections.abc import Mapping
from datetime import date, datetime

from rpa.bots.practice_pas import screens
from rpa.bots.practice_pas.cancer import CancerPathways
from rpa.bots.practice_pas.details import PatientDetails
from rpa.bots.practice_pas.follow_up import FollowUp
from rpa.bots.practice_pas.labels import LABELS
from rpa.bots.practice_pas.listed import Lists
from rpa.bots.practice_pas.pages import PracticeScreens
from rpa.bots.practice_pas.records import Appointment, Patient, Referral, WaitingEntry, digits, named
from rpa.bots.practice_pas.screens import Form
from rpa.bots.practice_pas.undoing import Undoing
from rpa.exceptions import BusinessException


class PracticePas(PatientDetails, Lists, Undoing, FollowUp, CancerPathways, PracticeScreens):
    """The practice clinic's patient administration system.

    Before it writes it checks that the screen is the one it knows (else `SCREEN_CHANGED`) and that it shows the patient
    meant, by reference, NHS number and date of birth (else `WRONG_PATIENT`). Who is meant was fixed when the record was
    first read. What the clinic refuses is a BusinessException `REFUSED_BY_SYSTEM`.
    """

    labels = LABELS

    def find_patient(self, nhs_number: str, date_of_birth: date) -> Patient | None:
        """Return the patient with this NHS number and this date of birth; None if there is none with both."""
        asked = {"nhs_number": digits(nhs_number), "date_of_birth": screens.typed(date_of_birth)}
        for patient in screens.patients_in(self._read("/patients", asked)):
            if (patient.nhs_number, patient.date_of_birth) == (digits(nhs_number), date_of_birth):
                return self._meaning(patient)
        return None

    def contact_details(self, reference: str) -> dict[str, str | None]:
        """Return phone, mobile, email, address, town, postcode and preferred_contact of a patient."""
        page = self._read(f"/patients/{named(reference)}/contact")
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
        form = Form(f"/patients/{named(reference)}/contact/edit", "Edit contact details", "Save contact details")
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
        appointment = screens.appointment_in(self._read(f"/appointments/{named(reference)}"))
        self._check_record(appointment.reference, reference)
        self._check_meant(reference, appointment.patient)
        return appointment

    def move_appointment(self, reference: str, *, when: datetime) -> None:
        """Give an appointment another date and time."""
        fields = {"Date": screens.typed(when), "Time": when.strftime("%H:%M")}
        form = Form(f"/appointments/{named(reference)}/edit", "Edit appointment", "Save appointment")
        self._save_appointment(reference, form, fields)

    def cancel_appointment(self, reference: str, *, code: str, cancelled_on: date, reason: str) -> None:
        """Cancel a future appointment; `code` 2 is by or for the patient, 4 by the provider."""
        fields = {"Attendance code": code, "Cancelled on": screens.typed(cancelled_on), "Reason": reason}
        form = Form(f"/appointments/{named(reference)}/cancel", "Cancel appointment", "Cancel this appointment")
        self._save_appointment(reference, form, fields)

    def record_outcome(self, reference: str, *, attendance_code: str, outcome_code: str) -> None:
        """Record how a visit ended, by the dictionary's codes."""
        fields = {"Attendance code": attendance_code, "Outcome code": outcome_code}
        form = Form(f"/appointments/{named(reference)}/outcome", "Record outcome", "Save outcome")
        self._save_appointment(reference, form, fields)

    def referral(self, reference: str) -> Referral:
        """Return a referral by the clinic's own reference."""
        referral = screens.referral_in(self._read(f"/referrals/{named(reference)}"))
        self._check_record(referral.reference, reference)
        self._check_meant(reference, referral.patient)
        return referral

    def discharge_referral(self, reference: str, *, discharged_on: date, reason: str) -> None:
        """Discharge an open referral with nothing booked."""
        patient = self._meant(reference) if reference in self._known else self.referral(reference).patient
        form = Form(f"/referrals/{named(reference)}/discharge", "Discharge referral", "Discharge")
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

    def _save_appointment(self, reference: str, form: Form, fields: Mapping[str, str]) -> None:
        patient = self._meant(reference) if reference in self._known else self.appointment_at(reference).patient
        self._save(form, fields, patient=patient, record=("Appointment", reference))

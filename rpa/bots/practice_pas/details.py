"""Who a patient is, as the practice clinic's page Patient shows it: read, never written."""

from rpa.bots.practice_pas import screens
from rpa.bots.practice_pas.pages import PracticeScreens
from rpa.bots.practice_pas.records import day, named

DETAILS = {
    "family_name": "Family name",
    "given_name": "Given name",
    "sex": "Sex",
    "date_of_death": "Date of death",
    "sensitive": "Sensitive",
}
"""What the page shows beside its banner, by name, and its labels."""


class PatientDetails(PracticeScreens):
    """Reads who a patient is; the bot has no way to change it."""

    def patient_details(self, reference: str) -> dict[str, str | None]:
        """Return family_name, given_name, sex, date_of_death (day first) and sensitive (Yes or No) of a patient."""
        page = self._read(f"/patients/{named(reference)}")
        patient = screens.patient_in(page, "Patient")
        self._check_record(patient.reference, reference)
        self._check_meant(reference, patient)
        with screens.known_screen("Patient"):
            shown = page.read(DETAILS.values())
            day(shown["Date of death"])  # else the screen is not the one the bot knows
        return {name: shown[label] or None for name, label in DETAILS.items()}

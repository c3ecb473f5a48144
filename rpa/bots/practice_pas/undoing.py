"""What takes back a discharge and a cancellation in the practice clinic."""

from rpa.bots.practice_pas import screens
from rpa.bots.practice_pas.pages import PracticeScreens
from rpa.bots.practice_pas.records import Patient, named
from rpa.bots.practice_pas.screens import Form


class Undoing(PracticeScreens):
    """Opens referrals again and brings appointments back."""

    def reopen_referral(self, reference: str, *, reason: str) -> None:
        """Open a discharged referral again, as if it had not been discharged."""
        at = f"/referrals/{named(reference)}"
        form = Form(f"{at}/reopen", "Reopen referral", "Reopen")
        patient = self._patient_of(reference, at, "Referral")
        self._save(form, {"Reason": reason}, patient=patient, record=("Referral", reference))

    def reinstate_appointment(self, reference: str, *, reason: str) -> None:
        """Bring a cancelled appointment back to its own time, as if it had not been cancelled."""
        at = f"/appointments/{named(reference)}"
        form = Form(f"{at}/reinstate", "Reinstate appointment", "Reinstate")
        patient = self._patient_of(reference, at, "Appointment")
        self._save(form, {"Reason": reason}, patient=patient, record=("Appointment", reference))

    def _patient_of(self, reference: str, path: str, title: str) -> Patient:
        if reference not in self._known:
            self._check_meant(reference, screens.patient_in(self._read(path), title))
        return self._known[reference]

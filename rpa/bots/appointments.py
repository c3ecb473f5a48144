"""What a bot can do with appointments, whichever way it reaches its system."""

from datetime import date, datetime
from typing import Protocol, runtime_checkable

from rpa.bots.practice_pas.records import Appointment


@runtime_checkable
class AppointmentBook(Protocol):
    """Finds, moves, cancels and brings back appointments: who asks for this can be given any bot that does."""

    def appointment(self, ubrn: str) -> Appointment | None:
        """Return the one appointment with this UBRN; None if there is none.

        Raises:
            BusinessException: `DUPLICATE_UBRN`: several have it.
        """

    def appointment_at(self, reference: str) -> Appointment:
        """Return the appointment with the system's own reference."""

    def move_appointment(self, reference: str, *, when: datetime) -> None:
        """Give an appointment another date and time, in the clinic's own time."""

    def cancel_appointment(self, reference: str, *, code: str, cancelled_on: date, reason: str) -> None:
        """Cancel a future appointment; `code` 2 is by or for the patient, 4 by the provider."""

    def reinstate_appointment(self, reference: str, *, reason: str) -> None:
        """Bring a cancelled appointment back to its own time, as if it had not been cancelled."""

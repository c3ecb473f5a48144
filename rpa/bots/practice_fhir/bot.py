"""Does in the practice clinic what a workflow of appointments needs, by its FHIR server: no browser is started."""

from datetime import UTC, date, datetime
from functools import cached_property
from typing import Any, ClassVar
from zoneinfo import ZoneInfo

from rpa.bots.fhir import FhirBot
from rpa.bots.practice_fhir.words import ATTENDANCE, FUTURE, WHO_CANCELLED, person_of, record_of
from rpa.bots.practice_pas.records import Appointment as Record
from rpa.bots.practice_pas.records import Patient as Person
from rpa.calendars.wall import moments_of, zone_of
from rpa.connectors.fhir import Appointment, Patient, Versioned, read_as
from rpa.connectors.fhir.resources import CANCELLATION_DATE, CANCELLATION_REASONS, UBRN
from rpa.exceptions import BusinessException, SystemException

_REMEMBERED = 1000


class PracticeFhir(FhirBot):
    """The practice clinic's patient administration system, by its FHIR server.

    What it writes is what was read last, with the change and on condition of its version: what somebody else has
    changed since is a `CONFLICT`, and nothing is written. Who is meant was fixed when the record was first read;
    another patient there is `WRONG_PATIENT`.
    """

    system_name: ClassVar[str] = "practice-pas"
    scope: ClassVar[str] = "system/Appointment.read system/Appointment.write system/Patient.read"

    def appointment(self, ubrn: str) -> Record | None:
        """Return the one appointment with this UBRN; None if there is none.

        Raises:
            BusinessException: `DUPLICATE_UBRN`: several have it.
        """
        found = [one for one in self.fhir.search("Appointment", {"identifier": f"{UBRN}|{ubrn}"})
                 if one.kind == "Appointment" and read_as(Appointment, one).ubrn == ubrn]  # fmt: skip
        if len(found) > 1:
            raise BusinessException("DUPLICATE_UBRN", f"{len(found)} appointments have this UBRN, expected one")
        return self.appointment_at(found[0].id) if found else None

    def appointment_at(self, reference: str) -> Record:
        """Return the appointment with the clinic's own reference."""
        self._last_read.pop(reference, None)  # what was read before is written no more, whatever this look finds
        return self._known_record(self.fhir.read("Appointment", reference))

    def move_appointment(self, reference: str, *, when: datetime) -> None:
        """Give an appointment another date and time, as long as before; `when` is the clinic's local time."""
        was = self._to_change(reference)
        now, seen = self._moment(when), read_as(Appointment, was)
        if seen.start is None or seen.end is None:
            raise SystemException("the server gave an appointment without its times", "SCREEN_CHANGED")
        self.fhir.update(was.changed(start=_instant(now), end=_instant(now + (seen.end - seen.start))))

    def reinstate_appointment(self, reference: str, *, reason: str) -> None:
        """Bring a cancelled appointment back to its own time, as if it had not been cancelled."""
        was = self._to_change(reference)
        others = [one for one in was.body.get("extension", ()) if one.get("url") not in (ATTENDANCE, CANCELLATION_DATE)]
        self.fhir.update(was.changed(
            status="booked",
            cancelationReason=None,
            extension=[*others, {"url": ATTENDANCE, "valueCode": FUTURE}],
            comment=reason,
        ))  # fmt: skip

    def cancel_appointment(self, reference: str, *, code: str, cancelled_on: date, reason: str) -> None:
        """Cancel a future appointment; `code` 2 is by or for the patient, 4 by the provider."""
        was = self._to_change(reference)
        told = {ATTENDANCE: {"valueCode": code}, CANCELLATION_DATE: {"valueDateTime": cancelled_on.isoformat()}}
        others = [one for one in was.body.get("extension", ()) if one.get("url") not in told]
        who = {"system": CANCELLATION_REASONS, "code": WHO_CANCELLED[code]}
        self.fhir.update(was.changed(
            status="cancelled",
            cancelationReason={"coding": [who], "text": reason},
            extension=[*others, *({"url": url, **value} for url, value in told.items())],
        ))  # fmt: skip

    @cached_property
    def _zone(self) -> ZoneInfo:
        return zone_of(self.system.zone)

    @cached_property
    def _last_read(self) -> dict[str, Versioned]:
        return {}

    @cached_property
    def _meant(self) -> dict[str, Person]:
        return {}

    def _known_record(self, found: Versioned) -> Record:
        seen = read_as(Appointment, found)
        if not seen.patient:
            raise SystemException("the server gave an appointment of nobody", "SCREEN_CHANGED")
        person = person_of(read_as(Patient, self.fhir.read("Patient", seen.patient)))
        record = record_of(seen, person, self._zone)
        self._check_person(seen.id, person)
        self._last_read[seen.id] = found
        return record

    def _check_person(self, reference: str, person: Person) -> None:
        if len(self._meant) > _REMEMBERED:  # a worker runs for weeks; what is forgotten is read again
            self._meant.clear()
            self._last_read.clear()
        if any(person != self._meant.setdefault(one, person) for one in (f"Appointment/{reference}", person.reference)):
            raise SystemException("the record is about another patient than the one meant: the identifiers differ",
                                  "WRONG_PATIENT")  # fmt: skip

    def _to_change(self, reference: str) -> Versioned:
        """Return what was read last of an appointment, once: a second write needs a second look."""
        if reference not in self._last_read:
            self.appointment_at(reference)
        return self._last_read.pop(reference)

    def _moment(self, when: datetime) -> datetime:
        moments = moments_of(when, self._zone)
        if not moments:
            raise BusinessException("REFUSED_BY_SYSTEM", "the clocks go forward over this time: there is none such")
        return moments[0]


def _instant(moment: datetime) -> Any:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")

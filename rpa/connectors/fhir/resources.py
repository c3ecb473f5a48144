"""What we know of an Appointment, a Patient and a Slot (FHIR R4, names of UK Core); all else in them is passed over."""

from collections.abc import Sequence
from datetime import date
from typing import TypeVar

from pydantic import AwareDatetime, BaseModel, ConfigDict, ValidationError
from pydantic.alias_generators import to_camel

from rpa.connectors.fhir.versioned import Versioned
from rpa.exceptions import SystemException

NHS_NUMBER = "https://fhir.nhs.uk/Id/nhs-number"
UBRN = "https://fhir.nhs.uk/Id/UBRN"
CANCELLATION_REASONS = "http://terminology.hl7.org/CodeSystem/appointment-cancellation-reason"
CANCELLATION_DATE = "http://hl7.org/fhir/5.0/StructureDefinition/extension-Appointment.cancellationDate"
"""What R5 has as an element, R4 has as this extension."""

R = TypeVar("R", bound="Resource")


class Part(BaseModel):
    """A part of a resource."""

    model_config = ConfigDict(frozen=True, extra="ignore", alias_generator=to_camel, populate_by_name=True)


class Identifier(Part):
    """A number and whose it is."""

    system: str = ""
    value: str = ""


class Coding(Part):
    """A code and the list it is from."""

    system: str = ""
    code: str = ""


class CodeableConcept(Part):
    """A meaning: as codes, as text, or both."""

    coding: tuple[Coding, ...] = ()
    text: str = ""


class Reference(Part):
    """What is elsewhere: `Patient/P1`, or an identifier."""

    reference: str = ""
    type: str = ""
    identifier: Identifier | None = None
    display: str = ""

    def names(self, kind: str) -> str:
        """Return the id of what it leads to on the same server, if that is of a kind; empty if not."""
        found, _, number = self.reference.partition("/")
        return number if found == kind else ""


class Extension(Part):
    """What a system tells beyond the standard."""

    url: str
    value_code: str | None = None
    value_date_time: str | None = None
    value_coding: Coding | None = None


class Participant(Part):
    """Who or what takes part in an appointment."""

    actor: Reference = Reference()


class Contained(Part):
    """A resource inside another: here the referral that an appointment is made for."""

    resource_type: str
    identifier: tuple[Identifier, ...] = ()
    authored_on: str = ""
    priority: str = ""


class Resource(Part):
    """What every resource here has."""

    id: str
    identifier: tuple[Identifier, ...] = ()
    extension: tuple[Extension, ...] = ()

    def identifier_of(self, system: str) -> str:
        """Return the one identifier of a system; empty if there is none.

        Raises:
            SystemException: `PAGE_UNEXPECTED`: it has several.
        """
        return _only([one.value for one in self.identifier if one.system == system], "identifier of a kind")

    def extension_of(self, url: str) -> Extension | None:
        """Return an extension, if it is there."""
        return next((one for one in self.extension if one.url == url), None)


class Patient(Resource):
    """Who somebody is."""

    birth_date: date | None = None

    @property
    def nhs_number(self) -> str:
        """Ten digits, or nothing."""
        return self.identifier_of(NHS_NUMBER)


class Appointment(Resource):
    """One appointment; its instants are aware."""

    status: str
    start: AwareDatetime | None = None
    end: AwareDatetime | None = None
    specialty: tuple[CodeableConcept, ...] = ()
    cancelation_reason: CodeableConcept | None = None
    participant: tuple[Participant, ...] = ()
    contained: tuple[Contained, ...] = ()

    @property
    def ubrn(self) -> str:
        """The booking's number in e-RS, or nothing."""
        return self.identifier_of(UBRN)

    @property
    def patient(self) -> str:
        """The id of the patient.

        Raises:
            SystemException: `PAGE_UNEXPECTED`: it is about several.
        """
        return _only([found for one in self.participant if (found := one.actor.names("Patient"))], "patient")

    @property
    def place(self) -> str:
        """What the clinic is called."""
        found = (one.actor for one in self.participant)
        return next((one.display for one in found if "Location" in (one.type, one.reference.partition("/")[0])), "")

    @property
    def referral(self) -> Contained | None:
        """The referral, if it is inside."""
        return next((one for one in self.contained if one.resource_type == "ServiceRequest"), None)


class Slot(Resource):
    """A time that can be booked, or is; its instants are aware."""

    status: str
    start: AwareDatetime
    end: AwareDatetime
    schedule: Reference = Reference()


def read_as(kind: type[R], found: Versioned) -> R:
    """Return a resource as one of these.

    Raises:
        SystemException: `PAGE_UNEXPECTED`: it is of another kind, or a part of it can't be read.
    """
    if found.kind != kind.__name__:
        raise SystemException(f"the server gave another kind of resource than {kind.__name__}", "PAGE_UNEXPECTED")
    try:
        return kind.model_validate(found.body)
    except ValidationError as error:  # its text would quote the resource
        wrong = ", ".join(sorted({str(one["loc"][0]) for one in error.errors() if one["loc"]}))
        raise SystemException(f"a {kind.__name__} can't be read, look at: {wrong}", "PAGE_UNEXPECTED") from None


def _only(found: Sequence[str], what: str) -> str:
    if len(set(found)) > 1:
        raise SystemException(f"a resource has more than one {what}", "PAGE_UNEXPECTED")
    return found[0] if found else ""

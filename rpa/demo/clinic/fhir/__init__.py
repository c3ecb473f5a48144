"""The clinic's FHIR R4 server: what its pages show of patients and appointments, for programs.

    POST /fhir/token                        client credentials: the account `bot` and its password; gives a bearer token
    GET  /fhir/metadata                     what it can do; needs no token
    GET  /fhir/Patient ?identifier= &birthdate= &family= &_id=          and /fhir/Patient/{id}
    GET  /fhir/Appointment ?identifier= &date= &status= &patient= &location= &_id=      and /fhir/Appointment/{id}
    PUT  /fhir/Appointment/{id}             moves or cancels it; needs `If-Match`
    GET  /fhir/Slot ?schedule= &start= &status=                         and /fhir/Slot/{id}

Searches have pages of `_count`, 20 if not given. The faults happen here as on the pages.
"""

from rpa.demo.clinic.fhir.front import BASE, fhir_routes

__all__ = ["BASE", "fhir_routes"]

"""The practice clinic: a small web PAS to try bots on, in a process of its own, with faults on demand.

    with Clinic(folder, skin="modern") as clinic:
        clinic.address, clinic.username, clinic.password
        clinic.faults.set("saved_but_error", path="/appointments/*", times=1)
        before = clinic.snapshot(); ...; changes_between(before, clinic.snapshot()); clinic.writes()

Addresses, the same in both skins (GET shows; those marked * also take the form by POST):

    /sign-in *                              user name, password; leads to ?next=
    /sign-in/code *                         one-time code; only with second_factor, between the two
    /sign-out                               POST only
    /clinics ?site= &specialty=             list of clinics
    /clinics/{code} ?day= &attendance_code= &page=
    /patients ?nhs_number= &date_of_birth= &name=       search; the list stands below the form
    /patients/{reference}                   tabs: details, /contact, /appointments, /referrals
    /patients/{reference}/contact/edit *    phone, mobile, email, address, town, postcode, preferred_contact
    /appointments ?ubrn=                    search; the list stands below the form
    /appointments/{reference}
    /appointments/{reference}/edit *        clinic, date, time, visit_type; asks once more in a dialog
    /appointments/{reference}/cancel *      attendance_code, cancelled_on, reason; asks once more in a dialog
    /appointments/{reference}/outcome *     attendance_code, outcome_code
    /referrals/{reference}
    /appointments/{reference}/reinstate *   reason; takes a cancellation back; asks once more in a dialog
    /referrals/{reference}/discharge *      discharged_on, reason; asks once more in a dialog
    /referrals/{reference}/reopen *         reason; takes a discharge back; asks once more in a dialog
    /waiting-list ?specialty= &priority= &page=
    /pifu ?team= &ends_by= &reviewed= &page=            who is on patient-initiated follow-up
    /referrals/{reference}/pifu
    /tasks ?team= &referral= &nhs_number= &page=
    /tasks/{reference}
    /referrals/{reference}/tasks/new *      team, due_on, text
    /audit ?account= &reference= &kind= &page=
    /fhir/…                                 the same records for programs: see `rpa.demo.clinic.fhir`
    /control/faults                         GET, POST, DELETE with the header x-clinic-token

A form that is saved leads (303) to its record's page, which says `Saved.`; one that isn't comes back with status 200
and its messages. Dates are taken as 2026-12-31 or 31/12/2026. Each page's h1 and title say its kind and stay the same
for every record; pages about a patient, an appointment or a referral state NHS number and date of birth.

In the legacy skin a page asked for by its plain address is an outside with an iframe named `content`; the page itself
is at the same address with `frame=1`, which is also what the popups for edit and cancel open, and what a request
without a browser should ask for. There, fields have their text beside them and no labels, ids change with each
drawing, the first click on a row of a table only selects it (the second opens it), and a refused form is covered by
a message until its OK is pressed. Faults meet the page inside, never the outside.
"""

from rpa.demo.clinic.control import FaultSwitch
from rpa.demo.clinic.faults import FAULTS
from rpa.demo.clinic.process import Clinic
from rpa.demo.clinic.seeding import seed
from rpa.demo.clinic.sessions import SessionLimit
from rpa.demo.clinic.skins import Skin
from rpa.demo.clinic.snapshot import AuditRow, FieldChange, Snapshot, changes_between
from rpa.demo.clinic.store import Author

__all__ = [
    "FAULTS",
    "AuditRow",
    "Author",
    "Clinic",
    "FaultSwitch",
    "FieldChange",
    "SessionLimit",
    "Skin",
    "Snapshot",
    "changes_between",
    "seed",
]

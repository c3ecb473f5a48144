"""The record: events in a hash chain for each job, and the check that nobody has touched them since."""

from rpa.audit.acting import who
from rpa.audit.against import Against
from rpa.audit.events import Event, own_words
from rpa.audit.findings import Finding
from rpa.audit.pseudonyms import Pseudonyms
from rpa.audit.record import Record
from rpa.audit.trail import Entry, Trail
from rpa.audit.verify import Verification, verify, verify_run

__all__ = [
    "Against",
    "Entry",
    "Event",
    "Finding",
    "Pseudonyms",
    "Record",
    "Trail",
    "Verification",
    "own_words",
    "verify",
    "verify_run",
    "who",
]

"""What a slot signs in with, and where it is written down."""

from dataclasses import dataclass

from rpa.audit import Record
from rpa.clock import Clock
from rpa.db import Database
from rpa.db.leases import LeaseClock
from rpa.gates import Gates
from rpa.secrets import Secrets
from rpa.sign_ins.digests import Digests


@dataclass(frozen=True, slots=True)
class SignIns:
    """The parts that every door of a slot needs."""

    secrets: Secrets
    digests: Digests
    database: Database
    record: Record
    gates: Gates
    clock: Clock
    leases: LeaseClock
    worker_id: str

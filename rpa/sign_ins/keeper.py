"""What a slot signs in with, and where it is written down."""

from collections.abc import Callable
from dataclasses import dataclass, field

from sqlalchemy import Connection

from rpa.audit import Record
from rpa.clock import Clock
from rpa.db import Database
from rpa.db.leases import LeaseClock
from rpa.gates import Gates
from rpa.secrets import Secrets
from rpa.sign_ins.digests import Digests
from rpa.sign_ins.ledger import Account


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
    unwritten: dict[Account, Callable[[Connection], None]] = field(default_factory=dict)
    """What is still to be written down of the last try of an account, because the database was away."""

"""Decisions of two people to erase something."""

from datetime import UTC, datetime

from rpa.approvals.signing import signer_of
from rpa.erasure import Decision
from rpa.models import Actor
from tests.integration.conftest import PERSON

GUARDIAN = signer_of("B. Guardian", "yellow ladder harbour", "00" * 16)
"""Who approves it."""


def decided(basis: str = "UK GDPR 17(1)(a)", *, by: Actor = PERSON) -> Decision:
    """Return a decision of two people."""
    return Decision(basis, by, GUARDIAN, "what is over its time", datetime(2026, 11, 2, 9, 30, tzinfo=UTC))

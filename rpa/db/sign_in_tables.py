"""The tables of sign-ins: what was tried and what was refused, without a user name, a password or a code."""

from enum import StrEnum

from sqlalchemy import BigInteger, Column, Index, Integer, String, Table

from rpa.db.schema import Number, metadata, one_of
from rpa.db.types import UtcDateTime


class TryEnd(StrEnum):
    """How a try to sign in ended, where it did not end well."""

    REFUSED = "refused"
    """The system said no."""
    UNKNOWN = "unknown"
    """It was cut off after the password was handed out: it may have been refused."""


# Sign-ins that a system refused, so that no worker tries the same one until the account is locked.
refused_sign_in = Table(
    "refused_sign_in",
    metadata,
    Column("system", String(100), primary_key=True),
    # A keyed digest of what was refused, never the thing itself: a changed password is a new sign-in.
    Column("digest", String(80), primary_key=True),
    Column("refused_at", UtcDateTime, nullable=False),
    sqlite_with_rowid=False,
)

# What all workers know of an account, which is a keyed digest of its user name.
sign_in_account = Table(
    "sign_in_account",
    metadata,
    Column("system", String(100), primary_key=True),
    Column("account", String(80), primary_key=True),
    # The digest of what signed in last; what never did is tried by one worker at a time.
    Column("good", String(80)),
    # The last period whose one-time code was handed out: no code is used twice, on whichever machine.
    Column("code_period", BigInteger),
    sqlite_with_rowid=False,
)

# Written before the password is handed out, and removed when it signed in: so what a dead worker tried counts too.
sign_in_try = Table(
    "sign_in_try",
    metadata,
    Column("id", Number, primary_key=True),
    Column("system", String(100), nullable=False),
    Column("account", String(80), nullable=False),
    Column("worker", String(32), nullable=False),
    Column("began_at", UtcDateTime, nullable=False),
    # Whether the same had signed in before: then being cut off says nothing about the password.
    Column("known_good", Integer, nullable=False),
    # Nothing while it is under way.
    Column("ended", String(16)),
    one_of("ended", TryEnd, name="ended"),
    Index(None, "system", "account"),
)

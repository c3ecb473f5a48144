"""The tables of the console: people, their roles and sessions, links that work once, and files waiting for a start."""

from enum import StrEnum

from sqlalchemy import BigInteger, CheckConstraint, Column, ForeignKey, Index, LargeBinary, String, Table, Text

from rpa.db import tables  # noqa: F401 - the jobs that it refers to
from rpa.db.schema import Number, metadata, one_of
from rpa.db.types import Json, UtcDateTime


class Role(StrEnum):
    """What a person is let in for."""

    REQUESTER = "requester"
    """Sends spreadsheets, and sees what became of them."""
    OPERATOR = "operator"
    """Looks after all jobs, workers and systems."""
    APPROVER = "approver"
    """Decides about plans of others."""
    AUDITOR = "auditor"
    """Reads the record, and changes nothing."""
    ADMIN = "admin"
    """Lets people in and out, and sees no patient data."""


class Stage(StrEnum):
    """How far a person has come in signing in."""

    CODE = "code"
    """The password was right; the one-time code is still to come."""
    SET_UP = "set_up"
    """The password was right; one-time codes are still to be set up."""
    IN = "in"
    """Signed in."""


# Somebody who may use the console. He is never deleted: what he did bears his name.
person = Table(
    "person",
    metadata,
    Column("id", Number, primary_key=True),
    Column("name", String(200), nullable=False),
    # What two names have in common that people would take for the same.
    Column("key", String(200), nullable=False, unique=True),
    # Whose jobs he sees beside his own.
    Column("team", String(100)),
    # Argon2id with its salt and its costs; nothing before it was chosen.
    Column("password", Text),
    # The secret of the one-time codes, encrypted with a key that is not in the database.
    Column("codes", LargeBinary),
    # When the first code was shown to be right; only from then on are they asked for.
    Column("codes_at", UtcDateTime),
    # The last period whose code was taken: no code is used twice.
    Column("code_period", BigInteger),
    Column("added_at", UtcDateTime, nullable=False),
    Column("signed_in_at", UtcDateTime),
    Column("ended_at", UtcDateTime),
    CheckConstraint("codes_at IS NULL OR codes IS NOT NULL", name="codes"),
)

person_role = Table(
    "person_role",
    metadata,
    Column("person_id", ForeignKey("person.id"), primary_key=True),
    Column("role", String(16), primary_key=True),
    one_of("role", Role, name="role"),
    sqlite_with_rowid=False,
)

# A session lives here and not in the cookie, so that it can be ended; of its id only the SHA-256 is kept.
console_session = Table(
    "console_session",
    metadata,
    Column("digest", String(64), primary_key=True),
    Column("person_id", ForeignKey("person.id"), nullable=False),
    Column("stage", String(16), nullable=False),
    Column("began_at", UtcDateTime, nullable=False),
    Column("seen_at", UtcDateTime, nullable=False),
    one_of("stage", Stage, name="stage"),
    Index(None, "person_id"),
    sqlite_with_rowid=False,
)

# A link with which a person chooses his password; one without a person makes the first admin.
one_time_link = Table(
    "one_time_link",
    metadata,
    Column("digest", String(64), primary_key=True),
    Column("person_id", ForeignKey("person.id"), unique=True),
    Column("until", UtcDateTime, nullable=False),
    sqlite_with_rowid=False,
)

# Who was refused of late, so that nobody can try as many passwords as he likes; a name only as a keyed digest.
console_refusal = Table(
    "console_refusal",
    metadata,
    Column("id", Number, primary_key=True),
    Column("account", String(80), nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Index(None, "account", "at"),
)

# Files that were sent and looked at, until they are started; their content is in the store of kept files, encrypted.
upload = Table(
    "upload",
    metadata,
    Column("id", Number, primary_key=True),
    Column("person_id", ForeignKey("person.id"), nullable=False),
    Column("workflow", String(100), nullable=False),
    # Name and SHA-256 of each file, by input.
    Column("files", Json, nullable=False),
    Column("made_at", UtcDateTime, nullable=False),
    Column("job_id", ForeignKey("job.id")),
    Index(None, "made_at"),
)

# What a program of the trust shows that it acts for a person, in one role; of the token only the SHA-256 is kept.
api_token = Table(
    "api_token",
    metadata,
    Column("id", Number, primary_key=True),
    Column("person_id", ForeignKey("person.id"), nullable=False),
    Column("role", String(16), nullable=False),
    # What its maker calls it, such as the program that has it.
    Column("name", String(100), nullable=False),
    Column("digest", String(64), nullable=False, unique=True),
    Column("made_at", UtcDateTime, nullable=False),
    Column("until", UtcDateTime, nullable=False),
    Column("used_at", UtcDateTime),
    Column("ended_at", UtcDateTime),
    one_of("role", Role, name="role"),
    Index(None, "person_id"),
)

# A job that a program asked for under a key of its own choice: the same request sent again finds it.
api_request = Table(
    "api_request",
    metadata,
    Column("id", Number, primary_key=True),
    Column("person_id", ForeignKey("person.id"), nullable=False),
    # SHA-256 of the key, and of what was sent under it.
    Column("key_digest", String(64), nullable=False),
    Column("body_digest", String(64), nullable=False),
    Column("job_id", ForeignKey("job.id"), nullable=False),
    Column("made_at", UtcDateTime, nullable=False),
    Index("uq_api_request_key", "person_id", "key_digest", unique=True),
)

# Who a person is to the trust's own sign-in: tenant and object never change, as names and addresses do.
provider_account = Table(
    "provider_account",
    metadata,
    Column("id", Number, primary_key=True),
    Column("person_id", ForeignKey("person.id"), nullable=False),
    Column("tenant", String(255), nullable=False),
    Column("object", String(255), nullable=False),
    Column("added_at", UtcDateTime, nullable=False),
    Index("uq_provider_account", "tenant", "object", unique=True),
    Index(None, "person_id"),
)

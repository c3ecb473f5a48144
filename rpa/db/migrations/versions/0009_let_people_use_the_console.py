"""Let people use the console: who they are, their sessions, and the files they send."""

import sqlalchemy as sa
from alembic import op

import rpa.db.types

revision = "0009"
down_revision = "0008"

_ROLES = "role IN ('requester', 'operator', 'approver', 'auditor', 'admin')"


def upgrade() -> None:
    """Add people, their sessions and links, and what they send."""
    _add_people()
    _add_sessions()
    _add_uploads()


def _add_people() -> None:
    op.create_table(
        "person",
        sa.Column("id", _number(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("key", sa.String(length=200), nullable=False),
        sa.Column("team", sa.String(length=100), nullable=True),
        sa.Column("password", sa.Text(), nullable=True),
        sa.Column("codes", sa.LargeBinary(), nullable=True),
        sa.Column("codes_at", rpa.db.types.UtcDateTime(), nullable=True),
        sa.Column("code_period", sa.BigInteger(), nullable=True),
        sa.Column("added_at", rpa.db.types.UtcDateTime(), nullable=False),
        sa.Column("signed_in_at", rpa.db.types.UtcDateTime(), nullable=True),
        sa.Column("ended_at", rpa.db.types.UtcDateTime(), nullable=True),
        sa.CheckConstraint("codes_at IS NULL OR codes IS NOT NULL", name=op.f("ck_person_codes")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_person")),
        sa.UniqueConstraint("key", name=op.f("uq_person_key")),
    )
    op.create_table(
        "person_role",
        sa.Column("person_id", _number(), nullable=False),
        sa.Column("role", sa.String(length=16), nullable=False),
        sa.CheckConstraint(_ROLES, name=op.f("ck_person_role_role")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_person_role_person_id")),
        sa.PrimaryKeyConstraint("person_id", "role", name=op.f("pk_person_role")),
        sqlite_with_rowid=False,
    )


def _add_sessions() -> None:
    op.create_table(
        "console_session",
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("person_id", _number(), nullable=False),
        sa.Column("stage", sa.String(length=16), nullable=False),
        sa.Column("began_at", rpa.db.types.UtcDateTime(), nullable=False),
        sa.Column("seen_at", rpa.db.types.UtcDateTime(), nullable=False),
        sa.CheckConstraint("stage IN ('code', 'set_up', 'in')", name=op.f("ck_console_session_stage")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_console_session_person_id")),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_console_session")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_console_session_person_id"), "console_session", ["person_id"])
    op.create_table(
        "one_time_link",
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("person_id", _number(), nullable=True),
        sa.Column("until", rpa.db.types.UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_one_time_link_person_id")),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_one_time_link")),
        sa.UniqueConstraint("person_id", name=op.f("uq_one_time_link_person_id")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "console_refusal",
        sa.Column("id", _number(), nullable=False),
        sa.Column("account", sa.String(length=80), nullable=False),
        sa.Column("at", rpa.db.types.UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_console_refusal")),
    )
    op.create_index(op.f("ix_console_refusal_account_at"), "console_refusal", ["account", "at"])


def _add_uploads() -> None:
    op.create_table(
        "upload",
        sa.Column("id", _number(), nullable=False),
        sa.Column("person_id", _number(), nullable=False),
        sa.Column("workflow", sa.String(length=100), nullable=False),
        sa.Column("files", rpa.db.types.Json(), nullable=False),
        sa.Column("made_at", rpa.db.types.UtcDateTime(), nullable=False),
        sa.Column("job_id", _number(), nullable=True),
        sa.ForeignKeyConstraint(["job_id"], ["job.id"], name=op.f("fk_upload_job_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_upload_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_upload")),
    )
    op.create_index(op.f("ix_upload_made_at"), "upload", ["made_at"])


def _number() -> sa.types.TypeEngine[int]:
    return sa.BigInteger().with_variant(sa.Integer(), "sqlite")

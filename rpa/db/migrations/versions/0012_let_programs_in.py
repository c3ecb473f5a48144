"""Let programs in: their tokens, and the keys under which they ask for jobs; accounts of the trust's own sign-in."""

import sqlalchemy as sa
from alembic import op

import rpa.db.types

revision = "0012"
down_revision = "0010"

_ROLES = "role IN ('requester', 'operator', 'approver', 'auditor', 'admin')"


def upgrade() -> None:
    """Add the tokens and the requests of programs, and accounts of the trust's own sign-in."""
    op.create_table(
        "api_token",
        sa.Column("id", _number(), nullable=False),
        sa.Column("person_id", _number(), nullable=False),
        sa.Column("role", sa.String(length=16), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("made_at", rpa.db.types.UtcDateTime(), nullable=False),
        sa.Column("until", rpa.db.types.UtcDateTime(), nullable=False),
        sa.Column("used_at", rpa.db.types.UtcDateTime(), nullable=True),
        sa.Column("ended_at", rpa.db.types.UtcDateTime(), nullable=True),
        sa.CheckConstraint(_ROLES, name=op.f("ck_api_token_role")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_api_token_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_api_token")),
        sa.UniqueConstraint("digest", name=op.f("uq_api_token_digest")),
    )
    op.create_index(op.f("ix_api_token_person_id"), "api_token", ["person_id"])
    op.create_table(
        "api_request",
        sa.Column("id", _number(), nullable=False),
        sa.Column("person_id", _number(), nullable=False),
        sa.Column("key_digest", sa.String(length=64), nullable=False),
        sa.Column("body_digest", sa.String(length=64), nullable=False),
        sa.Column("job_id", _number(), nullable=False),
        sa.Column("made_at", rpa.db.types.UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_api_request_person_id")),
        sa.ForeignKeyConstraint(["job_id"], ["job.id"], name=op.f("fk_api_request_job_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_api_request")),
    )
    op.create_index("uq_api_request_key", "api_request", ["person_id", "key_digest"], unique=True)
    op.create_table(
        "provider_account",
        sa.Column("id", _number(), nullable=False),
        sa.Column("person_id", _number(), nullable=False),
        sa.Column("tenant", sa.String(length=255), nullable=False),
        sa.Column("object", sa.String(length=255), nullable=False),
        sa.Column("added_at", rpa.db.types.UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_provider_account_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_provider_account")),
    )
    op.create_index("uq_provider_account", "provider_account", ["tenant", "object"], unique=True)
    op.create_index(op.f("ix_provider_account_person_id"), "provider_account", ["person_id"])


def _number() -> sa.types.TypeEngine[int]:
    return sa.BigInteger().with_variant(sa.Integer(), "sqlite")

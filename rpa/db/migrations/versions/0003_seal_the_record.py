"""Seal the record: leaves, nodes and signed heads of its trees."""

import sqlalchemy as sa
from alembic import op

import rpa.db.types

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Add what seals are kept in; the entries that are there are sealed by the first worker that looks."""
    op.create_table(
        "leaf",
        sa.Column("tree", sa.Integer(), nullable=False),
        sa.Column("idx", sa.BigInteger(), nullable=False),
        sa.Column("run", sa.String(length=64), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["run"], ["chain.run"], name=op.f("fk_leaf_run")),
        sa.PrimaryKeyConstraint("tree", "idx", name=op.f("pk_leaf")),
        sa.UniqueConstraint("run", "seq", name=op.f("uq_leaf_run_seq")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "node",
        sa.Column("tree", sa.Integer(), nullable=False),
        sa.Column("level", sa.Integer(), nullable=False),
        sa.Column("idx", sa.BigInteger(), nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("tree", "level", "idx", name=op.f("pk_node")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "seal",
        sa.Column("tree", sa.Integer(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("sealed_at", rpa.db.types.UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("tree", "size", name=op.f("pk_seal")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "sealed_run",
        sa.Column("run", sa.String(length=64), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["run"], ["chain.run"], name=op.f("fk_sealed_run_run")),
        sa.PrimaryKeyConstraint("run", name=op.f("pk_sealed_run")),
        sqlite_with_rowid=False,
    )
    op.create_index(
        "ix_event_name",
        "event",
        ["name", "run"],
        sqlite_where=sa.text("item_id IS NULL"),
        postgresql_where=sa.text("item_id IS NULL"),
    )

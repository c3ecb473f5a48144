"""The tables of decisions on plans, and of later looks at what they would change."""

from sqlalchemy import CheckConstraint, Column, ForeignKey, Index, Integer, LargeBinary, String, Table

from rpa.db import tables  # noqa: F401 - the jobs that it refers to
from rpa.db.schema import metadata
from rpa.db.types import UtcDateTime

# One decision for each plan: whoever thinks otherwise afterwards makes a new plan.
approval = Table(
    "approval",
    metadata,
    Column("job_id", ForeignKey("job.id"), primary_key=True, autoincrement=False),
    Column("decision", String(16), nullable=False),
    Column("digest", String(64), nullable=False),
    Column("changes", Integer, nullable=False),
    Column("decided_by", String(200), nullable=False),
    Column("decided_at", UtcDateTime, nullable=False),
    Column("until", UtcDateTime, nullable=False),
    # Of whoever decided, by a key that is made of his passphrase.
    Column("signature", String(128), nullable=False),
    # Made with a key that is not in the database.
    Column("mark", LargeBinary, nullable=False),
    CheckConstraint("decision IN ('approved', 'rejected')", name="decision"),
)

# A dry run of the items of a plan once more, to see what they are now; it is no plan that could be approved.
plan_look = Table(
    "plan_look",
    metadata,
    Column("job_id", ForeignKey("job.id"), primary_key=True, autoincrement=False),
    Column("plan_id", ForeignKey("job.id"), nullable=False),
    Index(None, "plan_id"),
)

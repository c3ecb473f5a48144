"""What the clinic's database holds, for comparing it with what a record claims was changed."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from rpa.demo.clinic.store import KEYS, opened

Fields = Mapping[str, str | None]
Snapshot = Mapping[str, Mapping[str, Fields]]
"""Table name → key → field name → value."""


@dataclass(frozen=True, slots=True)
class FieldChange:
    """One field that differs between two snapshots; a record that came or went differs in every field it has."""

    table: str
    key: str
    field: str
    before: str | None
    after: str | None


@dataclass(frozen=True, slots=True)
class AuditRow:
    """One row of the clinic's own audit; `field` is empty for a save that changed nothing."""

    number: int
    save: int
    at: datetime
    account: str
    what: str
    table: str
    reference: str
    field: str
    before: str | None
    after: str | None


def take(database: Path) -> Snapshot:
    """Read every data table in one moment: writers go on, none of their later work is seen."""
    with opened(database) as records, records.transaction(keep=False):
        # Table names come from this package, never from a request.
        return {
            table: {row[key]: dict(row) for row in records.all(f"SELECT * FROM {table}")}  # noqa: S608
            for table, key in KEYS.items()
        }


def changes_between(before: Snapshot, after: Snapshot) -> list[FieldChange]:
    """Return every field that differs, in the order of table, key and field."""
    return [
        FieldChange(table, key, field, old.get(field), new.get(field))
        for table in sorted(before.keys() | after.keys())
        for key in sorted(before.get(table, {}).keys() | after.get(table, {}).keys())
        for old, new in [(before.get(table, {}).get(key, {}), after.get(table, {}).get(key, {}))]
        for field in sorted(old.keys() | new.keys())
        if old.get(field) != new.get(field)
    ]


def writes(database: Path) -> list[AuditRow]:
    """Return every row of the clinic's audit, oldest first."""
    with opened(database) as records:
        return [
            AuditRow(**{**dict(row), "at": datetime.fromisoformat(row["at"])})
            for row in records.all(
                'SELECT number, save, at, account, what, kind AS "table", reference, field, before, after'
                " FROM write_log ORDER BY number"
            )
        ]

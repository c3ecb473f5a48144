"""Which entries of the record are asked for, and up to where: what is written later does not belong to them."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import select

from rpa.db import Database
from rpa.db.tables import chain, event
from rpa.exceptions import NotFoundError


@dataclass(frozen=True, slots=True)
class Selection:
    """Entries of the record, as it was at the moment they were asked for."""

    sought: str
    """What was looked for, in words that name nobody."""
    name: str
    """What a file of them is called, without an ending; it names nobody."""
    heads: Mapping[str, int]
    """The runs, and how many entries each had."""
    item_ids: frozenset[int] | None = None
    """Only entries of these items, and the submissions that brought them; None for all of the runs."""
    subject: str | None = None
    """The pseudonym that was looked for."""
    since: datetime | None = None
    """Only entries from this moment on."""
    until: datetime | None = None
    """Only entries before this moment."""

    @property
    def is_whole(self) -> bool:
        """Whether every entry of each run is asked for."""
        return self.item_ids is None and self.since is None and self.until is None

    @property
    def run(self) -> str | None:
        """The run, where it is all about one job."""
        return next(iter(self.heads)) if self.item_ids is None and len(self.heads) == 1 else None

    def within(self, since: datetime | None, until: datetime | None) -> "Selection":
        """Return the part of it that lies from one moment up to, and without, another."""
        return replace(self, since=since, until=until)


def of_job(database: Database, number: int) -> Selection:
    """Return all entries of a job.

    Raises:
        NotFoundError: The record has no such job.
    """
    heads = _heads(database, [f"job-{number}"])
    if not heads:
        raise NotFoundError(f"there is no job {number} in the record, expected one that `rpa jobs` lists")
    return Selection(f"job {number}", f"record-job-{number}", heads)


def of_items(database: Database, item_ids: Collection[int], *, sought: str, subject: str) -> Selection:
    """Return what was done to these items, and the submissions that brought them."""
    wanted = select(event.c.run).where(event.c.item_id.in_(item_ids)).distinct()
    with database.reading() as connection:
        runs = list(connection.execute(wanted).scalars())
    name = "record-" + sought.lower().replace(" ", "-")
    return Selection(sought, name, _heads(database, runs), item_ids=frozenset(item_ids), subject=subject)


def of_period(database: Database, since: datetime | None, until: datetime | None, *, name: str) -> Selection:
    """Return all entries of a period."""
    return Selection("period", name, _heads(database), since=since, until=until)


def _heads(database: Database, runs: Collection[str] | None = None) -> dict[str, int]:
    wanted = select(chain.c.run, chain.c.size).order_by(chain.c.run)
    if runs is not None:
        wanted = wanted.where(chain.c.run.in_(runs))
    with database.reading() as connection:
        return {row.run: row.size for row in connection.execute(wanted)}

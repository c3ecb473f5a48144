"""Checks that each year's tree of the record begins with what the one before ended with: no year can be exchanged."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Any

import orjson
from sqlalchemy import Connection, select

from rpa.audit.findings import Finding, SealFinding, stored
from rpa.audit.sealer import SEALS_RUN
from rpa.db.seal_tables import seal
from rpa.db.tables import event

OPENED = "log.opened"


def wrong_links(connection: Connection, years: Sequence[int], opened: Mapping[int, Sequence[int]]) -> Iterator[Finding]:
    """Find the years whose entries of opening don't name exactly the last seal of the year before.

    `opened` has the numbers of those entries by the year in whose tree they are.
    """
    for before, year in pairwise(years):
        last = _last_seal(connection, before)
        told = [_facts(connection, seq) for seq in opened.get(year, ())]
        if last is None or told != [{"tree": year, "after": before, "size": last.size, "note": last.note}]:
            said = f"The record of {year} does not begin with the last seal of {before}, as it was when it was opened."
            yield SealFinding("seals", 0 if last is None else last.size, said)


def _last_seal(connection: Connection, year: int) -> Any:
    return connection.execute(select(seal).where(seal.c.tree == year).order_by(seal.c.size.desc()).limit(1)).first()


def _facts(connection: Connection, seq: int) -> object:
    body = select(event.c.body).where(event.c.run == SEALS_RUN, event.c.seq == seq)
    try:
        told = orjson.loads(stored(connection.execute(body).scalar()))
    except orjson.JSONDecodeError:
        return None
    return told.get("facts") if isinstance(told, dict) else None

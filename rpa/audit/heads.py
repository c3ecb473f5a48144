"""Ends of runs that were sent away while the record was written, as a syslog server kept them."""

import re
from collections.abc import Iterable, Iterator
from pathlib import Path

import orjson
from sqlalchemy import Connection, select

from rpa.audit.findings import Finding, stored
from rpa.db.tables import event
from rpa.exceptions import UsageError

Head = tuple[str, int, bytes]
"""Run, number and hash of an entry."""
_SAID = re.compile(r"\{[^{}]*\}")


def read_heads(path: Path) -> Iterator[Head]:
    """Yield what lines of a file say, whatever a syslog server put before it; other lines are passed over.

    Raises:
        UsageError: The file can't be read.
    """
    try:
        with path.open(encoding="utf-8", errors="replace") as file:
            for line in file:
                found = _SAID.search(line)
                head = _parsed(found[0]) if found else None
                if head is not None:
                    yield head
    except OSError as error:
        raise UsageError(f"the file of heads {path.name!r} can't be read: {error.strerror}") from None


def check_heads(connection: Connection, heads: Iterable[Head]) -> Iterator[Finding]:
    """Find the entries that were other ones when they were sent away."""
    for run, seq, link in heads:
        found = connection.execute(select(event.c.hash).where(event.c.run == run, event.c.seq == seq)).scalar()
        if found is None:
            yield Finding(run, seq, "is missing: it was sent to the live stream and is not there any more")
        elif stored(found) != link:
            yield Finding(run, seq, "is another than the live stream was told of")


def _parsed(text: str) -> Head | None:
    try:
        said = orjson.loads(text)
        return str(said["run"]), int(said["seq"]), bytes.fromhex(said["hash"])
    except (ValueError, KeyError, TypeError):
        return None

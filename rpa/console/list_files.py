"""Hands out a list as a workbook: what the pages show of it, masked as there, and all of it up to a limit."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory

from starlette.responses import Response

from rpa.audit import Event
from rpa.audit.record import SYSTEM_RUN
from rpa.clock import local
from rpa.connectors.spreadsheet import Value, write_rows
from rpa.console.downloads import MOST_LINES, as_download
from rpa.console.visit import Visit

AT_ONCE = 500
"""Lines that are read together."""
Cells = Sequence[Value]


@dataclass(frozen=True, slots=True)
class Listing:
    """A list to hand out; the lines are taken one at a time."""

    name: str
    """That of the file, without its ending; it names nobody."""
    headings: Sequence[str]
    lines: Iterable[Cells]
    about: str = ""
    """What the record calls it; empty where no line is about a patient, so that nothing need be recorded."""
    run: str = SYSTEM_RUN


def hand_out(visit: Visit, one: Listing) -> Response:
    """Answer with a list as a workbook; what has to be recorded and can't be is not handed out."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / f"{one.name}-{local(visit.desk.clock.now()):%Y%m%d-%H%M}.xlsx"
        count = write_rows(path, one.headings, _bounded(one), name="List")
        if one.about:
            facts = {
                "what": one.about,
                "count": min(count, MOST_LINES),
                "sha256": sha256(path.read_bytes()).hexdigest(),
            }
            with visit.desk.database.transaction() as connection:
                told = Event("list.exported", visit.person.actor, facts=facts)
                visit.desk.record.append(connection, one.run, told)
        return as_download(path)


def on_the_clock(moment: datetime | None) -> datetime | None:
    """Return a time as a cell shows it: that of the trust's clocks."""
    return None if moment is None else local(moment).replace(tzinfo=None)


def _bounded(one: Listing) -> Iterator[Cells]:
    """Yield the lines up to the limit, and say at the end if there are others."""
    lines = iter(one.lines)
    yield from islice(lines, MOST_LINES)
    if next(lines, None) is not None:
        said = f"Only the first {MOST_LINES:,} lines are here. Narrow the list on its page to get the others."
        yield [said, *[None] * (len(one.headings) - 1)]

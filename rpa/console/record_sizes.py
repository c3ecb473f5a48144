"""How much is taken out where: while the page waits, beside the pages, or by command alone."""

from rpa.console.exports_beside import Wanted
from rpa.console.record_selected import arguments_of
from rpa.console.visit import Visit
from rpa.exports import Form, Selection
from rpa.exports.measure import Measure, measure, size_of

MOST = 50_000
"""Entries that are taken out while the page waits."""
MOST_BESIDE = 1_000_000
"""Entries of a job that are taken out beside the pages: a file is opened as a whole when it is fetched."""


def is_large(visit: Visit, selection: Selection) -> bool:
    """Return whether it takes so long that no page waits for it."""
    return size_of(visit.desk.database, selection) > MOST


def is_taken_here(visit: Visit, selection: Selection) -> bool:
    """Return whether it can be taken out here at all: what is large, only of a job, for a command names no patient."""
    size = size_of(visit.desk.database, selection)
    return size <= MOST or (selection.item_ids is None and size <= MOST_BESIDE)


def measured(visit: Visit, selection: Selection) -> Measure:
    """Return how much it is; what is large is not read through for that, so that it may be less."""
    if is_large(visit, selection):
        return Measure(size_of(visit.desk.database, selection), 0)
    return measure(visit.desk.database, selection, most=MOST)


def wanted_of(visit: Visit, selection: Selection) -> Wanted:
    """Return what is to be taken out beside the pages, as the command is told it."""
    form, by, reason = (visit.text("form"), visit.person.name, visit.text("reason"))
    given = [*arguments_of(visit), f"--by={by}", f"--format={form}", "--reason=-", "--kept", "--progress"]
    more = ["--with-payloads"] if visit.text("payloads") == "yes" else []
    passes = 2 if form == Form.PACK else 1
    entries = size_of(visit.desk.database, selection) * passes
    return Wanted(selection.sought, entries, by, ["audit", "export", *given, *more], reason)

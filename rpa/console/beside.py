"""What the console does beside its pages: it seals what it wrote where no worker does, and notes what is looked for."""

from datetime import timedelta

from rpa.answers.postings import Postings
from rpa.audit.sealer import latest_seal
from rpa.desk import Desk
from rpa.duties import Duties, Duty

_NOTES_EVERY = 5
_SEALS_MISSED = 2
"""Seals that are not there when they should be: then no worker makes them."""


def beside_pages(desk: Desk) -> Duties:
    """Return what is done every few seconds for as long as the console is served."""
    every = desk.settings.record.seal_every
    duties = [
        Duty("seals", every, lambda: seal_if_nobody_does(desk)),
        Duty("postings of the record", _NOTES_EVERY, Postings(desk.database, desk.clock).tick),
    ]
    return Duties(duties, desk.clock, at_end=desk.database.close_thread)


def seal_if_nobody_does(desk: Desk) -> None:
    """Seal what was written here since, unless a worker did so of late."""
    if not desk.record.has_written:
        return
    with desk.database.reading() as connection:
        last = latest_seal(connection)
    missed = timedelta(seconds=desk.settings.record.seal_every * _SEALS_MISSED)
    if last is None or desk.clock.now() - last.sealed_at > missed:
        desk.record.has_written = False
        desk.sealing.tick()
        desk.record.has_written = False  # the seal is an entry, too, and no reason for another one

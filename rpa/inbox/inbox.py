"""The drop folder's rounds: take one hand-in, make it a job or refuse it, return what is completed."""

import contextlib
from datetime import timedelta
from functools import partial
from hashlib import sha256
from pathlib import Path

from loguru import logger
from sqlalchemy.exc import SQLAlchemyError

from rpa.desk import Desk
from rpa.exceptions import ClaimLost, InputRefused, UsageError
from rpa.inbox import words
from rpa.inbox.arrivals import Arrival, Arrivals, NewArrival
from rpa.inbox.clearing import Clearing
from rpa.inbox.folders import Door, Folders, content_of, copied, digest_of
from rpa.inbox.misplaced import tell_misplaced
from rpa.inbox.names import name_inputs
from rpa.inbox.returning import Returning
from rpa.inbox.sender import sender_of
from rpa.inbox.settling import Settling, files_of
from rpa.logs import scrubbed
from rpa.models import Actor, ActorKind

_MOST_TRIES = 5
"""Times a hand-in is read before it goes back: it may be what ends the worker."""
_PAUSE = timedelta(minutes=1)
_OUTSIDE = (OSError, SQLAlchemyError)
"""What is no fault of a file: a full disk, a database that is away. It is tried again for as long as it takes."""


class Inbox:
    """Looks into the drop folder. Any number of workers may: what one takes, no other has."""

    def __init__(self, desk: Desk) -> None:
        options = desk.settings.inbox
        self._desk = desk
        self._folders = Folders(desk.settings)
        self._settling = Settling(desk.clock, settle=options.settle, patience=options.patience)
        self._arrivals = Arrivals(desk.database, desk.record, desk.clock, holder=desk.me.id)
        self._clearing = Clearing(self._folders, self._arrivals, desk.evidence, desk.clock)
        self._returning = Returning(desk, self._folders, self._arrivals)

    def tick(self) -> bool:
        """Take one hand-in, see to one that was taken, and return one answer; the next round does the others.

        Returns:
            Whether the next round is likely to find something: one of the three was done, or a hand-in settles.
        """
        names = self._desk.workflows.names
        if not self._folders.prepare(names):
            logger.warning("the drop folder is not there: is the share mounted?")
            return False
        tell_misplaced(self._folders.inbox, names)
        doors = self._folders.doors(names)
        taken = self._take_one(doors)
        seen_to = self._see_to_one(doors)
        returned = self._returning.return_one()
        return taken or seen_to or returned or self._settling.expects_some

    def _take_one(self, doors: list[Door]) -> bool:
        lying = [(door, entry) for door in doors for entry in door.entries()]
        self._settling.keep_only({entry for _, entry in lying})
        # Everything is looked at each time: what is not ready must be known to lie unchanged.
        ready = [(door, entry) for door, entry in lying if self._settling.is_ready(entry, files=self._inputs(door))]
        return any(door.take(entry) is not None for door, entry in ready)

    def _inputs(self, door: Door) -> int:
        return len(self._desk.workflows.get(door.workflow).inputs)

    def _see_to_one(self, doors: list[Door]) -> bool:
        for door in doors:
            for place in door.places():
                held = self._held(door, place)
                if held is not None:
                    self._see_to(door, place, held)
                    return True
        return False

    def _held(self, door: Door, place: Path) -> Arrival | None:
        """Return what lies at a place once it is ours to see to."""
        known = self._arrivals.at(self._folders.name_of(place))
        if known is None:
            return self._begun(door, place)
        return known if self._arrivals.hold(known) else None

    def _begun(self, door: Door, place: Path) -> Arrival | None:
        content = content_of(place)
        if content is None:  # its taker died before it put something there; one who is about to will take it anew
            with contextlib.suppress(OSError):
                place.rmdir()
            return None
        try:
            digest = digest_of(files_of(content))
        except OSError:  # whoever reads it says why it can't be read
            digest = sha256(place.name.encode()).hexdigest()
        sender = sender_of(content, self._desk.settings.inbox.senders.get(door.workflow))
        new = NewArrival(door.workflow, content.name, digest, sender, self._folders.marks()[0],
                         self._folders.name_of(place))  # fmt: skip
        return self._arrivals.begin(new)

    def _see_to(self, door: Door, place: Path, held: Arrival) -> None:
        """Bring an arrival one step on; it may have been left at any point by one who died."""
        try:
            if held.job_id is None and held.refused is None:
                self._read(door, place, held)
            now = self._arrivals.at(held.place)
            if now is not None:
                self._clearing.clear(place, now)
            self._arrivals.put_off(held, timedelta(), counted=True)  # its answer need not wait for the hold to end
        except ClaimLost:
            logger.info("arrival {} was seen to by another worker", held.id)
        except Exception as error:
            with contextlib.suppress(SQLAlchemyError):  # then the hold ends by itself
                self._arrivals.put_off(held, _PAUSE, counted=not isinstance(error, _OUTSIDE))
            raise

    def _read(self, door: Door, place: Path, held: Arrival) -> None:
        if held.tries >= _MOST_TRIES:
            self._arrivals.refuse(held, words.OUR_SIDE)
            return
        try:
            self._submit(door, place, held)
        except PermissionError:
            self._arrivals.refuse(held, words.CLOSED)
        except UsageError as error:
            said = scrubbed(str(error)).rstrip(".")
            alone = self._inputs(door) > 1 and (lying := content_of(place)) is not None and lying.is_file()
            self._arrivals.refuse(held, f"{said}; {words.TOGETHER}" if alone else said)

    def _submit(self, door: Door, place: Path, held: Arrival) -> None:
        content = content_of(place)
        if not held.sender or content is None:
            raise InputRefused(words.NO_SENDER if content else words.GONE)
        with copied(content) as files:
            if digest_of(files) != held.digest:
                raise InputRefused(words.CHANGED)
            given = name_inputs(list(self._desk.workflows.get(door.workflow).inputs), files)
            by = Actor(ActorKind.PERSON, held.sender)
            link = partial(self._arrivals.link, held)
            made = self._desk.submit(door.workflow, given, by=by, again=door.again, also=link)
        if not made.is_new:
            self._arrivals.refuse(held, words.handed_in_before(made.job), job_id=made.job.id)

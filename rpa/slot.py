"""A slot: a child process with a browser of its own, which attempts items while its supervisor says it may."""

import os
import signal
import sys
import threading
from collections.abc import Callable
from contextlib import closing, suppress
from dataclasses import dataclass
from multiprocessing.connection import Connection
from typing import TYPE_CHECKING

from loguru import logger

from rpa.clock import SystemClock
from rpa.db.away import if_there, patiently
from rpa.db.leases import LeaseClock
from rpa.desk import Desk, open_desk
from rpa.logs import diagnosis, set_up_logs
from rpa.models import Claim
from rpa.secrets.dumps import forbid_core_dumps
from rpa.secrets.environment import MARK
from rpa.settings import Settings
from rpa.temporary import use_temporary_folder
from rpa.watch import Watch
from rpa.workers import Identity, this_process

if TYPE_CHECKING:
    from rpa.crew import Crew

LOST_SUPERVISOR = 76
"""Exit code of a slot whose supervisor is gone."""


@dataclass(frozen=True, slots=True)
class Began:
    """An attempt begins."""

    item_id: int
    claim: str
    workflow: str


@dataclass(frozen=True, slots=True)
class Ended:
    """An attempt has ended, and its ending is stored."""

    job_id: int


@dataclass(frozen=True, slots=True)
class Extended:
    """The lease of a claim was extended by a statement begun when the monotonic clock showed `asked_at`."""

    claim: str
    asked_at: float


@dataclass(frozen=True, slots=True)
class LeaseTime:
    """How far the clock of leases is ahead of the monotonic clock: the database's own may have been put right."""

    offset: float


@dataclass(frozen=True, slots=True)
class Stop:
    """Come to an end: at the next step, or (`at_step` is False) when the item in hand is done."""

    at_step: bool = True


@dataclass(frozen=True, slots=True)
class SlotOrder:
    """What a slot is told at its start; it goes through a pipe, never through the command line."""

    settings: Settings
    id: str
    supervisor: str
    number: int
    open: Callable[[Settings, Identity], Desk]


def open_for_slot(settings: Settings, me: Identity) -> Desk:
    """Open the installation in the process of a slot."""
    return open_desk(settings, SystemClock(), me=me)


def run_slot(order: SlotOrder, pipe: "Connection[object, object]") -> None:
    """Be a slot until told to stop; the process ends at once when its supervisor is gone."""
    _leave_the_terminal()
    forbid_core_dumps()
    os.environ[MARK] = order.id
    use_temporary_folder()
    options = order.settings
    set_up_logs(options.dir / "logs", options.log_level, terminal=options.logs.terminal, worker=order.id,
                slot=order.number)  # fmt: skip
    link = Link(pipe)
    me = this_process(parent=order.supervisor, slot=order.number, known_as=order.id)
    try:
        _open_and_work(order, link, me)
    except Exception as error:
        # The traceback that Python would print shows what the database says of a row, or a line of a sheet.
        logger.error("this slot ended by itself: {}", diagnosis(error))
        sys.exit(1)


def _open_and_work(order: SlotOrder, link: "Link", me: Identity) -> None:
    with closing(patiently(lambda: order.open(order.settings, me), until=link.stop)) as desk:
        patiently(lambda: desk.workers.register(me), until=link.stop)
        with closing(desk.crew()) as crew:
            _work(desk, crew, link, me)
        if_there(lambda: _leave(desk, me))


def _leave(desk: Desk, me: Identity) -> None:
    desk.queue.free_seats(me.id)
    desk.workers.end(me)


def _work(desk: Desk, crew: "Crew", link: "Link", me: Identity) -> None:
    watch = Watch(desk.clock, desk.lease, kill_browser=crew.kill)
    link.serve(watch, crew.kill, desk.leases)
    desk.slot(crew, watch, report=link, stop=link.stop, stopping=link.at_step.is_set).run(me)


class Link:
    """The slot's end of the pipe to its supervisor."""

    def __init__(self, pipe: "Connection[object, object]") -> None:
        self.stop = threading.Event()
        self.at_step = threading.Event()
        self._pipe = pipe
        self._watch: Watch | None = None
        self._leases: LeaseClock | None = None
        self._kill_browser: Callable[[], None] = lambda: None
        threading.Thread(target=self._listen, name="link", daemon=True).start()

    def serve(self, watch: Watch, kill_browser: Callable[[], None], leases: LeaseClock) -> None:
        """Pass on from now on what concerns the attempt in hand, its browser and the clock of its lease."""
        self._watch, self._kill_browser, self._leases = watch, kill_browser, leases

    def began(self, claim: Claim) -> None:
        """Tell the supervisor that an attempt begins."""
        self._send(Began(claim.item_id, claim.id, claim.workflow))

    def ended(self, claim: Claim) -> None:
        """Tell the supervisor that an attempt has ended."""
        self._send(Ended(claim.job_id))

    def _send(self, message: object) -> None:
        with suppress(OSError):  # without a supervisor the listening thread ends the process
            self._pipe.send(message)

    def _listen(self) -> None:
        while True:
            try:
                message = self._pipe.recv()
            except (EOFError, OSError):
                self._end()
            match message:
                case Extended(claim, asked_at) if self._watch is not None:
                    self._watch.extended(claim, asked_at)
                case LeaseTime(offset) if self._leases is not None:
                    self._leases.follow(offset)
                case Stop(at_step):
                    if at_step:
                        self.at_step.set()
                    self.stop.set()

    def _end(self) -> None:
        # Nobody extends the leases any more: another worker will take the item, so no click may follow.
        logger.error("ending this slot: its supervisor is gone")
        self._kill_browser()
        os._exit(LOST_SUPERVISOR)


def _leave_the_terminal() -> None:
    """Leave signals to the supervisor: Ctrl+C and a service manager reach every process of a group."""
    if hasattr(os, "setsid"):
        os.setsid()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN)

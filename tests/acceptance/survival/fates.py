"""Fates: at one exact place a process ends, stops, or finds the disk full, as only the outside world could do it.

A fate is written `WHO@PLACE:NUMBER`:

* `slot@before:7`, `slot@after:7`: the slot dies before or after the seventh commit of its life that wrote something;
* `slot@written:2`: after the second form it sent was answered, before anything was read back;
* `slot@asleep:2`: it stops before the second form is sent, until it is woken;
* `slot@compared:1`: it stops once it has read for the first time what it is to change, until it is woken;
* `slot@crashing:2`: the page of its browser crashes when the second form has been filled in;
* `slot@full:7`: it lives on, but from that commit on no file of it can grow, as on a full disk;
* `slot@filled:9`: the same, once its ninth commit is made;
* `worker@…`: the same places, and the whole worker meets it: the supervisor first, then the slot;
* `supervisor@before:3`: the supervisor dies at a commit of its own;
* `supervisor@rescuing:1`, `supervisor@rescued:1`: before or after the commit by which it puts back what a slot held.

The slots of a worker take the fates of `SURVIVAL_FATES` in the order in which they start; what comes later has none.
"""

import os
import resource
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from itertools import count
from pathlib import Path
from typing import Any

from playwright.sync_api import Error
from sqlalchemy import Connection

import rpa.desk
import rpa.journal
from rpa.bots import PracticePas
from rpa.bots.practice_pas.screens import Form
from rpa.db import Database
from rpa.desk import Desk
from rpa.settings import Settings
from rpa.slot import open_for_slot
from rpa.workers import Identity

FATES = "SURVIVAL_FATES"
"""Variable with the fates, separated by spaces."""
PLACES = "SURVIVAL_PLACES"
"""Variable with the folder in which a process says that it took a fate, and that it met it."""


_MET_AT = {"full": "before", "filled": "after"}
"""Fates that are met at a place which isn't named like them."""


class Fate:
    """Counts what happens in this process, and does at the chosen place what was written."""

    def __init__(self, fate: str, folder: Path) -> None:
        who, _, place = fate.partition("@")
        self._place, _, number = place.partition(":")
        self._number = int(number or 0)
        self._whole_worker = who == "worker"
        self._fate = fate
        self._folder = folder
        self._counts: dict[str, int] = {}
        self._lock = threading.Lock()

    def at(self, place: str, meet: Callable[[], object] | None = None) -> None:
        """Take note that the process has come to a place, which may be its last; `meet` is what happens at some."""
        with self._lock:
            number = self._counts[place] = self._counts.get(place, 0) + 1
            (self._folder / f"{place}-{number}-{os.getpid()}").touch()  # an empty file: the disk may be full
            if (place, number) == (_MET_AT.get(self._place, self._place), self._number):
                (self._folder / f"met-{self._fate}").touch()
                (meet or self._meet)()

    def _meet(self) -> None:
        match self._place:
            case "full" | "filled":
                for pid in self._pids():
                    resource.prlimit(pid, resource.RLIMIT_FSIZE, (0, resource.RLIM_INFINITY))
            case "asleep" | "compared":
                self._send(signal.SIGSTOP)
            case _:
                self._send(signal.SIGKILL)

    def _send(self, number: signal.Signals) -> None:
        for pid in self._pids():
            os.kill(pid, number)

    def _pids(self) -> list[int]:
        return [os.getppid(), os.getpid()] if self._whole_worker else [os.getpid()]


def open_fated(settings: Settings, me: Identity) -> Desk:
    """Open the installation in the process of a slot, with the next fate that is left."""
    folder = Path(os.environ[PLACES])
    number = next(number for number in count() if _is_first(folder / f"slot-{number}"))
    fates = [one for one in os.environ[FATES].split() if not one.startswith("supervisor@")]
    chosen = Fate(fates[number] if number < len(fates) else "slot@never", folder)
    # Each step has a commit of its own here, so that commits have the same numbers however fast the machine is.
    vars(rpa.journal)["WORTH_A_COMMIT"] = 0.0
    vars(rpa.desk)["Database"] = dying_database(chosen)
    PracticePas._send = dying_writes(chosen)  # type: ignore[method-assign]
    PracticePas.contact_details = dying_reads(chosen)  # type: ignore[method-assign]
    return open_for_slot(settings, me)


def _is_first(ticket: Path) -> bool:
    try:
        ticket.touch(exist_ok=False)
    except FileExistsError:
        return False
    return True


def dying_database(fate: Fate) -> type[Database]:
    """Return the database with `fate` at both sides of every commit that writes something."""

    class DyingDatabase(Database):
        @contextmanager
        def transaction(self) -> Iterator[Connection]:
            with super().transaction() as connection:
                changes, rescues = _changes(connection), _rescues(connection)
                yield connection
                wrote, rescued = _changes(connection) != changes, _rescues(connection) != rescues
                _at(fate, before=wrote, rescuing=rescued)
            _at(fate, after=wrote, rescued=rescued)

    return DyingDatabase


def _at(fate: Fate, **places: bool) -> None:
    for place in [name for name, reached in places.items() if reached]:
        fate.at(place)


def _rescues(connection: Connection) -> int:
    """Return how many attempts were ended by a rescue."""
    return int(connection.exec_driver_sql("SELECT count(*) FROM attempt WHERE ended = 'rescued'").scalar_one())


def _changes(connection: Connection) -> Any:
    driver: Any = connection.connection.driver_connection
    if connection.dialect.name == "sqlite":
        return driver.total_changes
    return driver.execute("SELECT pg_current_xact_id_if_assigned()").fetchone()[0]


def dying_writes(fate: Fate) -> Any:
    """Return the sending of a form with `fate` at both sides: it is filled in; it was answered and is not read back."""
    send = PracticePas._send

    def dying(pas: PracticePas, form: Form) -> None:
        fate.at("asleep")
        fate.at("crashing", lambda: _crash(pas))
        send(pas, form)
        fate.at("written")

    return dying


def _crash(pas: PracticePas) -> None:
    with suppress(Error):  # the page that was asked for never comes
        pas.session.page.goto("about:crash")


def dying_reads(fate: Fate) -> Any:
    """Return the reading of contact details, which a change compares first, with `fate` behind it."""
    read = PracticePas.contact_details

    def dying(pas: PracticePas, reference: str) -> dict[str, str | None]:
        found = read(pas, reference)
        fate.at("compared")
        return found

    return dying

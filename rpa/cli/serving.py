"""`rpa console` and `rpa up`: the pages in a browser, alone or with all that an installation needs."""

import json
import os
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import Annotated
from urllib.parse import urlsplit

from cyclopts import Parameter

from rpa.cli.exits import Exit
from rpa.cli.opening import opened
from rpa.cli.options import ASKED, COMMON, Asked, Common
from rpa.cli.screen import print_json, say
from rpa.cli.working import Slots, work_until
from rpa.clock import SystemClock
from rpa.console.binding import LOOPBACK, Binding
from rpa.console.child import console_beside
from rpa.console.practising import BESIDE
from rpa.console.server import Served, serve
from rpa.practice import Practice
from rpa.settings import load_settings

Port = Annotated[int | None, Parameter(help="The port; 8000 or what the settings say if not given, 0 for any.")]
Practising = Annotated[
    bool | None,
    Parameter(
        name="--practice",
        negative="--no-practice",
        help="Load the practice clinic with made-up patients, or remove it; as it was if not given.",
    ),
]
WithParent = Annotated[bool, Parameter(name="--with-parent", show=False)]


@Parameter(name="*")
@dataclass(frozen=True, slots=True)
class Where:
    """Where the console listens, and how the way to it is encrypted."""

    host: Annotated[
        str, Parameter(help="The address it listens at; others than this machine's own need encryption.")
    ] = LOOPBACK
    port: Port = None
    certificate: Annotated[Path | None, Parameter(help="File of the certificate, as PEM.")] = None
    key: Annotated[Path | None, Parameter(help="File of its key, as PEM.")] = None
    behind_proxy: Annotated[bool, Parameter(help="Another server in front of it encrypts.")] = False

    def binding(self, usual: int) -> Binding:
        """Return the address, with the usual port if none was given."""
        port = usual if self.port is None else self.port
        return Binding(self.host, port, self.certificate, self.key, self.behind_proxy)


HERE = Where()


def console(*, where: Where = HERE, with_parent: WithParent = False, options: Common = COMMON) -> None:
    """Show the console to browsers until stopped: Ctrl+C ends it. Work is done by `rpa work`, wherever that runs."""
    where.binding(0).check()
    with opened(options.dir, make=True) as desk:
        binding = where.binding(desk.settings.console.port)
        serve(desk, binding, tell=_for_parent if with_parent else partial(_tell, options), with_parent=with_parent)


def up(*, slots: Slots = None, port: Port = None, practice: Practising = None, options: Asked = ASKED) -> Exit:
    """Run all that one machine needs: the console on this machine's own address, a worker, schedules, the drop folder.

    Ctrl+C ends it in good order: the worker finishes the step in hand and gives the item back.
    """
    _load_or_remove(_asked_about_practice(options) if practice is None else practice, options)
    os.environ[BESIDE] = "1"
    try:
        with _heeding_signals():
            return _up(Practice(options.dir), slots=slots, port=port, options=options)
    except KeyboardInterrupt:  # before a worker or between two, when no item is in hand
        return Exit.DONE


def _up(place: Practice, *, slots: int | None, port: int | None, options: Asked) -> Exit:
    told = threading.Event()
    while True:
        was_wanted = place.is_wanted
        changed = partial(_has_changed, place, was_wanted)
        with _all_but_the_worker(options, port) as served:
            ended = work_until(changed, slots=slots, options=options, told=told)
        if told.is_set() or not changed():
            return ended
        port = urlsplit(served.address).port  # whoever has the console open finds it where it was


@contextmanager
def _heeding_signals() -> Iterator[None]:
    """Let SIGINT and SIGTERM end everything while no worker runs that hears them, also where its starter ignored them.

    A script that puts a command in the background lets it ignore SIGINT; by SIGTERM Python ends without clearing up.
    """
    is_main = threading.current_thread() is threading.main_thread()
    numbers = (signal.SIGINT, signal.SIGTERM) if is_main else ()
    before = [signal.signal(number, signal.default_int_handler) for number in numbers]
    try:
        yield
    finally:
        for number, handler in zip(numbers, before, strict=True):
            signal.signal(number, handler)


def _has_changed(place: Practice, was_wanted: bool) -> bool:
    return place.is_wanted is not was_wanted


@contextmanager
def _all_but_the_worker(options: Asked, port: int | None) -> Iterator[Served]:
    # By name: the demo shows its progress with this package's own bar.
    practice_beside = import_module("rpa.demo.beside").practice_beside
    with (
        practice_beside(load_settings(options.dir), SystemClock()) as clinic,
        console_beside(options.dir, port) as served,
    ):
        _tell(options, served, clinic=clinic)
        yield served


def _asked_about_practice(options: Asked) -> bool | None:
    """Ask whoever starts a new installation at a terminal; None leaves everything as it is."""
    is_new = not (options.dir / "rpa.db").is_file()
    if not is_new or options.json or not (sys.stdin.isatty() and sys.stdout.isatty()):
        return None
    return input("Load the practice clinic, to try everything with made-up patients? [y/N] ").strip().lower() == "y"


def _load_or_remove(is_wanted: bool | None, options: Asked) -> None:
    place = Practice(options.dir)
    if is_wanted is None or is_wanted is place.is_wanted:
        return
    with opened(options.dir, make=True) as desk:
        change = place.load if is_wanted else place.remove
        change(desk.database, desk.record, by=options.person)


def _for_parent(served: Served) -> None:
    print(json.dumps({"address": served.address, "link": served.link}), flush=True)


def _tell(options: Common, served: Served, *, clinic: str | None = None) -> None:
    if options.json:
        print_json({"address": served.address, "link": served.link, "practice": clinic})
    else:
        say(f"The console is at {served.address}")
    if served.link is not None and not options.json:
        say(f"Nobody can sign in yet. Become the first admin here, within 24 hours: {served.link}")
    if clinic is not None and not options.json:
        say(f"The practice clinic runs at {clinic}; its sample spreadsheets are at {served.address}/practice")
    sys.stdout.flush()  # it goes on for days, and somebody waits for this

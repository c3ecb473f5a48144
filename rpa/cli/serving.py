"""`rpa console` and `rpa up`: the pages in a browser, alone or with all that an installation needs."""

import json
import sys
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from rpa.cli.exits import Exit
from rpa.cli.opening import opened
from rpa.cli.options import COMMON, Common
from rpa.cli.screen import print_json, say
from rpa.cli.working import Slots, work
from rpa.console.binding import LOOPBACK, Binding
from rpa.console.child import console_beside
from rpa.console.server import Served, serve

Port = Annotated[int | None, Parameter(help="The port; 8000 or what the settings say if not given, 0 for any.")]
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


def up(*, slots: Slots = None, port: Port = None, options: Common = COMMON) -> Exit:
    """Run all that one machine needs: the console on this machine's own address, a worker, schedules, the drop folder.

    Ctrl+C ends it in good order: the worker finishes the step in hand and gives the item back.
    """
    with console_beside(options.dir, port) as served:
        _tell(options, served)
        return work(slots=slots, options=options)


def _for_parent(served: Served) -> None:
    print(json.dumps({"address": served.address, "link": served.link}), flush=True)


def _tell(options: Common, served: Served) -> None:
    if options.json:
        print_json({"address": served.address, "link": served.link})
    else:
        say(f"The console is at {served.address}")
    if served.link is not None and not options.json:
        say(f"Nobody can sign in yet. Become the first admin here, within 24 hours: {served.link}")
    sys.stdout.flush()  # it goes on for days, and somebody waits for this

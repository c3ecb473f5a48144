"""Two hosts in network namespaces of their own with PostgreSQL between them, and cables that can be pulled.

Made and removed by the test itself; it needs root, and `ip`. Each host reaches the clinic at the clinic's own address:
a relay listens there in the host's namespace, so that the clinic stays when the cable to the database is pulled.
"""

import ctypes
import socket
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from pathlib import Path
from secrets import token_hex
from urllib.parse import urlsplit

from tests.acceptance.survival.relay import Relay, relaying
from tests.acceptance.survival.root import run

_NAMESPACES = Path("/run/netns")
_CLONE_NEWNET = 0x40000000
MIDDLE = "10.201.0.1"
"""Where both hosts reach the server."""


class Namespace:
    """A network namespace."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.path = _NAMESPACES / name

    @property
    def within(self) -> Sequence[str]:
        """What starts a command in it."""
        return ["nsenter", f"--net={self.path}", "--"]

    def ip(self, *words: str) -> None:
        """Run `ip` in it."""
        run("ip", "-netns", self.name, *words)

    def listen(self, port: int) -> socket.socket:
        """Return a socket of this process that listens there: a socket stays in the namespace it was made in."""

        def made() -> socket.socket:
            libc = ctypes.CDLL(None, use_errno=True)
            with self.path.open("rb") as file:
                if libc.setns(file.fileno(), _CLONE_NEWNET) != 0:
                    raise OSError(ctypes.get_errno(), f"the namespace {self.name} can't be entered")
            return socket.create_server(("127.0.0.1", port))

        with ThreadPoolExecutor(1) as thread:  # only that thread moves there, and it ends with the block
            return thread.submit(made).result()


class Host:
    """A host: a namespace with a name, a cable to the server in the middle, and one to the clinic."""

    def __init__(self, name: str, place: Namespace, middle: Namespace, clinic: Relay) -> None:
        self.name = name
        self._place = place
        self._middle = middle
        self._clinic = clinic

    @property
    def within(self) -> Sequence[str]:
        """What starts a command on it."""
        named = ["unshare", "--uts", "--", "sh", "-c", 'hostname "$0" && exec "$@"', self.name]
        return [*self._place.within, *named]

    def pull_cable(self, *, clinic_too: bool) -> None:
        """Let whatever is sent to the server, or comes from there, be lost without a word."""
        self._middle.ip("link", "set", self.name, "down")
        if clinic_too:
            self._clinic.cut()

    def plug_cable(self) -> None:
        """Connect it again."""
        self._middle.ip("link", "set", self.name, "up")
        self._clinic.mend()


class Network:
    """The two hosts and what is between them."""

    def __init__(self, middle: Namespace, north: Host, south: Host) -> None:
        self.middle = middle
        self.north = north
        self.south = south


@contextmanager
def network(clinic: str) -> Iterator[Network]:
    """Make the network for the length of a block; `clinic` is the address of the clinic on this machine."""
    mark = token_hex(3)
    with ExitStack() as stack:
        middle = stack.enter_context(_namespace(f"rpa-{mark}-middle"))
        made = []
        for number, name in enumerate(("north", "south"), start=2):
            place = stack.enter_context(_namespace(f"rpa-{mark}-{name}"))
            _connect(place, middle, name=name, address=f"10.201.0.{number}")
            made.append(Host(name, place, middle, stack.enter_context(_clinic_at(place, clinic))))
        yield Network(middle, *made)


@contextmanager
def _namespace(name: str) -> Iterator[Namespace]:
    run("ip", "netns", "add", name)
    try:
        place = Namespace(name)
        place.ip("link", "set", "lo", "up")
        yield place
    finally:
        run("ip", "netns", "del", name)


def _connect(place: Namespace, middle: Namespace, *, name: str, address: str) -> None:
    middle.ip("link", "add", name, "type", "veth", "peer", "uplink", "netns", place.name)
    for one, device, mine, other in ((middle, name, MIDDLE, address), (place, "uplink", address, MIDDLE)):
        one.ip("address", "add", mine, "peer", other, "dev", device)
        one.ip("link", "set", device, "up")


@contextmanager
def _clinic_at(place: Namespace, address: str) -> Iterator[Relay]:
    at = urlsplit(address)
    assert at.hostname and at.port
    server = (at.hostname, at.port)
    with relaying(lambda: Relay(server, place.listen(server[1]))) as relay:
        yield relay

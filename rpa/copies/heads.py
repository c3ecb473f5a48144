"""A live stream of the ends of runs to syslog: what is changed before the next seal is found out by it alone.

Each message is RFC 5424 with JSON: run, number and hash of its newest entry. Over TCP and TLS messages are framed by
their length (RFC 6587, RFC 5425).
"""

import os
import socket
import ssl
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import urlsplit

import orjson
from loguru import logger
from sqlalchemy import func, select

from rpa.clock import Clock
from rpa.db import Database
from rpa.db.seal_tables import sealed_run
from rpa.db.tables import chain
from rpa.exceptions import UsageError

_PRIORITY = 13 * 8 + 5
"""Facility "log audit", severity "notice"."""
_TIMEOUT = 5.0
_PORTS = {"udp": 514, "tcp": 601, "tls": 6514}


@dataclass(frozen=True, slots=True)
class Address:
    """Where syslog messages go."""

    way: str
    host: str
    port: int

    @classmethod
    def parse(cls, text: str) -> "Address":
        """Read `udp://host`, `tcp://host:601` or `tls://host:6514`.

        Raises:
            UsageError: It is none of these.
        """
        parts = urlsplit(text)
        if parts.scheme not in _PORTS or not parts.hostname:
            raise UsageError(f"found syslog = {text!r}, expected such as tls://siem.example:6514; mend it in [record]")
        return cls(parts.scheme, parts.hostname, parts.port or _PORTS[parts.scheme])


class HeadStream:
    """Sends the end of each run that grew since it was looked at last, and has entries that no seal covers yet."""

    def __init__(self, database: Database, clock: Clock, address: Address, *,
                 certificates: Callable[[], ssl.SSLContext] = ssl.create_default_context) -> None:  # fmt: skip
        self._database = database
        self._clock = clock
        self._address = address
        self._certificates = certificates
        self._sent: dict[str, int] = {}
        self._socket: socket.socket | None = None

    def tick(self) -> None:
        """Send what is new; what could not be sent is sent the next time."""
        heads = self._heads()
        self._sent = {run: size for run, size in self._sent.items() if run in heads}
        try:
            for run, (size, head) in heads.items():
                if self._sent.get(run) != size:
                    self._send(_message(self._clock, run, size, head))
                    self._sent[run] = size
        except OSError as error:
            logger.error("the live stream of the record can't be sent: {}", type(error).__name__)
            self.close()

    def close(self) -> None:
        """Close the connection; the next message opens another."""
        if self._socket is not None:
            self._socket.close()
            self._socket = None

    def _heads(self) -> dict[str, tuple[int, bytes]]:
        both = chain.outerjoin(sealed_run, sealed_run.c.run == chain.c.run)
        grown = select(chain.c.run, chain.c.size, chain.c.head).select_from(both)
        with self._database.reading() as connection:
            found = connection.execute(grown.where(chain.c.size > func.coalesce(sealed_run.c.size, 0))).all()
        return {one.run: (one.size, bytes(one.head)) for one in found}

    def _send(self, message: bytes) -> None:
        if self._socket is None:
            self._socket = self._connected()
        framed = message if self._address.way == "udp" else f"{len(message)} ".encode() + message
        self._socket.sendall(framed)

    def _connected(self) -> socket.socket:
        host, port = self._address.host, self._address.port
        if self._address.way == "udp":
            family, kind, protocol, _, where = socket.getaddrinfo(host, port, type=socket.SOCK_DGRAM)[0]
            made = socket.socket(family, kind, protocol)
            made.connect(where)
            return made
        plain = socket.create_connection((host, port), timeout=_TIMEOUT)
        return plain if self._address.way == "tcp" else self._certificates().wrap_socket(plain, server_hostname=host)


def _message(clock: Clock, run: str, size: int, head: bytes) -> bytes:
    at = clock.now().isoformat(timespec="microseconds").replace("+00:00", "Z")
    said = orjson.dumps({"run": run, "seq": size, "hash": head.hex()}).decode()
    return f"<{_PRIORITY}>1 {at} {socket.gethostname() or '-'} rpa {os.getpid()} head - {said}".encode()

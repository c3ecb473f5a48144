"""The little of SOCKS 5 (RFC 1928) that a browser speaks with its proxy."""

import socket
import struct
from enum import IntEnum
from ipaddress import ip_address

_SECONDS = 10.0
_BY_NAME = 3
_HOSTS = {1: 4, _BY_NAME: 0, 4: 16}
"""Kinds of hosts, and how many bytes those of a fixed length have."""


class Answer(IntEnum):
    """What becomes of a request."""

    DONE = 0
    NOT_ALLOWED = 2
    UNREACHABLE = 4


def read_request(browser: socket.socket) -> tuple[str, int]:
    """Read host and port that a browser asks to be connected with.

    Raises:
        ValueError: This isn't the SOCKS that a browser speaks.
    """
    browser.settimeout(_SECONDS)
    version, methods = _read(browser, 2)
    _read(browser, methods)
    browser.sendall(bytes((5, 0)))  # nobody has to prove who he is
    version, command, _, kind = _read(browser, 4)
    if version != 5 or command != 1 or kind not in _HOSTS:
        raise ValueError("not a request of SOCKS 5 to connect")
    length = _read(browser, 1)[0] if kind == _BY_NAME else _HOSTS[kind]
    host = _read(browser, length)
    (port,) = struct.unpack("!H", _read(browser, 2))
    browser.settimeout(None)
    return (host.decode("ascii") if kind == _BY_NAME else str(ip_address(host))), port


def _read(source: socket.socket, length: int) -> bytes:
    read = b""
    while len(read) < length:
        more = source.recv(length - len(read))
        if not more:
            raise ValueError("the connection ended")
        read += more
    return read


def reply(answer: Answer) -> bytes:
    """Return what a browser is told."""
    return bytes((5, answer, 0, 1, 0, 0, 0, 0, 0, 0))

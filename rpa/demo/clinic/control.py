"""Puts faults in and out of force in a running clinic, from any process that has its token."""

import json
from http.client import HTTPConnection
from typing import Any
from urllib.parse import urlsplit

from rpa.demo.clinic.faults import TOKEN_HEADER, FaultRule
from rpa.exceptions import UsageError

SECONDS = 10.0


class FaultSwitch:
    """The faults of the clinic at an address."""

    def __init__(self, address: str, token: str) -> None:
        self._place = urlsplit(address).netloc
        self._token = token

    def set(self, fault: str, /, **when: Any) -> None:
        """Put a fault in force: `set("saved_but_error", path="/appointments/*", times=1)`.

        What may be said is what `FaultRule` has: path, method, times, skip, every, seconds, status, field.
        """
        self._ask("POST", FaultRule(fault=fault, **when).model_dump_json().encode())

    def clear(self) -> None:
        """Put every fault out of force; replies that are held stay held."""
        self._ask("DELETE")

    def counts(self) -> list[dict[str, Any]]:
        """Tell of each rule in force how many requests it met and on how many its fault happened."""
        return self._ask("GET")

    def _ask(self, method: str, body: bytes = b"") -> list[dict[str, Any]]:
        connection = HTTPConnection(self._place, timeout=SECONDS)
        try:
            connection.request(method, "/control/faults", body, {TOKEN_HEADER: self._token})
            reply = connection.getresponse()
            found: list[dict[str, Any]] = json.loads(reply.read())
        finally:
            connection.close()
        if reply.status != 200:
            raise UsageError(f"the clinic answered {reply.status}, expected 200: is the token this clinic's own?")
        return found

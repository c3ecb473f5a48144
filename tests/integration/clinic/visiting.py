"""Somebody who asks a running clinic over HTTP."""

from collections.abc import Mapping
from dataclasses import dataclass
from http.client import HTTPConnection
from urllib.parse import urlencode, urlsplit

from rpa.demo.clinic import Clinic


@dataclass(frozen=True, slots=True)
class Reply:
    status: int
    text: str
    leads_to: str


class Visitor:
    """Asks the clinic as a browser would, but follows nothing by itself."""

    def __init__(self, clinic: Clinic, *, framed: bool) -> None:
        self._clinic = clinic
        self._framed = framed
        self.cookie = ""

    def sign_in(self) -> Reply:
        form = {"username": self._clinic.username, "password": self._clinic.password}
        reply = self.ask("POST", "/sign-in", form)
        assert reply.status == 303
        return reply

    def get(self, path: str) -> Reply:
        return self.ask("GET", path)

    def post(self, path: str, form: Mapping[str, str]) -> Reply:
        return self.ask("POST", path, form)

    def ask(self, method: str, path: str, form: Mapping[str, str] | None = None, *, seconds: float = 10) -> Reply:
        if self._framed and path != "/sign-in":
            path += ("&" if "?" in path else "?") + "frame=1"
        connection = HTTPConnection(urlsplit(self._clinic.address).netloc, timeout=seconds)
        try:
            headers = {"cookie": self.cookie, "content-type": "application/x-www-form-urlencoded"}
            connection.request(method, path, urlencode(form or {}), headers)
            reply = connection.getresponse()
            self.cookie = (reply.getheader("set-cookie") or self.cookie).split(";")[0]
            return Reply(reply.status, reply.read().decode(), reply.getheader("location") or "")
        finally:
            connection.close()

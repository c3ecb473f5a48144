"""A way to the network for a browser context that can't go directly: SOCKS on this machine, to allowed origins only.

Where the browser itself signs in to a connection (NTLM) or shows a client certificate, two things that are elsewhere
done by a rule of the proxy and by Playwright's own client have to be done here: foreign origins are refused, and a form
is sent once.
"""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from select import select
from socketserver import BaseRequestHandler, ThreadingTCPServer

from rpa.connectors.browser.origins import AllowList
from rpa.connectors.browser.socks import Answer, read_request, reply

_SECONDS = 10.0
_CHUNK = 65_536
_LEAST_ANSWER = 128
"""Bytes: no answer of a web server is shorter, and what TLS says when it closes a connection is."""


class Gateway:
    """Listens on a free port of this machine until it is closed."""

    def __init__(self, allowed: AllowList) -> None:
        self._allowed = allowed
        self._lock = threading.Lock()
        self._tunnels: set[Tunnel] = set()
        self._sending = self._sealed = False
        self._server = _Server(self)
        threading.Thread(target=self._server.serve_forever, name="gateway", daemon=True,
                         kwargs={"poll_interval": 0.1}).start()  # fmt: skip

    @property
    def address(self) -> str:
        """Where it listens, as a proxy's address."""
        return f"socks5://127.0.0.1:{self._server.server_address[1]}"

    def close(self) -> None:
        """Close it with every connection through it."""
        self._server.shutdown()
        self._server.server_close()
        self._close_tunnels()

    @contextmanager
    def sent_once(self) -> Iterator[None]:
        """Let the browser send no form twice: Chromium by itself repeats one when its connection breaks unanswered.

        When one does, no other connection is left or made before the block ends, so that a repetition goes nowhere.
        """
        with self._lock:
            self._sending = True
        try:
            yield
        finally:
            with self._lock:
                self._sending = self._sealed = False

    def serve(self, browser: socket.socket) -> None:
        """Do as the browser asks on one connection."""
        host, port = read_request(browser)
        system = self._connected(host, port)
        if not isinstance(system, socket.socket):
            browser.sendall(reply(system))
            return
        tunnel = Tunnel(browser, system)
        try:
            browser.sendall(reply(Answer.DONE))
            self._let_through(tunnel)
        finally:
            tunnel.close()  # last: only now does the browser learn of it

    def _connected(self, host: str, port: int) -> socket.socket | Answer:
        if not self._allowed.allows_host(host, port):
            return Answer.NOT_ALLOWED
        if self._sealed:
            return Answer.UNREACHABLE
        try:
            return socket.create_connection((host, port), timeout=_SECONDS)
        except OSError:
            return Answer.UNREACHABLE

    def _let_through(self, tunnel: "Tunnel") -> None:
        with self._lock:
            if not self._sealed:
                self._tunnels.add(tunnel)
        if tunnel in self._tunnels:
            tunnel.pass_on()
        with self._lock:
            self._tunnels.discard(tunnel)
            self._sealed = self._sealed or (self._sending and tunnel.is_unanswered)
        if self._sealed:
            self._close_tunnels()

    def _close_tunnels(self) -> None:
        with self._lock:
            for one in self._tunnels:
                one.cut()


class Tunnel:
    """One connection of the browser with the system, and whether what was said last is answered."""

    def __init__(self, browser: socket.socket, system: socket.socket) -> None:
        self._browser = browser
        self._system = system
        self._answered = _LEAST_ANSWER

    @property
    def is_unanswered(self) -> bool:
        """Whether the browser said something that was not answered."""
        return self._answered < _LEAST_ANSWER

    def pass_on(self) -> None:
        """Pass on what is said until either side has ended."""
        with suppress(OSError):
            self._system.settimeout(None)
            while True:
                ready, _, _ = select([self._browser, self._system], [], [])
                if self._browser in ready and not self._pass(self._browser, self._system):
                    return
                if self._system in ready and not self._pass(self._system, self._browser):
                    return

    def cut(self) -> None:
        """End it from another thread; it is closed by its own."""
        for one in (self._browser, self._system):
            with suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        """Close both connections."""
        self._system.close()
        self._browser.close()

    def _pass(self, source: socket.socket, target: socket.socket) -> bool:
        said = source.recv(_CHUNK)
        self._answered = 0 if source is self._browser and said else self._answered + len(said)
        target.sendall(said)
        return bool(said)


class _Server(ThreadingTCPServer):
    daemon_threads = True

    def __init__(self, gateway: Gateway) -> None:
        class Connection(BaseRequestHandler):
            def handle(self) -> None:
                with suppress(OSError, ValueError):
                    gateway.serve(self.request)

        super().__init__(("127.0.0.1", 0), Connection)

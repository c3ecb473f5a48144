"""A tiny web site for tests: pages by path, and a record of what was asked of it."""

import socket
import ssl
import struct
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

_MOMENT = 0.5


@dataclass
class Asked:
    method: str
    path: str
    cookie: str
    body: str
    authorization: str = ""
    connection: int = 0


@dataclass
class Answer:
    body: str | bytes = ""
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    cut_short: bool = False
    reset: bool = False
    rest: bytes = b""
    """What follows the body a moment later."""


Page = str | Answer | Callable[[Asked], Answer]


class Site:
    def __init__(self, tls: ssl.SSLContext | None = None) -> None:
        self.pages: dict[str, Page] = {"/": "<h1>Start</h1>"}
        self.asked: list[Asked] = []
        self._scheme = "https" if tls else "http"
        self._server = _QuietServer(("127.0.0.1", 0), self._handler())
        if tls is not None:
            self._server.socket = tls.wrap_socket(self._server.socket, server_side=True, do_handshake_on_connect=False)
        threading.Thread(target=self._server.serve_forever, daemon=True, kwargs={"poll_interval": 0.02}).start()

    @property
    def address(self) -> str:
        # A certificate is for a name: where a proxy is in between, Playwright's own client looks for none else.
        return f"{self._scheme}://{'localhost' if self._scheme == 'https' else '127.0.0.1'}:{self._server.server_port}"

    def paths(self) -> list[str]:
        return [asked.path for asked in self.asked if asked.path != "/favicon.ico"]

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        site = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                length = int(self.headers.get("content-length") or 0)
                body = self.rfile.read(length).decode()
                told = (self.headers.get(name) or "" for name in ("cookie", "authorization"))
                asked = Asked(self.command, self.path, next(told), body, next(told), self.client_address[1])
                site.asked.append(asked)
                self._send(_answer(site.pages.get(self.path.partition("?")[0], Answer("none", 404)), asked))

            do_POST = do_GET  # noqa: N815 - the name is http.server's

            def _send(self, answer: Answer) -> None:
                if answer.reset:
                    linger_not = struct.pack("ii", 1, 0)
                    self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger_not)
                    self.close_connection = True
                    return
                content = answer.body if isinstance(answer.body, bytes) else answer.body.encode()
                headers = {"content-type": "text/html; charset=utf-8", **answer.headers}
                self.send_response(answer.status)
                for name, value in headers.items():
                    self.send_header(name, value)
                self.send_header("content-length", str(len(content + answer.rest) + (1000 if answer.cut_short else 0)))
                self.end_headers()
                self.wfile.write(content)
                if answer.rest:
                    self.wfile.flush()
                    time.sleep(_MOMENT)
                    self.wfile.write(answer.rest)
                self.close_connection = answer.cut_short

            def log_message(self, *_: object) -> None:
                """Keep the test's output quiet."""

        return Handler


class _QuietServer(ThreadingHTTPServer):
    def handle_error(self, *_: object) -> None:
        """Keep the test's output quiet: a browser that turns away is what some tests are about."""


def _answer(page: Page, asked: Asked) -> Answer:
    if isinstance(page, str):
        return Answer(page)
    return page(asked) if callable(page) else page

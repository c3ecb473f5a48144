"""Servers that stand for the outside world, on this machine: one takes e-mail, one takes posts."""

import base64
import socketserver
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

CERTIFICATE = Path(__file__).parents[2] / "data" / "alarms" / "localhost.pem"


def proof() -> ssl.SSLContext:
    """What the servers prove with who they are."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(CERTIFICATE, CERTIFICATE.with_suffix(".key"))
    return context


@dataclass
class MailServer:
    """What a mail server was told; `refuse` makes it answer 550 to every message."""

    port: int = 0
    mails: list[EmailMessage] = field(default_factory=list)
    recipients: list[str] = field(default_factory=list)
    signed_in: list[str] = field(default_factory=list)
    encrypted: list[bool] = field(default_factory=list)
    offers_starttls: bool = True
    refuse: bool = False
    password: str = ""


class _Mailing(socketserver.StreamRequestHandler):
    def handle(self) -> None:
        self.told: MailServer = self.server.told  # type: ignore[attr-defined]
        self.safe = isinstance(self.request, ssl.SSLSocket)
        self.say("220 ready")
        while (line := self.rfile.readline()) and self.answer(line.decode().strip()):
            pass

    def finish(self) -> None:
        super().finish()
        self.request.close()  # after STARTTLS it is another socket than the server knows

    def say(self, line: str) -> None:
        self.wfile.write(f"{line}\r\n".encode())

    def answer(self, line: str) -> bool:
        word = line.split()[0].upper()
        if word == "EHLO":
            offers = ["AUTH PLAIN"] + (["STARTTLS"] if self.told.offers_starttls and not self.safe else [])
            self.say("\r\n".join([*(f"250-{one}" for one in ["hello", *offers]), "250 8BITMIME"]))
        elif word == "STARTTLS":
            self.say("220 go")
            self.request = proof().wrap_socket(self.request, server_side=True)
            self.setup()
            self.safe = True
        elif word == "AUTH":
            _, user, password = base64.b64decode(line.split()[2]).decode().split("\0")
            good = password == self.told.password
            self.told.signed_in += [user] if good else []
            self.say("235 good" if good else "535 wrong")
        elif word == "DATA":
            self.say("354 go on")
            lines = list(iter(self.rfile.readline, b".\r\n"))
            if self.told.refuse:
                self.say("550 no")
                return True
            self.told.encrypted.append(self.safe)
            self.told.mails.append(message_from_bytes(b"".join(lines), policy=default))
            self.say("250 taken")
        else:
            self.told.recipients += [line[9:-1]] if line.startswith("rcpt TO") else []
            self.say("221 bye" if word == "QUIT" else "250 good")
        return word != "QUIT"


class _SafeServer(socketserver.ThreadingTCPServer):
    def get_request(self) -> Any:
        connection, address = super().get_request()
        return proof().wrap_socket(connection, server_side=True, do_handshake_on_connect=False), address


@contextmanager
def mail_server(*, tls: bool = False) -> Iterator[MailServer]:
    """Run a mail server."""
    with (_SafeServer if tls else socketserver.ThreadingTCPServer)(("127.0.0.1", 0), _Mailing) as server:
        told = server.told = MailServer(port=server.server_address[1])  # type: ignore[attr-defined]
        with served(server):
            yield told


@dataclass
class Hook:
    """What was posted; `status` is what it answers, and a 3xx sends elsewhere."""

    address: str = ""
    posts: list[bytes] = field(default_factory=list)
    status: int = 200


class _Hooking(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        told: Hook = self.server.told  # type: ignore[attr-defined]
        content = self.rfile.read(int(self.headers["Content-Length"]))
        if told.status == 200:
            told.posts.append(content)
        self.send_response(told.status)
        self.send_header("Location", f"{told.address}/elsewhere")
        self.end_headers()

    def log_message(self, *said: object) -> None:
        pass


@contextmanager
def hook_server(*, tls: bool = False) -> Iterator[Hook]:
    """Run a webhook."""
    with HTTPServer(("127.0.0.1", 0), _Hooking) as server:
        if tls:
            server.socket = proof().wrap_socket(server.socket, server_side=True)
        told = Hook(f"http{'s' if tls else ''}://127.0.0.1:{server.server_port}/alarms")
        server.told = told  # type: ignore[attr-defined]
        with served(server):
            yield told


@contextmanager
def served(server: socketserver.BaseServer) -> Iterator[None]:
    """Serve until the end of the block."""
    thread = threading.Thread(target=lambda: server.serve_forever(poll_interval=0.01))
    thread.start()
    yield
    server.shutdown()
    thread.join()

"""The console on the wire: what it encrypts with, and which requests it takes for what."""

import json
import socket
import ssl
import subprocess
import sys
import warnings
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from tests.integration.browser.certificates import Authority
from tests.integration.cli.office import Office


@contextmanager
def served(office: Office, *arguments: object) -> Iterator[int]:
    command = [sys.executable, "-m", "rpa.cli", "console", "--port", "0", "--with-parent", "--dir", str(office.data),
               *map(str, arguments)]  # fmt: skip
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        yield int(json.loads(process.stdout.readline())["address"].rpartition(":")[2])
        process.communicate()


def agreed(port: int, context: ssl.SSLContext) -> tuple[str | None, str]:
    """Return the version and the cipher that a client and the console come to."""
    with (
        socket.create_connection(("127.0.0.1", port), timeout=20) as plain,
        context.wrap_socket(plain, server_hostname="localhost") as made,
    ):
        cipher = made.cipher()
        assert cipher is not None
        return made.version(), cipher[0]


def test_only_new_versions_and_ciphers_are_spoken(office: Office) -> None:
    authority = Authority(office.folder)
    place = authority.server_file()

    def client(ciphers: str = "", version: ssl.TLSVersion = ssl.TLSVersion.TLSv1_2) -> ssl.SSLContext:
        made = ssl.create_default_context(cafile=authority.file)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)
            made.minimum_version = made.maximum_version = version
        if ciphers:
            made.set_ciphers(ciphers)
        return made

    with served(office, "--certificate", place, "--key", place) as port:
        assert agreed(port, ssl.create_default_context(cafile=authority.file))[0] == "TLSv1.3"
        assert agreed(port, client())[1].startswith("ECDHE-ECDSA-AES")
        for refused in (
            client("ECDHE-ECDSA-AES256-SHA384:ECDHE-ECDSA-AES256-SHA:@SECLEVEL=0"),
            client("ALL:@SECLEVEL=0", ssl.TLSVersion.TLSv1_1),
        ):
            with pytest.raises((ssl.SSLError, ConnectionError)):
                agreed(port, refused)


def told(port: int, request: bytes) -> bytes:
    """Send bytes as they are, and return all that comes back until the console ends the connection."""
    with socket.create_connection(("127.0.0.1", port), timeout=20) as plain:
        plain.sendall(request)
        return b"".join(iter(lambda: plain.recv(65536), b""))


def test_no_request_is_smuggled_in_another(office: Office) -> None:
    head = b"POST /sign-in HTTP/1.1\r\nHost: 127.0.0.1\r\nSec-Fetch-Site: same-origin\r\n"
    inner = b"GET /health/live HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n"
    with served(office) as port:
        both = told(port, head + b"Content-Length: %d\r\nTransfer-Encoding: chunked\r\n\r\n" % len(inner) + inner)
        two = told(port, head + b"Content-Length: 0\r\nContent-Length: %d\r\n\r\n" % len(inner) + inner)
        odd = told(port, head + b"Transfer-Encoding: xchunked\r\n\r\n" + inner)
        alone = told(port, inner)

    assert b"alive" in alone
    for answer in (both, two, odd):
        assert answer.startswith((b"HTTP/1.1 400", b"HTTP/1.1 501"))
        assert b"alive" not in answer


def asked(port: int, line: str, *headers: str) -> bytes:
    lines = [f"{line} HTTP/1.1", f"Host: 127.0.0.1:{port}", "Connection: close", *headers]
    return told(port, "".join(f"{one}\r\n" for one in [*lines, ""]).encode())


def status(answer: bytes) -> int:
    return int(answer.split(b" ", 2)[1])


def test_methods_that_nobody_needs_are_not_answered(office: Office) -> None:
    with served(office) as port:
        for method in ("TRACE", "PUT", "DELETE", "OPTIONS", "PATCH"):
            answer = asked(port, f"{method} /sign-in", "Canary: c4n4ry", "Sec-Fetch-Site: same-origin")

            assert status(answer) == 405, method
            assert b"c4n4ry" not in answer


def test_no_folder_is_listed_and_no_file_of_ours_handed_out(office: Office) -> None:
    with served(office) as port:
        for path in ("/static/", "/assets/", "/.git/config", "/rpa.toml", "/static/../app.py",
                     "/static/%2e%2e/app.py", "/trust/"):  # fmt: skip
            assert status(asked(port, f"GET {path}")) == 404, path


def test_no_address_is_believed_that_a_client_says_it_has(office: Office) -> None:
    with served(office) as port:
        answer = asked(port, "GET /", "X-Forwarded-Host: evil.example", "X-Forwarded-Proto: https")

    assert b"\r\nlocation: /sign-in\r\n" in answer.lower()
    assert b"evil.example" not in answer


def test_nothing_is_upgraded_to_a_connection_that_stays(office: Office) -> None:
    with served(office) as port:
        answer = asked(port, "GET /sign-in", "Upgrade: websocket", "Sec-WebSocket-Version: 13",
                       "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==")  # fmt: skip

    assert status(answer) == 200

"""Seals go by e-mail, to a webhook and into a second database; the ends of runs go to a syslog server at once."""

import json
import re
import socket
import socketserver
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from rpa.audit import Against, verify
from rpa.audit.anchors import AnchorFolder
from rpa.audit.heads import read_heads
from rpa.copies import Address, Copier, HeadStream, SecondDatabase
from rpa.db.tables import alarm
from rpa.exceptions import RecordError, UsageError
from rpa.secrets import Secrets
from rpa.settings import AlarmSettings, RecordSettings, Settings
from tests.integration.alarms.servers import CERTIFICATE, hook_server, mail_server, proof, served
from tests.integration.audit.conftest import Anchored

HEAD = re.compile(rb"^<109>1 \d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z \S+ rpa \d+ head - (\{.*\})$")


def copier(anchored: Anchored, record: RecordSettings, alarms: AlarmSettings | None = None) -> Copier:
    bench = anchored.sealed.bench
    settings = Settings(dir=anchored.folder, record=record, alarms=alarms or AlarmSettings())
    return Copier(bench.database, settings, bench.clock, Secrets(anchored.folder))


def alarms_of(anchored: Anchored) -> list[tuple[str, str]]:
    with anchored.sealed.bench.database.reading() as connection:
        return [tuple(one) for one in connection.execute(select(alarm.c.subject, alarm.c.text))]


def test_newest_seal_goes_by_mail_once_an_hour_and_the_record_is_held_against_it(
    anchored: Anchored, tmp_path: Path
) -> None:
    with mail_server() as server:
        alarms = AlarmSettings(smtp_port=server.port, smtp_host="127.0.0.1", smtp_security="none")
        copies = copier(anchored, RecordSettings(mail_to=("audit@trust.example",)), alarms)
        for name in ("a", "b"):
            anchored.sealed.work(name)
            made = anchored.seal()
            copies.tick()
        anchored.sealed.bench.clock.pass_by(minutes=61)
        copies.tick()

    assert server.recipients == ["audit@trust.example"] * 2
    assert [mail["Subject"] for mail in server.mails] == [
        "rpa: seal of the record over 6 entries of 2026", f"rpa: seal of the record over {made.size} entries of 2026",
    ]  # fmt: skip
    text = server.mails[-1].get_content()
    (folder := tmp_path / "mails").mkdir()
    (folder / "newest.txt").write_text(
        text.split("-" * 60)[1].replace("\r\n", "\n").strip("\n") + "\n", encoding="utf-8"
    )
    keys = anchored.sealed.keys.public()
    checked = verify(anchored.sealed.bench.database, against=Against(keys, AnchorFolder(folder)))
    assert checked.clean and checked.seals is not None and checked.seals.anchored == (2026, made.size)


def test_webhook_gets_the_note_as_json(anchored: Anchored) -> None:
    made = anchored.seal()
    with hook_server() as hook:
        copier(anchored, RecordSettings(webhook=hook.address)).tick()

    (post,) = hook.posts
    said = json.loads(post)
    assert said["kind"] == "record_seal" and made.note in said["text"]


def test_server_that_refuses_raises_an_alarm_and_gets_the_seal_later(anchored: Anchored) -> None:
    anchored.seal()
    with hook_server() as hook:
        hook.status = 500
        copies = copier(anchored, RecordSettings(webhook=hook.address))
        copies.tick()
        hook.status = 200
        anchored.sealed.bench.clock.pass_by(seconds=30)
        copies.tick()
        assert not hook.posts, "it is left alone for a minute"
        anchored.sealed.bench.clock.pass_by(seconds=31)
        copies.tick()

    assert len(hook.posts) == 1
    ((subject, text),) = alarms_of(anchored)
    assert subject == "seals by webhook" and "the server answered 500" in text


def test_second_database_gets_every_seal_and_shows_what_was_cut_off(anchored: Anchored, tmp_path: Path) -> None:
    second = f"sqlite+pysqlite:///{tmp_path / 'second.db'}"
    copies = copier(anchored, RecordSettings(second_database=second))
    anchored.seal()
    copies.tick()
    for name in ("a", "b"):
        anchored.sealed.work(name)
        made = anchored.seal()
    copies.tick()

    anchors = list(SecondDatabase(second))
    checked = verify(anchored.sealed.bench.database, against=Against(anchored.sealed.keys.public(), anchors))

    assert len(anchors) == 3
    assert checked.clean and checked.seals is not None and checked.seals.anchored == (2026, made.size)


def test_second_database_that_is_away_raises_an_alarm_without_its_password(anchored: Anchored) -> None:
    anchored.seal()
    away = "postgresql+psycopg://rpa:canary@127.0.0.1:1/seals?connect_timeout=2"

    copier(anchored, RecordSettings(second_database=away)).tick()

    ((subject, text),) = alarms_of(anchored)
    assert subject == "seals by second database" and "canary" not in text
    with pytest.raises(RecordError, match="can't be read"):
        list(SecondDatabase(away))


@dataclass
class Syslog:
    """What a syslog server was told."""

    port: int = 0
    got: list[bytes] = field(default_factory=list)
    came: threading.Semaphore = field(default_factory=lambda: threading.Semaphore(0))

    def take(self, message: bytes) -> None:
        self.got.append(message)
        self.came.release()

    def wait(self, number: int) -> None:
        for _ in range(number):
            assert self.came.acquire(timeout=20)


class _Framed(socketserver.StreamRequestHandler):
    def handle(self) -> None:
        while (head := self._length()) is not None:
            self.server.told.take(self.rfile.read(head))  # type: ignore[attr-defined]

    def _length(self) -> int | None:
        digits = b""
        while (one := self.rfile.read(1)) and one != b" ":
            digits += one
        return int(digits) if digits else None


class _Datagram(socketserver.BaseRequestHandler):
    def handle(self) -> None:
        self.server.told.take(self.request[0])  # type: ignore[attr-defined]


@contextmanager
def syslog(way: str) -> Iterator[Syslog]:
    kind: Any = socketserver.ThreadingUDPServer if way == "udp" else socketserver.ThreadingTCPServer
    with kind(("127.0.0.1", 0), _Datagram if way == "udp" else _Framed) as server:
        server.daemon_threads, server.block_on_close = True, False
        if way == "tls":
            server.socket = proof().wrap_socket(server.socket, server_side=True)
        server.told = Syslog(server.server_address[1])
        with served(server):
            yield server.told


def certificates() -> ssl.SSLContext:
    return ssl.create_default_context(cafile=CERTIFICATE)


@pytest.mark.parametrize("way", ["udp", "tcp", "tls"])
def test_end_of_each_run_that_grew_is_streamed_once(anchored: Anchored, way: str, tmp_path: Path) -> None:
    bench = anchored.sealed.bench
    with syslog(way) as server:
        host = "localhost" if way == "tls" else "127.0.0.1"
        where = Address.parse(f"{way}://{host}:{server.port}")
        stream = HeadStream(bench.database, bench.clock, where, certificates=certificates)
        anchored.sealed.work("a")
        stream.tick()
        stream.tick()
        anchored.sealed.work("b")
        stream.tick()
        server.wait(2)
        stream.close()

    said = [json.loads(found[1]) for one in server.got if (found := HEAD.match(one))]
    assert len(server.got) == 2
    assert [(one["run"], one["seq"]) for one in said] == [("job-1", 5), ("job-2", 5)]
    (kept := tmp_path / "syslog").write_bytes(b"".join(b"Nov 26 host " + one + b"\n" for one in server.got))
    assert verify(bench.database, against=Against(heads=list(read_heads(kept)))).clean
    assert len(list(read_heads(kept))) == 2


def test_syslog_server_that_is_away_gets_what_it_missed(anchored: Anchored) -> None:
    bench = anchored.sealed.bench
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    stream = HeadStream(bench.database, bench.clock, Address("tcp", "127.0.0.1", port))
    anchored.sealed.work("a")
    stream.tick()

    with syslog("tcp") as server:
        stream._address = Address("tcp", "127.0.0.1", server.port)
        stream.tick()
        server.wait(1)
        stream.close()

    assert b'"run":"job-1"' in server.got[0]


def test_address_that_is_none_is_said() -> None:
    with pytest.raises(UsageError, match="expected such as tls://"):
        Address.parse("siem.example:514")

"""A real mail server with mailboxes, an office whose robot reads one, and a server that takes its answers."""

import socket
import ssl
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import timedelta
from email.message import EmailMessage
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from imap_tools import MailBoxStartTls
from imap_tools.mailbox import BaseMailBox

from rpa.desk import Desk, open_desk
from rpa.mailbox import Mailbox
from rpa.models import Job
from rpa.secrets import Secrets
from rpa.settings import load_settings
from tests.conftest import HandClock
from tests.integration.alarms.servers import CERTIFICATE, MailServer, mail_server
from tests.integration.cli.office import Office, make_office
from tests.integration.inbox.conftest import COMPARE

JO = "jo@trust.example"


@pytest.fixture(scope="session")
def imap() -> Iterator[int]:
    """Port of a real IMAP server on this machine."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
    command = [str(Path(sys.executable).with_name("pymap")), "--host", "127.0.0.1", "--port", str(port), "--cert",
               str(CERTIFICATE), "--key", str(CERTIFICATE.with_suffix(".key")), "dict", "--demo-user", "robot",
               "--demo-password", "secret"]  # fmt: skip
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as server:
        _wait_for(port)
        yield port
        server.terminate()


def _wait_for(port: int) -> None:
    limit = time.monotonic() + 30
    while time.monotonic() < limit:
        with suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
            return
        time.sleep(0.05)
    raise TimeoutError("the mail server did not start")


@dataclass
class PostRoom:
    """An office whose mailbox is looked into by as many workers as a test wants."""

    office: Office
    url: str
    clock: HandClock
    port: int
    smtp: MailServer
    options: dict[str, Any]
    name: str = field(default_factory=lambda: uuid4().hex[:8])
    desks: list[Desk] = field(default_factory=list)

    def worker(self, **options: Any) -> Mailbox:
        mail = {"host": "localhost", "port": self.port, "security": "starttls", "address": "robot@trust.example",
                "unchecked_senders": True,
                "folder": f"in-{self.name}", "done": f"done-{self.name}", "refused": f"refused-{self.name}",
                "senders": {JO: "Jo Clerk"}, "ca_file": CERTIFICATE}  # fmt: skip
        alarms = {"smtp_port": self.smtp.port, "ca_file": CERTIFICATE}
        settings = load_settings(self.office.data, database_url=self.url, alarms=alarms,
                                 mail=mail | self.options | options)  # fmt: skip
        self.desks.append(open_desk(settings, self.clock))
        return Mailbox(self.desks[-1], Secrets())

    @contextmanager
    def box(self) -> Iterator[BaseMailBox]:
        context = ssl.create_default_context(cafile=CERTIFICATE)
        with MailBoxStartTls("localhost", self.port, timeout=20, ssl_context=context).login("robot", "secret") as box:
            yield box

    def put(self, raw: bytes) -> None:
        with self.box() as box:
            if not box.folder.exists(f"in-{self.name}"):
                box.folder.create(f"in-{self.name}")
            box.append(raw, f"in-{self.name}")

    def send(self, *files: Path, subject: str = "tidy", sender: str = JO, **headers: str) -> EmailMessage:
        mail = EmailMessage()
        mail["From"], mail["To"], mail["Subject"] = sender, "robot@trust.example", subject
        mail["Message-ID"] = f"<{uuid4().hex}@trust.example>"
        for name, value in headers.items():
            mail[name.replace("_", "-")] = value
        mail.set_content("Please.")
        for one in files:
            mail.add_attachment(one.read_bytes(), maintype="application", subtype="octet-stream", filename=one.name)
        self.put(mail.as_bytes())
        return mail

    def look(self, worker: Mailbox) -> None:
        self.clock.time += timedelta(minutes=10)
        worker.tick()

    @property
    def lying(self) -> tuple[int, int, int]:
        """How many messages wait, are done, and were refused."""
        counts = []
        with self.box() as box:
            for folder in (f"in-{self.name}", f"done-{self.name}", f"refused-{self.name}"):
                counts.append(box.folder.status(folder, ["MESSAGES"])["MESSAGES"])
        return counts[0], counts[1], counts[2]

    @property
    def jobs(self) -> list[Job]:
        return self.desks[0].views.jobs()[::-1]

    @property
    def answers(self) -> list[str]:
        return [one.get_content() for one in self.smtp.mails]


@pytest.fixture
def room(imap: int, database_url: str, tmp_path: Path, clock: HandClock,
         monkeypatch: pytest.MonkeyPatch) -> Iterator[PostRoom]:  # fmt: skip
    monkeypatch.setenv("RPA_SECRET_MAILBOX_USERNAME", "robot")
    monkeypatch.setenv("RPA_SECRET_MAILBOX_PASSWORD", "secret")
    folder = tmp_path / "office"
    folder.mkdir()
    office = make_office(folder)
    (folder / "procedures" / "compare.py").write_text(COMPARE, encoding="utf-8")
    with mail_server() as smtp:
        made = PostRoom(office, database_url, clock, imap, smtp, {})
        yield made
        for desk in made.desks:
            desk.close()

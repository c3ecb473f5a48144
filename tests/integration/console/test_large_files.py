"""Large files, sent to a console that runs as a process: too large ones are refused, and memory and disk stay small."""

import json
import os
import re
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from zipfile import ZipFile

import httpx
import psutil
import pytest
from openpyxl import Workbook
from sqlalchemy import func, select

from rpa.connectors.spreadsheet.limits import MEGABYTE, Limits
from rpa.console.api.table import BASE
from rpa.console.app import make_site
from rpa.db.console_tables import Role, upload
from rpa.desk import open_desk
from rpa.settings import load_settings
from tests.integration.cli.office import Office
from tests.integration.console.conftest import ADMIN, OURS, PASSWORD

MOST_GROWTH = 40 * MEGABYTE
TOO_LARGE = Limits().max_bytes + 3 * MEGABYTE
BOUNDARY = "ends-a-part"


@dataclass
class Running:
    """A console as a process, a clerk who is signed in, and the folder of its temporary files."""

    client: httpx.Client
    process: psutil.Process
    office: Office
    temporary: Path

    def token(self) -> str:
        page = self.client.get("/start/tidy").text
        return page.partition('name="token" value="')[2].partition('"')[0]

    def send(self, path: Path, *, says_its_size: bool = True) -> httpx.Response:
        """Send a file as a browser does, a piece at a time."""
        parts = Form(self.token(), path)
        headers = {"Content-Type": f"multipart/form-data; boundary={BOUNDARY}"}
        if says_its_size:
            headers["Content-Length"] = str(parts.size)
        return self.client.post("/start/tidy", content=iter(parts), headers=headers)

    def kept(self) -> tuple[int, int]:
        """Return how many files were kept, and how many bytes lie on the disk for them and for what is temporary."""
        with closing(open_desk(load_settings(self.office.data))) as desk, desk.database.reading() as connection:
            rows = connection.execute(select(func.count()).select_from(upload)).scalar_one()
        folders = (self.office.data / "evidence", self.temporary)
        there = [one for folder in folders for one in folder.rglob("*") if one.is_file()]
        return int(rows), sum(one.stat().st_size for one in there)


@dataclass
class Form:
    """The body of a form with a token and a file, in pieces."""

    token: str
    path: Path

    @property
    def size(self) -> int:
        return len(self._head) + self.path.stat().st_size + len(self._tail)

    @property
    def _head(self) -> bytes:
        return (
            f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="token"\r\n\r\n{self.token}\r\n'
            f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="sheet"; filename="{self.path.name}"\r\n\r\n'
        ).encode()

    @property
    def _tail(self) -> bytes:
        return f"\r\n--{BOUNDARY}--\r\n".encode()

    def __iter__(self) -> Iterator[bytes]:
        yield self._head
        with self.path.open("rb") as file:
            while piece := file.read(MEGABYTE):
                yield piece
        yield self._tail


@pytest.fixture
def running(office: Office, tmp_path: Path) -> Iterator[Running]:
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    with closing(open_desk(load_settings(office.data))) as desk:
        site = make_site(desk)
        person = site.people.add("Jo Clerk", [Role.REQUESTER], by=ADMIN)
        site.links.use(site.links.for_person(person, by=ADMIN), "Jo Clerk", PASSWORD)
    command = [sys.executable, "-m", "rpa.cli", "console", "--port", "0", "--with-parent", "--dir", str(office.data)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
                          env={**os.environ, "TMPDIR": str(temporary)}) as process:  # fmt: skip
        assert process.stdout is not None
        address = json.loads(process.stdout.readline())["address"]
        with httpx.Client(base_url=address, headers=OURS, follow_redirects=True, timeout=60) as client:
            client.post("/sign-in", data={"name": "Jo Clerk", "password": PASSWORD})
            made = Running(client, psutil.Process(process.pid), office, temporary)
            made.send(office.list("fine"))  # whatever is loaded at first is loaded
            yield made
        process.communicate()


@contextmanager
def growing(process: psutil.Process) -> Iterator[Callable[[], int]]:
    """Yield what tells by how much the process had grown at most."""
    before, over = process.memory_info().rss, threading.Event()
    seen = [before]

    def look() -> None:
        while not over.wait(0.005):
            seen.append(process.memory_info().rss)

    thread = threading.Thread(target=look)
    thread.start()
    try:
        yield lambda: max(*seen, process.memory_info().rss) - before
    finally:
        over.set()
        thread.join()


@pytest.mark.parametrize("says_its_size", [True, False])
def test_a_file_that_is_too_large_is_refused_takes_no_memory_and_leaves_nothing(
    running: Running, *, says_its_size: bool
) -> None:
    large, before = running.office.folder / "large.csv", running.kept()
    with large.open("wb") as file:
        file.truncate(TOO_LARGE)

    with growing(running.process) as grown:
        answer = running.send(large, says_its_size=says_its_size)

    assert answer.status_code == 413
    assert "The selected file must be smaller than 100 MB" in answer.text
    assert grown() < MOST_GROWTH
    assert running.kept() == before
    assert running.client.get("/start/tidy").status_code == 200


def test_a_large_workbook_that_is_allowed_is_taken_and_never_held_in_memory(running: Running) -> None:
    large, (rows, _) = running.office.folder / "pictures.xlsx", running.kept()
    book = Workbook()
    sheet = book.create_sheet("list", 0)
    sheet.append(["NHS number", "Fate", "Priority"])
    sheet.append([running.office.numbers[0], "fine", "Routine"])
    book.save(large)
    with ZipFile(large, "a") as archive, archive.open("xl/media/scan.jpg", "w", force_zip64=True) as picture:
        for _ in range(95):
            picture.write(os.urandom(MEGABYTE))
    assert 95 * MEGABYTE < large.stat().st_size < Limits().max_bytes

    with growing(running.process) as grown:
        answer = running.send(large)

    assert answer.status_code == 200
    assert re.search(r"<strong>1</strong>\s*ready", answer.text)
    assert running.kept()[0] == rows + 1
    assert grown() < MOST_GROWTH


@pytest.mark.parametrize("method", ["POST", "GET"])
def test_what_a_program_without_a_token_sends_is_never_held_in_memory(running: Running, method: str) -> None:
    pieces = (b"x" * MEGABYTE for _ in range(150))

    with growing(running.process) as grown:
        answer = running.client.request(method, f"{BASE}/jobs", content=pieces)

    assert answer.status_code == 401
    assert grown() < MOST_GROWTH

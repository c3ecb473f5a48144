"""The pattern for a database and an API works as the page shows it."""

import json
import sqlite3
import sys
from collections.abc import Iterator
from contextlib import closing
from http.server import BaseHTTPRequestHandler, HTTPServer
from importlib import import_module
from pathlib import Path
from threading import Thread

import pytest

from rpa.testing import rehearse
from tests.pages import ROOT, write_files

PAGE = ROOT / "docs" / "mail.md"


class Wards(BaseHTTPRequestHandler):
    """An API that holds the ward of each referral, and counts what is written."""

    held: dict[str, str | None]
    writes: int

    def do_GET(self) -> None:
        self.answer()

    def do_PUT(self) -> None:
        told = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        type(self).writes += 1
        self.held[self.path[1:]] = told["ward"]
        self.answer()

    def answer(self) -> None:
        body = json.dumps({"ward": self.held.get(self.path[1:])}).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *said: object) -> None:
        pass


@pytest.fixture
def api() -> Iterator[str]:
    Wards.held, Wards.writes = {"R2": "Elm"}, 0
    with HTTPServer(("127.0.0.1", 0), Wards) as server:
        thread = Thread(target=lambda: server.serve_forever(poll_interval=0.01))
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


def test_table_is_read_and_the_api_is_written_to_once(
    api: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_files(PAGE, tmp_path)
    with closing(sqlite3.connect(tmp_path / "wards.db")) as table, table:
        table.execute("CREATE TABLE wards (referral TEXT, ward TEXT)")
        table.executemany("INSERT INTO wards VALUES (?, ?)", [("R1", "Oak"), ("R2", "Elm")])
    monkeypatch.setenv("WARDS", (tmp_path / "wards.db").as_posix())
    monkeypatch.setenv("WARD_API", api)
    monkeypatch.syspath_prepend(tmp_path)
    made = import_module("set_ward")

    run = rehearse(made.set_ward, [{"referral": one} for one in ("R1", "R2", "R3")], bots={})

    sys.modules.pop("set_ward")
    assert run.outcomes == {"R1": "set", "R2": "already right", "R3": "NO_WARD"}
    assert (Wards.held, Wards.writes) == ({"R1": "Oak", "R2": "Elm"}, 1)

"""Fifty requesters beside a busy worker: `python -m benchmarks.console.load --minutes 10 --database postgresql`.

Each opens a form, sends a sheet, starts its good rows, follows the job as its page does, opens the row that failed and
leaves it out, and begins again, with two seconds before each of these: people are slower. At the end each sheet that
was started must be one job, each row that was left out must have been so once, and the rate of the worker is held
against what it does alone. It loads the machine that it runs on as well: requesters and worker share the processors.
"""

import argparse
import http.client
import json
import re
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any
from urllib.parse import urlencode, urlsplit

from sqlalchemy import func, select

from benchmarks.servers import postgresql
from rpa.audit import Trail
from rpa.console.app import make_site
from rpa.console.visit import Site
from rpa.db.console_tables import Role, Stage
from rpa.db.tables import attempt
from rpa.desk import Desk, open_desk
from rpa.models import Actor, ActorKind
from rpa.settings import load_settings

BY = Actor(ActorKind.PERSON, "load")
ROWS, REQUESTERS, THINKING, STOCK, SHEET = 5, 50, 2.0, 180_000, 90_000
"""Rows of a sheet, people, seconds before each thing that one does, and rows that the worker has to do
beside, in sheets of so many."""
WRONG = ("wrong", "jobs lost or doubled", "fixes lost or doubled")
OURS = {"Sec-Fetch-Site": "same-origin"}
WORKFLOWS = '''"""Work that takes a few milliseconds, and fails where a row says so."""

import time

from rpa import BusinessException, Item, Row, column, workflow


class Case(Row):
    number: str = column("Number")
    fate: str = column("Fate")


@workflow(title="Load", key="number", codes={"BAD": "It is bad. Leave it out."})
def load(item: Item[Case]) -> str:
    """Do next to nothing."""
    time.sleep(0.005)
    if item.row.fate == "bad":
        raise BusinessException("BAD")
    return "done"


@workflow(title="Stock", key="number")
def stock(item: Item[Case]) -> str:
    """Do next to nothing."""
    time.sleep(0.005)
    return "done"
'''


@dataclass
class Tally:
    """What the requesters did, how long the answers took, and what went wrong."""

    started: list[int] = field(default_factory=list)
    left_out: list[int] = field(default_factory=list)
    seconds: list[float] = field(default_factory=list)
    wrong: Counter[str] = field(default_factory=Counter)


class Requester(threading.Thread):
    """One person in a browser."""

    def __init__(self, number: int, address: str, cookie: str, tally: Tally, end: float) -> None:
        super().__init__(daemon=True)
        self._number, self._cookie, self._tally, self._end = number, cookie, tally, end
        self._host = urlsplit(address).netloc
        self._connection = http.client.HTTPConnection(self._host, timeout=60)

    def run(self) -> None:
        """Work until the time is over."""
        sheet = 0
        while time.monotonic() < self._end:
            sheet += 1
            try:
                self._one(sheet)
            except (OSError, http.client.HTTPException, ValueError, AttributeError) as error:
                self._tally.wrong[type(error).__name__] += 1
                self._connection.close()  # it opens anew with the next request
        self._connection.close()

    def _one(self, sheet: int) -> None:
        form = self._see("/start/load")
        rows = [f"{self._number:02}{sheet:05}{row},{'bad' if row == 0 else 'fine'}" for row in range(ROWS)]
        content = "\n".join(["Number,Fate", *rows, ""])
        time.sleep(THINKING)
        check_at = self._send_file("/start/load", _token(form), content)
        check = self._get(check_at)
        time.sleep(THINKING)
        place = self._post(check_at, {"token": _token(check)})
        job = place.partition("?")[0]
        self._tally.started.append(int(job.rpartition("/")[2]))
        self._get(place)
        case = self._follow(job)
        if case is not None:
            page = self._see(f"/needs-you/{case}")
            time.sleep(THINKING)
            place = self._post(f"/needs-you/{case}", {"token": _token(page), "way": "leave"})
            self._tally.left_out.append(case)
            self._get(place)

    def _follow(self, job: str) -> int | None:
        tag = ""
        while time.monotonic() < self._end:
            time.sleep(THINKING)
            status, headers, body = self._ask("GET", f"{job}/progress", headers={"If-None-Match": tag} if tag else {})
            tag = headers.get("etag", tag)
            found = re.search(r'href="/needs-you/(\d+)"', body)
            if status == 200 and found and 'data-open="no"' in body:
                return int(found[1])
        return None

    def _see(self, path: str) -> str:
        time.sleep(THINKING)
        return self._get(path)

    def _get(self, path: str) -> str:
        status, headers, body = self._ask("GET", path)
        return body if status == 200 else self._get(headers["location"])

    def _post(self, path: str, values: dict[str, str]) -> str:
        headers = {"Content-Type": "application/x-www-form-urlencoded"} | OURS
        return self._ask("POST", path, urlencode(values).encode(), headers)[1]["location"]

    def _send_file(self, path: str, token: str, content: str) -> str:
        line = "load-boundary"
        parts = [f'--{line}\r\nContent-Disposition: form-data; name="token"\r\n\r\n{token}\r\n',
                 f'--{line}\r\nContent-Disposition: form-data; name="sheet"; filename="l.csv"\r\n\r\n{content}\r\n',
                 f"--{line}--\r\n"]  # fmt: skip
        headers = {"Content-Type": f"multipart/form-data; boundary={line}"} | OURS
        return self._ask("POST", path, "".join(parts).encode(), headers)[1]["location"]

    def _ask(self, method: str, path: str, body: bytes | None = None,
             headers: dict[str, str] | None = None) -> tuple[int, dict[str, str], str]:  # fmt: skip
        began = time.monotonic()
        self._connection.request(method, path, body, {"Cookie": self._cookie} | (headers or {}))
        answer = self._connection.getresponse()
        text = answer.read().decode(errors="replace")
        self._tally.seconds.append(time.monotonic() - began)
        if answer.status >= 400:
            self._tally.wrong[f"{method} {re.sub('[0-9]+', 'N', path)} {answer.status}"] += 1
            raise ValueError(answer.status)
        return answer.status, {name.lower(): value for name, value in answer.getheaders()}, text


def main() -> None:
    """Run it and print what was found; ends with 1 when something went wrong."""
    options = _options()
    with ExitStack() as stack:
        folder = Path(stack.enter_context(TemporaryDirectory(prefix="rpa-load-")))
        url = None
        if options.database == "postgresql":
            url = stack.enter_context(postgresql()).fresh_for_sqlalchemy(folder)
        found = measured(make_installation(folder, url), seconds=options.minutes * 60)
    print(json.dumps(found, indent=1))
    sys.exit(any(found[what] for what in WRONG))


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.console.load", description=__doc__)
    parser.add_argument("--minutes", type=float, default=10)
    parser.add_argument("--database", choices=("sqlite", "postgresql"), default="sqlite")
    return parser.parse_args()


def make_installation(folder: Path, url: str | None) -> Path:
    """Return the folder of the data of a new installation."""
    data, workflows = folder / "data", folder / "procedures"
    data.mkdir()
    workflows.mkdir()
    (workflows / "load.py").write_text(WORKFLOWS, encoding="utf-8")
    database = f"database_url = {url!r}\n" if url else ""
    (data / "rpa.toml").write_text(f"workflows = [{workflows.as_posix()!r}]\n{database}", encoding="utf-8")
    return data


def measured(data: Path, *, seconds: float, requesters: int = REQUESTERS, stock: int = STOCK,
             alone_for: float = 60) -> dict[str, Any]:  # fmt: skip
    """Return what came of requesters beside a worker, who has so many other rows to do."""
    with closing(open_desk(load_settings(data))) as desk:
        _fill(desk, data, stock)
        with _worker(data):
            while not _ended(desk):
                time.sleep(0.1)
            alone = _rate(desk, alone_for)
            tally, beside = _loaded(desk, data, requesters, seconds=seconds)
        return _found(desk, tally, seconds, alone, beside)


def _found(desk: Desk, tally: Tally, seconds: float, alone: float, beside: float) -> dict[str, Any]:
    jobs = Counter(tally.started)
    fixes = [one.item_id for one in Trail(desk.database).named(["item.cancelled"])]
    made = {one.id for one in desk.lists.jobs(limit=1_000_000) if one.workflow == "load"}
    return {
        "minutes": round(seconds / 60, 2),
        "requests": len(tally.seconds), "a second": round(len(tally.seconds) / seconds, 1),
        "median ms": round(median(tally.seconds) * 1e3, 1),
        "95 % under ms": round(sorted(tally.seconds)[int(len(tally.seconds) * 0.95)] * 1e3, 1),
        "sheets started": len(tally.started), "rows left out": len(tally.left_out),
        "worker alone, rows a second": round(alone, 1), "beside them": round(beside, 1),
        "ratio": round(beside / alone, 2), "wrong": dict(tally.wrong),
        "jobs lost or doubled": sum(n > 1 for n in jobs.values()) + len(set(jobs) - made),
        "fixes lost or doubled": len(fixes) - len(set(fixes)) + len(set(tally.left_out) - set(fixes)),
    }  # fmt: skip


def _loaded(desk: Desk, data: Path, requesters: int, *, seconds: float) -> tuple[Tally, float]:
    site, tally = make_site(desk), Tally()
    with console(data) as address:
        end = time.monotonic() + seconds
        people = [Requester(number, address, _cookie(site, number), tally, end) for number in range(requesters)]
        for one in people:
            one.start()
        rate = _rate(desk, seconds - 5)
        for one in people:
            one.join(seconds)
    return tally, rate


def _rate(desk: Desk, seconds: float) -> float:
    """Return how many items a second end, of whatever work; there is always some."""
    before, began = _ended(desk), time.monotonic()
    time.sleep(seconds)
    return (_ended(desk) - before) / (time.monotonic() - began)


def _ended(desk: Desk) -> int:
    with desk.database.reading() as connection:
        return int(connection.execute(select(func.count()).select_from(attempt)).scalar_one())


def _fill(desk: Desk, data: Path, stock: int) -> None:
    path = data / "stock.csv"
    for first in range(0, stock, SHEET):
        rows = (f"s{row},fine" for row in range(first, min(first + SHEET, stock)))
        path.write_text("\n".join(["Number,Fate", *rows, ""]), encoding="utf-8")
        desk.submit("stock", [str(path)], by=BY)


def _cookie(site: Site, number: int) -> str:
    person = site.people.add(f"Requester {number}", [Role.REQUESTER], by=BY)
    return f"{site.cookie}={site.sessions.begin(person, Stage.IN).id}"


@contextmanager
def _worker(data: Path) -> Iterator[None]:
    process = subprocess.Popen([sys.executable, "-m", "rpa.cli", "work", "--dir", str(data)],
                               stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)  # fmt: skip
    yield
    process.terminate()
    process.wait(60)


@contextmanager
def console(data: Path) -> Iterator[str]:
    """Run the console of an installation as a process of its own, and yield where it answers."""
    command = [sys.executable, "-m", "rpa.cli", "console", "--port", "0", "--with-parent", "--dir", str(data)]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    try:
        yield str(json.loads(process.stdout.readline())["address"])
    finally:
        process.communicate()


def _token(page: str) -> str:
    found = re.search(r'name="token" value="([^"]*)"', page)
    assert found is not None
    return found[1]


if __name__ == "__main__":
    main()

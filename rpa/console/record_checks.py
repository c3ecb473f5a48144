"""Checking the record: in a process of its own, so that the pages stay quick; its progress, and the last checks."""

import subprocess
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

from starlette.responses import HTMLResponse, Response

from rpa.alarms import Alarm, AlarmKind, alarms_since
from rpa.answers.kept_checks import KeptCheck, KeptChecks, Result
from rpa.audit.verify import count_entries
from rpa.console.door import Page
from rpa.console.navigation import AUDITORS
from rpa.console.own_process import start_beside
from rpa.console.visit import Visit
from rpa.desk import Desk
from rpa.duties.soundness import last_whole_look

_EVER = datetime(1970, 1, 1, tzinfo=UTC)
_NO_START = ("The check could not be started here. Run `rpa audit verify`.",)


@dataclass(frozen=True, slots=True)
class RecordState:
    """What the last answer said of the record; no check: there was none."""

    check: KeptCheck | None
    broken_since: datetime | None
    alarm: Alarm | None = None
    """What a worker has found altered since that check: it looks at the record by itself."""
    looked_at: datetime | None = None
    """When a worker last came to the end of such a look."""

    @property
    def is_broken(self) -> bool:
        """Whether something was altered."""
        return self.alarm is not None or (self.check is not None and self.check.result is Result.BROKEN)


def state_of(visit: Visit) -> RecordState:
    """Return what is known of the record as a whole."""
    kept = _kept(visit.desk)
    newest = kept.newest()
    is_broken = newest is not None and newest.result is Result.BROKEN
    with visit.desk.database.reading() as connection:
        since = newest.ended_at if newest is not None and newest.ended_at is not None else _EVER
        alarms = () if is_broken else alarms_since(connection, AlarmKind.RECORD_BROKEN, since)
        looked_at = last_whole_look(connection)
    first = alarms[-1] if alarms else None
    return RecordState(newest, first.raised_at if first else kept.broken_since() if is_broken else None, first,
                       looked_at)  # fmt: skip


def checks(visit: Visit) -> Response:
    """Show the last checks, and the one that is under way."""
    return visit.show("record_checks.html", **_told(visit))


def progress(visit: Visit) -> Response:
    """Answer with the part of the page that changes; with 304 while it has not."""
    body = visit.drawn("_record_checks.html", **_told(visit))
    tag = f'"{sha256(body.encode()).hexdigest()[:32]}"'
    if visit.request.headers.get("if-none-match") == tag:
        return Response(status_code=304, headers={"ETag": tag})
    return HTMLResponse(body, headers={"ETag": tag})


def check(visit: Visit) -> Response:
    """Begin a check; while one is under way, a second click begins none."""
    desk, by = visit.desk, visit.person.name
    number, is_new = _kept(desk).begin(by, entries=count_entries(desk.database))
    if is_new:
        _start(desk, number, by)
    return visit.go("/record/checks", said="checking" if is_new else "checked-already")


def _kept(desk: Desk) -> KeptChecks:
    return KeptChecks(desk.database, desk.clock)


def _told(visit: Visit) -> dict[str, Any]:
    found = _kept(visit.desk).last()
    running = next((one for one in found if one.is_running), None)
    return {"checks": [one for one in found if not one.is_running], "running": running, "state": state_of(visit)}


def _start(desk: Desk, number: int, by: str) -> None:
    """Let a process of its own check the record: the same command that anybody else can give."""
    try:
        process = start_beside(desk, "audit", "verify", "--kept-as", str(number), f"--by={by}")
    except OSError:
        _kept(desk).end(number, Result.FAILED, _NO_START)
        return
    threading.Thread(target=_see_to_end, args=(desk, process, number), name="record-check", daemon=True).start()


def _see_to_end(desk: Desk, process: "subprocess.Popen[str]", number: int) -> None:
    """Wait for a check, and say so if it ended without an answer."""
    process.wait()
    try:
        _kept(desk).end(number, Result.FAILED, _NO_START)  # which changes nothing where there is an answer
    finally:
        desk.database.close_thread()


PAGES: Mapping[str, Page] = {
    "/record/checks": Page(checks, check, AUDITORS),
    "/record/checks/progress": Page(progress, roles=AUDITORS),
}

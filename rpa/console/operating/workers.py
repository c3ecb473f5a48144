"""Workers: who is alive, what each slot does, who has given no sign of life, and a person's switch for each machine."""

from dataclasses import dataclass

from starlette.responses import Response

from rpa.console.starting import in_words
from rpa.console.visit import Visit
from rpa.exceptions import NotFoundError, UsageError
from rpa.logs.lines import in_words as in_log_words
from rpa.logs.reading import last_lines
from rpa.machines import MachinePause
from rpa.runpage.words import uk_time
from rpa.today import Today, today
from rpa.workers import AtWork

_LINES = 30
WAYS = ("pause", "at-once", "resume")
"""What can be done with a machine."""


@dataclass(frozen=True, slots=True)
class Seen:
    """A worker or one of its slots, as a page tells of it."""

    name: str
    machine: str
    state: str
    """`working`, `idle`, `supervising`, `paused` or `silent`."""
    item_id: int | None
    job_id: int | None
    workflow: str
    since: str
    last_sign: str
    done: int
    """Rows that it has done today."""
    version: str


def workers(visit: Visit) -> Response:
    """List who works, and the machines that are paused."""
    return visit.show("workers.html", workers=seen_workers(visit), pauses=_pauses(visit))


def machine(visit: Visit) -> Response:
    """Show one machine, and what can be done."""
    return _shown(visit, {})


def change(visit: Visit) -> Response:
    """Let the workers of a machine take no row, or take rows again."""
    host, why, way = visit.request.path_params["machine"], visit.text("why"), visit.text("way")
    if not why or way not in WAYS:
        return _shown(visit, {"why": "Enter why, for the record"})
    machines, by = visit.desk.machines, visit.person.actor
    try:
        if way == "resume":
            machines.resume(host, by=by, why=why)
        else:
            machines.pause(host, by=by, why=why, at_once=way == "at-once")
    except UsageError as error:
        return _shown(visit, {"why": in_words(error)})
    return visit.go("/workers", said="machine-resumed" if way == "resume" else "machine-paused")


def seen_workers(visit: Visit, done: Today | None = None) -> list[Seen]:
    """Return who has not ended, supervisors before their slots."""
    silent = visit.desk.leases.shared_now() - 2 * visit.desk.lease
    done = done or today(visit.desk.database, visit.desk.clock.now())
    found, paused = visit.desk.workers.at_work(), visit.desk.machines.pauses()
    parents = {one.parent for one in found if one.parent}
    return [
        _seen(visit, one, done, state="silent" if one.is_gone or one.seen_at is None or one.seen_at < silent
              else _state(one, supervises=one.id in parents, is_paused=one.host in paused))
        for one in found
    ]  # fmt: skip


def _state(one: AtWork, *, supervises: bool, is_paused: bool) -> str:
    if one.item_id is not None:
        return "working"
    return "paused" if is_paused else "supervising" if supervises else "idle"


def _seen(visit: Visit, one: AtWork, done: Today, *, state: str) -> Seen:
    titles = {each.name: each.options.title for each in visit.desk.workflows}
    slot = "" if one.slot is None else f", slot {one.slot}"
    return Seen(
        name=f"{one.host}{slot}, process {one.pid}",
        machine=one.host,
        state=state,
        item_id=one.item_id,
        job_id=one.job_id,
        workflow=titles.get(one.workflow or "", one.workflow or ""),
        since=uk_time(one.claimed_at or one.started_at),
        last_sign=uk_time(one.seen_at, seconds=True) if one.seen_at else "never",
        done=done.done_by.get(one.id, 0),
        version=one.version or "not known",
    )


def _last_lines(visit: Visit, host: str) -> list[str]:
    """Return the newest lines of the log of a machine's workers, as far as its files lie here."""
    pids = {one.id: one.pid for one in visit.desk.workers.at_work() if one.host == host}
    return [in_log_words(line) for line in last_lines(visit.desk.settings.dir / "logs", pids, limit=_LINES)]


def _pauses(visit: Visit) -> list[MachinePause]:
    return [one for _, one in sorted(visit.desk.machines.pauses().items())]


def _shown(visit: Visit, errors: dict[str, str]) -> Response:
    host = visit.request.path_params["machine"]
    mine = [one for one in seen_workers(visit) if one.machine == host]
    pause = visit.desk.machines.pause_of(host)
    if not mine and pause is None:
        raise NotFoundError("no worker runs on such a machine, and it is not paused")
    at_it = sum(one.state == "working" for one in mine)
    return visit.show("machine.html", status=422 if errors else 200, errors=errors, host=host, workers=mine,
                      pause=pause, at_it=at_it, lines=_last_lines(visit, host),
                      why=visit.text("why"), way=visit.text("way"))  # fmt: skip

"""Workers: who is alive, what each slot does, and who has given no sign of life."""

from dataclasses import dataclass

from starlette.responses import Response

from rpa.console.visit import Visit
from rpa.runpage.words import uk_time
from rpa.workers import AtWork


@dataclass(frozen=True, slots=True)
class Seen:
    """A worker or one of its slots, as a page tells of it."""

    name: str
    state: str
    """`working`, `idle`, `supervising` or `silent`."""
    item_id: int | None
    job_id: int | None
    workflow: str
    since: str
    last_sign: str


def workers(visit: Visit) -> Response:
    """List who works."""
    return visit.show("workers.html", workers=seen_workers(visit))


def seen_workers(visit: Visit) -> list[Seen]:
    """Return who has not ended, supervisors before their slots."""
    silent = visit.desk.leases.shared_now() - 2 * visit.desk.lease
    found = visit.desk.workers.at_work()
    parents = {one.parent for one in found if one.parent}
    return [_seen(visit, one, is_silent=one.is_gone or one.seen_at is None or one.seen_at < silent,
                  supervises=one.id in parents) for one in found]  # fmt: skip


def _seen(visit: Visit, one: AtWork, *, is_silent: bool, supervises: bool) -> Seen:
    titles = {each.name: each.options.title for each in visit.desk.workflows}
    slot = "" if one.slot is None else f", slot {one.slot}"
    busy = "working" if one.item_id is not None else "supervising" if supervises else "idle"
    return Seen(
        name=f"{one.host}{slot}, process {one.pid}",
        state="silent" if is_silent else busy,
        item_id=one.item_id,
        job_id=one.job_id,
        workflow=titles.get(one.workflow or "", one.workflow or ""),
        since=uk_time(one.claimed_at or one.started_at),
        last_sign=uk_time(one.seen_at, seconds=True) if one.seen_at else "never",
    )

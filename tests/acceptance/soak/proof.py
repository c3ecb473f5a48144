"""What must be true at the end of the day: all work is done, once, and the clinic's own audit says the same."""

from collections import Counter
from collections.abc import Iterator

from rpa.audit import Trail, verify
from rpa.demo.clinic import FieldChange
from rpa.desk import Desk
from rpa.models import Job
from rpa.states import EffectState, ItemState, JobState
from tests.acceptance.soak.installation import Installation
from tests.acceptance.soak.verdicts import Verdict
from tests.acceptance.survival.recorded import entries, fields_written

_ALL = 1_000_000
_NOT_DONE = tuple(state for state in ItemState if state != ItemState.COMPLETED)


def proved(office: Installation, desk: Desk) -> Iterator[Verdict]:
    jobs = desk.views.jobs(limit=_ALL)
    totals = [desk.views.totals(job.id) for job in jobs]
    rows, done = sum(one.rows_in for one in totals), sum(one.completed for one in totals)
    yield Verdict("jobs, rows, rows done", f"{len(jobs)}, {rows}, {done}{_others(desk, jobs)}", 0 < done == rows)
    yield _all("jobs that balance and are completed", [
        one.balance and one.open == 0 and job.state == JobState.COMPLETED for job, one in zip(jobs, totals, strict=True)
    ])  # fmt: skip
    yield _all("writes with an ending", [
        one.state != EffectState.INTENDED for job in jobs for one in desk.views.effects(job.id)
    ])  # fmt: skip
    yield Verdict("writes begun only, by the record", str(len(begun := Trail(desk.database).begun_only())), not begun)
    found = verify(desk.database)
    yield Verdict("the record", str(found), found.clean)
    yield _same_as_the_clinics_audit(office, desk, jobs)


def _others(desk: Desk, jobs: list[Job]) -> str:
    """Tell of the items that are not done: of which job, in which state and with which code."""
    left = [one for job in jobs for one in desk.views.items(job.id, states=_NOT_DONE)]
    told = Counter(f"job {one.job_id} {one.state} {one.code or ''}".strip() for one in left)
    return "".join(f"; {number} of {words}" for words, number in told.items())


def _same_as_the_clinics_audit(office: Installation, desk: Desk, jobs: list[Job]) -> Verdict:
    rows = office.clinic.writes()[office.saves_before :]
    saved = Counter(FieldChange(row.table, row.reference, row.field, row.before, row.after) for row in rows)
    told = Counter(one for job in jobs for one in fields_written(entries(desk, job.id)))
    said = f"{saved.total()} saved, {told.total()} recorded, {((saved - told) + (told - saved)).total()} different"
    return Verdict("the clinic's own audit", said, saved == told)


def _all(name: str, good: list[bool]) -> Verdict:
    return Verdict(name, f"{sum(good)} of {len(good)}", all(good))

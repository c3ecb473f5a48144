"""Gathers all that is to be told of a job, for its run page and the command line."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from rpa.audit import Trail
from rpa.desk import Desk
from rpa.exceptions import NotFoundError
from rpa.models import Effect, Job, Totals, WorkItem
from rpa.runpage.people import Group, needs_person
from rpa.runpage.pictures import Picture, pictures_of
from rpa.runpage.proof import RecordState, state_of_record
from rpa.runpage.timeline import TOLD, Moment, timeline
from rpa.runpage.words import counted
from rpa.states import EffectState, RowEnd
from rpa.views import RowStory

_DONE = (EffectState.MADE, EffectState.CONFIRMED)
_PROOFS = tuple(f"{kind}.{end}" for kind in ("change", "effect") for end in ("made", "confirmed", "planned"))


@dataclass(frozen=True, slots=True)
class Story:
    """What came of a job, ready to be put on a page; `changes` are those made, or planned in a dry run."""

    job: Job
    title: str
    input_title: Callable[[str], str]
    """Returns what people call an input."""
    totals: Totals
    changes: Sequence[Effect]
    already: int
    items: dict[int, WorkItem]
    rows: dict[int, list[RowStory]]
    groups: Sequence[Group]
    stories: Sequence[RowStory]
    unreadable: Sequence[RowStory]
    moments: Sequence[Moment]
    proofs: Mapping[int, int]
    """The entry of the record that proves each change, by the change's number."""
    pictures: Sequence[Picture]
    record: RecordState
    page: Path

    @property
    def changed_sentence(self) -> str:
        """Say how much the robot changed."""
        if self.job.dry_run:
            return f"A dry run: {counted(len(self.changes), 'change')} would be made, and nothing was written."
        already = f" {counted(self.already, 'place')} was right already." if self.already == 1 else ""
        already = f" {self.already:,} places were right already." if self.already > 1 else already
        return f"The robot made {counted(len(self.changes), 'change')} and read each one back.{already}"

    @property
    def cases_sentence(self) -> str:
        """Say how many cases the rows are that need a person, where a case takes in several rows."""
        cases = sum(len(one.items) for one in self.groups)
        if cases == self.totals.failed:
            return ""
        return f"The {counted(self.totals.failed, 'row')} that need a person are {counted(cases, 'case')}."


def tell(desk: Desk, job_id: int) -> Story:
    """Gather the story of a job.

    Raises:
        NotFoundError: There is none of that number.
    """
    job, effects = desk.views.job(job_id), desk.views.effects(job_id)
    wanted = (EffectState.PLANNED,) if job.dry_run else _DONE
    stories = desk.views.rows(job_id)
    rows, items = _by_item(stories)
    title, codes = _of_workflow(desk, job)
    trail = Trail(desk.database)
    started, attempts = trail.first(job.run, "item.claimed")
    return Story(
        job=job,
        title=title,
        input_title=partial(desk.workflows.input_title, job.workflow),
        totals=desk.views.totals(job_id),
        changes=[one for one in effects if one.state in wanted],
        already=sum(one.state == EffectState.ALREADY for one in effects),
        items=items,
        rows=rows,
        groups=needs_person(items, rows, codes),
        stories=stories,
        unreadable=[one for one in stories if one.ended == RowEnd.REJECTED],
        moments=timeline(trail.of_run(job.run, names=TOLD), started=started, attempts=attempts),
        proofs={one.facts["effect"]: one.seq for one in trail.of_run(job.run, names=_PROOFS)},
        pictures=pictures_of(desk.evidence, job_id),
        record=state_of_record(desk.database, job.run),
        page=desk.settings.dir / "runs" / f"job-{job_id}.html",
    )


def _by_item(stories: Sequence[RowStory]) -> tuple[dict[int, list[RowStory]], dict[int, WorkItem]]:
    rows: dict[int, list[RowStory]] = {}
    items: dict[int, WorkItem] = {}
    for one in stories:
        if one.item is not None and one.ended == RowEnd.ITEM:
            rows.setdefault(one.item.id, []).append(one)
            items[one.item.id] = one.item
    return rows, items


def _of_workflow(desk: Desk, job: Job) -> tuple[str, Mapping[str, str]]:
    try:
        options = desk.workflows.get(job.workflow).options
    except NotFoundError:  # the page of an old job outlives its workflow
        return job.workflow, {}
    return options.title, options.codes

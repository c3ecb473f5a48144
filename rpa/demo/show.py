"""The whole line on the practice clinic: extracts, job, worker, workbook, run page, and the check of the record."""

import getpass
import sys
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rpa.audit import Verification, verify
from rpa.cli.exits import Exit
from rpa.cli.opening import opened
from rpa.cli.progress import WorkProgress
from rpa.cli.screen import print_json, print_table, say
from rpa.clock import SystemClock
from rpa.codes import explain
from rpa.demo.stage import Stage, check_free, set_up, take_down
from rpa.desk import Desk
from rpa.models import Actor, ActorKind, Effect, Totals, WorkItem
from rpa.results import write_results
from rpa.runpage import write_run_page
from rpa.runpage.words import field_name, masked_key, shown
from rpa.sealing import known_of
from rpa.states import EffectState, ItemState

WORKFLOW = "reconcile_appointments"
_CHANGED = (EffectState.MADE, EffectState.CONFIRMED)


@dataclass(frozen=True, slots=True)
class Shown:
    """What came of the demo."""

    job_id: int
    totals: Totals
    changed: list[Effect]
    for_person: list[WorkItem]
    verification: Verification
    paths: dict[str, str]


def run(folder: Path, *, keep: bool = False, again: bool = False, json: bool = False) -> Exit:
    """Reconcile the clinic's 400 appointments from a clean start and show what came of it.

    With `keep` the clinic stays up to look at; else it is ended. What was kept is only removed `again`. It ends 0
    although items need a person.
    """
    check_free(folder, again=again)
    if not json:
        say("Starting the practice clinic and making its two extracts …")
    stage = set_up(folder, SystemClock(), keep=keep, again=again)
    try:
        result = _reconcile(stage, json=json)
    finally:
        if not keep:
            take_down(folder)
    if keep:
        place = f"The clinic stays at {stage.address}: sign in as bot with the password {stage.password}"
        print(place, file=sys.stderr)  # stdout may be JSON
    return Exit.DONE if result.totals.balance and result.verification.clean else Exit.FAILED


def _reconcile(stage: Stage, *, json: bool) -> Shown:
    with opened(stage.folder, make=True) as desk:
        files = [str(path) for path in stage.files]
        job = desk.submit(WORKFLOW, files, by=Actor(ActorKind.PERSON, getpass.getuser())).job
        if not json:
            say(f"Job {job.id}: {job.rows_in} rows came in, {job.open_items} items for the robot.")
        _work(desk, quiet=json)
        result = _result(desk, stage, job.id)
        _tell_json(result) if json else _tell(desk, result)
        return result


def _work(desk: Desk, *, quiet: bool) -> None:
    with WorkProgress(desk.clock, quiet=quiet) as progress, closing(desk.crew()) as crew:
        worker = desk.worker(crew, after_item=lambda _job: progress.attempted(1, desk.views.open_items()))
        worker.run_alone(desk.me, until=desk.nothing_waits)


def _result(desk: Desk, stage: Stage, job_id: int) -> Shown:
    stage.results.parent.mkdir(exist_ok=True)
    write_results(desk, job_id, stage.results)
    desk.sealing.cover(desk.views.job(job_id).run)
    verification = verify(desk.database, against=known_of(desk.settings))
    effects = [one for one in desk.views.effects(job_id) if one.state in _CHANGED]
    for_person = desk.views.items(job_id, states=[ItemState.FAILED])
    paths = {
        "results": str(stage.results),
        "run_page": str(write_run_page(desk, job_id)),
        "ers": str(stage.files[0]),
        "pas": str(stage.files[1]),
        "clinic": str(stage.clinic_database),
        "dir": str(stage.folder),
    }
    return Shown(job_id, desk.views.totals(job_id), effects, for_person, verification, paths)


def _tell_json(result: Shown) -> None:
    print_json(
        {
            "job": result.job_id,
            "totals": result.totals.as_dict(),
            "changed": [_change(one) for one in result.changed],
            "needs_person": [{"item": one.id, "code": one.code, "failure": one.failure} for one in result.for_person],
            "verified": result.verification.clean,
            "paths": result.paths,
        }
    )


def _change(one: Effect) -> dict[str, Any]:
    return {"item": one.item_id, "what": one.what, "state": one.state, "before": one.before, "after": one.after}


def _tell(desk: Desk, result: Shown) -> None:
    totals = result.totals.as_dict()
    came_in = totals.pop("rows_in")
    say(f"\nWhere the {came_in} rows are")
    rows = [(name.replace("_", " "), str(count)) for name, count in totals.items()]
    print_table(("rows", "number"), [*rows, ("together", str(sum(totals.values())))], right=["number"])
    _tell_changes(desk, result.changed)
    _tell_people(desk, result.for_person)
    say(f"\n{result.verification}")
    say(f"Workbook to send back: {result.paths['results']}")
    say(f"Run page:              {result.paths['run_page']}")


def _tell_changes(desk: Desk, changed: list[Effect]) -> None:
    say(f"\nPut right in the PAS: {len(changed)} appointments")
    rows = [
        (
            masked_key(desk.views.item(one.item_id).key),
            field_name(name),
            shown((one.before or {}).get(name)),
            shown(new),
        )
        for one in changed
        for name, new in (one.after or {}).items()
    ]
    print_table(("UBRN", "Field", "Before", "After"), rows)


def _tell_people(desk: Desk, for_person: list[WorkItem]) -> None:
    say(f"\nFor a person: {len(for_person)} cases")
    codes = desk.workflows.get(WORKFLOW).options.codes
    counts: dict[str, int] = {}
    for one in for_person:
        counts[one.code or ""] = counts.get(one.code or "", 0) + 1
    rows = [(code, str(count), explain(code, codes).how_to_fix) for code, count in sorted(counts.items())]
    print_table(("Why", "Cases", "What to do"), rows, right=["Cases"])

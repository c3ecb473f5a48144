"""`rpa retry` and `rpa cancel`: a person decides about items."""

from typing import Annotated

from cyclopts import Parameter

from rpa.cli.opening import opened
from rpa.cli.options import ASKED, Asked, Why
from rpa.cli.screen import print_json, say
from rpa.desk import Desk
from rpa.exceptions import NotFoundError, UsageError
from rpa.lists import Cause
from rpa.putting_back import PutBack, put_back, take_back
from rpa.runpage import write_due_pages
from rpa.runpage.words import counted
from rpa.states import ALLOWED, Failure, ItemState, Move, Taken

OfJob = Annotated[
    int | None, Parameter(name="--job", help="All of this job: what failed, and for `cancel` also what waits.")
]
Code = Annotated[str | None, Parameter(help="With --job or --workflow: only those that failed with this code.")]
OfWorkflow = Annotated[
    str | None, Parameter(name="--workflow", help="All items of this workflow that failed with the --code, of any job.")
]
AlsoDoubtful = Annotated[
    bool,
    Parameter(help="With --job or --workflow: also those that may have written already; look in the system first."),
]
How = Annotated[
    Taken | None,
    Parameter(help="`by-hand` if somebody has done it himself, `left-out` if nobody does it; results say so."),
]
Waiting = Annotated[bool, Parameter(help="With --job: only what waits, so that what failed still waits for somebody.")]
Items = Annotated[int, Parameter(help="Numbers of the items, as `rpa items` lists them.")]


def retry(*items: Items, why: Why, job: OfJob = None, code: Code = None, workflow: OfWorkflow = None,
          also_doubtful: AlsoDoubtful = False, options: Asked = ASKED) -> None:  # fmt: skip
    """Put failed or cancelled items back in the queue, from their first step on."""
    with opened(options.dir) as desk:
        if workflow is not None:
            if items or job is not None:
                raise UsageError("give one of these: the numbers of items, --job, or --workflow with --code")
            causes = _causes(desk, workflow, code, doubtful=also_doubtful)
            _tell_of_all(_of_all_jobs(desk, causes, options, why=why), as_json=options.json)
            return
        chosen = _chosen(desk, items, Move.RETRY, job=job, code=code, doubtful=also_doubtful)
        done = desk.queue.retry(chosen, by=options.person, why=why)
        _tell(done, chosen, "back in the queue; `rpa work` does them", as_json=options.json)
        left = 0 if job is None or code or also_doubtful or options.json else desk.lists.doubtful_in(job)
        if left:
            say(f"{counted(left, 'item')} left out, which may have written already; look first, then --also-doubtful.")


def cancel(*items: Items, why: Why, how: How = None, job: OfJob = None, code: Code = None, waiting: Waiting = False,
           options: Asked = ASKED) -> None:  # fmt: skip
    """Take items back that wait or failed. What is done stays done."""
    with opened(options.dir) as desk:
        if waiting:
            if job is None or items or code is not None:
                raise UsageError("--waiting is for --job alone, expected the number of a job and no items or --code")
            _stop(desk, job, options, why=why)
            return
        chosen = _chosen(desk, items, Move.CANCEL, job=job, code=code)
        done = desk.queue.cancel(chosen, by=options.person, why=why, how=how)
        write_due_pages(desk)
        _tell(done, chosen, "taken back; `rpa retry` would bring them again", as_json=options.json)


def _stop(desk: Desk, job: int, options: Asked, *, why: str) -> None:
    done = take_back(desk.lists, desk.queue, desk.views.job(job).id, by=options.person, why=why)
    write_due_pages(desk)
    if options.json:
        print_json({"moved": done})
    else:
        say(f"{counted(done, 'item')} taken back; what is under way is finished, and what failed waits for somebody.")


def _causes(desk: Desk, workflow: str, code: str | None, *, doubtful: bool) -> list[Cause]:
    """Return what is to be put back of all jobs: the causes of that code, without the doubtful ones unless asked."""
    if code is None:
        raise UsageError("--workflow needs --code, expected one that `rpa problems` lists. Nothing was changed")
    kinds = [kind for kind in Failure if doubtful or kind is not Failure.IN_DOUBT]
    found = [one.cause for one in desk.lists.causes(failures=kinds, workflow=workflow) if one.cause.code == code]
    if not found:
        raise NotFoundError(
            f"no item of {workflow} failed with {code}{'' if doubtful else ' and is without doubt'}; nothing was "
            "changed. `rpa problems` lists what failed"
        )
    return found


def _of_all_jobs(desk: Desk, causes: list[Cause], options: Asked, *, why: str) -> PutBack:
    parts = (put_back(desk.lists, desk.queue, one, by=options.person, why=why, also_doubtful=True) for one in causes)
    return sum(parts, PutBack())


def _tell_of_all(done: PutBack, *, as_json: bool) -> None:
    if as_json:
        print_json({"moved": done.done, "refused": list(done.refused)})
        return
    say(f"{counted(done.done, 'item')} back in the queue; `rpa work` does them.")
    if done.refused:
        say(f"Not put back, for their data was erased: items {', '.join(map(str, done.refused))}.")


def _chosen(desk: Desk, items: tuple[int, ...], move: Move, *, job: int | None, code: str | None,
            doubtful: bool = True) -> list[int]:  # fmt: skip
    """Return the items to move, once every one of them is there and may be moved."""
    if bool(items) == (job is not None):
        raise UsageError("give either the numbers of items or --job with the number of a job")
    if job is not None:
        return _of_job(desk, job, move, code=code, doubtful=doubtful)
    found = [desk.views.item(number) for number in items]
    wrong = next((one for one in found if one.state not in ALLOWED[move].starts), None)
    if wrong is not None:
        allowed = " or ".join(sorted(ALLOWED[move].starts))
        raise UsageError(f"item {wrong.id} is {wrong.state}, expected {allowed}; nothing was changed")
    return [one.id for one in found]


def _of_job(desk: Desk, job: int, move: Move, *, code: str | None, doubtful: bool) -> list[int]:
    """Return what failed, and where a job is taken back whole also what waits; with a code only what failed with it.

    What may have written already is among it only where somebody has looked.
    """
    waits = (ItemState.PENDING,) if move is Move.CANCEL and code is None else ()
    found = [one for one in desk.views.items(job, states=(ItemState.FAILED, *waits)) if code in (None, one.code)]
    if not found:
        kind = f"failed with {code}" if code else "waits or failed" if waits else "failed"
        raise NotFoundError(f"no item of job {job} {kind}; nothing was changed. `rpa items {job}` lists them")
    chosen = [one.id for one in found if doubtful or one.failure is not Failure.IN_DOUBT]
    if not chosen:
        raise UsageError(
            f"{counted(len(found), 'item')} of job {job} may have written already, expected that somebody has looked "
            "into the system first; --also-doubtful says so. Nothing was changed"
        )
    return chosen


def _tell(done: int, chosen: list[int], sentence: str, *, as_json: bool) -> None:
    if as_json:
        print_json({"items": chosen, "moved": done})
    else:
        say(f"{counted(done, 'item')} {sentence}.")

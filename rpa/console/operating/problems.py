"""Problems: what needs a person, over all jobs, grouped by cause; and one cause with what can be done about it."""

from starlette.responses import Response

from rpa.answers.sentences import sentence
from rpa.audit import Entry, Trail
from rpa.beginnings import beginning_of
from rpa.console.operating.runs import CLAIMED, STEP
from rpa.console.operating.words import KINDS, Told, told, told_all
from rpa.console.starting import in_words
from rpa.console.veiling import veiled
from rpa.console.visit import Visit
from rpa.evidence import Evidence
from rpa.exceptions import NotFoundError, UsageError
from rpa.lists import PAGE, Cause
from rpa.models import WorkItem
from rpa.putting_back import put_back
from rpa.runpage.words import field_name
from rpa.states import Failure


def problems(visit: Visit) -> Response:
    """List the causes, what holds up most of the rows first; which of them, stands in the address."""
    titles = {one.name: one.options.title for one in visit.desk.workflows}
    return visit.show("problems.html", causes=causes_asked(visit), kinds=KINDS, kind=visit.asked("kind"),
                      titles=titles, workflow=visit.asked("workflow"))  # fmt: skip


def causes_asked(visit: Visit) -> list[Told]:
    """Return the causes that the address asks for, what holds up most of the rows first."""
    kinds = [one for one in Failure if visit.asked("kind") in ("", one)]
    found = visit.desk.lists.causes(failures=kinds or list(Failure), workflow=visit.asked("workflow") or None)
    return told_all(visit, found)


def problem(visit: Visit) -> Response:
    """Show a cause: since when, how many, and the rows that it holds up."""
    cause = cause_of(visit)
    after = _after(visit)
    items = visit.desk.lists.items_of(cause, after=after, limit=PAGE + 1)
    shown = items[:PAGE]
    following = shown[-1].id if len(items) > PAGE else None
    oldest = _last_attempt(visit, shown)
    return visit.show("problem.html", one=told_of(visit, cause), items=shown, following=following,
                      picture=_first_picture(visit, shown), last_step=_last_step(oldest), ending=_ending(oldest),
                      is_here=cause.workflow in visit.desk.workflows.names,
                      known=visit.desk.cause_notes.of(cause),
                      pause=visit.desk.workflow_pauses.of(cause.workflow),
                      began=beginning_of(visit.desk.database, cause))  # fmt: skip


def ask_retry(visit: Visit) -> Response:
    """Ask whether all of a cause is really to be put back, and say what that does."""
    return _asked(visit, {})


def retry(visit: Visit) -> Response:
    """Put all of a cause back in the queue."""
    cause, why = cause_of(visit), visit.text("why")
    errors = {} if why else {"why": "Enter why they can be tried again"}
    if cause.failure is Failure.IN_DOUBT and visit.text("looked") != "yes":
        errors["looked"] = "Look in the system first, and say that you have"
    if errors:
        return _asked(visit, errors)
    try:
        done = put_back(visit.desk.lists, visit.desk.queue, cause, by=visit.person.actor, why=why, also_doubtful=True)
    except UsageError as error:
        return _asked(visit, {"why": in_words(error)})
    if done.refused:
        said = "Some rows could not be put back, for their data was erased."
        return visit.show("retried.html", said_of_it=said, done=done)
    return visit.go("/problems", said="put-back" if done.done else "seen-to")


def _asked(visit: Visit, errors: dict[str, str]) -> Response:
    one = told_of(visit, cause_of(visit))
    return visit.show("retry.html", status=422 if errors else 200, errors=errors, one=one, why=visit.text("why"))


def cause_of(visit: Visit) -> Cause:
    """Return the cause of the address.

    Raises:
        NotFoundError: There is no such kind of failure.
    """
    path = visit.request.path_params
    try:
        return Cause(path["workflow"], Failure(path["failure"]), path["code"])
    except ValueError:
        raise NotFoundError("there is no failure of that kind") from None


def told_of(visit: Visit, cause: Cause) -> Told | None:
    """Return what is to be told of a cause; None when nothing is left of it."""
    lines = visit.desk.lists.causes(failures=[cause.failure], workflow=cause.workflow)
    return next((told(visit, one) for one in lines if one.cause == cause), None)


def _after(visit: Visit) -> int:
    given = visit.asked("after")
    return int(given) if given.isascii() and given.isdigit() and len(given) < 19 else 0


def _last_attempt(visit: Visit, items: list[WorkItem]) -> list[Entry]:
    """Return what happened in the last attempt at the oldest of these rows."""
    if not items:
        return []
    told = [one for one in Trail(visit.desk.database).of_items([items[0].id]) if one.attempt]
    begun = max((place for place, one in enumerate(told) if one.name == CLAIMED), default=0)
    return told[begun:]


def _last_step(attempt: list[Entry]) -> str:
    """Return the last step that an attempt got through; empty if none."""
    steps = [one for one in attempt if one.name == STEP]
    return field_name(str(steps[-1].facts["step"])) if steps else ""


def _ending(attempt: list[Entry]) -> str:
    """Return how an attempt failed, in a sentence without patients' details; empty if it did not."""
    failed = [one for one in attempt if one.name == "item.failed"]
    return sentence(veiled(failed[-1])) if failed else ""


def _first_picture(visit: Visit, items: list[WorkItem]) -> Evidence | None:
    if not items:
        return None
    kept = visit.desk.evidence.of_item(items[0].id)
    return next((one for one in kept if one.kind == "screenshot"), None)

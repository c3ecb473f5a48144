"""What can be done with a job: stop it, and do again what failed; each is asked about first."""

from collections.abc import Mapping

from starlette.responses import Response

from rpa.console.door import Page
from rpa.console.jobs import mine, titles, told
from rpa.console.navigation import SENDERS
from rpa.console.visit import Visit
from rpa.models import Job
from rpa.putting_back import put_back_of_job, take_back


def ask_stop(visit: Visit) -> Response:
    """Ask whether a job is really to be stopped."""
    return visit.show("stop.html", **told(visit, mine(visit)))


def stop(visit: Visit) -> Response:
    """Take back the rows of a job that wait."""
    one = mine(visit)
    take_back(visit.desk.lists, visit.desk.queue, one.id, by=visit.person.actor, why="stopped in the console")
    visit.site.counts.forget(one.id)
    return visit.go(f"/jobs/{one.id}", said="stopped")


def ask_retry(visit: Visit) -> Response:
    """Ask whether the rows of a job that failed are really to be done again."""
    return _asked_retry(visit, {})


def retry(visit: Visit) -> Response:
    """Put the rows of a job that failed back in the queue."""
    one, why = mine(visit), visit.text("why")
    also = visit.text("doubtful") == "yes"
    errors = {} if why else {"why": "Enter why they can be done again"}
    if not also and _are_all_doubtful(visit, one):
        errors["doubtful"] = "Look in the system first, and say that you have"
    if errors:
        return _asked_retry(visit, errors)
    done = put_back_of_job(visit.desk.lists, visit.desk.queue, one.id, by=visit.person.actor, why=why,
                           also_doubtful=also)  # fmt: skip
    visit.site.counts.forget(one.id)
    return visit.go(f"/jobs/{one.id}", said="put-back" if done.done else "seen-to")


def _are_all_doubtful(visit: Visit, one: Job) -> bool:
    """Whether nobody knows of any row that needs somebody whether it was saved."""
    doubtful = visit.desk.lists.doubtful_in(one.id)
    return 0 < doubtful == visit.desk.lists.failed_of([one.id])[one.id]


def _asked_retry(visit: Visit, errors: dict[str, str]) -> Response:
    one = mine(visit)
    failed = visit.desk.lists.failed_of([one.id])[one.id]
    doubtful = visit.desk.lists.doubtful_in(one.id)
    return visit.show("job_retry.html", status=422 if errors else 200, errors=errors, job=one, why=visit.text("why"),
                      title=titles(visit).get(one.workflow, one.workflow), plain=failed - doubtful,
                      doubtful=doubtful)  # fmt: skip


PAGES: Mapping[str, Page] = {
    "/jobs/{job:int}/stop": Page(ask_stop, stop, SENDERS),
    "/jobs/{job:int}/retry": Page(ask_retry, retry, SENDERS),
}
"""The addresses of what can be done with a job."""

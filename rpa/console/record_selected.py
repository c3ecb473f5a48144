"""Which entries are to be taken out: read from the form, looked for in the record, and as the command that does it."""

import shlex

from rpa.console.record_asked import Asked, checked_number, day_of, sought_of
from rpa.console.visit import Visit
from rpa.exceptions import NotFoundError, UsageError
from rpa.exports import Selection, of_items, of_job

_NOTHING = "Enter a job, a reference or an NHS number, one of the three"


def selected(visit: Visit) -> tuple[Selection | None, dict[str, str]]:
    """Return the entries that the form asks for, and what is wrong with what was typed."""
    job, reference, number = (visit.text(name) for name in ("job", "reference", "nhs-number"))
    asked = Asked(job=job, since=visit.text("since"), until=visit.text("until"))
    sought, errors = sought_of(visit, asked)
    if not errors and sum(map(bool, (job, reference, number))) != 1:
        errors = {"job": _NOTHING}
    if errors:
        return None, errors
    try:
        found = of_job(visit.desk.database, int(job)) if job else _of_subject(visit, reference, number)
    except NotFoundError:
        return None, {"job": "The record has no job of that number"}
    except UsageError as error:
        return None, {"nhs-number": str(error)}
    return found.within(sought.since, sought.until) if sought.since or sought.until else found, {}


def arguments_of(visit: Visit) -> list[str]:
    """Return what the command is told of which entries are wanted; whom they are about stands in no command."""
    job, since, until = visit.text("job"), day_of(visit.text("since")), day_of(visit.text("until"))
    whose = ["--job", str(int(job))] if job else _placeholder(visit)
    return [*whose, *([f"--from={since}"] if since else []), *([f"--to={until}"] if until else [])]


def command_of(visit: Visit) -> str:
    """Return the command that takes the same out, whatever its size, for whoever runs the installation."""
    told = shlex.join(["rpa", "audit", "export", *arguments_of(visit), f"--by={visit.person.name}", "--kept"])
    return f'{told} --reason "…"'


def _placeholder(visit: Visit) -> list[str]:
    return ["--reference", "REFERENCE"] if visit.text("reference") else ["--nhs-number", "NUMBER"]


def _of_subject(visit: Visit, reference: str, number: str) -> Selection:
    subject = visit.desk.pseudonyms.of(reference or checked_number(number))
    items = visit.desk.views.items_of_subject(subject)
    return of_items(visit.desk.database, items, sought="reference" if reference else "NHS number", subject=subject)

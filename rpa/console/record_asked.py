"""What is looked for in the record: read from the address or from a form, checked, and ready to be looked for."""

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from functools import partial
from urllib.parse import urlencode

from pydantic import TypeAdapter, ValidationError

from rpa.answers.phrases import KINDS
from rpa.answers.search import Sought
from rpa.calendars.typed import Span, span_of
from rpa.connectors.spreadsheet import NHSNumber
from rpa.console.record_lines import has_words
from rpa.console.visit import Visit
from rpa.desk import Desk
from rpa.exceptions import UsageError
from rpa.lists import JobFilter

_JOBS_AT_ONCE = 200
_WRITTEN_OUT = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})")


@dataclass(frozen=True, slots=True)
class Asked:
    """What was typed, as it was typed."""

    person: str = ""
    kind: str = ""
    since: str = ""
    until: str = ""
    workflow: str = ""
    job: str = ""
    words: str = ""
    after: str = ""

    @property
    def address(self) -> str:
        """The part of it that may stand in an address: words may name somebody."""
        said = {name: value for name, value in asdict(self).items() if value and name not in ("words", "after")}
        return urlencode(said)

    @property
    def hidden(self) -> Mapping[str, str]:
        """What the next form bears along."""
        return {name: value for name, value in asdict(self).items() if value and name != "after"}


def asked_in_address(visit: Visit) -> Asked:
    """Return what the address asks for; words are taken from forms alone."""
    return Asked(**{name: visit.asked(name) for name in Asked.__dataclass_fields__ if name != "words"})


def asked_in_form(visit: Visit) -> Asked:
    """Return what a form asks for."""
    return Asked(**{name: visit.text(name) for name in Asked.__dataclass_fields__})


def sought_of(visit: Visit, asked: Asked) -> tuple[Sought, dict[str, str]]:
    """Return what is to be looked for, and what is wrong with what was typed."""
    errors: dict[str, str] = {}
    span = _span(asked, errors)
    runs = _runs(visit, asked, errors)
    names = KINDS[asked.kind][1] if asked.kind in KINDS else ()
    return Sought(
        person=asked.person,
        names=names,
        since=span.since,
        until=span.until,
        runs=runs,
        fits=partial(has_words, asked.words),
    ), errors


def newest_runs(desk: Desk, workflow: str, *, after: str = "") -> list[str]:
    """Return the runs of the newest jobs of a workflow; where a page before ended in one of them, from that one on."""
    jobs = desk.lists.jobs(JobFilter(workflow=workflow), before=_job_before(after), limit=_JOBS_AT_ONCE)
    return [one.run for one in jobs]


def checked_number(given: str) -> str:
    """Return the ten digits of an NHS number, however it is written.

    Raises:
        UsageError: It isn't one; what was given is not repeated.
    """
    try:
        return str(TypeAdapter(NHSNumber).validate_python(given))
    except ValidationError:
        raise UsageError("That is not an NHS number: it has ten digits, of which the last checks the others") from None


def one_of_two(reference: str, number: str) -> str:
    """Return the reference or the NHS number that was given.

    Raises:
        UsageError: Both were, or neither, or it is no NHS number.
    """
    if bool(reference) == bool(number):
        raise UsageError("Enter a reference or an NHS number, one of the two")
    return reference or checked_number(number)


def field_at_fault(reference: str, number: str) -> str:
    """Return which field the message of `one_of_two` belongs to."""
    return "nhs-number" if number and not reference else "reference"


def day_of(typed: str) -> str | None:
    """Return a day or time as it was typed, in the form that is read: `26/11/2026` is `2026-11-26`."""
    if not typed:
        return None
    day = _WRITTEN_OUT.match(typed)
    if day is None:
        return typed
    return f"{day[3]}-{day[2]:0>2}-{day[1]:0>2}{typed[day.end() :].strip() and 'T' + typed[day.end() :].strip()}"


def _span(asked: Asked, errors: dict[str, str]) -> Span:
    nothing = Span(None, None, "")
    for field in ("since", "until"):
        try:
            span_of(day_of(getattr(asked, field)), None)
        except UsageError:
            errors[field] = "Enter a day, such as 26/11/2026, or a day and a time, such as 26/11/2026 14:00"
    if errors:
        return nothing
    try:
        return span_of(day_of(asked.since), day_of(asked.until)) or nothing
    except UsageError:
        errors["until"] = "The end must be after the beginning"
        return nothing


def _runs(visit: Visit, asked: Asked, errors: dict[str, str]) -> list[str] | None:
    if asked.job:
        if not (asked.job.isascii() and asked.job.isdigit() and len(asked.job) < 19):
            errors["job"] = "Enter the number of a job, such as 1053"
            return []
        return [f"job-{int(asked.job)}"]
    return newest_runs(visit.desk, asked.workflow, after=asked.after) if asked.workflow else None


def _job_before(mark: str) -> int | None:
    """Return the job before which a page of a workflow begins: the one that the last page ended in comes again."""
    number = mark.partition("/")[0].removeprefix("job-")
    return int(number) + 1 if number.isascii() and number.isdigit() and len(number) < 18 else None

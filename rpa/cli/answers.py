"""`rpa audit story`, `certificate`, `gaps`, `doubts` and `readers`: one command for each question of an auditor."""

from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from typing import Annotated

from cyclopts import App, Parameter
from pydantic import TypeAdapter, ValidationError

from rpa.answers import certificate_of, doubts_in, gaps_in, readings_in, story_of
from rpa.audit.record import SYSTEM_RUN
from rpa.cli.exits import Exit
from rpa.cli.opening import opened
from rpa.cli.options import ASKED, Asked, JobId
from rpa.cli.pages import certificate_document, show_certificate, show_doubts, show_gaps, show_readings, show_story
from rpa.cli.reading import note_reading
from rpa.cli.screen import print_json
from rpa.connectors.spreadsheet import NHSNumber
from rpa.desk import Desk
from rpa.exceptions import NotFoundError, UsageError
from rpa.runpage.words import UK

Reference = Annotated[str | None, Parameter(help="An item, by its key, such as a UBRN.")]
Patient = Annotated[str | None, Parameter(name="--nhs-number", help="All items of a patient.")]
From = Annotated[str | None, Parameter(name="--from", help="From this day on, e.g. 2026-11-01; or a day and a time.")]
To = Annotated[str | None, Parameter(name="--to", help="Up to the end of this day; or up to a day and a time.")]


def story(reference: Reference = None, /, *, nhs_number: Patient = None, options: Asked = ASKED) -> None:
    """Tell everything that ever happened to one patient, or to one reference, in sentences. That is recorded.

    Ends with 3 when the record says nothing of it.
    """
    with opened(options.dir) as desk:
        sought, identifier = _sought(reference, nhs_number)
        subject = desk.pseudonyms.of(identifier)
        told = story_of(desk, desk.views.items_of_subject(subject))
        facts = {"what": "story", "by": sought, "count": len(told.lines)}
        note_reading(desk, SYSTEM_RUN, options.person, facts=facts, subject=subject)
        if options.json:
            print_json(asdict(told))
        elif told.items:
            show_story(told)
        if not told.items:
            raise NotFoundError(f"the record says nothing of that {sought}; check it, or look into another --dir")


def certificate(job: JobId, /, *, options: Asked = ASKED) -> Exit:
    """Show on one page what came of a job, who had a hand in it, and whether the record of it is proved.

    Ends with 4 when the record was altered, 5 when no seal covers all of it.
    """
    with opened(options.dir) as desk:
        made = certificate_of(desk, job)
        _note(desk, options, what=f"certificate of job {job}", count=made.entries)
        if options.json:
            print_json(certificate_document(made))
        else:
            show_certificate(made)
        if made.broken is not None:
            return Exit.RECORD_BROKEN
        return Exit.DONE if made.seal is not None else Exit.RECORD_INCOMPLETE


def gaps(*, options: Asked = ASKED) -> None:
    """List when a schedule was missed, when nothing was sealed, and when a worker was lost; oldest first."""
    with opened(options.dir) as desk:
        every = timedelta(seconds=desk.settings.record.seal_every)
        found = gaps_in(desk.database, seal_every=every, now=desk.clock.now())
        _note(desk, options, what="gaps", count=len(found))
        if options.json:
            print_json([asdict(one) for one in found])
        else:
            show_gaps(found)


def doubts(*, options: Asked = ASKED) -> Exit:
    """List writes that were begun and never shown to be done, and how to settle each.

    Ends with 6 when there are any.
    """
    with opened(options.dir) as desk:
        found = doubts_in(desk)
        _note(desk, options, what="doubts", count=len(found))
        if options.json:
            print_json([asdict(one) for one in found])
        else:
            show_doubts(found)
        return Exit.NEEDS_PERSON if found else Exit.DONE


def readers(*, begin: From = None, end: To = None, options: Asked = ASKED) -> None:
    """List who looked at the record, took something away or opened a kept file; newest first."""
    first, last = _moment(begin, "--from"), _moment(end, "--to", whole_day=True)
    with opened(options.dir) as desk:
        found = readings_in(desk.database, begin=first, end=last)
        _note(desk, options, what="readers", count=len(found))
        if options.json:
            print_json([asdict(one) for one in found])
        else:
            show_readings(found)


def add_answers(audit: App) -> None:
    """Add the commands to `rpa audit`."""
    for command in (story, certificate, gaps, doubts, readers):
        audit.command(command)


def _note(desk: Desk, options: Asked, *, what: str, count: int) -> None:
    note_reading(desk, SYSTEM_RUN, options.person, facts={"what": what, "count": count})


def _sought(reference: str | None, nhs_number: str | None) -> tuple[str, str]:
    if (reference is None) == (nhs_number is None):
        raise UsageError("expected either a reference or --nhs-number: say whose story is to be told")
    if reference is not None:
        return "reference", reference.strip()
    try:
        return "NHS number", str(TypeAdapter(NHSNumber).validate_python(nhs_number))
    except ValidationError:
        raise UsageError(
            "that is not an NHS number, expected ten digits of which the last checks the others; look at it again"
        ) from None


def _moment(text: str | None, option: str, *, whole_day: bool = False) -> datetime | None:
    if text is None:
        return None
    try:
        given = datetime.fromisoformat(text.strip())
    except ValueError:
        raise UsageError(
            f"found {text!r} for {option}, expected a day such as 2026-11-01, or a day and a time"
        ) from None
    if whole_day and len(text.strip()) == len("2026-11-01"):
        given += timedelta(days=1)
    return (given if given.tzinfo else given.replace(tzinfo=UK)).astimezone(UTC)

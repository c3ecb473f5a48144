"""`rpa audit export`: entries of the record as a file that proves itself, as a table, or for process mining."""

import sys
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated

from cyclopts import Parameter
from pydantic import TypeAdapter, ValidationError

from rpa.calendars.typed import Span, span_of
from rpa.cli.exits import Exit
from rpa.cli.opening import opened
from rpa.cli.options import ASKED, Asked
from rpa.cli.screen import print_json, say
from rpa.connectors.spreadsheet import NHSNumber
from rpa.desk import Desk
from rpa.exceptions import UsageError
from rpa.exports import Exported, Exporter, Form, Request, Selection, of_items, of_job, of_period
from rpa.exports.counted import Counted
from rpa.exports.kept import KeptExports
from rpa.runpage.words import counted


@Parameter(name="*")
@dataclass(frozen=True, slots=True)
class Which:
    """Which entries: of one of these, of a time, or of one of these in a time."""

    job: Annotated[int | None, Parameter(help="All entries of a job.")] = None
    reference: Annotated[str | None, Parameter(help="All entries of items, by their key, such as a UBRN.")] = None
    nhs_number: Annotated[str | None, Parameter(help="All entries of the items of a patient.")] = None
    since: Annotated[
        str | None, Parameter(name="--from", help="From this day or time on: 2026-11-23, or 2026-11-23T09:30 (UK).")
    ] = None
    until: Annotated[
        str | None, Parameter(name="--to", help="Up to this day or time, which belongs to it: 2026-11-23.")
    ] = None


@Parameter(name="*")
@dataclass(frozen=True, slots=True)
class How:
    """In which form, where to, and why."""

    reason: Annotated[
        str, Parameter(help="What it is for, in a sentence; kept in the record. - reads it from the standard input.")
    ]
    form: Annotated[Form, Parameter(name="--format", help="The form of the file.")] = Form.PACK
    out: Annotated[Path | None, Parameter(help="The file to write; a name that names nobody if not given.")] = None
    with_payloads: Annotated[
        bool, Parameter(help="Write what may name a patient as well: before and after, rows, reasons.")
    ] = False
    kept: Annotated[
        bool, Parameter(help="Keep the file for 7 days where the console lists it, in place of writing it here.")
    ] = False
    progress: Annotated[bool, Parameter(show=False)] = False
    """Whether how many entries were read is printed as it grows: the console asks for it."""


EVERYTHING = Which()


def export(*, which: Which = EVERYTHING, how: How, options: Asked = ASKED) -> Exit:
    """Take entries out of the record, as they were written. Who took what out, and why, is recorded first.

    Ends with 3 when the record has no such entry, and with 5 when a pack holds entries that could not be sealed.
    """
    with opened(options.dir) as desk:
        selection = _selection(desk, which)
        if how.kept and how.out is not None:
            raise UsageError(
                "found both --out and --kept, expected one of them: a file that is kept has no other place"
            )
        done = _kept(desk, selection, how, options) if how.kept else _written(desk, selection, which, how, options)
        is_whole = done.written.is_signed and not done.written.unsealed
        if options.json:
            print_json({"path": str(done.path), "sha256": done.sha256, "format": how.form, "complete": is_whole,
                        "entries": done.written.entries, "unsealed": done.written.unsealed})  # fmt: skip
        else:
            _say(done, is_whole=is_whole)
            if how.kept:
                say("Fetch it in the console under Exports within 7 days.")
        return Exit.DONE if is_whole else Exit.RECORD_INCOMPLETE


def _written(desk: Desk, selection: Selection, which: Which, how: How, options: Asked) -> Exported:
    target = how.out or Path(selection.name + how.form.suffix)
    _check_name(target, which)
    return _export(desk, selection, target, how, options)


def _kept(desk: Desk, selection: Selection, how: How, options: Asked) -> Exported:
    """Let the console list the file, as it does with those that it makes itself."""
    counting = Counted(desk.settings.dir) if how.progress else None
    with TemporaryDirectory() as folder:
        target = Path(folder) / f"{selection.name}-{desk.clock.now():%Y%m%d-%H%M%S}{how.form.suffix}"
        done = _export(desk, selection, target, how, options, counting)
        KeptExports(desk.database, desk.evidence, desk.clock).keep(target)
    desk.sealing.tick()  # so that the list, which is made of what is sealed, has it at once
    if counting is not None:
        counting.end()
    return replace(done, path=Path(done.path.name))


def _export(desk: Desk, selection: Selection, target: Path, how: How, options: Asked,
            counting: Counted | None = None) -> Exported:  # fmt: skip
    exporter = Exporter(desk.database, desk.record, desk.clock, desk.sealing)
    reason = sys.stdin.read().strip() if how.reason == "-" else how.reason
    asked = Request(selection, how.form, target, options.person, reason, how.with_payloads)
    return exporter.export(asked if counting is None else replace(asked, tell=counting))


def _selection(desk: Desk, which: Which) -> Selection:
    span = span_of(which.since, which.until)
    given = [name for name in ("job", "reference", "nhs_number") if getattr(which, name) is not None]
    if len(given) > 1 or (not given and span is None):
        raise UsageError("expected one of --job, --reference and --nhs-number, or a time by --from and --to")
    if not given:
        return _of_span(desk, span or Span(None, None, ""))
    found = _of_one(desk, which)
    return found if span is None else found.within(span.since, span.until)


def _of_span(desk: Desk, span: Span) -> Selection:
    return of_period(desk.database, span.since, span.until, name=f"record-{span.name}")


def _of_one(desk: Desk, which: Which) -> Selection:
    if which.job is not None:
        return of_job(desk.database, which.job)
    if which.reference is not None:
        return _of_subject(desk, "reference", which.reference.strip())
    return _of_subject(desk, "NHS number", _nhs_number(which.nhs_number or ""))


def _of_subject(desk: Desk, sought: str, identifier: str) -> Selection:
    subject = desk.pseudonyms.of(identifier)
    return of_items(desk.database, desk.views.items_of_subject(subject), sought=sought, subject=subject)


def _nhs_number(given: str) -> str:
    try:
        return str(TypeAdapter(NHSNumber).validate_python(given))
    except ValidationError:
        raise UsageError(
            "that is not an NHS number, expected ten digits of which the last checks the others; look at it again"
        ) from None


def _check_name(target: Path, which: Which) -> None:
    """Refuse a name that the patient could be known by: others see it, and it ends up in lists and in e-mails."""
    told = (one for one in (which.reference, which.nhs_number) if one is not None)
    if any("".join(one.split()) in "".join(target.name.split()) for one in told):
        raise UsageError("the name of the file holds what was looked for, expected one that names nobody")


def _say(done: Exported, *, is_whole: bool) -> None:
    say(f"{counted(done.written.entries, 'entry', 'entries')} of the record in {done.path}")
    say(f"SHA-256 {done.sha256}, as the record now says too.")
    if not is_whole:
        said = counted(done.written.unsealed, "entry", "entries")
        signed = "" if done.written.is_signed else ", and no key to sign what belongs to it"
        say(f"It proves less than it should: {said} under no seal{signed}.")
        say("Run `rpa audit verify` to see why, put it right, and export it again.")

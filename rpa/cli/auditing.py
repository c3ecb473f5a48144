"""`rpa audit`: what was done, by whom and for whom, and whether the record of it is as it was written."""

from dataclasses import dataclass, fields, replace
from typing import Annotated, Literal

from cyclopts import App, Parameter
from cyclopts.validators import Number

from rpa.audit import Entry, Trail
from rpa.audit.record import SYSTEM_RUN
from rpa.cli.answers import add_answers
from rpa.cli.archiving import archive
from rpa.cli.erasing import erase
from rpa.cli.exits import Exit
from rpa.cli.exporting import export
from rpa.cli.finding import find_entries
from rpa.cli.keeping_checks import checks
from rpa.cli.opening import opened
from rpa.cli.options import ASKED, Asked
from rpa.cli.patients import checked_nhs_number
from rpa.cli.reading import note_reading
from rpa.cli.screen import print_json, say
from rpa.cli.trail import document_of, show_trail
from rpa.cli.verifying import check
from rpa.desk import Desk
from rpa.exceptions import NotFoundError, UsageError

KeyCommand = Literal["public", "rotate", "new"]

audit = App(name="audit", help="Show what was done, and verify the record.")
audit.command(check, name="verify")
audit.command(checks)
audit.command(erase)
audit.command(archive)
add_answers(audit)
audit.command(export)
audit.command(find_entries, name="find")


@Parameter(name="*")
@dataclass(frozen=True, slots=True)
class Whose:
    """What to look for: one of these, or nothing for the newest entries."""

    item: Annotated[int | None, Parameter(help="An item, by its number.")] = None
    reference: Annotated[str | None, Parameter(help="An item, by its key, such as a UBRN.")] = None
    nhs_number: Annotated[str | None, Parameter(help="All items of a patient.")] = None
    job: Annotated[int | None, Parameter(help="All entries of a job.")] = None
    system: Annotated[str | None, Parameter(help="What became of a target system: pauses, breaker, sign-ins.")] = None
    schedule: Annotated[str | None, Parameter(help="What became of a schedule's due times.")] = None


NEWEST = Whose()
Limit = Annotated[int | None, Parameter(validator=Number(gte=1), help="At most so many, the newest; 100 of all.")]
_LATEST = 100


@dataclass(frozen=True, slots=True)
class Found:
    """What was looked for, in words that name nobody, and the entries found."""

    sought: str
    entries: list[Entry]
    subject: str | None = None
    item_id: int | None = None
    is_cut: bool = False


@audit.command
def show(*, whose: Whose = NEWEST, limit: Limit = None, options: Asked = ASKED) -> Exit:
    """Show what was done, oldest first: when, who for whom, what, before and after. That it was looked at is recorded.

    Ends with 3 when the record says nothing of it.
    """
    with opened(options.dir) as desk:
        found = _find(desk, whose, limit)
        facts = {"what": "record", "by": found.sought, "count": len(found.entries)}
        note_reading(desk, SYSTEM_RUN, options.person, facts=facts, subject=found.subject, item_id=found.item_id)
        if options.json:
            print_json([document_of(one) for one in found.entries])
        elif found.entries:
            show_trail(desk, found.entries)
            if found.is_cut:
                say(f"These are the newest {len(found.entries):,}; add --limit to see more.")
        if not found.entries:
            raise NotFoundError(f"the record says nothing of that {found.sought}; check it, or look into another --dir")
        return Exit.DONE


Why = Annotated[str | None, Parameter(help="Why there is a new key, without patients' details: the old one is lost.")]


@audit.command
def key(what: KeyCommand = "public", /, *, why: Why = None, options: Asked = ASKED) -> None:
    """Show the public keys of the seals, or let a new key sign from now on.

    Args:
        what: `public` shows the keys, oldest first, to be kept elsewhere. `rotate` makes a new one, of which a seal of
            the old one tells. `new` makes one although the old one is lost: whoever checks must be told.
        why: What became of the old one, with `new`.
        options: Folder, JSON, who asks.
    """
    with opened(options.dir) as desk:
        if what == "rotate":
            desk.sealing.rotate(by=options.person)
        elif what == "new":
            if not why or not why.strip():
                raise UsageError("a key that no older one tells of must be explained; add --why, or use `rotate`")
            desk.sealing.replace_key(by=options.person, why=why.strip())
        keys = [str(one) for one in desk.sealing.keys.public()]
        if options.json:
            print_json(keys)
        for one in () if options.json else keys:
            say(one)


def _find(desk: Desk, whose: Whose, limit: int | None) -> Found:
    most = limit or (_LATEST if whose == NEWEST else None)
    found = _all_of(desk, whose, most)
    if most is None or len(found.entries) <= most:
        return found
    return replace(found, entries=found.entries[-most:], is_cut=True)


def _all_of(desk: Desk, whose: Whose, most: int | None) -> Found:
    given = [one.name for one in fields(whose) if getattr(whose, one.name) is not None]
    if len(given) > 1:
        names = " and ".join(f"--{name.replace('_', '-')}" for name in given)
        raise UsageError(f"found {names} together, expected one of them")
    trail = Trail(desk.database)
    if whose.item is not None:
        return Found("item", trail.of_items([desk.views.item(whose.item).id]), item_id=whose.item)
    if whose.job is not None:
        return Found("job", trail.of_run(desk.views.job(whose.job).run))
    if whose.reference is not None:
        return _of_subject(desk, "reference", whose.reference.strip())
    if whose.nhs_number is not None:
        return _of_subject(desk, "NHS number", checked_nhs_number(whose.nhs_number))
    for name in ("system", "schedule"):
        if (wanted := getattr(whose, name)) is not None:
            return Found(name, [one for one in trail.of_run(SYSTEM_RUN) if one.facts.get(name) == wanted])
    return Found("installation", trail.latest((most or _LATEST) + 1))


def _of_subject(desk: Desk, sought: str, identifier: str) -> Found:
    subject = desk.pseudonyms.of(identifier)
    return Found(sought, Trail(desk.database).of_items(desk.views.items_of_subject(subject)), subject=subject)

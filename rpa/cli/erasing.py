"""`rpa audit erase` and `rpa retention`: what is known of patients goes, and the record says by whose decision."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Annotated

from cyclopts import App, Parameter
from cyclopts.validators import Number

from rpa.cli.opening import opened
from rpa.cli.options import ASKED, COMMON, Asked, Common
from rpa.cli.passphrases import signed_in
from rpa.cli.patients import checked_nhs_number
from rpa.cli.screen import print_json, print_table, say, when
from rpa.clock import Clock
from rpa.desk import Desk
from rpa.erasure import Decision, Eraser, check_people, held_back
from rpa.exceptions import NotFoundError, UsageError
from rpa.models import Actor
from rpa.retention import Due, Kind, Retention
from rpa.runpage import renew_pages
from rpa.runpage.words import counted

ByRule = "the trust's retention schedule, as under [retention] of rpa.toml"
Basis = Annotated[str, Parameter(help="The legal basis, such as `UK GDPR 17(1)(a)`; kept in the record.")]
ApprovedBy = Annotated[str, Parameter(help="Who approves it, with his passphrase; never who asks.")]

retention = App(name="retention", help="Show and remove what is over its time.")


@Parameter(name="*")
@dataclass(frozen=True, slots=True)
class Which:
    """What to erase: one of the first three."""

    nhs_number: Annotated[str | None, Parameter(help="What is known of a patient.")] = None
    older_than: Annotated[
        int | None, Parameter(validator=Number(gte=0), help="Of jobs completed so many days ago.")
    ] = None
    before: Annotated[date | None, Parameter(help="Of jobs completed before that day.")] = None
    kind: Annotated[tuple[Kind, ...], Parameter(help="What of those jobs; payloads if not given.")] = ()


NOTHING = Which()


def erase(*, basis: Basis, approved_by: ApprovedBy, which: Which = NOTHING, options: Asked = ASKED) -> None:
    """Erase what is known of a patient, or what old jobs hold; who decided it is recorded first, for ever.

    Who approves it signs with the passphrase of `rpa approvers`. The record still verifies. Stopped in the middle, it
    goes on when it is called again.
    """
    _check(which)
    check_people(basis, options.person, approved_by)
    with opened(options.dir) as desk:
        if which.nhs_number is not None:
            items, scope = _items_of(desk, which.nhs_number), _patient(desk, which.nhs_number)
            decision = _decided(desk, basis, options.person, approved_by, scope)
            done = _retention(desk).patient(items, by=decision)
        else:
            moment, kinds, keeper = _moment(which, desk.clock), which.kind or (Kind.PAYLOADS,), _retention(desk)
            scope = f"{', '.join(kinds)} of jobs completed before {moment.isoformat(timespec='seconds')}"
            decision = _decided(desk, basis, options.person, approved_by, scope)
            done = {str(kind): keeper.remove(kind, moment, by=decision) for kind in kinds}
        renew_pages(desk)
        _tell(done, as_json=options.json)


@retention.command
def plan(*, options: Common = COMMON) -> None:
    """Show what is over its time by the settings, kind by kind; nothing is removed."""
    with opened(options.dir) as desk:
        due = _retention(desk).plan()
        if options.json:
            print_json([{"kind": one.kind, "days": one.days, "count": one.count, "oldest": one.oldest} for one in due])
            return
        rows = [(one.kind, str(one.days or "for ever"), f"{one.count:,}", when(one.oldest)) for one in due]
        print_table(("Kind", "Kept, days", "Over their time", "Oldest job completed"), rows)
        for number, waiting in _held_back(desk, due):
            say(f"Job {number} is over its time too, and {counted(waiting, 'item')} of it still waits for a person.")


@retention.command
def run(*, approved_by: ApprovedBy, options: Asked = ASKED) -> None:
    """Remove what is over its time by the settings; who approves it signs with the passphrase of `rpa approvers`."""
    check_people(ByRule, options.person, approved_by)
    with opened(options.dir) as desk:
        times = ", ".join(f"{one.kind} {one.days} days" for one in _retention(desk).plan() if one.days is not None)
        decision = _decided(desk, ByRule, options.person, approved_by, f"what is kept longer than: {times}")
        done = {str(kind): number for kind, number in _retention(desk).run(by=decision).items()}
        renew_pages(desk)
        _tell(done, as_json=options.json)


def _decided(desk: Desk, basis: str, by: Actor, approved_by: str, scope: str) -> Decision:
    """Return the decision, once the passphrase has shown that it is he who approves it."""
    return Decision(basis, by, signed_in(desk, approved_by), scope, desk.clock.now())


def _patient(desk: Desk, given: str) -> str:
    return f"what is known of the patient {desk.pseudonyms.of(checked_nhs_number(given))}"


def _held_back(desk: Desk, due: Sequence[Due]) -> list[tuple[int, int]]:
    """Return the jobs that were completed long enough ago, and how many items keep each from being removed."""
    days = [one.days for one in due if one.days is not None and one.kind is not Kind.LOGS]
    return held_back(desk.database, desk.clock.now() - timedelta(days=min(days))) if days else []


def _check(which: Which) -> None:
    given = [one for one in (which.nhs_number, which.older_than, which.before) if one is not None]
    if len(given) != 1:
        raise UsageError("say what to erase by one of --nhs-number, --older-than and --before")
    if which.nhs_number is not None and which.kind:
        raise UsageError("--kind goes with --older-than or --before: of a patient all payloads and rows are erased")


def _items_of(desk: Desk, given: str) -> list[int]:
    item_ids = desk.views.items_of_subject(desk.pseudonyms.of(checked_nhs_number(given)))
    if not item_ids:
        raise NotFoundError("nothing is known of that NHS number; check it, or look into another --dir")
    return item_ids


def _moment(which: Which, clock: Clock) -> datetime:
    if which.before is not None:
        return datetime.combine(which.before, time(), UTC)
    return clock.now() - timedelta(days=which.older_than or 0)


def _retention(desk: Desk) -> Retention:
    eraser = Eraser(desk.database, desk.record, desk.pseudonyms)
    return Retention(desk.settings, desk.database, desk.clock, eraser=eraser, files=desk.evidence, record=desk.record)


def _tell(done: dict[str, int], *, as_json: bool) -> None:
    if as_json:
        print_json(done)
        return
    parts = ", ".join(counted(number, kind.removesuffix("s")) for kind, number in done.items() if number)
    if not parts:
        say("Nothing was erased: none of that is over its time, or `rpa retention plan` says what holds it back.")
        return
    say(f"Erased: {parts}. `rpa audit verify` shows that the record is whole without it.")
    say("Still to be seen to: workbooks that were sent or handed out, in whatever folder they lie, and backups.")

"""`rpa approvers`: who may decide about plans."""

from typing import Annotated

from cyclopts import App, Parameter

from rpa.cli.opening import opened
from rpa.cli.options import ASKED, COMMON, Asked, Common, Why
from rpa.cli.passphrases import asked_for, signed_in
from rpa.cli.screen import print_json, print_table, say, when
from rpa.exceptions import UsageError

VouchedBy = Annotated[str | None, Parameter(help="Who lets him in; only the first one needs nobody.")]

approvers = App(name="approvers", help="List who may decide about plans; let people in and out.")


@approvers.default
def listed(*, options: Common = COMMON) -> None:
    """List who may decide about plans, and who let each in."""
    with opened(options.dir) as desk:
        found = desk.approvals.approvers.all()
        if options.json:
            print_json([{"name": one.name, "vouched_by": one.vouched_by or None, "at": one.at} for one in found])
            return
        if not found:
            say("Nobody may approve plans yet: `rpa approvers add NAME` lets the first one in.")
            return
        print_table(("Name", "Let in by", "At"), [(one.name, one.vouched_by or "-", when(one.at)) for one in found])


@approvers.command
def add(name: str, /, *, vouched_by: VouchedBy = None, options: Asked = ASKED) -> None:
    """Let somebody in: he chooses a passphrase, and after the first one somebody who is in types his own."""
    with opened(options.dir, make=True) as desk:
        register = desk.approvals.approvers
        register.check_new(name, vouched_by)
        vouching = [f"passphrase of {vouched_by}"] if vouched_by else []
        typed = asked_for(*vouching, f"new passphrase of {name}", f"new passphrase of {name} once more")
        voucher = signed_in(desk, vouched_by, typed) if vouched_by else None
        passphrase = next(typed)
        if next(typed) != passphrase:
            raise UsageError("the two passphrases differ; nothing was changed")
        made = register.add(name, passphrase, by=options.person, voucher=voucher)
        say(f"{made.name} may approve plans from now on. The passphrase is kept nowhere: nobody can look it up.")


@approvers.command
def remove(name: str, /, *, options: Asked = ASKED) -> None:
    """Let somebody out, with the passphrase of --by; what he approved and still waits holds no longer."""
    with opened(options.dir) as desk:
        desk.approvals.approvers.remove(name, by=signed_in(desk, options.person.name))
        say(f"{name} may not approve plans any longer.")


@approvers.command
def reset(*, why: Why, options: Asked = ASKED) -> None:
    """Let everybody out because no passphrase is known any more; an alarm tells of it, and the record why."""
    with opened(options.dir) as desk:
        desk.approvals.approvers.reset(by=options.person, why=why)
        say("Nobody may approve plans now: `rpa approvers add NAME` lets the first one in.")

"""`rpa alarms`: what was raised, what of it was sent, and whether alarms arrive at all."""

from typing import Annotated, Any

from cyclopts import App, Parameter

from rpa.alarms import Alarm, latest_alarms
from rpa.cli.exits import Exit
from rpa.cli.opening import opened
from rpa.cli.options import COMMON, Common
from rpa.cli.screen import print_json, print_table, say, when
from rpa.desk import Desk
from rpa.postman import Delivery, Postman
from rpa.secrets import Secrets

alarms = App(name="alarms", help="List the latest alarms, and test that they arrive.")
Limit = Annotated[int, Parameter(help="How many, newest first.")]


@alarms.default
def latest(*, limit: Limit = 50, options: Common = COMMON) -> None:
    """List the latest alarms: sent, waiting to be sent, or failing to be."""
    with opened(options.dir) as desk:
        with desk.database.reading() as connection:
            found = latest_alarms(connection, limit=limit)
        if options.json:
            print_json([_document(one) for one in found])
        elif not found:
            say("There are no alarms.")
        else:
            headings = ("Raised", "About", "State", "Times", "What happened")
            print_table(headings, [_line(one) for one in found], right=("Times",))
        if found and not options.json and not _goes_anywhere(desk):
            say("Alarms are sent nowhere: give mail_to or webhook in [alarms] of rpa.toml.")


@alarms.command(name="test")
def check(*, options: Common = COMMON) -> Exit:
    """Send a test alarm now, by every way that is configured, and say of each whether it arrived.

    Ends with 1 when one of them did not take it.
    """
    with opened(options.dir, make=True) as desk:
        postman = Postman(desk.database, desk.settings.alarms, desk.clock, Secrets(desk.settings.secrets_dir))
        tried = postman.test()
    if options.json:
        print_json([{"way": one.way, "arrived": one.fault is None, "fault": one.fault} for one in tried])
    else:
        for one in tried:
            say(_said(one))
    return Exit.FAILED if any(one.fault for one in tried) else Exit.DONE


def _goes_anywhere(desk: Desk) -> bool:
    given = desk.settings.alarms
    return bool(given.mail_to or given.webhook or given.webhook_secret)


def _line(one: Alarm) -> tuple[str, ...]:
    state = f"{one.state} {when(one.sent_at)}" if one.sent_at else one.state
    told = f"{one.text} ({one.fault})" if one.fault else one.text
    return when(one.raised_at), f"{one.kind.replace('_', ' ')}: {one.subject}", state, str(one.count), told


def _document(one: Alarm) -> dict[str, Any]:
    return {
        "id": one.id,
        "kind": one.kind,
        "subject": one.subject,
        "text": one.text,
        "count": one.count,
        "state": one.state,
        "raised_at": one.raised_at,
        "last_at": one.last_at,
        "sent_at": one.sent_at,
        "tries": one.tries,
        "fault": one.fault,
    }


def _said(one: Delivery) -> str:
    return f"By {one.way}: it did not go: {one.fault}." if one.fault else f"By {one.way}: it was taken."

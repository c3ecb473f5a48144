"""Keeps what a check of the whole record says, for whoever looks at it in the console; and lists what was kept."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass

from sqlalchemy.exc import DBAPIError

from rpa.answers.kept_checks import KeptChecks, Result
from rpa.audit.verify import count_entries
from rpa.cli.opening import opened
from rpa.cli.options import COMMON, Common
from rpa.cli.screen import console, print_json, say, table
from rpa.desk import Desk
from rpa.runpage.words import uk_time


@dataclass(slots=True)
class Keeping:
    """One check, which is kept if there is a number for it."""

    checks: KeptChecks
    number: int | None

    def reached(self, looked_at: int) -> None:
        """Say how many entries were looked at."""
        if self.number is not None:
            with suppress(DBAPIError):  # that it can't be kept just now is no reason not to check
                self.checks.reached(self.number, looked_at)

    def end(self, result: Result, said: Sequence[str], *, looked_at: int | None = None) -> None:
        """Say what was found."""
        if self.number is not None:
            with suppress(DBAPIError):
                self.checks.end(self.number, result, said, looked_at=looked_at)


@contextmanager
def keeping(desk: Desk, by: str, number: int | None, *, is_whole: bool) -> Iterator[Keeping]:
    """Yield what keeps a check; one of a part, or against other keys or copies, says nothing of the whole.

    With a number, it is the check that the console has begun.
    """
    checks = KeptChecks(desk.database, desk.clock)
    if number is None and is_whole:
        with suppress(DBAPIError):  # whoever may only read the database can check it all the same
            begun, is_new = checks.begin(by, entries=count_entries(desk.database))
            number = begun if is_new else None
    kept = Keeping(checks, number)
    try:
        yield kept
    except BaseException:
        kept.end(Result.FAILED, ["It came to no end. Check it again, or run `rpa audit verify`."])
        raise


def checks(*, options: Common = COMMON) -> None:
    """List the last checks of the whole record: when, who wanted it, and what it found; newest first."""
    with opened(options.dir) as desk:
        found = KeptChecks(desk.database, desk.clock).last()
        if options.json:
            print_json([asdict(one) for one in found])
            return
        made = table("When (UK)", "Who", "Found", "Entries")
        for one in found:
            made.add_row(uk_time(one.asked_at), one.asked_by, one.result or "under way", f"{one.looked_at:,}")
        console().print(made)
        if not found:
            say("The record was not checked yet: `rpa audit verify` does it.")

"""Asks a person for a passphrase: unseen on a terminal, else a line of what the command is given."""

import getpass
import sys
from collections.abc import Iterator, Sequence

from rpa.approvals import Signer
from rpa.desk import Desk
from rpa.exceptions import UsageError


def signed_in(desk: Desk, name: str, typed: Iterator[str] | None = None) -> Signer:
    """Return who decides, once the passphrase has shown that it is he.

    Args:
        desk: The installation.
        name: Who he says he is.
        typed: What is asked for by one command, if that is more than his passphrase; his comes next.

    Raises:
        UsageError: Nobody of that name may, or it is another's passphrase.
    """
    desk.approvals.approvers.check_known(name)
    return desk.approvals.approvers.sign_in(name, next(typed or asked_for(f"passphrase of {name}")))


def asked_for(*wanted: str) -> Iterator[str]:
    """Yield what is typed, one after the other, each asked for when it is needed.

    Raises:
        UsageError: Nothing is typed; which of them is missing is said.
    """
    for number, what in enumerate(wanted, start=1):
        at_terminal = sys.stdin.isatty()
        asked = f"{what[:1].upper()}{what[1:]}: "
        typed = getpass.getpass(asked) if at_terminal else sys.stdin.readline().rstrip("\r\n")
        if not typed:
            raise UsageError(_typed_nothing(what) if at_terminal else _no_line(number, wanted))
        yield typed


def _typed_nothing(what: str) -> str:
    return f"found nothing typed, expected the {what}; nothing was done. Run the command again, and type it"


def _no_line(number: int, wanted: Sequence[str]) -> str:
    lines = f"the {wanted[0]}" if len(wanted) == 1 else "; ".join(
        f"line {one}, the {what}" for one, what in enumerate(wanted, start=1)
    )  # fmt: skip
    count = "1 line" if len(wanted) == 1 else f"{len(wanted)} lines"
    return (
        f"line {number} of the standard input is missing or empty, expected the {wanted[number - 1]}; nothing was "
        f"done. Run the command at a terminal and type it, or give it {count}: {lines}"
    )

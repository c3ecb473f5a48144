"""Asks a person for a passphrase: unseen on a terminal, else a line of what the command is given."""

import getpass
import sys

from rpa.approvals import Signer
from rpa.desk import Desk
from rpa.exceptions import UsageError


def signed_in(desk: Desk, name: str) -> Signer:
    """Return who decides, once the passphrase has shown that it is he.

    Raises:
        UsageError: Nobody of that name may, or it is another's passphrase.
    """
    desk.approvals.approvers.check_known(name)
    return desk.approvals.approvers.sign_in(name, asked_for(f"Passphrase of {name}: "))


def asked_for(prompt: str) -> str:
    """Return what is typed.

    Raises:
        UsageError: Nothing is.
    """
    typed = getpass.getpass(prompt) if sys.stdin.isatty() else sys.stdin.readline().rstrip("\r\n")
    if not typed:
        raise UsageError("found no passphrase, expected it to be typed, or as a line of the standard input")
    return typed

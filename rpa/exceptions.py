"""The errors this library raises on purpose: each says what was found, what was expected and what to do."""

from collections.abc import Iterable, Sequence
from datetime import datetime


class RpaError(Exception):
    """Base of every error the library raises on purpose."""


class BusinessException(RpaError):  # noqa: N818 - the field's standard term (UiPath, Robocorp)
    """The data or the rule says no: never retried, a person decides.

    `code` is from the workflow's own list; `message` says what happened and holds no patient data.
    """

    def __init__(self, code: str, message: str = "") -> None:
        super().__init__(code, message)
        self.code = code
        self.message = message

    def __str__(self) -> str:
        return f"{self.code}: {self.message}" if self.message else self.code


class Differs(BusinessException):
    """A place does not show what was expected there, so nothing was written: `CONFLICT`, or `STALE` after an approval.

    `fields` names those that differ; their values are in the record alone.
    """

    def __init__(self, code: str, fields: Iterable[str]) -> None:
        self.fields = tuple(fields)
        named = ", ".join(one.replace("_", " ") for one in self.fields)
        super().__init__(code, f"found otherwise than expected: {named}" if named else "")


class Conflict(BusinessException):
    """A system refused a write because its record is no longer the one that was read: nothing was written."""

    def __init__(self, message: str = "") -> None:
        super().__init__("CONFLICT", message)


class SystemException(RpaError):  # noqa: N818 - the field's standard term (UiPath, Robocorp)
    """A technical fault: retried as the workflow's `Retry` says.

    `message` says what was found and what was expected, and holds no patient data and no text of a page.
    """

    def __init__(self, message: str, code: str = "SYSTEM") -> None:
        super().__init__(message, code)
        self.message = message
        self.code = code
        self.system: str | None = None
        """The system that had the fault, put there by the bot that met it; None if no bot did."""

    def __str__(self) -> str:
        return f"{self.code}: {self.message}"


class SignInHeld(SystemException):
    """The sign-in may not be tried now, so that the account isn't locked: the item goes back as it is and waits.

    `until` is when it may be claimed again; None where its system is paused, which holds it back by itself.
    """

    def __init__(self, message: str, *, until: datetime | None = None) -> None:
        super().__init__(message, "SIGN_IN_REFUSED")
        self.until = until


class InDoubt(RpaError):  # noqa: N818 - a state of the world, not a mistake in the program
    """A write may or may not have happened and no read can tell: only a person may decide."""

    def __init__(self, what: str) -> None:
        super().__init__(what)
        self.what = what


class ClaimLost(RpaError):  # noqa: N818 - a state of the world, not a mistake in the program
    """This slot no longer holds the item: its lease ended and another may have it; stop at once, write nothing."""


class GiveBack(BaseException):
    """The worker was told to stop: the item goes back to the queue at this step, without an attempt being used up."""


class UsageError(RpaError):
    """The caller asked for something that can't be: the message says what to ask instead."""


class NotApproved(UsageError):  # noqa: N818 - a state of the world, not a mistake in the program
    """There is no approval that holds; the message says which of its marks is missing."""


class InputRefused(UsageError):  # noqa: N818 - what the admin team is told
    """A file can't be taken as a whole: the message says what was found, what was expected and what to do."""


class HeadingsMissing(InputRefused):
    """A sheet lacks columns that the work needs; perhaps it has them under other headings."""

    def __init__(self, said: str, *, file: str, missing: Sequence[str], found: Sequence[str]) -> None:
        super().__init__(said)
        self.file = file
        self.missing = tuple(missing)
        """The headings that are looked for, each by its first name."""
        self.found = tuple(found)
        """The headings of the sheet that stand for nothing yet; they are of the sheet, and in no message."""


class SameInput(RpaError):  # noqa: N818 - a state of the world, not a mistake in the program
    """The very same input was submitted before, perhaps a moment ago by somebody else; nothing was stored."""

    def __init__(self, job_id: int) -> None:
        super().__init__(f"this input is job {job_id} already, expected a new one: nothing was stored")
        self.job_id = job_id


class NotFoundError(RpaError):
    """There is no such job, item, workflow or file."""


class RecordError(RpaError):
    """The record can't be written or doesn't verify; nothing may be written to a target system without it."""


class RecordElsewhere(RecordError):  # noqa: N818 - a state of the world, not a mistake in the program
    """A part of the record is in a file that is not where it belongs; nothing says that it was altered."""


class EvidenceLocked(RpaError):  # noqa: N818 - a state of the world, not a mistake in the program
    """A kept file can't be stored or opened because its key is missing or another.

    The message says which, and what to do. Whatever doesn't need that file goes on.
    """

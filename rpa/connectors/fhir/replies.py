"""What a server's answer means: a resource, a refusal for a person, or a fault; never a word of a patient in it."""

import re
from collections.abc import Iterator
from email.utils import parsedate_to_datetime
from typing import Any

import httpx

from rpa.clock import Clock
from rpa.exceptions import BusinessException, Conflict, SystemException

_PATIENCE_ASKED = frozenset({408, 425, 429})
_ISSUE = re.compile(r"[a-z-]{1,20}")


class Busy(SystemException):
    """The server is in trouble or asks for patience; `after` is how many seconds, if it said so."""

    def __init__(self, status: int, doing: str, after: str | None) -> None:
        super().__init__(f"{doing}: the server answered {status}, expected a resource", f"HTTP_{status}")
        self.after = after

    def seconds(self, clock: Clock) -> float | None:
        """Return the seconds that the server asks to wait; None if it didn't say."""
        if self.after is None:
            return None
        if self.after.strip().isdecimal():
            return float(self.after)
        try:
            return max(0.0, (parsedate_to_datetime(self.after) - clock.now()).total_seconds())
        except (ValueError, TypeError):
            return None


def check(reply: httpx.Response, doing: str) -> None:
    """Raise what an answer means that is no success.

    Raises:
        BusinessException: `NO_SUCH_RECORD`, `REFUSED_BY_SYSTEM`; Conflict where the version is no longer the present.
        SystemException: `HTTP_…`, `SIGNED_OUT`, `ORIGIN_BLOCKED`, `PAGE_UNEXPECTED`.
    """
    check_server(reply, doing)
    status = reply.status_code
    if status == 401 or (status == 200 and is_page(reply)):
        raise SystemException(f"{doing}: the server doesn't take the token", "SIGNED_OUT")
    if status in (404, 410):
        raise BusinessException("NO_SUCH_RECORD", "the system has no record with this reference")
    if status == 412:
        raise Conflict("the record was changed after it was read; nothing was written")
    if status >= 400:
        raise _refusal(reply, doing)


def check_server(reply: httpx.Response, doing: str) -> None:
    """Raise what is wrong with the server, whatever it was asked: in trouble, busy, or leading elsewhere."""
    status = reply.status_code
    if status >= 500 or status in _PATIENCE_ASKED:
        raise Busy(status, doing, reply.headers.get("retry-after"))
    if 300 <= status < 400:
        raise SystemException(
            f"{doing}: the server leads elsewhere; no redirect is followed. Register the address it leads to",
            "ORIGIN_BLOCKED",
        )


def json_of(reply: httpx.Response, doing: str) -> dict[str, Any]:
    """Return the object that an answer holds.

    Raises:
        SystemException: `PAGE_UNEXPECTED`: it holds something else.
    """
    try:
        found = reply.json()
    except ValueError:  # its text would quote the answer; UnicodeDecodeError is one too
        found = None
    if not isinstance(found, dict):
        raise SystemException(f"{doing}: the answer is not a JSON object", "PAGE_UNEXPECTED")
    return found


def is_page(reply: httpx.Response) -> bool:
    """Whether an answer is a page for people: a gateway shows its sign-in page with status 200."""
    return str(reply.headers.get("content-type", "")).startswith("text/html")


def _refusal(reply: httpx.Response, doing: str) -> Exception:
    issues = list(dict.fromkeys(_issues(reply)))
    if not issues:
        return SystemException(f"{doing}: the server answered {reply.status_code} without a reason",
                               f"HTTP_{reply.status_code}")  # fmt: skip
    return BusinessException("REFUSED_BY_SYSTEM", f"the system refused it ({reply.status_code}: {', '.join(issues)})")


def _issues(reply: httpx.Response) -> Iterator[str]:
    """Yield the codes of an OperationOutcome, which come from FHIR's own list; its texts may name a patient."""
    try:
        outcome = reply.json()
    except ValueError:
        return
    if not isinstance(outcome, dict) or outcome.get("resourceType") != "OperationOutcome":
        return
    for issue in outcome.get("issue") or ():
        code = issue.get("code") if isinstance(issue, dict) else None
        yield code if isinstance(code, str) and _ISSUE.fullmatch(code) else "unknown"

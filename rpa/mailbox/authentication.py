"""Whether the trust's own mail server vouches for a sender: the address in a message can be written by anybody."""

import re
from collections.abc import Iterator, Sequence

_COMMENT = re.compile(r"\([^()]*\)")
_PAIR = re.compile(r"([a-z0-9.-]+)\s*=\s*\"?([^\s;\"]+)\"?", re.IGNORECASE)


def is_vouched_for(checks: Sequence[str], *, sender: str, server: str) -> bool:
    """Return whether that server found the sender's domain to be the true one (RFC 8601).

    DMARC passed, or both SPF and DKIM passed for that very domain or one below it. Only the topmost line of the server
    counts: one below it may have come with the message.
    """
    mine = next((one for one in checks if _server(one) == server.lower()), None)
    if mine is None or "@" not in sender:
        return False
    domain = sender.rpartition("@")[2].lower()
    passed = list(_passed(mine))
    dmarc = any(method == "dmarc" and told.get("header.from", "").lower() == domain for method, told in passed)
    spf = any(method == "spf" and _is_of(told.get("smtp.mailfrom", ""), domain) for method, told in passed)
    dkim = any(method == "dkim" and _is_of(told.get("header.d", ""), domain) for method, told in passed)
    return dmarc or (spf and dkim)


def _server(line: str) -> str:
    first = _COMMENT.sub(" ", line).partition(";")[0].split()
    return first[0].lower() if first else ""


def _passed(line: str) -> Iterator[tuple[str, dict[str, str]]]:
    """Yield each check that passed, with what it was about; comments may hold anything, so they are dropped."""
    for part in _COMMENT.sub(" ", line).split(";")[1:]:
        pairs = _PAIR.findall(part)
        if pairs and pairs[0][1].lower() == "pass":
            yield pairs[0][0].lower(), {name.lower(): value for name, value in pairs[1:]}


def _is_of(told: str, domain: str) -> bool:
    found = told.rpartition("@")[2].lower()
    return found == domain or found.endswith(f".{domain}")

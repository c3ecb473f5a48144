"""Which workflow a message is for: by the address it was sent to, or by its subject."""

import re
from collections.abc import Collection, Sequence

_AGAIN = "_again"


def workflow_of(names: Collection[str], *, address: str, recipients: Sequence[str], subject: str) -> tuple[str, bool]:
    """Return the workflow and whether the same bytes may be done again; an empty name when nothing tells.

    `robot+tidy@trust.example` tells before a subject does; a subject must be the name and nothing else.
    """
    word = _plain(subject)
    again = word == "again" or (word.endswith(_AGAIN) and word not in names)
    local, _, domain = address.lower().partition("@")
    named = {_plain(one.partition("@")[0].removeprefix(f"{local}+")) for one in recipients
             if one.startswith(f"{local}+") and one.endswith(f"@{domain}")}  # fmt: skip
    found = named or {word.removesuffix(_AGAIN) if again else word}
    known = [one for one in names if _plain(one) in found]
    return (known[0] if len(known) == len(found) == 1 else ""), again


def _plain(text: str) -> str:
    return re.sub(r"[^a-z0-9]+", "_", text.lower()).strip("_")

"""Shows entries of the record without what would tell whose they are."""

from dataclasses import replace
from typing import Any

from rpa.audit import Entry
from rpa.runpage.words import masked

VEIL = "••••"


def veiled(one: Entry) -> Entry:
    """Return an entry without what would tell whose it is."""
    if one.payload is None:
        return one
    shown: dict[str, Any] = {}
    for name, value in one.payload.items():
        if name in ("before", "after", "found"):
            shown[name] = dict.fromkeys(value or {}, VEIL)
        elif name == "items":  # where the rows stood, and not what was in them
            shown[name] = [{"item": each["item"], "places": each["places"]} for each in value]
        else:
            shown[name] = masked(str(value)) if name == "what" else VEIL
    return replace(one, payload=shown)

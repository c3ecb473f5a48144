"""A line of the log: JSON for programs, and the same in words for people."""

from collections.abc import Mapping
from datetime import UTC, datetime
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import orjson

from rpa.clock import local
from rpa.logs.errors import diagnosis
from rpa.logs.scrubber import scrubbed

if TYPE_CHECKING:
    from loguru import Record

_scrubbed = lru_cache(maxsize=256)(scrubbed)  # what is bound is mostly the same in each line of a process
Line = Mapping[str, Any]
"""The fields of a line: at, level, message and place, and the numbers bound to it such as job, item and attempt."""
_OURS = frozenset({"at", "level", "message", "place", "error"})
_SHOWN = ("job", "item", "attempt", "slot")


def fields_of(record: "Record") -> dict[str, Any]:
    """Return the fields of a line; of an exception nothing but its type, its place and its fingerprint."""
    line: dict[str, Any] = {
        "at": record["time"].astimezone(UTC).isoformat(timespec="microseconds"),
        "level": record["level"].name,
    }
    for name, value in record["extra"].items():
        if name not in _OURS:
            line[name] = value if isinstance(value, int | float) else _scrubbed(str(value))
    line["message"] = record["message"]  # scrubbed before any handler saw it
    line["place"] = f"{record['file'].name}:{record['line']}"
    if record["exception"] is not None and record["exception"].value is not None:
        line["error"] = diagnosis(record["exception"].value)
    return line


def written(line: Line) -> bytes:
    """Return a line as it stands in a file."""
    return orjson.dumps(line, option=orjson.OPT_APPEND_NEWLINE)


def in_words(line: Line) -> str:
    """Return a line as people read it: time, level, what it is about, and the message."""
    at = local(datetime.fromisoformat(line["at"]))
    about = " ".join(f"{name} {line[name]}" for name in _SHOWN if line.get(name) is not None)
    error = f" ({line['error']})" if "error" in line else ""
    return "  ".join(one for one in (f"{at:%Y-%m-%d %H:%M:%S}", f"{line['level']:<7}", about) if one) + (
        f"  {line['message']}{error}"
    )

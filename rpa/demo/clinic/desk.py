"""What a page's handler is given: the records, who asks, what was sent, and which day the clinic is on."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time
from urllib.parse import urlencode

from rpa.demo.clinic.page import PLAIN, Link, Links, Twist
from rpa.demo.clinic.store import Author, Records

PAGE_LENGTH = 20


class NoSuchRecord(LookupError):  # noqa: N818 - a page of its own, not a mistake
    """The address names a record that the clinic doesn't have."""


@dataclass(frozen=True, slots=True)
class Desk:
    """One request of one account."""

    records: Records
    account: str
    now: datetime
    params: Mapping[str, str]
    query: Mapping[str, str]
    form: Mapping[str, str]
    twist: Twist = PLAIN

    @property
    def today(self) -> date:
        """The day the clinic was seeded for: it stays, so that a test means the same on every day."""
        return date.fromisoformat(self.records.setting("today"))

    @property
    def notice(self) -> str:
        """What a page says after a save that led to it."""
        return "Saved." if self.query.get("saved") else ""

    def author(self, what: str) -> Author:
        """Name this request's account as the author of a save."""
        return Author(self.account, what, self.now)

    def offset(self) -> int:
        """How many lines come before the asked page of a list."""
        return (self.number() - 1) * PAGE_LENGTH

    def number(self) -> int:
        """Which page of a list is asked for, from 1 on."""
        asked = self.query.get("page", "1")
        return max(1, int(asked)) if asked.isdecimal() else 1

    def pager(self, path: str, total: int) -> Links:
        """Links to the pages before and after, and how many lines there are."""
        last = max(1, -(-total // PAGE_LENGTH))
        number = min(self.number(), last)
        found = [Link(text, self._at(path, to)) for text, to in (("Previous", number - 1), ("Next", number + 1))
                 if 1 <= to <= last]  # fmt: skip
        return Links(f"Page {number} of {last}, {total} in all", tuple(found))

    def _at(self, path: str, number: int) -> str:
        kept = {name: value for name, value in self.query.items() if name not in ("page", "frame") and value}
        return f"{path}?{urlencode({**kept, 'page': number})}"


@dataclass
class Answers:
    """Reads what a form sent, and keeps a message for each answer that won't do."""

    form: Mapping[str, str]
    errors: dict[str, str] = field(default_factory=dict)

    def text(self, name: str, *, label: str = "", pattern: str = "", longest: int = 100) -> str | None:
        """Return the text; with a `label` it must be there, with a `pattern` what is there must match."""
        value = self.form.get(name, "").strip()
        if label and not value:
            self.errors[name] = f"Enter {label}"
        elif len(value) > longest or (value and pattern and not re.fullmatch(pattern, value)):
            self.errors[name] = "This is not in the right form"
        return value or None

    def choice(self, name: str, options: Mapping[str, str], *, label: str) -> str:
        """Return the option chosen."""
        value = self.form.get(name, "")
        if value not in options or not value:
            self.errors[name] = f"Choose {label}"
        return value

    def day(self, name: str, *, label: str) -> date:
        """Return the date, written 31/12/2026 or 2026-12-31."""
        value = self.form.get(name, "").strip()
        for form in ("%Y-%m-%d", "%d/%m/%Y"):
            try:
                return datetime.strptime(value, form).date()  # noqa: DTZ007 - a day has no zone
            except ValueError:
                continue
        self.errors[name] = f"Enter {label} as day/month/year"
        return date.min

    def time(self, name: str, *, label: str) -> time:
        """Return the time of day, written 09:30."""
        try:
            return datetime.strptime(self.form.get(name, "").strip(), "%H:%M").time()  # noqa: DTZ007 - clinic time
        except ValueError:
            self.errors[name] = f"Enter {label} as hours:minutes"
            return time.min


def shown(value: str | None) -> str:
    """Write a stored date, or date and time, the way staff read it; anything else as it is."""
    if value and re.fullmatch(r"\d{4}-\d\d-\d\d", value):
        return date.fromisoformat(value).strftime("%d/%m/%Y")
    if value and re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d", value):
        return datetime.fromisoformat(value).strftime("%d/%m/%Y %H:%M")
    return value or ""

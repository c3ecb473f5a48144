"""Follows who signed the seals: a new key counts if the record says so under a seal of one that counted before."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from rpa.audit.notes import PublicKey


@dataclass(slots=True)
class Signers:
    """The keys that signed so far, and those that are announced."""

    trusted: set[str] = field(default_factory=set)
    """Those given by whoever checks; with none, the first that signed is relied on."""
    _announced: set[str] = field(default_factory=set)
    _pending: set[str] = field(default_factory=set)
    _strange: dict[str, int] = field(default_factory=dict)

    def see(self, body: dict[str, Any]) -> None:
        """Take an entry that tells of a new key; it counts once it is sealed."""
        self._pending.add(str((body.get("facts") or {}).get("new")))

    def signed(self, key: PublicKey, size: int) -> None:
        """Take a seal and who signed it."""
        text = str(key)
        if not self.trusted or text in self._announced:
            self.trusted.add(text)
        if text in self.trusted:
            self._announced |= self._pending
        else:
            self._strange.setdefault(text, size)
        self._pending.clear()

    @property
    def doubts(self) -> Iterator[str]:
        """What is said of keys that nobody who counted has told of."""
        for text, size in self._strange.items():
            since = f"the seals from {size:,} entries on are signed with {text}"
            yield f"{since}, of which no seal of an earlier key tells: if that key is yours, give it with --key"
